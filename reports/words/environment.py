"""The two Jinja environments: HTML escapes everything, text nothing.

Whatever a template prints goes through ``finalize`` first, so no text from Sales
Cloud reaches a message with control characters or forged direction, and no template
has to remember it.
"""

import re
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from jinja2 import BaseLoader, Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup, escape

from reports.words import text
from reports.words.guarded import Guarded
from reports.words.layout import Laid, fill, grid, pair, underlined
from reports.words.style import STYLES, head_css, sty


TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"

#: The most that is printed of any one text.
LONGEST = 400

FILTERS: dict[str, Callable[..., object]] = {
    "capital": text.capital,
    "clock_time": text.clock_time,
    "day": text.day,
    "long_day": text.long_day,
    "money": text.money,
    "percent": text.percent,
    "plural": text.plural,
    "short": text.short,
    "sums": text.sums,
    "weekday": text.weekday,
    "worded": text.worded,
}


#: A style with nothing to work out, as templates print it.
STYLED = re.compile(r"\{\{ sty\('([\w ]+)'\) \}\}")


def styled(found: re.Match[str]) -> str:
    """The style itself, where there is one of that name."""
    known = all(name in STYLES for name in found[1].split())
    return str(sty(found[1])) if known else found[0]


class Squeeze(Extension):
    """Drops the indentation of templates, which a mail would carry for nothing.

    Styles are looked up once, when a template is read.
    """

    def preprocess(
        self, source: str, name: str | None, filename: str | None = None
    ) -> str:
        """The source without leading blanks, its styles written out."""
        del name, filename
        return STYLED.sub(styled, re.sub(r"^[ \t]+", "", source, flags=re.MULTILINE))


def for_html(longest: int) -> Callable[[object], object]:
    """Make text from anywhere safe to read; what is ours passes."""

    def finalize(value: object) -> object:
        if isinstance(value, str) and not hasattr(value, "__html__"):
            return text.iso(str(value), longest, own=False)
        return value

    return finalize


def for_text(value: object) -> object:
    """The same for plain text; what is laid out already passes."""
    if isinstance(value, str) and not isinstance(value, Laid):
        return text.shown(str(value), LONGEST)
    return value


def named(value: str, most: int = 80, *, longest: int = LONGEST) -> Markup | str:
    """The name of a record, cut to what fits, in its own direction."""
    return text.iso(value, min(most, longest)) or text.NAMELESS


def named_in_text(value: str, most: int = 80) -> str:
    """The same for plain text."""
    return text.shown(value, most) or text.NAMELESS


def plain(value: str) -> Markup:
    """Text for the title, where no tag may be."""
    return escape(text.shown(value, LONGEST))


@cache
def html_environment(longest: int = LONGEST, own: Path | None = None) -> Environment:
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
        extensions=[Squeeze],
        finalize=for_html(longest),
    )
    environment.filters |= FILTERS | {
        "named": partial(named, longest=longest),
        "plain": plain,
    }
    environment.globals |= {"sty": sty, "head_css": head_css}
    return environment


@cache
def text_environment(own: Path | None = None) -> Environment:
    """For text parts and subjects, where there is nothing to escape."""
    kind = Environment if own is None else Guarded
    environment = kind(
        loader=loader_of(own),
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=for_text,
    )
    environment.filters |= FILTERS | {
        "fill": fill,
        "grid": grid,
        "pair": pair,
        "named": named_in_text,
        "underlined": underlined,
    }
    return environment


def loader_of(own: Path | None) -> BaseLoader:
    """Where templates come from: an installation's own before ours."""
    folders = [TEMPLATES] if own is None else [own, TEMPLATES]
    return FileSystemLoader(folders)
