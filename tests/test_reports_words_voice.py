"""A reader's language, numbers, money, days and direction."""

from datetime import UTC, date, datetime
from decimal import Decimal
from gettext import NullTranslations

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.english import MINUS
from reports.said import (
    Said,
    capital,
    coded,
    counted,
    day,
    day_of_month,
    first_of,
    fitted,
    in_words,
    joined,
    listed,
    long_day,
    lowered,
    many,
    moment,
    money,
    month,
    number,
    percent,
    say,
    sentences,
    short,
    unstopped,
    weekday,
    worded,
)
from reports.words.environment import html_environment
from reports.words.formats import Formats
from reports.words.style import mirrored
from reports.words.text import Name
from reports.words.voice import ENGLISH, Voice
from reports.words.voices import Voices, formats_of, nearest, voice
from tests.builders import ADA


TODAY = date(2026, 11, 12)
CHRISTMAS = date(2026, 12, 25)
NOWRUZ = date(2027, 3, 21)
AMERICAN = voice("en_US", "en_US", "America/New_York")
BRITISH = voice("en_US", "en_GB", "Europe/London")
GERMAN_FORMATS = voice("en_US", "de_DE", "Europe/Berlin")
IRANIAN = voice("fa", "fa_IR", "Asia/Tehran")


class Backwards(NullTranslations):
    """A language in which every message is in brackets and counted by a plus."""

    def gettext(self, message: str) -> str:
        return f"[{message}]"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"[{msgid1}]" if n == 1 else f"[{msgid2}]+"


BRACKETS = Voice(
    language="xx", formats=Formats(formats_of("en", "en_US")), catalogue=Backwards()
)


def test_a_sentence_is_its_english_text() -> None:
    told = say("{days} in {stage}", days=many(3, "day"), stage="Proposal")

    assert told == "3 days in Proposal"
    assert isinstance(told, str)


@pytest.mark.parametrize(
    ("told", "english", "other"),
    [
        (say("No deal"), "No deal", "[No deal]"),
        (many(1, "day"), "1 day", "[1 day]"),
        (many(1200, "day"), "1,200 days", "[1,200 days]+"),
        (worded(2, "deal"), "two deals", "[[two] deals]+"),
        (worded(12, "deal"), "12 deals", "[12 deals]+"),
        (
            in_words(1, "{count} is open", "{count} are open"),
            "one is open",
            "[[one] is open]",
        ),
        (
            counted(2, "{count} of {all}", "{count} of {all}s", all=many(1, "day")),
            "2 of 1 days",
            "[2 of [1 day]s]+",
        ),
        (joined(" · ", [say("a"), "b"]), "a · b", "[a][ · ]b"),
        (capital(say("deal")), "Deal", "[deal]"),
        (lowered("Deal"), "deal", "deal"),
        (unstopped(say("A deal.")), "A deal", "[A deal.]"),
        (sentences(say("a"), "b"), "A. B.", "[[a].] [b.]"),
        (listed(["a", say("b"), "c"]), "a, b and c", "a, [b], and c"),
        (percent(0.451), "45 %", "45%"),
    ],
)
def test_the_same_is_said_in_another_language(
    told: Said, english: str, other: str
) -> None:
    assert told == english
    assert ENGLISH.text(told, 400) == english
    assert BRACKETS.text(told, 400) == other


def test_the_first_of_several_sentences_can_be_said_alone() -> None:
    first = first_of(sentences(say("one thing"), say("another")))

    assert BRACKETS.text(first, 400) == "[[one thing].]"
    assert first_of("plain text. As it is.") == "plain text. As it is."


def test_what_fits_is_measured_in_the_language_it_is_said_in() -> None:
    told = fitted(6, say("sixsix"), say("six"))

    assert told == "sixsix"
    assert BRACKETS.text(told, 400) == "[six]"


@pytest.mark.parametrize(
    ("reader", "short_day", "with_name", "in_full"),
    [
        (ENGLISH, "25 Dec", "Fri 25 Dec", "Fri 25 December 2026"),
        (AMERICAN, "Dec 25", "Fri, Dec 25", "Friday, December 25, 2026"),
        (BRITISH, "25 Dec", "Fri 25 Dec", "Friday, 25 December 2026"),
        (IRANIAN, "۴ دی", "جمعه ۴ دی", "جمعه ۴ دی ۱۴۰۵"),
    ],
)
def test_days_are_written_as_the_reader_does(
    reader: Voice, short_day: str, with_name: str, in_full: str
) -> None:
    assert reader.text(day(CHRISTMAS, TODAY), 80) == short_day
    assert reader.text(weekday(CHRISTMAS, TODAY), 80) == with_name
    assert reader.text(long_day(CHRISTMAS), 80) == in_full


