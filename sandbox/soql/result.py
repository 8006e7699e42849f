"""The answer to a query: a snapshot that is paged, in the shapes that REST and Bulk use.

Rows stay in columns until a page is asked for; what the organisation does meanwhile
does not show.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc


#: Below this a currency amount and the float next to it print the same digits.
EXACT: Final = 10**9

#: Paths of the answer that name a record need the API version.
VERSION: Final = "66.0"


@dataclass(slots=True, kw_only=True)
class Node:
    """A record of the answer: its type, where its id is, and what it shows."""

    #: Fixed, or the column that tells it.
    type: str
    type_column: int | None = None
    id_column: int | None = None
    #: The type that ``attributes`` names, where it differs from the url's.
    shown: str | None = None
    entries: list[tuple[str, "int | Node | Nested | Choice"]] = field(
        default_factory=list
    )


@dataclass(slots=True, kw_only=True)
class Choice:
    """A parent whose fields depend on its type."""

    type_column: int
    branches: Mapping[str, Node]
    other: Node


@dataclass(slots=True, kw_only=True)
class Nested:
    """The children of each record."""

    id_column: int
    rows: "Rows | None" = None
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Rows:
    """Columns of values, with the type of each and the shape of a record."""

    table: pa.Table
    types: Sequence[str]
    node: Node
    aggregate: bool = False

    def page(self, start: int, stop: int) -> list[tuple[Any, ...]]:
        """Rows of JSON values."""
        part = self.table.slice(start, max(0, stop - start))
        columns = [values(part.column(i), type_) for i, type_ in enumerate(self.types)]
        return list(zip(*columns, strict=True)) if columns else []

    def records(self, start: int, stop: int, version: str) -> list[dict[str, Any]]:
        """Records as REST shows them."""
        make = maker(self.node, version, aggregate=self.aggregate)
        return [make(row) for row in self.page(start, stop)]


@dataclass(slots=True, kw_only=True)
class Result:
    """What a query found."""

    total: int
    columns: list[str]
    #: Which columns of the table the SELECT list shows, in its order.
    shown: Sequence[int]
    found: Rows | None
    #: The object behind FROM.
    sobject: str = ""
    #: Two long texts or more make the service cut its pages to 200 rows.
    wide: bool = False

    def records(
        self, start: int, stop: int, *, version: str = VERSION
    ) -> list[dict[str, Any]]:
        """A page of records in the shape of REST."""
        return [] if self.found is None else self.found.records(start, stop, version)

    def rows(self, start: int, stop: int) -> list[tuple[str, ...]]:
        """A page of flat rows in the texts of Bulk; nothing is an empty text."""
        if self.found is None:
            return []
        return [
            tuple(text_of(row[i]) for i in self.shown)
            for row in self.found.page(start, stop)
        ]

    def close(self) -> None:
        """Let go of the rows."""
        self.found = None


def values(column: pa.ChunkedArray, type_: str) -> list[Any]:
    """A column as JSON values."""
    if type_ == "datetime":
        milliseconds = column.cast(pa.timestamp("ms"))
        return list(
            pc.strftime(milliseconds, format="%Y-%m-%dT%H:%M:%S+0000").to_pylist()
        )
    if type_ == "date":
        return list(column.cast(pa.string()).to_pylist())
    if type_ == "time":
        return [f"{t}Z" for t in column.cast(pa.time32("ms")).cast(pa.string())]
    listed = column.to_pylist()
    if pa.types.is_decimal(column.type):
        return [None if v is None else number(v) for v in listed]
    return list(listed)


def number(value: Decimal) -> float | int:
    """A JSON number: a float, or whole where a float would lose digits."""
    near = float(value)
    if abs(value) < EXACT or Decimal(repr(near)) == value:
        return near
    return int(value) if value == value.to_integral_value() else near


def text_of(value: Any) -> str:
    """A value as Bulk writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")
    return str(value)


Row = tuple[Any, ...]


def maker(node: Node, version: str, *, aggregate: bool) -> Callable[[Row], Any]:
    """A function from a row to the record that ``node`` describes."""
    parts = [(key, part_of(what, version)) for key, what in node.entries]
    if aggregate:
        return lambda row: {
            "attributes": {"type": "AggregateResult"},
            **{key: part(row) for key, part in parts},
        }
    attributes = attributes_of(node, version)
    id_column = node.id_column

    def make(row: Row) -> dict[str, Any] | None:
        if id_column is not None and row[id_column] is None:
            return None
        record = {"attributes": attributes(row)}
        for key, part in parts:
            record[key] = part(row)
        return record

    return make


def attributes_of(node: Node, version: str) -> Callable[[Row], dict[str, str]]:
    """The ``attributes`` of a record: its type and where to read it."""
    base = f"/services/data/v{version}/sobjects/"
    id_column = node.id_column or 0
    if node.type_column is None:
        shown, prefix = node.shown or node.type, f"{base}{node.type}/"
        return lambda row: {"type": shown, "url": prefix + row[id_column]}
    type_column, fixed = node.type_column, node.shown
    return lambda row: {
        "type": fixed or row[type_column],
        "url": f"{base}{row[type_column]}/{row[id_column]}",
    }


def part_of(what: "int | Node | Nested | Choice", version: str) -> Callable[[Row], Any]:
    """A function from a row to one entry of a record."""
    match what:
        case int():
            return lambda row: row[what]
        case Node():
            return maker(what, version, aggregate=False)
        case Choice():
            return chooser(what, version)
        case Nested():
            return lambda row: children(what, row[what.id_column], version)


def chooser(choice: Choice, version: str) -> Callable[[Row], Any]:
    branches = {
        name: maker(node, version, aggregate=False)
        for name, node in choice.branches.items()
    }
    other = maker(choice.other, version, aggregate=False)
    column = choice.type_column
    return lambda row: branches.get(row[column], other)(row)


def children(nested: Nested, parent: str, version: str) -> dict[str, Any] | None:
    """The children of one record, or null where there are none."""
    if nested.rows is None or parent not in nested.spans:
        return None
    start, stop = nested.spans[parent]
    return {
        "totalSize": stop - start,
        "done": True,
        "records": nested.rows.records(start, stop, version),
    }
