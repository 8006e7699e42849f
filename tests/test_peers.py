"""Other people's Sales Cloud clients, unmodified, read every row of an org once.

``make peers`` installs them into .peers/ and runs these tests; the ordinary suite
leaves them out. tap-salesforce and jsforce have login.salesforce.com built in, so they
come through the proxy.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from bench.pulls import Job, dlt
from sandbox.credentials import (
    CLIENT_ID,
    CLIENT_SECRET,
    PASSWORD,
    REFRESH_TOKEN,
    SECURITY_TOKEN,
    USERNAME,
)
from sandbox.schema_ids import numbered
from sandbox.server import Sandbox
from tests.conftest import ROOT
from tests.sandbox_orgs import ACCOUNTS, ADA, DEALS, KEPT, deal_id, serving, write_org


pytestmark = pytest.mark.peers

PEERS = ROOT / ".peers"
TAP = PEERS / "tap-salesforce" / "bin" / "tap-salesforce"
DLT = PEERS / "dlt" / "bin" / "dlt"
JSFORCE = PEERS / "jsforce"

#: Every row of the organisation, those in the recycle bin included.
DEAL_IDS = {deal_id(number) for number in range(1, DEALS + 1)}
ACCOUNT_IDS = {numbered("001", number) for number in range(1, ACCOUNTS + 1)}


def installed(path: Path) -> Path:
    if not path.exists():
        pytest.fail(f"{path.relative_to(ROOT)} is missing; run make peers")
    return path


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with serving(write_org(tmp_path_factory.mktemp("org"))) as running:
        yield running


@pytest.fixture
def surroundings(sandbox: Sandbox) -> dict[str, str]:
    """The environment that leads a client to the sandbox."""
    return {
        **os.environ,
        "HTTPS_PROXY": sandbox.proxy_url,
        "NO_PROXY": "",
        "REQUESTS_CA_BUNDLE": str(sandbox.ca_file),
        "NODE_EXTRA_CA_CERTS": str(sandbox.ca_file),
    }


def run(command: list[str | Path], surroundings: dict[str, str]) -> str:
    done = subprocess.run(
        command,
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4_000:]
    return done.stdout


def each_once(ids: list[str]) -> set[str]:
    """The ids as a set; none may have come twice."""
    assert len(set(ids)) == len(ids)
    return set(ids)


@pytest.mark.parametrize("api", ["REST", "BULK"])
def test_tap_salesforce_reads_every_row_once(
    tmp_path: Path, surroundings: dict[str, str], api: str
) -> None:
    tap, config = installed(TAP), tmp_path / "config.json"
    config.write_text(json.dumps(tap_config(api)), encoding="utf-8")
    found = json.loads(run([tap, "--config", config, "--discover"], surroundings))
    catalogue = tmp_path / "catalogue.json"
    catalogue.write_text(json.dumps(selecting(found, STREAMS)), encoding="utf-8")
    told = run([tap, "--config", config, "--properties", catalogue], surroundings)
    ids: dict[str, list[str]] = {name: [] for name in STREAMS}
    for message in map(json.loads, told.splitlines()):
        if message["type"] == "RECORD":
            ids[message["stream"]].append(message["record"]["Id"])

    assert each_once(ids["Opportunity"]) == DEAL_IDS
    assert each_once(ids["Account"]) == ACCOUNT_IDS
    assert each_once(ids["User"]) == {ADA, numbered("005", 2)}
    assert each_once(ids["OpportunityStage"]) == {numbered("01J", n) for n in (1, 2, 3)}


STREAMS = ("Account", "Opportunity", "OpportunityStage", "User")


def tap_config(api: str) -> dict[str, str]:
    return {
        "refresh_token": REFRESH_TOKEN,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "start_date": "2000-01-01T00:00:00Z",
        "api_type": api,
        "select_fields_by_default": "true",
    }


def selecting(catalogue: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """The catalogue with some streams switched on, as a person would do it."""
    for stream in catalogue["streams"]:
        for entry in stream["metadata"]:
            if entry["breadcrumb"] == [] and stream["stream"] in names:
                entry["metadata"]["selected"] = True
    return catalogue


def test_dlt_loads_every_row_once(tmp_path: Path, sandbox: Sandbox) -> None:
    installed(DLT)
    job = Job(
        url=sandbox.base_url,
        ca_file=str(sandbox.ca_file),
        folder=str(tmp_path),
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        queries={"Opportunity": "SELECT Id, Name, Amount FROM Opportunity"},
    )

    assert dlt(job) == DEALS
    with duckdb.connect(str(tmp_path / "dlt.duckdb"), read_only=True) as con:
        ((place,),) = con.execute(
            "select schema_name from duckdb_tables() where table_name = 'opportunity' "
            "and schema_name not like '%staging'"
        ).fetchall()
        ids = con.table(f"{place}.opportunity").project("id").fetchall()
    assert each_once([id_ for (id_,) in ids]) == DEAL_IDS


@pytest.fixture(scope="module")
def told(sandbox: Sandbox) -> Any:
    """What jsforce read, over every API that it has."""
    installed(JSFORCE / "node_modules" / "jsforce")
    asked = {
        "folder": str(JSFORCE),
        "proxy": sandbox.proxy_url,
        "username": USERNAME,
        "password": PASSWORD + SECURITY_TOKEN,
        "queries": {
            name: f"SELECT Id, Name FROM {name}"  # noqa: S608
            for name in ("Opportunity", "Account")
        },
        "span": {"start": "2026-11-20T00:00:00Z", "end": "2026-11-24T00:00:00Z"},
        "some": [deal_id(2), deal_id(1)],
    }
    script = Path(__file__).parent / "peers" / "read.mjs"
    surroundings = {**os.environ, "NODE_EXTRA_CA_CERTS": str(sandbox.ca_file)}
    return json.loads(run(["node", script, json.dumps(asked)], surroundings))


@pytest.mark.parametrize("way", ["rest", "bulk2"])
def test_jsforce_reads_every_row_once(told: Any, way: str) -> None:
    read = told["read"]

    assert each_once(read["Opportunity"][way]) == DEAL_IDS
    assert each_once(read["Account"][way]) == ACCOUNT_IDS


def test_jsforce_reads_every_row_that_is_not_deleted_once_in_bulk_one(
    told: Any,
) -> None:
    ids = each_once(told["read"]["Opportunity"]["bulk1"])

    assert len(ids) == KEPT
    assert ids < DEAL_IDS


def test_jsforce_asks_everything_else_it_knows(told: Any) -> None:
    assert told["user"] == USERNAME
    assert told["changed"] == [deal_id(1)]
    assert told["fields"] == 14
    assert {"Account", "Opportunity", "Task"} <= set(told["objects"])
    assert told["retrieved"] == [deal_id(2), deal_id(1)]
    assert told["written"] == "Call back"
    assert told["refused"] == "INVALID_FIELD"
    assert told["usage"]