def test_another_year_is_named_by_the_readers_calendar() -> None:
    assert ENGLISH.text(day(date(2027, 1, 5), TODAY), 80) == "5 Jan 2027"
    # The fifth of January is in the same Persian year, the first day of spring is not.
    assert IRANIAN.text(day(date(2027, 1, 5), TODAY), 80) == "۱۵ دی"
    assert IRANIAN.text(day(NOWRUZ, TODAY), 80) == "۱ فروردین ۱۴۰۶"


def test_the_clock_is_the_readers() -> None:
    told = moment(datetime(2026, 11, 12, 6, 5, tzinfo=UTC), "UTC")

    assert ENGLISH.text(told, 80) == "12 Nov 2026, 06:05 UTC"
    assert AMERICAN.text(told, 80).split() == [
        "Nov", "12,", "2026,", "1:05", "AM", "EST",
    ]  # fmt: skip
    assert BRITISH.text(told, 80) == "12 Nov 2026, 06:05 GMT"
    assert IRANIAN.text(told, 80) == "۲۱ آبان ۱۴۰۵، ۹:۳۵ UTC+0330"


@pytest.mark.parametrize(
    ("reader", "full", "brief", "code"),
    [
        (ENGLISH, "$48,000.50", "$48k", "USD 48,000"),
        (AMERICAN, "$48,000.50", "$48k", "USD 48,000"),
        (GERMAN_FORMATS, "$48.000,50", "$48k", "USD 48.000"),
        (IRANIAN, "\u200e$ ۴۸٬۰۰۰٫۵۰\u200f", "۴۸ هزار $", "\u200e$ ۴۸٬۰۰۰\u200f"),
    ],
)
def test_money_is_written_as_the_reader_does(
    reader: Voice, full: str, brief: str, code: str
) -> None:
    amount = Decimal("48000.50")

    def told(one: Said) -> str:
        return reader.text(one, 80).replace("\u00a0", " ")

    assert told(money(amount, "USD")) == full
    assert told(short(amount, "USD")) == brief
    assert told(coded(amount, "USD")) == code


@pytest.mark.parametrize(
    ("amount", "brief"),
    [
        ("817830000", "۸۱۸ میلیون CHF\u200f"),
        ("1240000", "۱٫۲۴ میلیون CHF\u200f"),
        ("1500", "۱٫۵ هزار CHF\u200f"),
        ("-25000", "\u200e\u2212۲۵ هزار CHF\u200f"),
    ],
)
def test_an_amount_in_short_has_three_digits_and_the_locale_s_minus(
    amount: str, brief: str
) -> None:
    told = IRANIAN.text(short(Decimal(amount), "CHF"), 80)

    assert told.replace("\u00a0", " ") == brief


def test_a_week_is_dated_by_the_reader_s_calendar() -> None:
    when = date(2026, 9, 17)

    assert (day_of_month(when), month(when)) == ("17", "Sep")
    assert AMERICAN.text(month(when), 20) == "Sep"
    assert IRANIAN.text(day_of_month(when), 20) == "۲۶"
    assert IRANIAN.text(month(when), 20) == "شهر"
    assert IRANIAN.text(month(date(2026, 11, 12)), 20) == "آبان"


def test_a_name_in_a_sentence_is_cut_to_fit_or_said_to_be_missing() -> None:
    other = Voice(formats=IRANIAN.formats, catalogue=Backwards())

    def told(reader: Voice, name: str) -> str:
        return reader.html(say("{deal} is late", deal=Name(name, 6)), 400)

    assert told(ENGLISH, "Northwind") == "North… is late"
    assert told(ENGLISH, "") == "(no name) is late"
    assert told(other, "Northwind") == '[<span dir="ltr">North…</span> is late]'
    assert told(other, "") == "[[(no name)] is late]"


def test_values_in_a_sentence_of_a_template_may_be_bold() -> None:
    environment = html_environment(voice=Voice(catalogue=Backwards()))
    template = environment.from_string("{{ tagged('{a} & {b}', a=a|bold, b=b) }}")

    assert template.render(a="<i>", b="<u>") == ("[<b>&lt;i&gt;</b> &amp; &lt;u&gt;]")


