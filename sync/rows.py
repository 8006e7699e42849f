"""Rows as Sales Cloud sends them, as columns; DuckDB takes them in.

JSON becomes columns of text, of which DuckDB makes values. A bulk result is read as
values at once, several times as fast; where a text is none, as text like JSON.
"""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

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

#: Bytes of a bulk result that are in memory at a time.
BLOCK: Final = 4 << 20


class NotValuesError(Exception):
    """A bulk result holds texts that are no values of their columns' types."""


def text_table(
    records: Sequence[Mapping[str, Any]], columns: Sequence[str]
) -> pa.Table:
    """JSON records as a table of text."""
    if records and (missing := [c for c in columns if c not in records[0]]):
        raise Unexpected(f"a page lacks the columns {', '.join(missing)}")
    arrays = [text_array([row.get(name) for row in records]) for name in columns]
    return pa.table(dict(zip(columns, arrays, strict=True)))


def joined(tables: Sequence[pa.Table]) -> pa.Table:
    """Several tables as one."""
    return pa.concat_tables(tables)


def text_array(values: list[Any]) -> pa.Array:
    """A column of text; most values are text already."""
    try:
        return pa.array(values, type=pa.string())
    except (pa.ArrowException, UnicodeEncodeError, TypeError):
        return pa.array([as_text(value) for value in values], type=pa.string())


def as_text(value: Any) -> str | None:
    """One value as Bulk would write it."""
    match value:
        case None:
            return None
        case str():
            return value.encode("utf-8", "replace").decode("utf-8")
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
    return json.dumps(value)


def csv_batches(
    path: Path, fields: Sequence[Field], *, as_values: bool
) -> Iterator[pa.RecordBatch]:
    """The rows of a bulk result, a block at a time."""
    check_header(path, [field.name for field in fields])
    check_quotes(path)
    types = {f.name: type_of(f) if as_values else pa.string() for f in fields}
    with reading(as_values=as_values):
        reader = pa.csv.open_csv(
            path,
            memory_pool=pa.system_memory_pool(),  # gives back what it does not need
            read_options=pa.csv.ReadOptions(
                column_names=list(types), skip_rows=1, block_size=BLOCK
            ),
            parse_options=pa.csv.ParseOptions(newlines_in_values=True),
            convert_options=pa.csv.ConvertOptions(
                column_types=types,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                true_values=["true"],
                false_values=["false"],
            ),
        )
        while batch := next_batch(reader):
            yield in_utc(batch)


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


def next_batch(reader: pa.csv.CSVStreamingReader) -> pa.RecordBatch | None:
    """More rows, or none."""
    try:
        return reader.read_next_batch()
    except StopIteration:
        return None


def in_utc(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Moments without their zone, which is UTC: as the mirror keeps them."""
    return pa.record_batch(
        [
            column.cast(pa.timestamp("us"))
            if pa.types.is_timestamp(column.type)
            else column
            for column in batch.columns
        ],
        names=batch.schema.names,
    )


def table_of(batch: pa.RecordBatch) -> pa.Table:
    """Rows of a block as DuckDB reads them."""
    return pa.Table.from_batches([batch])


def check_header(path: Path, columns: Sequence[str]) -> None:
    """Make sure that a CSV file holds the columns that were asked for, in order."""
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        found = next(csv.reader(file), [])
    if [name.lower() for name in found] != [name.lower() for name in columns]:
        raise NotWhole(f"a bulk result has the columns {', '.join(found)[:200]}")


def check_quotes(path: Path) -> None:
    """Make sure that the last value is whole: a reader of CSV would not mind."""
    with path.open("rb") as file:
        count = sum(block.count(b'"') for block in iter(lambda: file.read(BLOCK), b""))
    if count % 2:
        raise NotWhole("a part of the bulk result ends in the middle of a value")
