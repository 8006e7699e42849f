"""Bulk 2.0 query jobs: for answers too long to page through.

A job is made, watched with growing waits, read part by part into files, and removed.
Parts can be fetched again any number of times, so a broken download costs one part.
"""

import re
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Protocol

from sync.cloud import Job, Part, Query
from sync.errors import NotWhole, ObjectUnknown, SyncError, TryAgain, Unexpected
from sync.refusals import tidy


#: Seconds before each look at a job, then the last one again; every look is a call.
WAITS: Final = (0.1, 0.4, 0.8, 1.5, 2.5, 4.0, 6.0)

#: Looks before we give up: more than two hours.
LOOKS: Final = 1_200

#: Parts that are taken in together: DuckDB writes less than 122,880 rows twice.
PARTS: Final = 2

JOB_ID: Final = re.compile(r"[a-zA-Z0-9]{15,18}\Z")
LOCATOR: Final = re.compile(r"[\w+/=%-]{1,200}\Z")

#: What follows the question mark of a result's address.
ADDRESS: Final = re.compile(r"[\w+/=%&.-]{0,300}\Z")


class Rest(Protocol):
    """What jobs need of the client."""

    def rest(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> Any:
        """Call a path under the API version."""

    def fetch(self, path: str, file: Path) -> Mapping[str, str]:
        """Stream an answer into a file; its headers."""


class BulkJobs:
    """The bulk query jobs of one org."""

    def __init__(
        self,
        rest: Rest,
        rows_at_once: int,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._rest = rest
        self._most = rows_at_once
        self._first = f"maxRecords={rows_at_once}"
        self._sleep = sleep

    def start(self, query: Query) -> str:
        """Make a job; its id."""
        body = {
            "operation": "queryAll" if query.everything else "query",
            "query": query.soql,
            "contentType": "CSV",
            "columnDelimiter": "COMMA",
            "lineEnding": "LF",
        }
        made = self._rest.rest("POST", "jobs/query", body)
        return known(JOB_ID, str(made.get("id")), "job id")

    def finish(self, job_id: str) -> Job:
        """Wait for a job to be complete."""
        for look in range(LOOKS):
            self._sleep(WAITS[min(look, len(WAITS) - 1)])
            told = self._rest.rest("GET", f"jobs/query/{job_id}")
            match told.get("state"):
                case "JobComplete":
                    rows = int(told["numberRecordsProcessed"])
                    return Job(id=job_id, rows=rows, at_once=PARTS * self._most)
                case "Failed" | "Aborted" as state:
                    why = tidy(told.get("errorMessage") or "no reason given")
                    raise Unexpected(f"bulk job {job_id} is {state}: {why}")
        raise TryAgain(f"bulk job {job_id} did not finish in time")

    def parts(self, job: Job) -> list[str]:
        """Addresses of all parts of a job, to be fetched side by side.

        Of a small job, and where the org does not list them, the first part's alone.
        """
        if job.rows <= self._most:
            return [self._first]
        found: list[str] = []
        following: str | None = f"jobs/query/{job.id}/resultPages"
        try:
            while following:
                told = self._rest.rest("GET", following)
                found += [
                    result_of(job, row["resultUrl"]) for row in told["resultPages"]
                ]
                following = None if told["done"] else page_of(job, told)
        except (ObjectUnknown, KeyError, TypeError):
            return [self._first]
        return found or [self._first]

    def part(self, job: Job, address: str, folder: Path) -> Part:
        """Fetch the rows of a part into a file."""
        with tempfile.NamedTemporaryFile(
            dir=folder, prefix=f"{job.id}-", suffix=".csv", delete=False
        ) as file:
            path = Path(file.name)
        headers = self._rest.fetch(f"jobs/query/{job.id}/results?{address}", path)
        announced = headers.get("Sforce-NumberOfRecords", "")
        if not announced.isdigit():
            raise NotWhole(f"bulk job {job.id} does not say how many rows it sent")
        following = headers.get("Sforce-Locator", "null")
        return Part(
            path=path,
            rows=int(announced),
            address=address,
            following=(
                None
                if following == "null"
                else f"locator={known(LOCATOR, following, 'locator')}&{self._first}"
            ),
        )

    def forget(self, job_id: str) -> None:
        """Remove a job; it would go by itself after seven days."""
        try:
            self._rest.rest("DELETE", f"jobs/query/{job_id}")
        except SyncError:
            return


def result_of(job: Job, url: str) -> str:
    """The address of a part, from its URL."""
    path, _, address = url.partition("?")
    if not path.endswith(f"/jobs/query/{job.id}/results"):
        raise Unexpected(f"a part of bulk job {job.id} lies elsewhere")
    return known(ADDRESS, address, "address of a part")


def page_of(job: Job, told: Mapping[str, Any]) -> str:
    """Where the list of parts goes on."""
    path, _, address = str(told["nextRecordsUrl"]).partition("?")
    if not path.endswith(f"/jobs/query/{job.id}/resultPages"):
        raise Unexpected(f"the list of parts of bulk job {job.id} goes on elsewhere")
    address = known(ADDRESS, address, "address of a list")
    return f"jobs/query/{job.id}/resultPages?{address}"


def known(pattern: re.Pattern[str], text: str, what: str) -> str:
    """A part of an address that the server gave us, if it looks like one."""
    if not pattern.match(text):
        raise Unexpected(f"the server sent an impossible {what}")
    return text
