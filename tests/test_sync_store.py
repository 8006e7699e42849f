import stat
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sync.cloud import Part
from sync.errors import MirrorError, NotWhole, Unexpected
from sync.objects import CATALOGUE
from sync.staging import Stage
from sync.store import Mirror
from sync.tables import Load


OPPORTUNITY = next(obj for obj in CATALOGUE if obj.name == "Opportunity")
FIRST = "006000000000001AAA"
SECOND = "006000000000002AAA"
NOW = datetime(2026, 11, 24, tzinfo=UTC)
STAMP = "2026-11-20T15:04:05.000+0000"
HELD = "from sf_opportunity select Id, {} order by Id"


def a_row(id_: str = FIRST, **changes: Any) -> dict[str, Any]:
    row = {"Id": id_, "SystemModstamp": STAMP}
    return row | changes


def load(mirror: Mirror, *rows: dict[str, Any], **options: Any) -> int:
    """Let rows in that all have the columns of the first."""
    stage = mirror.stage(OPPORTUNITY, list(rows[0]))
    stage.add_records(rows)
    return commit(stage, list(rows[0]), **options)


def commit(stage: Stage, columns: list[str], **options: Any) -> int:
    stage.settle()
    facts = {"at": NOW, "watermark": NOW, "columns": columns, **options}
    return stage.commit(Load(**facts))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "mirror.duckdb"


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("Amount", "20000.0", Decimal("20000.00")),
        ("Amount", "3.5E8", Decimal("350000000.00")),
        ("Amount", "1234567890123456.78", Decimal("1234567890123456.78")),
        ("Amount", 0, Decimal("0.00")),
        ("Amount", None, None),
        ("Probability", "33.3333", Decimal("33.3333")),
        ("CloseDate", "0001-01-01", date(1, 1, 1)),
        ("CloseDate", "4000-12-31", date(4000, 12, 31)),
        ("IsClosed", True, True),
        ("IsClosed", "false", False),
        ("PushCount", 3, 3),
        ("CreatedDate", "2026-11-20T15:04:05.000Z", datetime(2026, 11, 20, 15, 4, 5)),  # noqa: DTZ001
        ("Amount", "123456789012345678", Decimal("123456789012345678.00")),
        ("Amount", "-999999999999999999.99", Decimal("-999999999999999999.99")),
        ("Amount", "1.23456789012345678E17", Decimal("123456789012345678.00")),
        ("Amount", "5.100000", Decimal("5.10")),
        ("Name", "NA", "NA"),
        ("Name", "", None),
        ("Name", "a\x00b", "a\x00b"),
        ("Name", "two\nlines", "two\nlines"),
        ("Name", "🚀 شركة", "🚀 شركة"),
        ("Name", "half \ud83d a pair", "half ? a pair"),
    ],
)
def test_values_survive(path: Path, column: str, text: Any, value: Any) -> None:
    with Mirror.open(path) as mirror:
        load(mirror, a_row(**{column: text}))

        assert mirror.rows(HELD.format(column)) == [(FIRST, value)]
        assert mirror.rows("from mirror_problem") == []


@pytest.mark.parametrize(
    ("column", "text", "because"),
    [
        ("Amount", "a lot", "amount"),
        ("Amount", "1234567890123456789", "amount of at most 18 digits"),
        ("Probability", "NaN", "number"),
        ("CloseDate", "2026-02-30", "day"),
        ("IsClosed", "perhaps", "true nor false"),
        ("PushCount", "many", "whole number"),
        ("CreatedDate", "2026-11-20T15:04:05.000+0200", "moment in UTC"),
    ],
)
def test_a_value_that_is_none_is_a_problem_and_its_row_stays(
    path: Path, column: str, text: str, because: str
) -> None:
    with Mirror.open(path) as mirror:
        load(mirror, a_row(**{column: text}))

        assert mirror.rows(HELD.format(column)) == [(FIRST, None)]
        ((obj, id_, name, value, said),) = mirror.rows("from mirror_problem")
        assert (obj, id_, name, value) == ("Opportunity", FIRST, column, text)
        assert because in said


def test_a_value_with_more_decimals_than_its_column_is_rounded_and_named(
    path: Path,
) -> None:
    with Mirror.open(path) as mirror:
        load(mirror, a_row(Amount="5000.005"))

        assert mirror.rows(HELD.format("Amount")) == [(FIRST, Decimal("5000.01"))]
        assert mirror.rows("from mirror_problem") == [
            ("Opportunity", FIRST, "Amount", "5000.005", "was rounded to 2 decimals")
        ]


