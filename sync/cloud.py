"""What a pull needs from Sales Cloud, in values; ``sync/client.py`` is the real one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from sync.errors import SyncError


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A SOQL query; ``everything`` includes deleted and archived rows."""

    soql: str
    everything: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some rows of a query's answer, and where the next ones are."""

    records: Sequence[Mapping[str, Any]]
    total: int
    following: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """An object as describe shows it to the integration user."""

    name: str
    fields: Mapping[str, str]  #: API name -> describe type
    replicable: bool = True  #: whether it has change logs
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)  #: of picklists
    scales: Mapping[str, int] = field(default_factory=dict)  #: decimals, where any


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What the change logs say about an object between two moments."""

    latest: datetime | None  #: latestDateCovered: every change before it is visible
    deleted: Mapping[str, datetime] = field(default_factory=dict)
    complete: bool = True  #: false when older deletions have left the log


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """Ask for an object's window that begins at ``start``."""

    name: str
    start: datetime
    deletable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A Bulk 2.0 query job that is complete."""

    id: str
    rows: int  #: numberRecordsProcessed
    at_once: int = 1  #: rows that are worth a transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A file with some of a job's rows, as CSV."""

    path: Path
    rows: int  #: Sforce-NumberOfRecords
    address: str  #: its own, to fetch it again
    following: str | None  #: the next part's


class Cloud(Protocol):
    """An org that can be read. Every method may raise ``SyncError``."""

    @property
    def instance_url(self) -> str:
        """Where the org is: ``https://host``."""

    @property
    def version(self) -> str:
        """The API version in use."""

    @property
    def calls(self) -> int:
        """API calls made so far."""

    @property
    def server_time(self) -> datetime:
        """The moment that the server last named."""

    @property
    def notes(self) -> Sequence[str]:
        """What a person should know about the connection."""

    def describe(self, names: Sequence[str]) -> Mapping[str, Shape | None]:
        """The objects as they are shown to us; None where the org has none such."""

    def windows(self, asked: Sequence[Since]) -> Mapping[str, Window | SyncError]:
        """The change logs of several objects."""

    def first_pages(
        self, queries: Mapping[str, Query]
    ) -> Mapping[str, Page | SyncError]:
        """The first page of each query."""

    def more(self, following: str) -> Page:
        """The next page of a query."""

    def start_job(self, query: Query) -> str:
        """Begin a bulk query; its id."""

    def finish_job(self, job_id: str) -> Job:
        """Wait until a bulk query is complete."""

    def parts(self, job: Job) -> Sequence[str]:
        """Addresses of all parts of a complete job, or of the first alone."""

    def part(self, job: Job, address: str, folder: Path) -> Part:
        """Fetch a part of a complete job's rows into a file."""

    def forget_job(self, job_id: str) -> None:
        """Remove a job and its results from the org."""
