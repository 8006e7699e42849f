"""Activities that went with progress: found where they do, and nowhere else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from reports.facts.book import read_book
from reports.facts.contacts import contacts_of
from reports.judgement.habits import Contacts, Habit, habits, moments, taught
from reports.judgement.habits_told import habits_told, told
from reports.judgement.policy import Tiers
from reports.model import Book, Deal, OpportunityId
from reports.normal import Contact
from tests.builders import (
    ADA_ID,
    BO_ID,
    a_book,
    a_closed_deal,
    a_deal,
    a_visit,
    days_ago,
    moment,
    some_norms,
)
from tests.mirrors import DEAL, engine_of


STAGES = ("Prospecting", "Discovery", "Proposal")
LEARNED = some_norms(tier=3, won=120, closed=300)
#: Chance to leave a stage in two weeks, by stage, after a meeting and without one.
Chance = Callable[[str, bool], float]


def world(chance: Chance, often: Callable[[str], float]) -> tuple[Book, Contacts]:
    """Deals that go through three stages; a meeting is held in some of the weeks."""
    draw = Random(7)  # noqa: S311 - an order, not a secret
    deals: list[Deal] = []
    contacts: dict[OpportunityId, tuple[Contact, ...]] = {}
    for number in range(240):
        deal_id = OpportunityId(f"006{number:012}AAA")
        day, visits, met = days_ago(400), [], []
        for stage, after in zip(STAGES, (*STAGES[1:], "Closed Won"), strict=True):
            entered = day
            for _ in range(12):
                meeting = draw.random() < often(stage)
                if meeting:
                    met.append(Contact(kind="meeting", at=moment(day), who=None))
                day += timedelta(days=14)
                if draw.random() < chance(stage, meeting):
                    break
            left = day + timedelta(days=1)
            visits.append(a_visit(stage, entered, left, after))
            day = left
        contacts[deal_id] = tuple(met)
        deals.append(
            a_closed_deal(
                id=deal_id,
                owner_id=ADA_ID if number % 2 else BO_ID,
                created_on=days_ago(400),
                closed_on=day,
                visits=tuple(visits),
            )
        )
    return a_book(*deals), contacts


def evenly(stage: str) -> float:
    del stage
    return 0.4


def helped(stage: str, met: bool) -> float:  # noqa: FBT001
    del stage
    return 0.5 if met else 0.2


def indifferent(stage: str, met: bool) -> float:  # noqa: FBT001
    del stage, met
    return 0.3


def by_stage(stage: str, met: bool) -> float:  # noqa: FBT001
    del met
    return {"Prospecting": 0.1, "Discovery": 0.3, "Proposal": 0.6}[stage]


def the_only(found: tuple[Habit, ...]) -> Habit:
    (habit,) = found
    return habit


def test_what_truly_goes_with_progress_is_found() -> None:
    habit = the_only(habits(*world(helped, evenly)))

    assert habit.kind == "meeting"
    assert 1.8 < habit.adjusted < 3.2
    assert 1 < habit.low < habit.adjusted < habit.high
    assert habit.q < 0.01


def test_where_it_makes_no_difference_nothing_is_claimed() -> None:
    assert habits(*world(indifferent, evenly)) == ()


def test_shuffled_outcomes_claim_no_more_than_chance_allows() -> None:
    book, contacts = world(helped, evenly)
    claims: list[Habit] = []
    for seed in range(20):
        ids = sorted(contacts)
        Random(seed).shuffle(ids)  # noqa: S311 - an order, not a secret
        strangers = dict(zip(ids, contacts.values(), strict=True))
        claims += habits(book, strangers, draws=40)

    assert len(claims) <= 4  # 2 are to be expected at a false-discovery rate of 10 %


def test_what_only_later_stages_have_more_of_is_not_mistaken_for_a_cause() -> None:
    often = {"Prospecting": 0.1, "Discovery": 0.3, "Proposal": 0.7}
    book, contacts = world(by_stage, often.__getitem__)

    assert crude(book, contacts) > 1.3
    assert habits(book, contacts) == ()


def crude(book: Book, contacts: Contacts) -> float:
    """The ratio without regard to stage and time."""
    rows = moments(book, contacts)
    met = [row.moved for row in rows if "meeting" in row.done]
    not_met = [row.moved for row in rows if "meeting" not in row.done]
    return (sum(met) / len(met)) / (sum(not_met) / len(not_met))


def test_the_same_data_say_the_same_twice() -> None:
    book, contacts = world(helped, evenly)

    assert habits(book, contacts, draws=40) == habits(book, contacts, draws=40)


def test_an_activity_counts_only_before_the_outcome() -> None:
    visit = a_visit("Discovery", days_ago(60), days_ago(40), "Proposal")
    deal = a_closed_deal(
        visits=(visit, a_visit("Proposal", days_ago(40), days_ago(10), "Closed Won"))
    )
    later = Contact(kind="meeting", at=moment(days_ago(45)), who=None)

    first, second, *_ = moments(a_book(deal), {deal.id: (later,)})
    assert (first.done, first.moved) == (frozenset(), True)
    assert "meeting" in second.done


def test_two_people_of_the_buyer_are_an_activity_of_their_own() -> None:
    deal = a_deal(visits=(a_visit("Discovery", days_ago(60)),))
    two = tuple(
        Contact(kind="answer", at=moment(days_ago(50)), who=who) for who in ("a", "b")
    )

    first, *_ = moments(a_book(deal), {deal.id: two})
    assert first.done == {"answer", "people"}


def test_below_the_third_tier_nothing_is_read_and_what_is_missing_is_said() -> None:
    few = some_norms(tier=2, won=45, closed=160)

    assert taught(a_book(), few) == []
    (line,) = habits_told(a_book(), few, Tiers(), {})
    assert line == (
        "Which activities went with progress is told from tier 3 on, with 200 closed "
        "deals of which 50 each are won and lost; so far 45 won and 115 lost."
    )


def test_owners_whose_activity_is_not_captured_teach_nothing() -> None:
    blind = replace(LEARNED.capture[ADA_ID], trusted=False)
    norms = replace(LEARNED, capture={ADA_ID: blind})
    book = a_book(a_deal(), a_deal(id=OpportunityId("006BO"), owner_id=BO_ID))

    assert taught(book, norms) == ["006BO"]


def test_where_nothing_stands_out_that_is_said() -> None:
    book, contacts = world(indifferent, evenly)

    (line,) = habits_told(book, LEARNED, Tiers(), contacts)
    assert line.startswith("Of 6 kinds of activity on 240 deals, none went with")


def test_a_sentence_has_the_crude_ratio_beside_the_adjusted_one() -> None:
    habit = Habit(
        kind="meeting",
        crude=1.92,
        adjusted=1.41,
        low=1.18,
        high=1.69,
        q=0.004,
        moments=812,
        deals=190,
    )

    assert told(habit) == (
        "A meeting went with 1.41 times as many moves to a later stage within two "
        "weeks, among deals alike in stage, time and earlier contact (95 % 1.18 to "
        "1.69, 190 deals; crude 1.92; false discovery under 1 %). It need not be the "
        "cause."
    )


def test_contacts_come_from_the_mirror_each_once() -> None:
    at = datetime(2026, 3, 10, 12, tzinfo=UTC)
    with engine_of(
        Task=[
            {
                "Id": "T1",
                "WhatId": DEAL,
                "TaskSubtype": "Call",
                "CallDurationInSeconds": 300,
                "WhoId": "003A",
                "CreatedDate": "2026-02-01 09:00:00",
                "CompletedDateTime": "2026-02-01 09:10:00",
            },
            {
                "Id": "T2",
                "WhatId": DEAL,
                "TaskSubtype": "Email",
                "IsClosed": True,
                "WhoId": "003B",
                "CreatedDate": "2026-02-02 09:00:00",
            },
            {
                "Id": "T3",
                "WhatId": "006ANOTHER",
                "TaskSubtype": "Call",
                "IsClosed": True,
                "CreatedDate": "2026-02-02 09:00:00",
            },
        ],
        EmailMessage=[
            {
                "Id": "M1",
                "RelatedToId": DEAL,
                "ActivityId": "T2",
                "Incoming": True,
                "MessageDate": "2026-02-02 08:00:00",
                "CreatedDate": "2026-02-02 09:00:00",
            }
        ],
        Event=[
            {
                "Id": "E1",
                "WhatId": DEAL,
                "StartDateTime": "2026-02-03 09:00:00",
                "EndDateTime": "2026-02-03 10:00:00",
                "CreatedDate": "2026-02-01 09:00:00",
            },
            {
                "Id": "E2",
                "WhatId": DEAL,
                "StartDateTime": "2026-03-10 11:30:00",
                "EndDateTime": "2026-03-10 12:30:00",
                "CreatedDate": "2026-02-01 09:00:00",
            },
        ],
    ) as engine:
        read_book(engine, at)
        found = contacts_of(engine, at, [OpportunityId(DEAL), OpportunityId("006NO")])

    assert [
        (one.kind, one.who, one.at.date()) for one in found[OpportunityId(DEAL)]
    ] == [
        ("talk", "003A", date(2026, 2, 1)),
        ("answer", "003B", date(2026, 2, 2)),
        ("meeting", None, date(2026, 2, 3)),
    ]
    assert found[OpportunityId("006NO")] == ()
