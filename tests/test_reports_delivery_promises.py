from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.delivery.evidence import SHOWN_BY
from reports.delivery.marks import (
    found_in,
    marker,
    proposal_id,
    unmarked,
)
from reports.delivery.outcomes import Reading, Readings, outcomes
from reports.delivery.promises import (
    REVIVE,
    aged,
    marked,
    newly_taken,
    proposals_of,
    raised,
)
from reports.delivery.records import Proposal, Review
from reports.findings import ActionItem, DealReview, Outcome, OwnerKind, Packet
from reports.judgement.actions import EXECUTIVE_CALL, PLANS
from reports.judgement.policy import Policy
from reports.model import (
    ActivityKind,
    Deal,
    Direction,
    OpportunityId,
    RecordId,
    TakenTask,
    UserId,
)
from tests.builders import (
    ADA,
    ADA_ID,
    AS_OF,
    BO_ID,
    CAST,
    CLEO,
    CLEO_ID,
    DEE_ID,
    STAGES,
    TODAY,
    a_book,
    a_change,
    a_closed_deal,
    a_deal,
    a_role,
    a_touch,
    a_visit,
    days_ago,
    days_ahead,
)


ROOT = Path(__file__).resolve().parent.parent

#: The review at which everything here was proposed, a week ago.
REVIEWED = days_ago(7)
PROPOSED = AS_OF - timedelta(days=7)
DEAL = a_deal().id
WORDS = Policy().decider_words


def a_proposal(**changes: Any) -> Proposal:
    facts: dict[str, Any] = {
        "id": "K3F7Q2AB",
        "cycle": "2026-11-05",
        "rep_id": ADA_ID,
        "deal_id": DEAL,
        "obstacle": "The buyer does not answer",
        "what": "Reach a second contact",
        "owner": OwnerKind.REP,
        "due": days_ago(2),
        "metric": "a reply from the buyer",
        "proposed_at": PROPOSED,
        "code": "stalled-buyer-silent",
    }
    return Proposal(**(facts | changes))


def a_taken_task(**changes: Any) -> TakenTask:
    facts: dict[str, Any] = {
        "record_id": RecordId("00T000000000005AAA"),
        "subject": "Reach a second contact [dp:K3F7Q2AB]",
        "deal_id": DEAL,
        "owner_id": ADA_ID,
        "created_at": PROPOSED + timedelta(hours=20),
        "due": None,
        "done": False,
        "done_at": None,
    }
    return TakenTask(**(facts | changes))


def quiet(**changes: Any) -> Deal:
    """A deal on which nothing has happened since the review."""
    facts: dict[str, Any] = {
        "last_outbound": None,
        "last_inbound": None,
        "last_two_way": None,
        "last_touch": None,
        "next_step_since": days_ago(20),
    }
    return a_deal(**(facts | changes))


def read(
    proposal: Proposal, deal: Deal | None, *tasks: TakenTask, today: date = TODAY
) -> Readings:
    book = a_book(deal) if deal else replace(a_book(), deals=())
    return outcomes([proposal], tasks, book, today=today, decider_words=WORDS)


def outcome(deal: Deal | None, code: str = "", **task: Any) -> Reading:
    """What is read of a promise of that code about the deal."""
    proposal = a_proposal(code=code) if code else a_proposal()
    found = read(proposal, deal, a_taken_task(**task))
    (one,) = (*found.promises, *found.overtaken)
    return one


def an_action(**changes: Any) -> ActionItem:
    facts: dict[str, Any] = {
        "deal_id": DEAL,
        "obstacle": "The buyer does not answer",
        "what": "Reach a second contact",
        "owner": OwnerKind.REP,
        "due": days_ahead(5),
        "metric": "a reply from the buyer",
        "value": Decimal(1),
        "code": "stalled-buyer-silent",
    }
    return ActionItem(**(facts | changes))


def a_packet(*actions: ActionItem, **changes: Any) -> Packet:
    facts: dict[str, Any] = {
        "cycle": "2026-11-12",
        "as_of": AS_OF,
        "snapshot": "",
        "today": TODAY,
        "since": None,
        "rep": ADA,
        "manager": CLEO,
        "currency": "USD",
        "org_name": "Acme",
        "agenda": (),
        "focus": (),
        "deals": (),
        "actions": actions,
        "promises": (),
        "changes": (),
        "data_as_of": (),
    }
    return Packet(**(facts | changes))


# Proposals and their marks


