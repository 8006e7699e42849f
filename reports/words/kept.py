"""What was said once, kept as text, and printed again beside other words."""

import re

from reports.said import Said, joined, say
from reports.words.environment import LONGEST
from reports.words.text import FIRST, LAST
from reports.words.voice import Voice


#: Other people's text within a sentence that is kept.
APART = re.compile(f"{FIRST}([^{FIRST}{LAST}]*){LAST}")


def kept(text: str, voice: Voice) -> str:
    """Something said as it is kept: in the language of the lists."""
    if voice.formats is None or not isinstance(text, Said):
        return str(text)
    return voice.text(text, LONGEST)


def again(text: str) -> str:
    """What was kept, to be printed: names in it stay apart from the words around."""
    if FIRST not in text:
        return text
    parts = APART.split(text)
    return joined(
        "", [part if place % 2 else say(part) for place, part in enumerate(parts)]
    )
