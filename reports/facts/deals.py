"""Deals: one row and what belongs to it become one frozen value.

A malformed value becomes None and a problem; a deal is never dropped and nothing
here raises because of what a record says.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any

from reports.facts.activity import counts_of, last_touches
from reports.facts.around import open_tasks_of, roles_of
from reports.facts.changes import Trail, first_amount, moves_of, same_since, trail_of
from reports.facts.days import Zones, day, utc
from reports.facts.fields import Further
from reports.facts.money import Rates
from reports.facts.values import amount_of, day_of, tidy
from reports.facts.visits import (
    Run,
    plans_of,
    reopenings,
    runs_of,
    visits_of,
    without_bounces,
)
from reports.model import (
    Deal,
    OpportunityId,
    Organisation,
    Problem,
    RecordId,
    Stage,
    UserId,
    Visit,
)
from reports.said import Said, say


Row = Mapping[str, Any]
Rows = Sequence[Row]

NOBODY = UserId("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What all deals share."""

    as_of: datetime
    org: Organisation
    zones: Zones
    stages: Mapping[str, Stage]
    rates: Rates
    steps_tracked: date | None  #: since when field history shows next steps
    further: Further = field(default_factory=Further)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The rows that belong to deals, by query; a deal may have none."""

    of: Mapping[str, Mapping[str, Rows]]

    def __call__(self, query: str, deal_id: str) -> Rows:
        """The rows of a query for one deal, in their order."""
        return self.of[query].get(deal_id, ())


def deal_of(row: Row, parts: Parts, setting: Setting) -> Deal:
    """Put together one deal as it was at the moment."""
    found = OpportunityId(row["deal_id"])
    owner = UserId(row["owner_id"] or NOBODY)
    zone = setting.zones.get(owner) or setting.zones[NOBODY]
    today = day(setting.as_of, zone)
    stage = stage_of(row, setting.stages)
    runs = without_bounces(
        runs_of(parts("visits", found), stage.name if stage.is_closed else None)
    )
    created = day(created_at(row, runs, setting), zone)
    closed = closing(row, zone, today) if stage.is_closed else {}
    ended = closed.get("closed_on") or today
    money = money_of(row, setting, ended)
    trail = trail_of(parts("changes", found), zone)
    touches, items = parts("touches", found), parts("line_items", found)
    ahead, imported = parts("done_ahead", found), bool(parts("imports", found))
    return Deal(
        id=found,
        name=row["name"] or found,
        owner_id=owner,
        stage=stage,
        created_on=created,
        close_date=close_date_of(row),
        is_closed=stage.is_closed,
        is_won=stage.is_won,
        days_open=(ended - created).days,
        reopened=reopenings(runs),
        visits=visits_of(runs, imported=imported)
        or (() if imported else unseen(row, closed, stage, zone)),
        imported=imported,
        plans=plans_of(parts("plans", found)),
        **closed,
        **money,
        **labels_of(row),
        **stay_of(runs, zone, today),
        first_amount=first_amount(trail.of("Amount")) or money["amount"],
        **(told_by(trail, row, created, setting) if not stage.is_closed else {}),
        **counts_of(touches[0] if touches else {}, zone),
        **last_touches(parts("last_touches", found), zone),
        roles=roles_of(parts("roles", found), zone),
        team=tuple(UserId(member["user_id"]) for member in parts("team", found)),
        open_tasks=open_tasks_of(parts("open_tasks", found)),
        done_ahead=ahead[0]["tasks"] if ahead else 0,
        filled=setting.further.filled.get(found, ()),
        line_items=items[0]["line_items"] if items else 0,
        line_total=items[0]["line_total"] if items else None,
    )


def unseen(
    row: Row, closed: Mapping[str, Any], stage: Stage, zone: tzinfo
) -> tuple[Visit, ...]:
    """The life of a closed deal without any history: one stay, nobody knows where."""
    if not closed or row["has_history"] or row["created"] is None:
        return ()
    began, on = utc(row["created"]), closed["closed_on"]
    left = closed["closed_at"] or (on and datetime.combine(on, time(), zone))
    if left is None:
        return ()
    left = max(began, left.astimezone(UTC))
    return (Visit(stage="", entered=began, left=left, to=stage.name),)


def created_at(row: Row, runs: Sequence[Run], setting: Setting) -> datetime:
    """When a deal was created; without a stamp, when it was first seen in a stage."""
    if row["created"] is not None:
        return utc(row["created"])
    return runs[0].begun if runs else setting.as_of


def stage_of(row: Row, stages: Mapping[str, Stage]) -> Stage:
    """The stage of a deal, also one that is not configured or not given."""
    name = row["stage"] or ""
    return stages.get(name) or Stage(
        name=name,
        is_closed=bool(row["is_closed"]),
        is_won=bool(row["is_won"]),
        known=False,
    )


def closing(row: Row, zone: tzinfo, today: date) -> dict[str, Any]:
    """When a closed deal was closed: the moment, or else the day it was meant to."""
    at = utc(row["closed_at"]) if row["closed_at"] else None
    on = day(at, zone) if at else close_date_of(row)
    return {"closed_at": at, "closed_on": on and min(on, today)}


def close_date_of(row: Row) -> date | None:
    """The close date, which history may have only in words."""
    found: date | None = row["close_date"]
    return found or day_of(row["close_date_text"])


def money_of(row: Row, setting: Setting, on: date) -> dict[str, Any]:
    """The amount, its currency and what it is in the corporate one."""
    given = row["amount"]
    amount = amount_of(row["amount_text"]) if given is None else given
    currency = row["currency"] or setting.org.currency
    return {
        "amount": amount,
        "currency": currency,
        "amount_base": setting.rates.base(amount, currency, on),
    }


def labels_of(row: Row) -> dict[str, Any]:
    """What is taken over as it is."""
    probability = row["probability"]
    if probability is None:
        probability = amount_of(row["probability_text"])
    return {
        "account_id": RecordId(row["account_id"]) if row["account_id"] else None,
        "account": row["account_name"],
        "record_type": row["record_type_name"],
        "type": row["type_name"],
        "lead_source": row["lead_source"],
        "probability": tidy(probability),
        "forecast_category": row["forecast_category"],
        "loss_reason": row["loss_reason"],
        "next_step": (row["next_step"] or "").strip() or None,
    }


def stay_of(runs: Sequence[Run], zone: tzinfo, today: date) -> dict[str, Any]:
    """Since when an open deal is in its stage."""
    if not runs or runs[-1].closed:
        return {}
    entered = day(runs[-1].begun, zone)
    return {"entered_stage_on": entered, "days_in_stage": (today - entered).days}


def told_by(trail: Trail, row: Row, created: date, setting: Setting) -> dict[str, Any]:
    """What the changes of an open deal add up to."""
    owners, steps = trail.of("OwnerId"), trail.of("NextStep")
    moves = moves_of(trail.of("CloseDate"), setting.org)
    watched = setting.steps_tracked
    return {
        "changes": trail.changes,
        "owner_since": owners[-1].on if owners else created,
        "next_step_since": same_since(
            row["next_step"], steps, max(created, watched) if watched else None
        ),
        "pushes": moves.pushes,
        "pushed_days": moves.pushed_days,
        "month_crossings": moves.month_crossings,
        "quarter_crossings": moves.quarter_crossings,
        "pull_ins": moves.pull_ins,
        "last_push": moves.last_push,
    }


def problems_of(row: Row) -> Iterator[Problem]:
    """What about a deal's row could not be used."""
    found = RecordId(row["deal_id"])

    def problem(because: Said) -> Problem:
        return Problem(record_id=found, object="Opportunity", because=because)

    if row["created"] is None:
        yield problem(say("it does not say when it was created"))
    if not row["stage"]:
        yield problem(say("it has no stage"))
    if row["stage_from"] == "guess":
        yield problem(
            say("its stage at that time is not in history; the first is assumed")
        )
    if row["stage_from"] == "unsure":
        yield problem(
            say("its stage has changed since, unrecorded; today's is assumed")
        )
    amount, close = row["amount_text"], row["close_date_text"]
    if amount and amount_of(amount) is None:
        yield problem(say("its amount was noted as {text}", text=repr(amount)))
    if close and day_of(close) is None:
        yield problem(say("its close date was noted as {text}", text=repr(close)))
