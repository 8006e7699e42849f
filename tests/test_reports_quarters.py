"""Fiscal quarters: by months, and as an organisation keeps them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.facts.book import read_book
from reports.judgement.periods import Past
from reports.quarters import quarter_of
from reports.runs.rounds import fiscal_of
from tests.builders import ACME, AS_OF, a_book, days_ago
from tests.mirrors import engine_of


#: Thirteen weeks each, as in a 4-4-5 year.
WEEKS = (
    (date(2026, 8, 2), date(2026, 10, 31)),
    (date(2026, 11, 1), date(2027, 1, 30)),
)
CUSTOM = replace(ACME, quarters=WEEKS)


@pytest.mark.parametrize(
    ("day", "start_month", "first", "last"),
    [
        (date(2026, 11, 12), 1, date(2026, 10, 1), date(2026, 12, 31)),
        (date(2026, 11, 12), 2, date(2026, 11, 1), date(2027, 1, 31)),
        (date(2027, 1, 31), 2, date(2026, 11, 1), date(2027, 1, 31)),
        (date(2027, 2, 1), 2, date(2027, 2, 1), date(2027, 4, 30)),
        (date(2024, 2, 29), 12, date(2023, 12, 1), date(2024, 2, 29)),
        (date(9999, 12, 31), 1, date(9999, 12, 31), date.max),
    ],
)
def test_quarters_follow_the_fiscal_year(
    day: date, start_month: int, first: date, last: date
) -> None:
    assert quarter_of(day, replace(ACME, fiscal_start_month=start_month)) == (
        first,
        last,
    )


def test_the_quarters_that_are_kept_come_first() -> None:
    assert quarter_of(date(2026, 10, 31), CUSTOM) == WEEKS[0]
    assert quarter_of(date(2026, 11, 1), CUSTOM) == WEEKS[1]


def test_months_fill_what_is_left_beside_them() -> None:
    assert quarter_of(date(2026, 8, 1), CUSTOM) == (date(2026, 7, 1), date(2026, 8, 1))
    assert quarter_of(date(2027, 1, 31), CUSTOM) == (
        date(2027, 1, 31),
        date(2027, 3, 31),
    )


@given(st.dates(), st.integers(1, 12))
def test_a_day_lies_in_its_quarter_and_the_next_day_in_it_or_the_next(
    day: date, start_month: int
) -> None:
    org = replace(CUSTOM, fiscal_start_month=start_month)
    first, last = quarter_of(day, org)

    assert first <= day <= last
    assert last == date.max or quarter_of(last + timedelta(days=1), org)[0] > last


def test_the_mirrors_periods_are_the_organisations_quarters() -> None:
    names = ("Id", "Type", "StartDate", "EndDate")
    rows = [
        ("3", "Month", "2026-11-01", "2026-11-28"),
        ("2", "Quarter", "2026-11-01", "2027-01-30"),
        ("1", "Quarter", "2026-08-02", "2026-10-31"),
        ("4", "Quarter", "2026-10-01", "2026-12-31"),
        ("5", "Quarter", None, "2026-12-31"),
    ]
    periods = [dict(zip(names, row, strict=True)) for row in rows]

    with engine_of(Period=periods) as engine:
        org = read_book(engine, AS_OF).org

    assert org.quarters == WEEKS
    assert fiscal_of(org).quarter_end(date(2026, 11, 12)) == date(2027, 1, 30)


def test_a_forecast_looks_at_the_organisations_own_quarters() -> None:
    past = Past(replace(a_book(), org=CUSTOM))

    assert past.ends[:3] == (date(2027, 1, 30), date(2026, 10, 31), date(2026, 8, 1))
    assert past.left.days == (date(2027, 1, 31) - days_ago(0)).days - 1
