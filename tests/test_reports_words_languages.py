"""Whatever is said can be said in another language, and in Persian it is."""

import re
import string
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from gettext import NullTranslations
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from babel.messages.pofile import read_po

from bench.messages import template
from reports.findings import Message
from reports.said import Said
from reports.words.catalogues import CATALOGUE, LANGUAGES
from reports.words.formats import Formats
from reports.words.lint import lint
from reports.words.render import Renderer
from reports.words.voice import Voice
from tests.builders import ADA, BO, CLEO
from tests.golden.gallery import (
    GALLERY,
    LONG,
    PERSIAN,
    RENDERER,
    WAITING,
    worst_book,
    write_site,
)
from tests.golden.scenario import BEFORE, BOOK, PROMISES


#: The letters of what is ours in the language of these tests.
STRANGE = str.maketrans(
    string.ascii_letters, "".join(chr(0x10A0 + place % 38) for place in range(52))
)
PLACES = re.compile(r"(\{\w+\})")
#: What is Latin in every language: the clock's zone, ISO days, our own name.
LATIN = re.compile(
    r"UTC|dealpacket|Sales Cloud|Salesforce|[A-Z]{3}(?=[\s\u200e\u200f]|$)"
)
TAGS = re.compile(
    r"<(?:style|title|!--).*?(?:</style>|</title>|-->)|<[^>]+>", re.DOTALL
)
FOREIGN = re.compile(r'<span dir="(?:ltr|rtl)">(.*?)</span>', re.DOTALL)
SPACE = re.compile(r"\s+")
LATIN_WORD = re.compile(r"[A-Za-z]{2,}")


def strange(message: str) -> str:
    """A message in letters that nobody's data are in; its places stay."""
    return "".join(
        part if PLACES.fullmatch(part) else part.translate(STRANGE)
        for part in PLACES.split(message)
    )


#: Promises as the ledger may have them from another version; they stay as they are.
AGREED = frozenset({one.what for one in PROMISES} | {"Send the contract", LONG})


@cache
def collected() -> frozenset[Any]:
    """What a catalogue is asked to translate."""
    return frozenset(message.id for message in template())


class Strange(NullTranslations):
    """A complete catalogue of a language that nobody speaks."""

    def gettext(self, message: str) -> str:
        # What the archive kept is in this language already, and stays as it is.
        wordless = not any(char.isascii() and char.isalpha() for char in message)
        known = message in collected() or message in AGREED or wordless
        assert known, f"no catalogue is asked for {message!r}"
        return strange(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        assert (msgid1, msgid2) in collected(), f"no catalogue is asked for {msgid1!r}"
        return strange(msgid1 if n == 1 else msgid2)


NOWHERE = RENDERER.to(
    Voice(language="xx", formats=Formats(Locale.parse("fa_IR")), catalogue=Strange())
)


def parts(value: object) -> Iterator[str]:
    """Every text in a value that is not our own: names, subjects, ids."""
    match value:
        case Said():
            yield from parts(value.recipe)
        case str():
            yield str(value)
        case Mapping():
            for key, one in value.items():
                yield from parts(key)
                yield from parts(one)
        case Iterable():
            for one in value:
                yield from parts(one)
        case _ if is_dataclass(value):
            for field in fields(value):
                yield from parts(getattr(value, field.name))


#: Everybody's data in the gallery. What is set apart and not among them is a sentence
#: that was made as plain text, which a page takes for somebody's data.
DATA = frozenset(
    part
    for source in (BOOK, worst_book(), BEFORE, PROMISES, ADA, BO, CLEO, WAITING)
    for part in parts(source)
)
#: Data that are made in the gallery itself, or are no data of a book: ids of rules and
#: fields, days as files name them, the snapshot.
KNOWN = re.compile(
    r"[\w.-]+@[\w.-]+|[a-z]+(-[a-z]+)+|([A-Z][a-z]+){2,}(__c)?|Amount|Type"
    r"|[\w/-]*\d[\w./ -]*"
)


def set_apart(html: str) -> set[str]:
    """What a page sets apart although it is nobody's data."""
    found = {unescape(one) for one in FOREIGN.findall(html)}
    return {one for one in found if not KNOWN.fullmatch(one) and not of_data(one)}


def of_data(text: str) -> bool:
    start = text.removesuffix("…").rstrip()
    return any(SPACE.sub(" ", part).strip().startswith(start) for part in DATA)


def english_left(html: str) -> list[str]:
    """Latin words on a page that are not set apart as somebody's data."""
    visible = unescape(TAGS.sub(" ", FOREIGN.sub(" ", html)))
    return LATIN_WORD.findall(LATIN.sub(" ", visible))


@pytest.mark.parametrize("make", GALLERY.values(), ids=GALLERY)
def test_no_word_of_a_letter_is_english_only(
    make: Callable[[Renderer], Message],
) -> None:
    message = make(NOWHERE)

    assert english_left(message.html) == []
    assert set_apart(message.html) == set()
    apart = re.sub("\u2068[^\u2069]*\u2069", " ", f"{message.subject} {message.text}")
    links = re.sub(r"https?:\S+|mailto:\S+", " ", apart)
    assert LATIN_WORD.findall(LATIN.sub(" ", links)) == []


def test_no_word_of_the_archive_is_english_only(tmp_path: Path) -> None:
    pages = write_site(tmp_path, NOWHERE)

    for name, page in pages.items():
        assert (name, english_left(page.read_text(encoding="utf-8"))) == (name, [])


def catalogues() -> list[Path]:
    return sorted(LANGUAGES.glob(f"*/{CATALOGUE}"))


@pytest.mark.parametrize("path", catalogues(), ids=lambda path: path.parent.name)
def test_every_message_is_translated(path: Path) -> None:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parent.name)
    known = {message.id: message for message in catalogue if message.id}
    said = {message for message in collected() if message}

    assert sorted(map(str, said - known.keys())) == []
    assert sorted(map(str, known.keys() - said)) == []
    missing = [message.id for message in known.values() if not whole(message.string)]
    assert missing == []
    assert [message.id for message in known.values() if message.fuzzy] == []


@pytest.mark.parametrize("path", catalogues(), ids=lambda path: path.parent.name)
def test_every_translation_has_the_places_of_its_message(path: Path) -> None:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parent.name)

    wrong = [
        (message.id, form)
        for message in catalogue
        if message.id
        for form in forms(message.string)
        if places(forms(message.id)[-1]) != places(form)
    ]
    assert wrong == []


def forms(text: object) -> list[str]:
    return (
        [str(one) for one in text] if isinstance(text, (tuple, list)) else [str(text)]
    )


def whole(text: object) -> bool:
    return all(forms(text))


def places(text: str) -> set[str]:
    return set(PLACES.findall(text)) - {"{count}"}


@pytest.mark.parametrize("make", GALLERY.values(), ids=GALLERY)
def test_persian_letters_pass_the_linter(make: Callable[[Renderer], Message]) -> None:
    assert lint(make(PERSIAN)) == []
