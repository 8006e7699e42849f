"""Steps of next week as tasks in Sales Cloud, each entered once.

Claimed before the call and settled after it, like a letter. After a crash or a
time-out a task is in doubt: it is looked for, by its mark, among the tasks that the
next complete sync brings, and entered again only when it is not among them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from reports.delivery.ledger import Ledger
from reports.delivery.marks import found_in, marker
from reports.delivery.records import Proposal, TaskState, TaskWrite
from reports.facts.engine import open_duckdb
from reports.facts.taken import MarkedTask, marked_tasks
from reports.findings import OwnerKind, Packet
from reports.model import UserId
from reports.runs.packets import Made
from reports.words.links import marked


#: Records may show up some minutes after they were entered; a sync from before that
#: moment says nothing about them.
LATE: Final = timedelta(minutes=10)


class NotEntered(Exception):  # noqa: N818 - what Sales Cloud did, and no failure of ours
    """A task was not entered, as far as is known."""


class Refused(NotEntered):
    """Sales Cloud refuses this task, and will again."""


class Blocked(NotEntered):
    """Nothing can be entered now; this task certainly was not."""


class Desk(Protocol):
    """Where tasks are entered."""

    @property
    def server_time(self) -> datetime:
        """The moment that Sales Cloud last named."""

    def enter(self, fields: Mapping[str, str]) -> str:
        """Create a task; its record id. Any NotEntered but the named is a doubt."""


@dataclass(slots=True)
class Entered:
    """What came of the tasks."""

    lines: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


def plan(ledger: Ledger, packets: Iterable[Made], at: datetime) -> None:
    """Note which steps become tasks once their packet has reached somebody."""
    for made in packets:
        packet = made.packet
        fresh = {one.id for one in made.proposals if one.taken_by is None}
        owners = {
            own: owner
            for action in packet.actions
            if (own := found_in(action.mark)) in fresh
            if (owner := owner_of(packet, action.owner)) and own
        }
        ledger.plan_tasks(packet.cycle, packet.rep.id, owners, at)


def owner_of(packet: Packet, kind: OwnerKind) -> UserId | None:
    """Whose task a step is; None when nobody can be given it."""
    person = packet.rep if kind is OwnerKind.REP else packet.manager
    return person.id if person and person.active else None


def enter_tasks(
    mirror: Path,
    ledger: Ledger,
    connect: Callable[[], Desk],
    clock: Callable[[], datetime],
    *,
    since: datetime,
) -> Entered:
    """Enter the tasks of packets that somebody got; this run began at ``since``."""
    found, waiting = Entered(), ledger.tasks_to_write()
    if not waiting:
        return found
    with open_duckdb(mirror) as engine:
        tasks, complete = marked_tasks(engine)
    left = [one for one in waiting if not settled(ledger, one, tasks, clock())]
    ripe = [one for one in left if certain(one, complete, since)]
    if len(left) > len(ripe):
        found.lines.append(
            f"Tasks that wait for a complete sync to tell whether Sales Cloud has "
            f"them: {len(left) - len(ripe):,}"
        )
    if ripe:
        enter_each(ledger, ripe, connect, clock, found)
    return found


def settled(
    ledger: Ledger, one: TaskWrite, tasks: Sequence[MarkedTask], now: datetime
) -> bool:
    """Whether nothing is left to do about a task: it is there, or is not wanted."""
    proposal = one.proposal
    there = proposal.taken_by or seen(proposal, tasks)
    if there:
        ledger.settle_task(proposal.id, TaskState.DONE, now, task_id=there)
    elif reason := unwanted(proposal, now):
        ledger.settle_task(proposal.id, TaskState.DROPPED, now, reason=reason)
    else:
        return False
    return True


def seen(proposal: Proposal, tasks: Iterable[MarkedTask]) -> str | None:
    """The task with a proposal's mark; a copy on another record is none."""
    fitting = (
        task.record_id
        for task in tasks
        if found_in(task.subject) == proposal.id
        and task.about in {None, proposal.deal_id}
    )
    return next(fitting, None)


def unwanted(proposal: Proposal, now: datetime) -> str:
    """Why a proposal is not entered any more; empty when it is."""
    if proposal.outcome is not None:
        return f"the proposal ended: {proposal.outcome}"
    return "its day has passed" if proposal.due < now.date() else ""


def certain(one: TaskWrite, complete: datetime | None, since: datetime) -> bool:
    """Whether Sales Cloud certainly has no such task.

    It was printed by this very run, or a sync has looked since.
    """
    if one.state is TaskState.PLANNED and one.at >= since:
        return True
    return complete is not None and complete > one.at + LATE


def enter_each(
    ledger: Ledger,
    ripe: Iterable[TaskWrite],
    connect: Callable[[], Desk],
    clock: Callable[[], datetime],
    found: Entered,
) -> None:
    """Enter tasks one after the other, until Sales Cloud does not want to."""
    entered = 0
    try:
        desk = connect()
        for one in ripe:
            at = max(clock(), desk.server_time)
            if ledger.claim_task(one, at):
                entered += enter(ledger, one, desk, clock, found)
    except NotEntered as error:
        found.troubles.append(f"tasks: {error}")
    if entered:
        found.lines.append(f"Tasks entered in Sales Cloud: {entered:,}")


def enter(
    ledger: Ledger,
    one: TaskWrite,
    desk: Desk,
    clock: Callable[[], datetime],
    found: Entered,
) -> int:
    """Enter one claimed task; how many there are more."""
    own = one.proposal.id
    try:
        task_id = desk.enter(fields_of(one))
    except Refused as error:
        ledger.settle_task(own, TaskState.REFUSED, clock(), reason=str(error))
        found.troubles.append(f"a task for {one.proposal.deal_id}: {error}")
        return 0
    except Blocked:
        ledger.settle_task(own, TaskState.PLANNED, clock())
        raise
    ledger.settle_task(own, TaskState.DONE, clock(), task_id=task_id)
    return 1


def fields_of(one: TaskWrite) -> dict[str, str]:
    """What the task says."""
    proposal = one.proposal
    return {
        "Subject": marked(proposal.what, marker(proposal.id)),
        "WhatId": proposal.deal_id,
        "OwnerId": one.owner_id,
        "ActivityDate": proposal.due.isoformat(),
        "Status": "Not Started",
    }
