"""Contacts between reps and their managers that Sales Cloud has on record."""

from datetime import datetime

from reports.facts.days import utc
from reports.facts.engine import Engine
from reports.model import Exchange, RecordId, UserId


def exchanges(engine: Engine, since: datetime, as_of: datetime) -> tuple[Exchange, ...]:
    """What took place from ``since`` up to ``as_of``, oldest first, each once."""
    found = (
        Exchange(
            kind=row["kind"],
            record_id=RecordId(row["record_id"]),
            subject=row["subject"],
            at=utc(row["happened"]),
            between=frozenset({UserId(row["one_id"]), UserId(row["other_id"])}),
        )
        for row in engine.query("exchanges", since=since, as_of=as_of)
    )
    return tuple(dict.fromkeys(found))
