"""Rows as Sales Cloud sends them, as columns of text; DuckDB makes values of them."""

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from sync.errors import NotWhole, Unexpected


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


def check_header(path: Path, columns: Sequence[str]) -> None:
    """Make sure that a CSV file holds the columns that were asked for, in order."""
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        found = next(csv.reader(file), [])
    if [name.lower() for name in found] != [name.lower() for name in columns]:
        raise NotWhole(f"a bulk result has the columns {', '.join(found)[:200]}")
