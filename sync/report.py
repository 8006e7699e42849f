"""What a sync did: object by object, for the console, for ops and as JSON."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Protocol


#: How reading an object can end.
COMPLETE: Final = "complete"  #: every change up to the watermark is in the mirror
ABSENT: Final = "absent"  #: the org has no such object, or hides it
FAILED: Final = "failed"  #: what was there before stays; the next sync tries again
SKIPPED: Final = "skipped"  #: not tried: the allowance is spent

#: How a whole run ends when not every object is complete or absent.
INCOMPLETE: Final = "incomplete"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectReport:
    """What happened to one object."""

    name: str
    rows: int = 0  #: rows that arrived, changed or new
    deleted: int = 0  #: rows that were found gone
    calls: int = 0  #: API calls for this object alone
    compared: int = 0  #: rows whose ids and stamps were compared with the org's
    drifted: int = 0  #: rows that differed, and were mended
    watermark: datetime | None = None
    status: str = COMPLETE
    reason: str = ""

    def lag_seconds(self, now: datetime | None) -> int | None:
        """How long ago the moment was up to which every change is here."""
        if self.watermark is None or now is None:
            return None
        return max(round((now - self.watermark).total_seconds()), 0)

    def as_json(self, now: datetime | None = None) -> dict[str, Any]:
        """The object's part of ``sync --json``."""
        return {
            "name": self.name,
            "rows": self.rows,
            "deleted": self.deleted,
            "calls": self.calls,
            "watermark": moment(self.watermark),
            "lag_seconds": self.lag_seconds(now),
            "compared": self.compared,
            "drifted": self.drifted,
            "status": self.status,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """What comparing the mirror with the org found."""

    checked: int = 0
    drifted: int = 0

    def __str__(self) -> str:
        return f"{self.drifted:,} of {self.checked:,} rows drifted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a sync did."""

    status: str  #: complete or incomplete
    api_calls: int
    objects: tuple[ObjectReport, ...]
    drift: Drift = field(default_factory=Drift)
    notes: tuple[str, ...] = ()
    at: datetime | None = None  #: the server's moment at its end

    def as_json(self) -> dict[str, Any]:
        """What ``sync --json`` prints."""
        return {
            "status": self.status,
            "api_calls": self.api_calls,
            "objects": [one.as_json(self.at) for one in self.objects],
            "drift": {"checked": self.drift.checked, "drifted": self.drift.drifted},
            "notes": list(self.notes),
        }


class Progress(Protocol):
    """Whoever wants to watch."""

    def start(self, name: str, total: int | None) -> None:
        """An object is being read; ``total`` rows if that is known."""

    def advance(self, name: str, rows: int) -> None:
        """More rows have arrived."""

    def finish(self, name: str, note: str) -> None:
        """An object is done; ``note`` says how it ended."""


class Unwatched:
    """Nobody watches."""

    def start(self, name: str, total: int | None) -> None:
        """Say nothing."""

    def advance(self, name: str, rows: int) -> None:
        """Say nothing."""

    def finish(self, name: str, note: str) -> None:
        """Say nothing."""


def moment(value: datetime | None) -> str | None:
    """A moment as ISO 8601 in UTC."""
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if value else None
