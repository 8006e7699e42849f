"""The two Jinja environments of a voice: HTML escapes everything, text nothing.

Whatever a template prints goes through ``finalize`` first, which says it in the
reader's language; no text from Sales Cloud reaches a message with control characters
or forged direction, and no template has to remember either.
"""

import re
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from jinja2 import BaseLoader, Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup, escape

from reports import said
from reports.said import Said
from reports.words import text
from reports.words.drafts import mailto
from reports.words.guarded import Guarded
from reports.words.layout import LONGEST as PARAGRAPH
from reports.words.layout import Laid, fill, grid, pair, underlined
from reports.words.style import STYLES, TURNED, head_css, sty, word_css
from reports.words.voice import ENGLISH, Voice


TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"

#: The most that is printed of any one text, and of an address.
LONGEST = 400
ADDRESS = 4000

FILTERS: dict[str, Callable[..., object]] = {
    "capital": said.capital,
    "day": said.day,
    "long_day": said.long_day,
    "money": said.money,
    "named": text.Name,
    "number": said.number,
    "percent": said.percent,
    "plural": said.many,
    "short": said.short,
    "sums": text.sums,
    "weekday": said.weekday,
    "worded": said.worded,
}
#: What templates say with: ``_`` is ``say``.
SAYING: dict[str, Callable[..., object]] = {
    "_": said.say,
    "counted": said.counted,
    "joined": said.joined,
}


#: A style with nothing to work out, as templates print it.
STYLED = re.compile(r"\{\{ sty\('([\w ]+)'\) \}\}")
#: Words without a value.
WORDED = re.compile(r"\{\{ _\('((?:[^'\\{}]|\\')+)'\) \}\}")
#: The value of an attribute that has something to work out, and what that is.
ATTRIBUTE = re.compile(r'(?<=[\w-]=")[^"]*\{\{[^"]*(?=")')
PRINTED = re.compile(r"\{\{ (.+?) \}\}")
#: Where a cell's text stands.
ALIGNED = re.compile(r'(?<= align=")(?:left|right)(?=")')


class Squeeze(Extension):
    """Drops the indentation of templates, which a mail would carry for nothing.

    Styles and words are looked up once, when a template is read.
    """

    def preprocess(
        self, source: str, name: str | None, filename: str | None = None
    ) -> str:
        """The source without leading blanks, its styles and words written out."""
        del name, filename
        voice: Voice = self.environment.voice  # type: ignore[attr-defined]
        squeezed = re.sub(r"^[ \t]+", "", source, flags=re.MULTILINE)
        if voice.direction == "rtl":
            squeezed = ALIGNED.sub(lambda found: TURNED[found[0]], squeezed)
        squeezed = STYLED.sub(partial(styled, voice.direction), squeezed)
        squeezed = WORDED.sub(partial(worded, voice), squeezed)
        return ATTRIBUTE.sub(lambda found: PRINTED.sub(BARE, found[0]), squeezed)


#: What stands in an attribute can have no tags about it.
BARE = r"{{ (\1)|plain }}"


def tagged(voice: Voice, longest: int, pattern: str, /, **values: object) -> Markup:
    """A sentence in which values stand that are HTML already."""
    told = {
        name: value if isinstance(value, Markup) else voice.html(value, longest)
        for name, value in values.items()
    }
    return escape(voice.translated(pattern)).format_map(told)


def bold(voice: Voice, longest: int, value: object) -> Markup:
    """In bold, for a place of such a sentence."""
    return Markup("<b>{}</b>").format(voice.html(value, longest))


def styled(direction: str, found: re.Match[str]) -> str:
    """The style itself, where there is one of that name."""
    known = all(name in STYLES for name in found[1].split())
    return str(sty(found[1], direction)) if known else found[0]


def worded(voice: Voice, found: re.Match[str]) -> str:
    """The words themselves, in the reader's language.

    They stand between tags or double quotes, where an apostrophe does no harm.
    """
    words = escape(voice.translated(found[1].replace("\\'", "'")))
    return str(words).replace("&#39;", "'")


def for_html(voice: Voice, longest: int) -> Callable[[object], object]:
    """Say it as HTML; what is that already passes."""

    def finalize(value: object) -> object:
        if isinstance(value, str) and not hasattr(value, "__html__"):
            return voice.html(value, longest)
        return value

    return finalize


def for_text(voice: Voice) -> Callable[[object], object]:
    """Say it as plain text; what is laid out already passes."""

    def finalize(value: object) -> object:
        if isinstance(value, str) and not isinstance(value, Laid):
            return voice.text(value, LONGEST)
        return value

    return finalize


def plain(voice: Voice, value: object) -> Markup:
    """Text for a title or an attribute, where no tag may be."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return escape(value)
    if not isinstance(value, (Said, text.Name)):
        return escape(text.shown(value, ADDRESS))
    return escape(text.shown(voice.text(value, LONGEST), LONGEST))


def layouts(voice: Voice) -> dict[str, Callable[..., object]]:
    """The filters that lay out plain text."""

    def told(value: object) -> str:
        return voice.text(value, PARAGRAPH)

    return {
        "fill": lambda value, indent=0, first="", inset=0: fill(
            told(value), indent, told(first), inset
        ),
        "grid": lambda numbers, label="", width=0: grid(
            [told(one) for one in numbers], told(label), width
        ),
        "pair": lambda left, right, indent=0: pair(told(left), told(right), indent),
        "underlined": lambda value, mark="-": underlined(told(value), mark),
    }


@cache
def html_environment(
    longest: int = LONGEST, own: Path | None = None, voice: Voice = ENGLISH
) -> Environment:
    """For HTML: every value is escaped, by rule and not by file name.

    ``own`` is a folder with templates that come before ours.
    """
    kind = Environment if own is None else Guarded
    environment = kind(
        loader=loader_of(own),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=for_html(voice, longest),
        auto_reload=own is not None,
    )
    environment.extend(voice=voice)
    environment.add_extension(Squeeze)
    environment.filters |= FILTERS | {
        "bold": partial(bold, voice, longest),
        "mailto": partial(mailto, voice),
        "plain": partial(plain, voice),
    }
    environment.globals |= SAYING | {
        "sty": partial(sty, direction=voice.direction),
        "tagged": partial(tagged, voice, longest),
        "head_css": partial(head_css, voice.direction),
        "word_css": word_css,
        "voice": {"tag": voice.tag, "direction": voice.direction},
    }
    return environment


@cache
def text_environment(own: Path | None = None, voice: Voice = ENGLISH) -> Environment:
    """For text parts and subjects, where there is nothing to escape."""
    kind = Environment if own is None else Guarded
    environment = kind(
        loader=loader_of(own),
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=for_text(voice),
        auto_reload=own is not None,
    )
    environment.filters |= FILTERS | layouts(voice)
    environment.globals |= SAYING
    return environment


def loader_of(own: Path | None) -> BaseLoader:
    """Where templates come from: an installation's own before ours."""
    folders = [TEMPLATES] if own is None else [own, TEMPLATES]
    return FileSystemLoader(folders)
