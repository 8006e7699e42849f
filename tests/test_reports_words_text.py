from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.findings import ActionItem, Money, OwnerKind
from reports.model import OpportunityId
from reports.said import day, moment, money, say, short, worded
from reports.words.layout import COLUMNS, columns, fill, pair
from reports.words.links import LinkError, Links, marked
from reports.words.text import clean, direction, iso, shown, sums, undisturbed
from reports.words.voice import ENGLISH
from tests.builders import TODAY


ID = "006000000000001AAA"
LINKS = Links("https://acme.my.salesforce.com/services")


def an_action(what: str, mark: str = "") -> ActionItem:
    return ActionItem(
        deal_id=OpportunityId(ID),
        obstacle="The conversation has gone quiet",
        what=what,
        owner=OwnerKind.REP,
        due=date(2026, 11, 18),
        metric="a reply",
        value=Decimal(0),
        mark=mark,
    )


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (Decimal(0), "USD", "$0"),
        (Decimal("999.4"), "USD", "$999"),
        (Decimal(1234), "USD", "$1.2k"),
        (Decimal(48000), "EUR", "€48k"),
        (Decimal(412_345), "GBP", "£412k"),
        (Decimal(999_999), "USD", "$1m"),
        (Decimal(1_240_000), "USD", "$1.24m"),
        (Decimal(12_400_000), "USD", "$12.4m"),
        (Decimal(-9800), "USD", "\u2212$9.8k"),
        (Decimal(3_000_000_000), "CHF", "CHF\u00a03bn"),
        (None, "USD", "no amount"),
    ],
)
def test_short_money(amount: Decimal | None, currency: str, text: str) -> None:
    assert short(amount, currency) == text


def test_money_shows_cents_where_there_are_any() -> None:
    assert money(Decimal("48000.00"), "USD") == "$48,000"
    assert money(Decimal("48000.5"), "SEK") == "SEK\u00a048,000.50"


def test_millions_of_dollars_are_written_as_spam_filters_bear_them() -> None:
    assert money(Decimal(1200000), "USD") == "1,200,000\u00a0USD"
    assert money(Decimal("-1200000.5"), "USD") == "\u22121,200,000.50\u00a0USD"
    assert money(Decimal(1200000), "EUR") == "€1,200,000"


def test_what_stands_in_a_list_with_millions_is_written_alike() -> None:
    assert money(Decimal(500), "USD", most=Decimal(2000000)) == "500\u00a0USD"
    assert money(Decimal(500), "USD", most=Decimal(900000)) == "$500"


def test_sums_of_several_currencies_stand_side_by_side() -> None:
    amounts = (
        Money(amount=Decimal(1000), currency="EUR"),
        Money(amount=Decimal(2000), currency="USD"),
    )

    assert sums(amounts) == "€1k + $2k"


def test_a_day_has_its_year_where_that_is_not_this_one() -> None:
    assert day(date(2026, 12, 3), TODAY) == "3 Dec"
    assert day(date(2027, 1, 3), TODAY) == "3 Jan 2027"
    assert day(None, TODAY) == "no date"


def test_a_moment_is_told_in_the_readers_zone() -> None:
    noon = datetime(2026, 11, 12, 12, tzinfo=UTC)

    assert moment(noon, "America/New_York") == "12 Nov 2026, 07:00 EST"
    assert moment(noon, "America/Sao_Paulo") == "12 Nov 2026, 09:00 UTC-03"
    assert moment(noon, "No/Where") == "12 Nov 2026, 12:00 UTC"


def test_small_counts_are_words() -> None:
    assert worded(5, "deal") == "five deals"
    assert worded(1, "deal") == "one deal"
    assert worded(14, "deal") == "14 deals"


def test_controls_and_marks_of_direction_are_dropped() -> None:
    assert clean("a\u0092b\u202ec\x00d\ne\u2028f\ufeff") == "abcd ef"


def test_a_lone_surrogate_is_dropped() -> None:
    assert shown("a\ud800b").encode() == b"ab"


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("Northwind", "ltr"),
        ("شرکت آفتاب", "rtl"),
        ("123 שלום", "rtl"),
        ("42", "ltr"),
    ],
)
def test_direction_is_that_of_the_first_strong_character(text: str, way: str) -> None:
    assert direction(text) == way


