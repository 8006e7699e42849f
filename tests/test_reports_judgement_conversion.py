"""Which share of due money is won: own and everybody's, and between what it lies."""

from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.judgement.conversion import Sums, draws, prior, shrunk


def owner(*shares: float) -> list[Sums]:
    """A hundred due in each period, and such shares of it won."""
    return [(100.0, 100 * share) for share in shares]


def test_owners_who_differ_more_than_their_periods_keep_more_of_their_own() -> None:
    # Noise 9 / 3; between owners (16 - 2 * 3) / 400; 3 / 0.025 = 120.
    owners = [owner(0.15, 0.45), owner(0.5, 0.5), owner(0.55, 0.85)]

    assert prior(owners) == pytest.approx(120)


def test_the_prior_is_never_worth_less_than_a_period_of_an_owner() -> None:
    assert prior([owner(0.1, 0.1), owner(0.5, 0.5), owner(0.9, 0.9)]) == 100


@pytest.mark.parametrize(
    "owners",
    [
        [owner(0.2, 0.8), owner(0.5, 0.5), owner(0.8, 0.2)],
        [owner(0.1, 0.1), owner(0.9, 0.9)],
        [owner(0.1), owner(0.5), owner(0.9)],
        [[(0.0, 0.0)], [], []],
        [],
    ],
    ids=["alike", "two of them", "one period", "nothing due", "nobody"],
)
def test_owners_of_whom_no_difference_is_known_have_everybodys_share(
    owners: list[list[Sums]],
) -> None:
    assert prior(owners) == inf


sums = st.lists(
    st.tuples(st.floats(1, 1e6), st.floats(0, 1)).map(
        lambda one: (one[0], one[0] * one[1])
    ),
    min_size=3,
    max_size=3,
)


@given(sums, sums, st.floats(1, 1e6))
@settings(max_examples=40, deadline=None)
def test_the_share_lies_between_the_own_and_everybodys(
    own: list[Sums], others: list[Sums], weight: float
) -> None:
    every = [(a + c, b + d) for (a, b), (c, d) in zip(own, others, strict=True)]
    even = [1.0, 1.0, 1.0]
    alone, usual = (
        sum(won for _, won in some) / sum(due for due, _ in some)
        for some in (own, every)
    )
    found = shrunk(own, every, weight, even)

    assert min(alone, usual) - 1e-9 <= found <= max(alone, usual) + 1e-9
    assert shrunk(own, every, inf, even) == pytest.approx(usual)


def test_nothing_due_of_ones_own_is_everybodys_share() -> None:
    assert shrunk([(0.0, 0.0)], [(200.0, 50.0)], 100.0, [1.0]) == 0.25


def test_periods_are_weighed_alike_for_everybody_and_every_time() -> None:
    assert draws(3) is draws(3)
    assert len(draws(3)) == 400
    assert sum(map(sum, draws(3))) / 1200 == pytest.approx(1, abs=0.05)
