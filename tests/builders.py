"""A fixed cast, a fixed day, and healthy things: a test states only its difference."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from reports.judgement.policy import Policy
from reports.judgement.rules import Context
from reports.model import (
    ActivityKind,
    Book,
    ContactRole,
    Deal,
    Direction,
    FieldChange,
    OpenTask,
    OpportunityId,
    Organisation,
    Person,
    RecordId,
    Stage,
    Touch,
    UserId,
    Visit,
)
from reports.normal import (
    Baselines,
    Capture,
    Norms,
    OwnerActivity,
    StageBaseline,
    StageNorm,
)
from reports.said import many, say


#: A Thursday, seven weeks before the end of the calendar quarter.
TODAY = date(2026, 11, 12)
AS_OF = datetime.combine(TODAY, time(7), UTC)

USER = "005000000000{}AAA"
ADA_ID = UserId(USER.format("ADA"))
BO_ID = UserId(USER.format("BO0"))
CLEO_ID = UserId(USER.format("CLE"))
DEE_ID = UserId(USER.format("DEE"))

#: A rep under Cleo.
ADA = Person(
    id=ADA_ID,
    name="Ada Lund",
    email="ada@acme.example",
    active=True,
    manager_id=CLEO_ID,
    title="Account Executive",
)
#: Another rep under Cleo.
BO = Person(
    id=BO_ID,
    name="Bo Okoye",
    email="bo@acme.example",
    active=True,
    manager_id=CLEO_ID,
    title="Account Executive",
)
#: The manager.
CLEO = Person(
    id=CLEO_ID,
    name="Cleo Marsh",
    email="cleo@acme.example",
    active=True,
    title="Sales Manager",
)
#: A rep who left; the deals did not.
DEE = Person(
    id=DEE_ID,
    name="Dee Falk",
    email="dee@acme.example",
    active=False,
    manager_id=CLEO_ID,
)
CAST = {person.id: person for person in (ADA, BO, CLEO, DEE)}

OPEN_STAGES = (
    ("Prospecting", 10, "Pipeline"),
    ("Qualification", 20, "Pipeline"),
    ("Discovery", 40, "Pipeline"),
    ("Proposal", 60, "BestCase"),
    ("Negotiation", 80, "BestCase"),
)
STAGES = {
    name: Stage(
        name=name,
        position=position,
        of=len(OPEN_STAGES),
        probability=Decimal(percent),
        forecast_category=category,
    )
    for position, (name, percent, category) in enumerate(OPEN_STAGES, start=1)
} | {
    "Closed Won": Stage(
        name="Closed Won",
        is_closed=True,
        is_won=True,
        probability=Decimal(100),
        forecast_category="Closed",
    ),
    "Closed Lost": Stage(
        name="Closed Lost",
        is_closed=True,
        probability=Decimal(0),
        forecast_category="Omitted",
    ),
}

ACME = Organisation(
    id=RecordId("00D000000000ACMEAA"),
    name="Acme",
    has=frozenset(
        {
            "Contact",
            "EmailMessage",
            "Event",
            "Opportunity",
            "OpportunityContactRole",
            "OpportunityHistory",
            "OpportunityLineItem",
            "Task",
            "User",
        }
    ),
)


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def days_ahead(days: int) -> date:
    return TODAY + timedelta(days=days)


def moment(day: date) -> datetime:
    """Nine in the morning of ``day``."""
    return datetime.combine(day, time(9), UTC)


def a_touch(
    on: date,
    *,
    kind: ActivityKind = ActivityKind.EMAIL,
    direction: Direction = Direction.INBOUND,
    record_id: str = "02s000000000001AAA",
    subject: str = "Re: the proposal",
) -> Touch:
    return Touch(
        kind=kind,
        direction=direction,
        at=moment(on),
        on=on,
        record_id=RecordId(record_id),
        subject=subject,
        user_id=ADA_ID,
    )


def a_role(**changes: Any) -> ContactRole:
    """The decision maker, primary, with mail and phone."""
    facts: dict[str, Any] = {
        "record_id": RecordId("00K000000000001AAA"),
        "contact_id": RecordId("003000000000001AAA"),
        "name": "Renata Voss",
        "title": "VP Operations",
        "role": "Decision Maker",
        "is_primary": True,
        "email": "renata@northwind.example",
        "phone": "+1 555 0100",
        "added_on": days_ago(30),
    }
    return ContactRole(**(facts | changes))


def a_change(field: str, on: date, old: str | None, new: str | None) -> FieldChange:
    return FieldChange(
        field=field,
        at=moment(on),
        on=on,
        old=old,
        new=new,
        record_id=RecordId("008000000000001AAA"),
    )


def a_visit(stage: str, entered: date, left: date | None = None, to: str = "") -> Visit:
    return Visit(
        stage=stage,
        entered=moment(entered),
        left=moment(left) if left else None,
        to=to or None,
    )


def a_task(due: date | None, subject: str = "Send the revised quote") -> OpenTask:
    return OpenTask(
        record_id=RecordId("00T000000000009AAA"),
        subject=subject,
        due=due,
        owner_id=ADA_ID,
    )


def before(stage: Stage, entered: date) -> tuple[Visit, ...]:
    """The visit to the stage before ``stage``, when there is one."""
    return tuple(
        a_visit(name, days_ago(46), entered, stage.name)
        for place, (name, _, _) in enumerate(OPEN_STAGES, start=1)
        if place == stage.position - 1
    )


def a_deal(**changes: Any) -> Deal:
    """A deal in Proposal that no rule has anything to say about, but for ``changes``.

    ``entered=DAY`` sets the day of entering the stage and all that follows from it,
    ``stage`` may be a stage's name.
    """
    entered: date = changes.pop("entered", days_ago(16))
    if isinstance(changes.get("stage"), str):
        changes["stage"] = STAGES[changes["stage"]]
    stage: Stage = changes.get("stage", STAGES["Proposal"])
    reply = a_touch(days_ago(2))
    ours = a_touch(
        days_ago(3),
        kind=ActivityKind.CALL,
        direction=Direction.OUTBOUND,
        record_id="00T000000000001AAA",
        subject="Call about the proposal",
    )
    facts: dict[str, Any] = {
        "id": OpportunityId("006000000000001AAA"),
        "name": "Northwind rollout",
        "owner_id": ADA_ID,
        "stage": stage,
        "created_on": days_ago(46),
        "close_date": days_ahead(40),
        "amount": Decimal("48000.00"),
        "currency": "USD",
        "amount_base": Decimal("48000.00"),
        "account_id": RecordId("001000000000001AAA"),
        "account": "Northwind",
        "type": "New Customer",
        "lead_source": "Web",
        "probability": stage.probability,
        "forecast_category": stage.forecast_category,
        "next_step": "Send the revised quote to Renata",
        "next_step_since": days_ago(3),
        "visits": (*before(stage, entered), a_visit(stage.name, entered)),
        "entered_stage_on": entered,
        "days_in_stage": (TODAY - entered).days,
        "days_open": 46,
        "owner_since": days_ago(46),
        "first_amount": Decimal("48000.00"),
        "calls": 4,
        "emails": 6,
        "meetings": 1,
        "last_outbound": ours,
        "last_inbound": reply,
        "last_two_way": reply,
        "last_meeting": None,
        "next_meeting": None,
        "last_touch": reply,
        "weeks_ours": (0, 1, 1, 1, 1, 2, 1, 2),
        "weeks_theirs": (0, 0, 1, 0, 1, 1, 1, 1),
        "outbound_21d": 4,
        "inbound_21d": 3,
        "contacts_engaged_30d": 2,
        "roles": (
            a_role(),
            a_role(
                record_id=RecordId("00K000000000002AAA"),
                contact_id=RecordId("003000000000002AAA"),
                name="Milo Brandt",
                title="Head of IT",
                role="Evaluator",
                is_primary=False,
                email="milo@northwind.example",
            ),
        ),
        "open_tasks": (a_task(days_ahead(4)),),
        "line_items": 2,
        "line_total": Decimal("48000.00"),
    }
    return Deal(**(facts | changes))


def a_closed_deal(*, won: bool = True, **changes: Any) -> Deal:
    """A deal that closed ten days ago with everything filled in."""
    stage = STAGES["Closed Won" if won else "Closed Lost"]
    facts: dict[str, Any] = {
        "id": OpportunityId("006000000000009AAA"),
        "name": "Northwind pilot",
        "stage": stage,
        "is_closed": True,
        "is_won": won,
        "closed_on": days_ago(10),
        "close_date": days_ago(10),
        "forecast_category": stage.forecast_category,
        "probability": stage.probability,
        "loss_reason": None if won else "Price",
        "visits": (a_visit("Proposal", days_ago(46), days_ago(10), stage.name),),
        "open_tasks": (),
        "days_in_stage": None,
        "entered_stage_on": None,
    }
    return a_deal(**(facts | changes))


def a_stage_norm(stage: str = "Proposal", **changes: Any) -> StageNorm:
    facts: dict[str, Any] = {
        "stage": stage,
        "stalled_after": 42,
        "slowing_after": 28,
        "median_won": 18,
        "won": 57,
        "source": say(
            "{tenths} in 10 deals we went on to win had left {stage} by day {day} "
            "({behind})",
            tenths=8,
            stage=stage,
            day=42,
            behind=say(
                "{deals}, last {months}",
                deals=many(57, "won deal"),
                months=many(6, "month"),
            ),
        ),
        "learned": True,
    }
    return StageNorm(**(facts | changes))


def some_norms(**changes: Any) -> Norms:
    """Learned norms of an organisation with 57 won of 140 closed deals."""
    facts: dict[str, Any] = {
        "tier": 1,
        "won": 57,
        "closed": 140,
        "window_days": 180,
        "stages": {name: a_stage_norm(name) for name, _, _ in OPEN_STAGES},
        "median_won_cycle": 70,
        "amount_p75": Decimal(60_000),
        "amount_median": Decimal(40_000),
        "capture": {
            owner: Capture(
                user_id=owner,
                calls=20,
                emails=40,
                meetings=5,
                open_deals=8,
                trusted=True,
                because=say("65 activities on 8 open deals in 30 days"),
            )
            for owner in (ADA_ID, BO_ID)
        },
    }
    return Norms(**(facts | changes))


def a_review_context(**changes: Any) -> Context:
    """What rules see besides a deal; ``policy`` and ``norms`` as usual."""
    facts: dict[str, Any] = {
        "as_of": AS_OF,
        "today": TODAY,
        "policy": Policy(),
        "norms": some_norms(),
        "org": ACME,
        "stages": STAGES,
        "people": CAST,
        "period_end": date(2026, 12, 31),
        "leaders": frozenset({CLEO_ID}),
        "milestones": {"qualification": 2, "discovery": 3, "proposal": 4},
        "used": frozenset(
            {"LossReason", "OpportunityContactRole", "OpportunityLineItem"}
        ),
    }
    return Context(**(facts | changes))


def a_book(*deals: Deal, **changes: Any) -> Book:
    """A book of ``deals``: one healthy deal of Ada's when none are given."""
    chosen = deals or (a_deal(),)
    facts: dict[str, Any] = {
        "as_of": AS_OF,
        "org": ACME,
        "people": CAST,
        "stages": STAGES,
        "deals": tuple(deal for deal in chosen if not deal.is_closed),
        "closed": tuple(deal for deal in chosen if deal.is_closed),
        "data_as_of": {"Opportunity": AS_OF - timedelta(minutes=5)},
    }
    return Book(**(facts | changes))


def some_baselines(**changes: Any) -> Baselines:
    """Plain statistics of the organisation of ``some_norms``."""
    facts: dict[str, Any] = {
        "won": 57,
        "closed": 140,
        "median_won_cycle": 70,
        "amount_p75": Decimal(60_000),
        "amount_median": Decimal(40_000),
        "stages": {
            name: StageBaseline(stage=name, median_won=18, won=57)
            for name, _, _ in OPEN_STAGES
        },
        "owners": {
            owner: OwnerActivity(
                user_id=owner, calls=20, emails=40, meetings=5, open_deals=8
            )
            for owner in (ADA_ID, BO_ID)
        },
    }
    return Baselines(**(facts | changes))


def numbered(count: int, **changes: Any) -> tuple[Deal, ...]:
    """``count`` healthy deals of the same owner with ids and names of their own."""
    return tuple(
        replace(
            a_deal(**changes),
            id=OpportunityId(f"006000000000{number:03}AAA"),
            name=f"Deal {number}",
            account_id=RecordId(f"001000000000{number:03}AAA"),
            account=f"Account {number}",
        )
        for number in range(1, count + 1)
    )
