"""What is due when somebody asks, however late and however often."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.delivery.cadence import Cadence, TooLate
from reports.delivery.due import Due, alerts_due, due
from reports.delivery.occasions import occasions
from reports.delivery.pattern import Weekday
from reports.delivery.records import LetterKind
from reports.delivery.workdays import moment


BERLIN = "Europe/Berlin"

#: Zones with every kind of clock change, and without.
NAMES = """
    Africa/Cairo Africa/Casablanca Africa/Johannesburg America/Adak America/Asuncion
    America/Bogota America/Chicago America/Halifax America/Havana America/Lima
    America/Los_Angeles America/Mexico_City America/New_York America/Nuuk
    America/Santiago America/Sao_Paulo America/St_Johns Antarctica/Troll Asia/Beirut
    Asia/Dubai Asia/Gaza Asia/Jerusalem Asia/Kathmandu Asia/Kolkata Asia/Shanghai
    Asia/Tehran Asia/Tokyo Atlantic/Azores Australia/Adelaide Australia/Lord_Howe
    Australia/Sydney Europe/Berlin Europe/Chisinau Europe/Dublin Europe/London
    Pacific/Apia Pacific/Auckland Pacific/Chatham Pacific/Kiritimati
    Pacific/Norfolk
"""
ZONES = NAMES.split()


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def at(now: str, *, since: str = "2026-12-01", zone: str = BERLIN) -> list[str]:
    found = due(Cadence(), utc(now), zone, since=utc(since))
    return [f"{one.kind} {one.occasion.cycle} {state(one)}" for one in found]


def state(one: Due) -> str:
    if one.too_late:
        return "too late"
    return "late" if one.late else "now"


# Clocks


@pytest.mark.parametrize(
    ("day", "clock", "zone", "expected"),
    [
        (date(2026, 12, 7), time(18), BERLIN, "2026-12-07T17:00"),
        (date(2026, 7, 7), time(18), BERLIN, "2026-07-07T16:00"),
        # 2:30 does not exist when clocks go forward, and exists twice when they go back
        (date(2026, 3, 29), time(2, 30), BERLIN, "2026-03-29T01:30"),
        (date(2026, 10, 25), time(2, 30), BERLIN, "2026-10-25T00:30"),
        (date(2026, 10, 4), time(2, 15), "Australia/Lord_Howe", "2026-10-03T15:45"),
        # Samoa skipped 30 December 2011
        (date(2011, 12, 30), time(18), "Pacific/Apia", "2011-12-31T04:00"),
        (date(2026, 12, 7), time(18), "Mars/Olympus", "2026-12-07T18:00"),
        (date(2026, 12, 7), time(18), "", "2026-12-07T18:00"),
    ],
)
def test_a_local_time_is_a_moment(
    day: date, clock: time, zone: str, expected: str
) -> None:
    assert moment(day, clock, zone) == utc(expected)


# Around a review: 8 December 2026 is a Tuesday


@pytest.mark.parametrize(
    ("now", "letters"),
    [
        ("2026-12-03T07:59", []),
        ("2026-12-03T08:00", ["reminder 2026-12-08 now"]),
        ("2026-12-03T09:00", ["reminder 2026-12-08 late"]),
        ("2026-12-04T08:00", ["reminder 2026-12-08 too late"]),
        ("2026-12-07T16:59", ["reminder 2026-12-08 too late"]),
        (
            "2026-12-07T17:00",
            ["reminder 2026-12-08 too late", "packet 2026-12-08 now"],
        ),
        (
            "2026-12-08T16:59",
            ["reminder 2026-12-08 too late", "packet 2026-12-08 late"],
        ),
        (
            "2026-12-11T14:00",
            [
                "reminder 2026-12-08 too late",
                "packet 2026-12-08 too late",
                "followup 2026-12-08 now",
            ],
        ),
    ],
)
def test_letters_are_due_before_and_after_a_review(
    now: str, letters: list[str]
) -> None:
    assert at(now) == letters


def test_what_was_too_late_is_said_once() -> None:
    assert at("2026-12-08T18:00", since="2026-12-07T18:00") == [
        "packet 2026-12-08 too late"
    ]
    assert at("2026-12-08T18:05", since="2026-12-08T18:00") == []


def test_a_packet_for_monday_is_of_use_until_monday_is_over() -> None:
    found = due(
        Cadence(days=(7,)), utc("2026-12-07T16:00"), BERLIN, since=utc("2026-12-04")
    )

    packet = found[-1]
    assert (packet.kind, packet.late) == (LetterKind.PACKET, True)
    assert packet.at == utc("2026-12-04T17:00")
    assert packet.until == utc("2026-12-07T17:00")


def test_after_forty_days_of_downtime_only_the_useful_is_sent() -> None:
    found = at("2027-01-12T08:00", since="2026-12-03")

    assert found[-1] == "packet 2027-01-12 late"
    assert [one for one in found if not one.endswith("too late")] == [
        "packet 2027-01-12 late"
    ]
    assert len(found) == 8


def test_a_clock_that_jumps_back_asks_for_nothing_new() -> None:
    assert at("2026-12-03T07:00", since="2026-12-07T18:00") == []


def test_each_rep_has_a_clock_of_their_own() -> None:
    now = "2026-12-07T17:00"

    assert at(now, since="2026-12-07") == ["packet 2026-12-08 now"]
    assert at(now, since="2026-12-07", zone="America/Chicago") == []


def test_one_zone_may_be_set_for_everybody() -> None:
    cadence = Cadence(zone=BERLIN)

    found = due(
        cadence, utc("2026-12-07T17:00"), "America/Chicago", since=utc("2026-12-07")
    )

    assert [one.kind for one in found] == [LetterKind.PACKET]


def test_what_is_late_says_how_late() -> None:
    now = utc("2026-12-07T22:30")
    packet = due(Cadence(), now, BERLIN, since=utc("2026-12-07"))[0]

    assert packet.because == "due on 2026-12-07 at 17:00 UTC, 5 hours ago"
    assert replace(packet, now=utc("2026-12-07T18:30")).because == (
        "due on 2026-12-07 at 17:00 UTC, an hour ago"
    )
    assert replace(packet, now=utc("2026-12-07T17:30")).because == ""
    assert replace(packet, now=utc("2026-12-10T17:00")).because == (
        "due on 2026-12-07 at 17:00 UTC, 72 hours ago, too late to be of use"
    )


def test_reminder_and_packet_keep_to_business_days() -> None:
    cadence = Cadence(days=(12,), country="DE", blackout=("2027-04-09",))

    found = due(cadence, utc("2027-04-08T16:00"), BERLIN, since=utc("2027-04-01"))

    assert [(one.kind, one.at) for one in found] == [
        (LetterKind.REMINDER, utc("2027-04-06T07:00")),
        (LetterKind.PACKET, utc("2027-04-08T16:00")),
    ]


def test_no_reminder_goes_out_when_none_is_wanted() -> None:
    cadence = Cadence(reminder_days=0)

    assert due(cadence, utc("2026-12-03T12:00"), BERLIN, since=utc("2026-12-03")) == []


def test_a_reminder_ends_where_the_packet_begins() -> None:
    cadence = Cadence(reminder_days=1, too_late=TooLate(reminder=100))

    found = due(cadence, utc("2026-12-07T12:00"), BERLIN, since=utc("2026-12-07"))

    assert [(one.kind, one.until) for one in found] == [
        (LetterKind.REMINDER, utc("2026-12-07T17:00"))
    ]


@pytest.mark.parametrize(
    ("changes", "day"),
    [
        (Cadence(), "2026-12-11"),
        (Cadence(blackout=("2026-12-11",)), "2026-12-10"),
        (Cadence(followup_weekday=Weekday.TUESDAY), "2026-12-15"),
        (Cadence(followup_weekday=Weekday.WEDNESDAY), "2026-12-09"),
        (
            Cadence(followup_weekday=Weekday.WEDNESDAY, blackout=("2026-12-09",)),
            "2026-12-10",
        ),
        (Cadence(blackout=("2026-12-09 to 2026-12-14",)), "2026-12-15"),
    ],
)
def test_the_check_in_leaves_time_to_keep_a_promise(changes: Cadence, day: str) -> None:
    found = due(changes, utc("2026-12-15T20:00"), BERLIN, since=utc("2026-12-08"))

    checks = [one for one in found if one.kind is LetterKind.FOLLOW_UP]
    assert [f"{one.at:%Y-%m-%d %H:%M}" for one in checks][:1] == [f"{day} 14:00"]


def test_one_to_ones_send_nothing() -> None:
    cadence = Cadence(days="last friday", one_to_ones="second tuesday")

    assert due(cadence, utc("2026-12-11T20:00"), BERLIN, since=utc("2026-12-08")) == []


def test_extra_reviews_have_packets_too() -> None:
    cadence = Cadence(quarter_end_extra=1)

    found = due(cadence, utc("2026-12-28T17:00"), BERLIN, since=utc("2026-12-28T15:00"))

    assert [(one.kind, one.occasion.because) for one in found] == [
        (
            LetterKind.PACKET,
            "last week of the fiscal quarter that ends on 31 December 2026",
        )
    ]


# Alerts for ops


def alerts(now: str, since: str, cadence: Cadence | None = None) -> list[str]:
    found = alerts_due(
        cadence or Cadence(), utc(now), BERLIN, since=utc(since), weekday=Weekday.MONDAY
    )
    assert {one.kind for one in found} <= {LetterKind.HYGIENE}
    return [
        f"{one.occasion.cycle} {one.occasion.because} {state(one)}" for one in found
    ]


@pytest.mark.parametrize(
    ("now", "letters"),
    [
        ("2026-12-07T06:59", []),
        ("2026-12-07T07:00", ["2026-12-07 weekly digest now"]),
        ("2026-12-08T07:00", ["2026-12-08 daily check now"]),
        ("2026-12-12T07:00", []),
    ],
)
def test_data_are_checked_on_business_days(now: str, letters: list[str]) -> None:
    since = utc(now) - timedelta(hours=2)

    assert alerts(now, since.isoformat()) == letters


def test_a_digest_on_a_holiday_comes_on_the_next_business_day() -> None:
    cadence = Cadence(blackout=("2026-12-07 to 2026-12-08",))

    assert alerts("2026-12-09T07:00", "2026-12-07", cadence) == [
        "2026-12-09 weekly digest now"
    ]


def test_a_digest_without_such_a_day_comes_at_the_end_of_the_week() -> None:
    found = alerts_due(
        Cadence(blackout=("2026-12-11",)),
        utc("2026-12-10T07:00"),
        BERLIN,
        since=utc("2026-12-10T06:00"),
        weekday=Weekday.FRIDAY,
    )

    assert [(one.occasion.cycle, one.weekly) for one in found] == [("2026-12-10", True)]


def test_checks_that_were_missed_are_said_to_be_too_late() -> None:
    assert alerts("2026-12-09T07:00", "2026-12-07T12:00") == [
        "2026-12-07 weekly digest too late",
        "2026-12-08 daily check too late",
        "2026-12-09 daily check now",
    ]


# However often and however late


class Desk:
    """Somebody who asks now and then, and settles what is due."""

    def __init__(self, cadence: Cadence, zone: str, start: datetime) -> None:
        self.cadence, self.zone, self.asked = cadence, zone, start
        self.sent: list[tuple[str, LetterKind]] = []
        self.skipped: list[tuple[str, LetterKind]] = []

    def ask(self, now: datetime) -> None:
        for one in due(self.cadence, now, self.zone, since=self.asked):
            key = (one.occasion.cycle, one.kind)
            if key not in self.sent:
                (self.skipped if one.too_late else self.sent).append(key)
        self.asked = now


def expected(
    cadence: Cadence, zone: str, start: datetime, end: datetime
) -> set[tuple[str, LetterKind]]:
    """Every letter whose moment lies from ``start`` to ``end``, found another way."""
    wanted = set()
    day = start.date() - timedelta(days=30)
    for one in occasions(cadence, day, end=end.date() + timedelta(days=60)):
        days = {
            LetterKind.PACKET: one.on - timedelta(days=1),
            LetterKind.FOLLOW_UP: one.on + timedelta(days=3),
            LetterKind.REMINDER: one.on - timedelta(days=5),
        }
        for kind, clock in (
            (LetterKind.PACKET, 18),
            (LetterKind.FOLLOW_UP, 15),
            (LetterKind.REMINDER, 9),
        ):
            local = datetime(*days[kind].timetuple()[:3], clock, tzinfo=ZoneInfo(zone))
            if start < local.astimezone(UTC) <= end:
                wanted.add((one.cycle, kind))
    return wanted


def wake_ups(start: datetime, gaps: Iterable[timedelta]) -> list[datetime]:
    moments = [start]
    for gap in gaps:
        moments.append(moments[-1] + gap)
    return moments[1:]


@settings(deadline=None, max_examples=60)
@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2035, 1, 1)),  # noqa: DTZ001 -- below
    st.sampled_from(ZONES),
    st.lists(st.timedeltas(timedelta(minutes=1), timedelta(days=12)), min_size=1),
)
def test_every_letter_is_sent_or_reported_once_whenever_somebody_asks(
    first: datetime, zone: str, gaps: list[timedelta]
) -> None:
    start = first.replace(tzinfo=UTC)
    moments = wake_ups(start, gaps)
    # before, what began earlier is settled: a desk that asked all along
    desk = Desk(Cadence(), zone, start)
    desk.ask(start)
    earlier = set(desk.sent)
    for now in moments:
        desk.ask(now)

    told = [*desk.sent, *desk.skipped]
    assert len(told) == len(set(told))
    assert set(told) - earlier == expected(Cadence(), zone, start, moments[-1])


@pytest.mark.parametrize("zone", ZONES)
def test_a_tick_every_six_hours_sends_everything_in_every_zone(zone: str) -> None:
    start, end = utc("2026-01-05"), utc("2027-01-05")
    desk = Desk(Cadence(), zone, start)
    now = start
    while now < end:
        now += timedelta(hours=6)
        desk.ask(now)

    assert desk.skipped == []
    assert len(desk.sent) == len(set(desk.sent)) == 72
    assert set(desk.sent) == expected(Cadence(), zone, start, end)


@pytest.mark.parametrize("zone", ZONES)
def test_no_moment_of_ten_years_is_lost_to_a_change_of_clocks(zone: str) -> None:
    day, moments = date(2026, 1, 1), []
    while day < date(2036, 1, 1):
        moments.append(moment(day, time(2, 30), zone))
        day += timedelta(days=1)

    gaps = {later - sooner for sooner, later in pairwise(moments)}
    assert min(gaps) >= timedelta(hours=22)
    assert max(gaps) <= timedelta(hours=26)
    local = [one.astimezone(ZoneInfo(zone)).date() for one in moments]
    assert len(set(local)) == len(local) == 3652
