"""Tasks that take a proposal on: recognised by the mark in their subject."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reports.facts.days import utc
from reports.facts.engine import Engine
from reports.model import OpportunityId, RecordId, TakenTask, UserId


#: What the ids of opportunities begin with.
OPPORTUNITY = "006"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedTask:
    """A task that carries a mark, whatever has become of it since."""

    record_id: RecordId
    subject: str
    about: str | None  #: the record that it hangs on


def marked_tasks(engine: Engine) -> tuple[tuple[MarkedTask, ...], datetime | None]:
    """The marked tasks that were ever seen, and when tasks were last read completely.

    Before the first complete sync there is no such moment.
    """
    found = tuple(
        MarkedTask(
            record_id=RecordId(row["record_id"]),
            subject=row["subject"],
            about=row["what_id"],
        )
        for row in engine.query("marked_tasks")
    )
    loads = {row["name"]: utc(row["loaded_at"]) for row in engine.query("loads")}
    return found, loads.get("Task")


def taken_tasks(engine: Engine, as_of: datetime) -> tuple[TakenTask, ...]:
    """The marked tasks at ``as_of``, oldest first."""
    return tuple(task_of(row) for row in engine.query("taken_tasks", as_of=as_of))


def task_of(row: Mapping[str, Any]) -> TakenTask:
    """A row of the query; a task may hang on something else than an opportunity."""
    what = row["what_id"] or ""
    return TakenTask(
        record_id=RecordId(row["record_id"]),
        subject=row["subject"],
        deal_id=OpportunityId(what) if what.startswith(OPPORTUNITY) else None,
        owner_id=UserId(row["user_id"]) if row["user_id"] else None,
        created_at=utc(row["created"]),
        due=row["due"],
        done=bool(row["done"]),
        done_at=utc(row["completed"]) if row["completed"] else None,
    )
