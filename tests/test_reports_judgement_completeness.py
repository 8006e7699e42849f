import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.findings import DealReview, Fixer, HygieneIssue
from reports.judgement.completeness import Score, counted, deal_score, score, scores
from reports.judgement.hygiene import HYGIENE
from reports.judgement.hygiene_rules import issues_of
from reports.judgement.judge import judge
from reports.judgement.policy import Policy, RequiredField
from reports.judgement.process import gaps, handed_to_ops, told
from reports.model import Deal
from tests.builders import (
    ACME,
    ADA_ID,
    BO_ID,
    a_book,
    a_deal,
    a_review_context,
    a_role,
    a_task,
    days_ago,
    numbered,
    some_norms,
)


COUNTED = counted(HYGIENE, ())
CONTEXT = a_review_context()


def score_of(deal: Deal) -> float | None:
    return deal_score(deal, issues_of(deal, HYGIENE, CONTEXT), COUNTED, CONTEXT)


def test_a_deal_with_nothing_to_put_right_is_complete() -> None:
    assert score_of(a_deal()) == 1.0


def test_only_the_worst_of_a_family_counts() -> None:
    # Date 8, next 8, amount 8, account 4, attribution 1, duplicate 4, activity 4,
    # people 4 and forecast 8 are 49; nothing more is configured.
    primary = a_deal(roles=(a_role(is_primary=False),))
    both = a_deal(roles=(a_role(is_primary=False, role="User"),))

    assert score_of(primary) == pytest.approx(1 - 2 / 49)
    assert score_of(both) == pytest.approx(1 - 4 / 49)


FLAWS: list[dict[str, Any]] = [
    {"close_date": days_ago(1)},
    {"next_step": None, "open_tasks": ()},
    {"open_tasks": (a_task(days_ago(9)),)},
    {"amount": None, "amount_base": None},
    {"account_id": None},
    {"lead_source": None},
    {"roles": ()},
    {"roles": (a_role(role="User"),)},
    {"probability": Decimal(5)},
    {"forecast_category": "Omitted"},
    {"pushes": 4, "pushed_days": 100},
    {"outbound_21d": 9, "inbound_21d": 0},
]


@given(st.lists(st.sampled_from(FLAWS), max_size=8), st.sampled_from(FLAWS))
@settings(max_examples=60)
def test_putting_one_issue_right_never_lowers_the_score(
    flaws: list[dict[str, Any]], one: dict[str, Any]
) -> None:
    differences = {key: value for flaw in [*flaws, one] for key, value in flaw.items()}
    deal = a_deal(**differences)
    issues = list(issues_of(deal, HYGIENE, CONTEXT))
    whole = deal_score(deal, issues, COUNTED, CONTEXT)
    assert whole is not None

    for left_out in issues:
        others = [issue for issue in issues if issue is not left_out]
        after = deal_score(deal, others, COUNTED, CONTEXT)
        assert after is not None
        assert 0 <= whole <= after <= 1


