"""Query results that clients have not finished reading, by locator."""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sandbox.clock import Clock
from sandbox.errors import ApiError
from sandbox.schema_ids import numbered
from sandbox.soql.result import Result


#: A cursor can be read for so long, any number of times.
LIFE: Final = timedelta(days=2)


@dataclass(slots=True)
class Cursors:
    """Open cursors; a locator is a cursor's id and the place to go on from."""

    clock: Clock
    _held: dict[str, tuple[Result, datetime]] = field(default_factory=dict)
    _opened: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def hold(self, result: Result) -> str:
        """Keep a result; returns the id of its cursor."""
        self._forget_old()
        with self._lock:
            self._opened += 1
            name = numbered("01g", self._opened)
            self._held[name] = (result, self.clock.now())
        return name

    def find(self, locator: str) -> tuple[str, Result, int]:
        """The cursor's id, its result, and where to go on."""
        name, _, place = locator.partition("-")
        self._forget_old()
        with self._lock:
            held = self._held.get(name)
        if held is None or not place.isdecimal() or int(place) > held[0].total:
            raise ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return name, held[0], int(place)

    def close(self) -> None:
        """Let go of every result."""
        with self._lock:
            for result, _ in self._held.values():
                result.close()
            self._held.clear()

    def _forget_old(self) -> None:
        oldest = self.clock.now() - LIFE
        with self._lock:
            for name in [n for n, (_, at) in self._held.items() if at <= oldest]:
                self._held.pop(name)[0].close()
