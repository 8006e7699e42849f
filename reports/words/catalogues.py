"""The languages there are: a folder with a gettext catalogue for each.

Catalogues are read as people write them; nothing compiled is kept beside them.
"""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


LANGUAGES = Path(__file__).resolve().parents[2] / "templates" / "languages"
CATALOGUE = "messages.po"
#: What everything is written in.
SOURCE = "en"


def languages() -> tuple[str, ...]:
    """Every language that a letter can be written in."""
    found = {path.parent.name for path in LANGUAGES.glob(f"*/{CATALOGUE}")}
    return tuple(sorted(found | {SOURCE}))


@cache
def translations(language: str) -> NullTranslations:
    """The translations of a language; those of the source language change nothing."""
    if language == SOURCE:
        return NullTranslations()
    with (LANGUAGES / language / CATALOGUE).open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
