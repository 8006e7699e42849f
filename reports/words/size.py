"""The size governor: a mail that Gmail would clip is cut by its least valuable rows."""

import quopri
from collections.abc import Callable, Iterator
from dataclasses import replace

from reports.words.page import Caps


#: Gmail clips at 102,400 bytes; how it counts is disputed, so stay well below.
BUDGET = 90 * 1024
#: First the table of all deals, then data entry, then what moved and good news.
DEALS = (40, 25, 15, 8, 0)
FIELDS = (3, 1)
CHANGES = (2, 1)
GOOD = (2, 1)
#: At last, texts that nobody meant to be that long.
TEXT = (160, 80, 40)


def encoded(html: str) -> int:
    """The bytes of the part as it travels: quoted-printable or base64, the shorter."""
    raw = html.encode("utf-8")
    return min(len(quopri.encodestring(raw)), (len(raw) + 2) // 3 * 4 * 77 // 76)


def tighter(caps: Caps) -> Iterator[Caps]:
    """Ever smaller caps, the least valuable rows first."""
    for deals in DEALS:
        caps = replace(caps, deals=min(caps.deals, deals))
        yield caps
    for fields in FIELDS:
        caps = replace(caps, fields=fields)
        yield caps
    for changes, good in zip(CHANGES, GOOD, strict=True):
        caps = replace(caps, changes=changes, good=good)
        yield caps
    for text in TEXT:
        caps = replace(caps, text=text, promises=5)
        yield caps


def fitted(render: Callable[[Caps], str], budget: int = BUDGET) -> str:
    """What ``render`` makes of the widest caps that stay within the budget."""
    html = render(Caps())
    for caps in tighter(Caps()):
        if encoded(html) <= budget:
            break
        html = render(caps)
    return html
