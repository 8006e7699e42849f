"""``hygiene``, ``followup``, ``tick`` and ``run`` as somebody calls them."""

import json
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

import jobs
from desk.beats import Beats
from desk.world import World
from reports.delivery.ledger import Ledger
from reports.delivery.lock import lock
from reports.delivery.marks import marker
from reports.delivery.records import Proposal
from reports.words.archive import write_archive
from reports.words.entries import packet_sheet
from reports.words.render import Renderer
from settings import load
from sync.report import FAILED
from sync.store import Mirror
from tests.front_door import NOW, House, beside, ended, until
from tests.golden.scenario import the_packet
from tests.sandbox_orgs import Client
from tests.sync_orgs import ADA, write_org


#: The clock of the machine, before a test replaces it.
EARTH = jobs.clock

#: How often a run asks for the time before somebody asks it to end.
ASKED = 10

#: In every zone of the reps, the packets of the review on 8 December are due.
DUE = datetime(2026, 12, 8, 6, tzinfo=UTC)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[House]:
    """An installation beside forty deals of one rep; nothing is synced yet."""
    with beside(write_org(tmp_path / "org"), tmp_path / "home") as house:
        yield house


def test_hygiene_tells_ops_once_and_reminds_the_reps(house: House) -> None:
    first = house.call("hygiene")
    letters = house.letters()
    second = house.call("hygiene")

    assert (first.code, second.code) == (0, 0)
    assert len(house.letters("*-hygiene-*")) == 1
    assert len(house.letters("*-reminder-*")) == 3
    assert house.letters() == letters


def test_ops_are_told_what_the_sync_did_not_finish_before_anything_else(
    house: House,
) -> None:
    with Mirror.open(house.var / "mirror.duckdb") as mirror:
        mirror.mark("Task", FAILED, "no answer in 120 s")

    first, *others = house.call("hygiene", "--dry-run", "--json").json["problems"]

    assert first["object"] == "Task"
    assert first["because"] == "The last sync did not finish Task: no answer in 120 s."
    assert [one for one in others if "did not finish" in one["because"]] == []


def test_hygiene_can_be_looked_at_as_json(house: House) -> None:
    told = house.call("hygiene", "--dry-run", "--json").json

    assert told["open_deals"] > 50
    assert told["rules"]
    assert len(told["reminders"]) == 3
    assert house.deliveries() == []


def test_followup_says_that_nothing_was_promised(house: House) -> None:
    house.call("packets")

    said = house.call("followup")

    assert said.code == 0
    assert "Skipped 4 (nothing was promised)" in said.out
    assert house.letters("*-followup-*") == {}


def take_on(house: House, proposal: Proposal, status: str) -> None:
    """Save the task that the link beside a proposed step opens."""
    task = {
        "Subject": f"Get it done {marker(proposal.id)}",
        "WhatId": proposal.deal_id,
        "OwnerId": ADA,
        "ActivityDate": "2026-11-27",
        "Status": status,
        "Priority": "Normal",
    }
    client = Client(house.sandbox).log_in()
    client.post("/services/data/v66.0/sobjects/Task", json=task).raise_for_status()


def test_a_task_with_the_mark_of_a_proposal_is_a_promise(small: House) -> None:
    small.call("sync")
    small.call("packets")
    with Ledger.open(small.var / "ledger.db") as ledger:
        one, other, *untaken = ledger.proposals()
    small.at(NOW + timedelta(hours=8))
    take_on(small, one, "Completed")
    take_on(small, other, "Not Started")
    small.at(NOW + timedelta(days=3, hours=5))
    small.call("sync")
    (check,) = small.call("followup", "--json").json["checks"]
    small.at(DUE)
    small.call("sync")

    told = small.call("packets", "--json").json

    assert untaken
    assert told["cycle"] == "2026-12-08"
    assert [line["deal_id"] for line in check["kept"]] == [one.deal_id]
    assert [line["deal_id"] for line in check["open"]] == [other.deal_id]
    found = {made["deal_id"]: made for made in told["packets"][0]["promises"]}
    assert found.keys() == {one.deal_id, other.deal_id}
    assert found[one.deal_id]["outcome"] == "kept"
    assert found[other.deal_id]["due"] == "2026-11-27"
    assert found[other.deal_id]["outcome"] == "open"
    assert "activity may be missing" in found[other.deal_id]["evidence"][0]["text"]


