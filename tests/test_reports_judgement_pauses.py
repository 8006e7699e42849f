"""How long won deals went between touches, and the limit of silence that it sets."""

from dataclasses import replace
from datetime import timedelta

import pytest

from reports.findings import HygieneIssue
from reports.judgement.judge import judge
from reports.judgement.listing import listing
from reports.judgement.pauses import pauses_of, usual, with_pauses, won_lately
from reports.judgement.policy import ByPhase, Policy
from reports.model import Book, Deal, OpportunityId
from reports.normal import Contact, Norms, Pauses
from tests.builders import (
    ADA_ID,
    a_book,
    a_closed_deal,
    a_deal,
    a_touch,
    a_visit,
    days_ago,
    moment,
    some_norms,
)


LEARNED = Pauses(days=9, n=412, deals=57)


def numbered_id(number: int) -> OpportunityId:
    return OpportunityId(f"006{number:012}AAA")


def touched(*days: int) -> list[Contact]:
    """Calls so many days ago, oldest first."""
    return [
        Contact(kind="call", at=moment(days_ago(one)), who=None)
        for one in sorted(days, reverse=True)
    ]


def norms_with(pauses: Pauses | None) -> Norms:
    norms = some_norms()
    proposal = replace(norms.stages["Proposal"], pauses=pauses)
    return replace(norms, stages={**norms.stages, "Proposal": proposal})


def silent(days: int) -> Deal:
    """A deal in Proposal that nobody has touched for so long."""
    last = a_touch(days_ago(days))
    return a_deal(
        stage="Proposal",
        entered=days_ago(60),
        last_touch=last,
        last_outbound=last,
        last_two_way=last,
        last_inbound=None,
        last_meeting=None,
        next_meeting=None,
    )


def no_activity(
    deal: Deal, norms: Norms, policy: Policy | None = None
) -> list[HygieneIssue]:
    (review,) = judge(a_book(deal), norms, policy or Policy()).reviews.values()
    return [issue for issue in review.hygiene if issue.code == "no-activity"]


# What is learned


def test_a_pause_belongs_to_the_stage_it_began_in_and_days_count_once() -> None:
    deal = a_closed_deal(
        visits=(
            a_visit("Discovery", days_ago(40), days_ago(30), "Proposal"),
            a_visit("Proposal", days_ago(30), days_ago(10), "Closed Won"),
        )
    )
    contacts = touched(38, 38, 33, 24, 12, 12)
    later = [replace(contacts[0], at=contacts[0].at + timedelta(hours=3)), *contacts]

    assert list(pauses_of(deal, later, a_book())) == [
        ("Discovery", 5),
        ("Discovery", 9),
        ("Proposal", 12),
    ]


def test_touches_before_and_after_a_deals_stages_are_no_pauses() -> None:
    deal = a_closed_deal(
        visits=(a_visit("Proposal", days_ago(30), days_ago(10), "Closed Won"),)
    )

    assert list(pauses_of(deal, touched(50, 45, 8, 3), a_book())) == []


def test_the_limit_is_what_eight_in_ten_pauses_did_not_exceed() -> None:
    pauses = [(numbered_id(n % 12), 1 + n % 10) for n in range(40)]

    assert usual(pauses, Policy()) == Pauses(days=9, n=40, deals=12)


@pytest.mark.parametrize(("pauses", "deals"), [(29, 12), (40, 11)])
def test_few_pauses_or_few_deals_teach_nothing(pauses: int, deals: int) -> None:
    some = [(numbered_id(n % deals), 5) for n in range(pauses)]

    assert usual(some, Policy()) is None


def won_book() -> Book:
    return a_book(
        *(a_closed_deal(id=numbered_id(n)) for n in range(12)),
        a_closed_deal(id=numbered_id(20), won=False),
        a_closed_deal(id=numbered_id(21), closed_on=days_ago(200)),
    )


def test_only_deals_that_were_won_in_the_window_teach() -> None:
    found = [deal.id for deal in won_lately(won_book(), some_norms())]

    assert found == [numbered_id(n) for n in range(12)]


