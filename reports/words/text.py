"""What makes text from Sales Cloud safe to print, and money in a row."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Self

from markupsafe import Markup, escape

from reports.findings import Money
from reports.said import Said, joined, say, short


#: Control characters make Gmail clip a mail; marks of direction forge its order.
REMOVED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
#: One text is in a packet more than once, and a packet is laid out more than once.
REMEMBERED = 4096
#: What stands for a deal that has no name.
NAMELESS = say("(no name)")
SPACE = re.compile(r"\s+")
#: Latin letters, punctuation, currencies and arrows; no space but the plain one.
EVEN = re.compile(
    "[ -~\u00a1-\u02ff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u21ff]*\\Z"
)
#: Marks that keep a text apart in plain text.
FIRST, LAST = "\u2068", "\u2069"


def clean(text: str) -> str:
    """The text on one line, without controls, lone surrogates and direction marks."""
    return SPACE.sub(" ", REMOVED.sub("", text)).strip()


class Name(str):
    """The name of a record as far as it is shown, or that there is none."""

    __slots__ = ("given",)
    given: bool  #: whether there is one

    def __new__(cls, text: str, most: int = 80) -> Self:
        """At most so many characters of the name."""
        name = shown(text, most)
        made = super().__new__(cls, name or NAMELESS)
        made.given = bool(name)
        return made


def direction(text: str, otherwise: str = "ltr") -> str:
    """The direction of the first strong character; ``otherwise`` without any."""
    for char in text:
        match unicodedata.bidirectional(char):
            case "L":
                return "ltr"
            case "R" | "AL":
                return "rtl"
    return otherwise


@lru_cache(REMEMBERED)
def shown(text: str, most: int = 80) -> str:
    """Text from Sales Cloud on one line, cut to ``most`` characters."""
    whole = str(text)
    if not (text.isascii() and text.isprintable()):
        whole = SPACE.sub(" ", unicodedata.normalize("NFC", REMOVED.sub("", text)))
    elif "  " in text:
        whole = SPACE.sub(" ", text)
    whole = whole.strip()
    return whole if len(whole) <= most else f"{whole[: most - 1].rstrip()}…"


def cut(text: str, most: int) -> str:
    """Text that is clean already, cut to ``most`` characters, isolates closed."""
    if len(text) <= most:
        return text
    short = text[: most - 1].rstrip()
    return f"{short}…{LAST * (short.count(FIRST) - short.count(LAST))}"


@lru_cache(REMEMBERED)
def undisturbed(text: str, most: int) -> Markup | None:
    """The same for HTML where all of it runs from left to right; else nothing."""
    if text.isascii() or (len(text) <= most and EVEN.match(text)):
        return escape(shown(text, most))
    return None


@lru_cache(REMEMBERED)
def iso(text: str, most: int = 80, *, page: str = "ltr") -> Markup | str:
    """The same for HTML, in its own direction where it could disturb the page's."""
    whole = shown(text, most)
    if disturbing(whole, page):
        way = direction(whole, page)
        return Markup('<span dir="{}">{}</span>').format(way, whole)
    return escape(whole)


def disturbing(text: str, page: str) -> bool:
    """Whether any of the text runs against the page's direction."""
    if page == "ltr" and text.isascii():
        return False
    against = {"R", "AL", "AN"} if page == "ltr" else {"L"}
    return any(unicodedata.bidirectional(char) in against for char in text)


def sums(amounts: Iterable[Money]) -> Said:
    """Sums of several currencies in a row, never added up."""
    return joined(" + ", [short(one.amount, one.currency) for one in amounts])
