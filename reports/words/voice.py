"""Who reads a letter: in which language, with whose numbers, days and direction.

A voice says what was ``Said`` in its language. What is not ours, a name or a subject
from Sales Cloud, stays as it is and runs in its own direction.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from gettext import NullTranslations

from babel.lists import format_list
from markupsafe import Markup, escape

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
from reports.said import SHAPES, WORDS, Said
from reports.words import text
from reports.words.catalogues import SOURCE
from reports.words.formats import Formats


#: Around text that runs the other way, in plain text: as long as it lasts, and end.
ISOLATE = "\u2068{}\u2069"

#: What a reader's program makes a link of; a mark of direction would be part of it.
ADDRESSES = ("https://", "mailto:")
#: How other people's text is written into a sentence, and how our own is.
Writing = Callable[[str], str]


#: Changes nothing.
SILENT = NullTranslations()


@dataclass(frozen=True)
class Voice:
    """A language, the formats of a locale, and the reader's time zone."""

    language: str = SOURCE
    formats: Formats | None = None  #: None: as the source is written
    zone: str | None = None  #: None: the zone of whom the letter is about
    #: Part of what a voice is: templates are read once for each.
    catalogue: NullTranslations = field(default=SILENT, repr=False)

    @property
    def direction(self) -> str:
        """In which direction a page of the language runs."""
        return self.formats.locale.text_direction if self.formats else "ltr"

    @property
    def tag(self) -> str:
        """The language as a page names it: "en-GB"."""
        return str(self.formats.locale).replace("_", "-") if self.formats else SOURCE

    def translated(self, pattern: str) -> str:
        """A pattern in the language; an empty one would name the catalogue."""
        return self.catalogue.gettext(pattern) if pattern else pattern

    def html(self, part: object, longest: int) -> Markup:
        """Something said, for HTML; other people's text in its own direction."""
        if self.formats is None and isinstance(part, str):
            plain = text.undisturbed(part, longest)
            if plain is not None:
                return plain
        return Markup(self._written(longest).part(part))  # noqa: S704 - escaped

    def _written(self, longest: int) -> "Spoken":
        def foreign(one: str) -> str:
            return str(text.iso(one, longest, page=self.direction))

        return Spoken(self, foreign, markup)

    def text(self, part: object, longest: int) -> str:
        """Something said, for plain text."""
        if self.formats is None:
            return text.shown(str(part), longest)
        spoken = Spoken(self, lambda one: self.isolated(text.shown(one, longest)), str)
        return text.cut(spoken.part(part), longest)

    def isolated(self, foreign: str) -> str:
        """Other people's text, kept apart where any of it runs the other way."""
        if foreign.startswith(ADDRESSES):
            return foreign
        apart = text.disturbing(foreign, self.direction)
        return ISOLATE.format(foreign) if apart else foreign


#: Whoever nothing is known of.
ENGLISH = Voice()


def markup(ours: str) -> str:
    """Our own words as HTML."""
    return str(escape(ours))


@dataclass(frozen=True, slots=True)
class Spoken:
    """One saying: how other people's text is written, and how our own is."""

    voice: Voice
    leaf: Writing
    ours: Writing

    def part(self, part: object) -> str:
        """A part of a sentence: said, a number, or other people's text."""
        if isinstance(part, Said):
            return self.recipe(part.recipe, part)
        if isinstance(part, int) and not isinstance(part, bool):
            formats = self.voice.formats
            return formats.number(part) if formats else str(part)
        if isinstance(part, text.Name):
            return self.leaf(str(part)) if part.given else self.part(text.NAMELESS)
        return self.leaf(str(part))

    def recipe(self, recipe: Recipe, source: str) -> str:
        """What was said by a recipe."""
        match recipe:
            case Pattern(text=pattern, values=values):
                return self.pattern(self.voice.translated(pattern), values)
            case Count():
                return self.count(recipe)
            case Row(items=items, separator=separator):
                return self.row([self.part(one) for one in items], separator)
            case Shaped(of=of, shape=shape):
                return SHAPES[shape](self.part(of))
            case Fitted(ways=ways, most=most):
                plain = Spoken(self.voice, str, str)
                fits = (one for one in ways if len(plain.part(one)) <= most)
                return self.part(next(fits, ways[-1]))
            case _:
                return self.ours(self.value(recipe, source))

    def pattern(self, pattern: str, values: Mapping[str, object]) -> str:
        """A pattern with its values in their places."""
        if not values:
            return self.ours(pattern)
        told = {name: self.part(value) for name, value in values.items()}
        return self.ours(pattern).format_map(told)

    def count(self, count: Count) -> str:
        """A pattern in the form that its count asks for."""
        pattern = self.voice.catalogue.ngettext(count.one, count.many, count.count)
        number: object = count.count
        if count.worded and count.count < len(WORDS):
            word = WORDS[count.count]
            number = Said(word, Pattern(word, {}))
        elif self.voice.formats is None:
            number = Said(f"{count.count:,}", Pattern(f"{count.count:,}", {}))
        return self.pattern(pattern, {**count.values, "count": number})

    def row(self, items: list[str], separator: str | None) -> str:
        """Things in a row."""
        if separator is None:
            formats = self.voice.formats
            if formats is None:
                return english.listed(items)
            return format_list(items, locale=formats.locale)
        if separator.strip(" "):
            separator = self.voice.translated(separator)
        return self.ours(separator).join(items)

    def value(self, recipe: Day | Moment | Amount | Share | Number, source: str) -> str:
        """A day, a moment, money or a share, in the formats of the reader."""
        formats, zone = self.voice.formats, self.voice.zone
        if formats is None:
            return str(source)
        match recipe:
            case Day():
                return formats.day(recipe)
            case Moment(when=when, zone=theirs):
                comma = self.voice.translated(", ")
                return formats.moment(when, zone or theirs, comma)
            case Amount():
                return formats.amount(recipe)
            case Share(share=share):
                return formats.share(share)
            case Number(number=number, places=places):
                return formats.number(number, places)
