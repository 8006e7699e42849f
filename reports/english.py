"""Days, money and counts as English writes them, for a reader of no known locale."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


#: Fixed, where strftime would follow the machine's locale.
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
#: Signs that mean one currency only; the others are written by their code.
SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}
UNITS = (
    (Decimal(1_000_000_000), "bn"),
    (Decimal(1_000_000), "m"),
    (Decimal(1000), "k"),
)
#: From here on the currency stands behind: spam filters take "USD 1,200,000" and
#: "$1,200,000" for one of the letters that promise millions.
SPELT = Decimal(1_000_000)
MINUS = "\u2212"


def day(when: date, today: date) -> str:
    """The day as "12 Dec", with the year where it is not today's."""
    year = "" if when.year == today.year else f" {when.year}"
    return f"{when.day} {month(when)}{year}"


def month(when: date) -> str:
    """The month in three letters: "Dec"."""
    return MONTHS[when.month - 1][:3]


def weekday(when: date, today: date) -> str:
    """The day with its name: "Fri 12 Dec"."""
    return f"{DAYS[when.weekday()]} {day(when, today)}"


def long_day(when: date) -> str:
    """The day in full: "Thu 12 November 2026"."""
    return f"{DAYS[when.weekday()]} {when.day} {MONTHS[when.month - 1]} {when.year}"


def moment(when: datetime, zone: str) -> str:
    """A moment as a reader in ``zone`` writes it: "12 Nov 2026, 06:55 UTC"."""
    local = when.astimezone(zone_of(zone))
    return (
        f"{local.day} {month(local)} {local.year}, "
        f"{local.hour:02}:{local.minute:02} {zone_name(local)}"
    )


def zone_name(local: datetime) -> str:
    """The short name of a moment's zone: "CET", "UTC+04"."""
    name = local.tzname() or "UTC"
    return f"UTC{name}" if name[:1] in {"+", "-"} else name


def zone_of(name: str) -> tzinfo:
    """The zone, or UTC where there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def coded(amount: Decimal, currency: str) -> str:
    """The amount in whole units: "USD 48,000", "1,200,000 USD"."""
    number = f"{amount:,.0f}"
    spelt = abs(amount) >= SPELT
    return f"{number} {currency}" if spelt else f"{currency} {number}"


def places_of(amount: Decimal) -> int:
    """Cents where there are any."""
    return 2 if amount % 1 else 0


def money(amount: Decimal, currency: str, most: Decimal | None) -> str:
    """The amount in whole units, with cents where it has any: "$48,000".

    Millions of dollars are written "1,200,000 USD", and so is what stands in a list
    with them, whose largest amount is ``most``.
    """
    number = f"{abs(amount):,.{places_of(amount)}f}"
    largest = max(abs(amount), abs(most or Decimal(0)))
    if currency == "USD" and largest >= SPELT:
        return f"{MINUS if amount < 0 else ''}{number}\u00a0{currency}"
    return signed(number, currency, negative=amount < 0)


def short(amount: Decimal, currency: str) -> str:
    """The amount in three or so digits: "$412k", "$1.24m"."""
    number, letter = shortened(amount)
    return signed(f"{number}{letter}", currency, negative=amount < 0)


def shortened(amount: Decimal) -> tuple[str, str]:
    """The digits and the unit of an amount in short, without its sign."""
    size = abs(amount)
    for unit, letter in UNITS:
        if size >= unit * Decimal("0.9995"):
            places = max(0, 2 - len(str(int(size / unit))) + (unit > UNITS[-1][0]))
            number = f"{size / unit:.{places}f}"
            return number.rstrip("0").rstrip(".") if "." in number else number, letter
    return f"{size:.0f}", ""


def signed(number: str, currency: str, *, negative: bool) -> str:
    """A number with its currency and sign."""
    code = currency[:3]
    mark = SIGNS.get(code) or f"{code}\u00a0"
    return f"{MINUS if negative else ''}{mark}{number}"


def listed(items: Sequence[str]) -> str:
    """Items in a row: "a, b and c"."""
    *most, last = items
    return f"{', '.join(most)} and {last}" if most else last
