"""Sentences that can be said again in another language: a pattern and its values.

A ``Said`` is the English sentence, and equal to it; besides, it knows the recipe it
was made by, so that a letter can say the same in its reader's language. A value of a
sentence that is text and no ``Said`` is somebody's data and stays as it is.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, Self

from reports import english
from reports.recipes import (
    Amount,
    Count,
    Day,
    Fitted,
    Moment,
    Number,
    Pattern,
    Recipe,
    Row,
    Shaped,
    Share,
)


class Said(str):
    """An English text that remembers what it was made of."""

    __slots__ = ("recipe",)
    recipe: Recipe

    def __new__(cls, text: str, recipe: Recipe) -> Self:
        """The English text and its recipe."""
        made = super().__new__(cls, text)
        made.recipe = recipe
        return made

    def __reduce__(self) -> tuple[type[Self], tuple[str, Recipe]]:
        """A copy remembers too."""
        return type(self), (str(self), self.recipe)


#: What a count is of. The forms stand here in full for the catalogues.
NOUNS: dict[str, tuple[str, str]] = {}
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def noun(one: str, many: str) -> None:
    """Make a noun countable; catalogues find it by this call."""
    NOUNS[one.removeprefix("{count} ")] = (one, many)


def mark(text: str) -> str:
    """The text as it is; catalogues find it by this call."""
    return text


#: What stands between parts, in languages that have their own.
COMMA = mark(", ")


def say(text: str, /, **values: object) -> Said:
    """A sentence; places in it are in braces."""
    return Said(text.format_map(values) if values else text, Pattern(text, values))


def counted(count: int, one: str, many: str, /, **values: object) -> Said:
    """A sentence that depends on a count."""
    text = (one if count == 1 else many).format(count=f"{count:,}", **values)
    return Said(text, Count(count, one, many, values))


def many(count: int, of: str) -> Said:
    """The count with its noun: "1 day", "3 days"."""
    return counted(count, *NOUNS[of])


def worded(count: int, of: str) -> Said:
    """Likewise with small counts as words: "five deals", "14 deals"."""
    return in_words(count, *NOUNS[of])


def in_words(count: int, one: str, many: str, /) -> Said:
    """A sentence that depends on a count, small ones as words: "five are open"."""
    number = WORDS[count] if count < len(WORDS) else f"{count:,}"
    text = (one if count == 1 else many).format(count=number)
    return Said(text, Count(count, one, many, {}, worded=True))


def day(when: date | None, today: date) -> Said:
    """The day as "12 Dec", with its year where that is not today's."""
    if when is None:
        return say("no date")
    return Said(english.day(when, today), Day(when, today, "short"))


def weekday(when: date, today: date) -> Said:
    """The day with its name: "Fri 12 Dec"."""
    return Said(english.weekday(when, today), Day(when, today, "weekday"))


def long_day(when: date) -> Said:
    """The day in full: "Thu 12 November 2026"."""
    return Said(english.long_day(when), Day(when, when, "long"))


def day_of_month(when: date) -> Said:
    """Its number alone, where the month stands beneath: "12"."""
    return Said(str(when.day), Day(when, when, "number"))


def month(when: date) -> Said:
    """Its month alone, in short: "Dec"."""
    return Said(english.month(when), Day(when, when, "month"))


def moment(when: datetime, zone: str) -> Said:
    """A moment as a reader in ``zone`` writes it: "12 Nov 2026, 06:55 UTC"."""
    return Said(english.moment(when, zone), Moment(when, zone))


def coded(amount: Decimal, currency: str) -> Said:
    """The amount in whole units: "USD 48,000", "1,200,000 USD"."""
    return Said(english.coded(amount, currency), Amount(amount, currency, "coded"))


def money(
    amount: Decimal | None, currency: str, *, most: Decimal | None = None
) -> Said:
    """The amount in whole units, with cents where it has any: "$48,000"."""
    if amount is None:
        return say("no amount")
    text = english.money(amount, currency, most)
    return Said(text, Amount(amount, currency, "full", most))


