"""Flags as of an earlier moment, beside what came of the deals; then all moments."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from reports.delivery.ledger import Ledger
from reports.facts.baselines import baselines
from reports.facts.book import read_book
from reports.facts.engine import open_duckdb
from reports.facts.setting import data_as_of
from reports.judgement.backtest import Backtest, backtest, flags_of
from reports.judgement.judge import judge
from reports.judgement.norms import norms
from reports.judgement.policy import Policy
from reports.judgement.proof import HORIZON, Dated, Track, as_json, told
from reports.model import Book
from reports.normal import Norms
from reports.outlook import Proof


#: How long before the wanted moment a packet may have been to speak for it.
NEAR = timedelta(days=16)
SAME = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """One moment, and all of those whose horizon has passed."""

    once: Backtest
    pooled: Proof

    def as_json(self) -> dict[str, Any]:
        """The result as ``dealpacket backtest --json`` prints it."""
        return {
            **self.once.as_json(),
            "pooled": as_json(self.pooled) | {"verdict": told(self.pooled)},
            "reference": as_json(self.pooled.before) if self.pooled.before else None,
        }


def stored_flags(ledger: Path, before: datetime) -> list[Dated]:
    """What the stage clock said in earlier packets, by what the ledger kept."""
    if not ledger.exists():
        return []
    with Ledger.open(ledger) as opened:
        return [
            Dated(at=at, flags=flags, tier=tier)
            for at, tier, flags in opened.clock_flags(before)
        ]


def looked_back(  # noqa: PLR0913 - one fact each, and all but three by name
    mirror: Path,
    now: datetime,
    policy: Policy,
    *,
    then: datetime | None,
    days: int | None,
    stored: Sequence[Dated] = (),
) -> Looked:
    """Look at what became of deals that were flagged ``days`` days ago, or ``then``.

    Without a moment it is the latest one whose horizon has passed; without a
    horizon it is what the stage clock looks ahead. Flags are those that a packet
    kept; where none did, the moment is judged again with what was known then. What
    became of deals is known up to the last sync, whatever the time is ``now``.
    """
    with open_duckdb(mirror) as engine:
        now = data_as_of(engine.query("loads"), now).get("Opportunity", now)
        wanted = then or now - timedelta(days=days or HORIZON)
        kept = nearest(stored, wanted, NEAR if then is None else SAME)
        book = read_book(engine, kept.at if kept else wanted)
        usual = norms(book, baselines(book), policy)
        found = kept or judged_again(book, usual, policy)
        ahead = timedelta(days=days or usual.horizon_days or HORIZON)
        later = read_book(engine, min(now, found.at + ahead))
        today = read_book(engine, now)
    return Looked(
        once=backtest(
            found.flags, found.at, later, tier=found.tier, replayed=not found.stored
        ),
        pooled=Track(today, policy, stored, ahead.days).proof,
    )


def nearest(stored: Iterable[Dated], wanted: datetime, near: timedelta) -> Dated | None:
    """The last packets of the wanted moment, or so long before it."""
    found = (
        one for one in stored if timedelta(0) <= wanted + SAME - one.at < near + SAME
    )
    return max(found, key=lambda one: one.at, default=None)


def judged_again(book: Book, usual: Norms, policy: Policy) -> Dated:
    """What the clock says of a book as of an earlier moment."""
    judged = judge(book, usual, policy)
    return Dated(
        at=book.as_of,
        flags=flags_of(judged.reviews.values()),
        tier=usual.tier,
        stored=False,
    )
