"""How far deals move together, learned from what came of earlier forecasts."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.judgement.logistic import logit, sigmoid
from reports.judgement.shock import SIZES, Tried, by_team, learn, likelihood
from reports.model import UserId
from tests.builders import ADA, ADA_ID, BO_ID, CAST


def forecasts(size: float, count: int, seed: int = 3) -> list[Tried]:
    """What came of forecasts of 50 deals that a shock of that size moved together."""
    dice = Random(seed)  # noqa: S311 - made-up outcomes, no secret
    found = []
    for _ in range(count):
        chances = tuple(dice.uniform(0.05, 0.6) for _ in range(50))
        shift = size * dice.gauss(0, 1)
        won = sum(dice.random() < sigmoid(logit(p) + shift) for p in chances)
        found.append(Tried(chances=chances, won=won))
    return found


def test_below_eight_forecasts_the_default_stands_in() -> None:
    few = learn(forecasts(1.2, 7))

    assert (few.size, few.forecasts, few.learned) == (0.5, 7, False)
    assert learn(forecasts(1.2, 8)).learned


@pytest.mark.parametrize(
    ("true", "found"), [(0.0, (0.1, 0.2)), (0.5, (0.35, 0.5, 0.7)), (1.2, (0.9, 1.2))]
)
def test_a_known_shock_is_found_again(true: float, found: tuple[float, ...]) -> None:
    assert learn(forecasts(true, 40)).size in found


def test_a_few_surprises_do_not_outweigh_what_is_usual() -> None:
    calm = [Tried(chances=(0.5,) * 20, won=10)] * 8

    assert learn(calm).size == 0.2


@given(st.permutations(range(9)))
@settings(max_examples=6, deadline=None)
def test_the_order_of_quarters_and_deals_is_of_no_account(order: list[int]) -> None:
    tried = forecasts(0.7, 9)
    turned = [
        Tried(chances=tried[place].chances[::-1], won=tried[place].won)
        for place in order
    ]

    assert learn(turned) == learn(tried)


def test_an_outcome_that_cannot_be_leaves_every_size_possible() -> None:
    odd = [Tried(chances=(1e-4,) * 5, won=500)]

    assert all(likelihood(size, odd) > -1000 for size in SIZES)


def test_reps_of_one_manager_are_one_forecast_a_quarter() -> None:
    own = [((100.0, 0.5), True), ((100.0, 0.25), False)]
    quarter = {ADA_ID: own * 2, BO_ID: own, UserId("005000000000QUEUE"): own}

    (team,) = by_team([quarter], CAST)
    assert CAST[BO_ID].manager_id == ADA.manager_id
    assert (len(team.chances), team.won) == (6, 3)
    assert len(by_team([quarter, quarter], CAST)) == 2
