import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from math import log
from typing import Any

import pytest

from reports.judgement.chance import Known, alarms, chance, features, reasons
from reports.judgement.clock import Settings
from reports.judgement.evidence import learn
from reports.judgement.hindsight import Span, past
from reports.judgement.judge import judge
from reports.judgement.logistic import Row, fit, logit, sigmoid
from reports.judgement.policy import Policy
from reports.judgement.signals_chance import one_in
from reports.judgement.value import urgency
from reports.model import Deal, OpportunityId
from reports.normal import ChanceModel
from tests.builders import (
    OPEN_STAGES,
    a_book,
    a_closed_deal,
    a_deal,
    a_review_context,
    a_stage_norm,
    a_visit,
    days_ago,
    days_ahead,
    moment,
    some_norms,
)


SPAN = Span(
    stages=[name for name, _, _ in OPEN_STAGES], settings=Settings(), horizon=42
)


def test_a_regression_finds_the_log_odds_of_two_groups() -> None:
    rows = [
        Row((group,), number < won)
        for group, won in ((0.0, 20), (1.0, 60))
        for number in range(100)
    ]
    constant, slope = fit(rows, 1e6)

    assert constant == pytest.approx(log(20 / 80), abs=1e-3)
    assert slope == pytest.approx(log(60 / 40) - log(20 / 80), abs=1e-3)


def test_a_stronger_ridge_pulls_towards_no_difference() -> None:
    rows = [Row((float(number % 2),), number % 4 == 1) for number in range(40)]
    loose, tight = fit(rows, 10.0)[1], fit(rows, 0.01)[1]

    assert 0 < tight < loose


def test_a_row_of_double_weight_is_two_rows() -> None:
    rows = [Row((1.0,), won=True), Row((2.0,), won=False), Row((3.0,), won=True)]
    twice = [*rows, rows[1]]
    heavy = [rows[0], replace(rows[1], weight=2.0), rows[2]]

    assert fit(heavy, 1.0) == pytest.approx(fit(twice, 1.0))


def test_a_feature_that_never_varies_says_nothing() -> None:
    rows = [Row((5.0, float(n % 3)), n % 2 == 0) for n in range(30)]

    assert fit(rows, 0.1)[1] == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("difference", "expected"),
    [
        ({}, (0.0, 0.0, 30 / 90, 0.0, 1.0, log(61))),
        ({"to_close": 43}, (0.0, 1.0, 43 / 90, 0.0, 1.0, log(61))),
        ({"to_close": 4000}, (0.0, 1.0, 365 / 90, 0.0, 1.0, log(61))),
        ({"to_close": None}, (0.0, 1.0, 365 / 90, 0.0, 1.0, log(61))),
        ({"to_close": -1}, (0.0, 0.0, 0.0, 1.0, 1.0, log(61))),
        ({"pushes": 9}, (0.0, 0.0, 30 / 90, 0.0, 4.0, log(61))),
        ({"clock": 0.0}, (logit(0.01), 0.0, 30 / 90, 0.0, 1.0, log(61))),
    ],
)
def test_what_the_model_sees(
    difference: dict[str, Any], expected: tuple[float, ...]
) -> None:
    known: dict[str, Any] = {
        "clock": 0.5,
        "to_close": 30,
        "horizon": 42,
        "pushes": 1,
        "age": 60,
    }

    assert features(Known(**(known | difference))) == pytest.approx(expected)


def planned(deal: Deal, *plans: tuple[int, date | None]) -> Deal:
    """The deal with these close dates, each from so many days ago on."""
    found = ((moment(days_ago(ago)), on) for ago, on in plans)
    return replace(deal, plans=tuple(found))


def test_the_past_knows_what_was_known_then_and_what_came_of_it() -> None:
    won = planned(
        a_closed_deal(
            created_on=days_ago(100),
            closed_on=days_ago(30),
            visits=(
                a_visit("Discovery", days_ago(100), days_ago(60), "Proposal"),
                a_visit("Proposal", days_ago(60), days_ago(30), "Closed Won"),
            ),
        ),
        (100, days_ago(80)),
        (85, days_ago(50)),
        (50, days_ago(30)),
    )
    rows = list(past(a_book(won), SPAN))

    # 42, 56, 70, 84 and 98 days ago; at the last of them it was won a horizon later.
    assert [(row.stage, row.won) for row in rows] == [
        ("Discovery", False),
        ("Discovery", False),
        ("Discovery", True),
        ("Proposal", True),
        ("Proposal", True),
    ]
    assert [row.x[4] for row in rows] == [0.0, 1.0, 1.0, 1.0, 2.0]


def test_a_deal_won_and_open_again_was_not_won() -> None:
    again = planned(
        a_deal(
            created_on=days_ago(90),
            visits=(
                a_visit("Proposal", days_ago(90), days_ago(60), "Closed Won"),
                a_visit("Proposal", days_ago(50)),
            ),
        ),
        (90, days_ahead(10)),
    )

    assert [row.won for row in past(a_book(again), SPAN)] == [False, False, False]


