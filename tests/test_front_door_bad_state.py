"""Clocks, disks and ledgers as they should not be: nothing twice, nothing lost."""

import errno
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from reports.delivery.ledger import Ledger
from tests.front_door import NOW, Furnished, House


OPEN = os.open
FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.fixture(scope="module")
def furnished(of_one_rep: Furnished) -> Furnished:
    return of_one_rep


def test_a_clock_that_jumps_back_sends_nothing_twice(house: House) -> None:
    house.call("packets")
    sent = house.letters()
    house.at(NOW - timedelta(days=1))
    again, tick = house.call("packets"), house.call("tick")

    assert (again.code, tick.code) == (0, 0)
    assert house.letters() == sent


def test_a_disk_that_is_full_while_letters_are_written_loses_none(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing(os.fsync, after=10))
        failed = house.call("packets")
    some = house.letters()
    house.at(NOW + timedelta(minutes=30))
    rest = house.call("packets")

    assert failed.code == 1
    assert "No space left on device; see to the disk and the folder" in failed.err
    assert 0 < len(some) < len(house.deliveries())
    assert rest.code == 0
    assert len(house.letters()) == len(house.deliveries())
    assert some.items() <= house.letters().items()


def test_a_disk_that_is_full_while_pages_are_rendered_ends_in_a_sentence(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", full_for_pages)
        failed = house.call("packets")
    sent = house.letters()
    rest = house.call("packets")

    assert failed.code == 2
    assert failed.err.splitlines()[-1] == (
        "dealpacket: No space left on device; see to the folder, its owner and disk"
    )
    assert rest.code == 0
    assert house.letters() == sent
    assert (house.var / "archive" / "index.html").exists()


def failing(real: Callable[[int], None], *, after: int) -> Callable[[int], None]:
    """A call that works so many times, and then finds the disk full."""
    left = iter(range(after))

    def call(descriptor: int) -> None:
        if next(left, None) is None:
            raise FULL
        real(descriptor)

    return call


def full_for_pages(path: Any, flags: int, mode: int = 0o777) -> int:
    """Open a file, unless it is a page: there is no room for one."""
    if str(path).endswith(".part"):
        raise FULL
    return OPEN(path, flags, mode)


def newer(ledger: Path) -> None:
    with closing(sqlite3.connect(ledger)) as db:
        db.execute("PRAGMA user_version = 99")


def truncated(ledger: Path) -> None:
    ledger.write_bytes(ledger.read_bytes()[:5000])


def emptied(ledger: Path) -> None:
    ledger.write_bytes(b"")


def taken_away(ledger: Path) -> None:
    ledger.unlink()


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (newer, "ledger.db: a newer dealpacket wrote it (schema 99, this one knows "),
        (truncated, "ledger.db: it is damaged"),
        (emptied, "ledger.db: it is damaged"),
        (taken_away, "ledger.db is gone: restore the latest backup"),
    ],
)
def test_nothing_is_sent_from_a_ledger_that_is_not_sound(
    house: House, harm: Callable[[Path], None], says: str
) -> None:
    ledger = house.var / "ledger.db"
    with Ledger.open(ledger):
        pass
    harm(ledger)
    said = [house.call(one) for one in ("packets", "tick", "sync", "followup")]

    assert [one.code for one in said] == [2, 2, 2, 2]
    assert all(says in one.err and len(one.err.splitlines()) == 1 for one in said)
    assert house.letters() == {}


def test_a_ledger_that_another_program_locks_is_waited_for_and_then_named(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "reports.delivery.ledger.Ledger.open.__func__.__defaults__", (0.01,)
    )
    with closing(
        sqlite3.connect(house.var / "ledger.db", isolation_level=None)
    ) as other:
        other.execute("BEGIN IMMEDIATE")
        said = house.call("packets")

    assert said.code == 2
    assert "ledger.db: another program keeps it locked; wait for that" in said.err
    assert house.letters() == {}
