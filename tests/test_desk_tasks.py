"""Steps of next week become tasks in Sales Cloud: each once, and nothing else does."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from reports.delivery.marks import found_in
from sandbox.server import Sandbox
from tests.front_door import NOW, Furnished, House, moved_in


TASKS = "/services/data/v66.0/sobjects/Task"
CREATE = {"method": "POST", "path": "sobjects/Task$"}
LATER = NOW + timedelta(minutes=30)

#: Requests other than GET that read: a login, queries in one go, a bulk query.
READING = ("/services/oauth2/token", "/composite", "/jobs/query")


@pytest.fixture
def house(of_one_rep: Furnished, tmp_path: Path) -> Iterator[House]:
    """An installation that enters tasks; what it entered is gone afterwards."""
    with moved_in(of_one_rep, tmp_path) as house:
        yield from entering(house)


@pytest.fixture
def team(furnished: Furnished, tmp_path: Path) -> Iterator[House]:
    """The same for three reps."""
    with moved_in(furnished, tmp_path) as house:
        yield from entering(house)


def entering(house: House) -> Iterator[House]:
    write_tasks(house)
    house.sandbox.log.clear()
    yield house
    for task in tasks_in(house.sandbox):
        house.sandbox.org.erase("Task", task["Id"])


def write_tasks(house: House, more: str = "") -> None:
    house.configure(more)
    text = house.config.read_text("utf-8")
    text = text.replace("[hygiene]", "write_tasks = true\n[hygiene]")
    house.config.write_text(text, encoding="utf-8")


def tasks_in(sandbox: Sandbox) -> list[dict[str, Any]]:
    """The marked tasks that Sales Cloud has."""
    soql = (
        "SELECT Id, Subject, WhatId, OwnerId, ActivityDate, Status FROM Task "
        "WHERE Subject LIKE '%[dp:%'"
    )
    result = sandbox.org.query(soql, now=LATER)
    return list(result.records(0, result.total))


def marks_in(sandbox: Sandbox) -> Counter[str]:
    return Counter(found_in(task["Subject"]) or "" for task in tasks_in(sandbox))


def attempts(house: House) -> int:
    log = house.sandbox.log
    return sum(one.method == "POST" and one.path == TASKS for one in log)


def states(house: House) -> Counter[str]:
    """How many tasks of the ledger are in which state."""
    with closing(sqlite3.connect(house.var / "ledger.db")) as db:
        rows = db.execute("SELECT state, count(*) FROM task_write GROUP BY state")
        return Counter(dict(rows.fetchall()))


def synced(house: House) -> None:
    house.at(LATER)
    assert house.call("sync").code == 0


def test_steps_of_next_week_become_tasks_and_promises_once(team: House) -> None:
    packets = team.call("packets", "--json").json["packets"]
    synced(team)
    team.call("packets")

    working = active(team.sandbox)
    steps = {
        (one["deal_id"], one["due"], owner, "Not Started")
        for packet in packets
        for one in packet["actions"]
        if (owner := packet["rep" if one["owner"] == "rep" else "manager"]["id"])
        in working
    }
    found = tasks_in(team.sandbox)
    assert len(steps) > 8
    assert {
        (one["WhatId"], one["ActivityDate"], one["OwnerId"], one["Status"])
        for one in found
    } == steps
    assert len(found) == attempts(team)
    assert max(marks_in(team.sandbox).values()) == 1
    assert promised(team) == {one["Id"] for one in found}


def active(sandbox: Sandbox) -> set[str]:
    """Who can be given a task."""
    result = sandbox.org.query("SELECT Id FROM User WHERE IsActive = true", now=NOW)
    return {one["Id"] for one in result.records(0, result.total)}


def promised(house: House) -> set[str]:
    """The tasks that the ledger's promises name."""
    with closing(sqlite3.connect(house.var / "ledger.db")) as db:
        rows = db.execute("SELECT taken_by FROM proposal WHERE taken_by IS NOT NULL")
        return {task for (task,) in rows}


def test_nothing_else_is_ever_written(house: House) -> None:
    before = changed_since_noon(house.sandbox)

    for command in ("sync", "packets", "hygiene", "followup", "tick", "doctor"):
        house.call(command)

    wrote = {
        one.path
        for one in house.sandbox.log
        if one.method != "GET" and not one.path.endswith(READING)
    }
    assert wrote == {TASKS}
    assert changed_since_noon(house.sandbox) == before


def changed_since_noon(sandbox: Sandbox) -> Counter[str]:
    """How many records of each object changed on the day, marked tasks left out."""
    found: Counter[str] = Counter()
    for obj in sandbox.org.sobjects.values():
        if {"SystemModstamp", "Id"} <= {field.name for field in obj.fields}:
            soql = (
                f"SELECT COUNT() FROM {obj.name} "  # noqa: S608 - names of our own
                "WHERE SystemModstamp >= 2026-11-24T00:00:00Z"
            )
            found[obj.name] = sandbox.org.query(soql, now=LATER).total
    found["Task"] -= len(tasks_in(sandbox))
    return found


def test_unless_the_settings_ask_for_it_nothing_is_written(house: House) -> None:
    house.configure()
    house.call("packets")
    write_tasks(house)
    house.call("packets")

    assert attempts(house) == 0


def test_a_rehearsal_writes_nothing(house: House) -> None:
    assert house.call("packets", "--to", "me@acme.example").code == 0

    assert attempts(house) == 0
    assert states(house) == {}


def test_a_packet_that_reached_nobody_brings_no_task(house: House) -> None:
    write_tasks(house, '[delivery]\nallowed_domains = ["elsewhere.example"]')
    held = house.call("packets")

    assert held.code == 1
    assert attempts(house) == 0
    assert set(states(house)) == {"planned"}


def test_a_task_that_may_have_been_entered_is_looked_for(house: House) -> None:
    house.sandbox.faults.take([{**CREATE, "effect": "drop", "times": 1}])
    first = house.call("packets")
    house.at(NOW + timedelta(minutes=1))
    again = house.call("packets")

    assert first.code == 1
    assert "tasks: one may have been entered, or not: " in first.err
    assert "Tasks that wait for a complete sync" in again.out
    assert len(tasks_in(house.sandbox)) == attempts(house) == 1

    synced(house)
    last = house.call("packets")

    assert last.code == 0
    assert set(states(house)) == {"done"}
    assert len(tasks_in(house.sandbox)) == attempts(house) == states(house)["done"]


def test_a_task_that_was_not_entered_is_entered_once_more(house: House) -> None:
    house.sandbox.faults.take([{**CREATE, "effect": "status", "times": 1}])
    house.call("packets")
    assert not tasks_in(house.sandbox)

    synced(house)
    house.call("tick")

    assert set(states(house)) == {"done"}
    assert attempts(house) == states(house)["done"] + 1
    assert max(marks_in(house.sandbox).values()) == 1
