"""PostgreSQL and Spark as engines of the fact queries: what an adapter has to do.

Both read the same files in ``reports/facts/sql``. An adapter defines the two
functions, attaches the tables, keeps results and lends a table; nothing else.
"""

# ruff: noqa: S608 - names come from the tests' own list of tables

from collections.abc import Iterable, Sequence
from typing import Any

import duckdb

from reports.facts.engine import Columns, Parameter, render
from tests.mirrors import TABLES, columns_of


Rows = dict[str, tuple[list[str], list[tuple[Any, ...]]]]

#: What a sync keeps besides the rows themselves.
REMEMBERED = {
    "mirror_object": {
        "name": "varchar",
        "available": "boolean",
        "rows": "bigint",
        "watermark": "timestamp",
        "loaded_at": "timestamp",
        "status": "varchar",
        "reason": "varchar",
    },
    "mirror_meta": {"name": "varchar", "value": "varchar"},
}

#: How PostgreSQL and Spark call the types of the mirror, where they differ.
POSTGRESQL = {"varchar": "text", "number": "numeric"}
SPARK = {"varchar": "string", "timestamp": "timestamp_ntz"}


def tables_of(connection: duckdb.DuckDBPyConnection) -> Rows:
    """Everything in a mirror: columns and rows by table."""
    found: Rows = {}
    names = (*(f"sf_{table.lower()}" for table in TABLES), *REMEMBERED)
    for name in names:
        cursor = connection.execute(f"select * from {name}")
        columns = [column[0] for column in cursor.description or ()]
        found[name] = columns, cursor.fetchall()
    return found


def types_of(name: str) -> dict[str, str]:
    """The columns of a table of the mirror with DuckDB's types."""
    for table in TABLES:
        if name == f"sf_{table.lower()}":
            return columns_of(table)
    return REMEMBERED[name]


class PostgreSQL:
    """Fact queries on a PostgreSQL connection."""

    FUNCTIONS = (
        """
        create or replace function days_between(a date, b date) returns int
        language sql immutable as 'select b - a'
        """,
        """
        create or replace function epoch_s(t timestamp) returns bigint
        language sql immutable as 'select floor(extract(epoch from t))::bigint'
        """,
    )

    def __init__(self, connection: Any, tables: Rows) -> None:
        self._connection = connection
        for function in self.FUNCTIONS:
            self._run(function)
        for name, (columns, rows) in tables.items():
            kinds = types_of(name)
            typed = ", ".join(
                f"{column} {POSTGRESQL.get(kinds[column], kinds[column])}"
                for column in columns
            )
            self._run(f"drop table if exists {name}")
            self._run(f"create temp table {name} ({typed})")
            with (
                connection.cursor() as cursor,
                cursor.copy(f"copy {name} from stdin") as copy,
            ):
                for row in rows:
                    copy.write_row(row)
            self._run(f"analyze {name}")

    def query(self, name: str, /, **params: Parameter) -> list[dict[str, Any]]:
        """Run a query and return its rows in order."""
        cursor = self._run(render(name, params))
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def keep(self, name: str, /, **params: Parameter) -> None:
        """Run a query and keep its rows."""
        self._run(f"drop table if exists fact_{name}")
        self._run(f"create temp table fact_{name} as {render(name, params)}")
        self._run(f"analyze fact_{name}")

    def lend(self, name: str, columns: Columns, rows: Iterable[Sequence[Any]]) -> None:
        """Make a small table."""
        typed = ", ".join(f"{c} {POSTGRESQL.get(kind, kind)}" for c, kind in columns)
        self._run(f"drop table if exists lent_{name}")
        self._run(f"create temp table lent_{name} ({typed})")
        with (
            self._connection.cursor() as cursor,
            cursor.copy(f"copy lent_{name} from stdin") as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def _run(self, statement: str) -> Any:
        return self._connection.execute(statement)


class Spark:
    """Fact queries on a Spark session whose time zone is UTC."""

    FUNCTIONS = (
        """
        create or replace temporary function days_between(a date, b date) returns int
        return datediff(b, a)
        """,
        """
        create or replace temporary function epoch_s(t timestamp_ntz) returns bigint
        return floor(unix_micros(cast(t as timestamp)) / 1000000)
        """,
    )

    def __init__(self, session: Any, tables: Rows) -> None:
        self._session = session
        for function in self.FUNCTIONS:
            session.sql(function)
        for name, (columns, rows) in tables.items():
            kinds = types_of(name)
            self._view(name, [(column, kinds[column]) for column in columns], rows)

    def query(self, name: str, /, **params: Parameter) -> list[dict[str, Any]]:
        """Run a query and return its rows in order."""
        return [
            row.asDict() for row in self._session.sql(render(name, params)).collect()
        ]

    def keep(self, name: str, /, **params: Parameter) -> None:
        """Run a query and keep its rows."""
        found = self._session.sql(render(name, params)).localCheckpoint()
        found.createOrReplaceTempView(f"fact_{name}")

    def lend(self, name: str, columns: Columns, rows: Iterable[Sequence[Any]]) -> None:
        """Make a small table."""
        self._view(f"lent_{name}", columns, [tuple(row) for row in rows])

    def _view(
        self, name: str, columns: Columns, rows: Sequence[tuple[Any, ...]]
    ) -> None:
        schema = ", ".join(f"`{c}` {SPARK.get(kind, kind)}" for c, kind in columns)
        frame = self._session.createDataFrame(list(rows), schema)
        frame.localCheckpoint().createOrReplaceTempView(name)
