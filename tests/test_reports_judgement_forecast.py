from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.findings import DealReview
from reports.judgement.coverage import coverage
from reports.judgement.forecast import coarse, forecast, in_time
from reports.judgement.periods import Past, created_later, won_since
from reports.judgement.policy import Policy
from reports.judgement.prospects import Prospects
from reports.judgement.spread import Spread, spread
from reports.judgement.tries import Errors, expected
from reports.model import Deal, OpportunityId
from tests.builders import (
    ADA_ID,
    BO_ID,
    a_book,
    a_closed_deal,
    a_deal,
    a_visit,
    days_ago,
    days_ahead,
    moment,
    numbered,
    some_norms,
)


bets = st.lists(
    st.tuples(st.floats(1, 1e6), st.floats(0.01, 0.99)), min_size=1, max_size=12
)
NORMS = some_norms(tier=2, horizon_days=49)


# The distribution of money


@given(bets, st.lists(st.floats(0, 1e6), max_size=4), st.floats(0, 1.2))
@settings(max_examples=30, deadline=None)
def test_money_lies_between_nothing_and_everything(
    some: list[tuple[float, float]], extras: list[float], shock: float
) -> None:
    found = spread(some, extras, shock=shock)
    most = sum(amount for amount, _ in some) + max(extras, default=0)

    assert sum(found.masses) == pytest.approx(1)
    assert 0 <= found.at(0.1) <= found.at(0.5) <= found.at(0.9) <= most * (1 + 1e-9)


@given(bets)
@settings(max_examples=30, deadline=None)
def test_without_a_shock_the_mean_is_exact(some: list[tuple[float, float]]) -> None:
    expected = sum(amount * chance for amount, chance in some)

    assert spread(some, shock=0.0).mean == pytest.approx(expected, rel=1e-6)


@given(bets, st.floats(0.1, 0.7))
@settings(max_examples=30, deadline=None)
def test_the_shock_widens_and_all_but_keeps_the_mean(
    some: list[tuple[float, float]], shock: float
) -> None:
    alone, together = spread(some, shock=0.0), spread(some, shock=shock)
    whole = sum(amount for amount, _ in some)

    assert abs(together.mean - alone.mean) <= 0.01 * whole
    assert variance(together) >= variance(alone) - 0.01 * whole**2


def variance(found: Spread) -> float:
    squares = ((i * found.cell) ** 2 * m for i, m in enumerate(found.masses))
    return sum(squares) - found.mean**2


@given(bets, st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=30, deadline=None)
def test_a_higher_quota_is_never_likelier(
    some: list[tuple[float, float]], one: float, other: float
) -> None:
    found = spread(some)
    low, high = sorted((one, other))
    most = sum(amount for amount, _ in some)

    assert found.reaching(low * most) >= found.reaching(high * most)
    assert found.reaching(0) == pytest.approx(1)


@given(bets, st.integers(0, 11), st.floats(0, 1), st.floats(0.01, 0.99))
@settings(max_examples=30, deadline=None)
def test_a_better_chance_never_lowers_the_chance_of_the_quota(
    some: list[tuple[float, float]], which: int, share: float, chance: float
) -> None:
    place = which % len(some)
    amount, before = some[place]
    better = [*some]
    better[place] = (amount, max(before, chance))
    quota = share * sum(money for money, _ in some)

    assert spread(better).reaching(quota) >= spread(some).reaching(quota) - 1e-9


@given(bets, st.floats(0.001, 1000))
@settings(max_examples=20, deadline=None)
def test_another_currency_scales_everything(
    some: list[tuple[float, float]], rate: float
) -> None:
    scaled = spread([(amount * rate, chance) for amount, chance in some])

    assert scaled.mean == pytest.approx(spread(some).mean * rate, rel=1e-6)
    assert scaled.masses == pytest.approx(spread(some).masses, abs=1e-9)


def test_a_single_even_bet() -> None:
    found = spread([(100.0, 0.5)], shock=0.0)

    assert (found.at(0.1), found.at(0.9)) == (0.0, 100.0)
    assert found.reaching(100) == pytest.approx(0.5)


def test_nothing_to_win_is_nothing() -> None:
    found = spread([], [])

    assert (found.at(0.9), found.reaching(0), found.reaching(1)) == (0.0, 1.0, 0)


# Earlier periods. TODAY is 12 November 2026, 49 days before the end of the quarter.


def sold(number: int, quarter_end: date, **changes: Any) -> Deal:
    """A deal that was open and planned 49 days before that end, and won in time."""
    begun = quarter_end - timedelta(days=80)
    won = quarter_end - timedelta(days=10)
    deal = a_closed_deal(
        id=OpportunityId(f"006{number:012}AAA"),
        created_on=begun,
        closed_on=won,
        amount_base=Decimal(10_000),
        visits=(a_visit("Proposal", begun, won, "Closed Won"),),
        plans=((moment(begun), quarter_end),),
    )
    return replace(deal, **changes)


