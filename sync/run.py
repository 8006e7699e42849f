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
from sync.errors import (
    AllowanceSpent,
    CursorGone,
    FieldUnknown,
    LoginRefused,
    MirrorError,
    NotWhole,
    ObjectUnknown,
    SyncError,
    TooSlow,
    Unexpected,
)
from sync.journal import Journal
from sync.plan import Item
from sync.reach import Reach
from sync.reader import EARLY, PAGES, Downloads, read_pages, start_job, too_long
from sync.report import ABSENT, COMPLETE, FAILED, SKIPPED, ObjectReport, Progress
from sync.saved import SavedJob
from sync.staging import Stage
from sync.store import Mirror
from sync.tables import Load
from sync.tally import Tally, counting


#: The first page of each object, or why there is none.
FirstPages = Mapping[str, Page | SyncError]

#: Objects whose field changes are observed for the journal.
WATCHED: Final = frozenset({"Opportunity"})

#: The object whose one record says whose data these are; read first.
OWNER: Final = "Organization"

NOT_KNOWN: Final = "the org's own record could not be read: whose data are these?"

#: What the mirror remembers the org's address as, for links to its records.
INSTANCE: Final = "instance_url"


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
    downloads: Downloads | None = None
    jobs: list[tuple[Item, str]] = field(default_factory=list)
    forgotten: list[tuple[Item, Future[Tally]]] = field(default_factory=list)
    misjudged: list[str] = field(default_factory=list)  #: described otherwise

    def ask_together(self, items: Sequence[Item]) -> FirstPages:
        """The first pages of some objects, in one call; an error is every object's."""
        queries = {item.obj.name: self.query(item) for item in items}
        try:
            return self.cloud.first_pages(queries)
        except LoginRefused:
            raise
        except SyncError as error:
            return dict.fromkeys(queries, error)

    def read_together(self, items: Sequence[Item], told: FirstPages) -> None:
        """Read some objects whose first pages came in one call."""
        for item in items:
            if self.is_somebody_elses():
                self.end(item, SKIPPED, NOT_KNOWN)
            else:
                self.attempt(item, partial(self.begin, item, told[item.obj.name]))

    def is_somebody_elses(self) -> bool:
        """Whether these may be another org's data: we could not find out."""
        owner = self.reports.get(OWNER)
        return owner is not None and owner.status != COMPLETE

    @contextmanager
    def downloading(self) -> Iterator[Downloads]:
        """Bulk jobs are watched meanwhile; in the end those that remain are read."""
        with Downloads(self.cloud, self.folder) as self.downloads:
            yield self.downloads
            self.finish_jobs(self.downloads)
        self.downloads = None

    def finish_jobs(self, downloads: Downloads) -> None:
        """Read the objects that were asked for in bulk, all of them at once."""
        jobs, self.jobs = self.jobs, []
        for _, job_id in jobs:
            downloads.watch(job_id)
        for item, job_id in jobs:
            self.attempt(item, partial(self.read_in_bulk, item, job_id, downloads))
        for item, tally in self.forgotten:
            self.add(item, calls=tally.result().calls)
        self.forgotten.clear()

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

    def begin(self, item: Item, first: Page | SyncError) -> None:
        """Read an object from its first page on, or leave it to a bulk job."""
        total = first.total if isinstance(first, Page) else None
        self.progress.start(item.obj.name, total)
        if isinstance(first, SyncError) and not isinstance(first, TooSlow):
            raise first
        if isinstance(first, SyncError):
            self.leave_to_a_job(item)
            return
        if too_long(first, self.pages) and self.bulk_knows(item):
            return
        if self.nothing_happened(item, first):
            return
        try:
            self.take(item, partial(self.read, item, first))
        except (CursorGone, NotWhole):
            self.take(item, partial(self.read, item, self.first_page(item)))

    def nothing_happened(self, item: Item, first: Page) -> bool:
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

    def read(self, item: Item, first: Page, stage: Stage) -> None:
        """Read an answer page by page."""
        read_pages(self.cloud, first, stage, self.watcher(item))

    def bulk_knows(self, item: Item) -> bool:
        """Ask for an object in bulk; false where Bulk does not know it."""
        try:
            self.leave_to_a_job(item)
        except Unexpected:
            return False
        return True

    def leave_to_a_job(self, item: Item) -> None:
        """Ask for an object in bulk, and remember that we did."""
        reach, made_at = self.reaches[item.obj.name], self.cloud.server_time
        job_id = start_job(self.cloud, self.query(item))
        self.mirror.jobs.keep(
            SavedJob(
                object=item.obj.name,
                id=job_id,
                version=self.cloud.version,
                columns=item.columns,
                made_at=made_at,
                since=reach.since,
                watermark=reach.watermark,
                deleted=reach.deleted,
            )
        )
        self.jobs.append((item, job_id))
        if self.downloads:
            self.downloads.watch(job_id, early=EARLY)

    def read_in_bulk(self, item: Item, job_id: str, downloads: Downloads) -> None:
        """Read an object from a bulk job, or page by page when the job failed."""

        def read(stage: Stage) -> None:
            downloads.read(job_id, stage, self.watcher(item))

        try:
            self.take(item, read, job=job_id)
            self.forgotten.append((item, downloads.forget(job_id)))
        except NotWhole:
            self.mirror.jobs.drop([item.obj.name])  # or the next run would meet it too
            raise
        except Unexpected:
            self.mirror.jobs.drop([item.obj.name])
            self.take(item, partial(self.read, item, self.first_page(item)))

    def first_page(self, item: Item) -> Page:
        """Ask for an object once more."""
        name = item.obj.name
        page = self.cloud.first_pages({name: self.query(item)})[name]
        if isinstance(page, SyncError):
            raise page
        return page

    def take(self, item: Item, read: Callable[[Stage], None], job: str = "") -> None:
        """Read rows into the mirror and move the cursor, all or nothing."""
        reach = self.reaches[item.obj.name]
        at = reach.read_at or self.cloud.server_time
        stage = self.mirror.stage(item.obj, item.columns, job)
        read(stage)
        if item.obj.name == OWNER:
            self.check_owner(stage)
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

    def check_owner(self, stage: Stage) -> None:
        """Make sure that the mirror is of this org, before anything else comes in."""
        ids = stage.ids()
        if len(ids) != 1:
            raise Unexpected(
                f"the org shows {len(ids)} Organization records, not one",
                remedy="let the integration user read Organization; a folder of "
                "CSV files needs an Organization.csv with one row",
            )
        known = self.mirror.meta(OWNER)
        if known not in {None, ids[0]}:
            raise MirrorError(
                f"{self.mirror.path} holds the data of org {known}, not {ids[0]}: "
                "delete it, or set [data] folder to a place of its own"
            )
        self.mirror.remember(OWNER, ids[0])
        self.mirror.remember(INSTANCE, self.cloud.instance_url)

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

    def watcher(self, item: Item) -> Callable[[int], None]:
        """Tells whoever watches that rows of an object have arrived."""
        return partial(self.progress.advance, item.obj.name)

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
