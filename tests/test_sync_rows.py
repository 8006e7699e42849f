from pathlib import Path

import pytest

from sync.errors import NotWhole
from sync.kinds import parse
from sync.rows import csv_blocks


FIELDS = parse("Id Name")
NAMES = ["Ada", "two\nlines", 'a "quote"\n', "\n\n\n", "long " * 99, "ü", '"', "Bo"]


def a_file(folder: Path, *, cut: int = 0) -> Path:
    """A bulk result with these names, without its last bytes."""
    doubled = [name.replace('"', '""') for name in NAMES]
    rows = "".join(f'"{number}","{name}"\n' for number, name in enumerate(doubled))
    text = f'"Id","Name"\n{rows}'.encode()
    path = folder / "part.csv"
    path.write_bytes(text[: len(text) - cut])
    return path


@pytest.mark.parametrize("block", [1, 7, 40, 300, 4 << 20])
@pytest.mark.parametrize("cut", [0, 1])
def test_rows_are_whole_wherever_a_block_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int, cut: int
) -> None:
    monkeypatch.setattr("sync.rows.BLOCK", block)

    tables = list(csv_blocks(a_file(tmp_path, cut=cut), FIELDS, as_values=True))

    assert [name for t in tables for name in t["Name"].to_pylist()] == NAMES
    assert (len(tables) > 1 + cut) == (block < 1_000)


@pytest.mark.parametrize("block", [1, 40, 4 << 20])
def test_a_file_that_ends_in_a_value_is_not_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr("sync.rows.BLOCK", block)

    with pytest.raises(NotWhole, match="in the middle of a value"):
        list(csv_blocks(a_file(tmp_path, cut=2), FIELDS, as_values=True))
