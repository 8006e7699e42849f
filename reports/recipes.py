"""What a sentence was made of, so that it can be said again in another language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sentence with places for values: "{days} in {stage}"."""

    text: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Count:
    """A pattern that depends on a number; its own place is called ``count``."""

    count: int
    one: str
    many: str
    values: Mapping[str, object]
    worded: bool = False  #: whether a small count is written as a word


@dataclass(frozen=True, slots=True)
class Day:
    """A day; with its year where that is not today's."""

    when: date
    today: date
    form: Literal["short", "weekday", "long", "number", "month"]


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment, for a reader in ``zone`` unless the reader's own is known."""

    when: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class Amount:
    """Money: in full, in short, or with the currency's code."""

    amount: Decimal
    currency: str
    form: Literal["full", "short", "coded"]
    most: Decimal | None = None  #: the largest amount of the same list


@dataclass(frozen=True, slots=True)
class Share:
    """A share as a whole percentage."""

    share: float


@dataclass(frozen=True, slots=True)
class Number:
    """A number with its groups, and with so many decimal places."""

    number: float | Decimal
    places: int


@dataclass(frozen=True, slots=True)
class Row:
    """Things in a row, with "and" before the last one when there is no separator."""

    items: tuple[object, ...]
    separator: str | None


@dataclass(frozen=True, slots=True)
class Shaped:
    """Something said with its ends changed."""

    of: str
    shape: Literal["capital", "lower", "unstopped"]


@dataclass(frozen=True, slots=True)
class Fitted:
    """The first of several ways to say it that is short enough, or the last one."""

    ways: tuple[str, ...]
    most: int


Recipe = (
    Pattern | Count | Day | Moment | Amount | Share | Number | Row | Shaped | Fitted
)