def test_nothing_is_learned_below_the_first_tier_or_of_activity_in_doubt() -> None:
    norms = some_norms()
    doubtful = replace(norms.capture[ADA_ID], trusted=False)
    hole = replace(norms, capture={**norms.capture, ADA_ID: doubtful})

    assert won_lately(won_book(), some_norms(tier=0)) == []
    assert won_lately(won_book(), some_norms(any_activity=False)) == []
    assert won_lately(won_book(), hole) == []


def test_each_stage_learns_its_own() -> None:
    contacts = {numbered_id(n): touched(45, 40, 33, 25) for n in range(12)}
    found = with_pauses(some_norms(), won_book(), contacts, Policy())

    assert found.stages["Proposal"].pauses == Pauses(days=8, n=36, deals=12)
    assert found.stages["Discovery"].pauses is None


# What is said


def test_silence_beyond_the_learned_limit_says_what_it_was_learned_from() -> None:
    (issue,) = no_activity(silent(12), norms_with(LEARNED))

    assert issue.because == (
        "No completed activity since 31 Oct, 12 days; 8 in 10 pauses in deals we won "
        "were at most 9 days in Proposal (412 pauses, 57 won deals)."
    )


def test_silence_within_the_learned_limit_is_none() -> None:
    assert no_activity(silent(9), norms_with(LEARNED)) == []
    assert no_activity(silent(20), norms_with(replace(LEARNED, days=20))) == []


def test_without_pauses_the_default_speaks_and_says_so() -> None:
    own = Policy(two_way=ByPhase(early=20, mid=10, late=10))
    (usual_,) = no_activity(silent(20), norms_with(None))
    (set_,) = no_activity(silent(20), norms_with(None), own)

    assert usual_.because.endswith("20 days; usual are at most 7 (default).")
    assert set_.because.endswith("20 days; usual are at most 10 (configured).")


def test_a_deal_that_was_never_touched_is_held_against_the_same_limit() -> None:
    never = replace(
        silent(12),
        last_touch=None,
        last_outbound=None,
        last_two_way=None,
        created_on=days_ago(61),
    )
    (issue,) = no_activity(never, norms_with(LEARNED))

    assert issue.because.startswith("No completed activity at all, 61 days; 8 in 10")


@pytest.mark.parametrize(
    ("entered", "touched", "told"),
    [
        (
            9,
            10,
            "No completed activity since it entered Proposal on 3 Nov, 9 days ago.",
        ),
        (9, 9, None),  # something was done on the day itself
        (7, 8, None),  # a new stage may be untouched so long
        (
            9,
            None,
            "No completed activity since it entered Proposal on 3 Nov, 9 days ago.",
        ),
    ],
)
def test_a_stage_in_which_nothing_was_done_is_told_before_the_usual_pause_is_over(
    entered: int, touched: int | None, told: str | None
) -> None:
    deal = replace(
        silent(touched or 0),
        entered_stage_on=days_ago(entered),
        days_in_stage=entered,
        created_on=days_ago(entered),
    )
    if touched is None:
        deal = replace(deal, last_touch=None, last_outbound=None, last_two_way=None)
    patient = norms_with(replace(LEARNED, days=20))

    found = no_activity(deal, patient)

    assert [issue.because for issue in found] == ([told] if told else [])


def test_nobody_knows_when_an_imported_deal_entered_its_stage() -> None:
    deal = replace(silent(10), entered_stage_on=days_ago(9), days_in_stage=9)
    visit = replace(deal.visits[-1], imported=True)

    patient = norms_with(replace(LEARNED, days=20))
    assert no_activity(replace(deal, visits=(visit,)), patient) == []


def test_the_list_of_rules_has_the_learned_limit_of_each_stage() -> None:
    found = {line.code: line for line in listing(Policy(), norms_with(LEARNED))}

    assert found["no-activity"].threshold == "Proposal 9 days"
    assert found["no-activity"].source == "learned"
