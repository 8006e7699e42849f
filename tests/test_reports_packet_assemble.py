from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.findings import Money, Packet, Skip
from reports.judgement.judge import Judged, judge
from reports.judgement.policy import Policy
from reports.model import Book, Deal, OpportunityId, Organisation, Quota
from reports.normal import Capture
from reports.packet.assemble import assemble, reps_of
from reports.packet.figures import figures
from reports.packet.money import total
from reports.said import say
from tests.builders import (
    ACME,
    ADA,
    ADA_ID,
    BO,
    BO_ID,
    CAST,
    CLEO,
    CLEO_ID,
    DEE_ID,
    TODAY,
    a_book,
    a_closed_deal,
    a_deal,
    days_ago,
    days_ahead,
    numbered,
    some_norms,
)
from tests.golden.scenario import the_packet


def judged(book: Book) -> Judged:
    return judge(book, some_norms(), Policy())


def packet_of(book: Book, *, before: Book | None = None) -> Packet:
    return assemble(
        book,
        judged(book),
        ADA_ID,
        cycle="2026-11a",
        snapshot="s1",
        policy=Policy(),
        before=before,
    )


def test_every_open_deal_of_the_rep_is_in_the_packet() -> None:
    others = a_deal(id=OpportunityId("006000000000900AAA"), owner_id=BO_ID)
    book = a_book(*numbered(300), others)

    packet = packet_of(book)

    assert {review.deal.id for review in packet.deals} == {
        deal.id for deal in book.deals if deal.owner_id == ADA_ID
    }
    assert len(packet.deals) == 300


def test_one_deal_is_enough_for_a_packet() -> None:
    packet = packet_of(a_book(a_deal()))

    assert len(packet.deals) == 1
    assert [item.title for item in packet.agenda] == ["Read back who does what by when"]


def test_the_most_urgent_deal_comes_first() -> None:
    small = a_deal(amount_base=Decimal(10))
    large = a_deal(id=OpportunityId("006000000000002AAA"), amount_base=Decimal(9000))

    packet = packet_of(a_book(small, large))

    assert [review.deal.id for review in packet.deals] == [large.id, small.id]


def test_the_first_review_has_no_changes_and_no_minutes_for_them() -> None:
    packet = packet_of(a_book())

    assert packet.changes == ()
    assert packet.since is None


def test_the_day_is_the_reps_own() -> None:
    tokyo = replace(ADA, zone="Asia/Tokyo")
    late = a_book(people=CAST | {ADA_ID: tokyo})
    late = replace(late, as_of=late.as_of + timedelta(hours=12))

    assert packet_of(late).today == TODAY + timedelta(days=1)


def test_actions_are_at_most_five_and_the_agendas_are_among_them() -> None:
    book = a_book(*numbered(20, close_date=days_ago(9)))

    packet = packet_of(book)

    first = {review.actions[0] for review in packet.focus}
    assert len(packet.actions) == 5
    assert first <= set(packet.actions)


def test_a_field_is_asked_for_once_the_worst_first() -> None:
    deal = a_deal(close_date=days_ago(9), next_step=None, open_tasks=())

    packet = packet_of(a_book(deal))

    fields = [(issue.deal_id, issue.field) for issue in packet.to_fill]
    severities = [issue.severity for issue in packet.to_fill]
    assert len(fields) == len(set(fields))
    assert severities == sorted(severities, reverse=True)


def test_capture_that_cannot_be_trusted_is_said_first() -> None:
    hole = Capture(
        user_id=ADA_ID,
        calls=0,
        emails=0,
        meetings=0,
        open_deals=8,
        trusted=False,
        because=say("0 activities on 8 open deals in 30 days; 24 would be usual."),
    )
    book = a_book()
    norms = some_norms(capture={ADA_ID: hole})

    packet = assemble(
        book,
        judge(book, norms, Policy()),
        ADA_ID,
        cycle="c",
        snapshot="s",
        policy=Policy(),
    )

    assert packet.notes[0].startswith("Activity may be missing in Sales Cloud: 0 act")

    left = a_book(people={**book.people, ADA_ID: replace(ADA, active=False)})
    without = assemble(
        left,
        judge(left, norms, Policy()),
        ADA_ID,
        cycle="c",
        snapshot="s",
        policy=Policy(),
    )
    assert not any("Activity may be missing" in note for note in without.notes)


def test_old_data_default_thresholds_and_a_missing_manager_are_said() -> None:
    book = a_book(
        people={ADA_ID: replace(ADA, manager_id=None)},
        data_as_of={"Opportunity": a_book().as_of - timedelta(hours=30)},
    )
    norms = some_norms(tier=0, won=3, closed=9)

    packet = assemble(
        book,
        judge(book, norms, Policy()),
        ADA_ID,
        cycle="c",
        snapshot="s",
        policy=Policy(),
    )

    assert packet.manager is None
    assert packet.notes == (
        "The data are not fresh: Opportunity was read 30 hours before.",
        (
            "Thresholds are defaults: 3 won deals of 9 closed are too few to learn "
            "from (it takes 12 of 25)."
        ),
        "No manager is entered in Sales Cloud: this went to the rep alone.",
    )


def test_an_inactive_manager_gets_nothing() -> None:
    book = a_book(people=CAST | {CLEO_ID: replace(CLEO, active=False)})

    assert packet_of(book).manager is None


def test_who_gets_no_packet_is_listed_with_the_reason() -> None:
    book = a_book(
        a_deal(),
        a_deal(id=OpportunityId("006000000000002AAA"), owner_id=DEE_ID),
        a_deal(id=OpportunityId("006000000000003AAA"), owner_id=CLEO_ID),
        a_closed_deal(owner_id=BO_ID),
        people=CAST | {CLEO_ID: replace(CLEO, email=None)},
    )

    reps, skips = reps_of(book)

    assert set(reps) == {ADA_ID, CLEO_ID, DEE_ID}
    assert skips == [Skip(rep="bo@acme.example", reason="no open deals")]