def test_the_actions_of_a_packet_are_proposals() -> None:
    (one,) = proposals_of(a_packet(an_action()))

    assert (one.rep_id, one.deal_id, one.what) == (ADA_ID, DEAL, an_action().what)
    assert (one.code, one.taken_by) == ("stalled-buyer-silent", None)
    assert one.proposed_at == AS_OF


def test_every_step_on_a_card_can_be_taken() -> None:
    second = an_action(what="Write a plan", code="close-date-pushed-again")
    review = DealReview(deal=a_deal(), actions=(an_action(), second))

    found = proposals_of(a_packet(an_action(), focus=(review,)))

    assert [one.what for one in found] == ["Reach a second contact", "Write a plan"]


def test_the_same_proposal_has_the_same_id_and_no_other_has() -> None:
    same = proposal_id("2026-11-12", ADA_ID, an_action())

    assert same == "KUEMUAJZ"
    assert proposal_id("2026-11-26", ADA_ID, an_action()) != same
    assert proposal_id("2026-11-12", BO_ID, an_action()) != same
    assert proposal_id("2026-11-12", ADA_ID, an_action(what="Call")) != same


@pytest.mark.parametrize(
    ("subject", "found"),
    [
        ("Call Renata [dp:K3F7Q2AB]", "K3F7Q2AB"),
        ("FW: [DP:k3f7q2ab] call", "K3F7Q2AB"),
        ("Call Renata", None),
        ("[dp:K3F7Q2A1]", None),
        ("[dp:K3F7Q2ABC]", None),
        ("", None),
        (None, None),
    ],
)
def test_a_mark_is_found_wherever_it_stands(
    subject: str | None, found: str | None
) -> None:
    assert found_in(subject) == found


def test_a_subject_reads_without_its_mark() -> None:
    assert unmarked("Call [dp:K3F7Q2AB] Renata") == "Call Renata"


def test_a_packet_carries_the_marks_of_its_proposals() -> None:
    review = DealReview(deal=a_deal(), actions=(an_action(),))

    packet = marked(a_packet(an_action(), focus=(review,), deals=(review,)))

    (proposal,) = proposals_of(packet)
    marks = {
        packet.actions[0].mark,
        packet.focus[0].actions[0].mark,
        packet.deals[0].actions[0].mark,
    }
    assert marks == {marker(proposal.id)}


def test_what_is_promised_already_is_not_proposed_again() -> None:
    held = a_proposal(taken_by="00T1", taken_at=PROPOSED)

    packet = marked(a_packet(an_action()), [held])

    assert proposals_of(packet, [held]) == ()
    assert packet.actions[0].mark == "[dp:K3F7Q2AB]"


def test_what_nobody_took_is_proposed_anew() -> None:
    (one,) = proposals_of(a_packet(an_action()), [a_proposal()])

    assert one.due == days_ahead(5)


# Taking


def test_a_task_with_the_mark_takes_a_proposal_on() -> None:
    (taken,) = newly_taken([a_proposal()], [a_taken_task()])

    assert taken.taken_by == "00T000000000005AAA"
    assert taken.taken_at == PROPOSED + timedelta(hours=20)


def test_the_first_of_two_tasks_takes_it() -> None:
    later = a_taken_task(record_id=RecordId("00T1"), created_at=AS_OF)

    (taken,) = newly_taken([a_proposal()], [later, a_taken_task()])

    assert taken.taken_by == "00T000000000005AAA"


@pytest.mark.parametrize(
    "task",
    [
        a_taken_task(subject="Reach a second contact"),
        a_taken_task(subject="Call [dp:AAAAAAAA]"),
        a_taken_task(deal_id=OpportunityId("006000000000077AAA")),
    ],
)
def test_a_task_without_the_mark_or_on_another_deal_takes_nothing(
    task: TakenTask,
) -> None:
    assert newly_taken([a_proposal()], [task]) == ()


def test_what_was_taken_is_not_taken_again() -> None:
    taken = a_proposal(taken_by="00T1", taken_at=PROPOSED)

    assert newly_taken([taken], [a_taken_task()]) == ()


# Outcomes

AFTER = a_touch(days_ago(3))
OURS = a_touch(days_ago(3), direction=Direction.OUTBOUND, record_id="00T3")
BEFORE = a_touch(days_ago(9))
AHEAD = a_touch(days_ahead(8), kind=ActivityKind.MEETING, subject="Demo")
MOVED = a_change("CloseDate", days_ago(3), "2026-11-05", days_ahead(40).isoformat())
STEPPED = a_change("NextStep", days_ago(3), "", "Demo on 20 Nov")
ADVANCED = (
    a_visit("Discovery", days_ago(40), days_ago(3), "Proposal"),
    a_visit("Proposal", days_ago(3)),
)
WON = a_closed_deal(id=DEAL, closed_on=days_ago(3), last_two_way=None)

