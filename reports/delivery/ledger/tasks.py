"""Pages of the ledger: proposals that are entered in Sales Cloud as tasks."""

from collections.abc import Mapping
from datetime import datetime

from reports.delivery.ledger.moments import kept, moment
from reports.delivery.ledger.page import Page
from reports.delivery.ledger.promises import proposal_of
from reports.delivery.records import TaskState, TaskWrite
from reports.model import UserId


#: Letters of a packet that were made, whatever has become of them but being held: a
#: held one is made again, and may then say something else.
PRINTED = (
    "SELECT 1 FROM delivery WHERE kind = 'packet' AND state <> 'held' "
    "AND cycle = ? AND rep_id = ?"
)


class TaskPages(Page):
    """Which tasks are to be created, and what came of it."""

    def plan_tasks(
        self, cycle: str, rep_id: UserId, owners: Mapping[str, UserId], at: datetime
    ) -> None:
        """Note the proposals that a packet prints, each with who is to own its task.

        Once its letters are made, making the packet again changes nothing.
        """
        with self.file.writing() as db:
            if db.execute(PRINTED, [cycle, rep_id]).fetchone():
                return
            db.execute(
                "DELETE FROM task_write WHERE state = 'planned' AND proposal_id IN "
                "(SELECT id FROM proposal WHERE cycle = ? AND rep_id = ?)",
                [cycle, rep_id],
            )
            db.executemany(
                "INSERT INTO task_write (proposal_id, owner_id, state, at) "
                "VALUES (?, ?, 'planned', ?) ON CONFLICT DO NOTHING",
                [(own, owner, kept(at)) for own, owner in owners.items()],
            )

    def tasks_to_write(self) -> list[TaskWrite]:
        """The tasks of packets that somebody got, as far as they are not settled."""
        rows = self.file.rows(
            "SELECT p.*, t.state, t.owner_id, t.at FROM task_write t "
            "JOIN proposal p ON p.id = t.proposal_id "
            "WHERE t.state IN ('planned', 'claimed') AND EXISTS ("
            "  SELECT 1 FROM delivery d WHERE d.kind = 'packet' "
            "  AND d.state = 'accepted' AND d.cycle = p.cycle AND d.rep_id = p.rep_id"
            ") ORDER BY p.proposed_at, p.id"
        )
        return [
            TaskWrite(
                proposal=proposal_of(row),
                owner_id=UserId(row["owner_id"]),
                state=TaskState(row["state"]),
                at=moment(row["at"]),
            )
            for row in rows
        ]

    def claim_task(self, one: TaskWrite, at: datetime) -> bool:
        """Take the right to create a task; false when another run took it."""
        with self.file.writing() as db:
            cursor = db.execute(
                "UPDATE task_write SET state = 'claimed', at = ? "
                "WHERE proposal_id = ? AND state = ? AND at = ?",
                [kept(at), one.proposal.id, one.state.value, kept(one.at)],
            )
        return cursor.rowcount == 1

    def settle_task(
        self,
        proposal_id: str,
        state: TaskState,
        at: datetime,
        *,
        task_id: str | None = None,
        reason: str = "",
    ) -> None:
        """Note what came of a task; one that exists makes its proposal a promise."""
        with self.file.writing() as db:
            db.execute(
                "UPDATE task_write SET state = ?, task_id = ?, reason = ?, at = ? "
                "WHERE proposal_id = ?",
                [state.value, task_id, reason, kept(at), proposal_id],
            )
            db.execute(
                "UPDATE proposal SET taken_by = ?, taken_at = ? "
                "WHERE id = ? AND taken_by IS NULL AND ? IS NOT NULL",
                [task_id, kept(at), proposal_id, task_id],
            )
