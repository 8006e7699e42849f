import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.delivery.frozen import FrozenError, freeze, known_ids, snapshot_id, thaw
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
    numbered,
)


ROOT = Path(__file__).resolve().parent.parent
THEN = AS_OF - timedelta(days=14)


def then(*deals: Deal) -> Book:
    return replace(
        a_book(),
        as_of=THEN,
        deals=tuple(deal for deal in deals if not deal.is_closed),
        closed=tuple(deal for deal in deals if deal.is_closed),
    )


@st.composite
def deals(draw: st.DrawFn) -> tuple[Deal, ...]:
    """Some of six deals, each open or closed, of either owner."""
    return tuple(
        a_deal(
            id=OpportunityId(f"006000000000{number:03}AAA"),
            name=draw(st.text(max_size=8)),
            owner_id=draw(st.sampled_from([ADA_ID, BO_ID])),
            currency=draw(st.sampled_from(["USD", "EUR"])),
            amount=draw(st.none() | st.decimals(-9, 10**9, places=2)),
            stage=draw(st.sampled_from(sorted(STAGES.values(), key=str))),
            close_date=draw(st.none() | st.dates()),
            created_on=draw(st.sampled_from([days_ago(5), days_ago(14), days_ago(50)])),
            next_step=draw(st.none() | st.text(max_size=8)),
            **draw(st.just({}) | st.sampled_from(CLOSED)),
        )
        for number in draw(st.lists(st.integers(1, 6), unique=True, max_size=6))
    )


CLOSED = [
    {"is_closed": True, "is_won": won, "closed_on": days_ago(ago)}
    for won in (True, False)
    for ago in (1, 14, 30)
]


@settings(max_examples=150, deadline=None)
@given(deals(), deals())
def test_a_frozen_review_compares_like_the_whole_book(
    before: tuple[Deal, ...], after: tuple[Deal, ...]
) -> None:
    whole, later = then(*before), replace(then(*after), as_of=AS_OF)

    thawed = thaw(freeze(whole, ADA_ID))

    found = changes(thawed, later, ADA_ID, TODAY)
    assert found == changes(whole, later, ADA_ID, TODAY)
    assert balances(thawed, later, ADA_ID, found) == balances(
        whole, later, ADA_ID, found
    )


def test_money_and_days_come_back_as_they_were() -> None:
    deal = a_deal(amount=Decimal("48000.10"), close_date=days_ahead(3))

    book = thaw(freeze(then(deal), ADA_ID))

    (found,) = book.deals
    assert (found.amount, found.close_date) == (Decimal("48000.10"), days_ahead(3))
    assert (found.stage.name, found.stage.position) == ("Proposal", 4)
    assert book.as_of == THEN


def test_money_is_written_as_a_string() -> None:
    head = freeze(then(a_deal(amount=Decimal("0.10"))), ADA_ID).splitlines()[0]

    assert json.loads(head)["deals"][0]["amount"] == "0.10"


def test_nothing_of_another_rep_is_kept_but_the_id() -> None:
    other = a_deal(owner_id=BO_ID, name="Secret", amount=Decimal(987654))

    text = freeze(then(other), ADA_ID)

    assert "Secret" not in text
    assert "987654" not in text
    assert [deal.id for deal in thaw(text).deals] == [other.id]


def test_the_second_line_is_the_same_for_every_rep() -> None:
    book = then(a_deal(), a_closed_deal())

    ada, bo = (freeze(book, rep).splitlines()[1] for rep in (ADA_ID, BO_ID))

    assert ada == bo == known_ids(book)


def test_an_id_takes_a_few_bytes() -> None:
    assert len(known_ids(then(*numbered(900)))) < 900 * 6


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "damaged"),
        ("{}", "damaged"),
        ("[]", "damaged"),
        ('{"format":2}', "format 2"),
        ('{"format":"1"}', "a newer dealpacket"),
        ('{"format":1}\n{"open":"","closed":""}', "damaged"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, why: str) -> None:
    with pytest.raises(FrozenError, match=why):
        thaw(text)


def test_a_review_that_was_cut_short_is_not_half_read() -> None:
    text = freeze(then(a_deal(), a_closed_deal()), ADA_ID)

    for length in range(0, len(text), 7):
        with pytest.raises(FrozenError):
            thaw(text[:length])


def test_the_same_data_have_the_same_snapshot() -> None:
    one, two = a_deal(), a_deal(id=OpportunityId("006000000000002AAA"))

    assert snapshot_id(then(one, two)) == snapshot_id(then(two, one))


@pytest.mark.parametrize(
    "other",
    [
        then(a_deal(amount=Decimal(1)), a_closed_deal()),
        then(a_deal(), a_closed_deal(amount=Decimal(1))),
        then(a_deal()),
        replace(then(a_deal(), a_closed_deal()), as_of=AS_OF),
    ],
)
def test_other_data_or_another_moment_have_another_snapshot(other: Book) -> None:
    assert snapshot_id(other) != snapshot_id(then(a_deal(), a_closed_deal()))


def test_a_snapshot_has_the_same_name_in_another_process() -> None:
    code = (
        "from tests.builders import a_book; "
        "from reports.delivery.frozen import snapshot_id; print(snapshot_id(a_book()))"
    )

    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PYTHONHASHSEED": "77"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.strip() == snapshot_id(a_book())
    assert len(snapshot_id(a_book())) == 12
