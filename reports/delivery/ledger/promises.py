"""Pages of the ledger: next steps that were proposed, and what became of them."""

from collections.abc import Iterable
from datetime import date, datetime
from sqlite3 import Row

from reports.delivery.ledger.moments import kept, kept_if_any, moment, moment_if_any
from reports.delivery.ledger.page import Page
from reports.delivery.records import Proposal
from reports.findings import OwnerKind
from reports.model import OpportunityId, UserId


class PromisePages(Page):
    """What was proposed, who took it, and how it ended."""

    def keep_proposals(self, proposals: Iterable[Proposal]) -> None:
        """Keep proposals; of a known one, only its age in reviews changes."""
        with self.file.writing() as db:
            db.executemany(
                "INSERT INTO proposal "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL) "
                "ON CONFLICT DO UPDATE "
                "SET carried = max(proposal.carried, excluded.carried)",
                [values_of(proposal) for proposal in proposals],
            )

    def proposals(
        self, rep_id: UserId | None = None, *, open_only: bool = True
    ) -> list[Proposal]:
        """Proposals, of one rep or of all, oldest first; open: not yet settled."""
        rows = self.file.rows(
            "SELECT * FROM proposal WHERE (? IS NULL OR rep_id = ?) "
            "AND (outcome IS NULL OR NOT ?) ORDER BY proposed_at, id",
            [rep_id, rep_id, open_only],
        )
        return [proposal_of(row) for row in rows]

    def proposals_at(self, rep_id: UserId, cycle: str, at: datetime) -> list[Proposal]:
        """The earlier proposals that a rep's review in ``cycle`` has to look at.

        Those of other cycles that are open, or were settled at this very review:
        making its packet again finds the same ones.
        """
        rows = self.file.rows(
            "SELECT * FROM proposal WHERE rep_id = ? AND cycle <> ? "
            "AND proposed_at < ? "
            "AND (outcome IS NULL OR json_extract(evidence, '$.cycle') = ?) "
            "ORDER BY proposed_at, id",
            [rep_id, cycle, kept(at), cycle],
        )
        return [proposal_of(row) for row in rows]

    def take(self, proposal_id: str, task_id: str, at: datetime) -> bool:
        """Make a proposal a promise; false when it is unknown or already taken."""
        with self.file.writing() as db:
            cursor = db.execute(
                "UPDATE proposal SET taken_by = ?, taken_at = ? "
                "WHERE id = ? AND taken_by IS NULL",
                [task_id, kept(at), proposal_id],
            )
        return cursor.rowcount == 1

    def settle_promise(
        self, proposal_id: str, outcome: str, evidence: str, at: datetime
    ) -> bool:
        """Close a proposal with its evidence, as JSON; false when it was closed."""
        with self.file.writing() as db:
            cursor = db.execute(
                "UPDATE proposal SET outcome = ?, evidence = ?, settled_at = ? "
                "WHERE id = ? AND outcome IS NULL",
                [outcome, evidence, kept(at), proposal_id],
            )
        return cursor.rowcount == 1


def values_of(proposal: Proposal) -> list[object]:
    """A proposal as its row begins."""
    return [
        proposal.id,
        proposal.cycle,
        proposal.rep_id,
        proposal.deal_id,
        proposal.obstacle,
        proposal.what,
        proposal.owner.value,
        proposal.due.isoformat(),
        proposal.metric,
        kept(proposal.proposed_at),
        proposal.taken_by,
        kept_if_any(proposal.taken_at),
        proposal.carried,
        proposal.code,
    ]


def proposal_of(row: Row) -> Proposal:
    """A kept proposal."""
    return Proposal(
        id=row["id"],
        cycle=row["cycle"],
        rep_id=UserId(row["rep_id"]),
        deal_id=OpportunityId(row["deal_id"]),
        obstacle=row["obstacle"],
        what=row["what"],
        owner=OwnerKind(row["owner"]),
        due=date.fromisoformat(row["due"]),
        metric=row["metric"],
        proposed_at=moment(row["proposed_at"]),
        taken_by=row["taken_by"],
        taken_at=moment_if_any(row["taken_at"]),
        carried=row["carried"],
        code=row["code"],
        outcome=row["outcome"],
        evidence=row["evidence"],
        settled_at=moment_if_any(row["settled_at"]),
    )