@given(st.lists(st.sampled_from(FLAWS), max_size=8), st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_the_order_of_rules_does_not_matter(
    flaws: list[dict[str, Any]], chance: random.Random
) -> None:
    deal = a_deal(**{key: value for flaw in flaws for key, value in flaw.items()})
    shuffled = list(HYGIENE)
    chance.shuffle(shuffled)

    def found(rules: list[Any]) -> set[HygieneIssue]:
        return set(issues_of(deal, rules, CONTEXT))

    assert found(shuffled) == found(HYGIENE)
    assert deal_score(deal, found(shuffled), counted(shuffled, ()), CONTEXT) == (
        score_of(deal)
    )


def test_what_a_rep_cannot_put_right_does_not_count() -> None:
    assert score_of(a_deal(owner_id="00G000000000001AAA")) == 1.0
    assert {rule.fixer for rule in COUNTED} == {Fixer.REP}
    assert not any(rule.closed for rule in COUNTED)


def test_a_rule_for_which_nothing_is_configured_does_not_count() -> None:
    required = Policy(required=(RequiredField(field="Type"),))
    asked = a_review_context(policy=required)
    deal = a_deal(roles=())
    issues = list(issues_of(deal, HYGIENE, asked))

    assert deal_score(deal, issues, COUNTED, asked) == pytest.approx(1 - 4 / 53)


def test_a_rule_left_out_as_a_gap_does_not_count() -> None:
    deal = a_deal(roles=())
    rules = counted(HYGIENE, ["no-contact-role"])

    assert deal_score(deal, issues_of(deal, HYGIENE, CONTEXT), rules, CONTEXT) == 1.0


@given(
    st.lists(st.floats(0, 1), min_size=5, max_size=40),
    st.floats(0, 1),
)
def test_a_score_lies_between_the_deals_and_the_team(
    values: list[float], team: float
) -> None:
    found = score(ADA_ID, values, team, 0)
    mean = sum(values) / len(values)

    assert found.share is not None
    assert found.interval is not None
    assert min(mean, team) - 1e-9 <= found.share <= max(mean, team) + 1e-9
    assert 0 <= found.interval[0] <= found.share + 1e-9
    assert found.share - 1e-9 <= found.interval[1] <= 1


def test_eight_of_the_teams_deals_are_mixed_in() -> None:
    found = score(ADA_ID, [0.5] * 8, 1.0, 3)

    assert found == Score(
        user_id=ADA_ID,
        deals=8,
        share=0.75,
        interval=(0.75, 0.75),
        critical=3,
        team=1.0,
    )


def test_below_five_deals_there_is_no_number() -> None:
    found = score(ADA_ID, [0.5] * 4, 1.0, 1)

    assert (found.share, found.interval, found.critical) == (None, None, 1)


def test_deals_owned_for_a_week_at_most_do_not_count() -> None:
    old, new = a_deal(), a_deal(owner_since=days_ago(7))
    reviews = [(DealReview(deal=deal), CONTEXT) for deal in (old, new)]

    assert scores(reviews, COUNTED)[ADA_ID].deals == 1


def test_every_owner_of_open_deals_has_a_score() -> None:
    deals = numbered(8)
    of_bo = (replace(deal, owner_id=BO_ID) for deal in deals[6:])
    found = judge(a_book(*deals[:6], *of_bo), some_norms(), Policy()).scores

    assert {owner: one.share for owner, one in found.items()} == {
        ADA_ID: 1.0,
        BO_ID: None,
    }


def test_a_rule_that_fails_almost_everywhere_goes_to_ops() -> None:
    deals = [replace(deal, lead_source=None) for deal in numbered(24)]
    judged = judge(a_book(*deals, a_deal()), some_norms(), Policy())

    issues = [issue for r in judged.reviews.values() for issue in r.hygiene]
    assert {(issue.code, issue.fixer) for issue in issues} == {
        ("attribution", Fixer.OPS)
    }
    assert judged.scores[ADA_ID].share == 1.0
    (problem,) = judged.problems
    assert problem.because == (
        "attribution fails on 96 % of 25 deals: a gap in the process or the "
        "configuration, not in the deals."
    )


@pytest.mark.parametrize(("failing", "of"), [(19, 19), (20, 25)])
def test_few_failures_or_four_in_five_are_no_gap(failing: int, of: int) -> None:
    bad = [replace(deal, lead_source=None) for deal in numbered(failing)]
    good = list(numbered(of))[failing:]
    deals = [(deal, CONTEXT) for deal in [*bad, *good]]
    issues = [i for deal, _ in deals for i in issues_of(deal, HYGIENE, CONTEXT)]
    found = gaps(HYGIENE, deals, issues)

    assert found == {}
    assert told(found, ACME) == ()
    assert handed_to_ops(issues, found) == tuple(issues)
