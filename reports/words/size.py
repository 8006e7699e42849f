"""The size governor: a mail that Gmail would clip is cut by its least valuable rows."""

import quopri
from collections.abc import Callable, Iterator
from dataclasses import replace

from reports.words.page import Caps


#: Gmail clips at 102,400 bytes; how it counts is disputed, so stay well below.
BUDGET = 90 * 1024
#: What quoted-printable leaves as it is, but for blanks at the end of a line.
PLAIN = bytes({*range(33, 127), *b" \n"} - {*b"="})
#: The least that a full line of it holds: 75 signs, or 73 before one of three.
LINE = 73
#: After the table of all deals: data entry, then what moved and good news, then
#: all but one record behind each answer, and the calls and emails week by week.
FIELDS = (3, 1)
CHANGES = (2, 1)
GOOD = (2, 1)
#: By how many rows the table shrinks where the first of them are the longest.
STEP = 2
#: At last, texts that nobody meant to be that long.
TEXT = (160, 80, 40)


def encoded(html: str) -> int:
    """The bytes of the part as it travels: quoted-printable or base64, the shorter."""
    raw = html.encode("utf-8")
    return min(len(quopri.encodestring(raw)), (len(raw) + 2) // 3 * 4 * 77 // 76)


def fits(html: str, budget: int) -> bool:
    """Whether it stays within the budget; counted only where it is close."""
    raw = html.encode("utf-8")
    signs = len(raw) + 2 * len(raw.translate(None, PLAIN))
    # Besides, a full line ends in "=", and a blank before the end of one takes three.
    most = signs + 2 * (signs // LINE + 1) + 4 * raw.count(b"\n")
    return most <= budget or encoded(html) <= budget


def tighter(caps: Caps) -> Iterator[Caps]:
    """Ever smaller caps, the least valuable rows first."""
    for fields in FIELDS:
        caps = replace(caps, fields=fields)
        yield caps
    for changes, good in zip(CHANGES, GOOD, strict=True):
        caps = replace(caps, changes=changes, good=good)
        yield caps
    caps = replace(caps, records=1)
    yield caps
    caps = replace(caps, weeks=False)
    yield caps
    for text in TEXT:
        caps = replace(caps, text=text, promises=5)
        yield caps
    yield replace(caps, promises=2, good=0)


def fitted(render: Callable[[Caps], str], rows: int, budget: int = BUDGET) -> str:
    """What ``render`` makes of the widest caps that stay within the budget.

    ``rows`` are those of the table of all deals, which is cut first, and no further
    than it has to be.
    """
    html = render(Caps())
    if fits(html, budget):
        return html
    caps = replace(Caps(), deals=0)
    bare = render(caps)
    if fits(bare, budget):
        return with_rows(render, bare, html, min(rows, Caps().deals), budget)
    for tight in tighter(caps):
        bare = render(tight)
        if fits(bare, budget):
            break
    return bare


def with_rows(
    render: Callable[[Caps], str], bare: str, full: str, rows: int, budget: int
) -> str:
    """The page with as many rows as fit, counted as if all of them were alike."""
    least, rest = encoded(bare), encoded(full) - encoded(bare)
    most = rows * (budget - least) // max(1, rest)
    for deals in range(min(rows - 1, most), 0, -STEP):
        html = render(replace(Caps(), deals=deals))
        if fits(html, budget):
            return html
    return bare