#: For every code what shows that it was done, with the record that says so.
DONE: dict[str, tuple[Deal, str]] = {
    "stalled-buyer-silent": (quiet(last_two_way=AFTER), "02s000000000001AAA"),
    "stalled-rep-silent": (quiet(last_outbound=OURS), "00T3"),
    "stalled-nothing-scheduled": (quiet(next_meeting=AHEAD), "02s000000000001AAA"),
    "never-touched": (quiet(last_outbound=OURS), "00T3"),
    "ghosted-after-proposal": (quiet(last_two_way=AFTER), "02s000000000001AAA"),
    "executive-call": (quiet(last_two_way=AFTER), "02s000000000001AAA"),
    "gone-quiet": (quiet(last_two_way=AFTER), "02s000000000001AAA"),
    "close-date-passed": (
        quiet(last_two_way=AFTER, changes=(MOVED,)),
        "008000000000001AAA",
    ),
    "close-date-pushed-again": (quiet(last_two_way=AFTER), "02s000000000001AAA"),
    "close-date-pushed-far": (quiet(last_two_way=AFTER), "02s000000000001AAA"),
    "slipped-out-of-period": (quiet(changes=(MOVED,)), "008000000000001AAA"),
    "close-date-frozen": (quiet(next_meeting=AHEAD), "02s000000000001AAA"),
    "closing-soon-stage-behind": (quiet(visits=ADVANCED), DEAL),
    "unlikely-this-period": (quiet(changes=(MOVED,)), "008000000000001AAA"),
    "no-next-step": (quiet(next_step_since=days_ago(3)), DEAL),
    "single-threaded": (
        quiet(roles=(a_role(added_on=days_ago(3)),)),
        "00K000000000001AAA",
    ),
    "no-decision-maker": (quiet(), "00K000000000001AAA"),
    "commit-without-evidence": (quiet(forecast_category="BestCase"), DEAL),
    "stage-ahead-of-evidence": (quiet(last_touch=OURS), "00T3"),
    "amount-cut": (quiet(last_two_way=AFTER), "02s000000000001AAA"),
    "moved-back": (quiet(visits=ADVANCED), DEAL),
    "owner-inactive": (quiet(owner_id=BO_ID), DEAL),
    "chronic": (WON, DEAL),
    "revive-or-close": (quiet(changes=(STEPPED,)), DEAL),
}
#: Where the healthy deal itself already shows it.
NOT_DONE: dict[str, Deal] = {
    "no-decision-maker": quiet(roles=()),
    "commit-without-evidence": quiet(forecast_category="Forecast"),
}


