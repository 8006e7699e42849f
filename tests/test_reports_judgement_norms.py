"""What is normal here: tiers, windows, defaults, borrowed curves, and capture."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from reports.judgement.capture import captures, holes
from reports.judgement.norms import norms
from reports.judgement.policy import CapturePolicy, Policy, Tiers
from reports.judgement.window import tier_of
from reports.model import Deal, OpportunityId, UserId
from reports.normal import OwnerActivity
from tests.builders import (
    ADA,
    ADA_ID,
    BO_ID,
    CAST,
    CLEO_ID,
    a_book,
    a_closed_deal,
    a_deal,
    a_visit,
    days_ago,
    some_baselines,
)


@pytest.mark.parametrize(
    ("won", "closed", "tier"),
    [
        (0, 0, 0),
        (11, 300, 0),
        (12, 24, 0),
        (12, 25, 1),
        (29, 400, 1),
        (30, 99, 1),
        (30, 100, 2),
        (71, 100, 1),
        (50, 199, 2),
        (50, 200, 3),
    ],
)
def test_a_tier_needs_enough_of_either_outcome(
    won: int, closed: int, tier: int
) -> None:
    assert tier_of(won, closed, Tiers()) == tier


def ended(number: int, ago: int, *, won: bool, stayed: int = 20) -> Deal:
    """A deal that was in Proposal for some days and closed so many days ago."""
    return a_closed_deal(
        won=won,
        id=OpportunityId(f"006{number:012}AAA"),
        created_on=days_ago(ago + stayed),
        closed_on=days_ago(ago),
        visits=(
            a_visit(
                "Proposal",
                days_ago(ago + stayed),
                days_ago(ago),
                "Closed Won" if won else "Closed Lost",
            ),
        ),
    )


def history(ago: int, *, won: int = 20, lost: int = 20) -> list[Deal]:
    """Deals that closed about so many days ago; winners stayed 15 to 24 days."""
    return [
        ended(n, ago + n % 10, won=n < won, stayed=15 + n % 10 if n < won else 60)
        for n in range(won + lost)
    ]


def test_the_first_window_that_holds_enough_is_used_and_told() -> None:
    lately = norms(a_book(*history(100)), some_baselines(), Policy())
    long_ago = norms(a_book(*history(300)), some_baselines(), Policy())

    assert (lately.tier, lately.window_days) == (1, 180)
    assert (long_ago.tier, long_ago.window_days) == (1, 365)
    assert "20 won deals, last 12 months" in long_ago.stages["Proposal"].source


def test_below_the_first_tier_defaults_speak_and_say_so() -> None:
    found = norms(a_book(*history(100, won=4, lost=4)), some_baselines(), Policy())

    assert found.tier == 0
    assert found.pooled is None
    proposal = found.stages["Proposal"]
    assert (proposal.stalled_after, proposal.learned) == (36, False)
    assert proposal.source == (
        "twice the median of 57 won deals, 18 days in Proposal (default rule; 4 won "
        "deals are too few to learn from)"
    )


def test_without_wins_plain_days_speak_fewer_from_proposal_on() -> None:
    found = norms(a_book(), some_baselines(stages={}), Policy())

    limits = {name: norm.stalled_after for name, norm in found.stages.items()}
    assert limits == {
        "Prospecting": 30,
        "Qualification": 30,
        "Discovery": 30,
        "Proposal": 21,
        "Negotiation": 21,
    }
    assert found.stages["Discovery"].source == (
        "30 days in a stage (default; 0 won deals are too few to learn from)"
    )


def test_a_stage_learns_when_its_winners_had_left() -> None:
    proposal = norms(a_book(*history(60)), some_baselines(), Policy()).stages[
        "Proposal"
    ]

    assert proposal.learned
    assert proposal.stalled_after is not None
    assert 21 <= proposal.stalled_after <= 42
    assert proposal.won == 20
    assert (proposal.longest_won, proposal.fastest_win) == (24, 16)
    assert proposal.left[0] == 1


def test_a_stage_with_few_exits_borrows_the_curve_of_all() -> None:
    found = norms(a_book(*history(60)), some_baselines(), Policy())
    borrowed = found.stages["Negotiation"]

    assert found.pooled is not None
    assert borrowed == replace(found.pooled, stage="Negotiation")
    assert borrowed.source.endswith("all stages together")


def lives(deals: list[Deal]) -> list[Deal]:
    """The same deals where no history says in which stages they were."""
    return [
        replace(deal, visits=(replace(deal.visits[0], stage=""),)) for deal in deals
    ]


def test_without_a_stage_history_whole_lives_teach_one_limit_for_all_stages() -> None:
    deals = lives(history(100, won=40, lost=40))
    found = norms(a_book(a_deal(), *deals), some_baselines(), Policy())

    (limit,) = {norm.stalled_after for norm in found.stages.values()}
    assert limit in range(21, 29)
    assert found.stages["Proposal"].source == (
        f"8 in 10 deals we went on to win had left the pipeline by day {limit} (40 won "
        "deals, last 6 months), counted from creation, without a stage history"
    )


def test_where_no_end_of_a_stage_was_seen_defaults_speak_and_say_so() -> None:
    deals = [
        replace(deal, visits=(replace(deal.visits[0], imported=True),))
        for deal in history(100, won=40, lost=40)
    ]
    found = norms(a_book(a_deal(), *deals), some_baselines(stages={}), Policy())

    assert {norm.learned for norm in found.stages.values()} == {False}
    assert found.stages["Prospecting"].stalled_after == 30
    assert found.stages["Prospecting"].source == (
        "30 days in a stage (default; no deal was seen leaving its stage)"
    )


def test_the_horizon_is_what_is_left_of_the_quarter_and_a_month_at_least() -> None:
    early = norms(a_book(), some_baselines(), Policy())
    late = norms(
        a_book(as_of=a_book().as_of + timedelta(days=40)), some_baselines(), Policy()
    )

    assert (early.horizon_days, late.horizon_days) == (49, 30)


# Capture


def owner(user: UserId = ADA_ID, **changes: Any) -> OwnerActivity:
    facts = {"calls": 20, "emails": 40, "meetings": 5, "open_deals": 8}
    return OwnerActivity(user_id=user, **(facts | changes))


def captured(*owners: OwnerActivity) -> dict[UserId, tuple[bool, str]]:
    found = captures({o.user_id: o for o in owners}, CapturePolicy(), any_at_all=True)
    return {user: (one.trusted, one.because) for user, one in found.items()}


def test_an_owner_like_the_others_is_believed() -> None:
    found = captured(owner(), owner(BO_ID), owner(CLEO_ID))

    assert found[ADA_ID] == (True, "65 activities on 8 open deals in 30 days")


def test_far_less_than_usual_is_more_likely_not_captured() -> None:
    found = captured(owner(calls=4, emails=8, meetings=0), owner(BO_ID), owner(CLEO_ID))

    assert found[ADA_ID] == (
        False,
        "12 activities on 8 open deals in 30 days; 65 would be usual.",
    )


def test_none_of_a_kind_that_everybody_has_is_a_hole() -> None:
    found = captured(owner(emails=0), owner(BO_ID), owner(CLEO_ID))

    assert found[ADA_ID] == (
        False,
        "No emails on 8 open deals in 30 days; 40 would be usual.",
    )


def test_few_deals_prove_nothing() -> None:
    few = owner(calls=0, emails=0, meetings=0, open_deals=3)

    assert captured(few, owner(BO_ID), owner(CLEO_ID))[ADA_ID][0]


def test_meetings_may_truly_be_none() -> None:
    assert captured(owner(meetings=0), owner(BO_ID), owner(CLEO_ID))[ADA_ID][0]


def test_ops_hear_of_a_hole_once_for_all_its_deals() -> None:
    found = captures(
        {
            ADA_ID: owner(calls=0, emails=0, meetings=0),
            BO_ID: owner(BO_ID),
            CLEO_ID: owner(CLEO_ID),
        },
        CapturePolicy(),
        any_at_all=True,
    )

    (problem,) = holes(a_book(), found)
    assert str(problem.record_id) == ADA_ID
    assert problem.because.startswith("Activity seems not to be captured: 0 activities")


def test_of_who_has_left_no_activity_is_missed() -> None:
    silent = owner(calls=0, emails=0, meetings=0)
    owners = {ADA_ID: silent, BO_ID: owner(BO_ID), CLEO_ID: owner(CLEO_ID)}
    found = captures(owners, CapturePolicy(), any_at_all=True)
    gone = replace(ADA, active=False)

    assert holes(a_book(people=CAST | {ADA_ID: gone}), found) == ()


def test_an_organisation_without_any_activity_is_one_problem() -> None:
    silent = a_deal(calls=0, emails=0, meetings=0, last_touch=None, last_inbound=None)
    owners = {
        user: owner(user, calls=0, emails=0, meetings=0) for user in (ADA_ID, BO_ID)
    }
    found = norms(a_book(silent), some_baselines(owners=owners), Policy())

    assert not found.any_activity
    assert not any(capture.trusted for capture in found.capture.values())
    (problem,) = holes(a_book(silent), found.capture)
    assert problem.because == (
        "No activity is logged on any deal of the organisation. Rules about silence "
        "are switched off."
    )