def test_a_problem_goes_when_the_value_was_mended(path: Path) -> None:
    with Mirror.open(path) as mirror:
        load(mirror, a_row(Amount="a lot"))
        load(mirror, a_row(Amount="5"))

        assert mirror.rows("from mirror_problem") == []


def test_an_older_row_does_not_replace_a_newer_one(path: Path) -> None:
    with Mirror.open(path) as mirror:
        load(mirror, a_row(Name="newer"))
        load(mirror, a_row(Name="older", SystemModstamp="2026-11-19T00:00:00.000Z"))

        assert mirror.rows(HELD.format("Name")) == [(FIRST, "newer")]


def test_a_second_change_within_a_second_replaces_the_first(path: Path) -> None:
    with Mirror.open(path) as mirror:
        load(mirror, a_row(Name="first"))
        load(mirror, a_row(Name="second"))

        assert mirror.rows(HELD.format("Name")) == [(FIRST, "second")]


def test_what_a_complete_reading_did_not_find_is_gone(path: Path) -> None:
    with Mirror.open(path) as mirror:
        load(mirror, a_row(FIRST), a_row(SECOND))

        assert load(mirror, a_row(FIRST), complete=True) == 1
        assert mirror.rows(HELD.format("gone_why")) == [
            (FIRST, None),
            (SECOND, "no longer in Sales Cloud"),
        ]


def test_a_row_without_a_usable_id_is_refused(path: Path) -> None:
    with (
        Mirror.open(path) as mirror,
        pytest.raises(Unexpected, match="no usable id"),
    ):
        load(mirror, a_row("not an id"))


def test_a_page_without_a_column_that_was_asked_for_is_refused(path: Path) -> None:
    with Mirror.open(path) as mirror:
        stage = mirror.stage(OPPORTUNITY, ["Id", "Name"])

        with pytest.raises(Unexpected, match="lacks the columns Name"):
            stage.add_records([{"Id": FIRST}])


@pytest.mark.parametrize(
    "text",
    [
        '"Id","Name"\n"006000000000001AAA","A"\n',
        '"Id","Name"\n"006000000000001AAA","A"\n"006000000000002AAA","B',
        '"Id","Amount"\n"006000000000001AAA","1"\n',
    ],
)
def test_a_file_that_is_not_what_was_announced_changes_nothing(
    path: Path, tmp_path: Path, text: str
) -> None:
    file = tmp_path / "part.csv"
    file.write_text(text, encoding="utf-8")
    with Mirror.open(path) as mirror:
        stage = mirror.stage(OPPORTUNITY, ["Id", "Name"])

        with pytest.raises(NotWhole):
            stage.add_parts([of_two(file)])
        assert stage.distinct == 0


def test_a_merge_without_memory_says_so_and_changes_nothing(path: Path) -> None:
    long = [a_row(Id=f"006{n:012}AAA", Name="x" * 20_000) for n in range(2_000)]
    with Mirror.open(path) as mirror:
        stage = mirror.stage(OPPORTUNITY, list(long[0]))
        stage.add_records(long)
        assert stage.distinct == 2_000
        mirror.rows("set memory_limit = '8MB'")

        with pytest.raises(MirrorError, match=r"cannot be used: Out of Memory"):
            commit(stage, list(long[0]))
        mirror.rows("set memory_limit = '128MB'")
        assert mirror.rows("select count(*) from sf_opportunity") == [(0,)]


def of_two(file: Path) -> Part:
    """A part of a bulk result that should hold two rows."""
    return Part(path=file, rows=2, address="", following=None)


def test_parts_arrive_together_or_not_at_all(path: Path, tmp_path: Path) -> None:
    whole, short = tmp_path / "whole.csv", tmp_path / "short.csv"
    whole.write_text(f'"Id"\n"{FIRST}"\n"{SECOND}"\n', encoding="utf-8")
    short.write_text(f'"Id"\n"{FIRST}"\n', encoding="utf-8")
    with Mirror.open(path) as mirror:
        stage = mirror.stage(OPPORTUNITY, ["Id"])

        with pytest.raises(NotWhole):
            stage.add_parts([of_two(whole), of_two(short)])
        assert (stage.arrived, stage.distinct) == (0, 0)


def test_bulk_text_means_the_same_as_json(path: Path, tmp_path: Path) -> None:
    file = tmp_path / "part.csv"
    file.write_bytes(
        b'"Id","SystemModstamp","Name","Amount","IsClosed"\n'
        b'"006000000000001AAA","2026-11-20T15:04:05.000Z","two\nlines ""x""",,true\n'
        b'"006000000000002AAA","2026-11-20T15:04:05.000Z","NA","1.5E3","false"\n'
    )
    columns = ["Id", "SystemModstamp", "Name", "Amount", "IsClosed"]
    with Mirror.open(path) as mirror:
        stage = mirror.stage(OPPORTUNITY, columns)
        stage.add_parts([of_two(file)])
        commit(stage, columns)

        assert mirror.rows(HELD.format("Name, Amount, IsClosed")) == [
            (FIRST, 'two\nlines "x"', None, True),
            (SECOND, "NA", Decimal("1500.00"), False),
        ]


