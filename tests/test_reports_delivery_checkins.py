from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from reports.delivery.checkins import CheckIn, check_in
from reports.delivery.records import Review
from reports.findings import Outcome
from reports.model import Exchange, RecordId, UserId
from tests.builders import ADA, ADA_ID, BO_ID, CAST, CLEO_ID, a_book


#: A Tuesday, and the Friday of its week.
HELD_ON = date(2026, 11, 10)
FRIDAY = date(2026, 11, 13)
REVIEW = Review(
    cycle="2026-11-10",
    rep_id=ADA_ID,
    manager_id=CLEO_ID,
    held_on=HELD_ON,
    as_of=datetime(2026, 11, 9, 18, tzinfo=UTC),
    snapshot="",
    frozen="",
    discussed=(),
    flagged=(),
    rules="",
)


def an_exchange(day: int, *, rep: UserId = ADA_ID, hour: int = 10) -> Exchange:
    return Exchange(
        kind="call",
        record_id=RecordId("00T1"),
        subject="Catch up",
        at=datetime(2026, 11, day, hour, tzinfo=UTC),
        between=frozenset({rep, CLEO_ID}),
    )


def read(*exchanges: Exchange, today: date = FRIDAY, zone: str = "UTC") -> CheckIn:
    book = a_book(people={**CAST, ADA_ID: replace(ADA, zone=zone)})
    return check_in(REVIEW, exchanges, book, due=FRIDAY, today=today)


@pytest.mark.parametrize("day", [11, 12, 13])
def test_a_contact_after_the_review_and_before_the_weekend_is_a_check_in(
    day: int,
) -> None:
    found = read(an_exchange(day))

    assert found.outcome is Outcome.KEPT
    assert found.evidence[0].text == "Call: Catch up"


@pytest.mark.parametrize(
    "exchange", [an_exchange(10), an_exchange(14), an_exchange(12, rep=BO_ID)]
)
def test_the_review_itself_the_weekend_and_another_rep_are_none(
    exchange: Exchange,
) -> None:
    assert read(exchange, today=FRIDAY).outcome is Outcome.OPEN


def test_without_a_contact_the_check_in_is_missed_when_the_week_is_over() -> None:
    found = read(an_exchange(10), today=FRIDAY + timedelta(days=1))

    assert found.outcome is Outcome.BROKEN


def test_where_no_contacts_are_recorded_nothing_is_said() -> None:
    found = read(today=FRIDAY + timedelta(days=3))

    assert found.outcome is None
    assert found.because == (
        "Contacts between colleagues are not on record in Sales Cloud."
    )


def test_a_rep_without_a_manager_has_no_check_in() -> None:
    alone = replace(REVIEW, manager_id=None)

    found = check_in(alone, [an_exchange(12)], a_book(), due=FRIDAY, today=FRIDAY)

    assert (found.outcome, found.because) == (
        None,
        "There was no manager to check in.",
    )


def test_a_task_without_a_subject_is_a_contact_too() -> None:
    found = read(replace(an_exchange(11), kind="task", subject=None))

    assert found.evidence[0].text == "Task: no subject"


def test_the_day_of_a_contact_is_that_of_the_rep() -> None:
    late = an_exchange(10, hour=20)

    assert read(late, zone="Australia/Sydney").outcome is Outcome.KEPT
    assert read(late, zone="Europe/London").outcome is Outcome.OPEN
