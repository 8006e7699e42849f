"""The ledger's file: opened safely or not at all.

Every commit is on the disk before it returns. A new ledger appears under its name
only when it is complete, so an empty file of that name is a damaged ledger.
"""

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from reports.delivery.ledger.errors import LedgerError, damaged, explained
from reports.delivery.ledger.schema import APPLICATION, MIGRATIONS


#: How long to wait for another program that writes.
PATIENCE = 10.0

PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",
    "trusted_schema = OFF",
)

Values = Sequence[object] | Mapping[str, object]


class LedgerFile:
    """An open ledger file: statements go in, rows or a LedgerError come out."""

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        self.path = path
        self._db = db

    def rows(self, sql: str, values: Values = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        with translated(self.path):
            found: list[sqlite3.Row] = self._db.execute(sql, values).fetchall()
            return found

    def row(self, sql: str, values: Values = ()) -> sqlite3.Row | None:
        """The first row of a query."""
        found = self.rows(sql, values)
        return found[0] if found else None

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is on the disk afterwards, or none of it."""
        with translated(self.path), transaction(self._db) as db:
            yield db

    def backup(self, to: Path) -> None:
        """Write a copy that stands alone, while others go on reading and writing."""
        if to.exists():
            raise LedgerError(f"{to} exists; name a new file for the backup")
        with translated(to):
            to.touch(mode=0o600)
            self._db.execute("VACUUM INTO ?", [str(to)])

    def close(self) -> None:
        """Close the file; harmless when repeated."""
        self._db.close()


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours."""
    try:
        yield
    except sqlite3.Error as error:
        raise explained(error, path) from error


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """A transaction that no other writer can come between."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield db
        db.execute("COMMIT")
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")


def open_file(path: Path, patience: float = PATIENCE) -> LedgerFile:
    """Open the ledger, or make one where there never was one."""
    try:
        return opened(path, patience)
    except OSError as error:
        raise LedgerError(
            f"{path}: {error.strerror}; "
            "let the user that runs dealpacket write the file and its folder"
        ) from error


def opened(path: Path, patience: float) -> LedgerFile:
    """The file, checked and at this version's schema."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        make(path)
    elif path.stat().st_size == 0:
        raise damaged(path, "it is empty")
    path.chmod(0o600)
    with translated(path):
        db = connected(path, patience)
        try:
            check(db, path)
            migrate(db)
        except BaseException:
            db.close()
            raise
    mark_of(path).touch(mode=0o600)
    return LedgerFile(path, db)


def make(path: Path) -> None:
    """Make a new ledger; it gets its name when it is complete.

    Another machine may make one at the same moment: the first to be complete stays.
    """
    if mark_of(path).exists() and not path.exists():
        raise LedgerError(
            f"{path} is gone: restore the latest backup; to start a new ledger, which "
            f"sends again whatever is due, delete {mark_of(path).name} beside it"
        )
    unfinished = path.with_name(f"{path.name}.{uuid4().hex}.new")
    unfinished.touch(mode=0o600)
    try:
        with (
            translated(path),
            closing(sqlite3.connect(unfinished, isolation_level=None)) as db,
        ):
            db.execute(f"PRAGMA application_id = {APPLICATION}")
            migrate(db)
        durable(unfinished)
        place(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    durable(path.parent)


def place(unfinished: Path, path: Path) -> None:
    """Give a finished ledger its name, unless another one has it by now."""
    try:
        path.hardlink_to(unfinished)  # unlike a rename, it replaces nothing
    except FileExistsError:
        return
    except OSError:  # a disk without hard links
        unfinished.rename(path)


def mark_of(path: Path) -> Path:
    """The file beside a ledger that remembers that there is one."""
    return path.with_name(f"{path.name}.exists")


def durable(path: Path) -> None:
    """Have a file or folder on the disk before returning."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def connected(path: Path, patience: float) -> sqlite3.Connection:
    """A connection that commits only when told to."""
    db = sqlite3.connect(path, timeout=patience, isolation_level=None)
    db.row_factory = sqlite3.Row
    try:
        for pragma in PRAGMAS:
            db.execute(f"PRAGMA {pragma}")
    except BaseException:
        db.close()
        raise
    return db


def check(db: sqlite3.Connection, path: Path) -> None:
    """Refuse what is not a sound ledger of this version or an older one."""
    if pragma(db, "application_id") != APPLICATION:
        raise LedgerError(
            f"{path}: it is not a ledger; "
            "restore the latest backup, or name another [data] folder"
        )
    if (version := pragma(db, "user_version")) > len(MIGRATIONS):
        raise LedgerError(
            f"{path}: a newer dealpacket wrote it (schema {version}, this one knows "
            f"{len(MIGRATIONS)}); install that version again"
        )
    if (finding := pragma(db, "integrity_check(1)")) != "ok":
        raise damaged(path, " ".join(str(finding).split())[:120])
    if db.execute("PRAGMA foreign_key_check").fetchone():
        raise damaged(path, "a letter without its delivery")


def pragma(db: sqlite3.Connection, name: str) -> Any:
    """The value of a pragma."""
    return db.execute(f"PRAGMA {name}").fetchone()[0]


def migrate(db: sqlite3.Connection) -> None:
    """Apply the migrations that this file has not seen, each in one transaction."""
    for number in range(pragma(db, "user_version"), len(MIGRATIONS)):
        change = MIGRATIONS[number]
        with transaction(db):
            db.execute("""
                CREATE TABLE IF NOT EXISTS migration (
                    number INTEGER PRIMARY KEY, name TEXT NOT NULL
                ) STRICT
            """)
            change(db)
            db.execute(
                "INSERT INTO migration VALUES (?, ?)", [number + 1, change.__name__]
            )
            db.execute(f"PRAGMA user_version = {number + 1}")
