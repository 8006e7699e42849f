from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.findings import Balance, ChangeKind
from reports.model import Book, Deal, OpportunityId
from reports.packet.changes import balances, changes
from tests.builders import (
    ADA_ID,
    AS_OF,
    BO_ID,
    STAGES,
    TODAY,
    a_book,
    a_closed_deal,
    a_deal,
    days_ago,
    days_ahead,
)


THEN = AS_OF - timedelta(days=14)


def then(*deals: Deal) -> Book:
    return replace(a_book(*deals), as_of=THEN) if deals else empty(as_of=THEN)


def now(*deals: Deal) -> Book:
    return a_book(*deals) if deals else empty()


def empty(**changed: object) -> Book:
    return replace(a_book(), deals=(), closed=(), **changed)  # type: ignore[arg-type]


def kinds(before: Book, after: Book) -> list[tuple[ChangeKind, Decimal | None]]:
    return [(one.kind, one.amount) for one in changes(before, after, ADA_ID, TODAY)]


DEAL = a_deal(amount=Decimal("100.00"))
WON = replace(
    DEAL,
    is_closed=True,
    is_won=True,
    closed_on=days_ago(2),
    stage=STAGES["Closed Won"],
)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (then(DEAL), now(DEAL), []),
        (then(), now(DEAL), [(ChangeKind.NEW, Decimal(100))]),
        (then(DEAL), now(WON), [(ChangeKind.WON, Decimal(-100))]),
        (
            then(DEAL),
            now(replace(WON, is_won=False)),
            [(ChangeKind.LOST, Decimal(-100))],
        ),
        (
            then(DEAL),
            now(replace(WON, amount=Decimal(120))),
            [(ChangeKind.WON, Decimal(-120)), (ChangeKind.RAISED, Decimal(20))],
        ),
        (
            then(DEAL),
            now(replace(DEAL, amount=Decimal("99.99"))),
            [(ChangeKind.LOWERED, Decimal("-0.01"))],
        ),
        (
            then(DEAL),
            now(replace(DEAL, owner_id=BO_ID)),
            [(ChangeKind.MOVED_OUT, Decimal(-100))],
        ),
        (
            then(replace(DEAL, owner_id=BO_ID)),
            now(DEAL),
            [(ChangeKind.MOVED_IN, Decimal(100))],
        ),
        (then(DEAL), now(), [(ChangeKind.MOVED_OUT, Decimal(-100))]),
        (then(WON), now(DEAL), [(ChangeKind.NEW, Decimal(100))]),
        (
            then(replace(DEAL, stage=STAGES["Discovery"])),
            now(DEAL),
            [(ChangeKind.ADVANCED, None)],
        ),
        (
            then(DEAL),
            now(replace(DEAL, stage=STAGES["Discovery"])),
            [(ChangeKind.MOVED_BACK, None)],
        ),
        (
            then(DEAL),
            now(replace(DEAL, close_date=days_ahead(60))),
            [(ChangeKind.PUSHED, None)],
        ),
        (
            then(DEAL),
            now(replace(DEAL, close_date=days_ahead(10))),
            [(ChangeKind.PULLED_IN, None)],
        ),
        (
            then(DEAL),
            now(replace(DEAL, currency="EUR")),
            [(ChangeKind.RAISED, Decimal(100)), (ChangeKind.LOWERED, Decimal(-100))],
        ),
    ],
)
def test_every_way_of_moving_is_told(
    before: Book, after: Book, expected: list[tuple[ChangeKind, Decimal | None]]
) -> None:
    assert kinds(before, after) == expected


def test_a_deal_that_came_and_was_won_in_between_is_told_twice() -> None:
    quick = a_closed_deal(
        amount=Decimal(70), created_on=days_ago(9), closed_on=days_ago(1)
    )

    assert kinds(then(), now(quick)) == [
        (ChangeKind.WON, Decimal(-70)),
        (ChangeKind.NEW, Decimal(70)),
    ]


def test_a_deal_of_somebody_else_is_not_told() -> None:
    assert kinds(then(), now(replace(DEAL, owner_id=BO_ID))) == []


def test_a_lost_deal_says_why() -> None:
    lost = replace(WON, is_won=False, loss_reason="Price")

    (change,) = changes(then(DEAL), now(lost), ADA_ID, TODAY)

    assert change.because == "Lost on 10 Nov (Price)."


def test_a_balance_leads_from_then_to_now() -> None:
    raised = replace(DEAL, amount=Decimal("150.50"))
    other = a_deal(id=OpportunityId("006000000000002AAA"), amount=Decimal(30))
    before, after = then(DEAL), now(raised, other)

    found = balances(before, after, ADA_ID, changes(before, after, ADA_ID, TODAY))

    assert found == (
        Balance(
            currency="USD",
            before=Decimal("100.00"),
            new=Decimal(30),
            moved_in=Decimal(0),
            raised=Decimal("50.50"),
            lowered=Decimal(0),
            won=Decimal(0),
            lost=Decimal(0),
            moved_out=Decimal(0),
            now=Decimal("180.50"),
        ),
    )


@st.composite
def deals(draw: st.DrawFn) -> tuple[Deal, ...]:
    """Up to six deals in any state, with the ids of the others' deals."""
    numbers = draw(st.lists(st.integers(1, 6), unique=True, max_size=6))
    found = []
    for number in numbers:
        closed = draw(st.booleans())
        found.append(
            a_deal(
                id=OpportunityId(f"006000000000{number:03}AAA"),
                owner_id=draw(st.sampled_from([ADA_ID, BO_ID])),
                currency=draw(st.sampled_from(["USD", "EUR"])),
                amount=draw(
                    st.none() | st.decimals(0, 10**6, places=2, allow_nan=False)
                ),
                stage=draw(st.sampled_from(sorted(STAGES.values(), key=str))),
                close_date=draw(st.none() | st.just(days_ahead(9))),
                is_closed=closed,
                is_won=closed and draw(st.booleans()),
                closed_on=draw(st.sampled_from([days_ago(n) for n in (1, 30)]))
                if closed
                else None,
                created_on=draw(st.sampled_from([days_ago(n) for n in (5, 50)])),
            )
        )
    return tuple(found)


@given(deals(), deals())
def test_what_moved_adds_up_to_the_cent_in_each_currency(
    before: tuple[Deal, ...], after: tuple[Deal, ...]
) -> None:
    was, are = then(*before), now(*after)

    found = balances(was, are, ADA_ID, changes(was, are, ADA_ID, TODAY))

    for one in found:
        came = one.new + one.moved_in + one.raised
        went = one.lowered + one.won + one.lost + one.moved_out
        assert one.before + came - went == one.now
    assert {one.currency for one in found} >= {
        deal.currency
        for deal in (*was.deals, *are.deals)
        if deal.owner_id == ADA_ID and deal.amount
    }
