"""Rows of one object on their way into the mirror: text, values, then one transaction.

A text that is no value is remembered as a problem and its column left empty: a
malformed record is data, not an exception.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC
from pathlib import Path
from typing import Any, Final

from sync import tables
from sync.database import Database, DatabaseError
from sync.errors import NotWhole, Unexpected
from sync.journal import ObservedChange
from sync.moments import naive
from sync.objects import SObject
from sync.rows import check_header, joined, text_table
from sync.sequences import chunks


#: Rows that are made values of together: planning a statement costs as much as a page.
AT_ONCE: Final = 10_000


class Stage:
    """Rows of one object on their way into the mirror."""

    def __init__(
        self,
        db: Database,
        obj: SObject,
        columns: Sequence[str],
    ) -> None:
        self._db = db
        self._obj = obj
        self._columns = tuple(columns)
        self._read = [f for f in obj.fields if f.name in set(columns)]
        self._waiting: list[Any] = []
        self.arrived = 0
        db.run(
            tables.create_table(obj, "stage", temporary=True)
            + "create or replace temporary table stage_problem as "
            "from mirror_problem limit 0;" + tables.newest(obj)
        )

    def add_records(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Take in a page of JSON records."""
        if not records:
            return
        self._waiting.append(text_table(records, self._columns))
        if sum(table.num_rows for table in self._waiting) >= AT_ONCE:
            self._take_waiting()

    def add_csv(self, path: Path, rows: int) -> None:
        """Take in a file that should hold so many rows; all of them or none."""
        check_header(path, self._columns)
        names = ", ".join(f"'{name}': 'VARCHAR'" for name in self._columns)
        try:
            self._db.run(
                "create or replace temporary table page_csv as from read_csv(?, "
                "header = true, auto_detect = false, delim = ',', quote = '\"', "
                f"escape = '\"', new_line = '\\n', columns = {{{names}}})",
                [str(path)],
            )
        except DatabaseError as error:
            raise NotWhole(f"a part of the bulk result is damaged: {error}") from error
        ((found,),) = self._db.rows("select count(*) from page_csv")
        if found != rows:
            raise NotWhole(f"{found:,} of {rows:,} rows of a bulk result arrived")
        self._take("page_csv")
        self._db.run("drop table page_csv")

    @property
    def distinct(self) -> int:
        """How many different rows have arrived."""
        self._take_waiting()
        ((count,),) = self._db.rows('select count(distinct "Id") from stage')
        return int(count)

    def ids(self) -> list[str]:
        """The ids of the rows that have arrived."""
        self._take_waiting()
        found = self._db.rows('select distinct "Id" from stage order by 1')
        return [id_ for (id_,) in found]

    def settle(self) -> None:
        """Keep one row of each id."""
        self._take_waiting()
        self._db.run(tables.newest(self._obj))

    def changes(self, known: frozenset[str]) -> list[ObservedChange]:
        """What differs from the mirror in watched fields that were known before."""
        names = known.intersection(self._columns)
        return [
            ObservedChange(
                object=self._obj.name,
                record_id=id_,
                field=name,
                at=at.replace(tzinfo=UTC),
                old=old,
                new=new,
            )
            for watched in tables.WATCHED
            if watched in names
            for id_, name, at, old, new in self._db.rows(
                tables.changed(self._obj, watched)
            )
        ]

    def commit(self, load: tables.Load) -> int:
        """Merge the rows and move the cursor in one transaction; how many went."""
        obj = self._obj
        with self._db.transaction():
            self._db.run(
                "create or replace temporary table was_gone as "
                f'select "Id" from {obj.table} where gone_at is not null'
            )
            for statement in tables.merge(obj):
                self._db.run(statement)
            self._bury(load)
            self._note_problems()
            ((gone, there),) = self._db.rows(
                "select count(*) filter (where gone_at is not null and "
                '"Id" not in (select "Id" from was_gone)), '
                f"count(*) filter (where gone_at is null) from {obj.table}"
            )
            self._db.run(*tables.settled(load, obj, there))
        return int(gone)

    def _take_waiting(self) -> None:
        """Make values of the pages that have come in so far."""
        if self._waiting:
            table, self._waiting = joined(self._waiting), []
            with self._db.lent("page", table):
                self._take("page")

    def _take(self, page: str) -> None:
        """Make values of a page's texts, and remember those that are none."""
        obj = self._obj
        ((wrong, count),) = self._db.rows(
            "select count(*) filter (where not coalesce(regexp_full_match("
            f"\"Id\", '{tables.RECORD_ID}'), false)), count(*) from {page}"
        )
        if wrong:
            raise Unexpected(f"{wrong} rows of {obj.name} have no usable id")
        self._db.run(tables.fill_stage(obj, self._columns, page))
        strict = [f for f in self._read if f.kind in tables.NOT_A]
        if strict:
            (bad,) = self._db.rows(tables.count_bad(strict, page))
            for f, number in zip(strict, bad, strict=True):
                if number:
                    self._db.run(tables.note_bad(obj, f, page))
        self.arrived += int(count)

    def _bury(self, load: tables.Load) -> None:
        if load.deleted:
            self._db.run(
                "create or replace temporary table logged "
                "(id varchar, moment timestamp)"
            )
            pairs = [(id_, naive(at)) for id_, at in load.deleted.items()]
            for some in chunks(pairs, 1_000):
                self._db.fill("insert into logged", some)
            self._db.run(tables.bury_logged(self._obj), {"why": load.why_deleted})
        if load.complete:
            values = {"at": naive(load.at), "why": "no longer in Sales Cloud"}
            self._db.run(tables.bury_missing(self._obj), values)

    def _note_problems(self) -> None:
        self._db.run(
            "delete from mirror_problem where object = ? and record_id in "
            '(select "Id" from newest)',
            [self._obj.name],
        )
        self._db.run("insert into mirror_problem select distinct * from stage_problem")
