"""A process that changes: what is learned from then on, and who is told."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from reports.judgement.drift import drifted
from reports.judgement.hindsight import Span, dates
from reports.judgement.judge import judge
from reports.judgement.norms import norms
from reports.judgement.policy import ClockPolicy, Policy
from reports.judgement.window import clock_settings, setting_of
from reports.model import Book, Deal, OpportunityId
from reports.normal import Drift
from tests.builders import (
    a_book,
    a_closed_deal,
    a_deal,
    a_visit,
    days_ago,
    some_baselines,
    some_norms,
)


WON, LOST = "Closed Won", "Closed Lost"


def a_life(number: int, begun: int, stayed: int, *, won: bool) -> Deal:
    """A deal that came into Proposal so many days ago and stayed for some."""
    facts = {
        "id": OpportunityId(f"006{number:012}AAA"),
        "created_on": days_ago(begun),
    }
    if stayed >= begun:
        return a_deal(
            **facts,
            entered=days_ago(begun),
            visits=(a_visit("Proposal", days_ago(begun)),),
        )
    end = days_ago(begun - stayed)
    visit = a_visit("Proposal", days_ago(begun), end, WON if won else LOST)
    return a_closed_deal(won=won, **facts, closed_on=end, visits=(visit,))


def a_history(seed: int, *, later: float = 0.4, deals: int = 500) -> Book:
    """A year of deals; of those that ended lately another share was won."""
    dice = Random(seed)  # noqa: S311 - a simulation
    lives = []
    for number in range(deals):
        begun, stayed = dice.randint(0, 365), dice.randint(10, 60)
        share = later if begun - stayed < 90 else 0.4
        lives.append(a_life(number, begun, stayed, won=dice.random() < share))
    return a_book(*lives)


def drift_of(book: Book, changed: date | None = None) -> Drift | None:
    policy = replace(Policy(), clock=ClockPolicy(process_changed=changed))
    return norms(book, some_baselines(), policy).drift


@pytest.mark.parametrize("seed", range(4))
def test_a_process_that_stays_as_it_was_alarms_nobody(seed: int) -> None:
    found = drift_of(a_history(seed))

    assert found is not None
    assert abs(found.z) < 3


@pytest.mark.parametrize(("share", "way"), [(0.02, -1), (0.95, 1)])
def test_far_more_or_fewer_wins_than_expected_are_an_alarm(
    share: float, way: int
) -> None:
    found = drift_of(a_history(1, later=share))

    assert found is not None
    assert way * found.z > 3


def test_a_few_wins_expect_nothing() -> None:
    assert drift_of(a_history(1, later=0.0, deals=30)) is None


def test_after_the_change_is_configured_there_is_nothing_to_compare_with() -> None:
    changed = days_ago(90)

    assert drift_of(a_history(1, later=0.02), changed) is None


def test_ops_are_told_once_with_the_remedy() -> None:
    drift = Drift(days=90, won=3, expected=41.6, z=-4.2)
    (told,) = (
        one.because
        for one in judge(a_book(), some_norms(drift=drift), Policy()).problems
        if "process_changed" in one.because
    )

    assert told == (
        "3 won deals in the last 90 days, where the stage clock as it was before "
        "expected 42: deals move otherwise than they did, and what is learned from the "
        "older ones misleads. If the process has changed, say since when: "
        "[policy.clock] process_changed."
    )


@pytest.mark.parametrize("z", [-3.0, 0.0, 3.0])
def test_up_to_three_standard_deviations_it_may_be_chance(z: float) -> None:
    drift = Drift(days=90, won=30, expected=41.6, z=z)

    assert drifted(a_book(), some_norms(drift=drift)) == ()


# The window


def test_nothing_before_the_change_is_learned_from() -> None:
    book = a_history(2)
    changed = Policy(clock=ClockPolicy(process_changed=days_ago(100)))
    later = replace(
        book,
        closed=tuple(
            deal
            for deal in book.closed
            if (deal.closed_on or days_ago(0)) >= days_ago(100)
        ),
    )
    found = norms(book, some_baselines(), changed)

    assert found.window_days == 100
    assert found.stages == norms(later, some_baselines(), changed).stages


def test_the_sentence_says_since_when() -> None:
    policy = Policy(clock=ClockPolicy(process_changed=days_ago(100)))
    found = norms(a_history(2), some_baselines(), policy).stages["Proposal"]

    assert found.source.endswith("won deals since the process changed on 4 Aug)")


def test_too_few_deals_since_the_change_are_said_to_be_and_old_medians_forgotten() -> (
    None
):
    policy = Policy(clock=ClockPolicy(process_changed=days_ago(5)))
    found = norms(a_history(2), some_baselines(), policy)

    assert found.tier == 0
    assert found.stages["Proposal"].stalled_after == 21
    assert "since the process changed on 7 Nov are too few to learn from" in (
        found.stages["Proposal"].source
    )


@pytest.mark.parametrize("ago", [-10, 400])
def test_a_change_ahead_or_before_the_window_cuts_nothing(ago: int) -> None:
    policy = Policy(clock=ClockPolicy(process_changed=days_ago(ago)))
    found = norms(a_history(2), some_baselines(), policy)

    assert found.window_days == 180
    assert "last 6 months" in found.stages["Proposal"].source


def test_the_past_is_learned_from_after_the_change_only() -> None:
    """Rows of the evidence model come from dates after it, too."""
    as_of = a_book().as_of
    policy = Policy(clock=ClockPolicy(process_changed=days_ago(60)))
    setting = setting_of(a_history(2), some_baselines(), policy)
    span = Span(stages=["Proposal"], settings=clock_settings(setting), horizon=30)

    assert min(dates(as_of, span)) >= as_of - timedelta(days=61)
    assert len(dates(as_of, span)) == 3
