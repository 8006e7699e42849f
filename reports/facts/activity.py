"""Activities as evidence: which touch was the last of its kind, and the counts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from reports.facts.days import day
from reports.facts.values import subject_of
from reports.model import ActivityKind, Direction, RecordId, Touch, UserId


WEEKS = range(7, -1, -1)


def touch_of(row: Mapping[str, Any], zone: tzinfo) -> Touch:
    """A row of the last touches; a day that was given as a day is not shifted."""
    at = datetime.fromtimestamp(row["at_s"], UTC)
    return Touch(
        kind=ActivityKind(row["kind"]),
        direction=Direction(row["direction"]),
        at=at,
        on=row["on_day"] or day(at, zone),
        record_id=RecordId(row["record_id"]),
        subject=subject_of(row["subject"]),
        user_id=UserId(row["user_id"]) if row["user_id"] else None,
        certain=bool(row["certain"]),
    )


def last_touches(rows: Sequence[Mapping[str, Any]], zone: tzinfo) -> dict[str, Any]:
    """The touches a deal is judged by; ``rows`` are latest first."""
    past = [touch_of(row, zone) for row in rows if not row["is_ahead"]]
    ahead = [touch_of(row, zone) for row in rows if row["is_ahead"]]
    return {
        "last_touch": next(iter(past), None),
        "last_outbound": first(touch for touch in past if ours(touch)),
        "last_inbound": first(t for t in past if t.direction is Direction.INBOUND),
        "last_two_way": first(t for t in past if t.direction is not Direction.OUTBOUND),
        "last_meeting": first(t for t in past if t.kind is ActivityKind.MEETING),
        "next_meeting": min(ahead, key=lambda touch: touch.at, default=None),
    }


def ours(touch: Touch) -> bool:
    """Whether we reached out: also by a call that became a conversation."""
    return touch.direction is Direction.OUTBOUND or (
        touch.direction is Direction.TWO_WAY and touch.kind is ActivityKind.CALL
    )


def first(touches: Iterable[Touch]) -> Touch | None:
    """The first of them, if there is one."""
    return next(iter(touches), None)


def counts_of(row: Mapping[str, Any], zone: tzinfo) -> dict[str, Any]:
    """The counts of a deal by their names in Deal; none for a deal never touched."""
    if not row:
        return {}
    since = row["attempts_s"]
    return {
        "attempts": row["attempts"],
        "attempts_since": None
        if since is None
        else day(datetime.fromtimestamp(since, UTC), zone),
        "calls": row["calls"],
        "emails": row["emails"],
        "meetings": row["meetings"],
        "by_contact": row["by_contact"],
        "bounced_emails": row["bounced"],
        "automated_emails": row["automated"],
        "calls_30d": row["calls_30d"],
        "emails_30d": row["emails_30d"],
        "meetings_30d": row["meetings_30d"],
        "weeks_ours": tuple(row[f"ours_{week}"] for week in WEEKS),
        "weeks_theirs": tuple(row[f"theirs_{week}"] for week in WEEKS),
        "outbound_21d": row["outbound_21d"],
        "inbound_21d": row["inbound_21d"],
        "contacts_engaged_30d": row["engaged_30d"],
    }
