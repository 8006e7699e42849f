"""Coming meetings as a calendar file."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.delivery.cadence import Cadence, Meeting, Occasion
from reports.delivery.invitations import Attendee, folded, ics
from reports.delivery.occasions import occasions


STAMP = datetime(2026, 11, 23, 12, tzinfo=UTC)
ADA = Attendee(name="Ada Quist", email="ada@acme.com")
BO = Attendee(name="Bo Tan", email="bo@acme.com")

REVIEW = Occasion(
    on=date(2026, 12, 9),
    kind=Meeting.REVIEW,
    because="second Tuesday of December; moved from 8 December 2026, a holiday",
    planned=date(2026, 12, 8),
)


def written(*found: Occasion, attendees: tuple[Attendee, ...] = (ADA, BO)) -> str:
    return ics(
        found, at=time(10), zone="Europe/Berlin", stamp=STAMP, attendees=attendees
    )


def lines(text: str) -> list[str]:
    return text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def value(text: str, name: str) -> str:
    found = [line for line in lines(text) if line.startswith(name)]
    assert len(found) == 1
    return found[0].partition(":")[2]


def test_a_review_is_half_an_hour_for_both() -> None:
    assert lines(written(REVIEW)) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//dealpacket//EN",
        "BEGIN:VEVENT",
        f"UID:{value(written(REVIEW), 'UID')}",
        "DTSTAMP:20261123T120000Z",
        "DTSTART:20261209T090000Z",
        "DTEND:20261209T093000Z",
        "SUMMARY:Pipeline review: Ada Quist and Bo Tan",
        (
            "DESCRIPTION:second Tuesday of December\\; moved from 8 December 2026\\, "
            "a holiday"
        ),
        'ORGANIZER;CN="Ada Quist":mailto:ada@acme.com',
        'ATTENDEE;CN="Ada Quist":mailto:ada@acme.com',
        'ATTENDEE;CN="Bo Tan":mailto:bo@acme.com',
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_an_event_stays_the_same_when_its_day_moves() -> None:
    later = replace(REVIEW, on=date(2026, 12, 10))

    assert value(written(REVIEW), "UID") == value(written(later), "UID")
    assert value(written(REVIEW), "DTSTART") != value(written(later), "DTSTART")


def test_other_people_and_other_meetings_are_other_events() -> None:
    texts = [
        written(REVIEW),
        written(REVIEW, attendees=(ADA,)),
        written(replace(REVIEW, planned=date(2026, 12, 22))),
        written(replace(REVIEW, kind=Meeting.ONE_TO_ONE)),
    ]

    assert len({value(text, "UID") for text in texts}) == 4


def test_who_invites_does_not_change_the_event() -> None:
    other = written(REVIEW, attendees=(BO, replace(ADA, email="ADA@acme.com")))

    assert value(written(REVIEW), "UID") == value(other, "UID")


def test_a_calendar_of_the_cadence_needs_no_people() -> None:
    found = occasions(Cadence(one_to_ones="first thursday"), STAMP.date(), count=4)

    text = written(*found, attendees=())

    assert text.count("BEGIN:VEVENT") == text.count("END:VEVENT") == 4
    assert "SUMMARY:Pipeline review\r\n" in text
    assert "SUMMARY:One-to-one\r\n" in text
    assert "ATTENDEE" not in text


def test_a_check_of_the_data_is_no_event() -> None:
    assert "VEVENT" not in written(replace(REVIEW, kind=Meeting.CHECK))


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("Ada\r\nATTENDEE:mailto:eve@evil.com", "ada@acme.com"),
        ('Ada";X="', "ada@acme.com"),
        ("Ada", "ada@acme.com\r\nATTENDEE:mailto:eve@evil.com"),
        ("Ada\u2028Quist\x00", "ada@acme.com"),
    ],
)
def test_a_name_or_an_address_adds_no_line(name: str, email: str) -> None:
    text = written(REVIEW, attendees=(Attendee(name=name, email=email),))

    properties = [line.partition(":")[0].partition(";")[0] for line in lines(text)]
    assert properties.count("ATTENDEE") == 1
    assert len(properties) == 14
    people = [line for line in lines(text) if line.startswith(("ORG", "ATT"))]
    assert [line.count('"') for line in people] == [2, 2]


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=300))
def test_long_lines_are_folded_between_letters(text: str) -> None:
    parts = list(folded(text))

    assert all(len(part.encode()) <= 75 for part in parts)
    assert all(part.startswith(" ") for part in parts[1:])
    assert parts[0] + "".join(part[1:] for part in parts[1:]) == text
