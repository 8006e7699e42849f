"""Changes that commit late, and how many each kind of cursor loses.

``python -m bench.loss``: an org changes rows for some days; 97 % of the changes are
visible within 1.5 s of their stamp, 2.9 % within 2 minutes, 0.1 % within 40 minutes
(our assumption). Our sync follows it for real, mirror and all; the cursors of others
are simulated on the same changes.
"""

import argparse
import time
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final

from sandbox.schema_ids import numbered
from sync.cloud import Job, Page, Part, Query, Shape, Since, Window
from sync.journal import Forgetful
from sync.objects import CATALOGUE
from sync.pull import pull
from sync.report import Unwatched
from sync.store import Mirror


BEGIN: Final = datetime(2026, 9, 1, tzinfo=UTC)
OBJECTS: Final = tuple(o for o in CATALOGUE if o.name in {"Organization", "Account"})
ACCOUNT: Final = OBJECTS[1]

#: Share of changes, and within how many seconds they become visible.
DELAYS: Final = ((0.97, 0.0, 1.5), (0.029, 2.0, 120.0), (0.001, 120.0, 2_400.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A row of its own, so that no later change hides that it was lost."""

    number: int
    stamped: datetime  #: to the second, as in Sales Cloud
    visible: datetime


def changes(count: int, days: int, seed: int) -> list[Change]:
    """Changes in the order of their stamps."""
    chance = Random(seed)  # noqa: S311 -- chance, not secrecy
    seconds = sorted(chance.uniform(0, days * 86_400) for _ in range(count))
    shares = [share for share, _, _ in DELAYS]
    made = []
    for number, second in enumerate(seconds, start=1):
        ((_, least, most),) = chance.choices(DELAYS, shares)
        begun = BEGIN + timedelta(seconds=second)
        made.append(
            Change(
                number=number,
                stamped=begun.replace(microsecond=0),
                visible=begun + timedelta(seconds=chance.uniform(least, most)),
            )
        )
    return made


@dataclass
class LateOrg:
    """An org whose changes are visible some time after they are stamped."""

    made: Sequence[Change]
    now: datetime = BEGIN
    calls: int = 0
    notes: Sequence[str] = ()
    version: str = "66.0"
    instance_url: str = "https://acme.my.salesforce.com"
    rows: int = field(default=0)

    @property
    def server_time(self) -> datetime:
        """The moment of the org."""
        return self.now

    def between(self, start: datetime) -> list[Change]:
        """What is visible now of the changes that are stamped since then."""
        first = bisect_left(self.made, start, key=attrgetter("stamped"))
        last = bisect_left(self.made, self.now, key=attrgetter("stamped"))
        return [c for c in self.made[first:last] if c.visible <= self.now]

    def describe(self, names: Sequence[str]) -> Mapping[str, Shape | None]:
        """Every object as the catalogue wants it."""
        return {
            obj.name: Shape(name=obj.name, fields={f.name: "x" for f in obj.fields})
            for obj in OBJECTS
            if obj.name in names
        }

    def windows(self, asked: Sequence[Since]) -> Mapping[str, Window]:
        """``latestDateCovered``: when the oldest transaction still running began."""
        recent = bisect_left(
            self.made, self.now - timedelta(hours=1), key=attrgetter("stamped")
        )
        last = bisect_left(self.made, self.now, key=attrgetter("stamped"))
        running = (c.stamped for c in self.made[recent:last] if c.visible > self.now)
        latest = min(running, default=self.now)
        return {since.name: Window(latest=latest) for since in asked}

    def first_pages(self, queries: Mapping[str, Query]) -> Mapping[str, Page]:
        """Whole answers."""
        return {name: self.answer(query.soql) for name, query in queries.items()}

    def answer(self, soql: str) -> Page:
        """The rows of the owner, a count, or what was changed since."""
        if "FROM Organization" in soql:
            return page([record(OBJECTS[0].name, "00D000000000001AAA", BEGIN)])
        if "COUNT(" in soql:
            return page([{"howMany": len(self.between(BEGIN))}])
        _, _, since = soql.partition("SystemModstamp >= ")
        start = datetime.fromisoformat(since.split()[0]) if since else BEGIN
        found = self.between(start)
        self.rows += len(found)
        return page(
            record("Account", numbered("001", c.number), c.stamped) for c in found
        )

    def more(self, following: str) -> Page:
        """Never needed."""
        raise NotImplementedError(following)

    def start_job(self, query: Query) -> str:
        """Never needed."""
        raise NotImplementedError(query)

    def finish_job(self, job_id: str) -> Job:
        """Never needed."""
        raise NotImplementedError(job_id)

    def parts(self, job: Job) -> Sequence[str]:
        """Never needed."""
        raise NotImplementedError(job)

    def part(self, job: Job, address: str, folder: Path) -> Part:
        """Never needed."""
        raise NotImplementedError(job, address, folder)

    def forget_job(self, job_id: str) -> None:
        """Never needed."""
        raise NotImplementedError(job_id)


def record(name: str, id_: str, stamped: datetime) -> dict[str, Any]:
    """A record that is empty but for its id and stamp."""
    (obj,) = (obj for obj in OBJECTS if obj.name == name)
    stamp = f"{stamped:%Y-%m-%dT%H:%M:%S}.000Z"
    return {f.name: None for f in obj.fields} | {"Id": id_, "SystemModstamp": stamp}


def page(records: Iterable[Mapping[str, Any]]) -> Page:
    """An answer of one page."""
    rows = list(records)
    return Page(records=rows, total=len(rows))


def ours(made: Sequence[Change], days: int, every: timedelta) -> tuple[int, int, int]:
    """Changes lost by the real sync, rows read, and rows that the check mended."""
    org, drifted = LateOrg(made), 0
    with (
        TemporaryDirectory() as folder,
        Mirror.open(Path(folder) / "mirror.duckdb") as mirror,
    ):
        while org.now <= BEGIN + timedelta(days=days, hours=1) + every:
            report = pull(
                org,
                mirror,
                journal=Forgetful(),
                progress=Unwatched(),
                catalogue=OBJECTS,
            )
            drifted += sum(one.drifted for one in report.objects)
            org.now += every
        held = mirror.present(ACCOUNT)
    return len(made) - held, org.rows, drifted


def theirs(
    made: Sequence[Change], days: int, every: timedelta, back: timedelta | None
) -> int:
    """Changes lost by a cursor at the largest stamp seen, less ``back``.

    None: strictly after it.
    """
    org, cursor, seen = LateOrg(made), BEGIN, set[int]()
    while org.now <= BEGIN + timedelta(days=days, hours=1) + every:
        found = org.between(cursor)
        seen.update(change.number for change in found)
        if found:
            latest = max(change.stamped for change in found)
            cursor = latest + timedelta(seconds=1) if back is None else latest - back
        org.now += every
    return len(made) - len(seen)


def main() -> None:
    """Print a row for each kind of cursor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=15)
    parser.add_argument("--minutes", type=int, default=60, help="between two syncs")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    made = changes(given.changes, given.days, given.seed)
    every = timedelta(minutes=given.minutes)
    begun = time.perf_counter()
    lost, read, drifted = ours(made, given.days, every)
    took = time.perf_counter() - begun
    print(f"| cursor | lost of {len(made):,} |\n|---|--:|")
    print(f"| latestDateCovered less 5 minutes (ours) | {lost} |")
    for name, back in (
        ("later than the last stamp", None),
        ("not earlier than the last stamp", timedelta()),
        ("the last stamp less 10 s", timedelta(seconds=10)),
        ("the last stamp less 10 minutes", timedelta(minutes=10)),
    ):
        print(f"| {name} | {theirs(made, given.days, every, back)} |")
    print(
        f"\nours read {read / len(made):.2f} rows a change, mended {drifted} by its "
        f"check, and took {took:.0f} s"
    )


if __name__ == "__main__":
    main()
