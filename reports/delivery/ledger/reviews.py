"""Pages of the ledger: reviews with their frozen deals, alerts and runs."""

import json
import zlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby, takewhile
from sqlite3 import Row
from typing import Any

from reports.delivery.clocked import read_clock
from reports.delivery.ledger.moments import kept, moment
from reports.delivery.ledger.page import Page
from reports.delivery.records import Review
from reports.model import OpportunityId, UserId


#: So many of a rep's reviews are looked at for how long a deal has been flagged.
LOOKED_AT = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a run of a command did."""

    kind: str
    started: datetime
    ended: datetime
    summary: Mapping[str, Any]


class ReviewPages(Page):
    """What was looked at together, and when."""

    def keep_review(self, review: Review) -> None:
        """Keep a review; of several for one cycle and rep, the first stays."""
        with self.file.writing() as db:
            db.execute(
                "INSERT INTO review VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT DO NOTHING",
                [
                    review.cycle,
                    review.rep_id,
                    review.manager_id,
                    review.held_on.isoformat(),
                    kept(review.as_of),
                    review.snapshot,
                    zlib.compress(review.frozen.encode()),
                    json.dumps(review.discussed),
                    json.dumps(review.flagged),
                    review.rules,
                    review.clock,
                ],
            )

    def last_review(
        self, rep_id: UserId, before: datetime, not_cycle: str
    ) -> Review | None:
        """The rep's latest review as of an earlier moment, in another cycle."""
        return next(iter(self.reviews(rep_id, before, not_cycle, most=1)), None)

    def reviews(
        self, rep_id: UserId, before: datetime, not_cycle: str, most: int = 4
    ) -> list[Review]:
        """The rep's latest reviews before a moment, in other cycles, newest first."""
        rows = self.file.rows(
            "SELECT * FROM review WHERE rep_id = ? AND as_of < ? AND cycle <> ? "
            "ORDER BY as_of DESC LIMIT ?",
            [rep_id, kept(before), not_cycle, most],
        )
        return [review_of(row) for row in rows]

    def reviews_of(self, cycle: str) -> list[Review]:
        """The reviews of a cycle, by rep."""
        rows = self.file.rows(
            "SELECT * FROM review WHERE cycle = ? ORDER BY rep_id", [cycle]
        )
        return [review_of(row) for row in rows]

    def clock_flags(
        self, before: datetime
    ) -> list[tuple[datetime, int, dict[OpportunityId, bool]]]:
        """What the stage clock said in each cycle before a moment, and at which tier.

        What was said before anything had been learned is left out.
        """
        rows = self.file.rows(
            "SELECT cycle, as_of, clock FROM review WHERE as_of < ? AND clock <> '' "
            "ORDER BY cycle, as_of",
            [kept(before)],
        )
        found = []
        for _, of_cycle in groupby(rows, lambda row: str(row["cycle"])):
            flags: dict[OpportunityId, bool] = {}
            for row in of_cycle:
                tier, own = read_clock(row["clock"])
                flags |= own if tier else {}
            if flags:
                found.append((moment(row["as_of"]), tier, flags))
        return sorted(found, key=lambda one: one[0])

    def last_cycle(self, by: date) -> str | None:
        """The cycle whose reviews were held last, on a day or before it."""
        row = self.file.row(
            "SELECT cycle FROM review WHERE held_on <= ? "
            "ORDER BY held_on DESC, as_of DESC LIMIT 1",
            [by.isoformat()],
        )
        return None if row is None else str(row["cycle"])

    def forget_reviews(self, before: datetime) -> int:
        """Forget reviews as of before a moment, but for each rep's latest."""
        with self.file.writing() as db:
            cursor = db.execute(
                "DELETE FROM review WHERE as_of < ? AND EXISTS (SELECT 1 FROM review "
                "AS later WHERE later.rep_id = review.rep_id "
                "AND later.as_of > review.as_of)",
                [kept(before)],
            )
        return cursor.rowcount

    def flag_counts(self, before: datetime, not_cycle: str) -> dict[OpportunityId, int]:
        """In how many of the latest reviews, without a gap, each deal was flagged.

        Only those before a moment and of other cycles count.
        """
        rows = self.file.rows(
            """
            SELECT rep_id, flagged FROM (
                SELECT rep_id, flagged, as_of, row_number() OVER (
                    PARTITION BY rep_id ORDER BY as_of DESC
                ) AS place
                FROM review WHERE as_of < ? AND cycle <> ?
            ) WHERE place <= ? ORDER BY rep_id, as_of DESC
            """,
            [kept(before), not_cycle, LOOKED_AT],
        )
        counts: dict[OpportunityId, int] = {}
        for _, of_rep in groupby(rows, lambda row: str(row["rep_id"])):
            flagged = [frozenset(deals_of(row["flagged"])) for row in of_rep]
            for deal_id in flagged[0]:
                streak = streak_of(deal_id, flagged)
                counts[deal_id] = max(streak, counts.get(deal_id, 0))
        return counts


class NoticePages(Page):
    """What ops were told, and what runs did."""

    def keep_alert(self, as_of: datetime, alert: Mapping[str, Any]) -> None:
        """Keep what an alert said, so that the next one can say what changed."""
        with self.file.writing() as db:
            db.execute(
                "INSERT INTO alert VALUES (?, ?) "
                "ON CONFLICT DO UPDATE SET said = excluded.said",
                [kept(as_of), json.dumps(alert)],
            )

    def last_alert(self, before: datetime | None = None) -> dict[str, Any] | None:
        """What the latest alert said, or the latest before a moment."""
        row = self.file.row(
            "SELECT said FROM alert WHERE ? IS NULL OR as_of < ? "
            "ORDER BY as_of DESC LIMIT 1",
            [before and kept(before)] * 2,
        )
        return None if row is None else dict(json.loads(row["said"]))

    def keep_run(
        self, kind: str, started: datetime, ended: datetime, summary: Mapping[str, Any]
    ) -> None:
        """Keep what a run did."""
        with self.file.writing() as db:
            db.execute(
                "INSERT INTO run (kind, started, ended, summary) VALUES (?, ?, ?, ?)",
                [kind, kept(started), kept(ended), json.dumps(summary)],
            )

    def last_run(self, kind: str) -> Run | None:
        """The run of a kind that was kept last."""
        row = self.file.row(
            "SELECT * FROM run WHERE kind = ? ORDER BY number DESC LIMIT 1", [kind]
        )
        if row is None:
            return None
        return Run(
            kind=kind,
            started=moment(row["started"]),
            ended=moment(row["ended"]),
            summary=json.loads(row["summary"]),
        )


def review_of(row: Row) -> Review:
    """A kept review."""
    return Review(
        cycle=row["cycle"],
        rep_id=UserId(row["rep_id"]),
        manager_id=None if row["manager_id"] is None else UserId(row["manager_id"]),
        held_on=date.fromisoformat(row["held_on"]),
        as_of=moment(row["as_of"]),
        snapshot=row["snapshot"],
        frozen=zlib.decompress(row["frozen"]).decode(),
        discussed=deals_of(row["discussed"]),
        flagged=deals_of(row["flagged"]),
        rules=row["rules"],
        clock=row["clock"],
    )


def streak_of(
    deal_id: OpportunityId, reviews: Iterable[Collection[OpportunityId]]
) -> int:
    """How many of the first reviews have the deal, without a gap."""
    return sum(1 for _ in takewhile(lambda one: deal_id in one, reviews))


def deals_of(text: str) -> tuple[OpportunityId, ...]:
    """Deals as they are kept: a list of ids."""
    return tuple(OpportunityId(one) for one in json.loads(text))
