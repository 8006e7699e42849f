"""The outlook on the running quarter: for whom, from when on, and what is missing."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from reports.findings import DealReview, Packet
from reports.judgement.policy import Policy
from reports.judgement.prospects import Prospects, quota_of
from reports.judgement.shock import Shock
from reports.judgement.tries import Window
from reports.model import Book, Quota, UserId
from reports.normal import Norms
from reports.outlook import Outlook, Record
from reports.packet.as_json import packet_json
from reports.packet.rollup import roll_up
from reports.packet.standing_json import standing_json
from reports.words.links import Links
from reports.words.outlook import method, odds, outlook_lines
from reports.words.page import page
from tests.builders import (
    ADA_ID,
    BO_ID,
    CLEO,
    CLEO_ID,
    TODAY,
    a_book,
    a_closed_deal,
    days_ahead,
    numbered,
    some_norms,
)
from tests.golden.scenario import OUTLOOK, the_packet


LEARNED = some_norms(tier=2, horizon_days=49)
QUARTER = (date(2026, 10, 1), date(2026, 12, 31))
MONTHS = (
    (date(2026, 10, 1), date(2026, 10, 31)),
    (date(2026, 11, 1), date(2026, 11, 30)),
    (date(2026, 12, 1), date(2026, 12, 31)),
)


def a_quota(
    days: tuple[date, date], amount: int, user: UserId = ADA_ID, code: str = "USD"
) -> Quota:
    return Quota(
        user_id=user,
        start=days[0],
        end=days[1],
        amount=Decimal(amount),
        currency=code,
    )


def book_with(*quotas: Quota) -> Book:
    deals = numbered(6, close_date=days_ahead(20), amount_base=Decimal(10_000))
    old = a_closed_deal(won=False, created_on=date(2026, 1, 2), owner_id=BO_ID)
    return replace(a_book(*deals, old), quotas=quotas)


def outlook(book: Book, norms: Norms = LEARNED, *quotas: UserId) -> Outlook:
    reviews = [DealReview(deal=deal, chance=0.4) for deal in book.deals]
    return Prospects(book, norms, Policy()).of(reviews, [ADA_ID], *quotas)


# Quota


@pytest.mark.parametrize(
    ("quotas", "together"),
    [
        ((a_quota(QUARTER, 90),), 90),
        (tuple(a_quota(month, 30) for month in MONTHS), 90),
        ((a_quota(QUARTER, 90), *(a_quota(month, 25) for month in MONTHS)), 90),
        (tuple(a_quota(month, 30) for month in MONTHS[:2]), None),
        ((a_quota(QUARTER, 90, code="EUR"),), None),
        ((a_quota((date(2026, 1, 1), date(2026, 12, 31)), 360),), None),
        ((a_quota(QUARTER, 0),), None),
        ((), None),
    ],
)
def test_a_quota_is_the_quarters_or_its_months_together(
    quotas: tuple[Quota, ...], together: int | None
) -> None:
    assert quota_of(book_with(*quotas), [ADA_ID]) == together


def test_a_team_has_the_sum_only_where_all_have_one() -> None:
    ada, bo = a_quota(QUARTER, 90), a_quota(QUARTER, 60, BO_ID)

    assert quota_of(book_with(ada, bo), [ADA_ID, BO_ID]) == 150
    assert quota_of(book_with(ada), [ADA_ID, BO_ID]) is None


def test_who_has_left_needs_no_quota_for_the_teams() -> None:
    book = book_with(a_quota(QUARTER, 90))
    gone = replace(book.people[BO_ID], active=False)
    left = replace(book, people={**book.people, BO_ID: gone})

    assert quota_of(left, [ADA_ID, BO_ID]) == 90
    assert quota_of(left, [BO_ID]) is None


def test_a_team_without_a_sum_hears_whose_quota_is_missing() -> None:
    book = book_with(a_quota(QUARTER, 90))
    team = Prospects(book, LEARNED, Policy())

    def told(*owners: UserId) -> str:
        return team.of([], owners).because[-1]

    assert told(ADA_ID, BO_ID).startswith(
        "No quota that can be told in USD is entered for the whole fiscal quarter of "
        "Bo Okoye: no chance"
    )
    assert told(ADA_ID, BO_ID, CLEO_ID).startswith(
        "No quota that can be told in USD is entered for the whole fiscal quarter of 2 "
        "sellers, Bo"
    )
    assert "so there is no chance" in told(BO_ID)


def test_a_quota_in_another_currency_counts_at_its_rate() -> None:
    euros = replace(a_quota(QUARTER, 80, BO_ID, code="EUR"), amount_base=Decimal(100))
    ada = a_quota(QUARTER, 90)

    assert quota_of(book_with(ada, euros), [ADA_ID, BO_ID]) == 190
    unrated = replace(euros, amount_base=None)
    assert quota_of(book_with(ada, unrated), [ADA_ID, BO_ID]) is None


def test_a_managers_own_quota_comes_before_the_sum() -> None:
    book = book_with(a_quota(QUARTER, 90), a_quota(QUARTER, 70, CLEO_ID))

    assert outlook(book, LEARNED, CLEO_ID).quota == 70
    assert outlook(book).quota == 90


# Tiers


def test_from_tier_two_on_there_is_a_range_and_a_chance() -> None:
    found = outlook(book_with(a_quota(QUARTER, 20_000)))

    assert found.forecast is not None
    assert found.forecast.low <= found.forecast.middle <= found.forecast.high
    assert found.forecast.chance is not None
    assert found.coverage is not None
    assert found.coverage.due == Decimal(60_000)


def test_a_shock_that_is_not_learned_yet_is_said_to_be_a_default() -> None:
    found = outlook(book_with(a_quota(QUARTER, 20_000)))

    assert found.because[-1] == (
        "How far deals are won and lost together is a default: 0 earlier forecasts of "
        "teams are known, 8 are needed."
    )


def test_a_learned_shock_is_not_spoken_of_and_widens_the_range() -> None:
    book = book_with(a_quota(QUARTER, 20_000))
    reviews = [DealReview(deal=deal, chance=0.4) for deal in book.deals]
    calm, wild = (Prospects(book, LEARNED, Policy()) for _ in range(2))
    vars(calm)["shock"] = Shock(size=0.1, forecasts=12)
    vars(wild)["shock"] = Shock(size=1.2, forecasts=12)
    narrow, wide = (one.of(reviews, [ADA_ID]) for one in (calm, wild))

    assert narrow.forecast is not None
    assert wide.forecast is not None
    assert wide.forecast.high > narrow.forecast.high
    assert not any("default" in line for line in wide.because)


def test_below_it_what_is_missing_is_said_and_coverage_is_labelled() -> None:
    few = some_norms(tier=1, won=14, closed=40, horizon_days=49)
    found = outlook(book_with(a_quota(QUARTER, 20_000)), few)

    assert found.forecast is None
    assert " ".join(found.because) == (
        "No forecast range yet: it starts at tier 2, with 100 closed deals of which "
        "30 each are won and lost; so far 40 closed deals of 100, 14 won of 30 and "
        "26 lost of 30."
    )
    assert found.coverage is not None
    assert found.coverage.source == "1 / win rate, for want of earlier periods"


def test_without_a_quota_there_is_a_range_and_no_chance() -> None:
    found = outlook(book_with())

    assert found.forecast is not None
    assert (found.forecast.chance, found.coverage) == (None, None)
    assert found.because[-1].startswith("No quota that can be told in USD is entered")


# The pages


def test_both_pages_say_it_in_two_paragraphs() -> None:
    first, second = outlook_lines(OUTLOOK, TODAY)

    assert first == (
        "Forecast to 31 Dec: $85k to $345k in 8 of 10 cases, $190k in the middle. "
        "$25k of it is won. Chance of the quota of $400k: about 1 in 20 (5 %). Three "
        "deals make up 84 % of what is open. The range is simulated; of 96 such ranges "
        "for single reps in earlier quarters, 75 held."
    )
    assert second == (
        "Coverage to 31 Dec: $210k is due for $355k to go, 0.6 times as much. Usually "
        "2.4 times is needed (1.9 to 3.1; of what was due at this point of 6 earlier "
        "periods, 42 % was won)."
    )


def test_where_nothing_is_won_yet_nothing_is_said_of_it() -> None:
    assert OUTLOOK.forecast is not None
    fresh = replace(OUTLOOK, forecast=replace(OUTLOOK.forecast, won=Decimal(0)))

    assert "in the middle. Chance of the quota" in next(outlook_lines(fresh, TODAY))


@pytest.mark.parametrize(
    ("windows", "record", "told"),
    [
        (0, None, "The range is simulated, and not tried yet."),
        (
            0,
            Record(ranges=18, held=13, teams=True),
            (
                "The range is simulated; of 18 such ranges for teams in earlier "
                "quarters, 13 held."
            ),
        ),
        (
            24,
            Record(ranges=24, held=19, teams=True),
            (
                "The range is as wide as our last 24 forecasts for teams were off. Of "
                "24 such ranges, each made from the other quarters, 19 held."
            ),
        ),
    ],
)
def test_a_range_says_how_it_was_come_by(
    windows: int, record: Record | None, told: str
) -> None:
    assert OUTLOOK.forecast is not None
    assert method(replace(OUTLOOK.forecast, windows=windows), record) == told


def test_a_team_of_many_forecasts_has_its_range_by_their_errors() -> None:
    book = book_with()
    reviews = [DealReview(deal=deal, chance=0.4) for deal in book.deals]
    known = Prospects(book, LEARNED, Policy())
    ends = [date(2026, month, 30) for month in (3, 6, 9)]
    vars(known)["of_teams"] = [
        Window(end=end, bets=((10_000.0, 0.5),) * 6, later=(), came=came)
        for end in ends
        for came in (0.0, 10_000.0, 20_000.0, 30_000.0, 40_000.0, 50_000.0, 60_000.0)
    ]
    team, rep = (known.of(reviews, owners) for owners in ([ADA_ID, BO_ID], [ADA_ID]))

    assert team.forecast is not None
    assert rep.forecast is not None
    assert (team.forecast.windows, rep.forecast.windows) == (21, 0)
    assert team.record is not None
    assert (team.record.ranges, team.record.teams) == (21, True)
    assert not any("default" in line for line in team.because)


@pytest.mark.parametrize(
    ("chance", "told"),
    [
        (0.0, "less than 1 in 20"),
        (0.05, "about 1 in 20 (5 %)"),
        (0.35, "about 1 in 3 (35 %)"),
        (0.5, "about 1 in 2 (50 %)"),
        (0.8, "about 4 in 5 (80 %)"),
        (0.95, "about 19 in 20 (95 %)"),
        (1.0, "more than 19 in 20"),
    ],
)
def test_a_chance_is_told_as_people_say_it(chance: float, told: str) -> None:
    assert odds(chance) == told


def test_a_packet_without_a_quota_says_the_range_and_does_not_ask_for_one() -> None:
    packet = replace(the_packet(), standing=None, outlook=outlook(book_with()))

    (line,) = page(packet, Links(None)).outlook
    assert line.startswith("Forecast to 31 Dec")
    assert "No quota" not in line


def test_a_packet_without_quota_and_forecast_says_nothing_of_either() -> None:
    few = some_norms(tier=1, won=14, closed=40, horizon_days=49)
    packet = replace(the_packet(), standing=None, outlook=outlook(book_with(), few))

    assert page(packet, Links(None)).outlook == ()


def test_a_packets_json_has_the_range_and_the_chance() -> None:
    told = packet_json(the_packet(), "A subject")["standing"]

    assert (told["quota"], told["committed"]) == ("400000.00", "0.00")
    assert told["forecast"]["low"] == "85000.00"
    assert (told["p_quota"], told["because"]) == (0.05, "")
    assert told["coverage"]["needed"] == 2.4
    assert told["coverage"]["needed_interval"] == [1.9, 3.1]


def test_what_is_not_known_is_null_and_says_why() -> None:
    few = some_norms(tier=0, won=4, closed=9, horizon_days=49)
    told = standing_json(None, outlook(book_with(), few))

    assert (told["quota"], told["forecast"], told["p_quota"]) == (None, None, None)
    assert "4 won of 30" in told["because"]


def test_a_managers_page_is_about_the_whole_team() -> None:
    book = book_with(a_quota(QUARTER, 20_000, CLEO_ID))
    packet: Packet = replace(
        the_packet(), deals=tuple(DealReview(deal=d, chance=0.4) for d in book.deals)
    )
    found = roll_up(CLEO, [packet], prospects=Prospects(book, LEARNED, Policy()))

    assert found is not None
    assert found.outlook is not None
    assert found.outlook.quota == 20_000
    assert found.outlook.forecast is not None
    assert found.outlook.forecast.deals == 6
