"""What the last sync did not read to the end: the pipe, before anybody's fields."""

from reports.facts.engine import Engine
from reports.model import Organisation, Problem
from reports.said import say


def unfinished(engine: Engine, org: Organisation) -> tuple[Problem, ...]:
    """A problem for each object whose newest records may be missing, and why."""
    return tuple(
        Problem(
            record_id=org.id,
            object=row["name"],
            because=say(
                "The last sync did not finish {object}: {reason}.",
                object=row["name"],
                reason=row["reason"].rstrip("."),
            ),
        )
        for row in engine.query("unfinished")
    )
