"""How text, days, money and counts are written; what makes CRM text safe to print."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from markupsafe import Markup, escape

from reports.findings import Money


MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
#: Signs that mean one currency only; the others are written by their code.
SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}
UNITS = (
    (Decimal(1_000_000_000), "bn"),
    (Decimal(1_000_000), "m"),
    (Decimal(1000), "k"),
)

#: From here on, dollars in full behind their sign cost a point with spam filters.
SPELT = Decimal(1_000_000)

#: Control characters make Gmail clip a mail; marks of direction forge its order.
REMOVED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
MINUS = "\u2212"
#: One text is in a packet more than once, and a packet is laid out more than once.
REMEMBERED = 4096
#: What stands for a deal that has no name.
NAMELESS = "(no name)"
SPACE = re.compile(r"\s+")


def clean(text: str) -> str:
    """The text on one line, without controls, lone surrogates and direction marks."""
    return SPACE.sub(" ", REMOVED.sub("", text)).strip()


def direction(text: str) -> str:
    """The direction of the first strong character; ``ltr`` when there is none."""
    for char in text:
        match unicodedata.bidirectional(char):
            case "L":
                return "ltr"
            case "R" | "AL":
                return "rtl"
    return "ltr"


@lru_cache(REMEMBERED)
def shown(text: str, most: int = 80) -> str:
    """Text from Sales Cloud on one line, cut to ``most`` characters."""
    whole = text
    if not (text.isascii() and text.isprintable()):
        whole = unicodedata.normalize("NFC", REMOVED.sub("", text))
    whole = SPACE.sub(" ", whole).strip()
    return whole if len(whole) <= most else f"{whole[: most - 1].rstrip()}…"


@lru_cache(REMEMBERED)
def iso(text: str, most: int = 80, *, own: bool = True) -> Markup | str:
    """The same for HTML, kept apart where it could disturb the page's direction.

    With ``own``, as for names, it runs in its own direction, else in the page's.
    """
    whole = shown(text, most)
    if not whole.isascii() and any(
        unicodedata.bidirectional(char) in {"R", "AL", "AN"} for char in whole
    ):
        way = direction(whole) if own else "ltr"
        return Markup('<span dir="{}">{}</span>').format(way, whole)
    return escape(whole)


def plural(count: int, noun: str, many: str | None = None) -> str:
    """The count with its noun: "1 deal", "3 deals"."""
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def worded(count: int, noun: str, many: str | None = None) -> str:
    """Likewise with small counts as words: "five deals", "14 deals"."""
    number = WORDS[count] if count < len(WORDS) else f"{count:,}"
    return f"{number} {noun if count == 1 else many or noun + 's'}"


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def day(when: date | None, today: date) -> str:
    """The day as "12 Dec", with its year where that is not today's."""
    if when is None:
        return "no date"
    year = "" if when.year == today.year else f" {when.year}"
    return f"{when.day} {MONTHS[when.month - 1][:3]}{year}"


def weekday(when: date, today: date) -> str:
    """The day with its name: "Fri 12 Dec"."""
    return f"{DAYS[when.weekday()]} {day(when, today)}"


def long_day(when: date) -> str:
    """The day in full: "Thu 12 November 2026"."""
    return f"{DAYS[when.weekday()]} {when.day} {MONTHS[when.month - 1]} {when.year}"


def clock_time(when: datetime, zone: str) -> str:
    """A moment as a reader in ``zone`` writes it: "12 Nov 2026, 06:55 UTC"."""
    local = when.astimezone(zone_of(zone))
    name = local.tzname() or "UTC"
    name = f"UTC{name}" if name[:1] in {"+", "-"} else name
    return (
        f"{local.day} {MONTHS[local.month - 1][:3]} {local.year}, "
        f"{local.hour:02}:{local.minute:02} {name}"
    )


def zone_of(name: str) -> tzinfo:
    """The zone, or UTC where there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def money(amount: Decimal | None, currency: str, *, most: Decimal | None = None) -> str:
    """The amount in whole units, with cents where it has any: "$48,000".

    Millions of dollars are written "1,200,000 USD", and so is what stands in a list
    with them, whose largest amount is ``most``.
    """
    if amount is None:
        return "no amount"
    places = 2 if amount % 1 else 0
    number = f"{abs(amount):,.{places}f}"
    largest = max(abs(amount), abs(most or Decimal(0)))
    if currency == "USD" and largest >= SPELT:
        return f"{MINUS if amount < 0 else ''}{number}\u00a0{currency}"
    return signed(number, currency, negative=amount < 0)


def short(amount: Decimal | None, currency: str) -> str:
    """The amount in three or so digits: "$412k", "$1.24m"."""
    if amount is None:
        return "no amount"
    size = abs(amount)
    for unit, letter in UNITS:
        if size >= unit * Decimal("0.9995"):
            places = max(0, 2 - len(str(int(size / unit))) + (unit > UNITS[-1][0]))
            number = f"{size / unit:.{places}f}"
            number = number.rstrip("0").rstrip(".") if "." in number else number
            return signed(f"{number}{letter}", currency, negative=amount < 0)
    return signed(f"{size:.0f}", currency, negative=amount < 0)


def signed(number: str, currency: str, *, negative: bool) -> str:
    """A number with its currency and sign."""
    code = shown(currency, 3)
    mark = SIGNS.get(code) or f"{code}\u00a0"
    return f"{MINUS if negative else ''}{mark}{number}"


def sums(amounts: Iterable[Money]) -> str:
    """Sums of several currencies in a row, never added up."""
    return " + ".join(short(one.amount, one.currency) for one in amounts)


def percent(share: float) -> str:
    """A share as a whole percentage."""
    return f"{share * 100:.0f} %"
