"""Generated organisations on the whole way: sandbox, sync, facts, judgement."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from reports.facts.baselines import baselines
from reports.facts.book import read_book
from reports.facts.engine import DuckDB, open_duckdb
from reports.judgement.contexts import by_owner, of_book
from reports.judgement.hygiene import HYGIENE
from reports.judgement.hygiene_rules import in_grace
from reports.judgement.judge import Judged, judge
from reports.judgement.policy import Policy
from reports.model import Book, Deal
from reports.normal import Baselines
from reports.runs.reading import usual_of
from sandbox.clock import Clock
from sandbox.credentials import CLIENT_ID, CLIENT_SECRET
from sandbox.org import Org
from sandbox.server import Sandbox
from sandbox.world import generate
from sync.client import SalesCloud
from sync.connection import Connection
from sync.journal import Forgetful
from sync.pull import pull
from sync.report import Unwatched
from sync.store import Mirror


NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
_DATES = "select Id, LastActivityDate, LastModifiedDate from sf_opportunity"
#: Rules that a new stage or owner leaves alone for some days.
GRACEFUL = frozenset(rule.code for rule in HYGIENE if rule.grace)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A book as of some moment, and what judgement says of it."""

    book: Book
    plain: Baselines
    judged: Judged


@dataclass(frozen=True, kw_only=True)
class World:
    """A synced organisation beside the truth about it."""

    seed: int
    engine: DuckDB
    truth: dict[str, Any]
    #: LastActivityDate and the day of LastModifiedDate, by deal.
    dates: dict[str, tuple[date | None, date]]

    def seen(self, as_of: datetime) -> Seen:
        """The organisation as it was then, judged with what was known then."""
        book, policy = read_book(self.engine, as_of), Policy()
        plain = baselines(book)
        return Seen(
            book=book,
            plain=plain,
            judged=judge(book, usual_of(self.engine, book, policy)[0], policy),
        )

    @cached_property
    def now(self) -> Seen:
        """The organisation now."""
        return self.seen(NOW)

    def state(self, deal: Deal) -> tuple[str, int]:
        """What is true of an open deal now, and for how many days."""
        state, since, _ = self.truth["states"][deal.id][-1]
        return state, (NOW - datetime.fromisoformat(since)).days

    @cached_property
    def broken(self) -> set[tuple[str, str]]:
        """Rules by code and the deals that truly break them."""
        return {(rule.replace("_", "-"), id_) for rule, id_ in self.truth["hygiene"]}

    @cached_property
    def in_grace(self) -> set[str]:
        """Open deals that have just entered their stage or changed hands."""
        seen = self.now
        context = of_book(seen.book, seen.judged.norms, Policy(), {})
        return {
            deal.id
            for deals, own in by_owner(seen.book.deals, context)
            for deal in deals
            if in_grace(deal, own)
        }


@contextmanager
def a_world(seed: int, reps: int) -> Iterator[World]:
    """Generate an organisation, serve it, bring it into a mirror, and open that."""
    with TemporaryDirectory() as folder:
        source, mirror = Path(folder, "org"), Path(folder, "mirror.duckdb")
        generate(source, seed=seed, reps=reps, now=NOW)
        clock = Clock(NOW)
        clock.freeze()
        with Sandbox(Org.load(source), clock=clock) as sandbox:
            cloud = SalesCloud.connect(
                Connection(
                    login_url=sandbox.base_url,
                    client_id=CLIENT_ID,
                    client_secret=CLIENT_SECRET,
                    ca_file=sandbox.ca_file,
                )
            )
            with Mirror.open(mirror) as into:
                pull(cloud, into, journal=Forgetful(), progress=Unwatched())
                rows = into.rows(_DATES)
        dates = {id_: (acted, changed.date()) for id_, acted, changed in rows}
        truth = json.loads((source / "truth.json").read_text(encoding="utf-8"))
        with open_duckdb(mirror) as engine:
            yield World(seed=seed, engine=engine, truth=truth, dates=dates)
