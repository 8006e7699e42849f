"""Where clocks start that do not start on entering a stage."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from reports.judgement import clock
from reports.judgement.beginnings import brought_in, clock_days
from reports.judgement.hindsight import visited
from reports.judgement.history import closed_within, passages, spells
from reports.judgement.judge import judge
from reports.judgement.policy import Policy, Renewals
from reports.judgement.rewind import flags_at
from reports.judgement.rules import Context
from reports.judgement.stall import dwell, stage_evidence
from reports.model import Deal, OpportunityId
from reports.words.cards import on_clock
from tests.builders import (
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


CONTEXT = a_review_context()


def an_import(number: int = 1, ago: int = 50) -> Deal:
    """An open deal that came in its stage so many days ago."""
    return a_deal(
        id=OpportunityId(f"006{number:012}AAA"),
        imported=True,
        entered=days_ago(ago),
        visits=(replace(a_visit("Proposal", days_ago(ago)), imported=True),),
        plans=((a_visit("Proposal", days_ago(ago)).entered, None),),
    )


def moved_on(deal: Deal) -> Deal:
    """The same deal, in the next stage for ten days."""
    first = replace(
        deal.visits[0], left=a_visit("", days_ago(10)).entered, to="Negotiation"
    )
    return replace(deal, visits=(first, a_visit("Negotiation", days_ago(10))))


def test_nothing_is_learned_of_the_stay_that_was_imported() -> None:
    book = a_book(moved_on(an_import()))

    assert [spell.stage for spell in spells(book)] == ["Negotiation"]
    assert [visit.stage for _, visit in visited(book)] == ["Negotiation"]


def test_a_win_teaches_how_long_its_other_stages_took() -> None:
    begun = replace(a_visit("Discovery", days_ago(90), days_ago(40)), imported=True)
    won = a_closed_deal(
        imported=True,
        visits=(begun, a_visit("Proposal", days_ago(40), days_ago(10), "Closed Won")),
    )

    assert list(passages(a_book(won), 180)) == ["Proposal"]


def test_deals_that_came_closed_count_for_no_tier() -> None:
    came_closed = a_closed_deal(imported=True, visits=())
    closed_here = a_closed_deal(imported=True)
    book = a_book(came_closed, closed_here)

    assert closed_within(book, 180) == [closed_here]


def test_the_stay_says_where_its_clock_starts() -> None:
    deal, norm = an_import(), a_stage_norm()

    assert dwell(deal, norm, CONTEXT) == (
        "50 days in Proposal (imported, clock starts at 23 Sep); the limit is 42"
    )
    assert stage_evidence(deal)[0].text == (
        "Stage: Proposal (imported, clock starts here)"
    )


def test_once_it_has_moved_the_clock_is_as_everybodys() -> None:
    deal = replace(moved_on(an_import()), entered_stage_on=days_ago(10))

    assert "imported" not in dwell(deal, a_stage_norm(), CONTEXT)
    assert brought_in(a_book(deal)) == ()


def test_ops_hear_of_imports_once_and_not_once_a_deal() -> None:
    book = a_book(an_import(1, 50), an_import(2, 60), a_deal())
    (told,) = (
        one.because
        for one in judge(book, some_norms(), Policy()).problems
        if "imported" in one.because
    )

    assert told == (
        "2 open deals were imported and have not moved since: their clocks start with "
        "their records, the first on 13 Sep. Nothing is learned of how long they had "
        "been in their stages."
    )


# Renewals

RENEWALS = Renewals(types=("Renewal",), lead_days=90)


def a_renewal(**changes: Any) -> Deal:
    """Made 200 days ago with a close date 30 days ahead: worked on for 60 days."""
    made = days_ago(200)
    facts: dict[str, Any] = {
        "type": "Renewal",
        "created_on": made,
        "entered": made,
        "visits": (a_visit("Proposal", made),),
        "close_date": days_ahead(30),
        "plans": ((moment(made), days_ahead(30)),),
    }
    return a_deal(**(facts | changes))


def context_of(renewals: Renewals) -> Context:
    return a_review_context(policy=Policy(renewals=renewals))


def test_the_clock_of_a_renewal_starts_a_lead_time_before_its_close_date() -> None:
    (spell,) = spells(a_book(a_renewal()), RENEWALS)

    assert spell.entered.date() == days_ago(60)
    assert clock_days(a_renewal(), context_of(RENEWALS)) == 60
    assert clock_days(a_renewal(), context_of(Renewals())) == 200


@pytest.mark.parametrize(
    ("changes", "days"),
    [
        ({"type": None, "record_type": "Renewal"}, 60),
        ({"type": "New Customer"}, 200),
        ({"close_date": days_ahead(80)}, 60),  # pushed: the clock is not turned back
        ({"plans": ()}, 60),
        ({"plans": (), "close_date": None}, 200),
        ({"plans": (), "close_date": date.min}, 200),
        ({"plans": (), "close_date": days_ahead(300)}, 0),  # not yet
        ({"plans": (), "close_date": days_ago(130)}, 200),  # entered later
        ({"days_in_stage": None}, None),
    ],
)
def test_it_starts_on_entering_where_that_is_later(
    changes: dict[str, Any], days: int | None
) -> None:
    assert clock_days(a_renewal(**changes), context_of(RENEWALS)) == days


def test_a_renewal_says_from_when_its_days_are_counted() -> None:
    assert dwell(a_renewal(), a_stage_norm(), context_of(RENEWALS)) == (
        "60 days in Proposal since 13 Sep, 90 days before the renewal was to close; "
        "the limit is 42"
    )


def test_a_renewal_that_waits_for_its_time_is_not_over_the_clock() -> None:
    waiting = a_renewal(close_date=days_ahead(120), plans=())
    judged = judge(a_book(waiting), some_norms(), Policy(renewals=RENEWALS))

    reading = judged.reviews[waiting.id].clock
    assert reading is not None
    assert (reading.days, reading.over) == (0, False)


def test_its_card_shows_the_days_of_the_clock_and_not_those_in_the_stage() -> None:
    late = a_renewal()
    judged = judge(a_book(late), some_norms(), Policy(renewals=RENEWALS))
    review = judged.reviews[late.id]

    assert on_clock(review).days_in_stage == 60
    assert on_clock(replace(review, clock=None)).days_in_stage == 200


def test_what_was_over_before_its_time_teaches_nothing() -> None:
    early = a_closed_deal(
        type="Renewal",
        visits=(a_visit("Proposal", days_ago(200), days_ago(150), "Closed Won"),),
        plans=((moment(days_ago(200)), days_ahead(30)),),
    )
    book = a_book(early)
    counts = clock.count(
        spells(book, RENEWALS), ("Proposal",), book.as_of, clock.Settings()
    )

    assert sum(counts.exposure[0]) == 0
    assert counts.exits_from("Proposal") == 0


def test_a_replayed_flag_starts_a_renewals_clock_at_the_same_day() -> None:
    past = [
        a_closed_deal(
            id=OpportunityId(f"006{number:012}AAA"),
            won=number % 2 == 0,
            closed_on=days_ago(20 + number),
            visits=(
                a_visit(
                    "Proposal",
                    days_ago(60 + number),
                    days_ago(20 + number),
                    "Closed Lost" if number % 2 else "Closed Won",
                ),
            ),
        )
        for number in range(10, 70)
    ]
    waiting = a_renewal(close_date=days_ahead(120), plans=())
    book = a_book(*past, waiting)

    with_lead = flags_at(book, Policy(renewals=RENEWALS), book.as_of)
    without = flags_at(book, Policy(), book.as_of)

    assert (with_lead[waiting.id], without[waiting.id]) == (False, True)
