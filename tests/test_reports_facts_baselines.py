"""Plain statistics, counted by hand beside them."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from reports.facts.baselines import baselines
from reports.facts.book import read_book
from reports.model import Book, UserId
from reports.normal import OwnerActivity, StageBaseline
from tests.mirrors import ADA, changed, engine_of


T = datetime(2026, 3, 10, 12, tzinfo=UTC)


def book(**tables: Any) -> Book:
    with engine_of(**tables) as engine:
        return read_book(engine, T)


def won(place: int, *moments: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A deal that was in Discovery, then in Proposal, then won."""
    found = f"006WON{place}"
    row = changed(Id=found, StageName="Won", IsClosed=True, CreatedDate=moments[0])
    stages = ("Discovery", "Proposal", "Won")
    history = [
        {"Id": f"008{place}{step}", "OpportunityId": found, "CreatedDate": at}
        | {"StageName": stage}
        for step, (at, stage) in enumerate(zip(moments, stages, strict=True))
    ]
    return row, history


def test_an_organisation_without_deals() -> None:
    found = baselines(book(Opportunity=[]))

    assert (found.won, found.closed, found.median_won_cycle) == (0, 0, None)
    assert (found.amount_p75, found.stages, found.owners) == (None, {}, {})


def test_days_of_won_deals() -> None:
    deals = [
        won(1, "2026-01-01 09:00", "2026-01-11 09:00", "2026-01-13 09:00"),
        won(2, "2026-01-01 09:00", "2026-01-21 23:00", "2026-01-22 01:00"),
        won(3, "2026-01-01 09:00", "2026-01-31 09:00", "2026-02-10 09:00"),
    ]

    found = baselines(
        book(
            Opportunity=[row for row, _ in deals],
            OpportunityHistory=[row for _, rows in deals for row in rows],
        )
    )
    assert (found.won, found.closed, found.median_won_cycle) == (3, 3, 21)
    assert found.stages == {
        "Discovery": StageBaseline(stage="Discovery", median_won=20, won=3),
        "Proposal": StageBaseline(stage="Proposal", median_won=2, won=3),
    }


def test_amounts_of_open_deals() -> None:
    amounts = (100, 200, None, 400)
    rows = [changed(Id=f"006{place}", Amount=a) for place, a in enumerate(amounts)]

    found = baselines(book(Opportunity=rows))
    assert (found.amount_median, found.amount_p75) == (
        Decimal("200.00"),
        Decimal("300.00"),
    )


def test_what_an_owner_logged_lately() -> None:
    one = book().deals[0]
    deals = (
        replace(one, calls_30d=2, emails_30d=1),
        replace(one, emails_30d=4, meetings_30d=1),
    )

    assert baselines(replace(book(), deals=deals)).owners == {
        UserId(ADA): OwnerActivity(
            user_id=UserId(ADA), calls=2, emails=5, meetings=1, open_deals=2
        )
    }


def test_deals_left_out_of_the_book_still_count_as_closed() -> None:
    assert baselines(replace(book(), closed_left_out=40)).closed == 40
