"""The shape of a record: which column is shown where, in itself and in its parents."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any


Row = tuple[Any, ...]


@dataclass(slots=True, kw_only=True)
class Node:
    """A record of the answer: its type, where its id is, and what it shows."""

    type: str
    #: The column that tells the type, where it is not always the same.
    type_column: int | None = None
    id_column: int = 0
    #: The type that ``attributes`` names, where it differs from the url's.
    shown: str | None = None
    entries: list[tuple[str, "int | Node | Choice | Compound | Slot"]] = field(
        default_factory=list
    )


@dataclass(slots=True, kw_only=True)
class Choice:
    """A parent whose fields depend on its type."""

    type_column: int
    branches: Mapping[str, Node]
    other: Node


@dataclass(slots=True, kw_only=True)
class Compound:
    """Several columns as one object; null where all of them are."""

    parts: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Slot:
    """The children of a record, by the number of their subquery."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Makes functions from rows to records, for one version of the API."""

    version: str
    #: How many columns a row has before the children of its subqueries.
    width: int

    def maker(self, node: Node) -> Callable[[Row], Any]:
        """A function from a row to the record that ``node`` describes."""
        keys = [key for key, _ in node.entries]
        places = [what if isinstance(what, int) else 0 for _, what in node.entries]
        # Plain columns are copied in one go; the rest takes its reserved place after.
        copied = itemgetter(*places, 0) if places else tuple
        rest = [(k, self.part(w)) for k, w in node.entries if not isinstance(w, int)]
        attributes = self.attributes(node)
        id_column = node.id_column

        def make(row: Row) -> dict[str, Any] | None:
            if row[id_column] is None:
                return None
            record: dict[str, Any] = {"attributes": attributes(row)}
            record.update(zip(keys, copied(row), strict=False))
            for key, part in rest:
                record[key] = part(row)
            return record

        return make

    def attributes(self, node: Node) -> Callable[[Row], dict[str, str]]:
        """The ``attributes`` of a record: its type and where to read it."""
        base = f"/services/data/v{self.version}/sobjects/"
        id_column, type_column, fixed = node.id_column, node.type_column, node.shown
        if type_column is None:
            prefix = f"{base}{node.type}/"
            return lambda row: {"type": node.type, "url": prefix + row[id_column]}
        return lambda row: {
            "type": fixed or row[type_column],
            "url": f"{base}{row[type_column]}/{row[id_column]}",
        }

    def part(self, what: int | Node | Choice | Compound | Slot) -> Callable[[Row], Any]:
        """A function from a row to one entry of a record."""
        match what:
            case Node():
                return self.maker(what)
            case Choice():
                return self.chooser(what)
            case Compound(parts=parts):
                return lambda row: composed(row, parts)
            case Slot(number=number):
                place = self.width + number
                return lambda row: row[place]
        return lambda row: row[what]

    def chooser(self, choice: Choice) -> Callable[[Row], Any]:
        """A function from a row to the record of whatever type it has."""
        branches = {name: self.maker(node) for name, node in choice.branches.items()}
        other = self.maker(choice.other)
        column = choice.type_column
        return lambda row: branches.get(row[column], other)(row)


def composed(row: Row, parts: Mapping[str, int | None]) -> dict[str, Any] | None:
    """A compound field, or null where it has no parts."""
    found = {key: None if place is None else row[place] for key, place in parts.items()}
    return found if any(value is not None for value in found.values()) else None
