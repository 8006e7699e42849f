"""The book: everything the reports know about the deals, as of one moment.

The fact queries run in two layers. The first keep intermediate tables with the
engine (what an opportunity looked like, who did what); the others read those, one
ordered query per set. Rows are grouped here and become frozen values; whatever a
record says, it becomes a value or a Problem, never an exception.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, Protocol

from reports.facts.days import day, utc, zone_named, zones_of
from reports.facts.deals import NOBODY, Parts, Rows, Setting, deal_of, problems_of
from reports.facts.engine import Engine, Parameter
from reports.facts.fields import further
from reports.facts.imports import LIMITS
from reports.facts.money import Rates, rates_of
from reports.facts.pause import paused
from reports.facts.setting import (
    data_as_of,
    organisation_of,
    people_of,
    quotas_of,
    stages_of,
    stranger,
)
from reports.model import (
    Book,
    Deal,
    Organisation,
    Person,
    Problem,
    RecordId,
    UserId,
)
from reports.said import say


#: How long a closed deal stays in the book.
REMEMBERED = timedelta(days=730)
#: A call of at least this many seconds is a conversation.
CONVERSATION = 120

#: Kept in this order: each reads those before it.
KEPT = ("stage", "change", "undone", "state", "deal", "role", "activity")
#: One ordered query each, grouped by deal.
PARTS = (
    "visits", "plans", "changes", "touches", "last_touches", "roles", "team",
    "open_tasks", "done_ahead", "line_items", "imports",
)  # fmt: skip

JOURNAL = (
    ("deal_id", "varchar"),
    ("field_name", "varchar"),
    ("happened", "timestamp"),
    ("record_id", "varchar"),
    ("old_value", "varchar"),
    ("new_value", "varchar"),
)


class Observed(Protocol):
    """A change that a sync saw and wrote into the journal."""

    @property
    def object(self) -> str:
        """The object, by its API name."""

    @property
    def record_id(self) -> str:
        """The record that changed."""

    @property
    def field(self) -> str:
        """The field, by its API name."""

    @property
    def at(self) -> datetime:
        """The stamp of the record that shows the new value."""

    @property
    def old(self) -> str | None:
        """The value before, as text."""

    @property
    def new(self) -> str | None:
        """The value after, as text."""


def read_book(
    engine: Engine,
    as_of: datetime,
    *,
    journal: Sequence[Observed] = (),
    fields: Sequence[str] = (),
) -> Book:
    """Read everything as it was at ``as_of``, and which deals filled in ``fields``."""
    if as_of.tzinfo is None:
        raise ValueError("a book is as of an aware moment")
    as_of = as_of.astimezone(UTC)
    since = as_of - REMEMBERED
    org, rates, wrong_org = read_organisation(engine, as_of)
    people, wrong_people = people_of(engine.query("people", as_of=as_of), org)
    prepare(engine, as_of, org, journal)
    rows = engine.query("deals", since=since)
    everybody, strangers = with_strangers(people, rows, org)
    setting = Setting(
        as_of=as_of,
        org=org,
        zones=zones_of([*everybody.values(), stranger(NOBODY, org)], org),
        stages=stages_of(engine.query("stages")),
        rates=rates,
        steps_tracked=tracked_since(engine, as_of, "NextStep", org),
        further=further(engine, as_of, fields, org),
    )
    deals = deals_of(engine, rows, setting, since)
    quotas, wrong_quotas = quotas_of(engine.query("quotas", as_of=as_of), org, rates)
    return Book(
        as_of=as_of,
        org=org,
        people=everybody,
        stages=setting.stages,
        deals=tuple(deal for deal in deals if not deal.is_closed),
        closed=tuple(deal for deal in deals if deal.is_closed),
        quotas=quotas,
        problems=(
            *wrong_org,
            *wrong_people,
            *strangers,
            *(problem for row in rows for problem in problems_of(row)),
            *wrong_quotas,
            *setting.further.problems,
        ),
        fields=setting.further.read,
        doubled_accounts=doubled_accounts(engine, as_of),
        data_as_of=data_as_of(engine.query("loads"), as_of),
        closed_left_out=engine.query("left_out", since=since)[0]["deals"],
    )


def read_organisation(
    engine: Engine, as_of: datetime
) -> tuple[Organisation, Rates, tuple[Problem, ...]]:
    """The organisation with its currencies and what it keeps records of."""
    rows = engine.query("organisation")
    locale = rows[0]["locale"] if rows else None
    rates = rates_of(engine.query("rates", as_of=as_of), locale)
    held = [
        row["object_name"]
        for row in engine.query("holdings", as_of=as_of)
        if row["held"]
    ]
    quarters = engine.query("quarters", as_of=as_of)
    org, problems = organisation_of(rows, rates, held, quarters)
    return org, rates, problems


def prepare(
    engine: Engine, as_of: datetime, org: Organisation, journal: Sequence[Observed]
) -> None:
    """Lend the journal to the engine and keep the tables that the queries read."""
    engine.lend("journal", JOURNAL, lent(journal))
    today = day_of_org(as_of, org)
    given: dict[str, dict[str, Parameter]] = {
        "stage": {"as_of": as_of},
        "undone": {"as_of": as_of},
        "state": {"as_of": as_of},
        "deal": {"as_of": as_of, "today": today},
        "role": {"as_of": as_of},
        "activity": {"as_of": as_of, "today": today, "talk_s": CONVERSATION},
    }
    for name in KEPT:
        engine.keep(name, **given.get(name, {}))


def lent(journal: Iterable[Observed]) -> list[tuple[Any, ...]]:
    """The journal's changes of opportunities, one for each field and moment."""
    seen: dict[tuple[str, str, datetime], tuple[Any, ...]] = {}
    for change in journal:
        if change.object == "Opportunity":
            at = change.at.astimezone(UTC).replace(tzinfo=None)
            row = (change.record_id, change.field, at, None, change.old, change.new)
            seen.setdefault((change.record_id, change.field, at), row)
    return [seen[key] for key in sorted(seen)]


