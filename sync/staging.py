"""Rows of one object on their way into the mirror: text, values, then one transaction.

A text that is no value is remembered as a problem and its column left empty: a
malformed record is data, not an exception.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import UTC
from operator import sub
from typing import Any, Final

from sync import tables, values
from sync.cloud import Part
from sync.database import Database
from sync.errors import NotWhole, Unexpected
from sync.journal import ObservedChange
from sync.moments import naive
from sync.objects import Field, SObject
from sync.rows import (
    Lines,
    NotValuesError,
    Table,
    csv_blocks,
    lines_of,
    page_table,
)
from sync.sequences import chunks


#: Rows that are made values of together: planning a statement costs as much as a page.
AT_ONCE: Final = 10_000


class Stage:
    """Rows of one object on their way into the mirror.

    A stage with a job is in the file, and outlives a crash with what had arrived.
    """

    def __init__(
        self, db: Database, obj: SObject, columns: Sequence[str], job: str = ""
    ) -> None:
        self._db = db
        self.obj = obj
        self._columns = tuple(columns)
        named = {f.name: f for f in obj.fields}
        self.read = [named[name] for name in columns]
        self._waiting: list[Lines] = []
        self._job = job
        self._name = tables.job_stage(obj) if job else "stage"
        self._newest = ""
        db.run(tables.create_stage(obj, self._name, lasting=bool(job)))
        ((there,),) = db.rows(f"select count(*) from {self._name}")
        self.arrived = int(there)
        self._counted = (0, 0)  # rows, and how many of them were different

    def add_records(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Take in a page of JSON records."""
        if records:
            self.add_lines(lines_of(records, self.read))

    def add_lines(self, lines: Lines) -> None:
        """Take in a page of records that are lines already."""
        self._waiting.append(lines)
        if sum(some.rows for some in self._waiting) >= AT_ONCE:
            self._take_waiting()

    def add_parts(self, parts: Sequence[Part]) -> None:
        """Take in parts of a bulk result, all of them or none.

        Those of a job are remembered to be here.
        """
        try:
            self._take_files(parts, as_values=True)
        except NotValuesError:
            self._take_files(parts, as_values=False)

    def taken(self) -> dict[str, str | None]:
        """The parts of the job that are here, and which part follows each."""
        found = self._db.rows(
            "select address, following from mirror_part where job_id = ?", [self._job]
        )
        return dict(found)

    @property
    def distinct(self) -> int:
        """How many different rows have arrived."""
        self._take_waiting()
        if self._counted[0] != self.arrived:
            ((n, wrong),) = self._db.rows(values.count_ids(self._name))
            if wrong:
                raise Unexpected(f"{wrong} rows of {self.obj.name} have no usable id")
            self._counted = self.arrived, int(n)
        return self._counted[1]

    def ids(self) -> list[str]:
        """The ids of the rows that have arrived."""
        self._take_waiting()
        found = self._db.rows(f'select distinct "Id" from {self._name} order by 1')
        return [id_ for (id_,) in found]

    def settle(self) -> None:
        """Keep one row of each id."""
        if self.distinct == self.arrived:
            self._newest = self._name
            return
        self._db.run(tables.pick_newest(self._name, self.obj))
        self._newest = "newest"

    def changes(self, known: frozenset[str]) -> list[ObservedChange]:
        """What differs from the mirror in watched fields that were known before."""
        names = known.intersection(self._columns)
        return [
            ObservedChange(
                object=self.obj.name,
                record_id=id_,
                field=name,
                at=at.replace(tzinfo=UTC),
                old=old,
                new=new,
            )
            for watched in tables.WATCHED
            if watched in names
            for id_, name, at, old, new in self._db.rows(
                tables.changed(self._newest, self.obj, watched)
            )
        ]

    def commit(self, load: tables.Load) -> int:
        """Merge the rows and move the cursor in one transaction; how many went."""
        obj = self.obj
        with self._db.in_any_order(), self._db.transaction():
            gone = self._first(load) if self._is_first() else self._merge(load)
            self._note_problems()
            ((there,),) = self._db.rows(
                f"select count(*) from {obj.table} where gone_at is null"
            )
            self._db.run(*tables.settled(load, obj, there))
            if self._job:
                self._db.run(tables.drop_job(obj))
        return gone

    def _is_first(self) -> bool:
        """Whether the mirror holds nothing yet that these rows could meet."""
        return not self._db.rows(f"select 1 from {self.obj.table} limit 1")

    def _first(self, load: tables.Load) -> int:
        """Put rows where there are none; a job's table becomes the mirror's."""
        obj = self.obj
        if self._job and self._newest == self._name:
            self._db.run(tables.adopt(self._name, obj))
        else:
            self._db.run(tables.add(self._newest, obj))
        self._newest = obj.table
        self._bury(load)
        ((gone,),) = self._db.rows(
            f"select count(*) from {obj.table} where gone_at is not null"
        )
        return int(gone)

    def _merge(self, load: tables.Load) -> int:
        """Put rows among those that are there."""
        obj = self.obj
        self._db.run(
            "create or replace temporary table was_gone as "
            f'select "Id" from {obj.table} where gone_at is not null'
        )
        if load.complete:  # first: what is merged until the commit lies in memory
            facts = {"at": naive(load.at), "why": "no longer in Sales Cloud"}
            self._db.run(tables.bury_missing(self._newest, obj), facts)
        for statement in tables.merge(self._newest, obj):
            self._db.run(statement)
        self._bury(load)
        ((gone,),) = self._db.rows(
            f"select count(*) from {obj.table} where gone_at is not null "
            'and "Id" not in (select "Id" from was_gone)'
        )
        return int(gone)

    def _take_files(self, parts: Sequence[Part], *, as_values: bool) -> None:
        """Take files in as values, or as text where a text is no value."""
        before = self.arrived
        try:
            with self._db.sparing(), self._db.transaction():
                for part in parts:
                    self._take_file(part, as_values=as_values)
        except BaseException:
            self.arrived = before
            raise

    def _take_file(self, part: Part, *, as_values: bool) -> None:
        before = self.arrived
        with closing(csv_blocks(part.path, self.read, as_values=as_values)) as blocks:
            for table in blocks:
                self._take(table, as_values=as_values)
        check_count(self.arrived - before, part.rows)
        if self._job:
            row = (self._job, part.address, part.following, part.rows)
            self._db.fill("insert into mirror_part", [row])

    def _take_waiting(self) -> None:
        """Take in the pages that have come so far."""
        if not self._waiting:
            return
        pages, self._waiting = self._waiting, []
        try:
            self._take_pages(pages, as_values=True)
        except NotValuesError:
            self._take_pages(pages, as_values=False)

    def _take_pages(self, pages: Sequence[Lines], *, as_values: bool) -> None:
        table = page_table(pages, self.read, as_values=as_values)
        self._take(table, as_values=as_values)

    def _take(self, table: Table, *, as_values: bool) -> None:
        """Put a page's rows into the stage."""
        with self._db.lent("page", table):
            if as_values:
                self._fill("page", values.as_it_is)
            else:
                self._take_texts("page")
        self.arrived += table.num_rows

    def _take_texts(self, page: str) -> None:
        """Make values of texts, and remember those that are none."""
        strict = [f for f in self.read if f.kind in values.NOT_A]
        texts = self._counts(values.count_texts, strict, page)
        before = self._counts(values.count_values, strict, self._name)
        self._fill(page, values.typed)
        after = self._counts(values.count_values, strict, self._name)
        for f, text, number in zip(strict, texts, map(sub, after, before), strict=True):
            if text != number:
                self._db.run(values.note_bad(self._name, self.obj, f, page))
        decimal = [f for f in strict if f.decimals is not None]
        rounded = self._counts(values.count_rounded, decimal, page)
        for f, number in zip(decimal, rounded, strict=True):
            if number:
                self._db.run(values.note_rounded(self._name, self.obj, f, page))

    def _fill(self, page: str, value: Callable[[Field], str]) -> None:
        self._db.run(
            tables.fill_stage(self._name, self.obj, self._columns, page, value)
        )

    def _counts(
        self,
        question: Callable[[Sequence[Field], str], str],
        fields: Sequence[Field],
        table: str,
    ) -> Sequence[int]:
        """What a table holds in some columns."""
        return self._db.rows(question(fields, table))[0] if fields else ()

    def _bury(self, load: tables.Load) -> None:
        if load.deleted:
            self._db.run(
                "create or replace temporary table logged "
                "(id varchar, moment timestamp)"
            )
            pairs = [(id_, naive(at)) for id_, at in load.deleted.items()]
            for some in chunks(pairs, 1_000):
                self._db.fill("insert into logged", some)
            sql = tables.bury_logged(self._newest, self.obj)
            self._db.run(sql, {"why": load.why_deleted})

    def _note_problems(self) -> None:
        known = "from mirror_problem where object = ?"
        if self._db.rows(f"select 1 {known} limit 1", [self.obj.name]):
            self._db.run(
                f'delete {known} and record_id in (select "Id" from {self._newest})',
                [self.obj.name],
            )
        self._db.run(
            f"insert into mirror_problem select distinct * from {self._name}_problem"
        )


def check_count(found: int, announced: int) -> None:
    """Make sure that a file holds the rows that were announced."""
    if found != announced:
        raise NotWhole(f"{found:,} of {announced:,} rows of a bulk result arrived")
