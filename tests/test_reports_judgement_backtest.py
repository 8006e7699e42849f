from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.judgement.backtest import Backtest, Side, backtest, flags_of
from reports.judgement.judge import judge
from reports.judgement.policy import Policy
from reports.model import Deal, OpportunityId
from tests.builders import (
    AS_OF,
    a_book,
    a_closed_deal,
    a_deal,
    days_ago,
    numbered,
    some_norms,
)


def compared(flagged: tuple[int, int], unflagged: tuple[int, int]) -> Backtest:
    """A backtest of (won, n) on either side."""
    return Backtest(
        as_of=AS_OF,
        horizon_days=90,
        tier=1,
        flagged=Side(won=flagged[0], n=flagged[1]),
        unflagged=Side(won=unflagged[0], n=unflagged[1]),
        replayed=True,
    )


def numbered_id(number: int) -> OpportunityId:
    return OpportunityId(f"006000000000{number:03}AAA")


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17, table II, method 10.
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
    ],
)
def test_the_interval_is_the_published_one(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    assert compared(one, other).interval == pytest.approx((low, high), abs=0.00006)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(1, 60), st.integers(1, 60))
def test_the_interval_holds_the_difference_and_turns_with_the_sides(
    won: int, also_won: int, n: int, m: int
) -> None:
    one, other = (min(won, n), n), (min(also_won, m), m)
    low, high = compared(one, other).interval

    assert -1 - 1e-9 <= low <= compared(one, other).difference + 1e-9
    assert compared(one, other).difference - 1e-9 <= high <= 1 + 1e-9
    assert compared(other, one).interval == pytest.approx((-high, -low))


def test_an_interval_beside_others_is_wider_and_says_less() -> None:
    alone = compared((6, 50), (16, 50))
    beside = replace(alone, beside=20)

    assert alone.interval[1] < 0 < beside.interval[1]
    assert beside.interval[0] < alone.interval[0]
    assert beside.verdict == "flags have not separated outcomes yet"


def shuffles_with_a_claim(*, beside: int) -> int:
    """Of 100 shuffles, those in which any of 20 kinds of flags claims something."""
    dice = Random(8)  # noqa: S311 - shuffling, no secret
    kinds = [{deal for deal in range(400) if dice.random() < 0.3} for _ in range(20)]
    won = [deal < 100 for deal in range(400)]

    def claims(kind: set[int]) -> bool:
        inside = sum(won[deal] for deal in kind)
        rest = (100 - inside, 400 - len(kind))
        test = replace(compared((inside, len(kind)), rest), beside=beside)
        return not test.interval[0] <= 0 <= test.interval[1]

    claimed = 0
    for _ in range(100):
        dice.shuffle(won)
        claimed += any(map(claims, kinds))
    return claimed


def test_twenty_kinds_of_flags_claim_nothing_of_shuffled_ends() -> None:
    assert shuffles_with_a_claim(beside=1) > 50
    assert shuffles_with_a_claim(beside=20) <= 5


@pytest.mark.parametrize(
    ("flagged", "unflagged", "verdict"),
    [
        ((3, 29), (40, 100), "too few yet (n = 29, 30 a side are needed)"),
        ((0, 0), (0, 0), "too few yet (n = 0, 30 a side are needed)"),
        ((9, 30), (40, 100), "flags have not separated outcomes yet"),
        (
            (10, 100),
            (480, 1200),
            (
                "flagged deals were won less often: 10 of 100 flagged, 480 of 1,200 "
                "unflagged"
            ),
        ),
        (
            (60, 100),
            (20, 100),
            "flagged deals were won more often: 60 of 100 flagged, 20 of 100 unflagged",
        ),
    ],
)
def test_the_verdict_says_no_more_than_the_numbers(
    flagged: tuple[int, int], unflagged: tuple[int, int], verdict: str
) -> None:
    assert compared(flagged, unflagged).verdict == verdict


def test_a_deal_counts_once_and_is_won_if_it_is_won_by_then() -> None:
    later = a_book(
        a_closed_deal(id=numbered_id(1)),
        a_closed_deal(id=numbered_id(2), won=False),
        a_deal(id=numbered_id(3), reopened=1),
        as_of=AS_OF + timedelta(days=90),
    )
    flags = {numbered_id(1): False, numbered_id(2): True, numbered_id(3): True}
    result = backtest({**flags, numbered_id(4): True}, AS_OF, later, tier=2)

    assert result.unflagged == Side(n=1, won=1)
    assert result.flagged == Side(n=3, won=0)  # lost, open again, gone
    assert result.horizon_days == 90


def test_flags_are_what_the_clock_alone_says() -> None:
    stalled, moving, unknown = numbered(3)
    booked = replace(
        stalled, days_in_stage=50, entered_stage_on=days_ago(50), next_meeting=None
    )
    nowhere = replace(unknown, days_in_stage=None, entered_stage_on=None, visits=())
    reviews = judge(a_book(booked, moving, nowhere), some_norms(), Policy()).reviews

    assert flags_of(reviews.values()) == {stalled.id: True, moving.id: False}


def test_flags_do_not_look_at_what_is_booked_or_captured() -> None:
    deal = a_deal(days_in_stage=50)
    meeting = replace(deal, next_meeting=deal.last_two_way)
    blind = some_norms(any_activity=False)

    def flags(one: Deal, **norms: object) -> dict[OpportunityId, bool]:
        found = judge(a_book(one), some_norms(**norms), Policy()).reviews
        return flags_of(found.values())

    assert flags(deal) == flags(meeting) == {deal.id: True}
    assert flags_of(judge(a_book(deal), blind, Policy()).reviews.values()) == {
        deal.id: True
    }


def test_stored_flags_and_replayed_ones_agree_while_nothing_changed() -> None:
    book = a_book(*numbered(4))
    stored = flags_of(judge(book, some_norms(), Policy()).reviews.values())
    again = flags_of(judge(book, some_norms(), Policy()).reviews.values())
    later = a_book(a_closed_deal(id=numbered_id(1)), as_of=AS_OF + timedelta(days=30))

    assert backtest(stored, AS_OF, later, tier=1) == backtest(
        again, AS_OF, later, tier=1
    )


def test_the_result_as_json_has_the_agreed_names() -> None:
    result = compared((56, 70), (48, 80)).as_json()

    assert result == {
        "as_of": "2026-11-12T07:00:00Z",
        "horizon_days": 90,
        "tier": 1,
        "replayed": True,
        "flagged": {"n": 70, "won": 56},
        "unflagged": {"n": 80, "won": 48},
        "difference": 0.2,
        "interval": [0.0524, 0.3339],
        "verdict": "flagged deals were won more often: 56 of 70 flagged, 48 of 80 "
        "unflagged",
    }
