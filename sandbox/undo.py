"""Taking writes back: what a request with allOrNone does when one part fails."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.org import Org


Step = Callable[[], object]


@dataclass(slots=True)
class Writes:
    """Writes to an organisation; within ``together`` they can be undone."""

    org: Org
    _steps: threading.local = field(default_factory=threading.local)

    @contextmanager
    def together(self) -> Iterator[Callable[[], None]]:
        """Remember how to undo what is written; yields what undoes it."""
        outer: list[Step] | None = getattr(self._steps, "now", None)
        steps: list[Step] = []
        self._steps.now = steps

        def undo() -> None:
            while steps:
                steps.pop()()

        try:
            yield undo
        finally:
            self._steps.now = outer
            if outer is not None:
                outer += steps

    def create(
        self, name: str, values: Mapping[str, Any], *, now: datetime, user_id: str
    ) -> str:
        """A new record; its id."""
        made = self.org.create(name, values, now=now, user_id=user_id)
        self._remember(lambda: self.org.erase(name, made))
        return made

    def update(
        self,
        name: str,
        record_id: str,
        values: Mapping[str, Any],
        *,
        now: datetime,
        user_id: str,
    ) -> None:
        """Change a record."""
        known = [key for key in values if self.org.sobject(name).has(key)]
        before = self.org.record(name, record_id, known or ["Id"])
        self.org.update(name, record_id, values, now=now, user_id=user_id)
        old = {key: before[key] for key in known if key in before}
        self._remember(
            lambda: self.org.update(name, record_id, old, now=now, user_id=user_id)
        )

    def delete(self, name: str, record_id: str, *, now: datetime) -> None:
        """Put a record into the recycle bin."""
        self.org.delete(name, record_id, now=now)
        self._remember(lambda: self.org.undelete(name, record_id, now=now))

    def _remember(self, step: Step) -> None:
        steps: list[Step] | None = getattr(self._steps, "now", None)
        if steps is not None:
            steps.append(step)
