"""Bulk query jobs: their states, their results as CSV, who may still read them.

A job takes its snapshot when it is made and is complete ``delay`` seconds later.
"""

import base64
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sandbox.clock import Clock
from sandbox.errors import ApiError
from sandbox.schema_ids import full_id, numbered
from sandbox.soql.result import Result


DELIMITERS: Final = {
    "BACKQUOTE": "`",
    "CARET": "^",
    "COMMA": ",",
    "PIPE": "|",
    "SEMICOLON": ";",
    "TAB": "\t",
}
ENDINGS: Final = {"LF": "\n", "CRLF": "\r\n"}

#: Results can be read for so long.
KEPT: Final = timedelta(days=7)


@dataclass(slots=True, kw_only=True)
class Job:
    """A query job, of either version of the Bulk API."""

    id: str
    operation: str
    sobject: str
    version: str
    result: Result | None
    created: datetime
    created_by: str
    started: float
    delimiter: str = "COMMA"
    ending: str = "LF"
    content: str = "CSV"
    concurrency: str = "Parallel"
    aborted: bool = False
    #: Why it failed, if it did.
    failed: str = ""
    #: Of Bulk API 1.0: rows in a chunk (0: not split by id), and the batches.
    chunk: int = 0
    closed: bool = False
    batches: list["Batch"] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many rows there are."""
        return self.result.total if self.result is not None else 0


@dataclass(slots=True, kw_only=True)
class Batch:
    """A query of a Bulk API 1.0 job, or a chunk of one."""

    id: str
    query: str
    created: datetime
    started: float
    result: Result | None = None
    rows: range = range(0)
    #: The id of its result file.
    file: str = ""
    failed: str = ""
    #: Replaced by a batch per chunk.
    split: bool = False

    @property
    def total(self) -> int:
        """How many rows it has."""
        return len(self.rows)


@dataclass(slots=True, kw_only=True)
class Jobs:
    """Every job that was made and not deleted."""

    clock: Clock
    #: Seconds until a job is complete.
    delay: float = 0.0
    #: Rows in a page of results when the client does not say.
    page: int = 100_000
    _jobs: dict[str, Job] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def new_id(self, prefix: str) -> str:
        """The id of a new job, batch or result file."""
        with self._lock:
            self._numbers[prefix] = self._numbers.get(prefix, 0) + 1
            return numbered(prefix, self._numbers[prefix])

    def add(self, job: Job) -> Job:
        """Remember a job."""
        with self._lock:
            self._jobs[job.id] = job
        return job

    def find(self, name: str) -> Job:
        """The job of that id."""
        with self._lock:
            job = self._jobs.get(full_id(name))
        if job is None or self.clock.now() - job.created > KEPT:
            raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
        return job

    def all(self) -> list[Job]:
        """Every job, oldest first."""
        with self._lock:
            return list(self._jobs.values())

    def remove(self, job: Job) -> None:
        """Forget a job and let go of its result."""
        with self._lock:
            self._jobs.pop(job.id, None)
        for result in (job.result, *(batch.result for batch in job.batches)):
            if result is not None:
                result.close()

    def close(self) -> None:
        """Forget every job."""
        for job in self.all():
            self.remove(job)

    def state(self, job: Job) -> str:
        """How far a job of Bulk API 2.0 is."""
        if job.aborted:
            return "Aborted"
        if job.failed:
            return "Failed"
        waited = self.clock.elapsed() - job.started
        if waited >= self.delay:
            return "JobComplete"
        return "InProgress" if waited >= self.delay / 2 else "UploadComplete"

    def batch_state(self, batch: Batch) -> str:
        """How far a batch of Bulk API 1.0 is."""
        if batch.failed:
            return "Failed"
        if batch.split:
            return "NotProcessed"
        waited = self.clock.elapsed() - batch.started
        if waited >= self.delay:
            return "Completed"
        return "InProgress" if waited >= self.delay / 2 else "Queued"


def locator(place: int) -> str:
    """An opaque name for the place to go on from."""
    return base64.urlsafe_b64encode(str(place).encode()).decode().rstrip("=")


def place(name: str, total: int) -> int:
    """The place that a locator names."""
    try:
        text = base64.urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode("ascii")
        at = int(text)
    except ValueError as error:
        raise ApiError(400, "INVALIDLOCATOR", f"Invalid locator: {name}") from error
    if not 0 <= at < max(total, 1) or locator(at) != name:
        raise ApiError(400, "INVALIDLOCATOR", f"Invalid locator: {name}")
    return at
