"""What a run did, for people and as JSON."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from reports.delivery.records import LetterKind
from reports.findings import Skip
from reports.model import UserId
from reports.runs.outlets import Sent, listed


KINDS = {
    LetterKind.PACKET: "packet",
    LetterKind.HYGIENE: "alert",
    LetterKind.REMINDER: "reminder",
    LetterKind.FOLLOW_UP: "check-in",
    LetterKind.ROLL_UP: "manager page",
    LetterKind.DEAL_SHEET: "deal sheet",
}


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What a run did, for people and as JSON."""

    json: dict[str, Any]
    sent: Sent = field(default_factory=Sent)
    made: int = 0
    noun: str = "letter"  #: for what was made
    skips: list[Skip] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    undone: frozenset[UserId] = frozenset()  #: the reps for whom something failed

    def lines(self) -> list[str]:
        """What was done, who was skipped and why."""
        said = f"{counted(self.made, self.noun)} made"
        if self.sent.tally.results:
            said += f"; letters: {self.sent.tally.sentence} ({self.kinds})"
        elif self.sent.written:
            said += f"; {counted(self.sent.written, 'letter')} written as files"
        elif self.made:
            said += "; nothing was sent"
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
    def kinds(self) -> str:
        """How many letters of which kind there were."""
        found = Counter(KINDS[one.key.kind] for one in self.sent.tally.results)
        return ", ".join(counted(count, kind) for kind, count in found.items())

    @property
    def troubles(self) -> tuple[str, ...]:
        """What failed, a line each."""
        return (*self.failures, *self.sent.troubles)


def counted(count: int, noun: str) -> str:
    """A number with its noun."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
