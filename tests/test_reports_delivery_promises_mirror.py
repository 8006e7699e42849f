"""From a task in the mirror to the outcome of a promise."""

from datetime import UTC, date, datetime
from typing import Any

from reports.delivery.outcomes import Readings, outcomes
from reports.delivery.promises import newly_taken
from reports.delivery.records import Proposal
from reports.facts.book import read_book
from reports.facts.taken import taken_tasks
from reports.findings import Outcome, OwnerKind
from reports.model import OpportunityId, UserId
from tests.mirrors import ADA, DEAL, changed, engine_of


PROPOSED = datetime(2026, 3, 9, 18, tzinfo=UTC)
FRIDAY = datetime(2026, 3, 13, 12, tzinfo=UTC)
PROPOSAL = Proposal(
    id="K3F7Q2AB",
    cycle="2026-03-10",
    rep_id=UserId(ADA),
    deal_id=OpportunityId(DEAL),
    obstacle="No meeting with the buyer is ahead",
    what="Agree a dated next meeting and send the invitation",
    owner=OwnerKind.REP,
    due=date(2026, 3, 12),
    metric="a buyer meeting in the calendar",
    proposed_at=PROPOSED,
    code="stalled-nothing-scheduled",
)
TASK = {
    "Id": "00T000000000001AAA",
    "Subject": "Agree a dated next meeting and send the invitation [dp:K3F7Q2AB]",
    "WhatId": DEAL,
    "OwnerId": ADA,
    "ActivityDate": "2026-03-12",
    "Status": "Open",
    "IsClosed": False,
    "CreatedDate": "2026-03-10 10:00:00",
}
MEETING = {
    "Id": "00U000000000001AAA",
    "Subject": "Demo",
    "WhatId": DEAL,
    "OwnerId": ADA,
    "StartDateTime": "2026-03-20 10:00:00",
    "EndDateTime": "2026-03-20 11:00:00",
    "CreatedDate": "2026-03-11 10:00:00",
}


def read(**tables: Any) -> Readings:
    with engine_of(Task=[TASK], **tables) as engine:
        tasks = taken_tasks(engine, FRIDAY)
        book = read_book(engine, FRIDAY)
    return outcomes(
        newly_taken([PROPOSAL], tasks),
        tasks,
        book,
        today=FRIDAY.date(),
        decider_words=(),
    )


def test_a_meeting_in_the_calendar_keeps_the_promise() -> None:
    (one,) = read(Event=[MEETING]).promises

    assert one.promise.outcome is Outcome.KEPT
    assert one.promise.evidence[0].text == "Meeting booked: Demo"
    assert not one.late


def test_the_marked_task_itself_shows_nothing() -> None:
    (one,) = read().promises

    assert (one.promise.outcome, one.promise.evidence) == (Outcome.BROKEN, ())


def test_a_deal_that_was_lost_meanwhile_overtakes_the_promise() -> None:
    lost = changed(
        StageName="Lost", IsClosed=True, LastStageChangeDate="2026-03-11 09:00:00"
    )

    (one,) = read(Opportunity=[lost], Event=[MEETING]).overtaken

    assert one.promise.evidence[0].text == "Overtaken: the deal was closed as lost"
    assert one.promise.evidence[0].on == date(2026, 3, 11)
