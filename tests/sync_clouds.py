"""Orgs for the tests of the sync: one of canned answers, one in the sandbox."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import responses

from sandbox.clock import Clock
from sandbox.credentials import CLIENT_ID, CLIENT_SECRET
from sandbox.faults import Faults
from sandbox.org import Org
from sandbox.server import Sandbox
from sync.client import SalesCloud
from sync.connection import Connection
from sync.journal import Choice, ObservedChange
from sync.objects import CATALOGUE, SObject
from sync.patience import Patience
from sync.pull import pull
from sync.report import Report, Unwatched
from sync.store import Mirror
from tests.sync_orgs import tables, write_org


ORG = "https://acme.my.salesforce.com"
DATA = f"{ORG}/services/data/v66.0"
TOKEN = f"{ORG}/services/oauth2/token"
DATE = {"Date": "Tue, 24 Nov 2026 09:30:20 GMT"}
NOW = datetime(2026, 11, 24, 9, 30, 20, tzinfo=UTC)

#: Tries as often as in earnest, without the waits.
HASTY = Patience(first_wait=0.0, longest_asked=0.0)

#: What the small organisation consists of; the rest of the catalogue costs time.
SMALL = tuple(obj for obj in CATALOGUE if obj.name in tables(1, 1))

EXPIRED = [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]


def a_connection(**changes: Any) -> Connection:
    """Client credentials for the canned org, but for ``changes``."""
    facts: dict[str, Any] = {
        "login_url": ORG,
        "client_id": "consumer",
        "client_secret": "hush-hush",
    }
    return Connection(**(facts | changes))


def answer_logins() -> None:
    """Let the canned org grant a login and list its versions."""
    responses.post(TOKEN, json={"access_token": "token-1", "instance_url": ORG})
    responses.get(
        f"{ORG}/services/data/", json=[{"version": "66.0"}, {"version": "65.0"}]
    )


def canned(**changes: Any) -> SalesCloud:
    """The canned org, logged in to."""
    answer_logins()
    return SalesCloud.connect(a_connection(**changes), patience=HASTY)


def calls_to(path: str) -> list[Any]:
    """The requests that went to a path."""
    return [c.request for c in responses.calls if path in (c.request.url or "")]


@dataclass
class Diary:
    """A journal that can be read."""

    changes: list[ObservedChange] = field(default_factory=list)
    seen: dict[Choice, datetime] = field(default_factory=dict)

    def observe(self, changes: Sequence[ObservedChange]) -> None:
        self.changes.extend(changes)

    def first_seen(self, at: Mapping[Choice, datetime]) -> Mapping[Choice, datetime]:
        self.seen = {**at, **self.seen}
        return self.seen


@cache
def empty_mirror() -> bytes:
    """A mirror before its first sync, made once: its tables are what takes time."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "mirror.duckdb")
        Mirror.open(path).close()
        return path.read_bytes()


@dataclass
class World:
    """A sandbox, its org, and a mirror that follows it."""

    sandbox: Sandbox
    path: Path
    diary: Diary = field(default_factory=Diary)
    catalogue: tuple[SObject, ...] = SMALL

    @property
    def org(self) -> Org:
        return self.sandbox.org

    @property
    def clock(self) -> Clock:
        return self.sandbox.clock

    def connection(self, **changes: Any) -> Connection:
        facts: dict[str, Any] = {
            "login_url": self.sandbox.base_url,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "ca_file": self.sandbox.ca_file,
        }
        return Connection(**(facts | changes))

    def connect(self, **changes: Any) -> SalesCloud:
        return SalesCloud.connect(self.connection(**changes), patience=HASTY)

    def sync(self, *, cloud: SalesCloud | None = None, **options: Any) -> Report:
        """Bring the mirror up to the org's now."""
        if not self.path.exists():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_bytes(empty_mirror())
        with Mirror.open(self.path) as mirror:
            return self.sync_into(mirror, cloud or self.connect(), **options)

    def sync_into(self, mirror: Mirror, cloud: SalesCloud, **options: Any) -> Report:
        """Bring an open mirror up to the org's now."""
        facts: dict[str, Any] = {
            "journal": self.diary,
            "progress": Unwatched(),
            "catalogue": self.catalogue,
        }
        return pull(cloud, mirror, **(facts | options))

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """What the mirror holds."""
        with Mirror.open(self.path) as mirror:
            return mirror.rows(sql, values)

    def reshape(self, name: str, field: str, **changes: Any) -> None:
        """Let a field of the org be another one."""
        obj = self.org.sobjects[name.lower()]
        fields = (replace(f, **changes) if f.name == field else f for f in obj.fields)
        changed = obj.with_fields(fields)
        self.org.sobjects = {**self.org.sobjects, name.lower(): changed}

    def widen(self) -> None:
        """Give deals two long texts of their own: the service sends 200 a page."""
        for name in ("Name", "NextStep"):
            self.reshape(
                "Opportunity", name, type="textarea", length=32_000, custom=True
            )

    def asked(self, path: str, method: str = "GET") -> int:
        """How many requests went to a path."""
        log = self.sandbox.log
        return sum(r.method == method and r.path.endswith(path) for r in log)

    def plant(self, *rules: dict[str, Any]) -> None:
        """Let requests fail from now on."""
        self.sandbox.faults.take(list(rules))


@contextmanager
def a_world(
    folder: Path, *, org: Path | None = None, deals: int = 40, **options: Any
) -> Iterator[World]:
    """A sandbox over a folder of CSVs, or over a small organisation."""
    source = org or write_org(folder / "org", deals=deals)
    clock = Clock(options.pop("now", NOW))
    clock.freeze()
    options.setdefault("faults", Faults())
    with Sandbox(Org.load(source), clock=clock, **options) as sandbox:
        yield World(sandbox, folder / "var" / "mirror.duckdb")
