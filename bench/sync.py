"""How fast the first sync of an org is, beside other ways: ``python -m bench.sync``.

Prints tables of Markdown. The org is generated, the server is our sandbox in a process
of its own; each contender has a process of its own, and they run one after another.
"""

import argparse
import gzip
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from bench.pulls import CONTENDERS, NOW, Job
from sandbox.credentials import CLIENT_ID, CLIENT_SECRET
from sandbox.schema_ids import numbered
from sandbox.world import generate
from sync.client import SalesCloud
from sync.connection import Connection
from sync.objects import CATALOGUE
from sync.plan import make_plan
from sync.soql import rows as soql_of


ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGES: Final = ("duckdb", "pandas", "pyarrow", "requests", "simple-salesforce")
MILLION: Final = 1_000_000

#: Sleeps 5 s before it looks at a job, for every object.
SLOW: Final = "simple-salesforce bulk2 -> pandas"

#: Peers that are tried only where they have an environment of their own.
PEERS: Final = ("tap-salesforce", "dlt")


def main() -> None:
    """Measure every contender at every latency."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reps", type=int, default=8, help="size of the org")
    parser.add_argument("--org", type=Path, help="instead: a folder of CSV files")
    parser.add_argument("--tasks", type=int, help="instead: an org of so many tasks")
    parser.add_argument("--latency", type=int, nargs="*", default=[80], help="ms")
    parser.add_argument("--only", nargs="*", help="words of contenders' names")
    parser.add_argument(
        "--warm",
        action="store_true",
        help="answers from memory: each contender runs twice, the second time counts",
    )
    parser.add_argument("--slow", action="store_true", help=f"{SLOW}, too")
    given = parser.parse_args()
    print(machine())
    missing = [peer for peer in PEERS if not (ROOT / ".peers" / peer).exists()]
    for peer in missing:
        print(f"\n{peer} left out: there is no environment .peers/{peer}")
    with TemporaryDirectory() as name:
        folder = Path(name)
        org = given.org or folder / "org"
        if given.tasks:
            only_tasks(org, given.tasks)
        elif not given.org:
            generate(org, reps=given.reps, now=NOW)
        for latency in given.latency:
            print(f"\n{latency} ms before each answer\n")
            names = chosen(given.only, slow=given.slow)
            there = [n for n in names if not n.startswith(tuple(missing) or "-")]
            with served(org, latency / 1000, warm=given.warm) as (server, told):
                measure(folder, server, told, there, warm=given.warm)


def machine() -> str:
    """What this was measured on."""
    found = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, {found}; load at the begin {load:.1f}"
    )


def chosen(words: Sequence[str] | None, *, slow: bool) -> list[str]:
    """The contenders that any of the words fits."""
    names = [name for name in CONTENDERS if slow or name != SLOW]
    return [n for n in names if not words or any(word in n for word in words)]


def only_tasks(folder: Path, number: int) -> None:
    """An org that consists of tasks, and of what no org is without."""
    generate(folder, reps=1, now=NOW)
    head = "Id,IsDeleted,WhatId,Subject,Status,Priority,IsClosed,ActivityDate,"
    head += "OwnerId,CreatedDate,LastModifiedDate,SystemModstamp\n"
    with gzip.open(folder / "Task.csv.gz", "rt", encoding="utf-8") as file:
        owner = next(r for r in _dicts(file) if r["OwnerId"].startswith("005"))
    with gzip.open(folder / "Task.csv.gz", "wt", 1, encoding="utf-8") as file:
        file.write(head)
        for n in range(1, number + 1):
            stamp = f"2026-{n % 10 + 1:02d}-{n % 28 + 1:02d}T{n % 24:02d}:00:00.000Z"
            file.write(
                f"{numbered('00T', n)},false,{numbered('006', n % 9999 + 1)},"
                f"Call {n % 977} about the offer,Completed,Normal,true,{stamp[:10]},"
                f"{owner['OwnerId']},{stamp},{stamp},{stamp}\n"
            )


def _dicts(file: Any) -> Iterator[dict[str, str]]:
    import csv  # noqa: PLC0415

    yield from csv.DictReader(file)


@contextmanager
def served(org: Path, delay: float, *, warm: bool) -> Iterator[tuple[Any, list[str]]]:
    """A sandbox in a process of its own; its address, authority and proxy."""
    command = [sys.executable, "-m", "bench.server"]
    with subprocess.Popen(  # noqa: S603 -- our own module
        [*command, str(org), str(delay), "100000", "memory" if warm else ""],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        if server.stdin is None or server.stdout is None:
            raise SystemExit("the sandbox did not start")
        yield server, json.loads(server.stdout.readline())
        server.stdin.close()


def measure(
    folder: Path,
    server: Any,
    told: Sequence[str],
    names: Sequence[str],
    *,
    warm: bool,
) -> None:
    """Run the contenders and print their table."""
    url, ca_file, proxy = told
    job = Job(
        url=url,
        ca_file=ca_file,
        folder=str(folder),
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        queries=queries(url, Path(ca_file)),
        proxy=proxy,
    )
    (folder / "job.json").write_text(json.dumps(asdict(job)), encoding="utf-8")
    print(
        "| contender | rows | wall s | krows/s | CPU s / M rows | peak MB "
        "| requests | API calls | server's CPU s |\n"
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|"
    )
    for name in names:
        if warm:
            run(name, folder / "job.json")
        before = counted(server)
        seen = run(name, folder / "job.json")
        after = counted(server)
        print(line(name, seen, [b - a for a, b in zip(before, after, strict=True)]))


def queries(url: str, ca_file: Path) -> dict[str, str]:
    """What our sync would ask of this org, by object."""
    cloud = SalesCloud.connect(
        Connection(
            login_url=url,
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            ca_file=ca_file,
        )
    )
    items = make_plan(cloud.describe([obj.name for obj in CATALOGUE]), {})
    return {
        item.obj.name: soql_of(item.obj, item.columns, ordered=False)
        for item in items
        if not item.absent
    }


def counted(server: Any) -> list[float]:
    """Requests and API calls that the server has seen, and its seconds of CPU."""
    server.stdin.write("\n")
    server.stdin.flush()
    numbers: list[float] = json.loads(server.stdout.readline())
    return numbers


def run(name: str, job: Path) -> dict[str, float]:
    """One contender in a process of its own."""
    command = [sys.executable, "-m", "bench.pulls", name, str(job)]
    done = subprocess.run(  # noqa: S603 -- our own module
        command, cwd=ROOT, check=True, capture_output=True, text=True
    )
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def line(name: str, told: dict[str, float], served: Sequence[float]) -> str:
    """A row of the table."""
    rows, wall = told["rows"], told["wall"]
    speed = f"{rows / wall / 1000:.0f}" if rows else "-"
    effort = f"{told['cpu'] / rows * MILLION:.1f}" if rows else f"{told['cpu']:.2f} s"
    return (
        f"| {name} | {rows:,} | {wall:.2f} | {speed} | {effort} | {told['mb']:.0f} "
        f"| {served[0]} | {served[1]} | {served[2]:.1f} |"
    )


if __name__ == "__main__":
    main()
