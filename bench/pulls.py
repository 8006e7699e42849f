"""One way to pull an org, in a process of its own, measured: see bench/sync.py.

Every contender reads the same objects and columns from the same server, and prints
one line of JSON: rows, wall and CPU seconds, peak memory, requests of its own.
"""

import io
import json
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final


NOW: Final = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
VERSION: Final = "66.0"
OURS_AND_CHILDREN: Final = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to pull, and from where."""

    url: str
    ca_file: str
    folder: str
    client_id: str
    client_secret: str
    queries: dict[str, str]  #: SOQL by object
    proxy: str = ""  #: for peers whose login host is built in

    @property
    def host(self) -> str:
        """Host and port."""
        return self.url.removeprefix("https://")


def ours(job: Job, *, first: bool = True) -> int:
    """The whole first sync: describe, log, read, commit, compare."""
    from sync.client import SalesCloud  # noqa: PLC0415 -- its import is measured too
    from sync.connection import Connection  # noqa: PLC0415
    from sync.journal import Forgetful  # noqa: PLC0415
    from sync.objects import CATALOGUE  # noqa: PLC0415
    from sync.pull import pull  # noqa: PLC0415
    from sync.report import Unwatched  # noqa: PLC0415
    from sync.store import Mirror  # noqa: PLC0415

    path = Path(job.folder) / "mirror.duckdb"
    if first:
        path.unlink(missing_ok=True)
    cloud = SalesCloud.connect(
        Connection(
            login_url=job.url,
            client_id=job.client_id,
            client_secret=job.client_secret,
            ca_file=Path(job.ca_file),
        )
    )
    with Mirror.open(path) as mirror:
        report = pull(
            cloud,
            mirror,
            journal=Forgetful(),
            progress=Unwatched(),
            catalogue=[obj for obj in CATALOGUE if obj.name in job.queries],
        )
    if report.status != "complete":
        raise SystemExit(f"incomplete: {report.as_json()}")
    return sum(one.rows for one in report.objects)


def delta(job: Job) -> int:
    """A sync of the mirror that an earlier contender left: nothing has changed."""
    return ours(job, first=False)


def salesforce(job: Job) -> Any:
    """The usual client, logged in."""
    import requests  # noqa: PLC0415
    from simple_salesforce.api import Salesforce  # noqa: PLC0415

    session = requests.Session()
    session.trust_env = False
    session.verify = job.ca_file
    return Salesforce(
        instance=job.host,
        session_id=token(session, job),
        session=session,
        version=VERSION,
    )


def token(session: Any, job: Job) -> str:
    """A fresh access token."""
    form = {
        "grant_type": "client_credentials",
        "client_id": job.client_id,
        "client_secret": job.client_secret,
    }
    answer = session.post(f"{job.url}/services/oauth2/token", data=form, timeout=60)
    return str(answer.json()["access_token"])


def query_all(job: Job) -> int:
    """The recipe of most tutorials: query_all, then a DataFrame."""
    import pandas as pd  # noqa: PLC0415

    client, rows = salesforce(job), 0
    for soql in job.queries.values():
        found = client.query_all(soql, include_deleted=True)
        frame = pd.DataFrame(found["records"])
        rows += len(frame)
    return rows


def bulk2(job: Job, **options: Any) -> int:
    """The same client's Bulk 2.0, then read_csv."""
    import pandas as pd  # noqa: PLC0415

    client, rows = salesforce(job), 0
    for name, soql in job.queries.items():
        for text in getattr(client.bulk2, name).query(soql, **options):
            rows += len(pd.read_csv(io.StringIO(text)))
    return rows


def bulk2_quick(job: Job) -> int:
    """As before, but looking at jobs ten times a second instead of every 5 s."""
    return bulk2(job, wait=0.1)


def tap(job: Job) -> int:
    """tap-salesforce over REST, its records counted and dropped."""
    from bench.taps import pull  # noqa: PLC0415

    surroundings = {"HTTPS_PROXY": job.proxy, "REQUESTS_CA_BUNDLE": job.ca_file}
    return pull(Path(job.folder), surroundings, job.queries, "REST")


def dlt(job: Job) -> int:
    """The usual client's pages through dlt, into DuckDB."""
    import requests  # noqa: PLC0415

    from bench.taps import load  # noqa: PLC0415

    session = requests.Session()
    session.trust_env = False
    session.verify = job.ca_file
    told = {
        "host": job.host,
        "ca_file": job.ca_file,
        "token": token(session, job),
        "version": VERSION,
        "queries": job.queries,
    }
    return load(Path(job.folder), told)


def floor(job: Job) -> int:
    """What cannot be avoided: finished jobs' bytes fetched and parsed by pyarrow."""
    import requests  # noqa: PLC0415
    from pyarrow import csv  # noqa: PLC0415

    session = requests.Session()
    session.trust_env = False
    session.verify = job.ca_file
    session.headers["Authorization"] = f"Bearer {token(session, job)}"
    root = f"{job.url}/services/data/v{VERSION}/jobs/query"
    parse = csv.ParseOptions(newlines_in_values=True)

    def fetch(job_id: str) -> int:
        rows, locator = 0, ""
        while locator != "null":
            where = {
                "maxRecords": "100000",
                **({"locator": locator} if locator else {}),
            }
            answer = session.get(f"{root}/{job_id}/results", params=where, timeout=600)
            table = csv.read_csv(io.BytesIO(answer.content), parse_options=parse)
            rows += int(table.num_rows)
            locator = answer.headers["Sforce-Locator"]
        return rows

    made = [
        session.post(root, json={"operation": "queryAll", "query": q}, timeout=600)
        for q in job.queries.values()
    ]
    ids = [str(answer.json()["id"]) for answer in made]
    begin()
    with ThreadPoolExecutor(8) as pool:
        return sum(pool.map(fetch, ids))


CONTENDERS: Final[dict[str, Callable[[Job], int]]] = {
    "dealpacket": ours,
    "dealpacket, nothing new": delta,
    "simple-salesforce query_all -> pandas": query_all,
    "simple-salesforce bulk2 -> pandas": bulk2,
    "simple-salesforce bulk2, wait=0.1 -> pandas": bulk2_quick,
    "tap-salesforce REST -> stdout": tap,
    "dlt, pages -> DuckDB": dlt,
    "floor: download, decompress, pyarrow": floor,
}

#: Wall clock and CPU at the begin.
_BEGUN = [0.0, 0.0]


def cpu() -> float:
    """Seconds of CPU that this process and its ended children have used."""
    sets = [resource.getrusage(who) for who in OURS_AND_CHILDREN]
    return sum(used.ru_utime + used.ru_stime for used in sets)


def begin() -> None:
    """Measure from here."""
    _BEGUN[:] = [time.perf_counter(), cpu()]


def main() -> None:
    """Run what the command line names and print what it took."""
    what, path = sys.argv[1:]
    job = Job(**json.loads(Path(path).read_text("utf-8")))
    begin()
    rows = CONTENDERS[what](job)
    told = {
        "rows": rows,
        "wall": time.perf_counter() - _BEGUN[0],
        "cpu": cpu() - _BEGUN[1],
        "mb": max(resource.getrusage(w).ru_maxrss for w in OURS_AND_CHILDREN) / 1024,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
