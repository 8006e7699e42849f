"""The mirror: a disposable copy of the Sales Cloud objects that the reports use.

Delete the file and the next sync rebuilds it. Rows of an object and its cursor are
committed together, so a crash re-reads and never skips. Rows are never removed: what
is gone from Sales Cloud is marked so.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sync import tables
from sync.census import Census
from sync.database import Database, create, open_sound, prepare_folder, set_aside
from sync.diary import write_down
from sync.moments import naive, utc
from sync.objects import SObject
from sync.report import Report
from sync.saved import SavedJobs
from sync.sequences import chunks
from sync.staging import Stage
from sync.tables import Load


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the mirror knows about an object from earlier runs."""

    watermark: datetime | None
    loaded_at: datetime | None
    columns: frozenset[str]  #: fields that were read then


class Mirror:
    """The open mirror; a context manager."""

    def __init__(self, db: Database, notes: Sequence[str] = ()) -> None:
        self.path = db.path
        self.notes = tuple(notes)
        self.jobs = SavedJobs(db)
        self._db = db

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open or create; a file that is no mirror is set aside, says a note."""
        notes = []
        prepare_folder(path.parent)
        if path.exists():
            found = open_sound(path)
            if isinstance(found, Database):
                return cls(found)
            aside = set_aside(path)
            notes.append(f"{path.name} {found}: kept as {aside.name}, reading anew")
        create(path)
        return cls(Database(path), notes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Write everything to the file and let go of it."""
        self._db.close()

    def states(self) -> dict[str, State]:
        """What is known from earlier runs, by object."""
        return {
            name: State(
                watermark=utc(watermark),
                loaded_at=utc(loaded_at),
                columns=frozenset(columns.split()),
            )
            for name, watermark, loaded_at, columns in self._db.rows(
                "select name, watermark, loaded_at, columns from mirror_object"
            )
        }

    def fit(self, wanted: Sequence[tuple[SObject, Mapping[str, str]]]) -> None:
        """Make the tables hold these objects' columns.

        With each object comes why some of its columns are empty.
        """
        there = {
            (table, name.lower()): type_
            for table, name, type_ in self._db.rows(
                "select table_name, column_name, data_type "
                "from information_schema.columns"
            )
        }
        for obj, _ in wanted:
            for f in obj.fields:
                if there.get((obj.table, f.name.lower())) != f.type:
                    with self._db.transaction():
                        self._db.run(tables.retype(obj, f))
        rows = [
            (
                obj.name,
                f.name,
                f.type,
                f.name not in hidden,
                hidden.get(f.name, ""),
            )
            for obj, hidden in wanted
            for f in obj.fields
        ]
        if sorted(rows) != sorted(self._db.rows("from mirror_field")):
            with self._db.transaction():
                self._db.run("delete from mirror_field")
                self._db.fill("insert into mirror_field", rows)

    def stage(self, obj: SObject, columns: Sequence[str], job: str = "") -> Stage:
        """A place for an object's rows until all of them have arrived."""
        return Stage(self._db, obj, columns, job)

    def advance(self, obj: SObject, load: Load) -> None:
        """Move the cursor of an object that nothing happened to."""
        self._db.run(*tables.settled(load, obj))

    def mark(
        self, name: str, status: str, reason: str, *, available: bool | None = None
    ) -> None:
        """Note how reading an object ended, and whether the org has it."""
        self._db.run(
            "update mirror_object set status = ?, reason = ?, "
            "available = coalesce(?, available) where name = ?",
            [status, reason, available, name],
        )

    def offer(
        self,
        places: Sequence[tuple[str, str]],
        choices: Sequence[tuple[str, str, str, bool, datetime | None]],
    ) -> None:
        """Note all that some picklists offer or have offered, and since when."""
        with self._db.transaction():
            for place in places:
                self._db.run(
                    "delete from mirror_choice where object = ? and field = ?", place
                )
            for some in chunks(choices, 1_000):
                self._db.fill("insert into mirror_choice", some)

    def write_down(self, report: Report, at: datetime) -> None:
        """Keep how a sync ended."""
        write_down(self._db, report, at)

    def meta(self, name: str) -> str | None:
        """A remembered value."""
        found = self._db.rows("select value from mirror_meta where name = ?", [name])
        return found[0][0] if found else None

    def remember(self, name: str, value: str) -> None:
        """Keep a value."""
        with self._db.transaction():
            self._db.run("delete from mirror_meta where name = ?", [name])
            self._db.run("insert into mirror_meta values (?, ?)", [name, value])

    def descriptions(self, not_before: datetime) -> dict[str, dict[str, Any]]:
        """Objects as they were described since then."""
        rows = self._db.rows(
            "select object, shape from mirror_describe where described_at >= ?",
            [naive(not_before)],
        )
        return {name: json.loads(shape) for name, shape in rows}

    def keep_descriptions(
        self, shapes: Mapping[str, Mapping[str, Any]], at: datetime
    ) -> None:
        """Keep how objects were described."""
        with self._db.transaction():
            for name in shapes:
                self._db.run("delete from mirror_describe where object = ?", [name])
            rows = [(n, naive(at), json.dumps(shape)) for n, shape in shapes.items()]
            self._db.fill("insert into mirror_describe", rows)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of any query, for whoever looks closer."""
        return self._db.rows(sql, values)

    def present(self, obj: SObject) -> int:
        """How many rows of an object are in Sales Cloud as far as we know."""
        ((count,),) = self._db.rows(
            f"select count(*) from {obj.table} where gone_at is null"
        )
        return int(count)

    def census(self, obj: SObject) -> Census:
        """A place for what the org says it has, to compare with the mirror."""
        return Census(self._db, obj)

    def checkpoint(self) -> None:
        """Move what was committed from the log into the file."""
        self._db.run("checkpoint")
