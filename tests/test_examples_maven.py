"""The Maven tables become an organisation without activities, and it can be served."""

import csv
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sandbox.org import Org
from tests.conftest import ROOT, foreign


SCRIPT = ROOT / "examples" / "maven_to_org.py"
NOW = datetime(2017, 12, 31, 18, tzinfo=UTC)


def convert(source: Path, target: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPT, source, target],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("maven") / "org"
    done = convert(foreign("maven-crm"), target)
    assert done.returncode == 0, done.stderr
    return target


@pytest.fixture(scope="module")
def org(folder: Path) -> Org:
    return Org.load(folder)


def ask(org: Org, soql: str) -> list[dict[str, Any]]:
    found = org.query(soql, now=NOW)
    return found.records(0, found.total)


@pytest.mark.parametrize(
    ("sobject", "count"),
    [
        ("Organization", 1),
        ("User", 41),
        ("OpportunityStage", 4),
        ("Account", 85),
        ("Product2", 7),
        ("Opportunity", 8_800),
        ("OpportunityLineItem", 8_800),
        ("Task", 0),
        ("Event", 0),
        ("EmailMessage", 0),
        ("OpportunityHistory", 0),
    ],
)
def test_everything_is_there_and_nothing_is_invented(
    org: Org, sobject: str, count: int
) -> None:
    assert org.query(f"SELECT COUNT() FROM {sobject}", now=NOW).total == count  # noqa: S608


def test_deals_are_those_of_the_table(org: Org) -> None:
    with (foreign("maven-crm") / "sales_pipeline.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    told = ask(
        org,
        "SELECT StageName, Owner.Name, Owner.Manager.Name, Account.Name"
        " FROM Opportunity ORDER BY Id",
    )

    assert [row["StageName"] for row in told] == [row["deal_stage"] for row in rows]
    assert [row["Owner"]["Name"] for row in told] == [r["sales_agent"] for r in rows]
    assert [(row["Account"] or {"Name": ""})["Name"] for row in told] == [
        row["account"] for row in rows
    ]
    assert all(row["Owner"]["Manager"] for row in told)


def test_won_deals_keep_their_value_to_the_cent(org: Org) -> None:
    (total,) = ask(org, "SELECT SUM(Amount) won FROM Opportunity WHERE IsWon = true")

    assert total["won"] == 10_005_534


def test_a_product_of_two_spellings_is_one(org: Org) -> None:
    told = ask(
        org,
        "SELECT Product2Id, COUNT(Id) n FROM OpportunityLineItem"
        " WHERE Product2Id != null GROUP BY Product2Id",
    )

    assert sum(row["n"] for row in told) == 8_800


def test_six_managers_have_thirty_five_reps(org: Org) -> None:
    told = ask(
        org,
        "SELECT ManagerId, COUNT(Id) n FROM User WHERE ManagerId != null"
        " GROUP BY ManagerId",
    )

    assert len(told) == 6
    assert sum(row["n"] for row in told) == 35


def test_a_folder_without_the_tables_is_named(tmp_path: Path) -> None:
    done = convert(tmp_path, tmp_path / "org")

    assert done.returncode == 1
    assert done.stderr == (
        f"{tmp_path / 'accounts.csv'} is missing;"
        " give the folder that holds the Maven tables\n"
    )


def test_the_script_tells_what_it_wrote(maven_crm: Path, tmp_path: Path) -> None:
    told = convert(maven_crm, tmp_path).stdout.splitlines()

    assert f"{tmp_path / 'Opportunity.csv'}: 8800 rows" in told
    assert len(told) == 8
