"""Answers that come page by page, fetched while others are being taken in.

A page is spelled as lines where it arrives: as records it would take ten times the
memory, and several answers are on their way at a time.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Protocol, Self

from sync.cloud import Cloud, Page
from sync.errors import NotWhole, SyncError, TooSlow
from sync.kinds import Field
from sync.rows import NOTHING, Lines, lines_of
from sync.tally import count, counting


#: A bulk job costs about so many calls; longer answers are asked for that way.
PAGES: Final = 6

#: Answers whose pages are fetched side by side.
AT_ONCE: Final = 5

#: Is told how many more rows have arrived.
Watcher = Callable[[int], None]


class LineSink(Protocol):
    """Takes pages in."""

    @property
    def read(self) -> Sequence[Field]:
        """The fields of a row."""

    @property
    def distinct(self) -> int:
        """How many different rows have arrived."""

    def add_lines(self, lines: Lines) -> None:
        """Take in a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelled:
    """A page whose rows are lines."""

    lines: Lines
    total: int
    following: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Long:
    """An answer that is better asked for in bulk; its first page is let go."""

    total: int


#: How reading an answer begins; an error says why it does not.
FirstPage = Spelled | Long | SyncError

#: What is left to a bulk job.
FOR_BULK: Final = (Long, TooSlow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Some pages in a row, and what they cost."""

    pages: Sequence[Spelled]
    calls: int


class Ahead:
    """Fetches what follows some pages before somebody asks for it."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._pool = ThreadPoolExecutor(AT_ONCE, "pages")
        self._coming: dict[str, Future[Stretch]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def first(
        self, page: Page | SyncError, fields: Sequence[Field], most: int
    ) -> FirstPage:
        """How an answer begins; what follows its first page is fetched meanwhile."""
        if isinstance(page, SyncError):
            return page
        if too_long(page, most):
            return Long(total=page.total)
        try:
            found = spelled(page, fields)
        except SyncError as error:
            return error
        self.follow(found, fields)
        return found

    def follow(self, page: Spelled, fields: Sequence[Field]) -> None:
        """Begin to fetch what follows a page."""
        following = page.following
        if following and following not in self._coming:
            self._coming[following] = self._pool.submit(
                stretch, self._cloud, following, fields
            )

    def pages(self, first: Spelled, fields: Sequence[Field]) -> Iterator[Spelled]:
        """A page and all that follow it."""
        self.follow(first, fields)
        page = first
        yield page
        while page.following:
            some = self._coming.pop(page.following).result()
            count(some.calls)
            page = some.pages[-1]
            self.follow(page, fields)
            yield from some.pages


def stretch(cloud: Cloud, following: str | None, fields: Sequence[Field]) -> Stretch:
    """The pages from an address on, not too many of them."""
    pages: list[Spelled] = []
    with counting() as tally:
        while following and len(pages) < PAGES:
            pages.append(spelled(cloud.more(following), fields))
            following = pages[-1].following
    return Stretch(pages=pages, calls=tally.calls)


def spelled(page: Page, fields: Sequence[Field]) -> Spelled:
    """A page whose rows are lines."""
    lines = lines_of(page.records, fields) if page.records else NOTHING
    return Spelled(lines=lines, total=page.total, following=page.following)


def too_long(first: Page, most: int = PAGES) -> bool:
    """Whether the rest of an answer is better asked for in bulk."""
    return bool(first.following) and first.total > most * max(len(first.records), 1)


def read_pages(ahead: Ahead, first: Spelled, sink: LineSink, watch: Watcher) -> None:
    """Take in an answer page by page."""
    for page in ahead.pages(first, sink.read):
        if page.lines.rows:
            sink.add_lines(page.lines)
        watch(page.lines.rows)
    check_whole(sink.distinct, first.total)


def check_whole(arrived: int, announced: int) -> None:
    """Make sure that every row that was announced has arrived."""
    if arrived != announced:
        raise NotWhole(f"{arrived:,} of {announced:,} rows arrived")
