"""Other people's client, unmodified, reads every row exactly once and writes back."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceMalformedRequest,
    SalesforceResourceNotFound,
)

from sandbox.credentials import (
    CLIENT_ID,
    CLIENT_SECRET,
    PASSWORD,
    SECURITY_TOKEN,
    USERNAME,
)
from sandbox.server import Sandbox
from tests.sandbox_orgs import (
    AWKWARD,
    DEALS,
    KEPT,
    VERSION,
    deal_id,
    serving,
    write_org,
)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    folder = write_org(tmp_path_factory.mktemp("org"))
    with serving(folder, proxy=True, bulk_page=1_000) as running:
        yield running


@pytest.fixture
def session(sandbox: Sandbox) -> Iterator[requests.Session]:
    """Goes through the proxy: the client builds its login host from a domain."""
    with requests.Session() as trusting:
        trusting.trust_env = False
        trusting.verify = str(sandbox.ca_file)
        trusting.proxies = {"https": sandbox.proxy_url}
        yield trusting


@pytest.fixture
def client(session: requests.Session) -> Any:
    return Salesforce(
        consumer_key=CLIENT_ID,
        consumer_secret=CLIENT_SECRET,
        domain="acme.my",
        version=VERSION,
        session=session,
    )


ALL_DEALS = "SELECT Id, Name, Amount, Account.Name FROM Opportunity"


def test_client_credentials_log_in(client: Any, sandbox: Sandbox) -> None:
    assert client.sf_instance == sandbox.base_url.removeprefix("https://")


def test_a_username_and_password_log_in_over_oauth(session: requests.Session) -> None:
    client = Salesforce(
        username=USERNAME,
        password=PASSWORD + SECURITY_TOKEN,
        consumer_key=CLIENT_ID,
        consumer_secret=CLIENT_SECRET,
        version=VERSION,
        session=session,
    )

    assert client.query("SELECT Id FROM Account")["totalSize"] == 60


def test_a_username_and_password_log_in_over_soap(session: requests.Session) -> None:
    client = Salesforce(
        username=USERNAME,
        password=PASSWORD,
        security_token=SECURITY_TOKEN,
        version="64.0",
        session=session,
    )

    assert client.query("SELECT Id FROM Account")["totalSize"] == 60


def test_soap_login_is_gone_from_version_65(session: requests.Session) -> None:
    with pytest.raises(SalesforceAuthenticationFailed, match="UNSUPPORTED_API_VERSION"):
        Salesforce(
            username=USERNAME,
            password=PASSWORD,
            security_token=SECURITY_TOKEN,
            version="65.0",
            session=session,
        )


def test_a_signed_assertion_logs_in(
    sandbox: Sandbox, session: requests.Session
) -> None:
    client = Salesforce(
        username=USERNAME,
        consumer_key=CLIENT_ID,
        privatekey_file=str(sandbox.jwt_key_file),
        version=VERSION,
        session=session,
    )

    assert client.query("SELECT Id FROM Account")["totalSize"] == 60


def test_a_wrong_secret_is_refused(session: requests.Session) -> None:
    with pytest.raises(SalesforceAuthenticationFailed, match="invalid_client"):
        Salesforce(
            consumer_key=CLIENT_ID,
            consumer_secret="guessed",
            domain="acme.my",
            session=session,
        )


def test_a_wrong_password_is_refused_by_soap(session: requests.Session) -> None:
    with pytest.raises(SalesforceAuthenticationFailed, match="INVALID_LOGIN"):
        Salesforce(
            username=USERNAME,
            password="guessed",
            security_token="",
            version="64.0",
            session=session,
        )


def test_query_all_iter_reads_every_row_once(client: Any) -> None:
    ids = [row["Id"] for row in client.query_all_iter(ALL_DEALS)]

    assert len(ids) == KEPT
    assert len(set(ids)) == KEPT


def test_deleted_rows_come_on_request(client: Any) -> None:
    rows = client.query_all(ALL_DEALS, include_deleted=True)["records"]

    assert {row["Id"] for row in rows} == {deal_id(n) for n in range(1, DEALS + 1)}
    assert len(rows) == DEALS


def test_describe_tells_objects_and_fields(client: Any) -> None:
    names = {obj["name"] for obj in client.describe()["sobjects"]}
    fields = {f["name"]: f["type"] for f in client.Opportunity.describe()["fields"]}

    assert {"Opportunity", "Account", "Task", "User"} <= names
    assert fields["Amount"] == "currency"
    assert fields["AccountId"] == "reference"


def test_limits_tell_the_daily_calls(client: Any) -> None:
    assert client.limits()["DailyApiRequests"]["Max"] == 1_000_000


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_bulk_two_reads_every_row_once(client: Any) -> None:
    pages = [
        rows_of(page) for page in client.bulk2.Opportunity.query(ALL_DEALS, wait=0.02)
    ]
    ids = [row[0] for page in pages for row in page[1:]]

    assert len(pages) == 1
    assert len(ids) == KEPT
    assert len(set(ids)) == KEPT


def test_bulk_two_reads_deleted_rows_on_request(client: Any) -> None:
    pages = client.bulk2.Opportunity.query_all(
        "SELECT Id FROM Opportunity", max_records=700, wait=0.02
    )
    ids = [row[0] for page in pages for row in rows_of(page)[1:]]

    assert len(ids) == DEALS
    assert len(set(ids)) == DEALS


def test_bulk_two_downloads_every_row_once(client: Any, tmp_path: Path) -> None:
    results = client.bulk2.Opportunity.download(
        "SELECT Id FROM Opportunity", path=str(tmp_path), max_records=2_000, wait=0.02
    )
    ids = [
        row[0]
        for result in results
        for row in rows_of(Path(result["file"]).read_text("utf-8"))[1:]
    ]

    assert len(ids) == KEPT
    assert len(set(ids)) == KEPT


def test_awkward_names_survive_bulk(client: Any) -> None:
    (page,) = client.bulk2.Account.query(
        "SELECT Name FROM Account ORDER BY Id", wait=0.02
    )
    names = [row[0] for row in rows_of(page)[1:]]

    assert names[: len(AWKWARD) - 1] == list(AWKWARD[1:])


def test_bulk_one_reads_every_row_once(client: Any) -> None:
    rows = client.bulk.Opportunity.query(
        "SELECT Id, CloseDate, SystemModstamp FROM Opportunity"
    )
    ids = [row["Id"] for row in rows]

    assert len(ids) == KEPT
    assert len(set(ids)) == KEPT
    assert rows[0]["SystemModstamp"] == 1_795_187_045_000
    assert rows[0]["CloseDate"] == 1_798_675_200_000


def test_a_composite_request_asks_several_things(client: Any) -> None:
    root = f"/services/data/v{VERSION}"
    parts = [
        {"method": "GET", "url": f"{root}/sobjects/Account/describe"},
        {"method": "GET", "url": f"{root}/query?q=SELECT+Id+FROM+User+LIMIT+1"},
        {"method": "GET", "url": f"{root}/sobjects/User/@{{r1.records[0].Id}}"},
    ]
    named = [{**part, "referenceId": f"r{n}"} for n, part in enumerate(parts)]

    answer = client.restful(
        "composite", method="POST", json={"compositeRequest": named}
    )

    told: list[Any] = answer["compositeResponse"]
    assert [part["httpStatusCode"] for part in told] == [200, 200, 200]
    assert told[2]["body"]["Name"] == "Ada"


def test_a_task_is_made_changed_and_deleted(client: Any) -> None:
    made = client.Task.create({"Subject": "Call back", "WhatId": deal_id(1)})
    client.Task.update(made["id"], {"Status": "Completed"})
    task = client.Task.get(made["id"])
    client.Task.delete(made["id"])

    assert made["success"] is True
    assert (task["Subject"], task["Status"]) == ("Call back", "Completed")
    with pytest.raises(SalesforceResourceNotFound):
        client.Task.get(made["id"])


def test_a_wrong_query_is_a_malformed_request(client: Any) -> None:
    with pytest.raises(SalesforceMalformedRequest) as refused:
        client.query("SELECT Nonsense FROM Opportunity")

    content: Any = refused.value.content  # the library calls it a number
    assert content[0]["errorCode"] == "INVALID_FIELD"
