"""The one door to DuckDB: a file that is ours alone, statements and transactions.

The engine's own lock is lost when the same process merely opens the file a second
time; nothing here does, and the commands hold a lock of their own.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import duckdb

from sync import tables
from sync.errors import MirrorError


#: What DuckDB may use, and what while rows are only put in; the rest goes to a
#: temporary folder beside the mirror.
MEMORY: Final = "112MB"
LITTLE: Final = "80MB"

#: More would need more memory, and would wait for the network like these. With one
#: alone, a large merge needs more memory: its joins are cut into fewer pieces.
THREADS: Final = 2

#: How long the log may grow before its content moves to the file meanwhile; until
#: then it is in memory, too, and a larger load does without the log.
LOG: Final = "16MB"

#: What any failing statement raises.
DatabaseError = duckdb.Error

#: What a statement raises when the file, its disk or the memory give out.
UNUSABLE: Final = (
    duckdb.IOException,
    duckdb.FatalException,
    duckdb.InternalException,
    duckdb.OutOfMemoryException,
)


class Database:
    """An open DuckDB file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._mask = os.umask(0o077)  # the log, too, is made for us alone
        try:
            self._con = connect(path)
        except duckdb.Error:
            os.umask(self._mask)
            raise

    def close(self) -> None:
        """Write everything to the file and let go of it."""
        self._con.close()
        os.umask(self._mask)

    def run(self, sql: str, values: Any = None) -> None:
        """Execute a statement."""
        self.rows(sql, values)

    def rows(self, sql: str, values: Any = None) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        try:
            return self._con.execute(sql, values).fetchall()
        except UNUSABLE as error:
            raise MirrorError(
                f"{self.path} cannot be used: {str(error).partition(chr(10))[0]}: "
                "make room on its disk, or delete it and sync anew"
            ) from error

    def fill(self, insert: str, rows: Sequence[Sequence[Any]]) -> None:
        """Insert many small rows with one statement."""
        if rows:
            marks = "(" + ", ".join("?" * len(rows[0])) + ")"
            values = [value for row in rows for value in row]
            self.run(f"{insert} values {', '.join([marks] * len(rows))}", values)

    @contextmanager
    def lent(self, name: str, table: Any) -> Iterator[None]:
        """Let statements see an Arrow table under a name."""
        self._con.register(name, table)
        try:
            yield
        finally:
            self._con.unregister(name)

    @contextmanager
    def in_any_order(self) -> Iterator[None]:
        """Let rows be inserted in any order, which takes less memory."""
        self.run("set preserve_insertion_order = false")
        try:
            yield
        finally:
            self._con.execute("set preserve_insertion_order = true")

    @contextmanager
    def sparing(self) -> Iterator[None]:
        """Let rows be put in with less memory, and by this thread alone.

        That takes a fifth less CPU; others fetch and parse the next rows meanwhile.
        """
        self.run("set threads = 1")
        with suppress(duckdb.OutOfMemoryException):  # what is in use now may stay
            self._con.execute(f"set memory_limit = '{LITTLE}'")
        try:
            yield
        finally:
            self._con.execute(f"set memory_limit = '{MEMORY}'; set threads = {THREADS}")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing."""
        self.run("begin")
        try:
            yield
        except BaseException:
            self._con.rollback()
            raise
        self.run("commit")


def prepare_folder(folder: Path) -> None:
    """Make the folder, for us alone."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise MirrorError(
            f"the folder {folder} cannot be made ({error.strerror}): "
            "set [data] folder to a place that you may write to"
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise MirrorError(
            f"the folder {folder} cannot be written to: "
            "change its permissions or [data] folder"
        )


def open_sound(path: Path) -> Database | str:
    """Our mirror in a file, or why the file cannot serve as one."""
    try:
        db = Database(path)
    except duckdb.Error as error:
        if "Could not set lock" in str(error):
            raise MirrorError(
                f"{path} is in use by another process: wait for it or stop it"
            ) from error
        if not os.access(path, os.R_OK | os.W_OK):
            raise MirrorError(
                f"{path} may not be read and written: change its permissions"
            ) from error
        return "is not a mirror that can be opened"
    try:
        schema = db.rows("select value from mirror_meta where name = 'schema'")
    except (duckdb.Error, MirrorError):
        schema = None
    if schema == [(tables.SCHEMA_VERSION,)]:
        return db
    db.close()
    return "is not one of our mirrors" if schema is None else "is of another version"


def set_aside(path: Path) -> Path:
    """Rename a file and its log out of the way."""
    number = 1
    while (aside := path.with_name(f"{path.name}.corrupt-{number}")).exists():
        number += 1
    path.rename(aside)
    log = path.with_name(f"{path.name}.wal")
    if log.exists():
        log.rename(aside.with_name(f"{aside.name}.wal"))
    return aside


def create(path: Path) -> None:
    """Make an empty mirror beside its place, then put it there."""
    draft = path.with_name(f"{path.name}.tmp")
    for left in (draft, draft.with_name(f"{draft.name}.wal")):
        left.unlink(missing_ok=True)
    with connect(draft) as con:
        con.execute(f"begin; {tables.create_schema()} commit; checkpoint")
    draft.rename(path)


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB file that nobody else may read."""
    before = os.umask(0o077)
    try:
        con = duckdb.connect(str(path))
    finally:
        os.umask(before)
    con.execute(
        f"set memory_limit = '{MEMORY}'; set threads = {THREADS}; "
        f"set wal_autocheckpoint = '{LOG}'"
    )
    return con
