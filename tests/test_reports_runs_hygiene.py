"""Reminders reach those who can be written to; the others are named, and why."""

from reports.judgement.judge import judge
from reports.judgement.policy import Policy
from reports.model import Book
from reports.runs.hygiene import remind, to_remind
from reports.runs.reading import Reading
from reports.words.render import Renderer
from tests.builders import (
    ADA,
    CAST,
    DEE_ID,
    a_book,
    a_deal,
    days_ago,
    numbered,
    some_norms,
)


def a_reading(book: Book) -> Reading:
    return Reading(
        book=book,
        judged=judge(book, some_norms(), Policy()),
        snapshot="0123456789ab",
        known="",
        base_url=None,
    )


def test_a_rep_who_cannot_be_written_to_is_named_and_not_reminded() -> None:
    reading = a_reading(
        a_book(
            a_deal(close_date=days_ago(9)),
            a_deal(id=numbered(2)[1].id, owner_id=DEE_ID, close_date=days_ago(9)),
            people=CAST,
        )
    )

    found, remarks = to_remind(reading)

    assert set(found) == {ADA.id}
    assert remarks == ["Dee Falk is not an active user: no reminder"]


def test_a_reminder_is_for_its_rep_alone_and_for_one_review() -> None:
    reading = a_reading(a_book(a_deal(close_date=days_ago(9)), people=CAST))
    found, _ = to_remind(reading)

    letter = remind(reading, found[ADA.id], Renderer(None), "2026-12-08")

    assert letter.key.recipient == ADA.email
    assert letter.key.cycle == "2026-12-08"
    assert letter.deal_ids == {deal.id for deal in reading.book.deals}
