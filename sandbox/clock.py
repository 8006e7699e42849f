"""The moment that a sandbox believes it is; it can be set, frozen and left to run.

The first moment comes from outside; from then on only intervals are measured.
"""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class Clock:
    """Runs on from ``start`` unless it is frozen."""

    def __init__(
        self, start: datetime, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._frozen = False
        self._moment = aware(start)
        self._since = monotonic()

    @property
    def frozen(self) -> bool:
        """Whether time stands still."""
        return self._frozen

    def now(self) -> datetime:
        """The moment it is here, in UTC."""
        with self._lock:
            return self._now()

    def set(self, moment: datetime) -> None:
        """Make it ``moment``; a frozen clock stays frozen."""
        with self._lock:
            self._moment, self._since = aware(moment), self._monotonic()

    def advance(self, by: timedelta) -> None:
        """Jump ahead."""
        with self._lock:
            self._moment, self._since = self._now() + by, self._monotonic()

    def freeze(self) -> None:
        """Let time stand still."""
        with self._lock:
            self._moment, self._frozen = self._now(), True

    def run(self) -> None:
        """Let time pass again."""
        with self._lock:
            self._since, self._frozen = self._monotonic(), False

    def elapsed(self) -> float:
        """Seconds on the stopwatch, which neither setting nor freezing touches."""
        return self._monotonic()

    def _now(self) -> datetime:
        if self._frozen:
            return self._moment
        return self._moment + timedelta(seconds=self._monotonic() - self._since)


def aware(moment: datetime) -> datetime:
    """The moment in UTC; without a zone it is taken as UTC."""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC)
