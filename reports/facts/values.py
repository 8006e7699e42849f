"""Values out of text: what field history and the journal wrote down.

Text that is not a value gives None, and the caller says so: it is never an error.
"""

import re
from datetime import date
from decimal import Decimal, InvalidOperation


def amount_of(text: str | None) -> Decimal | None:
    """A number as it was written into history: ``15000.0``."""
    try:
        number = Decimal((text or "").strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


#: What a packet's link writes into the subject of a task; no business of readers.
MARK = re.compile(r"\s*\[dp:[A-Z2-7]{8}\]", re.IGNORECASE)


def subject_of(text: str | None) -> str | None:
    """The subject of a task as people read it, without the mark of a packet."""
    return None if text is None else MARK.sub("", text)


def day_of(text: str | None) -> date | None:
    """A date as it was written into history, with or without a time behind it."""
    try:
        return date.fromisoformat((text or "").strip()[:10])
    except ValueError:
        return None


def tidy(number: Decimal | None) -> Decimal | None:
    """A percentage without the zeros its column adds: ``45``, ``12.5``."""
    if number is None:
        return None
    whole = number.to_integral_value()
    return whole if whole == number else number.normalize()


def normalised(text: str | None) -> str:
    """Text as it counts for "did it change": case, spaces and punctuation do not."""
    return " ".join(re.findall(r"\w+", (text or "").casefold()))
