"""The index of deals: every page of the archive that tells of a deal, by its name."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from reports.words.entries import Entry
from reports.words.text import NAMELESS, Name, clean


#: Where names are listed that begin with no letter.
OTHER = "#"


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """A deal with the pages that tell of it, the newest first."""

    id: str
    name: str
    pages: tuple[Entry, ...]

    @property
    def title(self) -> str:
        """Its name as it is shown."""
        return NAMELESS if self.name == NAMELESS else Name(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The deals whose names begin alike."""

    letter: str
    number: int  #: for the link to it
    deals: tuple[Indexed, ...]


def indexed(listed: Iterable[Entry], names: Mapping[str, str]) -> tuple[Group, ...]:
    """Every deal of the archive by name, in groups by the first letter."""
    pages: dict[str, list[Entry]] = defaultdict(list)
    for entry in listed:
        for deal in entry.deals:
            pages[deal].append(entry)
    found = (
        Indexed(id=deal, name=clean(names.get(deal, "")) or NAMELESS, pages=tuple(own))
        for deal, own in pages.items()
    )
    return tuple(groups(sorted(found, key=by_name)))


def by_name(deal: Indexed) -> tuple[bool, str, str, str]:
    """In the order of the letters; what begins with no letter last."""
    letter = initial(deal)
    return letter == OTHER, letter, deal.name.casefold(), deal.id


def initial(deal: Indexed) -> str:
    """The letter under which a deal is looked for."""
    first = deal.name[:1].upper()[:1]
    return first if first.isalpha() else OTHER


def groups(deals: Sequence[Indexed]) -> Iterator[Group]:
    """The deals by their first letter."""
    for number, (letter, own) in enumerate(groupby(deals, key=initial), start=1):
        yield Group(letter=letter, number=number, deals=tuple(own))
