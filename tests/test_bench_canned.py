"""What a sandbox answers from memory while clients are measured."""

from collections.abc import Iterator

import pytest

from bench.canned import keep_answers
from sandbox.server import Sandbox
from tests.sandbox_orgs import DATA, KEPT, Client, serving, write_org


DEALS_ASKED = f"{DATA}/query?q=SELECT+Id,+Name+FROM+Opportunity+ORDER+BY+Id"
JOB = {"operation": "queryAll", "query": "SELECT Id FROM Opportunity"}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with serving(write_org(tmp_path_factory.mktemp("org"))) as running:
        keep_answers(running.service)
        yield running


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    with Client(sandbox) as session:
        yield session.log_in()


def test_what_was_asked_before_is_answered_alike_and_counted(
    sandbox: Sandbox, client: Client
) -> None:
    first = client.get(DEALS_ASKED)
    calls = sandbox.api_calls

    again = client.get(DEALS_ASKED)

    assert again.headers["Content-Encoding"] == "gzip"
    assert again.content == first.content
    assert again.json()["totalSize"] == KEPT
    assert sandbox.api_calls == calls + 1


def test_a_job_that_was_deleted_is_there_for_the_next_client(client: Client) -> None:
    made = client.post(f"{DATA}/jobs/query", json=JOB).json()["id"]
    rows = client.get(f"{DATA}/jobs/query/{made}/results").content
    assert client.delete(f"{DATA}/jobs/query/{made}").status_code == 204

    again = client.post(f"{DATA}/jobs/query", json=JOB).json()["id"]

    assert again == made
    assert client.get(f"{DATA}/jobs/query/{again}/results").content == rows


def test_composite_requests_are_kept_whole(client: Client) -> None:
    parts = [{"method": "GET", "url": DEALS_ASKED, "referenceId": "deals"}]
    body = {"allOrNone": False, "compositeRequest": parts}

    told = [client.post(f"{DATA}/composite", json=body).json() for _ in range(2)]

    assert told[0] == told[1]
    assert told[0]["compositeResponse"][0]["body"]["totalSize"] == KEPT


def test_what_counts_what_was_used_is_asked_anew(client: Client) -> None:
    left = [
        client.get(f"{DATA}/limits").json()["DailyApiRequests"]["Remaining"]
        for _ in range(2)
    ]

    assert left[0] - left[1] == 1
