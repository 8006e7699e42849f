"""Values out of text, stretches out of rows, moves out of changes: pure parts."""

import gc
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.facts.changes import moves_of
from reports.facts.days import day, zone_named
from reports.facts.pause import paused
from reports.facts.values import amount_of, day_of, normalised, subject_of, tidy
from reports.facts.visits import Run, reopenings, visits_of, without_bounces
from reports.model import FieldChange, Organisation, RecordId


START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Call the buyer [dp:K3F7Q2AB]", "Call the buyer"),
        ("[dp:k3f7q2ab] Call", " Call"),
        ("Call [dp:SHORT]", "Call [dp:SHORT]"),
        (None, None),
    ],
)
def test_readers_do_not_see_the_mark_of_a_packet(
    text: str | None, subject: str | None
) -> None:
    assert subject_of(text) == subject


@pytest.mark.parametrize(
    ("text", "amount"),
    [("15000.0", Decimal("15000.0")), ("", None), ("NaN", None), ("a lot", None)],
)
def test_amounts_out_of_text(text: str, amount: Decimal | None) -> None:
    assert amount_of(text) == amount


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-03-01", date(2026, 3, 1)),
        ("2026-03-01T00:00:00.000Z", date(2026, 3, 1)),
        ("2026-02-30", None),
        (None, None),
    ],
)
def test_days_out_of_text(text: str | None, found: date | None) -> None:
    assert day_of(text) == found


@pytest.mark.parametrize(
    ("stored", "shown"), [("45.0000", "45"), ("12.5000", "12.5"), ("100", "100")]
)
def test_percentages_lose_the_zeros_of_their_column(stored: str, shown: str) -> None:
    assert str(tidy(Decimal(stored))) == shown


def test_text_is_the_same_whatever_it_looks_like() -> None:
    assert normalised(" Call  BO, today! ") == normalised("call bo today")


@pytest.mark.parametrize("name", [None, "", "Mars/Olympus", "../../etc", "a\0b", "/"])
def test_what_is_no_zone_is_none(name: str | None) -> None:
    assert zone_named(name) is None


def test_the_last_day_of_the_calendar_has_a_day_everywhere() -> None:
    zone = zone_named("Pacific/Auckland")
    assert zone is not None

    last = datetime(9999, 12, 31, 23, tzinfo=UTC)
    assert day(last, zone) == date(9999, 12, 31)


#: Without summer time, from one end of the day to the other.
STEADY = ("Pacific/Kiritimati", "Asia/Kolkata", "UTC", "Pacific/Pago_Pago")


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(0, 60 * 24 * 900),
    st.sampled_from(STEADY),
    st.sampled_from(STEADY),
)
def test_another_zone_moves_a_count_of_days_by_one_at_most(
    begun: datetime, minutes: int, one: str, other: str
) -> None:
    ended = begun + timedelta(minutes=minutes)
    counts = [
        (day(ended, zone) - day(begun, zone)).days
        for zone in map(zone_named, (one, other))
        if zone is not None
    ]

    assert abs(counts[0] - counts[1]) <= 1


@pytest.mark.parametrize(
    ("begun", "ended", "days"),
    [
        ("2028-02-28T23:59", "2028-03-01T00:00", 2),
        ("2027-02-28T23:59", "2027-03-01T00:00", 1),
        ("2026-12-31T23:59", "2027-01-01T00:00", 1),
        ("2026-03-28T12:00", "2026-03-30T11:00", 2),
        ("2026-10-24T12:00", "2026-10-26T11:30", 2),
    ],
)
def test_days_are_counted_over_leap_days_new_year_and_clock_changes(
    begun: str, ended: str, days: int
) -> None:
    london = ZoneInfo("Europe/London")
    first, last = (
        datetime.fromisoformat(moment).replace(tzinfo=london)
        for moment in (begun, ended)
    )

    assert (
        day(last.astimezone(UTC), london) - day(first.astimezone(UTC), london)
    ).days == days


runs = st.lists(
    st.tuples(st.sampled_from("ABCL"), st.integers(0, 60)), min_size=1, max_size=12
).map(
    lambda steps: [
        Run(
            stage=stage,
            begun=START + timedelta(hours=sum(gap for _, gap in steps[: place + 1])),
            closed=stage == "L",
        )
        for place, (stage, _) in enumerate(steps)
    ]
)


@given(runs)
def test_merging_bounces_twice_is_merging_them_once(found: list[Run]) -> None:
    once = without_bounces(found)

    assert without_bounces(once) == once
    assert once[0] == found[0]
    assert once[-1].stage == found[-1].stage


@given(runs)
def test_visits_never_overlap_and_never_count_closed_time(found: list[Run]) -> None:
    merged = without_bounces(found)
    visits = visits_of(merged)

    ends = [(v.left or datetime.max.replace(tzinfo=UTC)) for v in visits]
    assert all(v.entered <= end for v, end in zip(visits, ends, strict=True))
    assert all(
        end <= later.entered for end, later in zip(ends, visits[1:], strict=False)
    )
    assert reopenings(merged) <= sum(run.closed for run in merged)
    assert "L" not in {visit.stage for visit in visits}


days = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@given(st.lists(days, min_size=1, max_size=10), st.integers(1, 12))
def test_pushes_less_pull_ins_lead_from_the_first_day_to_the_last(
    plan: list[date], fiscal_start: int
) -> None:
    org = Organisation(id=RecordId("00D"), name="Acme", fiscal_start_month=fiscal_start)
    changes = [
        FieldChange(field="CloseDate", at=START, on=old, old=f"{old}", new=f"{new}")
        for old, new in pairwise(plan)
    ]
    moves = moves_of(changes, org)
    back = moves_of(
        [
            FieldChange(field=c.field, at=c.at, on=c.on, old=c.new, new=c.old)
            for c in changes
        ],
        org,
    )

    assert moves.pushed_days - back.pushed_days == (plan[-1] - plan[0]).days
    assert (moves.pushes, moves.pull_ins) == (back.pull_ins, back.pushes)
    assert moves.quarter_crossings <= moves.month_crossings <= moves.pushes


def test_the_collector_is_paused_and_goes_on_as_it_was() -> None:
    assert gc.isenabled()
    with paused():
        assert not gc.isenabled()
        with paused():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
