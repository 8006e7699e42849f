"""The commands that only look, and those before a first run, as somebody calls them."""

import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from reports.delivery.records import State
from reports.facts.baselines import baselines
from reports.facts.book import read_book
from reports.facts.engine import open_duckdb
from reports.judgement.backtest import flags_of
from reports.judgement.judge import judge
from reports.judgement.norms import norms
from reports.judgement.policy import Policy
from reports.judgement.rewind import flags_at
from settings import load
from tests.front_door import NOW, ROOT, SECRET, Furnished, House, a_house, moved_in


@pytest.fixture(scope="module")
def sent(
    furnished: Furnished, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """An installation whose packets are out; for tests that only look."""
    with moved_in(furnished, tmp_path_factory.mktemp("sent")) as house:
        assert house.call("packets").code == 0
        yield house


@pytest.fixture(scope="module")
def backtested(
    furnished: Furnished, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """What a backtest tells before the first packet."""
    with moved_in(furnished, tmp_path_factory.mktemp("backtested")) as house:
        told: dict[str, Any] = house.call("backtest", "--json").json
        return told


def test_the_calendar_says_why_each_date(house: House) -> None:
    said = house.call("calendar", "--from", "2026-12-01", "--count", "2")

    assert said.lines == [
        "Tue 2026-12-08  review      second Tuesday of December",
        "Tue 2026-12-22  review      fourth Tuesday of December",
    ]


def test_the_calendar_is_there_before_the_first_sync(
    furnished: Furnished, tmp_path: Path
) -> None:
    with a_house(tmp_path, furnished.sandbox) as house:
        said = house.call("calendar")

    assert said.code == 0
    assert len(said.lines) == 8


def test_a_calendar_file_has_an_invitation_for_each_date(house: House) -> None:
    said = house.call("calendar", "--ics", "--count", "3")

    assert said.out.startswith("BEGIN:VCALENDAR")
    assert said.out.count("BEGIN:VEVENT") == 3
    assert said.out.endswith("END:VCALENDAR\r\n")


def test_the_backtest_has_the_shape_that_others_rely_on(
    backtested: dict[str, Any],
) -> None:
    told = backtested

    assert told.keys() >= {
        *("as_of", "horizon_days", "flagged", "unflagged", "difference", "interval"),
        *("verdict", "tier"),
    }
    assert told["flagged"].keys() == told["unflagged"].keys() == {"n", "won"}
    assert told["flagged"]["n"] + told["unflagged"]["n"] > 50
    assert len(told["interval"]) == 2


def test_the_backtest_takes_a_moment_and_a_horizon(house: House) -> None:
    said = house.call("backtest", "--as-of", "2026-08-01", "--horizon", "30")

    assert said.code == 0
    assert said.lines[0].startswith(
        "Flags as of 2026-08-01T00:00:00Z, outcomes 30 days later"
    )


def test_a_backtest_long_after_the_last_sync_looks_back_from_there(
    house: House,
) -> None:
    soon = house.call("backtest", "--horizon", "60", "--json").json
    house.now = NOW + timedelta(days=400)

    late = house.call("backtest", "--horizon", "60", "--json").json

    assert late == soon
    assert late["as_of"].startswith("2026-09-25")


def test_the_backtest_pools_all_past_dates_and_says_they_are_replayed(
    house: House, backtested: dict[str, Any]
) -> None:
    told, said = backtested, house.call("backtest")

    pooled = told["pooled"]
    assert len(pooled["dates"]) == pooled["replayed"] > 1
    assert pooled["flagged"].keys() == {"n", "won", "deals"}
    assert pooled["unflagged"]["n"] > pooled["unflagged"]["deals"] > 30
    assert (told["replayed"], told["reference"]) == (True, None)
    assert said.lines[-1] == (
        "If packets work, flagged deals are rescued and the gap narrows: hold it "
        "against the gap before the first packet."
    )


def test_a_backtest_believes_what_packets_kept_before_it_replays(house: House) -> None:
    kept = house.call("packets", "--as-of", "2026-08-01", "--cycle", "2026-08-01")
    moment = ("--as-of", "2026-08-01", "--horizon", "90")
    told, said = (
        house.call("backtest", *moment, "--json"),
        house.call("backtest", *moment),
    )

    assert kept.code == 0
    assert told.json["replayed"] is False
    assert told.json["pooled"]["replayed"] == len(told.json["pooled"]["dates"]) - 1
    assert told.json["reference"]["dates"] == told.json["pooled"]["dates"][:-1]
    assert ", stored)." in said.lines[0]
    assert said.lines[-2].startswith("  before the first packet, replayed: ")


def test_the_clock_rewound_flags_what_it_would_have_flagged(house: House) -> None:
    now, at = house.now, house.now - timedelta(days=90)
    with open_duckdb(house.var / "mirror.duckdb") as engine:
        book, then = read_book(engine, now), read_book(engine, at)
    usual = norms(then, baselines(then), Policy())
    again = flags_of(judge(then, usual, Policy()).reviews.values())
    flags = flags_at(book, Policy(), at)

    assert {True, False} == set(flags.values())
    assert flags.items() <= again.items()


def test_a_backtest_of_the_future_is_refused(house: House) -> None:
    said = house.call("backtest", "--as-of", "2027-08-01")

    assert said.code == 2
    assert said.err == (
        "dealpacket: --as-of lies ahead: name a day whose deals have had time to end\n"
    )


def test_rules_are_listed_without_a_configuration(tmp_path: Path, house: House) -> None:
    house.config.rename(tmp_path / "elsewhere.toml")

    said = house.call("rules", "--json")

    assert said.code == 0
    assert said.err == f"no {house.config}: these are the defaults\n"
    assert {one["kind"] for one in said.json} == {"signal", "hygiene"}
    assert {one["source"] for one in said.json} == {"default"}


def test_rules_name_what_was_learned_and_what_was_configured(house: House) -> None:
    house.configure("[policy]\nuntouched_days = 9")

    told = {one["code"]: one for one in house.call("rules", "--json").json}

    assert told["never-touched"]["source"] == "configured"
    assert "9 days" in told["never-touched"]["threshold"]
    assert told["stalled-buyer-silent"]["source"] == "learned"


def test_a_replay_is_byte_for_byte_what_was_sent(sent: House, tmp_path: Path) -> None:
    said = sent.call("replay", "--cycle", "2026-11-24", "--out", str(tmp_path))

    again = {path.name: path.read_bytes() for path in tmp_path.glob("*.eml")}
    assert said.code == 0
    assert again == sent.letters("*-packet-*")


def test_a_replay_of_one_rep_is_that_reps_packet(sent: House, tmp_path: Path) -> None:
    rep = "lakshmi.subramaniam3@brightmoor.example"
    sent.call("replay", "--cycle", "2026-11-24", "--rep", rep, "--out", str(tmp_path))

    again = {path.name: path.read_bytes() for path in tmp_path.glob("*.eml")}
    assert len(again) == 2
    assert all(raw == sent.letters()[name] for name, raw in again.items())


def test_a_cycle_that_was_never_sent_is_said_with_those_that_were(
    sent: House, tmp_path: Path
) -> None:
    said = sent.call("replay", "--cycle", "2020-01-14", "--out", str(tmp_path))

    assert said.code == 2
    assert said.err == (
        "dealpacket: no packet of cycle 2020-01-14 is kept; known cycles: 2026-11-24\n"
    )


def test_nothing_waits_for_a_person(sent: House) -> None:
    assert sent.call("deliveries").out == "Nothing waits for a person.\n"
    assert sent.call("deliveries", "--json").json == []


def test_a_letter_that_was_held_is_listed_and_can_be_dropped(house: House) -> None:
    house.configure('[delivery]\nallowed_domains = ["acme.example"]')
    rep = "lakshmi.subramaniam3@brightmoor.example"
    refused = house.call("packets", "--rep", rep)
    held = house.call("deliveries", "--json").json
    told = house.call("deliveries", "--drop", held[0]["message_id"])

    assert refused.code == 1
    assert f"failed: {rep}: packet held: " in refused.err
    assert [one["state"] for one in held] == ["held", "held"]
    assert {one["recipient"] for one in held} >= {rep}
    assert "allowed_domains" in held[0]["reason"]
    assert len(told.lines) == 1
    assert State.CANCELLED in {one.state for one in house.deliveries()}


def test_an_id_that_is_not_there_is_said(house: House) -> None:
    said = house.call("deliveries", "--release", "<nothing@dealpacket>")

    assert said.code == 2
    assert said.err.startswith("dealpacket: ")
    assert "<nothing@dealpacket>" in said.err


def test_init_writes_a_file_that_loads(house: House) -> None:
    house.config.unlink()

    said = house.call("init")

    assert said.code == 0
    assert said.lines[0] == f"Wrote {house.config}. Next:"
    assert load(house.config, {SECRET: "s"}).salesforce.login_url.endswith(
        "my.salesforce.com"
    )
    assert tomllib.loads(house.config.read_text(encoding="utf-8"))


def test_init_leaves_a_file_that_is_there_alone(house: House) -> None:
    before = house.config.read_bytes()

    said = house.call("init")

    assert said.code == 2
    assert said.err == (
        f"dealpacket: {house.config} exists already: edit it, or name another "
        "with --config\n"
    )
    assert house.config.read_bytes() == before


def test_the_doctor_says_a_line_each(house: House) -> None:
    said = house.call("doctor")

    assert said.code == 0
    assert said.lines[0] == (f"ok    connection: logged in to {house.sandbox.base_url}")
    assert {line[:6] for line in said.lines} == {"ok    ", "note  "}
    names = {line[6:].partition(":")[0] for line in said.lines}
    assert names >= {
        *("connection", "API version", "clock", "record visibility", "Opportunity"),
        *("activity capture", "API calls", "ledger", "mail", "disk"),
    }


def test_the_doctor_cannot_start_without_a_connection(house: House) -> None:
    house.configure(login_url="https://127.0.0.1:9")

    said = house.call("doctor")

    assert said.code == 2
    assert said.err == "failed: connection\n"
    assert said.lines[0].startswith("BAD   connection: ")
    assert "login_url" in said.lines[0]


def test_the_doctor_names_what_failed_besides(house: House) -> None:
    (house.var / "ledger.db").write_bytes(b"no database")

    said = house.call("doctor")

    assert said.code == 1
    assert said.err == "failed: ledger\n"


def test_a_version_is_told(house: House) -> None:
    said = house.call("--version")

    assert said.code == 0
    assert said.out.startswith("dealpacket ")


def test_a_reader_who_has_seen_enough_is_no_failure() -> None:
    command = f"{shlex.quote(sys.executable)} . rules | head -n 1; exit $PIPESTATUS"
    ended = subprocess.run(
        ["bash", "-c", command],  # noqa: S607 - whichever shell there is
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stdout) == (0, "SIGNAL RULES\n")
    assert "Broken pipe" not in ended.stderr
