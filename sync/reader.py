"""Reads a whole answer into a sink: page by page, or in bulk when that is cheaper."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, Protocol

from sync.cloud import Cloud, Job, Page, Part, Query
from sync.errors import NotWhole


#: An answer of more pages than this is asked for in bulk.
PAGES: Final = 25

#: A damaged part of a bulk result is fetched so often in all.
FETCHES: Final = 3


class Sink(Protocol):
    """Takes rows in."""

    @property
    def distinct(self) -> int:
        """How many different rows have arrived."""

    def add_records(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Take in a page of JSON records."""

    def add_csv(self, path: Path, rows: int) -> None:
        """Take in a CSV file that should hold so many rows, or none of it."""


#: Is told how many more rows have arrived.
Watcher = Callable[[int], None]


def too_long(first: Page, most: int = PAGES) -> bool:
    """Whether the rest of an answer is better asked for in bulk."""
    return bool(first.following) and first.total > most * max(len(first.records), 1)


def read_pages(cloud: Cloud, first: Page, sink: Sink, watch: Watcher) -> None:
    """Take in an answer page by page, fetching ahead."""
    for page in pages(cloud, first):
        sink.add_records(page.records)
        watch(len(page.records))
    check_whole(sink.distinct, first.total)


def pages(cloud: Cloud, first: Page) -> Iterator[Page]:
    """The first page and those that follow it; the next is fetched meanwhile."""
    if not first.following:
        yield first
        return
    with ThreadPoolExecutor(1, "pages") as ahead:
        page = first
        while page.following:
            coming = ahead.submit(cloud.more, page.following)
            yield page
            page = coming.result()
        yield page


def read_job(
    cloud: Cloud, job_id: str, sink: Sink, watch: Watcher, folder: Path
) -> None:
    """Take in the answer to a bulk query, part by part, fetching ahead."""
    job = cloud.finish_job(job_id)
    with ThreadPoolExecutor(1, "parts") as ahead:
        coming = ahead.submit(fetch_part, cloud, job, None, folder)
        while True:
            part = coming.result()
            if part.following is not None:
                coming = ahead.submit(fetch_part, cloud, job, part.following, folder)
            take_part(cloud, job, part, sink)
            watch(part.rows)
            if part.following is None:
                break
    check_whole(sink.distinct, job.rows)
    cloud.forget_job(job_id)


def fetch_part(cloud: Cloud, job: Job, locator: str | None, folder: Path) -> Part:
    """Fetch a part into a file, more than once if the answer is none."""
    for _ in range(FETCHES - 1):
        try:
            return cloud.part(job, locator, folder)
        except NotWhole:
            continue
    return cloud.part(job, locator, folder)


def take_part(cloud: Cloud, job: Job, part: Part, sink: Sink) -> None:
    """Take a part's rows in; fetch it anew while it is not whole."""
    for _ in range(FETCHES - 1):
        try:
            sink.add_csv(part.path, part.rows)
            break
        except NotWhole:
            part = fetch_part(cloud, job, part.locator, part.path.parent)
    else:
        sink.add_csv(part.path, part.rows)
    part.path.unlink(missing_ok=True)


def check_whole(arrived: int, announced: int) -> None:
    """Make sure that every row that was announced has arrived."""
    if arrived != announced:
        raise NotWhole(f"{arrived:,} of {announced:,} rows arrived")


def start_job(cloud: Cloud, query: Query) -> str:
    """Begin a bulk query; order costs time there and helps nobody."""
    plain, _, _ = query.soql.partition(" ORDER BY ")
    return cloud.start_job(Query(soql=plain, everything=query.everything))