@pytest.mark.parametrize(
    ("owner", "manager", "note"),
    [
        (
            {"active": False},
            {},
            (
                "The owner is not an active user; the deals need another owner: this "
                "went to the manager alone."
            ),
        ),
        (
            {"email": None},
            {"active": False},
            ("The owner has no email address in Sales Cloud: this went to operations."),
        ),
    ],
)
def test_an_owner_out_of_reach_is_stood_in_for(
    owner: dict[str, Any], manager: dict[str, Any], note: str
) -> None:
    ada, cleo = replace(ADA, **owner), replace(CLEO, **manager)
    book = a_book(a_deal(), people=CAST | {ADA_ID: ada, CLEO_ID: cleo})

    assert note in packet_of(book).notes


def test_currencies_are_added_up_only_in_corporate_money() -> None:
    euro = a_deal(currency="EUR", amount=Decimal(10), amount_base=Decimal(11))
    dollar = a_deal(amount=Decimal(5), amount_base=Decimal(5))
    unrated = replace(euro, amount_base=None)

    assert total([euro], "USD") == (Money(amount=Decimal(10), currency="EUR"),)
    assert total([euro, dollar], "USD") == (Money(amount=Decimal(16), currency="USD"),)
    assert total([unrated, dollar], "USD") == (
        Money(amount=Decimal(10), currency="EUR"),
        Money(amount=Decimal(5), currency="USD"),
    )


def a_quota(amount: int, currency: str = "USD") -> Quota:
    return Quota(
        user_id=ADA_ID,
        start=days_ago(42),
        end=days_ahead(49),
        amount=Decimal(amount),
        currency=currency,
    )


def test_the_quota_is_met_by_won_committed_and_open_deals_of_its_period() -> None:
    book = a_book(
        a_deal(amount=Decimal(40)),
        a_deal(
            id=OpportunityId("006000000000002AAA"),
            amount=Decimal(30),
            forecast_category="Forecast",
        ),
        a_deal(id=OpportunityId("006000000000003AAA"), close_date=days_ahead(90)),
        a_closed_deal(amount=Decimal(25)),
        quotas=(a_quota(200),),
    )

    standing = packet_of(book).standing

    assert standing is not None
    sums = [standing.won, standing.committed, standing.open]
    assert sums == [Decimal(25), Decimal(30), Decimal(40)]


def test_a_quota_in_a_currency_that_cannot_be_compared_has_no_bar() -> None:
    book = a_book(quotas=(a_quota(200, currency="CHF"),))

    assert packet_of(book).standing is None


def test_deals_of_several_currencies_meet_a_quota_in_the_corporate_one() -> None:
    euros = a_quota(80, currency="EUR")
    dollars = a_deal(amount=Decimal(40), amount_base=Decimal(40))
    also = a_deal(
        id=OpportunityId("006000000000002AAA"),
        amount=Decimal(30),
        currency="EUR",
        amount_base=Decimal(60),
    )
    mixed = a_book(dollars, also, quotas=(replace(euros, amount_base=Decimal(160)),))
    plain = a_book(also, quotas=(replace(euros, amount_base=Decimal(160)),))

    both, alone = packet_of(mixed).standing, packet_of(plain).standing

    assert both is not None
    assert (both.currency, both.open) == ("USD", Decimal(100))
    assert both.quota == 160
    assert alone is not None
    assert (alone.currency, alone.open) == ("EUR", Decimal(30))
    assert alone.quota == 80


def test_the_numbers_of_the_first_screen() -> None:
    numbers = figures(the_packet(), "USD")

    assert (numbers.open.deals, numbers.stopped.deals, numbers.on_track) == (5, 1, 2)
    assert numbers.stopped.money == (
        Money(amount=Decimal("148000.00"), currency="USD"),
    )
    assert numbers.more == -1


def test_promises_and_changes_name_their_deals() -> None:
    packet = the_packet()

    assert {packet.names[promise.deal_id] for promise in packet.promises} == {
        "Tern Logistics",
        "Kestrel Foods: depot rollout",
        "Blue Anchor Insurance <renewal> & more",
    }


@st.composite
def books(draw: st.DrawFn) -> Book:
    """Any number of deals, with anything missing."""
    missing: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
        [
            {},
            {"amount": None, "amount_base": None},
            {"close_date": None},
            {"close_date": days_ago(20)},
            {"next_step": None, "open_tasks": ()},
            {"last_touch": None, "last_two_way": None, "last_inbound": None},
            {"currency": "EUR", "amount_base": None},
            {"entered": days_ago(200)},
        ]
    )
    count = draw(st.integers(1, 12))
    deals: list[Deal] = []
    for number in range(count):
        facts = draw(missing)
        deals.append(a_deal(**facts, id=OpportunityId(f"006000000000{number:03}AAA")))
    org: Organisation = draw(st.sampled_from([ACME, replace(ACME, has=frozenset())]))
    return a_book(*deals, org=org, people={ADA_ID: ADA, BO_ID: BO})


@settings(max_examples=40, deadline=None)
@given(books(), st.booleans())
def test_any_book_gives_a_packet_of_at_most_thirty_minutes(
    book: Book,
    again: bool,  # noqa: FBT001 - drawn, not passed
) -> None:
    packet = packet_of(book, before=book if again else None)

    assert sum(item.minutes for item in packet.agenda) <= 30
    assert len(packet.focus) <= 5
    assert len(packet.deals) == len(book.deals)
    assert packet.changes == ()
