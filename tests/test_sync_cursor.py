"""Rows that commit long after the moment they are stamped with are never lost.

A model of an org decides what is true: changes are stamped when their transaction
begins and become visible when it ends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from sync.cloud import Page, Query, Shape, Since, Window
from sync.errors import SyncError, TryAgain
from sync.journal import Forgetful
from sync.objects import CATALOGUE
from sync.pull import pull
from sync.report import Unwatched
from sync.store import Mirror


OBJECTS = tuple(obj for obj in CATALOGUE if obj.name in {"Organization", "Account"})
BEGIN = datetime(2026, 11, 24, tzinfo=UTC)


def account_id(number: int) -> str:
    return f"001{number:012d}AAA"


@dataclass(frozen=True)
class Change:
    """A row as a transaction leaves it: stamped at its begin, visible at its end."""

    id: str
    name: str
    deleted: bool
    stamped: datetime
    visible: datetime


@dataclass
class ModelOrg:
    """An org with one object, in which transactions may take long."""

    careful: bool = True  #: whether latestDateCovered waits for open transactions
    now: datetime = BEGIN
    calls: int = 0
    instance_url: str = "https://acme.my.salesforce.com"
    version: str = "66.0"
    crashes: bool = False
    changes: list[Change] = field(default_factory=list)
    notes: Sequence[str] = ()

    @property
    def server_time(self) -> datetime:
        return self.now

    def change(self, number: int, seconds: int, *, deleted: bool = False) -> None:
        """Begin to change a row; it is visible some seconds later."""
        one = Change(
            id=account_id(number),
            name=f"version {len(self.changes)}",
            deleted=deleted,
            stamped=self.now,
            visible=self.now + timedelta(seconds=seconds),
        )
        self.changes.append(one)

    def rows(self) -> dict[str, Change]:
        """What can be seen now: the change of each row that ended last."""
        seen = sorted(
            (c for c in self.changes if c.visible <= self.now),
            key=lambda c: c.stamped,
        )
        return {change.id: change for change in seen}

    def open_since(self) -> datetime:
        """When the oldest transaction that still runs began."""
        return min(
            (c.stamped for c in self.changes if c.visible > self.now), default=self.now
        )

    def describe(self, names: Sequence[str]) -> Mapping[str, Shape | None]:
        return {
            obj.name: Shape(name=obj.name, fields={f.name: "x" for f in obj.fields})
            for obj in OBJECTS
            if obj.name in names
        }

    def windows(self, asked: Sequence[Since]) -> Mapping[str, Window | SyncError]:
        latest = self.open_since() if self.careful else self.now
        return {since.name: Window(latest=latest) for since in asked}

    def first_pages(
        self, queries: Mapping[str, Query]
    ) -> Mapping[str, Page | SyncError]:
        return {name: self.answer(query.soql) for name, query in queries.items()}

    def answer(self, soql: str) -> Page | SyncError:
        if "FROM Organization" in soql:
            return page([record("Organization", "00D000000000001AAA", BEGIN)])
        if self.crashes:
            return TryAgain("the network is down")
        _, _, since = soql.partition("SystemModstamp >= ")
        start = datetime.fromisoformat(since.split()[0]) if since else BEGIN
        found = sorted(self.rows().values(), key=lambda c: (c.stamped, c.id))
        return page(
            record("Account", c.id, c.stamped, Name=c.name, IsDeleted=c.deleted)
            for c in found
            if c.stamped >= start
        )

    def more(self, following: str) -> Page:
        raise AssertionError(following)

    def start_job(self, query: Query) -> str:
        raise AssertionError(query)

    def finish_job(self, job_id: str) -> Any:
        raise AssertionError(job_id)

    def parts(self, job: Any) -> Any:
        raise AssertionError(job)

    def part(self, job: Any, address: str, folder: Path) -> Any:
        raise AssertionError(job, address, folder)

    def forget_job(self, job_id: str) -> None:
        raise AssertionError(job_id)


def record(name: str, id_: str, stamped: datetime, **values: Any) -> dict[str, Any]:
    (obj,) = (obj for obj in OBJECTS if obj.name == name)
    empty = {f.name: None for f in obj.fields}
    return {**empty, "Id": id_, "SystemModstamp": f"{stamped:%FT%T}.000Z", **values}


def page(records: Any) -> Page:
    rows = list(records)
    return Page(records=rows, total=len(rows))


def follow(org: ModelOrg, mirror: Mirror) -> None:
    """Sync once."""
    pull(org, mirror, journal=Forgetful(), progress=Unwatched(), catalogue=OBJECTS)


def held(mirror: Mirror) -> set[tuple[str, str]]:
    rows = mirror.rows("select Id, Name from sf_account where gone_at is null")
    return {(id_, name) for id_, name in rows}


def true(org: ModelOrg) -> set[tuple[str, str]]:
    return {(c.id, c.name) for c in org.rows().values() if not c.deleted}


class Following(RuleBasedStateMachine):
    """A mirror that follows an org, whatever happens in between."""

    def __init__(self) -> None:
        super().__init__()
        self.org = ModelOrg()
        self.folder = TemporaryDirectory()
        self.mirror = Mirror.open(Path(self.folder.name) / "mirror.duckdb")

    @rule(number=st.integers(0, 6), seconds=st.sampled_from([0, 0, 1, 90, 1200, 2400]))
    def change(self, number: int, seconds: int) -> None:
        self.org.change(number, seconds)

    @rule(number=st.integers(0, 6))
    def delete(self, number: int) -> None:
        self.org.change(number, 0, deleted=True)

    @rule(seconds=st.sampled_from([0, 1, 60, 900]))
    def wait(self, seconds: int) -> None:
        self.org.now += timedelta(seconds=seconds)

    @rule()
    def sync(self) -> None:
        follow(self.org, self.mirror)

    @rule()
    def crash(self) -> None:
        self.org.crashes = True
        follow(self.org, self.mirror)
        self.org.crashes = False

    def teardown(self) -> None:
        self.org.now += timedelta(hours=1)
        follow(self.org, self.mirror)

        assert held(self.mirror) == true(self.org)
        self.mirror.close()
        self.folder.cleanup()


Following.TestCase.settings = settings(
    max_examples=8,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestFollowing = Following.TestCase


@pytest.mark.parametrize(("careful", "lost"), [(True, False), (False, True)])
def test_only_a_cursor_that_waits_for_open_transactions_loses_nothing(
    tmp_path: Path, *, careful: bool, lost: bool
) -> None:
    org = ModelOrg(careful=careful)
    with Mirror.open(tmp_path / "mirror.duckdb") as mirror:
        follow(org, mirror)
        org.now += timedelta(hours=1)
        org.change(1, seconds=1200)
        org.now += timedelta(seconds=900)
        follow(org, mirror)
        org.now += timedelta(seconds=900)
        follow(org, mirror)

        assert (held(mirror) != true(org)) is lost
