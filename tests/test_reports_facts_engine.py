"""The engine: what may stand in a fact query, and what happens without a mirror."""

import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import duckdb
import pytest

from reports.facts.engine import SQL, FactsError, literal, open_duckdb, render, text_of
from tests import mirrors


QUERIES = sorted(path.stem for path in SQL.glob("*.sql"))

#: What only some engines read, or what they read differently.
FORBIDDEN = {
    r"\bqualify\b": "DuckDB alone has it",
    r"//": "it does not floor",
    r"\bfilter\s*\(": "count a case instead",
    r"\b(double|float|real)\b": "floating sums differ between engines",
    r"\b(try_cast|strptime|list|unnest|struct|lambda)\b": "not everywhere",
    r"\bgroup by all\b|\bexclude\s*\(|\bselect distinct on\b": "DuckDB alone has it",
    r"::": "write cast",
    r'"': "a string on Spark",
    r"\\": "Spark unescapes it",
    r"\$\d": "parameters are literals",
    r"\bmax\s*\(\s*is\w+": "no maximum of booleans",
    r"\bilike\b|\bsimilar to\b|~": "not everywhere",
    r"\bconcat\s*\(|\bgreatest\s*\(|\bleast\s*\(": "nulls differ between engines",
    r"\bnot in\s*\(\s*select\b": "use not exists",
    r"\binterval\b|\bnow\s*\(|\bcurrent_": "months and now arrive as literals",
    r"\bignore nulls\b": "Spark alone has it there",
    r"\bas varchar\s*\)": "Spark wants a length",
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_keeps_to_what_every_engine_reads(name: str) -> None:
    text = re.sub(r"'[^']*'", "''", text_of(name)).lower()

    assert [why for bad, why in FORBIDDEN.items() if re.search(bad, text)] == []


@pytest.mark.parametrize("name", QUERIES)
def test_every_ordering_names_its_nulls(name: str) -> None:
    text = re.sub(r"\s+", " ", text_of(name).lower())
    text = re.sub(r" range between [^()]*(?=\))", "", text)  # a frame is no key
    orders = re.findall(r"order by ((?:[^()]|\([^()]*\))*?)(?:\)|$)", text)
    keys = [key for order in orders for key in re.split(r",(?![^()]*\))", order) if key]

    assert [k for k in keys if not re.search(r"nulls (first|last)\s*$", k)] == []


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_opens_by_saying_what_it_is(name: str) -> None:
    assert (SQL / f"{name}.sql").read_text("utf-8").startswith("-- ")


def test_the_lint_sees_what_it_forbids() -> None:
    text = "select max(is_open), a // b from t qualify row_number() over () = 1"

    assert sum(bool(re.search(bad, text)) for bad in FORBIDDEN) == 3


def test_comments_are_stripped() -> None:
    assert "--" not in "".join(text_of(name) for name in QUERIES)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2026, 3, 1), "date '2026-03-01'"),
        (datetime(2026, 3, 1, 6, tzinfo=UTC), "timestamp '2026-03-01 06:00:00'"),
        (
            datetime(2026, 3, 1, 6, 0, 0, 7000, timezone(timedelta(hours=2))),
            "timestamp '2026-03-01 04:00:00.007000'",
        ),
        (120, "120"),
    ],
)
def test_parameters_become_typed_literals(value: object, text: str) -> None:
    assert literal(value) == text


@pytest.mark.parametrize("value", ["x'; drop table deal", True, None, 1.5])
def test_nothing_else_becomes_a_literal(value: object) -> None:
    with pytest.raises(TypeError, match="neither a day, a moment, a whole"):
        literal(value)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError, match="does not say its zone"):
        literal(datetime(2026, 3, 1))  # noqa: DTZ001 - the point of the test


def test_a_query_without_its_parameter_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError, match="as_of"):
        render("people", {})


def test_elapsed_seconds_are_floored_before_and_after_1970() -> None:
    with mirrors.engine_of() as engine:
        engine.lend(
            "journal",
            [("place", "bigint"), ("moment", "timestamp")],
            [(1, datetime(1969, 12, 31, 23, 59, 59, 700000, UTC).replace(tzinfo=None))],
        )
        rows = engine._run(  # noqa: SLF001 - no fact query shows it
            "select epoch_s(moment), days_between(date '2026-01-01', date '2026-03-01')"
            " from lent_journal"
        ).fetchall()

    assert rows == [(-1, 59)]


def test_no_mirror_yet(tmp_path: Path) -> None:
    with pytest.raises(FactsError, match="run `dealpacket sync` first"):
        open_duckdb(tmp_path / "mirror.duckdb")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "mirror.duckdb"
    path.write_bytes(b"Id,Name\n" * 2000)

    with pytest.raises(FactsError, match="is not a DuckDB file: move it away"):
        open_duckdb(path)


def test_a_database_that_is_no_mirror(tmp_path: Path) -> None:
    path = tmp_path / "mirror.duckdb"
    duckdb.connect(str(path)).close()

    with pytest.raises(FactsError, match=r"sf_opportunity.* are missing.*sync --full"):
        open_duckdb(path)


def test_a_mirror_of_an_older_version_says_which_column(tmp_path: Path) -> None:
    path = mirrors.write_mirror(tmp_path / "mirror.duckdb", mirrors.HEALTHY)
    with duckdb.connect(str(path)) as connection:
        connection.execute("alter table sf_user drop column LocaleSidKey")

    with (
        open_duckdb(path) as engine,
        pytest.raises(FactsError, match=r"LocaleSidKey.*sync --full"),
    ):
        engine.query("people", as_of=datetime(2026, 3, 1, tzinfo=UTC))


def test_a_mirror_that_a_sync_is_writing(tmp_path: Path) -> None:
    path = mirrors.write_mirror(tmp_path / "mirror.duckdb", mirrors.HEALTHY)
    code = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(1, flush=True);"
    with subprocess.Popen(
        [sys.executable, "-c", code + "sys.stdin.read()", str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        with pytest.raises(FactsError, match="in use by another process"):
            open_duckdb(path)
        writer.communicate()


def test_reading_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = mirrors.write_mirror(tmp_path / "mirror.duckdb", mirrors.HEALTHY)
    before = path.read_bytes()

    with open_duckdb(path) as engine:
        engine.keep("stage", as_of=datetime(2026, 3, 1, tzinfo=UTC))

        assert len(engine.query("stages")) == 5
    assert path.read_bytes() == before
