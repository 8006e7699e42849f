"""Organisations that nobody here made, from their files to their packets."""

import csv
import gzip
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import foreign
from tests.front_door import ROOT, House, Said, beside


CUT = "2012-03-01T00:00:00.000+0000"  # text of one shape compares like the moment


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with gzip.open(folder / f"{name}.csv.gz", "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def bank() -> Path:
    return foreign("orgs", "bank2012")


@pytest.fixture(scope="module")
def told(bank: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Said]:
    """The packets of a bank's advisers as of 1 March 2012."""
    with beside(bank, tmp_path_factory.mktemp("bank")) as house:
        assert house.call("sync").code == 0
        yield house.call("packets", "--as-of", "2012-03-01", "--dry-run", "--json")


@pytest.fixture(scope="module")
def then(bank: Path) -> dict[str, dict[str, str]]:
    """The last history row of every deal that was open, counted from the files."""
    closed = {r["ApiName"] for r in rows(bank, "OpportunityStage") if closes(r)}
    last: dict[str, dict[str, str]] = {}
    history = sorted(
        rows(bank, "OpportunityHistory"),
        key=lambda row: (row["CreatedDate"], row["Id"]),
    )
    for row in history:
        if row["CreatedDate"] <= CUT:
            last[row["OpportunityId"]] = row
    return {deal: row for deal, row in last.items() if row["StageName"] not in closed}


def closes(stage: dict[str, str]) -> bool:
    return stage["IsClosed"] == "true"


def printed(said: Said) -> dict[str, dict[str, Any]]:
    """The deals of all packets by id."""
    return {deal["id"]: deal for one in said.json["packets"] for deal in one["deals"]}


def test_every_adviser_with_open_deals_gets_one_packet(
    told: Said, bank: Path, then: dict[str, dict[str, str]]
) -> None:
    owners = {row["Id"]: row["OwnerId"] for row in rows(bank, "Opportunity")}
    expected = Counter(owners[deal] for deal in then)
    packets = {one["rep"]["id"]: len(one["deals"]) for one in told.json["packets"]}

    assert told.code == 0
    assert len(then) == 932
    assert len(packets) == len(told.json["packets"]) == 43
    assert packets == expected


def test_every_deal_is_as_history_left_it_on_the_day(
    told: Said, then: dict[str, dict[str, str]]
) -> None:
    ours = {
        deal: (one["stage"], float(one["amount"]), one["close_date"])
        for deal, one in printed(told).items()
    }

    assert ours == {
        deal: (row["StageName"], float(row["Amount"]), row["CloseDate"])
        for deal, row in then.items()
    }


def test_a_deal_that_closed_on_5_march_is_open_in_its_packet(
    told: Said, bank: Path
) -> None:
    later = {
        row["Id"]
        for row in rows(bank, "Opportunity")
        if row["IsClosed"] == "true"
        and row["LastStageChangeDate"].startswith("2012-03-05")
        and row["CreatedDate"] <= CUT
    }

    assert len(later) > 10
    assert later <= printed(told).keys()


def test_every_agenda_fits_into_half_an_hour(told: Said) -> None:
    minutes = [
        sum(line["minutes"] for line in one["agenda"]) for one in told.json["packets"]
    ]

    assert min(minutes) > 0
    assert max(minutes) <= 30


def test_no_evidence_is_from_after_the_day(told: Said) -> None:
    days = {
        record["on"]
        for deal in printed(told).values()
        for found in (*deal["signals"], *deal["questions"])
        for record in found["evidence"]
        if record["on"] and not record["text"].startswith("Close date")
    }

    assert len(days) > 30
    assert max(days) <= "2012-03-01"


def test_advisers_without_open_deals_are_skipped_with_the_reason(told: Said) -> None:
    assert {one["reason"] for one in told.json["skipped"]} == {"no open deals"}
    assert len(told.json["skipped"]) == 18


@pytest.fixture(scope="module")
def maven(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A CRM without any activity, synced."""
    org = tmp_path_factory.mktemp("maven") / "org"
    script = ROOT / "examples" / "maven_to_org.py"
    argv = [sys.executable, str(script), str(foreign("maven-crm")), str(org)]
    subprocess.run(argv, check=True, capture_output=True)
    with beside(org, org.parent / "home") as house:
        assert house.call("sync").code == 0
        yield house


def test_an_org_without_activities_gets_packets_that_call_nothing_silent(
    maven: House,
) -> None:
    rep = "darcel.schlecht@maven.example"
    argv = ("--as-of", "2018-01-01", "--rep", rep, "--dry-run", "--json")
    said = maven.call("packets", *argv)
    (packet,) = said.json["packets"]
    with (foreign("maven-crm") / "sales_pipeline.csv").open(encoding="utf-8") as file:
        expected = [
            row
            for row in csv.DictReader(file)
            if row["sales_agent"] == "Darcel Schlecht"
            and row["deal_stage"] in {"Prospecting", "Engaging"}
        ]
    codes = {one["code"] for deal in packet["deals"] for one in deal["signals"]}

    assert packet["rep"]["name"] == "Darcel Schlecht"
    assert len(packet["deals"]) == len(expected) > 100
    assert codes
    assert not codes & {
        *("stalled-buyer-silent", "stalled-rep-silent", "gone-quiet", "never-touched"),
        "ghosted-after-proposal",
    }
    assert any("Activity may be missing" in note for note in packet["notes"])


def test_ops_are_told_that_no_activity_is_there(maven: House) -> None:
    told = maven.call("hygiene", "--as-of", "2018-01-01", "--dry-run", "--json").json

    assert told["open_deals"] == 2_089
    assert any(
        one["because"].startswith("No activity is logged on any deal")
        for one in told["problems"]
    )
