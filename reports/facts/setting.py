"""The setting of the deals: the organisation, its people, stages and quotas."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from reports.facts.days import checked_zone, utc
from reports.facts.money import Rates
from reports.facts.values import tidy
from reports.model import (
    Organisation,
    Person,
    Problem,
    Quota,
    RecordId,
    Stage,
    UserId,
)
from reports.said import say


Rows = Sequence[Mapping[str, Any]]

JANUARY, DECEMBER = 1, 12


def organisation_of(
    rows: Rows, rates: Rates, held: Iterable[str], quarters: Rows
) -> tuple[Organisation, tuple[Problem, ...]]:
    """The organisation; one that is not described has the defaults."""
    if not rows:
        record = RecordId("")
        org = Organisation(
            id=record,
            name="",
            currency=rates.corporate,
            retired_currencies=rates.retired,
            has=frozenset(held),
            quarters=in_order(quarters),
        )
        because = say("the organisation is not described; days are counted in UTC")
        return org, (Problem(record_id=record, object="Organization", because=because),)
    row = rows[0]
    record = RecordId(row["record_id"] or "")
    zone, problems = checked_zone(row["zone"], "UTC", record, "Organization")
    month = row["fiscal_start"] or JANUARY
    org = Organisation(
        id=record,
        name=row["name"] or "",
        zone=zone,
        locale=row["locale"] or "en_US",
        language=row["lang"] or "en_US",
        fiscal_start_month=month if JANUARY <= month <= DECEMBER else JANUARY,
        currency=rates.corporate,
        retired_currencies=rates.retired,
        has=frozenset(held),
        quarters=in_order(quarters),
    )
    return org, problems


def in_order(rows: Rows) -> tuple[tuple[date, date], ...]:
    """The fiscal quarters; of two that overlap, the one that begins first."""
    found: list[tuple[date, date]] = []
    for row in rows:
        if not found or row["start_date"] > found[-1][1]:
            found.append((row["start_date"], row["end_date"]))
    return tuple(found)


def people_of(
    rows: Rows, org: Organisation
) -> tuple[dict[UserId, Person], tuple[Problem, ...]]:
    """The users by id."""
    people: dict[UserId, Person] = {}
    problems: list[Problem] = []
    for row in rows:
        found = UserId(row["user_id"])
        zone, wrong = checked_zone(row["zone"], org.zone, RecordId(found), "User")
        problems += wrong
        people[found] = Person(
            id=found,
            name=person_name(row),
            email=row["email"] or None,
            active=bool(row["is_active"]),
            manager_id=UserId(row["manager_id"]) if row["manager_id"] else None,
            title=row["title"],
            zone=zone,
            locale=row["locale"] or org.locale,
            language=row["lang"] or org.language,
        )
    return people, tuple(problems)


def person_name(row: Mapping[str, Any]) -> str:
    """What to call a user; there is always something."""
    parts = [part for part in (row["first_name"], row["last_name"]) if part]
    return str(
        row["name"] or " ".join(parts) or row["username"] or f"User {row['user_id']}"
    )


def stranger(user_id: UserId, org: Organisation) -> Person:
    """Somebody who owns deals and is not among the users we can see."""
    name = f"User {user_id}" if user_id else "Nobody"
    return Person(
        id=user_id,
        name=name,
        email=None,
        active=False,
        zone=org.zone,
        locale=org.locale,
        language=org.language,
    )


def stages_of(rows: Rows) -> dict[str, Stage]:
    """The stages by name; the open ones in use are counted from 1."""
    rows = [row for row in rows if row["exact"]]
    order = [row for row in rows if row["is_active"] and not row["is_closed"]]
    last = max((row["sort_order"] or 0 for row in order), default=0)

    def position(row: Mapping[str, Any]) -> int:
        """Where an open stage stands; one no longer in use, where it stood."""
        if row["is_closed"]:
            return 0
        at = last if row["sort_order"] is None else row["sort_order"]
        before = sum((other["sort_order"] or 0) <= at for other in order)
        if row in order:
            return order.index(row) + 1
        return max(before, 1) if order else 0

    return {
        row["stage"]: Stage(
            name=row["stage"],
            position=position(row),
            of=len(order),
            is_closed=bool(row["is_closed"]),
            is_won=bool(row["is_won"]),
            probability=tidy(row["probability"]),
            forecast_category=row["forecast_category"],
        )
        for row in rows
    }


def quotas_of(
    rows: Rows, org: Organisation, rates: Rates
) -> tuple[tuple[Quota, ...], list[Problem]]:
    """The quotas; one without a period or an amount cannot be used.

    They are converted at the standing rate, as forecasts are in Sales Cloud: dated
    ones are for opportunities.
    """
    quotas: list[Quota] = []
    problems: list[Problem] = []
    for row in rows:
        if None in (row["start_date"], row["end_date"], row["amount"]):
            because = say("a quota without its period or its amount")
            problems.append(
                Problem(
                    record_id=RecordId(row["record_id"] or ""),
                    object="ForecastingQuota",
                    because=because,
                )
            )
            continue
        currency = row["currency"] or org.currency
        quotas.append(
            Quota(
                user_id=UserId(row["user_id"]),
                start=row["start_date"],
                end=row["end_date"],
                amount=Decimal(row["amount"]),
                currency=currency,
                amount_base=rates.forecast(row["amount"], currency, row["start_date"]),
            )
        )
    return tuple(quotas), problems


def data_as_of(rows: Rows, as_of: datetime) -> dict[str, datetime]:
    """When each object was last loaded; a later load is complete up to ``as_of``."""
    return {row["name"]: min(utc(row["loaded_at"]), as_of) for row in rows}