def test_a_number_with_too_many_digits_is_a_problem_in_bulk_too(
    path: Path, tmp_path: Path
) -> None:
    file = tmp_path / "part.csv"
    file.write_text(
        f'"Id","Amount"\n"{FIRST}","1234567890123456789"\n"{SECOND}","5"\n',
        encoding="utf-8",
    )
    with Mirror.open(path) as mirror:
        stage = mirror.stage(OPPORTUNITY, ["Id", "Amount"])
        stage.add_parts([of_two(file)])
        commit(stage, ["Id", "Amount"])

        assert mirror.rows(HELD.format("Amount")) == [
            (FIRST, None),
            (SECOND, Decimal("5.00")),
        ]
        assert mirror.rows("select record_id, value from mirror_problem") == [
            (FIRST, "1234567890123456789")
        ]


def test_rows_come_in_without_pandas_and_what_else_takes_long_to_import(
    path: Path,
) -> None:
    code = f"""
import sys
from pathlib import Path
from sync.objects import CATALOGUE
from sync.store import Mirror
with Mirror.open(Path({str(path)!r})) as mirror:
    deals = next(obj for obj in CATALOGUE if obj.name == "Opportunity")
    stage = mirror.stage(deals, ["Id", "Amount", "CreatedDate"])
    stage.add_records([{{"Id": "{FIRST}", "Amount": "5.0", "CreatedDate": "{STAMP}"}}])
    print(stage.distinct, *(name in sys.modules for name in
      ("pyarrow", "pandas", "pyarrow.compute")))
"""

    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )

    assert done.stdout.split() == ["1", "True", "False", "False"]


def test_a_file_that_is_no_mirror_is_kept_aside(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("these are not the bytes you are looking for", encoding="utf-8")

    with Mirror.open(path) as mirror:
        assert "corrupt-1" in mirror.notes[0]
        assert mirror.rows("select count(*) from sf_opportunity") == [(0,)]
    assert path.with_name("mirror.duckdb.corrupt-1").read_text("utf-8")[:5] == "these"


def test_a_second_broken_file_does_not_overwrite_the_first(path: Path) -> None:
    path.parent.mkdir()
    for text in ("one", "two"):
        path.write_text(text, encoding="utf-8")
        Mirror.open(path).close()

    assert path.with_name("mirror.duckdb.corrupt-1").read_text("utf-8") == "one"


def test_a_sound_mirror_is_opened_as_it_is(path: Path) -> None:
    with Mirror.open(path) as mirror:
        load(mirror, a_row(Name="Acme"))

    with Mirror.open(path) as mirror:
        assert (mirror.notes, mirror.rows(HELD.format("Name"))) == (
            (),
            [(FIRST, "Acme")],
        )


def test_nobody_else_may_read_the_mirror(path: Path) -> None:
    with Mirror.open(path) as mirror:
        load(mirror, a_row())
        modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in path.parent.iterdir()}

    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_mirror_that_another_process_uses_is_left_alone(path: Path) -> None:
    Mirror.open(path).close()
    code = (
        f"import duckdb, sys; c = duckdb.connect({str(path)!r}); "
        "print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()

        with pytest.raises(MirrorError, match="in use by another process"):
            Mirror.open(path)
        other.kill()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file", encoding="utf-8")

    with pytest.raises(MirrorError, match="cannot be made"):
        Mirror.open(tmp_path / "var" / "mirror.duckdb")


def test_of_a_row_that_came_twice_with_one_stamp_the_later_one_counts(
    path: Path,
) -> None:
    with Mirror.open(path) as mirror:
        load(mirror, a_row(Name="first"), a_row(Name="second"))

        assert mirror.rows(HELD.format("Name")) == [(FIRST, "second")]


def test_a_change_without_a_moment_is_observed_all_the_same(path: Path) -> None:
    with Mirror.open(path) as mirror:
        load(mirror, a_row(StageName="Qualify"))
        stage = mirror.stage(OPPORTUNITY, ["Id", "SystemModstamp", "StageName"])
        stage.add_records([a_row(StageName="Won", SystemModstamp="not a moment")])
        stage.settle()

        (change,) = stage.changes(frozenset(["StageName"]))
        assert (change.old, change.new) == ("Qualify", "Won")
