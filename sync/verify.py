"""Proof that the mirror is whole: ids, stamps and counts compared with the org's.

Late commits, silent deletions, merges and permissions that changed leave no trace in
the change logs. What differs is read again by id and counted as drift.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sync import soql
from sync.census import Census
from sync.cloud import Page, Query
from sync.errors import NotAllowed, SyncError
from sync.objects import Vanishing
from sync.pages import read_pages, spelled, too_long
from sync.plan import Item
from sync.reader import start_job
from sync.report import COMPLETE, Drift
from sync.run import Run
from sync.sequences import chunks
from sync.tables import Load


#: The object whose live rows are compared in every run.
CHECKED: Final = "Opportunity"
LIVE: Final = "live deals"  #: the name of that question

#: Counts of all objects are compared so often, and when that was done last.
EVERY: Final = timedelta(days=7)
COMPARED: Final = "compared_at"

#: A little less than the query's 400 days: its "today" is the user's.
RECENT: Final = timedelta(days=398)

#: More rows than this, and than this share, do not vanish: we have lost sight of them.
VANISH_ROWS: Final = 200
VANISH_SHARE: Final = 0.2

#: What the reader of a report is told when it could not be done.
DOING: Final = "read, but not compared with the org: "

WHY_GONE: Final = "purged, merged or hidden from the integration user"

#: Queries by id that travel in one call.
TOGETHER: Final = 5


def verify(run: Run, items: Sequence[Item]) -> Drift:
    """Compare with the org, mend what differs, and say how much did."""
    whole = [i for i in items if run.reports[i.obj.name].status == COMPLETE]
    due = comparison_is_due(run)
    counted = [
        item
        for item in whole
        if not run.reaches[item.obj.name].whole
        and (item.obj.vanishing is Vanishing.SILENT or (due and item.obj.deletable))
    ]
    queries = {item.obj.name: counting(item) for item in counted}
    checked = next((item for item in whole if item.obj.name == CHECKED), None)
    if checked:
        queries[LIVE] = Query(soql=soql.stamps_of_live_deals())
    told = ask(run, queries)
    for item in counted:
        compare = partial(compare_count, run, item, told[item.obj.name])
        run.attempt(item, compare, doing=DOING)
    for item in whole:
        if run.reaches[item.obj.name].sweep:
            run.attempt(item, partial(sweep, run, item), doing=DOING)
    if checked:
        check = partial(check_deals, run, checked, told[LIVE])
        run.attempt(checked, check, doing=DOING)
    if due and all(run.reports[i.obj.name].status == COMPLETE for i in counted):
        run.mirror.remember(COMPARED, run.cloud.server_time.isoformat())
    return Drift(
        checked=sum(one.compared for one in run.reports.values()),
        drifted=sum(one.drifted for one in run.reports.values()),
    )


def comparison_is_due(run: Run) -> bool:
    """Whether counts of everything were last compared some days ago."""
    before = run.mirror.meta(COMPARED)
    now = run.cloud.server_time
    return before is None or now - datetime.fromisoformat(before) >= EVERY


def counting(item: Item) -> Query:
    """How many rows of an object the org has."""
    return Query(soql=soql.how_many(item.obj), everything=soql.with_archive(item.obj))


def ask(run: Run, queries: Mapping[str, Query]) -> Mapping[str, Page | SyncError]:
    """First pages; an error of the whole call is every query's."""
    if not queries:
        return {}
    try:
        return run.cloud.first_pages(queries)
    except SyncError as error:
        return dict.fromkeys(queries, error)


def compare_count(run: Run, item: Item, told: Page | SyncError) -> None:
    """Compare ids when the org counts other rows than we hold."""
    if isinstance(told, SyncError):
        raise told
    if int(told.records[0]["howMany"]) != run.mirror.present(item.obj):
        sweep(run, item)


def sweep(run: Run, item: Item) -> None:
    """Compare all ids of an object with the mirror's, and mend what differs."""
    census = run.mirror.census(item.obj)
    query = Query(
        soql=soql.stamps(item.obj, census.columns),
        everything=soql.with_archive(item.obj),
    )
    read_census(run, query, first_page(run, query), census)
    mend(run, item, census, "true")


def check_deals(run: Run, item: Item, told: Page | SyncError) -> None:
    """Compare ids and stamps of live opportunities with the mirror's."""
    if isinstance(told, SyncError):
        raise told
    census = run.mirror.census(item.obj)
    read_census(run, Query(soql=soql.stamps_of_live_deals()), told, census)
    since = (run.cloud.server_time - RECENT).date()
    mend(run, item, census, f'not "IsClosed" or "CloseDate" >= date \'{since}\'')


def read_census(run: Run, query: Query, first: Page, census: Census) -> None:
    """Read ids and stamps, in bulk if there are many."""
    if not too_long(first, run.pages):
        page = spelled(first, census.read)
        read_pages(run.ahead, page, census, lambda _: None)
        return
    job_id = start_job(run.cloud, query)
    run.downloads.watch(job_id)
    run.downloads.read(job_id, census, lambda _: None)
    run.cloud.forget_job(job_id)


def mend(run: Run, item: Item, census: Census, condition: str) -> None:
    """Read again what differs and mark what is gone."""
    watermark = run.reaches[item.obj.name].watermark or run.cloud.server_time
    stale = census.stale(watermark)
    vanished = census.vanished(condition)
    present = run.mirror.present(item.obj)
    if len(vanished) > max(VANISH_ROWS, present * VANISH_SHARE):
        raise NotAllowed(
            f"{len(vanished):,} of {present:,} rows of {item.obj.name} are no longer "
            "shown to the integration user",
            remedy="check its permissions; if the rows are really gone, run "
            "dealpacket sync --full",
        )
    run.add(item, compared=census.distinct)
    if stale or vanished:
        gone = read_again(run, item, [*stale, *vanished])
        run.add(item, drifted=len(stale) + gone)


def read_again(run: Run, item: Item, ids: Sequence[str]) -> int:
    """Read rows by id; those that do not come back are gone. How many went."""
    at = run.cloud.server_time
    stage = run.mirror.stage(item.obj, item.columns)
    everything = "IsDeleted" in item.columns
    returned: set[str] = set()
    for batch in chunks(list(chunks(ids, soql.IDS_AT_ONCE)), TOGETHER):
        queries = {
            f"ids{number}": Query(
                soql=soql.by_id(item.obj, item.columns, some), everything=everything
            )
            for number, some in enumerate(batch)
        }
        for page in run.cloud.first_pages(queries).values():
            if isinstance(page, SyncError):
                raise page
            stage.add_records(page.records)
            returned |= {str(row["Id"]) for row in page.records}
    missing = dict.fromkeys(set(ids) - returned, at)
    load = Load(
        at=at,
        watermark=None,
        columns=item.columns,
        deleted=missing,
        why_deleted=WHY_GONE,
    )
    gone = run.commit(item, stage, load)
    run.add(item, rows=len(returned), deleted=gone)
    return gone


def first_page(run: Run, query: Query) -> Page:
    """The first page of a query."""
    page = run.cloud.first_pages({"one": query})["one"]
    if isinstance(page, SyncError):
        raise page
    return page
