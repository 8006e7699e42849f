"""Earlier forecasts of reps and teams, and ranges that are tried on them."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from math import log

import pytest

from reports.judgement.periods import Past
from reports.judgement.shock import Bets
from reports.judgement.tries import (
    Window,
    errors,
    held_by_errors,
    held_by_simulation,
    windows,
)
from reports.model import Deal, OpportunityId, UserId
from reports.outlook import Record
from tests.builders import (
    ADA_ID,
    BO_ID,
    CLEO_ID,
    a_book,
    a_closed_deal,
    a_visit,
    moment,
)


QUARTERS = (date(2026, 9, 30), date(2026, 6, 30), date(2026, 3, 31), date(2025, 12, 31))


def a_window(came: float, *, end: date = QUARTERS[0], deals: int = 10) -> Window:
    """A forecast that expected half of its deals of 10,000."""
    return Window(end=end, bets=((10_000.0, 0.5),) * deals, later=(), came=came)


def many_windows(*came: float) -> list[Window]:
    """The same ends in each of four quarters."""
    return [a_window(one, end=end) for end in QUARTERS for one in came]


# What was expected, and what came


def late(number: int, owner: UserId, quarter_end: date) -> Deal:
    """A deal that was created and won in the last weeks of a quarter."""
    begun, won = quarter_end - timedelta(days=40), quarter_end - timedelta(days=10)
    return a_closed_deal(
        id=OpportunityId(f"006{number:012}AAA"),
        owner_id=owner,
        created_on=begun,
        closed_on=won,
        amount_base=Decimal(10_000),
        visits=(a_visit("Proposal", begun, won, "Closed Won"),),
        plans=((moment(begun), quarter_end),),
    )


def a_past() -> tuple[Past, Mapping[date, Bets]]:
    """Two reps of one team; what came late, and one open deal each a quarter."""
    old = a_closed_deal(won=False, created_on=date(2025, 9, 1), owner_id=BO_ID)
    deals = [late(1, ADA_ID, QUARTERS[0]), late(2, BO_ID, QUARTERS[1])]
    past = Past(a_book(*deals, old))
    bets: Bets = {
        ADA_ID: [((20_000.0, 0.25), True)],
        BO_ID: [((8_000.0, 0.5), False)],
    }
    return past, dict.fromkeys(past.known, bets)


def test_each_rep_has_a_forecast_in_each_quarter_that_has_two_before_it() -> None:
    past, earlier = a_past()
    found = list(windows(past, earlier, lambda owner: owner))

    assert past.known == QUARTERS
    assert [one.end for one in found] == [*QUARTERS[:1] * 2, *QUARTERS[1:2] * 2]
    ada = found[0]
    assert (ada.came, ada.later, ada.expected) == (30_000, (0, 0, 0), 5_000)
    bo = found[1]
    assert (bo.came, bo.later) == (0, (10_000, 0, 0))
    assert bo.expected == pytest.approx(4_000 + 10_000 / 3)


def test_a_team_is_one_forecast_and_needs_enough_deals() -> None:
    past, earlier = a_past()
    team = list(windows(past, earlier, lambda _: CLEO_ID, least=2))

    assert [(one.came, len(one.bets)) for one in team] == [(30_000, 2), (30_000, 2)]
    assert list(windows(past, earlier, lambda _: CLEO_ID, least=3)) == []


# Errors


def test_below_twenty_forecasts_there_is_no_range_by_errors() -> None:
    assert errors(many_windows(*[50_000] * 5)[:19]) is None
    assert errors([a_window(0, deals=0)] * 30) is None


def test_errors_lie_around_zero_and_small_forecasts_are_kept_from_extremes() -> None:
    known = errors(many_windows(0, 20_000, 50_000, 70_000, 90_000))

    assert known is not None
    assert (known.add, known.windows) == (5_000, 20)
    assert known.logs[0] == pytest.approx(log(5 / 55))
    assert known.logs[-1] == pytest.approx(log(55 / 5))
    assert sum(known.logs) == pytest.approx(0)


def test_forecasts_that_were_always_right_leave_no_range() -> None:
    known = errors(many_windows(*[50_000] * 5))

    assert known is not None
    assert known.around(80_000).at(0.1) == known.around(80_000).at(0.9) == 80_000


# Records


def test_a_range_by_errors_is_tried_on_quarters_that_did_not_teach_it() -> None:
    alike = [20_000, 35_000, 50_000, 60_000, 75_000, 90_000, 30_000, 55_000, 65_000]
    strange = [a_window(400_000, end=QUARTERS[0])] * 9
    calm = [a_window(one, end=end) for end in QUARTERS[1:] for one in alike]

    assert held_by_errors([*strange, *calm]) == Record(ranges=36, held=27, teams=True)


def test_too_few_other_quarters_try_nothing() -> None:
    assert held_by_errors([a_window(50_000)] * 30).ranges == 0


def test_simulated_ranges_are_tried_as_they_are_told() -> None:
    tried = [a_window(50_000), a_window(45_000), a_window(0), a_window(100_000)]

    assert held_by_simulation(tried, teams=False) == Record(ranges=4, held=2)
    assert held_by_simulation(tried[:2], teams=True) == Record(
        ranges=2, held=2, teams=True
    )
