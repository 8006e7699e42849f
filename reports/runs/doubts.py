"""What a tick says of letters in doubt: at once, then once a day, until it is settled.

Whoever reads the failures of a job that runs all day is told of each doubt when it
arises; a failure that comes with every tick would soon be read by nobody, and would
hide whether the job still lives.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from reports.delivery.doubts import Waiting
from reports.delivery.records import Delivery


#: So long after it was told a doubt is told again.
AGAIN = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubts:
    """Letters in doubt, and when they were last told of, by Message-ID."""

    waiting: Sequence[Waiting]
    before: Mapping[str, datetime]
    now: datetime

    @property
    def failed(self) -> list[str]:
        """Those that are told of now, as failures."""
        return [one.sentence for one in self.waiting if self._due(one.delivery)]

    @property
    def lines(self) -> list[str]:
        """Those that somebody was told of not long ago."""
        return [
            f"still waits: {one.sentence}"
            for one in self.waiting
            if not self._due(one.delivery)
        ]

    def kept(self, in_doubt: Iterable[Delivery]) -> list[dict[str, str]]:
        """What the next tick has to know of what is in doubt when this one ends."""
        return [
            {
                "message_id": one.message_id,
                "recipient": one.key.recipient,
                "told": (
                    self.now if self._due(one) else self.before[one.message_id]
                ).isoformat(),
            }
            for one in in_doubt
        ]

    def _due(self, one: Delivery) -> bool:
        told = self.before.get(one.message_id)
        return told is None or self.now - told >= AGAIN


def told_before(summary: Mapping[str, Any]) -> dict[str, datetime]:
    """When doubts were last told of, as the tick before kept it."""
    return {
        one["message_id"]: datetime.fromisoformat(one["told"])
        for one in summary.get("doubts", [])
    }
