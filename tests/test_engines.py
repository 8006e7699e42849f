"""One text, three engines, equal answers: ``make engines`` runs these.

The ordinary suite leaves them out, but for seeing to it that every query is asked.
PostgreSQL comes from the distribution and Spark from the package registry; a made-up
Sales Cloud lives through every kind of event, and a real organisation is read as of a
day.
"""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from reports.facts.book import read_book
from reports.facts.engine import SQL, DuckDB, Parameter
from tests import mirrors
from tests.conftest import foreign
from tests.engine_cases import AS_OF, FIELDS, Case, answers, made_up
from tests.engines import PostgreSQL, Rows, Spark, tables_of
from tests.mirrors import load_folder
from tests.test_reports_facts_leakage import DEALS


BANK_AS_OF = datetime(2012, 3, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def case() -> Case:
    return made_up()


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    path = tmp_path_factory.mktemp("bank") / "mirror.duckdb"
    load_folder(path, foreign("orgs", "bank2012"))
    with duckdb.connect(str(path), read_only=True) as connection:
        return tables_of(connection)


@pytest.fixture(scope="module")
def postgresql() -> Iterator[Any]:
    psycopg = pytest.importorskip("psycopg")
    if "PGHOST" not in os.environ:
        pytest.fail("PostgreSQL is not there; run make engines")
    with psycopg.connect("", autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    sql = pytest.importorskip("pyspark.sql")
    session = (
        sql.SparkSession.builder.master("local[2]")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.memory", "4g")
        .getOrCreate()
    )
    yield session
    session.stop()


class Counting(DuckDB):
    """DuckDB that remembers how many rows each query answered."""

    answered: Counter[str]

    def query(self, name: str, /, **params: Parameter) -> list[dict[str, Any]]:
        """Run a query and count its rows."""
        rows = super().query(name, **params)
        self.answered[name] += len(rows)
        return rows

    def keep(self, name: str, /, **params: Parameter) -> None:
        """Keep a query's rows and count them."""
        super().keep(name, **params)
        self.answered[name] += len(
            self._run(f"select 1 from fact_{name}").fetchall()  # noqa: S608
        )


def loaded(rows: Rows) -> duckdb.DuckDBPyConnection:
    """The tables in a DuckDB of their own."""
    connection = duckdb.connect()
    mirrors.create(connection)
    connection.execute("truncate mirror_meta")
    for name, (columns, found) in rows.items():
        if found:
            marks = ", ".join("?" for _ in columns)
            connection.executemany(f"insert into {name} values ({marks})", found)  # noqa: S608
    return connection


def reference(case: Case) -> dict[str, str]:
    """The answers of DuckDB."""
    with DuckDB(loaded(case.tables)) as engine:
        return answers(engine, AS_OF, case.journal, FIELDS)


def test_every_query_is_asked_and_has_an_answer_to_compare(case: Case) -> None:
    with Counting(loaded(case.tables)) as engine:
        engine.answered = Counter()
        answers(engine, AS_OF, case.journal, FIELDS)

    assert sorted(+engine.answered) == sorted(file.stem for file in SQL.glob("*.sql"))


@pytest.mark.engines
def test_postgresql_reads_the_same_book(case: Case, postgresql: Any) -> None:
    engine = PostgreSQL(postgresql, case.tables)
    book = read_book(engine, AS_OF, journal=case.journal, fields=FIELDS)

    lived = [deal for deal in book.deals if not deal.imported]
    assert (len(lived), len(book.deals)) == (len(DEALS), len(DEALS) + 5)
    assert all(deal.calls and deal.emails and deal.meetings for deal in lived)
    assert all(deal.pushes and deal.roles and deal.by_contact for deal in lived)
    assert answers(engine, AS_OF, case.journal, FIELDS) == reference(case)


@pytest.mark.engines
def test_spark_reads_the_same_book(case: Case, spark: Any) -> None:
    engine = Spark(spark, case.tables)

    assert answers(engine, AS_OF, case.journal, FIELDS) == reference(case)


@pytest.mark.engines
def test_postgresql_reads_a_real_organisation_alike(
    bank: Rows, postgresql: Any, tmp_path: Path
) -> None:
    engine = PostgreSQL(postgresql, bank)

    assert answers(engine, BANK_AS_OF, [], ()) == read_bank(tmp_path)


@pytest.mark.engines
def test_spark_reads_a_real_organisation_alike(
    bank: Rows, spark: Any, tmp_path: Path
) -> None:
    engine = Spark(spark, bank)

    assert answers(engine, BANK_AS_OF, [], ()) == read_bank(tmp_path)


def read_bank(folder: Path) -> dict[str, str]:
    path = load_folder(folder / "mirror.duckdb", foreign("orgs", "bank2012"))
    with DuckDB(duckdb.connect(str(path), read_only=True)) as engine:
        book = answers(engine, BANK_AS_OF, [], ())
    assert book["open"].startswith("932 ")
    return book
