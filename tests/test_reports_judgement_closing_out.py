"""A win rate that cannot be true is told to ops."""

import pytest

from reports.judgement.closing_out import lopsided
from reports.judgement.judge import judge
from reports.judgement.policy import Policy, Tiers
from tests.builders import a_book, some_norms


@pytest.mark.parametrize(
    ("won", "closed", "begins"),
    [
        (91, 100, "91 of 100 closed deals were won: losses are probably not being"),
        (25, 25, "25 of 25 closed deals were won"),
        (4, 100, "Only 4 of 100 closed deals were won"),
        (90, 100, None),
        (5, 100, None),
        (24, 24, None),
        (0, 0, None),
    ],
)
def test_a_win_rate_beyond_belief_is_for_ops(
    won: int, closed: int, begins: str | None
) -> None:
    problems = lopsided(a_book(), some_norms(won=won, closed=closed), Tiers())

    assert [p.because.startswith(begins or "") for p in problems] == [True] * bool(
        begins
    )


def test_it_stands_among_the_problems_of_a_judged_book() -> None:
    judged = judge(a_book(), some_norms(won=99, closed=100), Policy())

    assert any("not being closed out" in one.because for one in judged.problems)
