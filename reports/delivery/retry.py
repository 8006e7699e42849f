"""When a letter that was refused for now is tried again, and when that ends."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """How long to wait after each attempt, and for how long to try."""

    waits: tuple[timedelta, ...] = tuple(
        timedelta(minutes=minutes) for minutes in (5, 15, 30, 60)
    )  #: after the first attempts; the last one from then on
    spread: float = 0.2  #: how far a wait may be off, so that letters do not crowd
    give_up: timedelta = timedelta(hours=48)

    def next_at(self, now: datetime, message_id: str, attempts: int) -> datetime:
        """When to try again after so many attempts; the same for the same letter."""
        wait = self.waits[min(max(attempts, 1), len(self.waits)) - 1]
        said = f"{message_id} {attempts}".encode(errors="surrogatepass")
        place = int.from_bytes(sha256(said).digest()[:4]) / 2**32
        return now + wait * (1 + self.spread * (2 * place - 1))
