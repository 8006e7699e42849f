"""Reads bulk jobs into sinks: begun, watched and fetched side by side."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

from sync.cloud import Cloud, Job, Part, Query
from sync.errors import NotWhole
from sync.pages import Watcher, check_whole
from sync.tally import Tally, count, counting, here


#: A damaged part of a bulk result is fetched so often in all.
FETCHES: Final = 3

#: Parts that are fetched side by side, and jobs that are watched so.
AHEAD: Final = 6
EARLY: Final = 2  #: of a job, while other objects are being read
WATCHED_AT_ONCE: Final = 6

#: Jobs that are made side by side.
BEGUN_AT_ONCE: Final = 4


class Sink(Protocol):
    """Takes rows in."""

    @property
    def distinct(self) -> int:
        """How many different rows have arrived."""

    def add_parts(self, parts: Sequence[Part]) -> None:
        """Take in parts of a bulk result, all of them or nothing."""

    def taken(self) -> Mapping[str, str | None]:
        """Addresses of parts that were taken in before, and which follow them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A job that was made, and what that cost."""

    id: str
    calls: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A job that is complete, and where its rows are."""

    job: Job
    addresses: Sequence[str]
    early: Mapping[str, Future[Part]]  #: parts that are being fetched already
    tally: Tally  #: of the calls that nobody waited for


class Downloads:
    """Watches several bulk jobs at once and fetches their parts side by side."""

    def __init__(self, cloud: Cloud, folder: Path) -> None:
        self._cloud = cloud
        self._folder = folder
        self._starters = ThreadPoolExecutor(BEGUN_AT_ONCE, "begun")
        self._watchers = ThreadPoolExecutor(WATCHED_AT_ONCE, "jobs")
        self._fetchers = ThreadPoolExecutor(AHEAD, "parts")
        self._found: dict[str, Future[Found]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._starters.shutdown(cancel_futures=True)
        self._watchers.shutdown(cancel_futures=True)
        self._fetchers.shutdown(cancel_futures=True)

    def begin(self, query: Query) -> Future[Begun]:
        """Make a job meanwhile, and watch it."""
        return self._starters.submit(self._begin, query)

    def watch(self, job_id: str, *, early: int = 0) -> None:
        """Begin to wait for a job, and then to fetch its first parts."""
        if job_id not in self._found:
            self._found[job_id] = self._watchers.submit(self._look, job_id, early)

    def has_found(self, job_id: str) -> bool:
        """Whether a job is complete, and known to be."""
        return job_id in self._found and self._found[job_id].done()

    def read(self, job_id: str, sink: Sink, watch: Watcher) -> None:
        """Take in all parts of a job that were not taken in before."""
        found = self._found[job_id].result()
        for group in groups(self._parts(found, sink.taken()), found.job.at_once):
            self._take_together(found.job, group, sink)
            watch(sum(part.rows for part in group))
        count(found.tally.calls)
        check_whole(sink.distinct, found.job.rows)

    def forget(self, job_id: str) -> Future[Tally]:
        """Remove a job from the org meanwhile."""
        return self._watchers.submit(counted, self._cloud.forget_job, job_id)

    def _begin(self, query: Query) -> Begun:
        with counting() as tally:
            job_id = start_job(self._cloud, query)
        self.watch(job_id, early=EARLY)
        return Begun(id=job_id, calls=tally.calls)

    def _look(self, job_id: str, early: int) -> Found:
        with counting() as tally:
            job = self._cloud.finish_job(job_id)
            addresses = self._cloud.parts(job)
            first = {one: self._fetch(job, one) for one in addresses[:early]}
        return Found(job=job, addresses=addresses, early=first, tally=tally)

    def _parts(self, found: Found, taken: Mapping[str, str | None]) -> Iterator[Part]:
        """Parts in order, some of them fetched ahead."""
        if len(found.addresses) == 1:
            yield from self._chain(found, found.addresses[0], taken)
            return
        wanted = iter([one for one in found.addresses if one not in taken])
        coming = deque(self._coming(found, one) for one in islice(wanted, AHEAD))
        while coming:
            part = coming.popleft().result()
            coming.extend(self._coming(found, one) for one in islice(wanted, 1))
            yield part

    def _chain(
        self, found: Found, first: str, taken: Mapping[str, str | None]
    ) -> Iterator[Part]:
        """Parts of which each says where the next is."""
        address: str | None = first
        while address and address in taken:
            address = taken[address]
        coming = self._coming(found, address) if address else None
        while coming:
            part = coming.result()
            coming = self._coming(found, part.following) if part.following else None
            yield part

    def _coming(self, found: Found, address: str) -> Future[Part]:
        return found.early.get(address) or self._fetch(found.job, address)

    def _fetch(self, job: Job, address: str) -> Future[Part]:
        return self._fetchers.submit(
            here(fetch_part), self._cloud, job, address, self._folder
        )

    def _take_together(self, job: Job, parts: Sequence[Part], sink: Sink) -> None:
        """Take some parts in at once; one by one when one of them is not whole."""
        try:
            sink.add_parts(parts)
        except NotWhole:
            for part in parts:
                self._take(job, part, sink)
        for part in parts:
            part.path.unlink(missing_ok=True)

    def _take(self, job: Job, part: Part, sink: Sink) -> None:
        """Take a part's rows in; fetch it anew while it is not whole."""
        for left in reversed(range(FETCHES)):
            try:
                sink.add_parts([part])
                break
            except NotWhole:
                part.path.unlink(missing_ok=True)
                if not left:
                    raise
                part = fetch_part(self._cloud, job, part.address, self._folder)
        part.path.unlink(missing_ok=True)


def counted(action: Callable[[str], None], job_id: str) -> Tally:
    """Do something about a job; how many calls it took."""
    with counting() as tally:
        action(job_id)
    return tally


def groups(parts: Iterator[Part], rows: int) -> Iterator[list[Part]]:
    """Parts in their order, together until there are so many rows."""
    group: list[Part] = []
    for part in parts:
        group.append(part)
        if sum(one.rows for one in group) >= rows:
            yield group
            group = []
    if group:
        yield group


def fetch_part(cloud: Cloud, job: Job, address: str, folder: Path) -> Part:
    """Fetch a part into a file, more than once if the answer is none."""
    for _ in range(FETCHES - 1):
        try:
            return cloud.part(job, address, folder)
        except NotWhole:
            continue
    return cloud.part(job, address, folder)


def start_job(cloud: Cloud, query: Query) -> str:
    """Begin a bulk query; order costs time there and helps nobody."""
    plain, _, _ = query.soql.partition(" ORDER BY ")
    return cloud.start_job(Query(soql=plain, everything=query.everything))
