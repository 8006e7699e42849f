"""Bulk 2.0 query jobs: for answers too long to page through.

A job is made, watched with growing waits, read part by part into files, and removed.
Parts can be fetched again any number of times, so a broken download costs one part.
"""

import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Protocol

from sync.cloud import Job, Part, Query
from sync.errors import NotWhole, SyncError, TryAgain, Unexpected
from sync.refusals import tidy


#: Seconds before each look at a job, then the last one again; every look is a call.
WAITS: Final = (0.1, 0.4, 0.8, 1.5, 2.5, 4.0, 6.0)

#: Looks before we give up: more than two hours.
LOOKS: Final = 1_200

#: Rows in a part: what is in memory at a time.
ROWS_AT_ONCE: Final = 50_000

JOB_ID: Final = re.compile(r"[a-zA-Z0-9]{15,18}\Z")
LOCATOR: Final = re.compile(r"[\w+/=%-]{1,200}\Z")


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

    def __init__(self, rest: Rest, sleep: Callable[[float], None] = time.sleep) -> None:
        self._rest = rest
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
                    return Job(id=job_id, rows=int(told["numberRecordsProcessed"]))
                case "Failed" | "Aborted" as state:
                    why = tidy(told.get("errorMessage") or "no reason given")
                    raise Unexpected(f"bulk job {job_id} is {state}: {why}")
        raise TryAgain(f"bulk job {job_id} did not finish in time")

    def part(self, job: Job, locator: str | None, folder: Path) -> Part:
        """Fetch the rows that begin at a locator into a file."""
        path = folder / f"{job.id}-{abs(hash(locator))}.csv"
        where = f"&locator={locator}" if locator else ""
        headers = self._rest.fetch(
            f"jobs/query/{job.id}/results?maxRecords={ROWS_AT_ONCE}{where}", path
        )
        announced = headers.get("Sforce-NumberOfRecords", "")
        if not announced.isdigit():
            raise NotWhole(f"bulk job {job.id} does not say how many rows it sent")
        following = headers.get("Sforce-Locator", "null")
        return Part(
            path=path,
            rows=int(announced),
            locator=locator,
            following=(
                None if following == "null" else known(LOCATOR, following, "locator")
            ),
        )

    def forget(self, job_id: str) -> None:
        """Remove a job; it would go by itself after seven days."""
        try:
            self._rest.rest("DELETE", f"jobs/query/{job_id}")
        except SyncError:
            return


def known(pattern: re.Pattern[str], text: str, what: str) -> str:
    """A part of an address that the server gave us, if it looks like one."""
    if not pattern.match(text):
        raise Unexpected(f"the server sent an impossible {what}")
    return text