def test_a_number_is_written_with_its_places_as_the_reader_does() -> None:
    said = number(2431.5, 2)

    assert said == "2,431.50"
    assert ENGLISH.text(said, 20) == "2,431.50"
    assert GERMAN_FORMATS.text(said, 20) == "2.431,50"
    assert IRANIAN.text(said, 20) == "۲٬۴۳۱٫۵۰"


def test_a_negative_amount_keeps_its_sign_in_every_language() -> None:
    assert ENGLISH.text(money(Decimal(-5), "EUR"), 80) == f"{MINUS}€5"
    left_of_it = f"\u200e{MINUS}"
    assert (
        IRANIAN.text(money(Decimal(-5), "EUR"), 80) == f"{left_of_it}\u200e€\xa0۵\u200f"
    )


def test_other_peoples_text_runs_its_own_way() -> None:
    told = say("{deal} in {stage}", deal="آفتاب", stage="<b>Proposal</b>")

    assert ENGLISH.html(told, 80) == (
        '<span dir="rtl">آفتاب</span> in &lt;b&gt;Proposal&lt;/b&gt;'
    )
    assert IRANIAN.html(told, 80).startswith("آفتاب")
    assert '<span dir="ltr">&lt;b&gt;Proposal&lt;/b&gt;</span>' in IRANIAN.html(
        told, 80
    )
    assert "\u2068<b>Proposal</b>\u2069" in IRANIAN.text(told, 80)


def test_a_name_is_cut_and_a_missing_one_is_said() -> None:
    assert ENGLISH.html(Name("x" * 90, 5), 80) == "xxxx…"
    assert ENGLISH.html(Name("  "), 80) == "(no name)"
    assert BRACKETS.text(say("{deal}", deal=Name("")), 80) == "[[(no name)]]"


def test_what_is_cut_in_plain_text_closes_what_it_opened() -> None:
    told = say("{deal}", deal="a very long name in Latin letters")

    text = IRANIAN.text(told, 12)

    assert text.count("\u2068") == text.count("\u2069") == 1


@pytest.mark.parametrize(
    ("language", "locale", "tag", "direction"),
    [
        ("en_US", "en_US", "en-US", "ltr"),
        ("en_US", "en_GB", "en-GB", "ltr"),
        ("en_US", "de_DE_EURO", "en-DE", "ltr"),
        ("fa", "fa_IR", "fa-IR", "rtl"),
        ("fa", "en_US", "fa", "rtl"),
        ("fa_IR", "fa_IR", "fa-IR", "rtl"),
        ("xx", "zz_ZZ", "en", "ltr"),
        ("ja", "ja_JP", "en", "ltr"),
    ],
)
def test_the_nearest_language_is_chosen(
    language: str, locale: str, tag: str, direction: str
) -> None:
    chosen = voice(language, locale, None)

    assert (chosen.tag, chosen.direction) == (tag, direction)


def test_a_configured_language_is_stronger_than_the_users() -> None:
    voices = Voices(languages={"ada@acme.example": "fa_IR"})

    assert voices.of(ADA).language == "fa"
    assert Voices().of(ADA).language == "en"


def test_an_unknown_language_is_english() -> None:
    assert nearest("tlh") == "en"


@pytest.mark.parametrize(
    ("css", "turned"),
    [
        ("padding:7px 10px 6px 0", "padding:7px 0 6px 10px"),
        ("padding:20px 24px;border-top:1px solid red", None),
        ("text-align:left;margin:0 0 3px", "text-align:right;margin:0 0 3px"),
        ("border-left:4px solid red", "border-right:4px solid red"),
    ],
)
def test_a_page_from_right_to_left_has_its_sides_turned(
    css: str, turned: str | None
) -> None:
    assert mirrored(css) == (turned or css)


HOSTILE = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=40),
    st.sampled_from(
        ["<script>", "&lt;b&gt;", "{day}", "{0}{}", "\u2069\u202e<b>", "</span>", "%s"]
    ),
)


@given(HOSTILE, st.sampled_from([ENGLISH, AMERICAN, IRANIAN, BRACKETS]))
def test_no_value_of_a_sentence_becomes_a_tag_or_a_place(
    value: str, reader: Voice
) -> None:
    told = capital(
        joined("; ", [say("{a} in {b}", a=value, b=Name(value)), listed([value, "z"])])
    )

    html = html5lib.parseFragment(
        reader.html(sentences(told, unstopped(value)), 4000),
        namespaceHTMLElements=False,
    )

    assert {node.tag for node in html.iter()} <= {"DOCUMENT_FRAGMENT", "span"}
    assert "{a}" not in "".join(html.itertext()).replace(value, "")