JUNE, SEPTEMBER = date(2026, 6, 30), date(2026, 9, 30)
OLD = a_closed_deal(won=False, created_on=date(2026, 1, 2), owner_id=BO_ID)


def created_late(number: int, quarter_end: date) -> Deal:
    """A deal that did not exist 49 days before that end, and was won in time."""
    begun = quarter_end - timedelta(days=40)
    return sold(
        number,
        quarter_end,
        created_on=begun,
        visits=(
            a_visit("Proposal", begun, quarter_end - timedelta(days=10), "Closed Won"),
        ),
        plans=((moment(begun), quarter_end),),
    )


def test_earlier_periods_are_seen_from_the_same_distance() -> None:
    lost = sold(
        2,
        SEPTEMBER,
        is_won=False,
        visits=(
            a_visit("Proposal", date(2026, 7, 12), date(2026, 9, 20), "Closed Lost"),
        ),
    )
    late = sold(3, SEPTEMBER, plans=((moment(date(2026, 7, 12)), date(2026, 10, 1)),))
    past = Past(a_book(sold(1, SEPTEMBER), lost, late, created_late(4, SEPTEMBER), OLD))

    assert past.known == (SEPTEMBER, JUNE, date(2026, 3, 31))[: len(past.known)]
    september = past.by_owner[ADA_ID][0]
    assert september.due == Decimal(20_000)
    assert september.won == Decimal(10_000)
    assert september.created == Decimal(10_000)


def test_money_that_does_not_exist_yet_comes_from_earlier_periods() -> None:
    past = Past(a_book(created_late(1, SEPTEMBER), OLD))

    assert created_later(past, [ADA_ID]) == [Decimal(10_000), Decimal(0)]
    assert created_later(past, [BO_ID]) == [Decimal(0), Decimal(0)]


def test_one_earlier_period_says_nothing_about_it() -> None:
    young = replace(OLD, created_on=date(2026, 6, 5))

    assert created_later(Past(a_book(created_late(1, SEPTEMBER), young)), [ADA_ID]) == (
        []
    )


def test_what_was_won_in_the_running_period() -> None:
    now = replace(sold(1, SEPTEMBER), closed_on=date(2026, 10, 1))
    past = Past(a_book(now, sold(2, SEPTEMBER)))

    assert won_since(past, [ADA_ID]) == Decimal(10_000)


# The forecast


def reviews(*chances: float, amount: int = 10_000) -> list[DealReview]:
    deals = numbered(len(chances), amount_base=Decimal(amount))
    return [
        DealReview(deal=deal, chance=chance)
        for deal, chance in zip(deals, chances, strict=True)
    ]


def test_below_the_second_tier_there_is_no_forecast() -> None:
    past = Past(a_book())

    assert forecast(reviews(0.5), past, some_norms(tier=1), [ADA_ID]) is None


def test_a_forecast_says_what_it_is_made_of() -> None:
    past = Past(a_book(created_late(1, SEPTEMBER), OLD))
    some = [
        *reviews(0.9, 0.2, 0.2, 0.1),
        DealReview(deal=a_deal(amount_base=None), chance=0.5),
    ]
    found = forecast(some, past, NORMS, [ADA_ID], quota=Decimal(20_000))

    assert found is not None
    assert found.end == date(2026, 12, 31)
    assert (found.deals, found.left_out, found.periods) == (4, 1, 2)
    assert found.created == Decimal("5000.00")
    assert found.exposure == pytest.approx(0.93, abs=0.01)
    assert Decimal(0) <= found.low <= found.middle <= found.high
    assert found.chance is not None
    assert found.chance * 20 == int(found.chance * 20)


def test_a_chance_shrinks_with_what_is_left_of_the_period() -> None:
    assert in_time(0.5, 49, NORMS) == 0.5
    assert in_time(0.5, 24.5, NORMS) == pytest.approx(1 - 0.5**0.5)
    assert in_time(0.5, 0, NORMS) == 0.0
    assert in_time(0.5, 100, NORMS) == 0.5


@pytest.mark.parametrize(
    ("chance", "told"), [(0.02, 0.0), (0.33, 0.35), (0.5, 0.5), (0.99, 1.0)]
)
def test_a_chance_is_told_to_the_nearest_twentieth(chance: float, told: float) -> None:
    assert coarse(chance) == told


def test_ranges_of_reps_and_teams_are_tried_on_earlier_periods() -> None:
    deals = [
        sold(10 * quarter + number, end, closed_on=end - timedelta(days=10))
        for quarter, end in enumerate((SEPTEMBER, JUNE, date(2026, 3, 31)))
        for number in range(5)
    ]
    theirs = [
        replace(deal, id=OpportunityId(f"006{n:012}BBB"), owner_id=BO_ID)
        for n, deal in enumerate(deals)
    ]
    book = a_book(*deals, *theirs, replace(OLD, created_on=days_ago(700)))
    found = Prospects(book, NORMS, Policy())

    assert [len(one.bets) for one in found.of_reps] == [5, 5] * 3
    assert [len(one.bets) for one in found.of_teams] == [10] * 3
    assert {one.came for one in found.of_teams} == {100_000}
    assert all(0 < one.expected < 100_000 for one in found.of_teams)
    assert (found.record.ranges, found.record.teams) == (6, False)
    assert (found.team_record.ranges, found.team_record.teams) == (3, True)
    assert found.errors is None


