"""The answer to a query: a snapshot that is paged, in the shapes of REST and Bulk.

Rows stay in columns until a page is asked for; what the organisation does meanwhile
does not show.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from sandbox.soql.shape import Node, Row, Shape


#: Amounts that are not longer than this have the digits of the float next to them.
EXACT: Final = 15

#: Paths of the answer that name a record need the API version.
VERSION: Final = "66.0"


@dataclass(slots=True, kw_only=True)
class Nested:
    """The children of all records, and which of them belong to whom."""

    rows: "Rows"
    spans: Mapping[str, tuple[int, int]]

    def of(self, parents: Sequence[str], version: str) -> list[dict[str, Any] | None]:
        """What each parent shows: its children, or null."""
        spans = [self.spans.get(parent, (0, 0)) for parent in parents]
        places = [place for span in spans for place in range(*span)]
        part = self.rows.table.take(pa.array(places, pa.int64()))
        records = self.rows.shaped(part, version)
        ends = list(accumulate(stop - start for start, stop in spans))
        return [
            {
                "totalSize": stop - start,
                "done": True,
                "records": records[end - (stop - start) : end],
            }
            if stop > start
            else None
            for (start, stop), end in zip(spans, ends, strict=True)
        ]


@dataclass(slots=True, kw_only=True)
class Rows:
    """Columns of values, with the type of each and the shape of a record."""

    table: pa.Table
    types: Sequence[str]
    node: Node
    aggregate: bool = False
    nested: Sequence[Nested] = ()

    def page(self, start: int, stop: int) -> list[Row]:
        """Rows of JSON values."""
        return self.read(self.table.slice(start, max(0, stop - start)))

    def read(self, part: pa.Table) -> list[Row]:
        """The rows of a part of the table as JSON values."""
        columns = [values(part.column(i), type_) for i, type_ in enumerate(self.types)]
        return list(zip(*columns, strict=True))

    def records(self, start: int, stop: int, version: str) -> list[dict[str, Any]]:
        """Records as REST shows them."""
        part = self.table.slice(start, max(0, stop - start))
        return self.shaped(part, version)

    def shaped(self, part: pa.Table, version: str) -> list[dict[str, Any]]:
        """A part of the table as records."""
        rows = self.read(part)
        if self.nested:
            parents = [row[0] for row in rows]
            below = [nested.of(parents, version) for nested in self.nested]
            rows = [(*row, *more) for row, *more in zip(rows, *below, strict=True)]
        make = Shape(version=version, width=len(self.types)).maker(self.node)
        if self.aggregate:
            make = aggregated(self.node)
        return [make(row) for row in rows]


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
        text = column.cast(pa.timestamp("ms")).cast(pa.string())
        text = pc.utf8_replace_slice(text, start=10, stop=11, replacement="T")
        return list(pc.binary_join_element_wise(text, "+0000", "").to_pylist())
    if type_ == "date":
        return list(column.cast(pa.string()).to_pylist())
    if type_ == "time":
        text = column.cast(pa.time32("ms")).cast(pa.string())
        return list(pc.binary_join_element_wise(text, "Z", "").to_pylist())
    if pa.types.is_decimal(column.type):
        return numbers(column)
    return list(column.to_pylist())


def numbers(column: pa.ChunkedArray) -> list[float | int | None]:
    """Decimals as JSON numbers."""
    texts = column.cast(pa.string()).to_pylist()
    return [None if text is None else number(text) for text in texts]


def number(text: str) -> float | int:
    """A JSON number: a float, or whole where a float would lose digits."""
    near = float(text)
    if len(text) <= EXACT or Decimal(repr(near)) == (value := Decimal(text)):
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


def aggregated(node: Node) -> Callable[[Row], dict[str, Any]]:
    """A function from a row to the record of a group."""
    columns = [(key, what) for key, what in node.entries if isinstance(what, int)]

    def make(row: Row) -> dict[str, Any]:
        return {
            "attributes": {"type": "AggregateResult"},
            **{key: row[place] for key, place in columns},
        }

    return make
