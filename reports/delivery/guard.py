"""The last look at whose deals are in a letter, at the bytes that will leave.

Whatever went wrong before, in a join, a cache or a template: a letter with a deal
that is not for its reader does not go out.
"""

import html
import re
from collections.abc import Collection
from urllib.parse import unquote

from reports.delivery.reread import parts, read


#: An opportunity by its id, the short one or the long one.
OPPORTUNITY = r"006[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?"
ALONE = re.compile(rf"(?<![A-Za-z0-9])({OPPORTUNITY})(?![A-Za-z0-9])")
LINKED = re.compile(r"/r/Opportunity/([A-Za-z0-9]{15,18})")
#: The part of an id that tells records apart; the rest is a check on its letters.
TELLING = 15
#: Links inside links are encoded as often as they are nested.
NESTED = 4


def deals_in(text: str) -> frozenset[str]:
    """The opportunities whose ids are in a text, by the telling part of the id."""
    return frozenset(
        found[:TELLING]
        for reading in readings(text)
        for found in (*map(alone, ALONE.finditer(reading)), *LINKED.findall(reading))
        if found
    )


def strangers(raw: bytes, allowed: Collection[str]) -> list[str]:
    """The opportunities in a letter that may not be in it."""
    known = {one[:TELLING] for one in allowed}
    mail = read(raw)
    texts = [str(mail["Subject"]), *(text for part in parts(mail) for text in part[1:])]
    return sorted(frozenset().union(*map(deals_in, texts)) - known)


def readings(text: str) -> set[str]:
    """A text as it stands, and as browsers come to read it."""
    found = {text}
    for _ in range(NESTED):
        text = unquote(html.unescape(text))
        found.add(text)
    return found


def alone(match: re.Match[str]) -> str:
    """An id that stands alone; empty for what is rather somebody's phone number."""
    before = match.string[: match.start()][-1:]
    return "" if match[1].isdecimal() and before not in {"/", "="} else match[1]