def test_tick_does_what_is_due_once(house: House) -> None:
    house.at(datetime(2026, 12, 7, 9, tzinfo=UTC))
    early = house.call("tick", "--json").json
    house.at(DUE)
    first = house.call("tick", "--json")
    letters, deliveries = house.letters(), house.deliveries()
    house.at(DUE + timedelta(minutes=15))

    second = house.call("tick", "--json")

    assert early["done"] == []
    packets = [one for one in first.json["done"] if one["kind"] == "packet"]
    assert sum(one["made"] for one in packets) == 4
    assert {one["cycle"] for one in packets} == {"2026-12-08"}
    assert len(house.letters("*-packet-*")) == 7
    assert (second.code, second.json["done"]) == (0, [])
    assert (house.letters(), house.deliveries()) == (letters, deliveries)


def test_tick_rehearses_once_and_then_does_the_real_thing(house: House) -> None:
    house.configure('[delivery]\nrehearsal = "me@acme.example"')
    house.at(DUE)
    first = house.call("tick", "--json").json
    rehearsed = house.letters("*-packet-*")
    house.at(DUE + timedelta(minutes=5))
    second = house.call("tick", "--json").json
    again = house.letters("*-packet-*")
    house.configure()
    house.at(DUE + timedelta(minutes=10))

    real = house.call("tick", "--json").json

    assert len(rehearsed) == 7
    assert again == rehearsed
    assert (first["failed"], second["done"]) == ([], [])
    assert sum(one["made"] for one in real["done"] if one["kind"] == "packet") == 4
    assert len(house.letters("*-packet-*")) == 14


def test_tick_forgets_pages_of_the_archive_after_their_time(house: House) -> None:
    archive = house.var / "archive"
    old = replace(the_packet(), cycle="2020-01a", today=date(2020, 1, 14))
    write_archive(archive, [packet_sheet(Renderer(None), old)])
    house.at(datetime(2026, 12, 7, 9, tzinfo=UTC))

    house.call("tick", "--json")

    assert not (archive / "packet").exists()
    assert "2020-01a" not in (archive / "index.html").read_text(encoding="utf-8")


def test_tick_leaves_the_work_to_the_run_that_is_at_it(house: House) -> None:
    with lock(house.var, NOW):
        plain, told = house.call("tick"), house.call("tick", "--json")

    assert (plain.code, plain.out) == (0, "")
    assert "nothing done: " in plain.err
    assert "another dealpacket is at work, process " in plain.err
    assert (told.code, told.json["done"]) == (0, [])


def test_old_data_are_not_sent(house: House) -> None:
    house.now = NOW + timedelta(days=2)

    said = house.call("packets")

    assert said.code == 2
    assert "was last read completely 48 hours ago, 24 are allowed" in said.err
    assert "run `dealpacket sync`" in said.err
    assert house.deliveries() == []


def test_run_ticks_until_it_is_told_to_end(small: House) -> None:
    small.sandbox.clock.set(EARTH())
    with small.running("run") as process:
        synced, *_, line = until(process, "ticked", "failed")
        process.send_signal(signal.SIGTERM)
        said = ended(process)

    assert (synced["event"], synced["status"]) == ("synced", "complete")
    assert synced["rows"] > 40
    assert line["event"] == "ticked", line
    assert (said.code, said.err) == (0, "")
    assert (small.var / "heartbeat").read_text(encoding="utf-8") == f"{line['at']}\n"


