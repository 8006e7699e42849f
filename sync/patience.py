"""How often to try again, how long to wait, and how many calls may be used: data.

Nothing here talks to anybody; the transport asks.
"""

import random
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sync.errors import AllowanceSpent
from sync.tally import count_one


#: ``api-usage=18/5000``, but not ``per-app-api-usage=17/250(appName=...)``.
USAGE: Final = re.compile(r"(?<!-)\bapi-usage=(\d+)/(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """When to try a request again; waits are in seconds."""

    attempts: int = 5
    first_wait: float = 1.0
    factor: float = 2.0
    longest_wait: float = 60.0
    longest_asked: float = 300.0  #: of a Retry-After that we follow
    retries_a_run: int = 200
    failures_in_a_row: int = 10  #: then Sales Cloud is down, and we stop asking

    def wait(self, attempt: int, asked: float | None, chance: float) -> float:
        """Seconds before the next attempt; ``chance`` in 0..1 spreads clients."""
        if asked is not None:
            return min(asked, self.longest_asked)
        limit = self.first_wait * self.factor ** (attempt - 1)
        return min(limit, self.longest_wait) * (0.5 + chance / 2)


#: A login is tried twice: more would lock an account rather than open a door.
LOGIN: Final = Patience(attempts=2, first_wait=0.5, failures_in_a_row=4)


class Retries:
    """How many attempts a run has left, over all of its requests and threads."""

    def __init__(
        self,
        patience: Patience,
        sleep: Callable[[float], None],
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._patience = patience
        self._sleep = sleep
        self._chance = chance
        self._lock = threading.Lock()
        self.used = 0
        self._in_a_row = 0

    def worked(self) -> None:
        """A request was answered."""
        with self._lock:
            self._in_a_row = 0

    def another(self, attempt: int, asked: float | None = None) -> bool:
        """Wait, if there may be one more attempt; false when there may not."""
        with self._lock:
            self._in_a_row += 1
            if (
                attempt >= self._patience.attempts
                or self.used >= self._patience.retries_a_run
                or self._in_a_row >= self._patience.failures_in_a_row
            ):
                return False
            self.used += 1
        self._sleep(self._patience.wait(attempt, asked, self._chance()))
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowancePolicy:
    """How much of the org's daily API calls we leave to others."""

    org_share: float = 0.80  #: stop when the org has used this share of its day
    own_share: float = 0.25  #: stop when a run has used this share of the org's day


class Allowance:
    """The org's API calls as Sales Cloud last reported them, and how many are ours."""

    def __init__(self, policy: AllowancePolicy) -> None:
        self._policy = policy
        self._lock = threading.Lock()
        self._spent = False
        self.used: int | None = None
        self.total: int | None = None
        self.ours = 0

    def heard(self, header: str | None) -> None:
        """Note a ``Sforce-Limit-Info`` header."""
        if header and (match := USAGE.search(header)):
            with self._lock:
                self.used, self.total = int(match[1]), int(match[2])

    def count(self) -> None:
        """One more call was made."""
        with self._lock:
            self.ours += 1
            count_one()

    def exhaust(self) -> None:
        """Sales Cloud said that there are no calls left."""
        with self._lock:
            self._spent = True

    def check(self) -> None:
        """Raise unless another call may be made."""
        if self._spent:
            raise spent("Sales Cloud has no API calls left for today")
        if self.used is None or not self.total:
            return
        if self.used >= self.total * self._policy.org_share:
            raise spent(
                f"the org has used {self.used:,} of its {self.total:,} API calls a day"
            )
        if self.ours >= max(self.total * self._policy.own_share, 1):
            raise spent(f"this run has used {self.ours:,} of {self.total:,} API calls")


def spent(message: str) -> AllowanceSpent:
    """No more calls, and what to do."""
    return AllowanceSpent(
        message,
        remedy="the rest is fetched by the next sync; the allowance rolls over 24 h",
        code="REQUEST_LIMIT_EXCEEDED",
    )