def doubled_accounts(engine: Engine, as_of: datetime) -> frozenset[RecordId]:
    """The accounts that are there twice."""
    rows = engine.query("doubled_accounts", as_of=as_of)
    return frozenset(RecordId(row["account_id"]) for row in rows)


def deals_of(
    engine: Engine, rows: Rows, setting: Setting, since: datetime
) -> list[Deal]:
    """The deals in the order of the book, each with what belongs to it."""
    today = day_of_org(setting.as_of, setting.org)
    with paused():
        parts = read_parts(engine, setting.as_of, since, today=today)
        return sorted((deal_of(row, parts, setting) for row in rows), key=by_owner)


def day_of_org(as_of: datetime, org: Organisation) -> date:
    """The day of a moment on the organisation's wall."""
    return day(as_of, zone_named(org.zone) or UTC)


def read_parts(
    engine: Engine, as_of: datetime, since: datetime, *, today: date
) -> Parts:
    """Everything that belongs to deals, grouped by deal."""
    given: dict[str, dict[str, Parameter]] = {
        "visits": {"as_of": as_of, "since": since},
        "plans": {"since": since},
        "last_touches": {},
        "done_ahead": {"as_of": as_of, "today": today},
        "line_items": {"as_of": as_of},
        "imports": {**LIMITS, "since": since},
    }
    return Parts(
        of={
            name: grouped(engine.query(name, **given.get(name, {"as_of": as_of})))
            for name in PARTS
        }
    )


def grouped(rows: Rows) -> dict[str, Rows]:
    """Rows by deal; they come ordered by deal."""
    return {
        deal_id: tuple(found) for deal_id, found in groupby(rows, itemgetter("deal_id"))
    }


def tracked_since(
    engine: Engine, as_of: datetime, field: str, org: Organisation
) -> date | None:
    """Since what day field history shows a field; None when it does not."""
    found = {
        row["field_name"]: row["since"] for row in engine.query("tracking", as_of=as_of)
    }
    zone = zone_named(org.zone) or UTC
    return day(utc(found[field]), zone) if field in found else None


def with_strangers(
    people: Mapping[UserId, Person], rows: Rows, org: Organisation
) -> tuple[dict[UserId, Person], list[Problem]]:
    """The users, and somebody in the place of every owner who is not among them."""
    owners = {UserId(row["owner_id"] or NOBODY) for row in rows}
    unknown = sorted(owners - set(people))
    because = say("owns opportunities and is not among the users that can be read")
    problems = [
        Problem(record_id=RecordId(owner), object="User", because=because)
        for owner in unknown
    ]
    return {**people, **{owner: stranger(owner, org) for owner in unknown}}, problems


def by_owner(deal: Deal) -> tuple[str, str]:
    """The order of the book."""
    return deal.owner_id, deal.id
