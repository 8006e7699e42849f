"""Rows as Sales Cloud sends them, as columns; DuckDB takes them in.

They are read as values at once; where a text is none, all are read as text, several
times as slowly. JSON is spelled like a bulk result first: ``pyarrow.array`` imports
pandas, which takes 60 MB and longer than most deltas.
"""

import csv
import json
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any, Final, TypeVar

import pyarrow as pa
import pyarrow.csv

from sync.errors import NotWhole, Unexpected
from sync.kinds import WHOLE
from sync.objects import Field, Kind


#: What the columns of a bulk result hold that are no decimal numbers.
TYPES: Final = {
    Kind.TEXT: pa.string(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.date32(),
    Kind.MOMENT: pa.timestamp("us", "UTC"),
    Kind.INTEGER: pa.int64(),
}

#: How moments in UTC end.
UTC: Final = ("Z", "+0000", "+00:00", "-0000", "-00:00")

#: Bytes of a bulk result that are in memory at a time.
BLOCK: Final = 4 << 20

T = TypeVar("T")
#: Rows as columns.
Table = pa.Table


class NotValuesError(Exception):
    """A bulk result holds texts that are no values of their columns' types."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """JSON records as lines of CSV, as Bulk would write them."""

    text: bytes
    rows: int
    in_utc: bool  #: no moment has another zone: pyarrow would convert it in silence


#: A page without rows.
NOTHING: Final = Lines(text=b"", rows=0, in_utc=True)


def lines_of(records: Sequence[Mapping[str, Any]], fields: Sequence[Field]) -> Lines:
    """Spell JSON records as CSV."""
    if missing := [f.name for f in fields if f.name not in records[0]]:
        raise Unexpected(f"a page lacks the columns {', '.join(missing)}")
    columns = [spelled([row.get(field.name) for row in records]) for field in fields]
    pairs = zip(fields, columns, strict=True)
    moments = [texts for field, texts in pairs if field.kind is Kind.MOMENT]
    rows = map('","'.join, zip(*columns, strict=True))
    return Lines(
        text=('"' + '"\n"'.join(rows) + '"\n').encode("utf-8", "replace"),
        rows=len(records),
        in_utc=all(text.endswith(UTC) for some in moments for text in some if text),
    )


def page_table(
    pages: Sequence[Lines], fields: Sequence[Field], *, as_values: bool
) -> pa.Table:
    """Pages as columns, joined."""
    if as_values and not all(page.in_utc for page in pages):
        raise NotValuesError("a moment is not in UTC")
    text = pa.py_buffer(b"".join(page.text for page in pages))
    return parsed(text, fields, as_values=as_values)


def spelled(values: Sequence[Any]) -> list[str]:
    """A column as CSV spells it between quotes: several times as fast as a writer."""
    texts = [value if type(value) is str else as_text(value) for value in values]
    if '"' in "".join(texts):
        return [text.replace('"', '""') for text in texts]
    return texts


def as_text(value: Any) -> str:
    """One value as Bulk would write it."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
    return json.dumps(value)


def csv_blocks(
    path: Path, fields: Sequence[Field], *, as_values: bool
) -> Generator[pa.Table, None, None]:
    """The rows of a bulk result, a block at a time; the next one is read meanwhile."""
    return one_ahead(read_blocks(path, fields, as_values=as_values))


def read_blocks(
    path: Path, fields: Sequence[Field], *, as_values: bool
) -> Iterator[pa.Table]:
    """The rows of a bulk result, a block at a time.

    pyarrow's own reader would hold all of a file that is read faster than taken in.
    """
    with path.open("rb") as file:
        check_header(file.readline(), [field.name for field in fields])
        for block in whole_rows(file):
            yield parsed(block, fields, as_values=as_values)


def whole_rows(file: BufferedReader) -> Iterator[pa.Buffer]:
    """A file in blocks that end where a row does; each is gone when the next comes."""
    space, used = bytearray(BLOCK), 0
    while more := file.readinto(memoryview(space)[used:]):
        used += more
        end = end_of_rows(space, used)
        if end:
            yield pa.py_buffer(space).slice(0, end)
        elif used == len(space):
            space = space + bytes(used)
        used -= end
        space[:used] = space[end : end + used]
    if space.count(b'"', 0, used) % 2:
        raise NotWhole("a part of the bulk result ends in the middle of a value")
    if used:
        yield pa.py_buffer(space).slice(0, used)


def end_of_rows(text: bytearray, used: int) -> int:
    """Where the last whole row ends: with a line, and while no value is open."""
    end = text.rfind(b"\n", 0, used) + 1
    quotes = text.count(b'"', 0, end)
    while quotes % 2:
        before = text.rfind(b"\n", 0, end - 1) + 1
        quotes -= text.count(b'"', before, end)
        end = before
    return end


def parsed(text: pa.Buffer, fields: Sequence[Field], *, as_values: bool) -> pa.Table:
    """Lines of CSV as columns; values that fit them."""
    with reading(as_values=as_values):
        table = pa.csv.read_csv(
            pa.BufferReader(text), **options(fields, text.size, as_values=as_values)
        )
        pa.default_memory_pool().release_unused()  # what parsing needed besides
        if not table.num_rows:
            return table
        return pa.Table.from_batches([checked(batch) for batch in table.to_batches()])


def options(fields: Sequence[Field], size: int, *, as_values: bool) -> dict[str, Any]:
    """How pyarrow reads CSV of Sales Cloud: all of it at once, in this thread."""
    types = {f.name: type_of(f) if as_values else pa.string() for f in fields}
    return {
        "read_options": pa.csv.ReadOptions(
            column_names=list(types), block_size=size + 1, use_threads=False
        ),
        "parse_options": pa.csv.ParseOptions(newlines_in_values=True),
        "convert_options": pa.csv.ConvertOptions(
            column_types=types,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
            true_values=["true"],
            false_values=["false"],
        ),
    }


def type_of(field: Field) -> pa.DataType:
    """What a column of a bulk result holds."""
    if field.decimals is None:
        return TYPES[field.kind]
    return pa.decimal128(WHOLE + field.decimals, field.decimals)


@contextmanager
def reading(*, as_values: bool) -> Iterator[None]:
    """Tell a damaged file from one whose texts are no values."""
    try:
        yield
    except pa.ArrowInvalid as error:
        if as_values:
            raise NotValuesError(str(error)) from error
        raise NotWhole(f"a part of the bulk result is damaged: {error}") from error


def checked(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Values that fit their columns, moments without their zone, which is UTC."""
    return pa.record_batch(
        [fitting(column) for column in batch.columns], names=batch.schema.names
    )


def fitting(column: pa.Array) -> pa.Array:
    """A column as the mirror keeps it; pyarrow reads decimals that are too long."""
    if pa.types.is_timestamp(column.type):
        return column.view(pa.timestamp("us"))
    if pa.types.is_decimal(column.type):
        column.validate(full=True)
    return column


def check_header(line: bytes, columns: Sequence[str]) -> None:
    """Make sure that a CSV file holds the columns that were asked for, in order."""
    found = next(csv.reader([line.decode("utf-8", "replace")]), [])
    if [name.lower() for name in found] != [name.lower() for name in columns]:
        raise NotWhole(f"a bulk result has the columns {', '.join(found)[:200]}")


def one_ahead(items: Iterator[T]) -> Generator[T, None, None]:
    """Items, each made in another thread while the one before it is in use."""
    with ThreadPoolExecutor(1, "ahead") as maker:
        coming = maker.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = maker.submit(next, items, None)
            yield item
