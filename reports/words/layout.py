"""Plain text in at most 78 columns: wide characters count twice."""

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from reports.words.text import FIRST, LAST, cut


COLUMNS = 78
#: The most that is written of any one paragraph.
LONGEST = 800
#: Letters, punctuation, currencies and arrows that take one column each.
SINGLE = re.compile("[\0-\u02ff\u2010-\u205f\u20a0-\u20bf\u2190-\u21ff\u2212]*\\Z")
WIDE = frozenset({"W", "F"})
#: So many characters and paragraphs are laid out once.
REMEMBERED = 4096
#: Marks upon letters, and marks that steer their direction or joining.
UNSEEN = frozenset({"Mn", "Me", "Cf"})


class Laid(str):
    """Text whose lines are already broken and clean."""

    __slots__ = ()


def columns(text: str) -> int:
    """How many columns of a terminal the text takes."""
    if text.isascii() or SINGLE.match(text):
        return len(text)
    return sum(map(column, text))


@lru_cache(REMEMBERED)
def column(char: str) -> int:
    """How many columns a character takes."""
    if unicodedata.category(char) in UNSEEN:
        return 0
    return 2 if unicodedata.east_asian_width(char) in WIDE else 1


@lru_cache(REMEMBERED)
def fill(text: str, indent: int = 0, first: str = "", inset: int = 0) -> Laid:
    """The text in lines; ``first`` leads the first one, within the indent.

    What is too long for the indent has a line of its own. ``inset`` moves all of it in.
    """
    room = COLUMNS - indent - inset
    lines = list(broken(cut(text, LONGEST), room)) or [""]
    if FIRST in text:
        lines = list(apart(lines))
    margin, rest = " " * inset, " " * indent
    lead = first + " " * (indent - columns(first))
    if first and columns(first) >= indent:
        lead = f"{first}\n{margin}{rest}"
    return Laid(
        "\n".join(
            f"{margin}{rest if place else lead}{line}".rstrip()
            for place, line in enumerate(lines)
        )
    )


def apart(lines: Iterable[str]) -> Iterator[str]:
    """The lines, each with what it keeps apart: marks end with their line."""
    depth = 0
    for line in lines:
        before = FIRST * depth
        depth = max(0, depth + line.count(FIRST) - line.count(LAST))
        yield f"{before}{line}{LAST * depth}"


def broken(text: str, room: int) -> Iterator[str]:
    """The text in lines of at most ``room`` columns."""
    if columns(text) <= room:
        if text:
            yield text
        return
    if SINGLE.match(text) and max(map(len, text.split(" "))) <= room:
        yield from evenly(text, room)
        return
    line: list[str] = []
    used = 0
    for word in words(text, room):
        width = columns(word)
        if line and used + 1 + width > room:
            yield " ".join(line)
            line, used = [], 0
        used += width + (1 if line else 0)
        line.append(word)
    if line:
        yield " ".join(line)


def evenly(text: str, room: int) -> Iterator[str]:
    """The same where every letter takes one column and every word fits."""
    start = 0
    while len(text) - start > room:
        end = text.rfind(" ", start, start + room + 1)
        yield text[start:end]
        start = end + 1
    yield text[start:]


def words(text: str, room: int) -> Iterator[str]:
    """The words of the text; one that is too long for a line is cut."""
    for word in text.split(" "):
        if columns(word) <= room:
            yield word
        else:
            yield from textwrap.wrap(word, max(1, room // 2))


def pair(left: str, right: str, indent: int = 0) -> Laid:
    """Two texts at either end of a line; the left one is cut to fit."""
    end = cut(right, COLUMNS // 2)
    room = COLUMNS - indent - columns(end) - 2
    start = cut(left, COLUMNS)
    while columns(start) > room:
        start = f"{start[:-2].rstrip()}…" if start[-1] == "…" else f"{start[:-1]}…"
    gap = COLUMNS - indent - columns(start) - columns(end)
    return Laid(f"{' ' * indent}{start}{' ' * gap}{end}".rstrip())


def underlined(text: str, mark: str = "-") -> Laid:
    """A heading with a line beneath."""
    head = fill(text)
    return Laid(f"{head}\n{mark * max(columns(line) for line in head.splitlines())}")


def grid(numbers: Iterable[str], label: str = "", width: int = 0) -> Laid:
    """Small numbers in columns, after a label of at least so many columns."""
    lead = label + " " * (width - columns(label))
    return Laid(lead + "".join(f"{number:>4}" for number in numbers))
