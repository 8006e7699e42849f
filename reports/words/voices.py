"""Which voice a reader is written to in: that of their user, or as configured."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from babel import Locale, UnknownLocaleError

from reports.model import Organisation, Person
from reports.words.catalogues import SOURCE, languages, translations
from reports.words.formats import Formats
from reports.words.voice import Voice


#: The country in a locale of Sales Cloud: "de_CH", "zh_Hans_CN", "de_DE_EURO".
TERRITORY = re.compile(r"_([A-Z]{2})(?=_|\Z)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """The voices of an installation; ``languages`` are by address, in small letters."""

    languages: Mapping[str, str] = field(default_factory=dict)

    def of(self, person: Person) -> Voice:
        """The voice of a user, as configured or as the user has it in Sales Cloud."""
        chosen = self.languages.get((person.email or "").casefold())
        return voice(chosen or person.language, chosen or person.locale, person.zone)

    def of_house(self, org: Organisation) -> Voice:
        """The voice of pages that everybody reads."""
        return voice(org.language, org.locale, org.zone)


@cache
def voice(language: str, locale: str, zone: str | None) -> Voice:
    """The nearest language there is, with the formats of a country."""
    spoken = nearest(language)
    return Voice(
        language=spoken,
        formats=Formats(formats_of(spoken, locale)),
        zone=zone,
        catalogue=translations(spoken),
    )


def nearest(language: str) -> str:
    """The catalogue for a language: with its country, without it, or the source."""
    known = languages()
    base, *_ = language.split("_", 1)
    return next((one for one in (language, base) if one in known), SOURCE)


def formats_of(language: str, locale: str) -> Locale:
    """How the language is written in the locale's country, where it is written there.

    A chosen language without a country has the formats of its own.
    """
    territory = TERRITORY.search(locale)
    base, *_ = language.split("_", 1)
    try:
        return Locale(base, territory[1]) if territory else Locale.parse(language)
    except UnknownLocaleError:
        return Locale.parse(language)
