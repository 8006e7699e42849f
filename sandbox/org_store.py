"""The records themselves: read, put, change and take away rows; writes take turns."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import RLock, get_ident
from typing import Any

import duckdb

from sandbox.schema import SObject
from sandbox.schema_ids import SHORT, numbered


@dataclass(slots=True)
class Transaction:
    """A span of writes that can be undone as one."""

    _undo: Callable[[], None]

    def undo(self) -> None:
        """Forget everything that was written in this transaction."""
        self._undo()


@dataclass(slots=True, kw_only=True)
class Store:
    """The database of an organisation. Values are those of the columns."""

    con: duckdb.DuckDBPyConnection = field(repr=False)
    objects: Mapping[str, SObject]
    lock: RLock = field(default_factory=RLock, repr=False)
    #: The thread whose transaction is open, and how deep it is in it.
    owner: int = 0
    depth: int = 0
    counters: dict[str, int] = field(default_factory=dict)

    def reader(self) -> duckdb.DuckDBPyConnection:
        """A connection that sees what this thread has written."""
        return self.con if self.owner == get_ident() else self.con.cursor()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Writes that others see together; undone if the block raises."""
        with self.lock:
            if self.depth:
                self.depth += 1
                try:
                    yield Transaction(self.restart)
                finally:
                    self.depth -= 1
                return
            self.con.execute("BEGIN")
            self.owner, self.depth = get_ident(), 1
            try:
                yield Transaction(self.restart)
            except BaseException:
                self.con.execute("ROLLBACK")
                raise
            else:
                self.con.execute("COMMIT")
            finally:
                self.owner = self.depth = 0

    def restart(self) -> None:
        """Forget what the open transaction has written so far."""
        self.con.execute("ROLLBACK")
        self.con.execute("BEGIN")

    def rows(self, sobject: SObject, where: str, *values: Any) -> list[dict[str, Any]]:
        """The rows of an object that meet a condition, by field name."""
        names = ", ".join(f'"{f.name}"' for f in sobject.fields)
        found = self.reader().execute(
            f'SELECT {names} FROM "{sobject.name}" WHERE {where}',
            list(values),
        )
        keys = [f.name for f in sobject.fields]
        return [dict(zip(keys, row, strict=True)) for row in found.fetchall()]

    def row(self, sobject: SObject, record_id: str) -> dict[str, Any] | None:
        """One row by its id in either form."""
        found = self.rows(sobject, OWN_ID, record_id[:SHORT])
        return found[0] if found else None

    def insert(self, sobject: SObject, values: Mapping[str, Any]) -> None:
        """A new row; what is not given stays empty."""
        given = {k: v for k, v in values.items() if sobject.has(k)}
        names = ", ".join(f'"{name}"' for name in given)
        marks = ", ".join("?" for _ in given)
        with self.lock:
            self.con.execute(
                f'INSERT INTO "{sobject.name}" ({names}) VALUES ({marks})',
                list(given.values()),
            )

    def change(
        self, sobject: SObject, record_id: str, values: Mapping[str, Any]
    ) -> None:
        """New values for some fields of a row."""
        given = {k: v for k, v in values.items() if sobject.has(k)}
        if not given:
            return
        settings = ", ".join(f'"{name}" = ?' for name in given)
        with self.lock:
            self.con.execute(
                f'UPDATE "{sobject.name}" SET {settings} WHERE {OWN_ID}',
                [*given.values(), record_id[:SHORT]],
            )

    def remove(self, sobject: SObject, record_id: str) -> None:
        """Take a row away for good."""
        with self.lock:
            self.con.execute(
                f'DELETE FROM "{sobject.name}" WHERE {OWN_ID}',
                [record_id[:SHORT]],
            )

    def count(self, sobject: SObject) -> int:
        """How many rows an object has, deleted ones included."""
        found = self.reader().execute(f'SELECT count(*) FROM "{sobject.name}"')
        return sum(row[0] for row in found.fetchall())

    def new_id(self, sobject: SObject) -> str:
        """An id that no record of the object has had."""
        with self.lock:
            if sobject.name not in self.counters:
                # Made-up ids are numbered: begin behind those that a file brought.
                self.counters[sobject.name] = self.count(sobject)
            while True:
                number = self.counters[sobject.name] + 1
                self.counters[sobject.name] = number
                made = numbered(sobject.prefix or "000", number)
                if self.row(sobject, made) is None:
                    return made


OWN_ID = f'left("Id", {SHORT}) = ?'
