"""How long facts and judgement take at a size: ``python -m bench.facts --deals N``.

The mirror is filled by statements, not synced: a deal has ten tasks, two e-mails and
five history rows, a fifth of the deals are open, the others closed over five years.
Prints a table of Markdown.
"""

import argparse
import resource
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import TYPE_CHECKING, TypeVar

import duckdb

from reports.facts.baselines import baselines
from reports.facts.book import KEPT, read_book
from reports.facts.contacts import contacts_of
from reports.facts.engine import open_duckdb
from reports.facts.pause import paused
from reports.judgement.habits import habits, taught
from reports.judgement.judge import Judged, judge
from reports.judgement.norms import norms
from reports.judgement.policy import Policy
from reports.judgement.proof import Track
from reports.outlook import Outlook, Record
from sync.store import Mirror


if TYPE_CHECKING:
    from reports.findings import DealReview
    from reports.model import UserId


Found = TypeVar("Found")

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
STAGES = ("Prospecting", "Qualification", "Discovery", "Proposal", "Negotiation")

#: The statements that fill a mirror.
SQL = Path(__file__).with_suffix(".sql")


def fill(path: Path, deals: int, reps: int) -> None:
    """Make a mirror of that size."""
    with Mirror.open(path):
        pass
    with duckdb.connect(str(path)) as connection:
        for place, name in enumerate((*STAGES, "Won", "Lost"), start=1):
            closed = name not in STAGES
            connection.execute(
                "insert into sf_opportunitystage (Id, MasterLabel, ApiName, IsActive, "
                "SortOrder, IsClosed, IsWon, DefaultProbability) "
                "values (?, ?, ?, true, ?, ?, ?, ?)",
                [f"01J{place}", name, name, place, closed, name == "Won", place * 9],
            )
        connection.execute(SQL.read_text("utf-8").format(n=deals, reps=reps))


def timed(what: str, work: Callable[[], Found]) -> Found:
    """Do the work and print its row."""
    wall, cpu = perf_counter(), process_time()
    found = work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"| {what} | {perf_counter() - wall:.1f} | {process_time() - cpu:.1f} "
        f"| {peak:,} |",
        flush=True,
    )
    return found


def record_of(judged: Judged) -> Record:
    """How ranges would have held in earlier quarters."""
    assert judged.prospects is not None  # noqa: S101 - judge() always sets them
    return judged.prospects.record


def outlooks(judged: Judged) -> list[Outlook]:
    """What the quarter may bring, for every rep."""
    assert judged.prospects is not None  # noqa: S101 - likewise
    reviews: dict[UserId, list[DealReview]] = {}
    for review in judged.reviews.values():
        reviews.setdefault(review.deal.owner_id, []).append(review)
    return [judged.prospects.of(own, [rep]) for rep, own in reviews.items()]


def main() -> None:
    """Fill, read, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deals", type=int, default=100_000)
    parser.add_argument("--reps", type=int, default=100)
    asked = parser.parse_args()
    print("| step | wall s | CPU s | peak MiB |\n|---|---|---|---|")
    with TemporaryDirectory() as folder:
        mirror = Path(folder, "mirror.duckdb")
        timed(
            f"fill {asked.deals:,} deals", lambda: fill(mirror, asked.deals, asked.reps)
        )
        with open_duckdb(mirror) as engine:
            book = timed("read the book", lambda: read_book(engine, NOW))
            with paused():
                plain = timed("baselines", lambda: baselines(book))
                usual = timed("norms", lambda: norms(book, plain, Policy()))
                wanted = taught(book, usual)
                contacts = timed("contacts", lambda: contacts_of(engine, NOW, wanted))
        with paused():
            judged = timed("judge", lambda: judge(book, usual, Policy()))
            timed("habits", lambda: habits(book, contacts))
            timed("the range's record", lambda: record_of(judged))
            timed("outlook of every rep", lambda: outlooks(judged))
            timed("how right the clock has been", lambda: Track(book, Policy()).proof)
    print(
        f"\n{len(judged.reviews):,} open and {len(book.closed):,} closed deals in the"
    )
    print(f"book; tables kept: {', '.join(KEPT)}.")


if __name__ == "__main__":
    main()
