"""Days, money and counts as the sentences of the judgement write them."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from reports.findings import Evidence
from reports.model import Deal, FieldChange, RecordId, Touch


#: From here on the currency stands behind: spam filters take "USD 1,200,000" for one of
#: the letters that promise millions.
SPELT = Decimal(1_000_000)

#: Fixed, where strftime would follow the machine's locale.
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def day(when: date, today: date) -> str:
    """The day as "12 Dec", with the year where it is not today's."""
    year = "" if when.year == today.year else f" {when.year}"
    return f"{when.day} {MONTHS[when.month - 1][:3]}{year}"


def many(count: int, noun: str) -> str:
    """The count with its noun: "1 day", "3 days"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def money(amount: Decimal, currency: str) -> str:
    """The amount in whole units: "USD 48,000", "1,200,000 USD"."""
    number = f"{amount:,.0f}"
    spelt = abs(amount) >= SPELT
    return f"{number} {currency}" if spelt else f"{currency} {number}"


def percent(share: float | Decimal) -> str:
    """A share as a whole percentage."""
    return f"{round(share * 100)} %"


def listed(items: Iterable[str]) -> str:
    """Items in a row: "a, b and c"."""
    *most, last = items
    return f"{', '.join(most)} and {last}" if most else last


def sentence(text: str) -> str:
    """The text with a capital first letter and a full stop."""
    return f"{text[0].upper()}{text[1:]}."


def of_touch(touch: Touch) -> Evidence:
    """An activity as evidence."""
    return Evidence(
        text=f"{touch.direction} {touch.kind}: {touch.subject or 'no subject'}",
        record_id=touch.record_id,
        on=touch.on,
    )


def of_change(change: FieldChange) -> Evidence:
    """A change of a field as evidence."""
    return Evidence(
        text=f"{change.field}: {change.old or 'empty'} to {change.new or 'empty'}",
        record_id=change.record_id,
        on=change.on,
    )


def of_deal(deal: Deal, text: str, on: date | None = None) -> Evidence:
    """What the opportunity itself says as evidence."""
    return Evidence(text=text, record_id=RecordId(deal.id), on=on)
