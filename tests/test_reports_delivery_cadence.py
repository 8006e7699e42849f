"""On which days reviews are held, and why on these."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.delivery.cadence import Cadence, Meeting, Team, TooLate
from reports.delivery.cadence_check import cadence_mistakes
from reports.delivery.fiscal import Fiscal
from reports.delivery.occasions import next_review, occasions, unsatisfied
from reports.delivery.pattern import Weekday, parse
from reports.delivery.workdays import Workdays, span


WEEK = timedelta(weeks=1)
NOVEMBER = date(2026, 11, 1)

CHRISTMAS = ("2026-12-21 to 2027-01-01",)


def listed(cadence: Cadence, start: date, end: date, **more: Any) -> list[str]:
    return [
        f"{one.on} {one.kind}" for one in occasions(cadence, start, end=end, **more)
    ]


def reasons(cadence: Cadence, start: date, end: date, **more: Any) -> list[str]:
    found = occasions(cadence, start, end=end, **more)
    return [f"{one.on:%a %d %b}: {one.because}" for one in found]


# What is said


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("second and fourth tuesday", ["2026-11-10", "2026-11-24"]),
        ("  First, Third and LAST  friday", ["2026-11-06", "2026-11-20", "2026-11-27"]),
        ("fourth and second monday", ["2026-11-09", "2026-11-23"]),
        ((20, 5), ["2026-11-05", "2026-11-20"]),
        (
            "every 2 weeks on tuesday from 2026-01-13",
            ["2026-11-03", "2026-11-17"],
        ),
        ("every week on friday from 2026-11-20", ["2026-11-20", "2026-11-27"]),
        ("every 3 weeks on friday from 2027-01-01", []),
    ],
)
def test_days_are_said_as_people_say_them(
    said: str | tuple[int, ...], days: list[str]
) -> None:
    found = parse(said).days(NOVEMBER, date(2026, 11, 30))

    assert [day.isoformat() for day, _ in found] == days


@pytest.mark.parametrize(
    ("said", "because"),
    [
        ("secnd tuesday", '"secnd tuesday" is not understood; write it like "second'),
        ("tuesday", "is not understood"),
        ("fifth tuesday", "is not understood"),
        ("second and second tuesday", "says an ordinal twice"),
        ("every 2 weeks on tuesday", "is not understood"),
        ("every 2 weeks on tuesday from soon", '"soon" is not a day; write it like 2'),
        ("every 2 weeks on tuesday from 2026-01-12", "2026-01-12 is a Monday, not a T"),
        ("every 2 weeks on tuesday from 2027-02-29", '"2027-02-29" is not a day'),
        ("every 0 weeks on monday from 2026-01-12", "every 0 weeks is not a cadence"),
        ((5, 31), "31 does not exist in every month; use 1 to 28"),
        ((0,), "0 does not exist in every month"),
        ((), "[] needs different days; write it like [5, 20]"),
        ((5, 5), "[5, 5] needs different days"),
    ],
)
def test_what_is_not_understood_says_how_to_write_it(
    said: str | tuple[int, ...], because: str
) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 -- compared below
        parse(said)

    assert because in str(caught.value)


@pytest.mark.parametrize(
    ("said", "days"),
    [
        (date(2026, 12, 24), (date(2026, 12, 24), date(2026, 12, 24))),
        ("2026-12-24", (date(2026, 12, 24), date(2026, 12, 24))),
        ("2026-12-24 to 2027-01-01", (date(2026, 12, 24), date(2027, 1, 1))),
    ],
)
def test_a_blackout_is_a_day_or_several(
    said: date | str, days: tuple[date, date]
) -> None:
    assert span(said) == days


@pytest.mark.parametrize(
    ("said", "because"),
    [
        ("christmas", '"christmas" is not understood; write a day like 2026-12-24, or'),
        ("2026-12-24 to 2026-02-30", "is not understood"),
        ("2027-01-01 to 2026-12-24", "ends before it begins"),
    ],
)
def test_a_blackout_that_is_none_says_so(said: str, because: str) -> None:
    with pytest.raises(ValueError, match=because):
        span(said)


# Days that people work on


@pytest.mark.parametrize(
    ("workdays", "day", "because"),
    [
        (Workdays(), date(2026, 12, 25), None),
        (Workdays(), date(2026, 12, 26), "a weekend"),
        (Workdays(country="DE"), date(2026, 12, 24), None),
        (Workdays(country="DE"), date(2026, 12, 27), "a weekend"),
        (
            Workdays(country="US"),
            date(2027, 12, 24),
            "a public holiday (Christmas Day (observed))",
        ),
        (
            Workdays(country="DE", subdivision="BY"),
            date(2027, 1, 6),
            "a public holiday (Epiphany)",
        ),
        (Workdays(country="DE", subdivision="BE"), date(2027, 1, 6), None),
        (Workdays(country="IL"), date(2026, 12, 4), "a weekend"),
        (Workdays(country="IL"), date(2026, 12, 6), None),
        (
            Workdays(blackout=((date(2027, 1, 4), date(2027, 1, 5)),)),
            date(2027, 1, 5),
            "a blackout day",
        ),
    ],
)
def test_a_day_is_free_for_a_reason(
    workdays: Workdays, day: date, because: str | None
) -> None:
    assert workdays.why_not(day) == because


def test_business_days_are_counted_back_over_weekends_and_holidays() -> None:
    germany = Workdays(country="DE")

    assert germany.before(date(2026, 12, 29), 3) == date(2026, 12, 23)
    assert germany.last(date(2026, 12, 27)) == date(2026, 12, 24)
    assert germany.next(date(2026, 12, 25)) == date(2026, 12, 28)


# Fiscal quarters


@pytest.mark.parametrize(
    ("start_month", "day", "last"),
    [
        (1, date(2026, 11, 1), date(2026, 12, 31)),
        (2, date(2026, 11, 1), date(2027, 1, 31)),
        (2, date(2026, 10, 31), date(2026, 10, 31)),
        (12, date(2028, 1, 5), date(2028, 2, 29)),
        (12, date(2027, 2, 28), date(2027, 2, 28)),
        (10, date(2026, 9, 30), date(2026, 9, 30)),
    ],
)
def test_a_quarter_ends_three_months_after_it_began(
    start_month: int, day: date, last: date
) -> None:
    assert Fiscal(start_month=start_month).quarter_end(day) == last


def test_custom_quarters_count_where_there_are_any() -> None:
    fiscal = Fiscal(
        quarters=(
            (date(2026, 2, 1), date(2026, 5, 2)),
            (date(2026, 5, 3), date(2026, 8, 1)),
        )
    )

    assert list(fiscal.ends(date(2026, 3, 1), date(2027, 1, 1))) == [
        date(2026, 5, 2),
        date(2026, 8, 1),
        date(2026, 9, 30),
        date(2026, 12, 31),
    ]


# Reviews


def test_by_default_reviews_are_on_the_second_and_fourth_tuesday() -> None:
    assert listed(Cadence(), NOVEMBER, date(2026, 12, 31)) == [
        "2026-11-10 review",
        "2026-11-24 review",
        "2026-12-08 review",
        "2026-12-22 review",
    ]


def test_a_review_names_its_cycle_and_its_reason() -> None:
    review = next_review(Cadence(), date(2026, 11, 11))

    assert review is not None
    assert review.cycle == "2026-11-24"
    assert review.because == "fourth Tuesday of November"


def test_a_review_may_be_today() -> None:
    review = next_review(Cadence(), date(2026, 11, 24))

    assert review is not None
    assert review.on == date(2026, 11, 24)


def test_one_to_ones_are_no_reviews() -> None:
    cadence = Cadence(days="last friday", one_to_ones="first monday")

    review = next_review(cadence, NOVEMBER)

    assert review is not None
    assert review.on == date(2026, 11, 27)


def test_a_cadence_that_has_not_begun_has_no_next_review() -> None:
    cadence = Cadence(days="every week on friday from 2030-03-01")

    assert next_review(cadence, NOVEMBER) is None
    assert [one.on for one in occasions(cadence, NOVEMBER, count=1)] == [
        date(2030, 3, 1)
    ]


def test_a_cadence_that_begins_in_another_age_lists_nothing() -> None:
    cadence = Cadence(days="every week on friday from 2060-01-02")

    assert occasions(cadence, NOVEMBER, count=1) == []


@pytest.mark.parametrize("count", [0, 1, 24, 240])
def test_as_many_are_listed_as_were_asked_for(count: int) -> None:
    assert len(occasions(Cadence(), NOVEMBER, count=count)) == count


def test_a_year_is_listed_by_default() -> None:
    assert len(occasions(Cadence(), date(2027, 1, 1))) == 24


def test_a_holiday_moves_a_review_to_the_nearest_day_of_its_week() -> None:
    austria = Cadence(country="AT")

    assert reasons(austria, date(2026, 12, 1), date(2026, 12, 31)) == [
        (
            "Wed 09 Dec: second Tuesday of December; moved from 8 December 2026, "
            "a public holiday (Immaculate Conception)"
        ),
        "Tue 22 Dec: fourth Tuesday of December",
    ]


def test_a_day_of_the_month_on_a_weekend_is_held_before_it() -> None:
    assert reasons(Cadence(days=(5, 19)), date(2026, 12, 1), date(2026, 12, 31)) == [
        "Fri 04 Dec: day 5 of December; moved from 5 December 2026, a weekend",
        "Fri 18 Dec: day 19 of December; moved from 19 December 2026, a weekend",
    ]


def test_a_week_without_business_days_hands_its_review_to_the_next() -> None:
    cadence = Cadence(blackout=("2026-11-23 to 2026-11-27",))

    assert reasons(cadence, date(2026, 11, 20), date(2026, 12, 10)) == [
        (
            "Mon 30 Nov: fourth Tuesday of November; moved from 24 November 2026, "
            "a blackout day"
        ),
        "Tue 08 Dec: second Tuesday of December",
    ]


def test_a_review_goes_before_a_closure_of_two_weeks() -> None:
    cadence = Cadence(blackout=CHRISTMAS)

    assert listed(cadence, date(2026, 12, 1), date(2027, 1, 15)) == [
        "2026-12-08 review",
        "2026-12-18 review",
        "2027-01-12 review",
    ]


def test_two_closed_weeks_do_not_hand_their_reviews_to_the_same_one() -> None:
    cadence = Cadence(
        days="every 2 weeks on tuesday from 2026-11-10",
        blackout=("2026-11-09 to 2026-11-13", "2026-11-23 to 2026-12-04"),
    )

    found = occasions(cadence, date(2026, 11, 2), end=date(2026, 12, 12))

    assert [f"{one.planned} -> {one.on}" for one in found] == [
        "2026-11-10 -> 2026-11-16",
        "2026-12-08 -> 2026-12-08",
    ]
    assert unsatisfied(cadence, date(2026, 11, 2), date(2026, 12, 12)) == (
        (
            "the review of 24 November 2026 (every 2 weeks since 10 November 2026) "
            "finds no business day within a week"
        ),
    )


def test_a_leap_day_is_a_day() -> None:
    assert listed(Cadence(days="last tuesday"), date(2028, 2, 1), date(2028, 3, 1)) == [
        "2028-02-29 review"
    ]


# The end of a quarter


def test_the_last_weeks_of_a_quarter_have_a_review_each() -> None:
    cadence = Cadence(quarter_end_extra=3)

    assert reasons(cadence, date(2026, 12, 1), date(2027, 1, 5)) == [
        "Tue 08 Dec: second Tuesday of December",
        (
            "Tue 15 Dec: last week but two of the fiscal quarter that ends on "
            "31 December 2026"
        ),
        "Tue 22 Dec: fourth Tuesday of December",
        "Tue 29 Dec: last week of the fiscal quarter that ends on 31 December 2026",
    ]


@pytest.mark.parametrize(
    ("blackout", "extra"),
    [
        ((), "2027-03-31"),
        (("2027-03-31",), "2027-03-30"),
        (("2027-03-29 to 2027-03-31",), "2027-03-24"),
        (("2027-03-24", "2027-03-29 to 2027-03-31"), "2027-03-25"),
    ],
)
def test_an_extra_review_is_in_time_for_the_end_of_the_quarter(
    blackout: tuple[str, ...], extra: str
) -> None:
    cadence = Cadence(days="third wednesday", quarter_end_extra=1, blackout=blackout)

    found = occasions(cadence, date(2027, 3, 20), end=date(2027, 4, 4))

    assert [(one.on.isoformat(), one.kind) for one in found] == [(extra, Meeting.EXTRA)]


def test_a_quarter_that_ends_on_a_holiday_has_its_extra_review_before() -> None:
    memorial_day = Fiscal(quarters=((date(2027, 3, 1), date(2027, 5, 31)),))
    cadence = Cadence(days="third monday", quarter_end_extra=1, country="US")

    assert listed(
        cadence, date(2027, 5, 20), date(2027, 6, 5), fiscal=memorial_day
    ) == ["2027-05-24 extra"]


def test_a_quarter_that_ends_on_a_monday_has_its_extra_review_then() -> None:
    fiscal = Fiscal(quarters=((date(2026, 9, 1), date(2026, 11, 30)),))
    cadence = Cadence(days="first tuesday", quarter_end_extra=1)

    found = listed(cadence, date(2026, 11, 20), date(2026, 11, 30), fiscal=fiscal)

    assert found == []
    assert listed(
        replace(cadence, days="third tuesday"),
        date(2026, 11, 20),
        date(2026, 12, 2),
        fiscal=fiscal,
    ) == ["2026-11-30 extra"]


# One-to-ones


def test_one_to_ones_leave_the_weeks_of_reviews() -> None:
    cadence = Cadence(one_to_ones="first and third thursday", quarter_end_extra=3)

    assert reasons(cadence, date(2026, 12, 1), date(2027, 1, 10))[:4] == [
        "Thu 03 Dec: first Thursday of December",
        "Tue 08 Dec: second Tuesday of December",
        (
            "Tue 15 Dec: last week but two of the fiscal quarter that ends on "
            "31 December 2026"
        ),
        (
            "Thu 17 Dec: third Thursday of December; in the week of a review, "
            "as no week near it is free"
        ),
    ]


def test_a_one_to_one_moves_to_a_free_week() -> None:
    cadence = Cadence(one_to_ones="second thursday")

    assert reasons(cadence, date(2026, 12, 1), date(2026, 12, 20)) == [
        "Tue 08 Dec: second Tuesday of December",
        (
            "Thu 17 Dec: second Thursday of December; moved from 10 December 2026, "
            "in a week with a review"
        ),
    ]


def test_a_one_to_one_on_a_holiday_moves_within_its_week() -> None:
    cadence = Cadence(one_to_ones="first friday", country="DE")

    assert reasons(cadence, date(2027, 1, 1), date(2027, 1, 10)) == []
    assert reasons(cadence, date(2026, 12, 28), date(2027, 1, 10)) == [
        (
            "Thu 31 Dec: first Friday of January; moved from 1 January 2027, "
            "a public holiday (New Year's Day)"
        ),
    ]


def test_nobody_talks_in_a_week_in_which_nobody_works() -> None:
    cadence = Cadence(
        days="every 2 weeks on tuesday from 2026-11-10",
        one_to_ones="every 2 weeks on tuesday from 2026-11-17",
        blackout=("2026-11-16 to 2026-11-20",),
    )

    assert listed(cadence, date(2026, 11, 9), date(2026, 12, 4)) == [
        "2026-11-10 review",
        "2026-11-24 review",
        "2026-12-01 one-to-one",
    ]


# Teams


def test_a_team_differs_in_what_it_says_only() -> None:
    team = Team(manager="bo@acme.com", days=(5, 20), country="US")
    cadence = Cadence(country="DE", subdivision="BY", reminder_days=2, team=(team,))

    own = cadence.of_team("BO@acme.com")

    assert own == Cadence(
        days=(5, 20), country="US", subdivision="", reminder_days=2, team=()
    )
    assert own.workdays.open(date(2027, 1, 6))
    assert not cadence.workdays.open(date(2027, 1, 6))


@pytest.mark.parametrize("manager", ["ada@acme.com", None])
def test_everybody_else_keeps_the_common_cadence(manager: str | None) -> None:
    cadence = Cadence(team=(Team(manager="bo@acme.com", days=(5, 20)),))

    assert cadence.of_team(manager) == Cadence()


# Mistakes at start


def test_the_default_cadence_is_without_mistakes() -> None:
    assert cadence_mistakes(Cadence(), NOVEMBER) == ()


@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        ({"days": (28, 3)}, "days: 28 June 2027 and 3 July 2027 are in one week"),
        ({"days": "fourth and last monday"}, "days: 25 January 2027 and 25 January"),
        ({"days": "second saturday"}, "days: Saturday is in the weekend"),
        ({"days": "noday"}, 'days: "noday" is not understood'),
        ({"one_to_ones": (31,)}, "one_to_ones: 31 does not exist in every month"),
        ({"country": "XX"}, "country: the holidays of 'XX' are unknown; write the two"),
        ({"country": "DE", "subdivision": "Q"}, "subdivision: DE has no 'Q' (BB, BE,"),
        ({"country": "VA", "subdivision": "Q"}, "subdivision: VA has no 'Q'"),
        ({"subdivision": "BY"}, "subdivision: needs a country"),
        ({"zone": "Europe/Atlantis"}, "zone: 'Europe/Atlantis' is unknown"),
        ({"zone": "../etc/passwd"}, "zone: '../etc/passwd' is unknown"),
        ({"blackout": ("soon",)}, 'blackout: "soon" is not understood'),
        ({"blackout": ("2026-11-23 to 2027-01-08",)}, "days: the review of 8 December"),
        ({"quarter_end_extra": 7}, "quarter_end_extra: more than 6 weeks leave no"),
        ({"reminder_days": 11}, "reminder_days: more than 10 business days are no"),
        ({"followup_weekday": Weekday.SUNDAY}, "followup_weekday: Sunday is in the we"),
        ({"too_late": TooLate(packet=0)}, "too_late: packet must be at least an hour"),
        ({"team": (Team(manager="bo"),)}, "team: bo is not an address"),
        (
            {"team": (Team(manager="B@a.com"), Team(manager="b@A.com"))},
            "team: b@a.com is there twice",
        ),
        (
            {"team": (Team(manager="bo@acme.com", days=(31,)),)},
            "team: bo@acme.com: days: 31 does not exist in every month",
        ),
        (
            {"team": (Team(manager="bo@acme.com", zone="Mars/X"),)},
            "team: bo@acme.com: zone: 'Mars/X' is unknown",
        ),
    ],
)
def test_what_cannot_be_held_is_a_mistake_at_start(
    changes: dict[str, Any], mistake: str
) -> None:
    mistakes = cadence_mistakes(Cadence(**changes))

    assert any(mistake in one for one in mistakes), mistakes


def test_the_weekend_depends_on_the_country() -> None:
    assert cadence_mistakes(Cadence(days="second sunday")) == (
        "days: Sunday is in the weekend",
    )
    assert (
        cadence_mistakes(
            Cadence(
                days="second sunday", country="IL", followup_weekday=Weekday.THURSDAY
            )
        )
        == ()
    )


def test_a_reminder_goes_out_before_the_packet() -> None:
    cadence = Cadence()
    late = replace(cadence, reminder_days=1, reminder=cadence.packet)

    assert cadence_mistakes(late) == (
        "reminder: is not before the packet of the same day",
    )


def test_a_team_is_not_blamed_for_a_common_mistake() -> None:
    cadence = Cadence(zone="Mars/X", team=(Team(manager="bo@acme.com"),))

    assert len(cadence_mistakes(cadence)) == 1


def test_holidays_without_a_free_week_are_found_with_a_day_to_start_from() -> None:
    cadence = Cadence(days="every week on tuesday from 2026-01-06", country="CN")

    assert cadence_mistakes(cadence) == ()
    assert cadence_mistakes(cadence, date(2026, 2, 1)) == (
        (
            "days: the review of 17 February 2026 (every week since 6 January 2026) "
            "finds no business day within a week"
        ),
    )


# What holds for every cadence

PATTERNS: st.SearchStrategy[str | tuple[int, ...]] = st.one_of(
    st.builds(
        "{} and {} {}".format,
        st.sampled_from(["first", "second"]),
        st.sampled_from(["third", "fourth"]),
        st.sampled_from(list(Weekday)[:5]),
    ),
    st.tuples(st.integers(1, 10), st.integers(18, 21)),
    st.builds("every {} weeks on tuesday from 2026-01-13".format, st.integers(1, 6)),
)
DAYS = st.dates(date(2026, 1, 1), date(2034, 12, 31))


@st.composite
def cadences(draw: st.DrawFn) -> tuple[Cadence, date]:
    start = draw(DAYS)
    offsets = st.integers(-30, 120).map(lambda n: start + timedelta(days=n))
    closures = st.builds(
        lambda first, days: f"{first} to {first + timedelta(days=days)}",
        offsets,
        st.integers(0, 15),
    )
    cadence = Cadence(
        days=draw(PATTERNS),
        one_to_ones=draw(st.none() | PATTERNS),
        quarter_end_extra=draw(st.integers(0, 6)),
        country=draw(st.sampled_from([None, "US", "DE", "JP", "IL", "IN"])),
        blackout=tuple(draw(st.lists(closures, max_size=3))),
    )
    return cadence, start


@settings(deadline=None, max_examples=150)
@given(cadences(), st.integers(1, 12))
def test_reviews_are_on_business_days_and_never_two_in_a_week(
    said: tuple[Cadence, date], month: int
) -> None:
    cadence, start = said
    end = start + timedelta(days=120)
    found = occasions(cadence, start, end=end, fiscal=Fiscal(start_month=month))
    reviews = [one for one in found if one.reviews]
    weeks = [one.on.isocalendar()[:2] for one in reviews]

    assert all(cadence.workdays.open(one.on) for one in found)
    assert len(set(weeks)) == len(weeks)
    assert len({one.cycle for one in reviews}) == len(reviews)
    assert found == sorted(found, key=lambda one: one.on)
    assert all(start <= one.on <= end for one in found)


@settings(deadline=None, max_examples=100)
@given(cadences())
def test_every_planned_review_is_held_or_said_to_be_impossible(
    said: tuple[Cadence, date],
) -> None:
    cadence, start = said
    end = start + timedelta(days=120)
    planned = list(parse(cadence.days).days(start, end))
    found = occasions(cadence, start - 3 * WEEK, end=end + 3 * WEEK)

    held = {one.planned for one in found if one.kind is Meeting.REVIEW}
    missed = [day for day, _ in planned if day not in held]
    assert len(missed) == len(unsatisfied(cadence, start, end))


@settings(deadline=None, max_examples=100)
@given(cadences(), st.integers(1, 90))
def test_the_days_do_not_depend_on_where_the_listing_begins(
    said: tuple[Cadence, date], days: int
) -> None:
    cadence, start = said
    end = start + timedelta(days=120)
    later = start + timedelta(days=days)

    whole = occasions(cadence, start, end=end)

    assert occasions(cadence, later, end=end) == [
        one for one in whole if one.on >= later
    ]


@pytest.mark.parametrize("month", range(1, 13))
def test_a_year_has_exactly_the_agreed_number_of_reviews(month: int) -> None:
    cadence = Cadence(quarter_end_extra=2)
    fiscal = Fiscal(start_month=month)

    for year in range(2026, 2036):
        found = occasions(
            cadence, date(year, 1, 1), end=date(year, 12, 31), fiscal=fiscal
        )
        kinds = [one.kind for one in found]
        assert kinds.count(Meeting.REVIEW) == 24
        assert 3 <= kinds.count(Meeting.EXTRA) <= 5
