"""Tasks are entered by the ledger: claimed, entered, settled; what fails is named."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from reports.delivery.ledger import Ledger
from reports.delivery.records import Proposal, State
from reports.findings import OwnerKind
from reports.model import OpportunityId, UserId
from reports.runs.tasks import Blocked, Entered, NotEntered, Refused, enter_tasks
from tests.letters import MINE, NOW, a_letter
from tests.mirrors import HEALTHY, write_mirror


REP, BOSS = UserId("005Hs00000ADAAAIA5"), UserId("005Hs00000BOSSSIA5")
CYCLE = "2026-11-24"
OWNERS = {"AAAAAAAA": REP, "BBBBBBBB": BOSS}
HOUR = timedelta(hours=1)


@dataclass
class Sales:
    """Where tasks are entered: takes them, or raises what it is told to."""

    errors: list[NotEntered | None] = field(default_factory=list)
    entered: list[Mapping[str, str]] = field(default_factory=list)
    server_time: datetime = NOW

    def enter(self, fields: Mapping[str, str]) -> str:
        error = self.errors.pop(0) if self.errors else None
        if error:
            raise error
        self.entered.append(fields)
        return f"00T{len(self.entered)}"


@dataclass
class Desk:
    """A ledger with a packet that was sent, and a mirror to look into."""

    ledger: Ledger
    mirror: Path
    folder: Path
    sales: Sales = field(default_factory=Sales)

    def run(self, at: datetime = NOW, *, since: datetime | None = None) -> Entered:
        return enter_tasks(
            self.mirror, self.ledger, lambda: self.sales, lambda: at, since=since or at
        )

    def look(self, loaded_at: datetime, *tasks: Mapping[str, object]) -> None:
        """Let a complete sync have brought these tasks."""
        self.mirror.unlink(missing_ok=True)
        write_mirror(
            self.mirror,
            {**HEALTHY, "Task": list(tasks)},
            loaded_at=loaded_at.replace(tzinfo=None).isoformat(sep=" "),
        )

    def rows(self) -> dict[str, tuple[str, str | None, str]]:
        with closing(sqlite3.connect(self.folder / "ledger.db")) as db:
            found = db.execute(
                "SELECT proposal_id, state, task_id, reason FROM task_write"
            )
            return {row[0]: (row[1], row[2], row[3]) for row in found.fetchall()}


def a_proposal(own: str, **differences: object) -> Proposal:
    values: dict[str, object] = {
        "id": own,
        "cycle": CYCLE,
        "rep_id": REP,
        "deal_id": OpportunityId(MINE[0]),
        "obstacle": "no meeting booked",
        "what": "Book a meeting with the buyer",
        "owner": OwnerKind.REP,
        "due": date(2026, 11, 30),
        "metric": "meetings",
        "proposed_at": NOW,
        **differences,
    }
    return Proposal(**values)  # type: ignore[arg-type]


def sent(ledger: Ledger, state: State = State.ACCEPTED) -> None:
    letter = a_letter()
    ledger.store(letter, b"bytes", NOW)
    ledger.claim(letter.key, NOW)
    ledger.settle(letter.key, state, NOW)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        found = Desk(ledger, tmp_path / "mirror.duckdb", tmp_path)
        found.look(NOW)
        ledger.keep_proposals([a_proposal(own) for own in OWNERS])
        ledger.plan_tasks(CYCLE, REP, OWNERS, NOW)
        yield found


def test_a_task_says_who_does_what_by_when_and_for_which_proposal(desk: Desk) -> None:
    sent(desk.ledger)
    said = desk.run()

    assert said.lines == ["Tasks entered in Sales Cloud: 2"]
    assert desk.sales.entered[1] == {
        "Subject": "Book a meeting with the buyer [dp:BBBBBBBB]",
        "WhatId": MINE[0],
        "OwnerId": BOSS,
        "ActivityDate": "2026-11-30",
        "Status": "Not Started",
    }
    assert desk.rows()["BBBBBBBB"] == ("done", "00T2", "")
    assert desk.run() == Entered()


@pytest.mark.parametrize("state", [State.HELD, State.REFUSED, State.DEFERRED])
def test_nothing_is_entered_before_somebody_got_the_packet(
    desk: Desk, state: State
) -> None:
    sent(desk.ledger, state)

    assert desk.run() == Entered()
    assert desk.sales.entered == []


def test_a_packet_that_is_made_again_plans_nothing_new(desk: Desk) -> None:
    sent(desk.ledger)
    desk.ledger.plan_tasks(CYCLE, REP, {"CCCCCCCC": REP}, NOW)

    assert set(desk.rows()) == {"AAAAAAAA", "BBBBBBBB"}


def test_a_packet_that_was_never_kept_is_planned_afresh(desk: Desk) -> None:
    desk.ledger.plan_tasks(CYCLE, REP, {"BBBBBBBB": REP}, NOW)

    assert set(desk.rows()) == {"BBBBBBBB"}


def test_a_task_that_is_refused_is_named_and_the_others_go_on(desk: Desk) -> None:
    sent(desk.ledger)
    desk.sales.errors = [Refused("tasks need a type")]
    said = desk.run()
    desk.look(NOW + HOUR)
    desk.run(NOW + HOUR)

    assert said.troubles == [f"a task for {MINE[0]}: tasks need a type"]
    assert desk.rows() == {
        "AAAAAAAA": ("refused", None, "tasks need a type"),
        "BBBBBBBB": ("done", "00T1", ""),
    }
    assert len(desk.sales.entered) == 1


def test_without_permission_one_is_tried_and_all_wait(desk: Desk) -> None:
    sent(desk.ledger)
    desk.sales.errors = [Blocked("no right to create tasks")]
    said = desk.run()

    assert said == Entered(troubles=["tasks: no right to create tasks"])
    assert {state for state, _, _ in desk.rows().values()} == {"planned"}


def test_a_doubt_ends_the_run_and_waits_for_a_sync_that_came_later(desk: Desk) -> None:
    sent(desk.ledger)
    desk.sales.errors = [NotEntered("time-out")]
    said = desk.run()
    desk.look(NOW + timedelta(minutes=10))
    waits = desk.run(NOW + HOUR)

    assert said.troubles == ["tasks: time-out"]
    assert desk.rows()["AAAAAAAA"] == ("claimed", None, "")
    assert waits.lines == [
        "Tasks that wait for a complete sync to tell whether Sales Cloud has them: 2"
    ]

    desk.look(NOW + timedelta(minutes=11))
    desk.run(NOW + HOUR)

    assert [one["Subject"][-13:] for one in desk.sales.entered] == [
        "[dp:AAAAAAAA]",
        "[dp:BBBBBBBB]",
    ]


@pytest.mark.parametrize(
    ("gone_at", "about"),
    [(None, MINE[0]), ("2026-11-23 17:20:00", MINE[0]), (None, None)],
)
def test_a_doubt_is_settled_by_the_mark_even_of_a_task_that_was_deleted(
    desk: Desk, gone_at: str | None, about: str | None
) -> None:
    sent(desk.ledger)
    desk.sales.errors = [NotEntered("time-out")]
    desk.run()
    subject = "book it! [DP:aaaaaaaa]"
    task = {"Id": "00TX", "Subject": subject, "WhatId": about, "gone_at": gone_at}
    desk.look(NOW + HOUR, task)
    desk.run(NOW + HOUR)

    assert desk.rows()["AAAAAAAA"] == ("done", "00TX", "")
    assert len(desk.sales.entered) == 1


def test_a_copy_on_another_deal_settles_nothing(desk: Desk) -> None:
    sent(desk.ledger)
    copy = {"Id": "00TX", "Subject": "[dp:AAAAAAAA]", "WhatId": MINE[1]}
    desk.look(NOW, copy)
    desk.run()

    assert desk.rows()["AAAAAAAA"] == ("done", "00T1", "")


def test_a_step_whose_day_has_passed_is_not_entered(desk: Desk) -> None:
    sent(desk.ledger)
    later = datetime(2026, 12, 1, 9, tzinfo=UTC)
    desk.run(later)

    assert desk.rows()["AAAAAAAA"] == ("dropped", None, "its day has passed")
    assert desk.sales.entered == []


def test_of_two_runs_one_gets_the_right_to_enter_a_task(desk: Desk) -> None:
    sent(desk.ledger)
    one = desk.ledger.tasks_to_write()[0]

    assert desk.ledger.claim_task(one, NOW + HOUR)
    assert not desk.ledger.claim_task(one, NOW + HOUR)
    assert not desk.ledger.claim_task(replace(one, at=NOW - HOUR), NOW)
