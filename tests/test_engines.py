"""One text, three engines, equal books: ``make engines`` runs these.

The ordinary suite leaves them out. PostgreSQL comes from the distribution and Spark
from the package registry; a made-up Sales Cloud lives through every kind of event,
and a real organisation is read as of a day.
"""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

from reports.facts.book import read_book
from reports.facts.engine import DuckDB
from reports.model import Book
from tests import mirrors
from tests.conftest import foreign
from tests.engines import PostgreSQL, Rows, Spark, tables_of
from tests.mirrors import HEALTHY, load_folder
from tests.test_reports_facts_leakage import CONTACTS, DEALS, KINDS, OWNERS, T, live


pytestmark = pytest.mark.engines

AS_OF = T.replace(tzinfo=UTC)
BANK_AS_OF = datetime(2012, 3, 1, tzinfo=UTC)
FIELDS = ("CampaignId", "NextStep")


@pytest.fixture(scope="module")
def made_up() -> tuple[Rows, list[Any]]:
    """A life of many events as tables, and its journal; stamps have milliseconds."""
    chance = Random(26)  # noqa: S311 - an order, not a secret
    events = sorted(
        (
            (
                chance.choice(KINDS),
                chance.randint(0, 1000),
                chance.randint(0, len(DEALS) - 1),
                chance.randint(0, 9),
            )
            for _ in range(1500)
        ),
        key=lambda event: event[1],
    )
    events = [event for event in events if not event[0].startswith("lose Opp")]
    cloud = live(events, datetime.max, tracks=True)  # noqa: DTZ901
    tables = {name: list(rows.values()) for name, rows in cloud.rows.items()}
    for rows in tables.values():
        for row in rows:
            if row.get("CreatedDate"):
                row["CreatedDate"] += timedelta(milliseconds=chance.randint(0, 999))
    tables["User"] = [
        {**HEALTHY["User"][0], "Id": owner, "TimeZoneSidKey": zone}
        for owner, zone in zip(OWNERS, ("Pacific/Auckland", None), strict=True)
    ]
    tables["Contact"] = [
        {"Id": contact, "Name": contact, "Email": f"{place}@globex.example"}
        for place, contact in enumerate(CONTACTS)
    ]
    tables["Account"] = [
        {"Id": "001A", "Name": "Globex"},
        {"Id": "001a", "Name": " GLOBEX"},
    ]
    mirrors.engine_of(**tables)
    return tables_of(mirrors.memory()), cloud.journal


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


def fingerprint(book: Book) -> dict[str, str]:
    """One digest a part of the book, so that a difference says where it is."""
    parts = {
        "open": [repr(deal) for deal in book.deals],
        "closed": [repr(deal) for deal in book.closed],
        "people": [repr(person) for person in book.people.values()],
        "stages": [repr(stage) for stage in book.stages.values()],
        "problems": [repr(problem) for problem in book.problems],
        "rest": [
            repr((book.org.id, book.org.currency, sorted(book.org.has))),
            repr((book.quotas, sorted(book.fields), sorted(book.doubled_accounts))),
            repr((sorted(book.data_as_of.items()), book.closed_left_out)),
        ],
    }
    return {
        name: f"{len(rows)} {sha256(json.dumps(rows).encode()).hexdigest()[:16]}"
        for name, rows in parts.items()
    }


def reference(rows: Rows, as_of: datetime, journal: list[Any]) -> Book:
    """The book as DuckDB reads it."""
    connection = duckdb.connect()
    mirrors.create(connection)
    for name, (columns, found) in rows.items():
        if found:
            marks = ", ".join("?" for _ in columns)
            connection.executemany(f"insert into {name} values ({marks})", found)  # noqa: S608
    with DuckDB(connection) as engine:
        return read_book(engine, as_of, journal=journal, fields=FIELDS)


def test_postgresql_reads_the_same_book(
    made_up: tuple[Rows, list[Any]], postgresql: Any
) -> None:
    rows, journal = made_up
    book = read_book(
        PostgreSQL(postgresql, rows), AS_OF, journal=journal, fields=FIELDS
    )

    assert len(book.deals) == len(DEALS)
    assert all(deal.calls and deal.emails and deal.meetings for deal in book.deals)
    assert all(deal.pushes and deal.roles and deal.by_contact for deal in book.deals)
    assert fingerprint(book) == fingerprint(reference(rows, AS_OF, journal))


def test_spark_reads_the_same_book(made_up: tuple[Rows, list[Any]], spark: Any) -> None:
    rows, journal = made_up
    book = read_book(Spark(spark, rows), AS_OF, journal=journal, fields=FIELDS)

    assert fingerprint(book) == fingerprint(reference(rows, AS_OF, journal))


def test_postgresql_reads_a_real_organisation_alike(
    bank: Rows, postgresql: Any, tmp_path: Path
) -> None:
    book = read_book(PostgreSQL(postgresql, bank), BANK_AS_OF)

    assert len(book.deals) == 932
    assert fingerprint(book) == fingerprint(read_bank(tmp_path))


def test_spark_reads_a_real_organisation_alike(
    bank: Rows, spark: Any, tmp_path: Path
) -> None:
    book = read_book(Spark(spark, bank), BANK_AS_OF)

    assert fingerprint(book) == fingerprint(read_bank(tmp_path))


def read_bank(folder: Path) -> Book:
    path = load_folder(folder / "mirror.duckdb", foreign("orgs", "bank2012"))
    with DuckDB(duckdb.connect(str(path), read_only=True)) as engine:
        return read_book(engine, BANK_AS_OF)
