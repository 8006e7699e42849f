"""Coming meetings as a calendar file that mail programs read (RFC 5545).

Times are in UTC, so that the file needs no definition of a zone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from hashlib import sha256
from typing import Final

from reports.delivery.cadence import Meeting, Occasion
from reports.delivery.workdays import moment


LASTS: Final = timedelta(minutes=30)

#: Bytes in a line, without its end.
WIDTH: Final = 75

TITLES: Final = {
    Meeting.REVIEW: "Pipeline review",
    Meeting.EXTRA: "Pipeline review at quarter end",
    Meeting.ONE_TO_ONE: "One-to-one",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """Somebody who meets."""

    name: str
    email: str


def ics(
    occasions: Iterable[Occasion],
    *,
    at: time,
    zone: str,
    stamp: datetime,
    attendees: tuple[Attendee, ...] = (),
) -> str:
    """A calendar with a 30-minute event for each meeting; the first attendee invites.

    An event keeps its identity when its day moves, so that importing the file again
    moves it instead of adding another.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//dealpacket//EN"]
    for one in occasions:
        if one.kind in TITLES:
            lines += event(one, moment(one.on, at, zone), stamp, attendees)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in folded(line))


def event(
    one: Occasion, start: datetime, stamp: datetime, attendees: tuple[Attendee, ...]
) -> Iterator[str]:
    """The lines of one event."""
    title = TITLES[one.kind]
    if attendees:
        title = f"{title}: {' and '.join(person.name for person in attendees)}"
    yield "BEGIN:VEVENT"
    yield f"UID:{identity(one, attendees)}"
    yield f"DTSTAMP:{basic(stamp)}"
    yield f"DTSTART:{basic(start)}"
    yield f"DTEND:{basic(start + LASTS)}"
    yield f"SUMMARY:{escaped(title)}"
    yield f"DESCRIPTION:{escaped(one.because)}"
    for number, person in enumerate(attendees):
        if number == 0:
            yield f"ORGANIZER;CN={quoted(person.name)}:mailto:{address(person)}"
        yield f"ATTENDEE;CN={quoted(person.name)}:mailto:{address(person)}"
    yield "END:VEVENT"


def identity(one: Occasion, attendees: tuple[Attendee, ...]) -> str:
    """The same for the same planned meeting of the same people."""
    emails = sorted(person.email.lower() for person in attendees)
    parts = (one.kind, one.planned.isoformat(), *emails)
    digest = sha256("\0".join(parts).encode()).hexdigest()[:40]
    return f"{digest}@dealpacket"


def basic(moment_: datetime) -> str:
    """A moment in UTC as calendars write it."""
    return f"{moment_:%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """A text whose marks of punctuation mean themselves, on one line."""
    for mark in "\\;,":
        text = text.replace(mark, f"\\{mark}")
    return "".join(letter if letter.isprintable() else " " for letter in text)


def quoted(text: str) -> str:
    """A parameter's value, which cannot hold a double quote."""
    text = "".join(letter for letter in text if letter.isprintable() and letter != '"')
    return f'"{text}"'


def address(person: Attendee) -> str:
    """An address without what could end a line."""
    return "".join(
        letter for letter in person.email if letter.isprintable() and letter != " "
    )


def folded(line: str) -> Iterator[str]:
    """``line`` in parts of at most 75 bytes, none of which cuts a letter."""
    part, room = "", WIDTH
    for letter in line:
        size = len(letter.encode())
        if size > room:
            yield part
            part, room = " ", WIDTH - 1
        part += letter
        room -= size
    yield part
