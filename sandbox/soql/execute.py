"""Runs a query: parse, plan, one statement per level, and the rows as a snapshot."""

from collections.abc import Mapping
from datetime import datetime

import duckdb

from sandbox.schema import SObject
from sandbox.soql.filters import Moments
from sandbox.soql.parser import parse
from sandbox.soql.plan import Setting, open_level, select, statement
from sandbox.soql.result import Result, Rows
from sandbox.soql.tree import Call, Selected


def execute(
    con: duckdb.DuckDBPyConnection,
    soql: str,
    objects: Mapping[str, SObject],
    *,
    moments: Moments,
    now: datetime,
    all_rows: bool = False,
    bulk: bool = False,
) -> Result:
    """The answer to ``soql``; ApiError where the service would refuse."""
    query = parse(soql)
    setting = Setting(
        text=soql,
        objects=objects,
        moments=moments,
        now=now,
        all_rows=all_rows,
        bulk=bulk,
    )
    level = open_level(setting, query)
    (first, *_) = query.items
    if isinstance(first, Selected) and isinstance(first.expr, Call):
        inner = statement(level, [level.scope.root.id])
        sql = f"SELECT count(*) FROM ({inner})"
        row = con.execute(sql, setting.params or None).fetchone()
        return Result(
            total=row[0] if row else 0,
            columns=[],
            shown=(),
            found=None,
            sobject=level.scope.root.sobject.name,
        )
    select(level)
    sql = statement(
        level, [f"{sql} AS c{i}" for i, (sql, _) in enumerate(level.columns)]
    )
    table = con.sql(sql, params=setting.params or None).to_arrow_table()
    rows = Rows(table=table, types=[t for _, t in level.columns], node=level.node)
    return Result(
        total=table.num_rows,
        columns=level.names,
        shown=level.shown,
        found=rows,
        sobject=level.scope.root.sobject.name,
    )