def lives(seed: int, *, matters: bool = True) -> list[Deal]:
    """Deals in one stage; pushed ones lose, or nothing matters."""
    chance_ = random.Random(seed)  # noqa: S311 - a simulation, not a secret
    found = []
    for number in range(500):
        started = chance_.randint(40, 170)
        pushed = chance_.random() < 0.5
        good = not pushed if matters else chance_.random() < 0.5
        won = chance_.random() < (0.7 if good else 0.1)
        left = max(started - chance_.randint(20, 90), 1)
        plans = [(started, days_ago(started - 120))]
        if pushed:
            plans.append((started - 1, days_ago(started - 150)))
        deal = a_closed_deal(
            won=won,
            id=OpportunityId(f"006{number:012}AAA"),
            created_on=days_ago(started),
            closed_on=days_ago(left),
            visits=(
                a_visit(
                    "Proposal",
                    days_ago(started),
                    days_ago(left),
                    "Closed Won" if won else "Closed Lost",
                ),
            ),
        )
        found.append(planned(deal, *plans))
    return found


def test_what_went_with_losing_is_learned() -> None:
    model = learn(a_book(*lives(1)), SPAN)

    assert model is not None
    assert model.coefficients[5] < -2
    assert model.error < model.error_base
    assert model.deals >= 100
    assert model.flipped == () or "pushes" not in model.flipped


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_where_pushes_do_not_matter_they_are_not_held_against_a_deal(seed: int) -> None:
    model = learn(a_book(*lives(seed, matters=False)), SPAN)

    assert model is None or model.coefficients[5] > -0.5


def test_too_few_deals_teach_nothing() -> None:
    assert learn(a_book(*lives(1)[:90]), SPAN) is None


def test_a_model_is_the_same_whatever_happens_later() -> None:
    deals = lives(1)
    more = [
        replace(
            deal,
            id=OpportunityId(deal.id.replace("006", "00z")),
            plans=tuple(
                (since + timedelta(days=400), close) for since, close in deal.plans
            ),
            visits=tuple(
                replace(
                    visit,
                    entered=visit.entered + timedelta(days=400),
                    left=visit.left and visit.left + timedelta(days=400),
                )
                for visit in deal.visits
            ),
        )
        for deal in deals[:50]
    ]

    assert learn(a_book(*deals, *more), SPAN) == learn(a_book(*deals), SPAN)


MODEL = ChanceModel(
    coefficients=(-1.0, 1.0, -0.5, -0.2, -0.4, -0.3, -0.2),
    healthy={"Proposal": (0.0, 0.0, 0.4, 0.0, 0.0, log(31))},
    deals=400,
    won=120,
    error=0.14,
    error_base=0.17,
)
KNOWN = some_norms(
    tier=2,
    horizon_days=49,
    stages={"Proposal": a_stage_norm(chances=(0.5, 0.5, 0.5))},
    model=MODEL,
)


def test_a_chance_is_told_by_the_model_where_there_is_one() -> None:
    deal = a_deal(pushes=2)
    by_model = sigmoid(-1.0 - 0.2 * 40 / 90 - 0.3 * 2 - 0.2 * log(47))

    assert chance(deal, a_review_context(norms=KNOWN)) == pytest.approx(by_model)
    assert chance(deal, a_review_context(norms=replace(KNOWN, model=None))) == 0.5
    assert chance(deal, a_review_context(norms=replace(KNOWN, tier=1))) is None


def test_the_worst_reasons_come_first_and_are_three_at_most() -> None:
    deal = a_deal(pushes=3, days_open=300, close_date=days_ahead(300), days_in_stage=99)

    assert reasons(deal, a_review_context(norms=KNOWN)) == (
        "pushed 3 times",
        "close date 8 Sep 2027",
        "open for 300 days",
    )


def test_a_feature_that_goes_the_wrong_way_is_for_ops() -> None:
    norms = some_norms(model=replace(MODEL, flipped=("pushes",)))

    (problem,) = alarms(a_book(), norms)
    assert problem.because == (
        "In the deals of the past, more of “pushes” went with more wins; usually it "
        "goes with fewer. Check how it is entered."
    )


def test_money_that_can_still_move_weighs_most() -> None:
    deal = a_deal()
    even = a_review_context(norms=replace(KNOWN, model=None))
    sure = a_review_context(
        norms=some_norms(tier=2, stages={"Proposal": a_stage_norm(chances=(0.99,))})
    )

    assert urgency(deal, even, Decimal(48_000)) == Decimal("12000.00")
    assert urgency(deal, sure, Decimal(48_000)) == Decimal("475.200000")


def test_a_review_knows_its_chance() -> None:
    judged = judge(a_book(), KNOWN, Policy())

    (review,) = judged.reviews.values()
    assert review.chance == pytest.approx(0.1348, abs=0.0001)
    assert review.clock is not None
    assert review.clock.chance == 0.5


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (0.1, "about 1 in 10"),
        (0.034, "about 1 in 29"),
        (0.019, "less than 1 in 50"),
        (0.0, "less than 1 in 50"),
    ],
)
def test_a_chance_is_told_as_one_in_so_many(share: float, told: str) -> None:
    assert one_in(share) == told
