"""Visits and plans: the stages a deal stayed in, and when it was meant to close."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from reports.facts.days import utc
from reports.model import Plan, Visit


#: Leaving a stage and coming back in less than this never happened.
BOUNCE = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A stretch of history in one stage, open or closed."""

    stage: str
    begun: datetime
    closed: bool


def runs_of(rows: Iterable[Mapping[str, Any]], closed_in: str | None) -> list[Run]:
    """The stretches of a deal; ``closed_in`` is the stage it is closed in, if it is."""
    return [
        Run(
            stage=row["stage"],
            begun=utc(row["happened"]),
            closed=row["outcome"] > 0 or row["stage"] == closed_in,
        )
        for row in rows
    ]


def without_bounces(runs: Iterable[Run]) -> list[Run]:
    """Merge A, B, A into A when it was back in A within 24 hours."""
    kept: list[Run] = []
    for run in runs:
        if (
            len(kept) > 1
            and kept[-2].stage == run.stage
            and run.begun - kept[-1].begun < BOUNCE
        ):
            kept.pop()
        elif not kept or kept[-1].stage != run.stage:
            kept.append(run)
    return kept


def visits_of(runs: Sequence[Run], *, imported: bool = False) -> tuple[Visit, ...]:
    """The stays in open stages; time spent closed is no visit.

    How long an ``imported`` deal had been in its first stage by then is not known.
    """
    ends = [*runs[1:], None]
    return tuple(
        Visit(
            stage=run.stage,
            entered=run.begun,
            left=end.begun if end else None,
            to=end.stage if end else None,
            imported=imported and run is runs[0],
        )
        for run, end in zip(runs, ends, strict=False)
        if not run.closed
    )


def plans_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Plan, ...]:
    """What the close date was, and from when on; oldest first."""
    return tuple((utc(row["happened"]), row["close_date"]) for row in rows)


def reopenings(runs: Sequence[Run]) -> int:
    """How often a closed deal went back to an open stage."""
    return sum(before.closed and not run.closed for before, run in pairwise(runs))
