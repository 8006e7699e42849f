"""Collects every message that letters and pages are made of, and updates catalogues.

``python -m bench.messages`` brings each language's ``messages.po`` up to date: new
messages arrive untranslated, and messages that are no longer said leave.
"""

import ast
import sys
from collections.abc import Container, Iterator
from io import BytesIO
from pathlib import Path
from typing import IO

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from reports.judgement.actions import EXECUTIVE, PLANS
from reports.judgement.hygiene import HYGIENE
from reports.judgement.signals import SIGNALS
from reports.said import WORDS
from reports.words.catalogues import CATALOGUE, LANGUAGES


ROOT = Path(__file__).resolve().parent.parent
#: What says something, and which of its arguments are the message.
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "say": None,
    "_": None,
    "tagged": None,
    "mark": None,
    "noun": (1, 2),
    "counted": (2, 3),
    "in_words": (2, 3),
}
WIDTH = 88
#: No day of making: the same messages make the same file.
HEADER = """# What dealpacket says, and how the language says it.
msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {plurals};\\n"

"""
Message = str | tuple[str, ...]
#: A line, who says it, its arguments, and comments.
Call = tuple[int, str, tuple[str | None, ...], list[str]]


def calls(
    file: IO[bytes], keywords: Container[str], _: object, options: object
) -> Iterator[Call]:
    """Every call that says something, however deep in other calls it is."""
    del options
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            said = tuple(literal(argument) for argument in node.args)
            if said and node.func.id in keywords:
                yield node.lineno, node.func.id, said, []


def literal(argument: ast.expr) -> str | None:
    """The text of an argument; None where it is none, or is known only later."""
    value = argument.value if isinstance(argument, ast.Constant) else None
    return value if isinstance(value, str) else None


ROOMS = (
    ("reports", "**.py", "bench.messages:calls"),
    ("templates", "**.jinja", "jinja2"),
)


def messages() -> Iterator[tuple[Message, str]]:
    """Every message with the file that says it."""
    for room, files, method in ROOMS:
        found = extract_from_dir(
            ROOT / room, method_map=[(files, method)], keywords=KEYWORDS
        )
        for file, _, message, _, _ in found:
            yield message, f"{room}/{file}"
    yield from ((word, "reports/said.py") for word in WORDS)
    yield from (
        (text, "reports/judgement") for text in {*of_the_rules(), *of_the_plans()}
    )


def of_the_rules() -> Iterator[str]:
    """What is printed of every rule besides its sentences."""
    yield from (rule.title for rule in SIGNALS)
    yield from (rule.title for rule in HYGIENE)
    yield from (rule.remedy for rule in SIGNALS)


def of_the_plans() -> Iterator[str]:
    """What is printed of every plan."""
    for plan in (*PLANS.values(), EXECUTIVE):
        yield from (plan.obstacle, plan.what, plan.metric)


def template() -> Catalog:
    """A catalogue with every message and no translation."""
    found: dict[Message, set[str]] = {}
    for message, file in messages():
        found.setdefault(message, set()).add(file)
    catalogue = Catalog()
    for message, files in sorted(found.items(), key=lambda one: str(one[0])):
        catalogue.add(message, locations=[(file, 0) for file in sorted(files)])
    return catalogue


def update(path: Path) -> tuple[int, int]:
    """Bring one catalogue up to date; how many messages there are, and translated."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parent.name)
    catalogue.update(template(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    body = BytesIO()
    write_po(body, catalogue, omit_header=True, sort_output=True, width=WIDTH)
    path.write_bytes(header(catalogue).encode() + body.getvalue())
    done = [message for message in catalogue if message.id and whole(message.string)]
    return len(catalogue), len(done)


def header(catalogue: Catalog) -> str:
    """What stands before the messages."""
    return HEADER.format(
        language=catalogue.locale_identifier, plurals=catalogue.plural_forms.rstrip(";")
    )


def whole(translation: object) -> bool:
    """Whether every form of a message is translated."""
    forms = translation if isinstance(translation, (tuple, list)) else (translation,)
    return all(forms)


if __name__ == "__main__":
    for catalogue in sorted(LANGUAGES.glob(f"*/{CATALOGUE}")):
        said, done = update(catalogue)
        sys.stdout.write(f"{catalogue.parent.name}: {done} of {said} translated\n")
