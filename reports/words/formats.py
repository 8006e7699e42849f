"""Numbers, money and days as a locale writes them, from the Unicode CLDR.

Persian dates are of the Solar Hijri calendar, which Iran and Afghanistan live by.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from unicodedata import bidirectional

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import (
    format_compact_currency,
    format_currency,
    format_decimal,
    format_percent,
)
from persiantools.jdatetime import JalaliDate

from reports import english
from reports.recipes import Amount, Day


#: The separators of the locale itself, where the library's default is Latin ones.
OWN = "default"
#: The first of the ten digits of those systems whose digits are not Latin.
ZEROS = {"arab": 0x0660, "arabext": 0x06F0, "deva": 0x0966, "beng": 0x09E6}
#: Languages whose readers date by the Solar Hijri calendar.
SOLAR_HIJRI = frozenset({"fa"})
#: The same few days and numbers are in every letter of a round.
REMEMBERED = 4096
#: The order of a date in that calendar.
FORMS = {
    "short": "{d} {m}",
    "weekday": "{w} {d} {m}",
    "long": "{w} {d} {m} {y}",
    "number": "{d}",
    "month": "{b}",
}
#: A month of so few letters is not cut.
BRIEF = 5
SKELETONS = {"short": "MMMd", "weekday": "MMMEd", "number": "d", "month": "MMM"}
#: In these the house's own short style for money is at home: "$412k".
HOUSE_STYLE = frozenset({"en"})
#: What decides in which direction the numbers after it run.
STRONG = frozenset({"L", "R", "AL"})
TO_THE_LEFT = "\u200f"
#: How many digits an amount in short has.
PRECISION = 3


@dataclass(frozen=True, slots=True)
class Formats:
    """How one locale writes numbers, money and days."""

    locale: Locale

    def digits(self, text: str) -> str:
        """The text with the locale's own digits."""
        zero = ZEROS.get(self.locale.default_numbering_system)
        if zero is None:
            return text
        return text.translate({ord("0") + place: zero + place for place in range(10)})

    def number(self, number: float | Decimal, places: int = 0) -> str:
        """A number with its groups, and with that many decimal places."""
        return number_in(self, number, places)

    def share(self, share: float) -> str:
        """A share as a whole percentage."""
        written = format_percent(
            round(share, 2), locale=self.locale, numbering_system=OWN
        )
        # The library puts the digits' own separators in, but not their sign.
        own = self.locale.number_symbols.get(self.locale.default_numbering_system, {})
        return self.digits(written.replace("%", own.get("percentSign", "%")))

    def day(self, day: Day) -> str:
        """A day, with its year where that is not today's."""
        return day_in(self, day)

    def gregorian(self, day: Day) -> str:
        """The same in the calendar that the source is written in."""
        if day.form == "long":
            return self.digits(format_date(day.when, "full", locale=self.locale))
        skeleton = SKELETONS[day.form]
        if day.when.year != day.today.year:
            skeleton = f"y{skeleton}"
        return self.digits(format_skeleton(skeleton, day.when, locale=self.locale))

    def solar_hijri(self, day: Day) -> str:
        """The same in the Solar Hijri calendar."""
        when, today = of_solar_hijri(day.when), of_solar_hijri(day.today)
        form = FORMS[day.form]
        if day.form != "long" and when.year != today.year:
            form = f"{form} {{y}}"
        month = when.strftime("%B", locale="fa")
        brief = month if len(month) <= BRIEF else when.strftime("%b", locale="fa")
        written = form.format(
            d=when.day,
            m=month,
            b=brief,
            y=when.year,
            w=self.locale.days["format"]["wide"][day.when.weekday()],
        )
        return self.digits(written)

    def moment(self, when: datetime, zone: str, comma: str) -> str:
        """A moment in a zone: its day with the year, a comma, and its time."""
        local = when.astimezone(english.zone_of(zone))
        day = self.day(Day(local.date(), YEARLESS, "short"))
        time = self.digits(format_time(local, "short", locale=self.locale))
        return f"{day}{comma}{time} {english.zone_name(local)}"

    def amount(self, money: Amount) -> str:
        """Money in full, in short, or with its code."""
        return amount_in(self, money)

    def in_own_style(self, money: Amount) -> str:
        """The same as the locale writes it."""
        if money.form == "short":
            written = format_compact_currency(
                Decimal(f"{money.amount:.{PRECISION}g}"),
                money.currency,
                locale=self.locale,
                fraction_digits=PRECISION,
                numbering_system=OWN,
            )
            return self.signed(written)
        places = english.places_of(money.amount) if money.form == "full" else 0
        cents = f".{'0' * places}" if places else ""
        standard = str(self.locale.currency_formats["standard"].pattern)
        written = format_currency(
            round(money.amount, places),
            money.currency,
            format=standard.replace(".00", cents),
            locale=self.locale,
            currency_digits=False,
            decimal_quantization=False,
            numbering_system=OWN,
        )
        return self.signed(written)

    def signed(self, written: str) -> str:
        """The amount with the locale's own digits and minus."""
        symbols = self.locale.number_symbols[self.locale.default_numbering_system]
        if written.startswith("-"):
            written = symbols.get("minusSign", "-") + written[1:]
        return self.closed(self.digits(written))

    def closed(self, amount: str) -> str:
        """The amount, so that numbers after it run with the page again."""
        if self.locale.text_direction == "ltr":
            return amount
        strong = [way for way in map(bidirectional, amount) if way in STRONG]
        return f"{amount}{TO_THE_LEFT}" if strong[-1:] == ["L"] else amount

    def in_house_style(self, money: Amount) -> str:
        """The English way with the locale's own groups and decimal point."""
        text = {
            "full": lambda: english.money(money.amount, money.currency, money.most),
            "short": lambda: english.short(money.amount, money.currency),
            "coded": lambda: english.coded(money.amount, money.currency),
        }[money.form]()
        signs = self.locale.number_symbols["latn"]
        return text.translate({ord(","): signs["group"], ord("."): signs["decimal"]})


@lru_cache(REMEMBERED)
def number_in(formats: Formats, number: float | Decimal, places: int) -> str:
    """A number as a locale writes it, with so many decimal places."""
    standard = str(formats.locale.decimal_formats[None].pattern)
    written = format_decimal(
        round(Decimal(number), places),
        format=standard.replace(".###", f".{'0' * places}" if places else ""),
        locale=formats.locale,
        decimal_quantization=False,
        numbering_system=OWN,
    )
    return formats.digits(written)


@lru_cache(REMEMBERED)
def day_in(formats: Formats, day: Day) -> str:
    """A day in the calendar of a locale's readers."""
    if formats.locale.language in SOLAR_HIJRI:
        return formats.solar_hijri(day)
    return formats.gregorian(day)


@lru_cache(REMEMBERED)
def amount_in(formats: Formats, money: Amount) -> str:
    """Money as a locale's readers write it."""
    if formats.locale.language in HOUSE_STYLE:
        return formats.in_house_style(money)
    return formats.in_own_style(money)


#: The year of no day that is looked at, so that the year is written with the day.
YEARLESS = date(1000, 1, 1)


def of_solar_hijri(when: date) -> JalaliDate:
    """The day in that calendar."""
    return JalaliDate(when)  # type: ignore[no-untyped-call]
