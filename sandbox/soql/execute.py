"""Runs a query: parse, check, plan, one statement per level, rows as a snapshot."""

from typing import Any, Final

import duckdb
import pyarrow as pa

from sandbox.errors import ApiError
from sandbox.soql.checks import check, check_bulk_object, is_count, is_grouped
from sandbox.soql.grouped import Groups
from sandbox.soql.parser import parse
from sandbox.soql.plan import Level, body, open_level, statement
from sandbox.soql.result import Nested, Result, Rows
from sandbox.soql.select import Below, SelectList, open_list
from sandbox.soql.setting import Setting


#: Groups are not paged, so there may only be as many as fit on one page.
MOST_GROUPS: Final = 2_000


def execute(con: duckdb.DuckDBPyConnection, setting: Setting) -> Result:
    """The answer to a query; ApiError where the service would refuse."""
    try:
        return answer(con, setting)
    except RecursionError as error:
        raise ApiError(
            400,
            "QUERY_TOO_COMPLICATED",
            "The query is too deeply nested to be compiled",
        ) from error
    except duckdb.Error as error:
        raise ApiError(500, "UNKNOWN_EXCEPTION", str(error)) from error


def answer(con: duckdb.DuckDBPyConnection, setting: Setting) -> Result:
    """Parse, check, plan and run."""
    query = parse(setting.text)
    check(setting.text, query, bulk=setting.bulk)
    level = open_level(setting, query)
    if setting.bulk:
        check_bulk_object(level.sobject)
    if is_count(query):
        return counted(con, level)
    if is_grouped(query):
        return grouped(con, level)
    return records(con, level)


def counted(con: duckdb.DuckDBPyConnection, level: Level) -> Result:
    """A number of rows, and no records."""
    level.ranks()
    sql = f"SELECT count(*) FROM ({statement(level, ['1'])})"
    row = con.execute(sql, level.setting.params or None).fetchone()
    return Result(
        total=row[0] if row else 0,
        columns=[],
        shown=(),
        found=None,
        sobject=level.sobject.name,
    )


def grouped(con: duckdb.DuckDBPyConnection, level: Level) -> Result:
    """One record per group."""
    groups = Groups(level=level)
    groups.take()
    table = fetch(con, level, groups.statement())
    if table.num_rows > MOST_GROUPS:
        raise ApiError(
            400,
            "EXCEEDED_ID_LIMIT",
            "Aggregate query does not support queryMore(), use LIMIT to restrict the"
            " results to a single batch",
        )
    types = [type_ for _, type_ in level.columns]
    return Result(
        total=table.num_rows,
        columns=groups.names,
        shown=range(len(types)),
        found=Rows(table=table, types=types, node=groups.node, aggregate=True),
        sobject=level.sobject.name,
    )


def records(con: duckdb.DuckDBPyConnection, level: Level) -> Result:
    """One record per row, with its parents and children."""
    chosen = open_list(level)
    chosen.take()
    sql = statement(level, columns_of(level), stable=True)
    table = fetch(con, level, sql)
    return Result(
        total=table.num_rows,
        columns=chosen.names,
        shown=chosen.shown,
        found=rows_of(con, chosen, table),
        sobject=level.sobject.name,
        wide=chosen.long_texts > 1,
    )


def columns_of(level: Level) -> list[str]:
    """A level's columns under names of their own."""
    return [f"{sql} AS c{i}" for i, (sql, _) in enumerate(level.columns)]


def fetch(con: duckdb.DuckDBPyConnection, level: Level, sql: str) -> pa.Table:
    """Run a statement; what it found stays as it is now."""
    params: dict[str, Any] | None = level.setting.params or None
    return con.sql(sql, params=params).to_arrow_table()


def rows_of(
    con: duckdb.DuckDBPyConnection, chosen: SelectList, table: pa.Table
) -> Rows:
    """Found rows with the rows below them."""
    return Rows(
        table=table,
        types=[type_ for _, type_ in chosen.level.columns],
        node=chosen.node,
        nested=[below_of(con, below, table.column(0)) for below in chosen.below],
    )


def below_of(
    con: duckdb.DuckDBPyConnection, below: Below, parents: pa.ChunkedArray
) -> Nested:
    """The children of all parents, in one statement, in the order of their parents."""
    level, query = below.level, below.level.query
    key = f'{level.scope.root.alias}."{below.reference.name}"'
    ranks = ", ".join(filter(None, [level.ranks(), level.scope.root.id]))
    place = f"row_number() OVER (PARTITION BY {key} ORDER BY {ranks})"
    columns = [*columns_of(level), f"{key} AS parent", f"{place} AS place"]
    sql = body(level, columns, f"{key} IN (SELECT id FROM parents)")
    first = int(str(query.offset.value)) if query.offset else 0
    kept = f"place > {first}"
    if query.limit:
        kept += f" AND place <= {first + int(str(query.limit.value))}"
    con.register("parents", pa.table({"id": parents}))
    try:
        found = fetch(
            con,
            level,
            f"SELECT * FROM ({sql}) WHERE {kept} ORDER BY parent, place",
        )
    finally:
        con.unregister("parents")
    spans: dict[str, tuple[int, int]] = {}
    for row, parent in enumerate(found.column("parent").to_pylist()):
        start, _ = spans.get(parent, (row, row))
        spans[parent] = (start, row + 1)
    return Nested(rows=rows_of(con, below.list, found), spans=spans)
