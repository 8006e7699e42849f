"""Around a deal: its contact roles, its team, its open tasks, its line items."""

from collections.abc import Iterable, Mapping
from datetime import date, tzinfo
from typing import Any

from reports.facts.days import day, utc
from reports.facts.values import subject_of
from reports.model import ContactRole, OpenTask, RecordId, UserId


Row = Mapping[str, Any]


def roles_of(rows: Iterable[Row], zone: tzinfo) -> tuple[ContactRole, ...]:
    """The contact roles of a deal, the primary one first."""
    return tuple(role_of(row, zone) for row in rows)


def role_of(row: Row, zone: tzinfo) -> ContactRole:
    """A contact role; the contact may be gone or hidden from us."""
    parts = [part for part in (row["first_name"], row["last_name"]) if part]
    return ContactRole(
        record_id=RecordId(row["record_id"]),
        contact_id=RecordId(row["contact_id"]),
        name=row["name"] or " ".join(parts) or f"Contact {row['contact_id']}",
        title=row["title"],
        role=row["role_name"],
        is_primary=bool(row["is_primary"]),
        email=row["email"],
        phone=row["phone"],
        added_on=day(utc(row["created"]), zone) if row["created"] else date.min,
        bounced=bool(row["bounced"]),
    )


def open_tasks_of(rows: Iterable[Row]) -> tuple[OpenTask, ...]:
    """The tasks of a deal that were not completed, earliest due first."""
    return tuple(task_of(row) for row in rows)


def task_of(row: Row) -> OpenTask:
    """A task that was open at the moment."""
    return OpenTask(
        record_id=RecordId(row["record_id"]),
        subject=subject_of(row["subject"]),
        due=row["due"],
        owner_id=UserId(row["user_id"]) if row["user_id"] else None,
    )
