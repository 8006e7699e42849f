"""Everything around the deals: the org, its people, stages, money and quotas."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from reports.facts.book import read_book
from reports.facts.money import Rates, currency_of, rates_of
from reports.model import Book, Phase
from tests.mirrors import ADA, HEALTHY, changed, engine_of, memory


T = datetime(2026, 3, 10, 12, tzinfo=UTC)
ORG = HEALTHY["Organization"][0]
USER = HEALTHY["User"][0]


def book(at: datetime = T, **tables: Any) -> Book:
    with engine_of(**tables) as engine:
        return read_book(engine, at)


def test_the_organisation() -> None:
    org = book().org

    assert (org.name, org.zone, org.currency) == ("Acme", "Europe/London", "GBP")
    assert org.has == {"Organization", "OpportunityStage", "User", "Opportunity"}


def test_an_object_that_gets_its_first_row_later_holds_nothing_yet() -> None:
    found = book(Event=[{"Id": "00U1", "CreatedDate": "2026-03-11 00:00:00"}])

    assert "Event" not in found.org.has


def test_an_organisation_that_is_not_described_has_the_defaults() -> None:
    found = book(Organization=[])

    assert (found.org.zone, found.org.currency) == ("UTC", "USD")
    assert "not described" in found.problems[0].because


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", "Europe\0/London"])
def test_an_unknown_zone_is_the_orgs_and_a_problem(zone: str) -> None:
    found = book(User=[{**USER, "TimeZoneSidKey": zone}])

    assert found.deals[0].days_open == 64
    assert found.people[found.deals[0].owner_id].zone == "Europe/London"
    assert [problem.object for problem in found.problems] == ["User"]


def test_an_unknown_zone_of_the_org_is_utc_and_a_problem() -> None:
    found = book(Organization=[{**ORG, "TimeZoneSidKey": "Nowhere"}])

    assert found.org.zone == "UTC"
    assert "'Nowhere' is unknown" in found.problems[0].because


def test_nobody_without_a_zone_is_a_problem() -> None:
    found = book(User=[{**USER, "TimeZoneSidKey": None}])

    assert (found.people[found.deals[0].owner_id].zone, found.problems) == (
        "Europe/London",
        (),
    )


def test_an_owner_who_cannot_be_read_gets_a_placeholder_and_one_problem() -> None:
    two = [changed(OwnerId="005GONE"), changed(Id="006TWO", OwnerId="005GONE")]

    found = book(Opportunity=two)
    person = found.people[found.deals[0].owner_id]
    assert (person.name, person.email, person.active) == ("User 005GONE", None, False)
    assert [problem.record_id for problem in found.problems] == ["005GONE"]


def test_a_deal_without_owner_belongs_to_nobody() -> None:
    found = book(Opportunity=[changed(OwnerId=None)])

    assert found.people[found.deals[0].owner_id].name == "Nobody"


def test_a_user_without_a_name_has_one_from_its_parts() -> None:
    found = book(User=[{**USER, "Name": None, "FirstName": "Ada", "LastName": "L"}])

    assert found.people[found.deals[0].owner_id].name == "Ada L"


def test_open_stages_are_counted_in_their_order() -> None:
    stages = book().stages

    assert [(s.name, s.position, s.phase) for s in stages.values()] == [
        ("Discovery", 1, Phase.EARLY),
        ("Proposal", 2, Phase.MID),
        ("Negotiation", 3, Phase.LATE),
        ("Won", 0, Phase.EARLY),
        ("Lost", 0, Phase.EARLY),
    ]
    assert stages["Proposal"].probability == Decimal(40)


def test_a_stage_taken_out_of_use_keeps_its_place_and_is_not_counted() -> None:
    old = {
        "Id": "01JOLD",
        "ApiName": "Verbal",
        "MasterLabel": "Verbal",
        "IsActive": False,
        "SortOrder": 2,
        "IsClosed": False,
    }

    stages = book(OpportunityStage=[*HEALTHY["OpportunityStage"], old]).stages
    assert (stages["Verbal"].position, stages["Verbal"].of) == (2, 3)


def test_data_are_as_of_their_load_but_never_later_than_the_book() -> None:
    engine = engine_of()
    loaded = "update mirror_object set loaded_at = ? where name = ?"
    memory().execute(loaded, ["2026-03-10 06:00:00", "Task"])
    memory().execute(loaded, ["2026-03-11 06:00:00", "Event"])
    try:
        found = read_book(engine, T)
    finally:
        memory().execute("update mirror_object set loaded_at = null")

    assert found.data_as_of == {
        "Event": T,
        "Task": datetime(2026, 3, 10, 6, tzinfo=UTC),
    }


def test_a_book_wants_an_aware_moment() -> None:
    with pytest.raises(ValueError, match="aware moment"):
        book(at=T.replace(tzinfo=None))


def test_deals_come_by_owner_and_id() -> None:
    owners = [("006B", ADA), ("006C", "005A"), ("006A", ADA)]
    rows = [changed(Id=found, OwnerId=owner) for found, owner in owners]

    assert [deal.id for deal in book(Opportunity=rows).deals] == [
        "006A",
        "006B",
        "006C",
    ]


def test_deals_closed_long_ago_are_counted_only() -> None:
    def won(found: str, close: str) -> dict[str, Any]:
        return changed(Id=found, StageName="Won", IsClosed=True, CloseDate=close)

    found = book(Opportunity=[won("006A", "2024-03-09"), won("006B", "2024-03-12")])
    assert [deal.id for deal in found.closed] == ["006B"]
    assert found.closed_left_out == 1


# Quotas


def test_a_quota_has_its_period() -> None:
    found = book(
        Period=[{"Id": "P1", "StartDate": "2026-01-01", "EndDate": "2026-03-31"}],
        ForecastingQuota=[
            {"Id": "Q1", "QuotaOwnerId": ADA, "PeriodId": "P1", "QuotaAmount": 90000},
            {"Id": "Q2", "QuotaOwnerId": ADA, "QuotaAmount": 1, "IsAmount": False},
            {"Id": "Q3", "QuotaOwnerId": ADA, "QuotaAmount": 1},
        ],
    )

    assert [(q.start, q.end, q.currency) for q in found.quotas] == [
        (date(2026, 1, 1), date(2026, 3, 31), "GBP")
    ]
    assert [problem.record_id for problem in found.problems] == ["Q3"]


def test_a_quota_is_converted_at_the_standing_rate() -> None:
    """Dated rates are for opportunities; forecasts know none of them."""
    tables = currencies(("EUR", "2026-01-01", None, "0.4"))
    del tables["CurrencyType"][2:]
    found = book(
        **tables,
        Period=[{"Id": "P1", "StartDate": "2026-01-01", "EndDate": "2026-03-31"}],
        ForecastingQuota=[
            {
                "Id": f"Q{place}",
                "QuotaOwnerId": ADA,
                "PeriodId": "P1",
                "QuotaAmount": 80,
                "CurrencyIsoCode": code,
            }
            for place, code in enumerate(("EUR", "USD", "ZZZ"))
        ],
    )

    assert [(q.currency, q.amount_base) for q in found.quotas] == [
        ("EUR", Decimal("100.00")),
        ("USD", Decimal("80.00")),
        ("ZZZ", None),
    ]


# Money


def currencies(*dated: tuple[str, str, str | None, str]) -> dict[str, Any]:
    return {
        "CurrencyType": [
            {"Id": "1", "IsoCode": "USD", "ConversionRate": 1, "IsCorporate": True},
            {"Id": "2", "IsoCode": "EUR", "ConversionRate": "0.8"},
        ],
        "DatedConversionRate": [
            {
                "Id": str(place),
                "IsoCode": code,
                "StartDate": start,
                "NextStartDate": end,
                "ConversionRate": rate,
            }
            for place, (code, start, end, rate) in enumerate(dated)
        ],
    }


def base(deal: dict[str, Any], **tables: Any) -> Decimal | None:
    found = book(Opportunity=[deal], **tables)
    return (*found.deals, *found.closed)[0].amount_base


def test_the_standing_rate_converts() -> None:
    assert base(changed(CurrencyIsoCode="EUR"), **currencies()) == Decimal("1250.00")


def test_a_dated_rate_wins_on_its_days() -> None:
    dated = currencies(
        ("EUR", "2026-01-01", "2026-03-10", "0.4"),
        ("EUR", "2026-03-10", "2026-04-01", "0.5"),
    )

    assert base(changed(CurrencyIsoCode="EUR"), **dated) == Decimal("2000.00")


def test_a_closed_deal_is_converted_at_its_close() -> None:
    dated = currencies(("EUR", "2026-01-01", "2026-03-10", "0.4"))
    won = changed(
        CurrencyIsoCode="EUR", StageName="Won", IsClosed=True, CloseDate="2026-02-01"
    )

    assert base(won, **dated) == Decimal("2500.00")


def test_without_a_rate_there_is_no_amount_in_the_corporate_currency() -> None:
    assert base(changed(CurrencyIsoCode="CHF"), **currencies()) is None


def test_a_currency_out_of_use_still_converts_and_is_told() -> None:
    tables = currencies()
    tables["CurrencyType"][1]["IsActive"] = False
    found = book(Opportunity=[changed(CurrencyIsoCode="EUR")], **tables)

    assert found.deals[0].amount_base == Decimal("1250.00")
    assert found.org.retired_currencies == {"EUR"}


def test_a_deal_without_currency_is_in_the_corporate_one() -> None:
    found = book(**currencies()).deals[0]

    assert (found.currency, found.amount_base) == ("USD", Decimal("1000.00"))


def test_a_rate_of_nothing_is_no_rate() -> None:
    rates = Rates(corporate="USD", standing={"XXX": Decimal(0)})

    assert rates.base(Decimal(5), "XXX", date(2026, 3, 1)) is None


@pytest.mark.parametrize(
    ("locale", "currency"),
    [
        ("nl_NL", "EUR"),
        ("en_GB", "GBP"),
        ("de-CH", "CHF"),
        ("zh_Hans_CN", "CNY"),
        ("en", "USD"),
        (None, "USD"),
    ],
)
def test_an_org_with_one_currency_has_its_locales(
    locale: str | None, currency: str
) -> None:
    assert currency_of(locale) == currency
    assert rates_of([], locale).corporate == currency