def test_the_page_of_promises_says_what_shows_that_each_was_done() -> None:
    page = (ROOT / "docs" / "promises.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]

    assert rows == [
        f"| `{code}` | {' '.join(map(sentence, finders))} |"
        for code, finders in SHOWN_BY.items()
    ]


def sentence(finder: Callable[..., object]) -> str:
    """The first line of a finder's docstring."""
    return (finder.__doc__ or "").splitlines()[0]


def test_every_plan_says_what_shows_that_it_was_done() -> None:
    assert set(SHOWN_BY) == {*PLANS, EXECUTIVE_CALL, REVIVE}
    assert set(DONE) == set(SHOWN_BY)


@pytest.mark.parametrize("code", DONE)
def test_a_record_shows_that_a_promise_was_kept(code: str) -> None:
    deal, record = DONE[code]

    found = outcome(deal, code)

    assert found.promise.outcome is Outcome.KEPT
    assert found.promise.evidence[0].record_id == record


@pytest.mark.parametrize("code", DONE)
def test_without_a_record_a_promise_is_broken_after_its_day(code: str) -> None:
    deal = NOT_DONE.get(code, quiet())

    assert outcome(deal, code).promise.outcome is Outcome.BROKEN


@pytest.mark.parametrize("code", DONE)
def test_without_a_record_a_promise_is_open_up_to_its_day(code: str) -> None:
    deal = NOT_DONE.get(code, quiet())

    assert outcome(deal, code, due=TODAY).promise.outcome is Outcome.OPEN


@pytest.mark.parametrize(
    ("code", "deal"),
    [
        ("gone-quiet", quiet(last_two_way=BEFORE)),
        ("stalled-rep-silent", quiet(last_outbound=BEFORE)),
        ("stage-ahead-of-evidence", quiet(last_touch=BEFORE)),
        ("single-threaded", quiet(roles=(a_role(added_on=REVIEWED),))),
        ("no-next-step", quiet(next_step="[snooze 2026-12-01: legal]", changes=())),
        ("closing-soon-stage-behind", quiet(visits=ADVANCED[:1])),
        (
            "moved-back",
            quiet(
                stage=STAGES["Discovery"],
                visits=(
                    a_visit("Proposal", days_ago(40), days_ago(3), "Discovery"),
                    a_visit("Discovery", days_ago(3)),
                ),
            ),
        ),
        ("owner-inactive", quiet(owner_id=DEE_ID)),
    ],
)
def test_what_was_so_before_the_review_or_is_no_progress_does_not_count(
    code: str, deal: Deal
) -> None:
    assert outcome(deal, code).promise.outcome is not Outcome.KEPT


def test_a_new_date_without_the_buyer_is_said_and_does_not_count() -> None:
    found = outcome(quiet(changes=(MOVED,)), "close-date-passed")

    assert found.promise.outcome is Outcome.BROKEN
    assert found.promise.evidence[0].text == "Close date moved to 22 Dec"


def test_a_try_is_said_while_the_buyer_does_not_answer() -> None:
    found = outcome(quiet(last_outbound=OURS), due=days_ahead(1))

    assert found.promise.outcome is Outcome.OPEN
    assert found.promise.evidence[0].text.startswith("Logged email to the buyer")


def test_a_completed_task_keeps_a_promise_where_no_record_says_more() -> None:
    found = outcome(quiet(), done=True, done_at=AS_OF - timedelta(days=3))

    assert found.promise.outcome is Outcome.KEPT
    assert found.promise.evidence[0].text == "Task completed: Reach a second contact"
    assert found.promise.evidence[0].on == days_ago(3)


def test_a_record_of_the_deal_says_more_than_the_completed_task() -> None:
    found = outcome(quiet(last_two_way=AFTER), done=True)

    assert found.promise.evidence[0].text == "The buyer was heard: Re: the proposal"


def test_a_task_that_is_gone_leaves_the_promise_as_it_was() -> None:
    taken = a_proposal(taken_by="00T1", taken_at=PROPOSED)

    (one,) = read(taken, quiet()).promises

    assert one.promise.outcome is Outcome.BROKEN


@pytest.mark.parametrize(("ago", "late"), [(3, False), (2, False), (1, True)])
def test_what_was_kept_after_its_day_is_late(ago: int, late: bool) -> None:  # noqa: FBT001
    touch = a_touch(days_ago(ago))

    assert outcome(quiet(last_two_way=touch)).late is late


def test_a_meeting_booked_for_after_the_day_is_not_late() -> None:
    assert not outcome(quiet(next_meeting=AHEAD), "stalled-nothing-scheduled").late


def test_the_day_agreed_is_that_of_the_task() -> None:
    assert outcome(quiet(), due=days_ahead(1)).promise.due == days_ahead(1)


@pytest.mark.parametrize(
    ("deal", "why"),
    [
        (WON, "Overtaken: the deal was won"),
        (replace(WON, is_won=False), "Overtaken: the deal was closed as lost"),
        (quiet(owner_id=BO_ID), "Overtaken: has another owner now"),
        (
            quiet(owner_id=BO_ID, last_two_way=AFTER),
            "Overtaken: has another owner now",
        ),
        (None, "Overtaken: no longer among the opportunities"),
    ],
)
def test_what_can_no_longer_be_done_is_shown_once_and_dropped(
    deal: Deal | None, why: str
) -> None:
    found = read(a_proposal(), deal, a_taken_task())

    (one,) = found.overtaken
    assert (one.promise.outcome, one.promise.evidence[0].text) == (Outcome.OPEN, why)
    assert found.shown == (one.promise,)
    assert (found.asked, found.unkept, found.settled) == ((), (), (one,))


def test_a_deal_that_closes_keeps_the_promise_to_close_it() -> None:
    assert outcome(WON, "close-date-passed").promise.outcome is Outcome.KEPT


def test_what_nobody_took_is_no_promise() -> None:
    found = read(a_proposal(), quiet())

    assert (found.promises, found.overtaken, found.done_anyway) == ((), (), ())


def test_what_nobody_took_and_was_done_is_good_news_of_its_own() -> None:
    found = read(a_proposal(), quiet(last_two_way=AFTER))

    (one,) = found.done_anyway
    assert one.promise.evidence[0].record_id == AFTER.record_id
    assert (found.promises, found.shown, found.settled) == ((), (), (one,))


def test_what_another_owner_does_is_not_done_anyway() -> None:
    found = read(a_proposal(), quiet(owner_id=BO_ID, last_two_way=AFTER))

    assert found.done_anyway == ()


def test_an_action_of_an_unknown_plan_is_judged_by_its_task() -> None:
    assert outcome(quiet(last_two_way=AFTER), "x").promise.outcome is Outcome.BROKEN
    assert outcome(quiet(), "x", done=True).promise.outcome is Outcome.KEPT


def test_a_day_is_that_of_the_rep() -> None:
    sydney = replace(ADA, zone="Australia/Sydney")
    book = a_book(quiet(), people={**CAST, ADA_ID: sydney})
    task = a_taken_task(done=True, done_at=datetime(2026, 11, 9, 20, tzinfo=UTC))

    found = outcomes(
        [a_proposal(due=date(2026, 11, 9))],
        [task],
        book,
        today=TODAY,
        decider_words=WORDS,
    )

    assert found.promises[0].promise.evidence[0].on == date(2026, 11, 10)
    assert found.promises[0].late


@pytest.mark.parametrize(
    ("code", "found"),
    [("gone-quiet", Outcome.OPEN), ("single-threaded", Outcome.BROKEN)],
)
def test_where_activity_is_not_captured_none_found_breaks_no_promise(
    code: str, found: Outcome
) -> None:
    readings = outcomes(
        [a_proposal(code=code, taken_by="00T1")],
        [],
        a_book(quiet()),
        today=TODAY,
        decider_words=WORDS,
        unbelieved={ADA_ID},
    )

    assert readings.promises[0].promise.outcome is found


# Carrying over


def a_review(day: date, rep: UserId = ADA_ID) -> Review:
    return Review(
        cycle=day.isoformat(),
        rep_id=rep,
        manager_id=CLEO_ID,
        held_on=day,
        as_of=AS_OF - (TODAY - day),
        snapshot="",
        frozen="",
        discussed=(),
        flagged=(),
        rules="",
    )


def test_age_is_counted_in_the_reps_own_reviews() -> None:
    reviews = [
        a_review(days_ago(21)),
        a_review(REVIEWED),
        a_review(days_ago(3)),
        a_review(days_ago(2), BO_ID),
    ]

    (one,) = aged([a_proposal()], reviews, "2026-11-12")

    assert one.carried == 2


def test_making_the_packets_of_a_cycle_again_ages_nothing() -> None:
    once = aged([a_proposal()], [], "2026-11-12")

    again = aged(once, [a_review(TODAY)], "2026-11-12")

    assert [one.carried for one in again] == [1]


def test_a_promise_is_no_older_at_the_review_that_proposed_it() -> None:
    (one,) = aged([a_proposal()], [a_review(REVIEWED)], "2026-11-05")

    assert one.carried == 0


def test_after_three_reviews_a_deal_goes_to_the_manager_by_money() -> None:
    small = a_deal(id=OpportunityId("006000000000002AAA"), amount_base=Decimal(10))
    young = a_deal(id=OpportunityId("006000000000003AAA"))
    unkept = [
        a_proposal(carried=3, deal_id=small.id),
        a_proposal(carried=3),
        a_proposal(carried=4, id="AAAAAAAA"),
        a_proposal(carried=2, deal_id=young.id),
        a_proposal(carried=5, deal_id=OpportunityId("006000000000009AAA")),
    ]

    found = raised(unkept, a_book(a_deal(), small, young), due=days_ahead(3))

    assert [(one.deal_id, one.obstacle) for one in found] == [
        (DEAL, "Open for 4 reviews"),
        (small.id, "Open for 3 reviews"),
    ]
    assert {one.owner for one in found} == {OwnerKind.MANAGER}


@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(DONE)), st.booleans(), st.booleans()),
        max_size=8,
    )
)
def test_nothing_that_was_promised_disappears(
    rows: list[tuple[str, bool, bool]],
) -> None:
    proposals = [
        a_proposal(id=f"AAAAAAA{chr(65 + place)}", code=code, taken_by="00T1")
        for place, (code, _, _) in enumerate(rows)
    ]
    done = any(kept for _, kept, _ in rows)
    gone = any(left for _, _, left in rows)
    deal = WON if gone else quiet(last_two_way=AFTER) if done else quiet()

    found = outcomes(proposals, [], a_book(deal), today=TODAY, decider_words=WORDS)

    assert len(found.shown) == len(proposals)
    assert len(found.unkept) + len(found.settled) == len(proposals)
