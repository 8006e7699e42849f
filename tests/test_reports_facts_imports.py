"""Imports: deals that came from elsewhere begin where their records do."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reports.facts.baselines import baselines
from reports.facts.book import read_book
from reports.model import Book, Deal
from tests.mirrors import ADA, changed, engine_of


T = datetime(2026, 3, 10, 12, tzinfo=UTC)
#: A Monday night, five weeks before.
NIGHT = datetime(2026, 2, 2, 23)  # noqa: DTZ001 - as the mirror keeps it
BO = "005000000000BO0AAA"

Row = dict[str, Any]


def made(number: int, at: datetime, *, by: str | None = ADA, **changes: Any) -> Row:
    return changed(Id=f"006{number:012}AAA", CreatedDate=at, CreatedById=by, **changes)


def seen(number: int, at: datetime, stage: str) -> Row:
    """A row of the deal's history."""
    return {
        "Id": f"008{number:03}{at:%y%m%d%H}0AAA",
        "OpportunityId": f"006{number:012}AAA",
        "StageName": stage,
        "CreatedDate": at,
    }


def one_by_one(count: int) -> list[Row]:
    """Deals that were made a day apart, from number 900 on."""
    day = timedelta(days=1)
    return [made(900 + n, NIGHT - day * n, by=BO) for n in range(count)]


def book(deals: Sequence[Row], history: Sequence[Row] = ()) -> Book:
    with engine_of(Opportunity=deals, OpportunityHistory=history) as engine:
        return read_book(engine, T)


def imported(found: Book) -> list[str]:
    return [
        deal.id.lstrip("06").removesuffix("AAA")
        for deal in (*found.deals, *found.closed)
        if deal.imported
    ]


def only(found: Book) -> Deal:
    (deal,) = (*found.deals, *found.closed)
    return deal


@pytest.mark.parametrize(
    ("count", "others", "minutes", "is_import"),
    [
        (20, 400, 3, True),  # twenty within the hour
        (19, 400, 3, False),
        (20, 400, 4, False),  # more than an hour
        (5, 95, 10, True),  # one in twenty of all
        (5, 96, 10, False),
        (4, 0, 10, False),  # a handful is nothing
    ],
)
def test_many_deals_of_one_user_within_an_hour_are_an_import(
    count: int, others: int, minutes: int, *, is_import: bool
) -> None:
    apart = timedelta(minutes=minutes)
    deals = [made(n, NIGHT + apart * n) for n in range(1, count + 1)]
    found = book([*deals, *one_by_one(others)])

    assert len(imported(found)) == (count if is_import else 0)


def test_deals_of_several_users_or_of_nobody_are_no_import() -> None:
    users = [f"005{n:012}AAA" for n in range(10)]
    apart = [made(n, NIGHT, by=users[n]) for n in range(10)]
    hidden = [made(n, NIGHT, by=None) for n in range(10, 40)]

    assert imported(book([*apart, *hidden])) == []


def test_who_makes_many_at_once_all_the_time_passes_on_new_deals() -> None:
    nights = [NIGHT - timedelta(days=n) for n in range(11)]
    deals = [
        made(40 * n + k, night) for n, night in enumerate(nights) for k in range(20)
    ]
    few = [deal for deal in deals if deal["CreatedDate"] > NIGHT - timedelta(days=3)]

    assert imported(book(deals)) == []
    assert len(imported(book(few))) == 60


def test_a_busy_desk_is_no_import() -> None:
    nights = [NIGHT - timedelta(days=n) for n in range(4)]
    rush = [
        made(40 * n + k, night) for n, night in enumerate(nights) for k in range(20)
    ]
    calm = [made(500 + n, NIGHT - timedelta(hours=2 * n)) for n in range(100, 181)]

    assert imported(book([*rush, *calm])) == []


def test_a_stay_that_was_imported_began_before_its_records() -> None:
    """Made a year before its history: the date was set by the import."""
    later = NIGHT + timedelta(days=20)
    deal = only(
        book(
            [made(1, NIGHT - timedelta(days=365), StageName="Negotiation")],
            [seen(1, NIGHT, "Proposal"), seen(1, later, "Negotiation")],
        )
    )

    assert deal.imported
    assert [(v.stage, v.imported) for v in deal.visits] == [
        ("Proposal", True),
        ("Negotiation", False),
    ]
    assert deal.days_in_stage == 16


def test_history_that_begins_within_a_day_is_all_there_is() -> None:
    deal = only(
        book([made(1, NIGHT)], [seen(1, NIGHT + timedelta(hours=24), "Proposal")])
    )

    assert not deal.imported


def test_a_deal_that_came_closed_teaches_nothing_until_it_is_open_again() -> None:
    back = NIGHT + timedelta(days=20)
    first = seen(1, NIGHT, "Won")
    deals = [made(1, NIGHT, StageName="Won", IsClosed=True, IsWon=True)]
    closed = only(book(deals, [first]))
    again = only(
        book([made(1, NIGHT, StageName="Proposal")], [first, seen(1, back, "Proposal")])
    )

    assert (closed.imported, closed.visits) == (True, ())
    assert baselines(book(deals, [first])).median_won_cycle is None
    assert [visit.imported for visit in again.visits] == [False]


def test_what_is_made_later_makes_nothing_an_import_before() -> None:
    deals = [made(n, NIGHT + timedelta(days=36, hours=12)) for n in range(1, 20)]
    later = [made(n, NIGHT + timedelta(days=36, hours=13)) for n in range(20, 40)]
    others = one_by_one(400)

    assert imported(book([*deals, *later, *others])) == []
