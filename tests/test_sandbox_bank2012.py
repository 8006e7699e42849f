"""A real organisation's deals are served, and read by an unmodified client, once each.

Counted against the files themselves, not against what the sandbox says of them.
"""

import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from simple_salesforce.api import Salesforce

from sandbox.credentials import (
    CLIENT_ID,
    CLIENT_SECRET,
    PASSWORD,
    SECURITY_TOKEN,
    USERNAME,
)
from sandbox.server import Sandbox
from tests.conftest import foreign
from tests.sandbox_orgs import VERSION, serving


@pytest.fixture(scope="module")
def folder() -> Path:
    return foreign("orgs", "bank2012")


@pytest.fixture(scope="module")
def ids(folder: Path) -> dict[str, list[str]]:
    """The ids of every file, as they stand there."""
    found = {}
    for path in folder.glob("*.csv.gz"):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            found[path.name.removesuffix(".csv.gz")] = sorted(r["Id"] for r in rows)
    return found


@pytest.fixture(scope="module")
def sandbox(folder: Path) -> Iterator[Sandbox]:
    with serving(folder) as running:
        yield running


@pytest.fixture(scope="module")
def session(sandbox: Sandbox) -> Iterator[requests.Session]:
    with requests.Session() as trusting:
        trusting.trust_env = False
        trusting.verify = str(sandbox.ca_file)
        trusting.proxies = {"https": sandbox.proxy_url}
        yield trusting


SECRET = {"consumer_key": CLIENT_ID, "consumer_secret": CLIENT_SECRET}
LOGINS = {
    "client credentials": {**SECRET, "domain": "acme.my"},
    "password": {**SECRET, "username": USERNAME, "password": PASSWORD},
    "soap": {
        "username": USERNAME,
        "password": PASSWORD,
        "security_token": SECURITY_TOKEN,
        "version": "59.0",
    },
}


def log_in(session: requests.Session, how: str) -> Any:
    proof: dict[str, Any] = {"session": session, "version": VERSION, **LOGINS[how]}
    return Salesforce(**proof)


def test_every_file_is_an_object(ids: dict[str, list[str]]) -> None:
    assert {name: len(found) for name, found in ids.items()} == {
        "Account": 13_087,
        "EmailMessage": 10_484,
        "Opportunity": 13_087,
        "OpportunityHistory": 47_092,
        "OpportunityStage": 8,
        "OpportunityTeamMember": 5_277,
        "Organization": 1,
        "Task": 58_350,
        "User": 75,
    }


def test_rest_reads_every_record_of_every_object_once(
    session: requests.Session, ids: dict[str, list[str]]
) -> None:
    client = log_in(session, "client credentials")
    read = {
        name: sorted(
            row["Id"]
            for row in client.query_all_iter(
                f"SELECT Id FROM {name}",  # noqa: S608
                include_deleted=True,
            )
        )
        for name in ids
    }

    assert read == ids


def test_bulk_reads_every_record_of_every_object_once(
    session: requests.Session, ids: dict[str, list[str]]
) -> None:
    client = log_in(session, "password")
    read = {name: sorted(bulk_ids(client, name)) for name in ids}

    assert read == ids


def bulk_ids(client: Any, name: str) -> Iterator[str]:
    soql = f"SELECT Id FROM {name}"  # noqa: S608
    pages = getattr(client.bulk2, name).query_all(soql, max_records=20_000, wait=0.02)
    for page in pages:
        header, *rows = page.splitlines()
        assert header == '"Id"'
        yield from (row.strip('"') for row in rows)


@pytest.mark.parametrize("how", LOGINS)
def test_totals_are_those_of_the_file_whatever_the_login(
    session: requests.Session, folder: Path, how: str
) -> None:
    client = log_in(session, how)
    soql = (
        "SELECT OwnerId, COUNT(Id) deals, SUM(Amount) amount FROM Opportunity"
        " GROUP BY OwnerId"
    )
    told = {row["OwnerId"]: row for row in client.query(soql)["records"]}
    deals: Counter[str] = Counter()
    amounts: Counter[str] = Counter()
    with gzip.open(folder / "Opportunity.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            deals[row["OwnerId"]] += 1
            amounts[row["OwnerId"]] += int(float(row["Amount"] or 0))

    assert {owner: row["deals"] for owner, row in told.items()} == deals
    assert {owner: int(row["amount"]) for owner, row in told.items()} == amounts
