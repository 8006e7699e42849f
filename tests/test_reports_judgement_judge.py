"""Questions with their evidence, actions with their owners, and the whole review."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.findings import OwnerKind, Severity, Signal, Verdict
from reports.judgement.actions import PLANS, actions, due, ranked
from reports.judgement.judge import judge
from reports.judgement.policy import Policy
from reports.judgement.questions import Question, StageQuestions
from reports.judgement.readiness import PREDICATES, answers
from reports.judgement.signals import SIGNALS
from reports.judgement.value import ceiling, urgency
from reports.model import ActivityKind, Deal, Direction
from tests.builders import (
    ADA,
    AS_OF,
    CAST,
    DEE_ID,
    STAGES,
    TODAY,
    a_book,
    a_closed_deal,
    a_deal,
    a_review_context,
    a_role,
    a_task,
    a_touch,
    a_visit,
    days_ago,
    days_ahead,
    numbered,
    some_norms,
)


CONTEXT = a_review_context()
NOTHING: dict[str, Any] = {
    "last_two_way": None,
    "last_inbound": None,
    "last_outbound": None,
    "last_meeting": None,
    "next_meeting": None,
    "roles": (),
    "open_tasks": (),
    "amount": None,
    "close_date": None,
    "line_items": 0,
    "line_total": None,
}


def meeting(on: date) -> Any:
    return a_touch(on, kind=ActivityKind.MEETING, direction=Direction.TWO_WAY)


# Questions


@pytest.mark.parametrize("name", PREDICATES)
def test_nothing_on_record_is_unknown_and_never_no(name: str) -> None:
    found = PREDICATES[name](a_deal(**NOTHING), CONTEXT)

    assert found.verdict is Verdict.UNKNOWN
    assert found.evidence == ()


@pytest.mark.parametrize(
    ("name", "difference", "record"),
    [
        ("buyer-replied", {}, "02s000000000001AAA"),
        ("buyer-replied-in-stage", {}, "02s000000000001AAA"),
        ("contact-reachable", {}, "00K000000000001AAA"),
        ("decision-maker-named", {}, "00K000000000001AAA"),
        (
            "meeting-booked",
            {"next_meeting": meeting(days_ahead(3))},
            "02s000000000001AAA",
        ),
        ("meeting-held", {"last_meeting": meeting(days_ago(3))}, "02s000000000001AAA"),
        ("amount-entered", {}, "006000000000001AAA"),
        ("close-date-ahead", {}, "006000000000001AAA"),
        ("products-entered", {}, "006000000000001AAA"),
        ("amount-matches-products", {}, "006000000000001AAA"),
        ("next-step-dated", {}, "00T000000000009AAA"),
    ],
)
def test_a_yes_carries_the_record_behind_it(
    name: str, difference: dict[str, Any], record: str
) -> None:
    found = PREDICATES[name](a_deal(**difference), CONTEXT)

    assert found.verdict is Verdict.YES
    assert found.evidence[0].record_id == record


@pytest.mark.parametrize(
    ("name", "difference"),
    [
        ("buyer-replied-in-stage", {"entered": days_ago(3), "last_two_way": None}),
        ("contact-reachable", {"roles": (a_role(email=None, phone=None),)}),
        ("contact-reachable", {"roles": (a_role(bounced=True, phone=None),)}),
        ("decision-maker-named", {"roles": (a_role(role="Evaluator"),)}),
        ("amount-entered", {"amount": Decimal(0)}),
        ("close-date-ahead", {"close_date": days_ago(1)}),
        ("amount-matches-products", {"line_total": Decimal(1)}),
        ("next-step-dated", {"open_tasks": (a_task(days_ago(1)),)}),
    ],
)
def test_a_no_carries_the_record_that_contradicts(
    name: str, difference: dict[str, Any]
) -> None:
    found = PREDICATES[name](a_deal(**difference), CONTEXT)

    assert found.verdict is Verdict.NO
    assert found.evidence


def test_a_role_without_a_name_for_it_leaves_the_decision_maker_open() -> None:
    deal = a_deal(roles=(a_role(role=None), a_role(role="User")))

    assert PREDICATES["decision-maker-named"](deal, CONTEXT).verdict is Verdict.UNKNOWN


def test_one_no_outweighs_unknowns_and_one_unknown_all_yes() -> None:
    def verdict(**difference: Any) -> list[Verdict]:
        deal = a_deal(stage="Discovery", **difference)
        return [answer.verdict for answer in answers(deal, CONTEXT)]

    yes, no, unknown = Verdict.YES, Verdict.NO, Verdict.UNKNOWN
    assert verdict() == [yes, yes, yes]
    assert verdict(line_items=0) == [yes, unknown, yes]
    assert verdict(line_items=0, amount=Decimal(0)) == [yes, no, yes]


def test_before_a_demo_three_questions_are_asked() -> None:
    asked = [a.text for a in answers(a_deal(stage="Qualification"), CONTEXT)]

    assert asked == [
        "Has the buyer confirmed a problem we can solve?",
        "Is the decision maker identified and invited?",
        "Is there a budget, and a date by which they decide?",
    ]


def test_the_configuration_replaces_questions_by_the_name_of_the_stage() -> None:
    own = StageQuestions(
        stages=("PROPOSAL",),
        questions=(Question(text="Did we meet?", all_of=("meeting-held",)),),
    )
    context = a_review_context(policy=Policy(questions=(own,)))

    (answer,) = answers(a_deal(), context)
    assert (answer.text, answer.verdict) == ("Did we meet?", Verdict.UNKNOWN)
    assert answers(a_deal(stage="Discovery"), context) == ()


# Actions


def a_signal(code: str, severity: Severity = Severity.HIGH) -> Signal:
    return Signal(
        code=code,
        deal_id=a_deal().id,
        severity=severity,
        because="",
        threshold="",
        remedy="",
    )


def test_plans_are_for_signals_that_there_are() -> None:
    assert set(PLANS) <= {rule.code for rule in SIGNALS if not rule.positive}


@pytest.mark.parametrize("code", PLANS)
def test_an_action_has_an_owner_a_working_day_and_a_metric(code: str) -> None:
    (item,) = actions(a_deal(), (a_signal(code),), Decimal(10), CONTEXT)

    assert item.owner in OwnerKind
    assert TODAY < item.due <= date(2026, 11, 19)
    assert item.due.weekday() < 5
    assert item.metric
    assert item.what
    assert item.value == 10


def test_the_second_obstacle_of_a_deal_is_worth_half_and_there_is_no_third() -> None:
    three = (a_signal("gone-quiet"), a_signal("chronic"), a_signal("no-next-step"))
    found = actions(a_deal(), three, Decimal(10), CONTEXT)

    assert [(item.code, item.value) for item in found] == [
        ("gone-quiet", Decimal(10)),
        ("chronic", Decimal("5.0")),
    ]


def test_a_silent_buyer_of_a_large_deal_is_for_an_executive() -> None:
    silent = (a_signal("stalled-buyer-silent"),)
    large = a_deal(amount_base=Decimal(60_001))

    (item,) = actions(large, silent, Decimal(1), CONTEXT)
    (usual,) = actions(a_deal(), silent, Decimal(1), CONTEXT)

    assert (item.owner, usual.owner) == (OwnerKind.EXECUTIVE, OwnerKind.REP)


def test_the_most_valuable_action_comes_first() -> None:
    found = [
        *actions(a_deal(), (a_signal("gone-quiet"),), Decimal(1), CONTEXT),
        *actions(a_deal(), (a_signal("chronic"),), Decimal(2), CONTEXT),
    ]

    assert [item.code for item in ranked(found)] == ["chronic", "gone-quiet"]


@given(st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.integers(1, 9))
def test_what_is_due_is_due_on_a_working_day_of_the_next_week(
    today: date, days: int
) -> None:
    when = due(today, days)

    assert when.weekday() < 5
    assert 0 < (when - today).days <= 7


# Value


@given(
    st.lists(st.integers(0, 10**6), min_size=1, max_size=20),
    st.integers(0, 19),
    st.integers(0, 10**6),
)
def test_raising_an_amount_never_lowers_a_deals_rank(
    amounts: list[int], which: int, more: int
) -> None:
    place = which % len(amounts)
    before = [valued(amount) for amount in amounts]
    raised = [*amounts]
    raised[place] += more
    after = [valued(amount) for amount in raised]

    assert rank(after, place) <= rank(before, place)


def valued(amount: int) -> Deal:
    return a_deal(amount_base=Decimal(amount))


def rank(deals: list[Deal], place: int) -> int:
    """How many deals are worth more attention."""
    most = ceiling(deals, Policy())
    values = [urgency(deal, CONTEXT, most) for deal in deals]
    return sum(value > values[place] for value in values)


def test_one_giant_does_not_drown_the_others() -> None:
    deals = [valued(10_000) for _ in range(10)] + [valued(10**9)]
    most = ceiling(deals, Policy())

    assert most == Decimal(10_000)
    assert urgency(deals[-1], CONTEXT, most) == urgency(deals[0], CONTEXT, most)


def test_what_is_due_counts_four_times() -> None:
    due_, later = a_deal(close_date=days_ahead(49)), a_deal(close_date=days_ahead(50))
    past = a_deal(close_date=days_ago(9))

    assert [urgency(d, CONTEXT, Decimal(48_000)) for d in (due_, later, past)] == [
        Decimal("48000.00"),
        Decimal("12000.0000"),
        Decimal("48000.00"),
    ]


@pytest.mark.parametrize("amount", [None, Decimal(0), Decimal(-5)])
def test_a_deal_without_an_amount_claims_nothing(amount: Decimal | None) -> None:
    assert urgency(a_deal(amount_base=amount), CONTEXT, Decimal(1)) == 0


# The whole


def test_every_open_deal_is_judged_in_the_order_of_the_book() -> None:
    deals = numbered(3)
    judged = judge(a_book(*deals, a_closed_deal()), some_norms(), Policy())

    assert list(judged.reviews) == [deal.id for deal in deals]
    assert judged.closed_hygiene == ()


def test_a_book_without_deals_is_judged_too() -> None:
    judged = judge(a_book(deals=(), closed=()), some_norms(), Policy())

    assert (judged.reviews, judged.closed_hygiene, judged.scores) == ({}, (), {})


def test_signals_come_worst_first_and_good_news_last() -> None:
    deal = a_deal(
        entered=days_ago(5),
        close_date=days_ago(9),
        open_tasks=(a_task(days_ago(9)),),
        next_meeting=meeting(days_ahead(2)),
    )
    (review,) = judge(a_book(deal), some_norms(), Policy()).reviews.values()

    assert [signal.code for signal in review.signals] == [
        "close-date-passed",
        "overdue-tasks",
        "moved-forward",
        "meeting-booked",
    ]


def test_the_clocks_reading_is_kept_raw_beside_the_verdict() -> None:
    deal = a_deal(entered=days_ago(50), next_meeting=meeting(days_ahead(2)))
    (review,) = judge(a_book(deal), some_norms(), Policy()).reviews.values()

    assert not review.stalled
    assert review.clock is not None
    assert (review.clock.over, review.clock.days, review.clock.limit) == (True, 50, 42)


def test_a_deal_in_a_stage_without_a_norm_has_no_limit() -> None:
    deal = a_deal(days_in_stage=None, entered_stage_on=None, visits=())
    (review,) = judge(a_book(deal), some_norms(stages={}), Policy()).reviews.values()

    assert review.clock is not None
    assert (review.clock.limit, review.clock.over, review.norm) == (None, False, None)


def test_today_is_the_owners_day() -> None:
    # 07:00 UTC on 12 November is still the 11th in Honolulu.
    far = {**CAST, ADA.id: replace(ADA, zone="Pacific/Honolulu")}
    deal = a_deal(close_date=days_ago(1))
    here = judge(a_book(deal), some_norms(), Policy()).reviews[deal.id]
    there = judge(a_book(deal, people=far), some_norms(), Policy()).reviews[deal.id]

    assert AS_OF.hour == 7
    assert [signal.code for signal in here.signals] == ["close-date-passed"]
    assert there.signals == ()


def test_closed_deals_are_checked_for_three_months() -> None:
    lately = a_closed_deal(amount=Decimal(0))
    long_ago = replace(lately, closed_on=days_ago(91))
    codes = [
        [
            issue.code
            for issue in judge(a_book(d), some_norms(), Policy()).closed_hygiene
        ]
        for d in (lately, long_ago)
    ]

    assert codes == [["won-zero"], []]


def test_a_deal_whose_owner_left_is_judged_all_the_same() -> None:
    deal = a_deal(owner_id=DEE_ID)
    (review,) = judge(a_book(deal), some_norms(), Policy()).reviews.values()

    assert [signal.code for signal in review.signals] == ["owner-inactive"]
    assert [action.owner for action in review.actions] == [OwnerKind.MANAGER]


UNPLANNED: dict[str, Any] = {"next_step": " ", "open_tasks": (), "next_meeting": None}


def test_what_is_missing_on_every_deal_flags_none_and_is_told_to_ops() -> None:
    gap = judge(a_book(*numbered(20, **UNPLANNED)), some_norms(), Policy())
    few = judge(a_book(*numbered(19, **UNPLANNED)), some_norms(), Policy())

    flagged, steps = (
        {signal.code for one in found.reviews.values() for signal in one.signals}
        for found in (gap, few)
    )
    obstacles, planned = (
        {action.obstacle for one in found.reviews.values() for action in one.actions}
        for found in (gap, few)
    )
    assert "no-next-step" not in flagged
    assert "no-next-step" in steps
    assert "Nothing is planned" in planned - obstacles
    assert any("No deal is flagged for it." in one.because for one in gap.problems)


def test_two_deals_that_look_the_same_name_each_other() -> None:
    one, other = numbered(2)
    twin = replace(
        other, account_id=one.account_id, account=one.account, name=f"{one.name}."
    )
    reviews = judge(a_book(one, twin), some_norms(), Policy()).reviews

    assert [
        [issue.code for issue in review.hygiene] for review in reviews.values()
    ] == [["dup-opp"], ["dup-opp"]]


def test_a_stage_that_the_deal_came_back_to_is_no_progress() -> None:
    back = a_deal(
        stage="Discovery",
        entered=days_ago(4),
        visits=(
            a_visit("Discovery", days_ago(40), days_ago(20), "Proposal"),
            a_visit("Proposal", days_ago(20), days_ago(4), "Discovery"),
            a_visit("Discovery", days_ago(4)),
        ),
    )
    (review,) = judge(a_book(back), some_norms(), Policy()).reviews.values()

    assert STAGES["Discovery"].position < STAGES["Proposal"].position
    assert [signal.code for signal in review.signals] == ["moved-back"]