def test_run_goes_on_when_sales_cloud_is_away(small: House) -> None:
    small.configure(login_url="https://127.0.0.1:9")
    with small.running("run") as process:
        (line,) = until(process, "ticked", "failed")
        process.send_signal(signal.SIGTERM)
        said = ended(process)

    assert line["event"] == "failed"
    assert "127.0.0.1:9" in line["failed"][0]
    assert (said.code, said.err) == (0, "")
    assert not (small.var / "heartbeat").exists()


def beat(house: House) -> None:
    """What ``run`` does now and then, without its clock."""
    world = World(
        clock=lambda: house.now,
        environ=os.environ,
        each=jobs.each,
        when_ended=lambda _: None,
    )
    settings = load(house.config, os.environ, logging_in=True)
    Beats(settings, world).beat()


def text_of(raw: bytes) -> str:
    """What a letter says as plain text, on one line."""
    part = message_from_bytes(raw, policy=default).get_body(("plain",))
    assert part is not None
    return " ".join(part.get_content().split())


def test_each_letter_is_an_event_of_its_own(
    small: House, capsys: pytest.CaptureFixture[str]
) -> None:
    small.at(DUE)

    beat(small)

    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    letters = [one for one in told if one["event"] == "letter"]
    assert len(letters) == len(small.letters())
    assert {one["state"] for one in letters} == {"accepted"}
    assert {one["message_id"] for one in letters} == {
        one.message_id for one in small.deliveries()
    }
    assert told[0]["event"] == "synced"
    assert told[-1]["event"] == "ticked"


def test_a_round_that_comes_too_late_is_an_event_with_a_reason(
    small: House, capsys: pytest.CaptureFixture[str]
) -> None:
    small.at(DUE - timedelta(days=2))
    small.call("tick")
    small.at(DUE + timedelta(days=3))

    beat(small)

    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    late = [one for one in told if one["event"] == "skipped"]
    assert "packet" in {one["kind"] for one in late}
    assert all(one["because"] for one in late)


def test_tick_goes_on_with_data_of_hours_ago_when_sales_cloud_is_away(
    small: House,
) -> None:
    small.at(DUE)
    small.call("sync")
    small.at(DUE + timedelta(hours=3))
    small.configure(login_url="https://127.0.0.1:9")

    said = small.call("tick", "--json")

    assert said.code == 1
    assert any("127.0.0.1:9" in one for one in said.json["failed"])
    assert len(small.letters("*-packet-*")) == 1


def test_ops_are_told_by_mail_that_letters_are_held_and_nobody_else_is_written_to(
    small: House,
) -> None:
    small.at(DUE - timedelta(days=2))
    small.call("tick")
    before = small.letters()
    small.configure(login_url="https://127.0.0.1:9")
    small.at(DUE + timedelta(hours=8))

    said = small.call("tick", "--json")

    new = {name: raw for name, raw in small.letters().items() if name not in before}
    assert said.code == 1, said
    (alert,) = new
    assert "-hygiene-" in alert
    text = text_of(new[alert])
    assert "Letters to reps and managers are held: Opportunity was last read" in text
    assert "Sales Cloud could not be read: " in text


def test_packets_end_after_the_letter_at_hand_when_asked_to(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    moments = iter(range(1_000))

    def clock() -> datetime:
        if next(moments) == ASKED:
            signal.raise_signal(signal.SIGTERM)
        return NOW

    monkeypatch.setattr(jobs, "clock", clock)
    asked = house.call("packets")
    before = house.letters()
    assert signal.signal(signal.SIGTERM, usual) is signal.SIG_IGN
    monkeypatch.setattr(jobs, "clock", lambda: NOW)
    again = house.call("packets")

    assert asked.code == 1
    assert "not tried: the run was asked to end" in asked.err
    assert again.code == 0
    assert len(before) < len(house.letters()) == len(house.deliveries())
