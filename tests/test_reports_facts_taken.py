from datetime import UTC, date, datetime
from typing import Any

import pytest

from reports.facts.taken import taken_tasks
from reports.model import OpportunityId, RecordId, TakenTask, UserId
from tests.mirrors import ADA, DEAL, engine_of


T = datetime(2026, 3, 10, 12, tzinfo=UTC)
TASK = {
    "Id": "00T000000000001AAA",
    "Subject": "Call Renata [dp:K3F7Q2AB]",
    "WhatId": DEAL,
    "OwnerId": ADA,
    "ActivityDate": "2026-03-13",
    "IsClosed": False,
    "CreatedDate": "2026-03-09 10:00:00",
    "LastModifiedDate": "2026-03-09 10:00:00",
}


def taken(*tasks: dict[str, Any]) -> tuple[TakenTask, ...]:
    with engine_of(Task=tasks) as engine:
        return taken_tasks(engine, T)


def test_a_marked_task_is_read() -> None:
    assert taken(TASK) == (
        TakenTask(
            record_id=RecordId("00T000000000001AAA"),
            subject="Call Renata [dp:K3F7Q2AB]",
            deal_id=OpportunityId(DEAL),
            owner_id=UserId(ADA),
            created_at=datetime(2026, 3, 9, 10, tzinfo=UTC),
            due=date(2026, 3, 13),
            done=False,
            done_at=None,
        ),
    )


@pytest.mark.parametrize(
    "difference",
    [
        {"Subject": "Call Renata"},
        {"Subject": None},
        {"CreatedDate": "2026-03-11 10:00:00"},
        {"gone_at": "2026-03-10 10:00:00", "gone_why": "deleted"},
        {"IsRecurrence": True},
    ],
)
def test_a_task_without_a_mark_or_not_there_at_the_moment_is_not(
    difference: dict[str, Any],
) -> None:
    assert taken(TASK | difference) == ()


def test_a_mark_in_small_or_capital_letters_is_the_same() -> None:
    assert len(taken(TASK | {"Subject": "[DP:k3f7q2ab]"})) == 1


def test_a_task_that_goes_after_the_moment_is_still_there() -> None:
    assert len(taken(TASK | {"gone_at": "2026-03-11 10:00:00"})) == 1


@pytest.mark.parametrize(
    ("completed", "changed", "done", "done_at"),
    [
        ("2026-03-10 09:30:00", "2026-03-10 09:30:00", True, (10, 9, 30)),
        ("2026-03-11 09:30:00", "2026-03-11 09:30:00", False, None),
        (None, "2026-03-10 09:30:00", True, None),
        (None, None, True, None),
        (None, "2026-03-11 09:30:00", False, None),
    ],
)
def test_a_task_is_done_from_when_it_was_completed(
    completed: str | None,
    changed: str | None,
    done: bool,  # noqa: FBT001
    done_at: tuple[int, int, int] | None,
) -> None:
    closed = {
        "IsClosed": True,
        "CompletedDateTime": completed,
        "LastModifiedDate": changed,
    }

    (task,) = taken(TASK | closed)

    assert task.done is done
    assert task.done_at == (
        datetime(2026, 3, *done_at, tzinfo=UTC) if done_at else None
    )


def test_a_task_about_something_else_is_about_no_deal() -> None:
    (task,) = taken(TASK | {"WhatId": "001000000000001AAA", "OwnerId": None})

    assert (task.deal_id, task.owner_id) == (None, None)


def test_the_oldest_comes_first() -> None:
    second = TASK | {"Id": "00T2", "CreatedDate": "2026-03-08 10:00:00"}

    assert [task.record_id for task in taken(TASK, second)] == ["00T2", TASK["Id"]]
