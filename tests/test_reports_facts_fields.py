"""Further fields, plans and doubled accounts: what only some organisations need."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from reports.facts.book import read_book
from reports.facts.engine import Column, literal
from reports.model import Book
from tests.mirrors import DEAL, changed, engine_of


T = datetime(2026, 3, 10, 12, tzinfo=UTC)


def book(*fields: str, **tables: Any) -> Book:
    with engine_of(**tables) as engine:
        return read_book(engine, T, fields=fields)


def noted(at: str, old: str | None, new: str | None) -> list[dict[str, Any]]:
    return [
        {
            "Id": "017000000000001AAA",
            "OpportunityId": DEAL,
            "CreatedDate": at,
            "Field": "CampaignId",
            "OldValue": old,
            "NewValue": new,
        }
    ]


def test_a_further_field_is_filled_when_there_is_something_in_it() -> None:
    row = changed(CampaignId="701", Type="  ", PushCount=0)
    found = book("CampaignId", "Type", "PushCount", "LeadSource", Opportunity=[row])

    assert found.fields == {"CampaignId", "Type", "PushCount", "LeadSource"}
    assert found.deals[0].filled == ("CampaignId", "PushCount")
    assert found.problems == ()


@pytest.mark.parametrize(
    ("now", "old", "new", "filled"),
    [("701", None, "701", False), (None, "701", None, True)],
)
def test_a_field_filled_or_emptied_later_is_as_it_was(
    *, now: str | None, old: str | None, new: str | None, filled: bool
) -> None:
    found = book(
        "CampaignId",
        Opportunity=[changed(CampaignId=now)],
        OpportunityFieldHistory=noted("2026-03-11 09:00:00", old, new),
    )

    assert ("CampaignId" in found.deals[0].filled) is filled


def test_a_field_changed_before_is_as_it_is_now() -> None:
    found = book(
        "CampaignId",
        Opportunity=[changed(CampaignId="701")],
        OpportunityFieldHistory=noted("2026-03-01 09:00:00", None, "701"),
    )

    assert found.deals[0].filled == ("CampaignId",)


@pytest.mark.parametrize("name", ["Budget__c", "x; drop table sf_task", "a.b", ""])
def test_a_field_that_is_not_there_is_a_problem_and_no_more(name: str) -> None:
    found = book(name, "CampaignId")

    assert found.fields == {"CampaignId"}
    assert found.deals[0].filled == ()
    assert [problem.object for problem in found.problems] == ["Opportunity"]
    assert "is required and cannot be read" in found.problems[0].because


def test_only_the_name_of_a_field_is_written_into_a_query() -> None:
    assert literal(Column("Budget__c")) == "Budget__c"
    for name in ("Budget c", "1st", "x'", "a" * 81, "naïve"):
        with pytest.raises(TypeError):
            literal(Column(name))


def test_plans_are_the_close_dates_that_history_shows() -> None:
    rows = [
        {
            "Id": f"00800000000000{place}AAA",
            "OpportunityId": DEAL,
            "CreatedDate": at,
            "StageName": stage,
            "CloseDate": close,
        }
        for place, (at, stage, close) in enumerate(
            (
                ("2026-01-05 10:00:00", "Discovery", "2026-04-01"),
                ("2026-02-01 10:00:00", "Proposal", "2026-04-01"),
                ("2026-03-01 10:00:00", "Proposal", "2026-05-01"),
                ("2026-03-11 10:00:00", "Proposal", "2026-06-01"),
            )
        )
    ]

    assert book(OpportunityHistory=rows).deals[0].plans == (
        (datetime(2026, 1, 5, 10, tzinfo=UTC), date(2026, 4, 1)),
        (datetime(2026, 3, 1, 10, tzinfo=UTC), date(2026, 5, 1)),
    )


def test_accounts_of_one_name_are_told() -> None:
    accounts = [
        {"Id": "001A", "Name": "Globex Ltd"},
        {"Id": "001B", "Name": " GLOBEX LTD "},
        {"Id": "001C", "Name": "Globex"},
        {"Id": "001D", "Name": "Globex", "CreatedDate": "2026-03-11 00:00:00"},
        {"Id": "001E", "Name": None},
        {"Id": "001F", "Name": None},
    ]

    assert book(Account=accounts).doubled_accounts == {"001A", "001B"}


def test_a_full_stop_and_a_sharp_s_do_not_make_another_name() -> None:
    names = ("Weiß Gruppe AG.", "WEISS GRUPPE AG", "Weis Gruppe AG", ".", ". ")
    accounts = [{"Id": f"001{place}", "Name": name} for place, name in enumerate(names)]

    assert book(Account=accounts).doubled_accounts == {"0010", "0011"}


@pytest.mark.parametrize(
    ("one", "other", "doubled"),
    [
        ("https://www.globex.example", "globex.example/contact", True),
        ("https://globex.example", None, True),
        ("https://globex.example", " ", True),
        ("https://globex.example", "https://globex-freight.example", False),
    ],
)
def test_companies_of_one_name_with_websites_of_their_own_are_two(
    one: str | None, other: str | None, *, doubled: bool
) -> None:
    accounts = [
        {"Id": "001A", "Name": "Globex", "Website": one},
        {"Id": "001B", "Name": "Globex", "Website": other},
    ]

    assert bool(book(Account=accounts).doubled_accounts) == doubled


def test_of_three_of_one_name_those_with_one_website_are_doubled() -> None:
    accounts = [
        {"Id": "001A", "Name": "Globex", "Website": "http://globex.example"},
        {"Id": "001B", "Name": "Globex", "Website": "http://www.globex.example/de"},
        {"Id": "001C", "Name": "Globex", "Website": "https://globex.example.org"},
    ]

    assert book(Account=accounts).doubled_accounts == {"001A", "001B"}
