"""The engine: where fact queries run, and how their text becomes a statement.

One text serves every engine: files in ``sql/`` keep to a subset that DuckDB,
PostgreSQL and Spark SQL all read. Two functions, ``days_between`` and ``epoch_s``,
are defined by the engine; parameters are days, moments, whole numbers and names of
fields only, and are written into the text as literals, so nothing else ever is.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Protocol, Self

import duckdb


SQL = Path(__file__).resolve().parent / "sql"


class Column(str):
    """The name of a column that the settings ask for; checked before it is used."""

    __slots__ = ()


#: What an engine may be asked to put into a query.
Parameter = date | datetime | int | Column
#: API names of fields, and nothing else.
FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")

#: Names and SQL types of a lent table.
Columns = Sequence[tuple[str, str]]

FUNCTIONS = (
    "create or replace temp macro days_between(a, b) as date_diff('day', a, b)",
    "create or replace temp macro epoch_s(t) as cast(floor(epoch(t)) as bigint)",
)

#: A mirror without one of these was not finished, or is not one.
NEEDED = ("mirror_object", "sf_opportunity", "sf_opportunitystage", "sf_user")


BRING_UP_TO_DATE = "Run `dealpacket sync --full` to bring the mirror up to date"


class FactsError(Exception):
    """The mirror cannot be read; the message says what to do about it."""


class Engine(Protocol):
    """What the readers need: run a fact query, keep a result, lend a small table."""

    def query(self, name: str, /, **params: Parameter) -> list[dict[str, Any]]:
        """Run ``sql/<name>.sql`` and return its rows in order."""

    def keep(self, name: str, /, **params: Parameter) -> None:
        """Run ``sql/<name>.sql`` and keep its rows as the table ``fact_<name>``."""

    def lend(self, name: str, columns: Columns, rows: Iterable[Sequence[Any]]) -> None:
        """Make the table ``lent_<name>`` of typed ``columns`` from ``rows``."""


def literal(value: object) -> str:
    """Write a parameter as a literal that every engine reads the same way."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError(f"the moment {value!r} does not say its zone")
        naive = value.astimezone(UTC).replace(tzinfo=None)
        return f"timestamp '{naive.isoformat(sep=' ')}'"
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, Column) and FIELD.fullmatch(value):
        return str(value)
    raise TypeError(f"{value!r} is neither a day, a moment, a whole number nor a field")


@cache
def text_of(name: str) -> str:
    """The text of a fact query without its comments."""
    lines = (SQL / f"{name}.sql").read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in (strip(line) for line in lines) if line)


def strip(line: str) -> str:
    """A line of SQL without its comment; literals never hold two hyphens."""
    return line.partition("--")[0].rstrip()


def render(name: str, params: dict[str, Parameter]) -> str:
    """The statement of a fact query with its parameters written in."""
    return re.sub(
        r"\{(\w+)\}", lambda match: literal(params[match.group(1)]), text_of(name)
    )


class DuckDB:
    """Fact queries on a mirror file, which is opened for reading only."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        for function in FUNCTIONS:
            self._run(function)

    def query(self, name: str, /, **params: Parameter) -> list[dict[str, Any]]:
        """Run ``sql/<name>.sql`` and return its rows in order."""
        cursor = self._run(render(name, params))
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def keep(self, name: str, /, **params: Parameter) -> None:
        """Run ``sql/<name>.sql`` and keep its rows as the table ``fact_<name>``."""
        self._run(f"create or replace temp table fact_{name} as {render(name, params)}")

    def lend(self, name: str, columns: Columns, rows: Iterable[Sequence[Any]]) -> None:
        """Make the table ``lent_<name>`` of typed ``columns`` from ``rows``."""
        typed = ", ".join(f"{column} {kind}" for column, kind in columns)
        self._run(f"create or replace temp table lent_{name} ({typed})")
        held = list(rows)
        if held:
            values = ", ".join(f"unnest(?::{kind}[])" for _, kind in columns)
            self._run(
                f"insert into lent_{name} select {values}",
                [list(column) for column in zip(*held, strict=True)],
            )

    def tables(self) -> set[str]:
        """The names of the mirror's tables."""
        cursor = self._run("select table_name from information_schema.tables")
        return {name for (name,) in cursor.fetchall()}

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(
        self, statement: str, values: Sequence[Any] = ()
    ) -> duckdb.DuckDBPyConnection:
        try:
            return self._connection.execute(statement, list(values))
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise FactsError(
                f"the mirror lacks what the reports need: {first_line(error)}. "
                f"{BRING_UP_TO_DATE}"
            ) from error
        except duckdb.Error as error:
            raise FactsError(
                f"the mirror cannot be read: {first_line(error)}"
            ) from error


def open_duckdb(path: Path) -> DuckDB:
    """Open a mirror for reading; FactsError says why not, and what to do."""
    if not path.is_file():
        raise FactsError(f"there is no mirror at {path}: run `dealpacket sync` first")
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise FactsError(f"{path} {reason(error)}") from error
    engine = DuckDB(connection)
    missing = sorted(set(NEEDED) - engine.tables())
    if missing:
        engine.close()
        raise FactsError(
            f"{path} is not a finished mirror, {', '.join(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} missing. {BRING_UP_TO_DATE}"
        )
    return engine


def reason(error: duckdb.Error) -> str:
    """Why a file could not be opened, and the remedy."""
    said = str(error)
    if "lock" in said:
        return "is in use by another process: wait until its sync has finished"
    if "version" in said:
        return (
            "was written by another version of DuckDB: delete it and run "
            "`dealpacket sync`, which rebuilds it"
        )
    if "not a valid DuckDB database file" in said:
        return (
            "is not a DuckDB file: move it away and run `dealpacket sync`, "
            "which rebuilds it"
        )
    return f"cannot be opened: {first_line(error)}"


def first_line(error: BaseException) -> str:
    """The part of an engine's message that a person can use."""
    return str(error).strip().partition("\n")[0]
