"""What a run did, for people and as JSON."""

from dataclasses import dataclass, field
from typing import Any

from reports.findings import Skip
from reports.runs.outlets import Sent


#: So many are named.
MOST = 8


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What a run did, for people and as JSON."""

    json: dict[str, Any]
    sent: Sent = field(default_factory=Sent)
    made: int = 0
    skips: list[Skip] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """What was done, who was skipped and why."""
        said = f"{self.made:,} made"
        if self.sent.tally.results:
            said += f"; letters: {self.sent.tally.sentence}"
        if self.sent.written:
            said += f"; {self.sent.written:,} letters written as files"
        reasons: dict[str, list[str]] = {}
        for skip in self.skips:
            reasons.setdefault(skip.reason, []).append(skip.rep)
        return [
            f"{said}.",
            *(
                f"Skipped {len(who):,} ({reason}): {listed(who)}"
                for reason, who in reasons.items()
            ),
            *dict.fromkeys(self.remarks),
        ]

    @property
    def troubles(self) -> tuple[str, ...]:
        """What failed, a line each."""
        return (*self.failures, *self.sent.troubles)


def listed(who: list[str]) -> str:
    """The first few, and how many more."""
    more = len(who) - MOST
    return ", ".join(who[:MOST]) + (f" and {more:,} more" if more > 0 else "")