def test_a_forecast_by_earlier_errors_says_how_many_and_keeps_its_middle() -> None:
    past = Past(a_book(created_late(1, SEPTEMBER), OLD))
    known = Errors(logs=(-0.5, -0.2, 0.2, 0.5), add=5_000, windows=24)
    some = reviews(0.5, 0.5, 0.25, 0.25)
    found = forecast(some, past, NORMS, [ADA_ID], quota=Decimal(25_000), errors=known)

    assert found is not None
    assert found.windows == 24
    assert found.middle == Decimal("20000.00")  # 15,000 of these, 5,000 not there yet
    assert found.low < Decimal(14_000) < Decimal(28_000) < found.high
    assert found.chance == 0.5


@given(st.lists(st.floats(-3, 3), min_size=2, max_size=30), bets, st.floats(1, 1e5))
@settings(max_examples=30, deadline=None)
def test_a_range_by_errors_is_in_order_and_more_is_never_less_likely(
    logs: list[float], some: list[tuple[float, float]], add: float
) -> None:
    around = tuple(sorted([*logs, *(-one for one in logs)]))
    known = Errors(logs=around, add=add, windows=len(logs))
    (amount, chance), *others = some
    found = known.around(expected(some, []))
    likelier = known.around(expected([(amount, (1 + chance) / 2), *others], []))
    larger = known.around(expected([(amount * 2, chance), *others], []))
    quota = expected(some, [])

    assert 0 <= found.at(0.1) <= found.at(0.5) <= found.at(0.9)
    assert found.at(0.5) == pytest.approx(quota, rel=1e-6, abs=add * 1e-6)
    assert found.reaching(0) == 1 >= found.reaching(quota) >= found.reaching(2 * quota)
    assert min(likelier.reaching(quota), larger.reaching(quota)) >= found.reaching(
        quota
    )


@given(bets, st.integers(0, 11), st.floats(1, 3), st.floats(0, 1))
@settings(max_examples=30, deadline=None)
def test_a_larger_deal_never_lowers_the_chance_of_the_quota(
    some: list[tuple[float, float]], which: int, times: float, share: float
) -> None:
    place = which % len(some)
    amount, chance = some[place]
    larger = [*some]
    larger[place] = (amount * times, chance)
    before, after = spread(some), spread(larger)
    quota = share * sum(money for money, _ in some)
    fine = len(some) * (before.cell + after.cell)  # what the grids may move

    assert after.reaching(quota - fine) >= before.reaching(quota) - 1e-9


# Coverage


def test_coverage_needs_what_earlier_periods_converted() -> None:
    deals = [sold(1, SEPTEMBER), sold(2, JUNE)]
    lost = [
        sold(
            number,
            SEPTEMBER,
            is_won=False,
            visits=(
                a_visit(
                    "Proposal", date(2026, 7, 12), date(2026, 9, 20), "Closed Lost"
                ),
            ),
        )
        for number in (3, 4)
    ]
    due = [a_deal(close_date=days_ahead(20), amount_base=Decimal(30_000))]
    found = coverage(
        due, Past(a_book(*deals, *lost, OLD)), NORMS, [ADA_ID], quota=Decimal(15_000)
    )

    assert found.needed == pytest.approx(2.0)
    assert found.low is not None
    assert found.high is not None
    assert 1 < found.low < 2 < found.high < 3
    assert found.ratio == pytest.approx(2.0)
    assert found.source == (
        "of what was due at this point of 2 earlier periods, 50 % was won"
    )


def test_without_earlier_periods_the_stand_in_says_so() -> None:
    past = Past(a_book())
    wins = coverage([], past, NORMS, [ADA_ID], quota=Decimal(1))
    thumb = coverage([], past, some_norms(closed=19), [ADA_ID], quota=Decimal(1))

    assert wins.needed == pytest.approx(140 / 57)
    assert (wins.low, wins.high) == pytest.approx((2.169, 2.814), abs=0.001)
    assert (thumb.low, thumb.high) == (None, None)
    assert wins.source == "1 / win rate, for want of earlier periods"
    assert (thumb.needed, thumb.source) == (3.0, "rule of thumb")


def test_a_quota_that_is_met_needs_no_coverage() -> None:
    now = replace(sold(1, SEPTEMBER), closed_on=date(2026, 10, 1))
    found = coverage([], Past(a_book(now)), NORMS, [ADA_ID], quota=Decimal(9_000))

    assert (found.to_go, found.ratio) == (Decimal("0.00"), None)