def test_names_run_their_own_way_and_sentences_the_pages() -> None:
    assert iso("آفتاب") == '<span dir="rtl">آفتاب</span>'
    told = say("{deal} exists twice", deal="آفتاب")
    assert ENGLISH.html(told, 80) == '<span dir="rtl">آفتاب</span> exists twice'
    assert iso("<b>") == "&lt;b&gt;"


@given(st.text(), st.integers(0, 20))
def test_no_line_of_text_is_too_wide(text: str, indent: int) -> None:
    lines = fill(text, indent).split("\n")

    assert all(columns(line) <= COLUMNS for line in lines)


def test_what_is_kept_apart_stays_so_on_every_line() -> None:
    told = f"شرکت \u2068{'northwind rollout ' * 6}\u2069 است"

    assert [
        (line.count("\u2068"), line.count("\u2069")) for line in fill(told).split("\n")
    ] == [(1, 1), (1, 1)]


def test_a_label_that_fills_its_room_has_a_line_of_its_own() -> None:
    assert fill("Send it", 4, "No") == "No  Send it"
    assert fill("Send it", 4, "None") == "None\n    Send it"
    assert fill("Send it", 2, "-", 4) == "    - Send it"
    assert fill("Send it", 2, "->", 4) == "    ->\n      Send it"
    assert fill("a " * 40, 2, "-", 4).splitlines()[1:] == ["      a a a a"]


@given(st.text(min_size=1), st.text(max_size=20))
def test_two_ends_of_a_line_fit_it(left: str, right: str) -> None:
    assert columns(pair(left, right)) <= COLUMNS


def test_wide_characters_count_twice() -> None:
    assert columns("株式会社") == 8


def test_links_are_made_of_ids_on_one_host() -> None:
    host = "https://acme.my.salesforce.com"

    assert LINKS.deal(ID) == f"{host}/lightning/r/Opportunity/{ID}/view"
    assert LINKS.edit(ID) == f"{host}/lightning/r/Opportunity/{ID}/edit"
    assert LINKS.record("00T000000000001") == f"{host}/lightning/r/00T000000000001/view"


def test_a_new_task_is_filled_in_by_values_encoded_twice() -> None:
    url = LINKS.task(an_action("Call, then write", mark="[dp:ABCDEFGH]"))

    assert url == (
        "https://acme.my.salesforce.com/lightning/o/Task/new?defaultFieldValues="
        "Subject%3DCall%252C%2520then%2520write%2520%255Bdp%253AABCDEFGH%255D%2C"
        f"WhatId%3D{ID}%2CActivityDate%3D2026-11-18"
    )


def test_the_mark_of_a_step_is_never_cut_off() -> None:
    subject = marked("x" * 300, "[dp:ABCDEFGH]")

    assert len(subject) == 255
    assert subject.endswith("x [dp:ABCDEFGH]")


@pytest.mark.parametrize(
    "bad", ["", "javascript:alert(1)", "../../x", f"{ID}\n", "é" * 15]
)
def test_what_is_no_record_id_becomes_no_link(bad: str) -> None:
    assert LINKS.deal(bad) is None
    assert LINKS.record(bad) is None


def test_without_a_base_there_are_no_links() -> None:
    assert Links(None).deal(ID) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://acme.my.salesforce.com",
        "javascript:alert(1)",
        "https://",
        "https://a@b",
        "https://a b",
    ],
)
def test_only_an_https_host_is_a_base(url: str) -> None:
    with pytest.raises(LinkError):
        Links(url)


#: Plain and strange blanks, signs, marks on letters, and letters of both directions.
SIGNS = 'ab &<"é\u2019→·€\u00a0\u00ad\u0301\u200f\u2066\u2028א株\t\n'


@given(st.text(alphabet=SIGNS, max_size=12), st.integers(2, 9))
def test_the_short_way_writes_the_same(text: str, most: int) -> None:
    assert undisturbed(text, most) in {None, str(iso(text, most))}


@pytest.mark.parametrize("text", ["Day 84 · half had left", "€48,100 → “Acme”", "a  b"])
def test_most_of_what_is_said_goes_the_short_way(text: str) -> None:
    assert undisturbed(text, 80) == iso(text, 80)
