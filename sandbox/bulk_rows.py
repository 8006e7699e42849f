"""Rows of a result as CSV, a slice of columns at a time rather than value by value."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from sandbox.soql.result import Result, text_of, values


#: Rows that are put into words at a time.
SLICE: Final = 20_000

MOMENT: Final = "%Y-%m-%dT%H:%M:%SZ"


def csv(
    result: Result, span: range, *, delimiter: str = ",", ending: str = "\n"
) -> Iterator[bytes]:
    """The header and the rows of ``span``, every value quoted."""
    yield (delimiter.join(map(quoted, result.columns)) + ending).encode()
    if result.found is None:
        return
    table, types, shown = result.found.table, result.found.types, result.shown
    between = f'"{delimiter}"'
    for start in range(span.start, span.stop, SLICE):
        part = table.slice(start, min(SLICE, span.stop - start))
        columns = [texts(part.column(i), types[i]) for i in shown]
        lines = pc.binary_join_element_wise(*columns, between).to_pylist()
        yield ('"' + f'"{ending}"'.join(lines) + f'"{ending}').encode()


def quoted(text: str) -> str:
    """A value that may hold quotes, in quotes."""
    return '"' + text.replace('"', '""') + '"'


def texts(column: pa.ChunkedArray, type_: str) -> pa.ChunkedArray:
    """A column as Bulk writes it, quotes doubled; nothing is an empty text."""
    if type_ == "datetime":
        written = pc.strftime(column.cast(pa.timestamp("ms")), format=MOMENT)
    elif pa.types.is_string(column.type) or pa.types.is_boolean(column.type):
        written = column.cast(pa.string())
        if pc.any(pc.match_substring(written, '"')).as_py():
            written = pc.replace_substring(written, '"', '""')
    else:
        spelled = [text_of(value) for value in values(column, type_)]
        written = pa.chunked_array([pa.array(spelled, pa.string())])
    return pc.fill_null(written, "")


def timed(result: Result) -> list[str]:
    """The paths of the columns that hold moments or days."""
    if result.found is None:
        return []
    types: Sequence[str] = result.found.types
    pairs: Sequence[tuple[str, Any]] = list(
        zip(result.columns, result.shown, strict=True)
    )
    return [path for path, i in pairs if types[i] in {"date", "datetime"}]
