"""One sync in progress: its objects, one after the other, and how each ended."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final

from sync import soql
from sync.cloud import Cloud, Page, Query
from sync.errands import Errand, Errands
from sync.errors import (
    AllowanceSpent,
    CursorGone,
    FieldUnknown,
    LoginRefused,
    NotWhole,
    ObjectUnknown,
    SyncError,
    Unexpected,
)
from sync.journal import Journal
from sync.owner import NOT_KNOWN, OWNER, check_owner
from sync.pages import (
    FOR_BULK,
    PAGES,
    Ahead,
    FirstPage,
    Spelled,
    Watcher,
    read_pages,
    spelled,
)
from sync.plan import Item
from sync.reach import Reach
from sync.reader import Downloads
from sync.report import ABSENT, COMPLETE, FAILED, SKIPPED, ObjectReport, Progress
from sync.staging import Stage
from sync.store import Mirror
from sync.tables import Load
from sync.tally import Tally, count, counting


#: The first page of each object, or why there is none.
FirstPages = Mapping[str, FirstPage]

#: Objects whose field changes are observed for the journal.
WATCHED: Final = frozenset({"Opportunity"})


@dataclass(slots=True, kw_only=True)
class Run:
    """What every step of a sync needs, and what became of it so far."""

    cloud: Cloud
    mirror: Mirror
    journal: Journal
    progress: Progress
    folder: Path  #: for files that need not survive
    reaches: Mapping[str, Reach] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)  #: whose end was reported
    pages: int = PAGES  #: longer answers are asked for in bulk
    reports: dict[str, ObjectReport] = field(default_factory=dict)
    downloads: Downloads = field(init=False)  #: while it is working
    ahead: Ahead = field(init=False)
    errands: Errands = field(init=False)
    forgotten: list[tuple[Item, Future[Tally]]] = field(default_factory=list)
    misjudged: list[str] = field(default_factory=list)  #: described otherwise

    def __post_init__(self) -> None:
        self.errands = Errands(self.mirror, self.cloud.version)

    def ask_together(self, items: Sequence[Item]) -> FirstPages:
        """The first pages of some objects, in one call; an error is every object's."""
        queries = {item.obj.name: self.query(item) for item in items}
        try:
            told = self.cloud.first_pages(queries)
        except LoginRefused:
            raise
        except SyncError as error:
            return dict.fromkeys(queries, error)
        return {i.obj.name: self.look_ahead(i, told[i.obj.name]) for i in items}

    def look_ahead(self, item: Item, told: Page | SyncError) -> FirstPage:
        """How an object begins; its job is made at once if we know whose data come."""
        first = self.ahead.first(told, item.fields, self.pages)
        owner = self.reports.get(OWNER)
        if isinstance(first, FOR_BULK) and owner and owner.status == COMPLETE:
            self.errands.begin_early(self.errand(item))
        return first

    def read_together(self, items: Sequence[Item], told: FirstPages) -> None:
        """Read some objects whose first pages came in one call; jobs begin first."""

        def turn(item: Item) -> tuple[bool, bool]:
            return item.obj.name != OWNER, not isinstance(told[item.obj.name], FOR_BULK)

        for item in sorted(items, key=turn):
            self.errands.keep()
            if self.is_somebody_elses():
                self.end(item, SKIPPED, NOT_KNOWN)
            else:
                self.attempt(item, partial(self.begin, item, told[item.obj.name]))

    def is_somebody_elses(self) -> bool:
        """Whether these may be another org's data: we could not find out."""
        owner = self.reports.get(OWNER)
        return owner is not None and owner.status != COMPLETE

    @contextmanager
    def working(self) -> Iterator[None]:
        """Threads that ask, watch and fetch; at the end no call is under way."""
        with (
            Downloads(self.cloud, self.folder) as self.downloads,
            Ahead(self.cloud) as self.ahead,
        ):
            yield
            for item, tally in self.forgotten:
                self.add(item, calls=tally.result().calls)

    def finish_jobs(self, errands: Sequence[Errand]) -> None:
        """Read objects that were asked for in bulk."""
        self.errands.watch(self.downloads)
        for errand in errands:
            self.attempt(errand.item, partial(self.read_in_bulk, errand))
            self.errands.end(errand)

    def attempt(
        self, item: Item, action: Callable[[], None], *, doing: str = ""
    ) -> None:
        """Do something for one object; its failure is not the others'."""
        with counting() as tally:
            try:
                action()
            except LoginRefused:
                raise
            except AllowanceSpent as error:
                self.end(item, SKIPPED, f"{doing}{error}")
            except SyncError as error:
                if isinstance(error, (FieldUnknown, ObjectUnknown)):
                    self.misjudged.append(item.obj.name)
                self.end(item, FAILED, f"{doing}{error}")
        self.add(item, calls=tally.calls)

    def begin(self, item: Item, first: FirstPage) -> None:
        """Read an object from its first page on, or leave it to a bulk job."""
        total = None if isinstance(first, SyncError) else first.total
        self.progress.start(item.obj.name, total)
        if isinstance(first, FOR_BULK):
            self.errands.leave(self.errands.early(item) or self.errand(item))
        elif isinstance(first, SyncError):
            raise first
        elif not self.nothing_happened(item, first):
            self.read_from(item, first)

    def read_from(self, item: Item, first: Spelled) -> None:
        """Read an object page by page; once more when the answer went away."""
        try:
            self.take(item, partial(self.read, first))
        except (CursorGone, NotWhole):
            self.take(item, partial(self.read, self.first_page(item)))

    def nothing_happened(self, item: Item, first: Spelled) -> bool:
        """Move the cursor at once when there is no row to read and none to bury."""
        reach = self.reaches[item.obj.name]
        if first.total or reach.deleted or item.obj.name == OWNER:
            return False
        if reach.whole and self.mirror.present(item.obj):
            return False
        load = Load(
            at=self.cloud.server_time,
            watermark=reach.watermark,
            columns=item.columns,
        )
        self.mirror.advance(item.obj, load)
        self.end(item, COMPLETE, item.left_empty)
        return True

    def read(self, first: Spelled, stage: Stage) -> None:
        """Read an answer page by page."""
        read_pages(
            self.ahead, first, stage, partial(self.progress.advance, stage.obj.name)
        )

    def errand(self, item: Item) -> Errand:
        """Ask for an object in bulk."""
        return Errand(
            item=item,
            reach=self.reaches[item.obj.name],
            begun=self.downloads.begin(self.query(item)),
            made_at=self.cloud.server_time,
        )

    def read_in_bulk(self, errand: Errand) -> None:
        """Read an object from a bulk job, or page by page when there is none."""
        item = errand.item
        try:
            begun = errand.begun.result()
        except Unexpected:
            self.read_from(item, self.first_page(item))
            return
        count(begun.calls)
        self.errands.keep()
        try:
            self.take(item, partial(self.download, begun.id), job=begun.id)
            self.forgotten.append((item, self.downloads.forget(begun.id)))
        except NotWhole:
            self.mirror.jobs.drop([item.obj.name])  # or the next run would meet it too
            raise
        except Unexpected:
            self.mirror.jobs.drop([item.obj.name])
            self.take(item, partial(self.read, self.first_page(item)))

    def download(self, job_id: str, stage: Stage) -> None:
        """Read what a job has found."""
        self.downloads.read(
            job_id, stage, partial(self.progress.advance, stage.obj.name)
        )

    def watcher(self, stage: Stage) -> Watcher:
        """Tells whoever watches that rows of an object have arrived."""
        return partial(self.progress.advance, stage.obj.name)

    def first_page(self, item: Item) -> Spelled:
        """Ask for an object once more."""
        name = item.obj.name
        page = self.cloud.first_pages({name: self.query(item)})[name]
        if isinstance(page, SyncError):
            raise page
        return spelled(page, item.fields)

    def take(self, item: Item, read: Callable[[Stage], None], job: str = "") -> None:
        """Read rows into the mirror and move the cursor, all or nothing."""
        reach = self.reaches[item.obj.name]
        at = reach.read_at or self.cloud.server_time
        stage = self.mirror.stage(item.obj, item.columns, job)
        read(stage)
        if item.obj.name == OWNER:
            check_owner(self.mirror, stage.ids(), self.cloud.instance_url)
        load = Load(
            at=at,
            watermark=reach.watermark,
            columns=item.columns,
            deleted=reach.deleted,
            complete=reach.whole,
        )
        gone = self.commit(item, stage, load)
        self.end(item, COMPLETE, item.left_empty)
        self.add(item, rows=stage.distinct, deleted=gone)

    def commit(self, item: Item, stage: Stage, load: Load) -> int:
        """Give old values to the journal, then let the new ones in."""
        stage.settle()
        if item.obj.name in WATCHED:
            known = self.reaches[item.obj.name].known
            if changes := stage.changes(known):
                self.journal.observe(changes)
        return stage.commit(load)

    def query(self, item: Item) -> Query:
        """What is asked about an object in this run."""
        since = self.reaches[item.obj.name].since
        ordered = since is not None  # whoever reads everything needs no order
        text = soql.rows(item.obj, item.columns, since=since, ordered=ordered)
        return Query(soql=text, everything="IsDeleted" in item.columns)

    def end(self, item: Item, status: str, reason: str) -> None:
        """Note how an object ended, in the report and in the mirror."""
        name = item.obj.name
        before = self.reports.get(name, ObjectReport(name=name))
        reach = self.reaches.get(name)
        self.reports[name] = replace(
            before,
            status=status,
            reason=reason,
            watermark=reach.watermark if reach and status == COMPLETE else None,
        )
        if status != COMPLETE:
            available = False if status == ABSENT else None
            self.mirror.mark(name, status, reason, available=available)
        if status != ABSENT and name not in self.told:
            self.told.add(name)
            self.progress.finish(name, reason if status != COMPLETE else "")

    def add(self, item: Item, **numbers: int) -> None:
        """Add to an object's numbers."""
        name = item.obj.name
        before = self.reports.get(name, ObjectReport(name=name))
        sums = {key: getattr(before, key) + more for key, more in numbers.items()}
        self.reports[name] = replace(before, **sums)