def short(amount: Decimal | None, currency: str) -> Said:
    """The amount in three or so digits: "$412k", "$1.24m"."""
    if amount is None:
        return say("no amount")
    return Said(english.short(amount, currency), Amount(amount, currency, "short"))


def percent(share: float | Decimal) -> Said:
    """A share as a whole percentage."""
    return Said(f"{round(share * 100)} %", Share(float(share)))


def number(number: float | Decimal, places: int = 0) -> Said:
    """A number with its groups, and with so many decimal places: "2,431", "1.30"."""
    return Said(f"{number:,.{places}f}", Number(number, places))


def listed(items: Iterable[object]) -> Said:
    """Things in a row: "a, b and c"."""
    found = tuple(items)
    return Said(english.listed([str(one) for one in found]), Row(found, None))


def joined(separator: str, items: Iterable[object]) -> Said:
    """Things in a row with a sign between them."""
    found = tuple(items)
    return Said(separator.join(str(one) for one in found), Row(found, separator))


def sentences(*parts: str) -> Said:
    """Each part as a sentence, in a row."""
    return joined(" ", [sentence(part) for part in parts])


def sentence(text: str) -> Said:
    """The text with a capital first letter and a full stop."""
    return shaped(say("{text}.", text=text), "capital")


def capital(text: str) -> Said:
    """The text with a capital first letter."""
    return shaped(text, "capital")


def lowered(text: str) -> Said:
    """The text with a small first letter."""
    return shaped(text, "lower")


def unstopped(text: str) -> Said:
    """The text without its full stop, to go on from."""
    return shaped(text, "unstopped")


def fitted(most: int, *ways: str) -> Said:
    """The first way of saying it that takes at most so many characters."""
    short_enough = (way for way in ways if len(way) <= most)
    return Said(str(next(short_enough, ways[-1])), Fitted(ways, most))


def shaped(text: str, shape: Literal["capital", "lower", "unstopped"]) -> Said:
    """The text with its ends changed."""
    return Said(SHAPES[shape](str(text)), Shaped(text, shape))


def first_of(text: str) -> str:
    """The first of several sentences."""
    recipe = text.recipe if isinstance(text, Said) else None
    first = recipe.items[0] if isinstance(recipe, Row) and recipe.items else text
    return first if isinstance(first, str) else str(first)


SHAPES: Mapping[str, Callable[[str], str]] = {
    "capital": lambda text: text[:1].upper() + text[1:],
    "lower": lambda text: text[:1].lower() + text[1:],
    "unstopped": lambda text: text.rstrip("."),
}

noun("{count} day", "{count} days")
noun("{count} week", "{count} weeks")
noun("{count} month", "{count} months")
noun("{count} hour", "{count} hours")
noun("{count} minute", "{count} minutes")
noun("{count} deal", "{count} deals")
noun("{count} open deal", "{count} open deals")
noun("{count} won deal", "{count} won deals")
noun("{count} closed deal", "{count} closed deals")
noun("{count} time", "{count} times")
noun("{count} field", "{count} fields")
noun("{count} rule", "{count} rules")
noun("{count} review", "{count} reviews")
noun("{count} promise", "{count} promises")
noun("{count} attempt", "{count} attempts")
noun("{count} task", "{count} tasks")
noun("{count} open task", "{count} open tasks")
noun("{count} completed task", "{count} completed tasks")
noun("{count} packet", "{count} packets")
noun("{count} owner", "{count} owners")
noun("{count} item", "{count} items")
noun("{count} issue", "{count} issues")
noun("{count} contact", "{count} contacts")
noun("{count} call", "{count} calls")
noun("{count} email", "{count} emails")
noun("{count} meeting", "{count} meetings")
noun("{count} blind spot", "{count} blind spots")
noun("{count} more reason", "{count} more reasons")
noun("{count} contact role", "{count} contact roles")
noun(
    "{count} logged call, email or meeting",
    "{count} logged calls, emails and meetings",
)
