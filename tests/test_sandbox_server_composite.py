"""Many things in one request: composite, batch and collections."""

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.server import Sandbox
from tests.sandbox_orgs import ADA, DATA, Client, deal_id, serving, write_org


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with serving(write_org(tmp_path_factory.mktemp("org"), deals=3_000)) as running:
        yield running


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    sandbox.service.api_calls = 0
    with Client(sandbox) as session:
        yield session.log_in()


def get(name: str, path: str, **more: Any) -> dict[str, Any]:
    return {"method": "GET", "url": f"{DATA}/{path}", "referenceId": name, **more}


def post(name: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    url = f"{DATA}/{path}"
    return {"method": "POST", "url": url, "referenceId": name, "body": body}


def compose(client: Client, *parts: dict[str, Any], **more: Any) -> list[Any]:
    body = {"compositeRequest": parts, **more}
    told: list[Any] = client.post(f"{DATA}/composite", json=body).json()[
        "compositeResponse"
    ]
    return told


def statuses(told: list[Any]) -> list[int]:
    return [part["httpStatusCode"] for part in told]


def test_a_composite_request_counts_once(client: Client) -> None:
    told = compose(
        client,
        get("meta", "sobjects/Opportunity/describe"),
        get("rows", "query?q=SELECT Id FROM Opportunity"),
        get("news", "sobjects/Opportunity/updated?start=2026-11-20T15:00:00Z&end="),
    )

    assert statuses(told) == [200, 200, 400]
    assert len(told[1]["body"]["records"]) == 2000
    assert told[1]["body"]["done"] is False
    assert client.sandbox.api_calls == 1


def test_parts_have_headers_of_their_own(client: Client) -> None:
    since = {"If-Modified-Since": "Thu, 03 Sep 2020 21:35:07 GMT"}
    (told,) = compose(client, get("meta", "sobjects", httpHeaders=since))

    assert told["httpStatusCode"] == 304
    assert told["body"] is None
    assert set(told["httpHeaders"]) == {"ETag", "Last-Modified"}


def test_a_part_may_use_the_answer_of_an_earlier_one(client: Client) -> None:
    told = compose(
        client,
        post("made", "sobjects/Account", {"Name": "New"}),
        post("task", "sobjects/Task", {"Subject": "Call", "WhatId": "@{made.id}"}),
        get("same", "sobjects/Task/@{task.id}?fields=WhatId"),
    )

    assert statuses(told) == [201, 201, 200]
    assert told[2]["body"]["WhatId"] == told[0]["body"]["id"]
    assert set(told[0]["httpHeaders"]) == {"Location"}


def test_a_reference_to_nothing_is_refused(client: Client) -> None:
    told = compose(
        client, get("no", "sobjects/Nothing"), get("so", "sobjects/Task/@{no.id}")
    )

    assert statuses(told) == [404, 400]
    assert told[1]["body"][0]["errorCode"] == "PROCESSING_HALTED"


def test_all_or_none_takes_everything_back(client: Client) -> None:
    told = compose(
        client,
        post("made", "sobjects/Account", {"Name": "Short-lived"}),
        get("no", "sobjects/Nothing"),
        allOrNone=True,
    )
    left = client.get(f"{DATA}/query?q=SELECT Id FROM Account WHERE Name='Short-lived'")  # noqa: S608

    assert statuses(told) == [400, 404]
    assert told[0]["body"][0]["errorCode"] == "PROCESSING_HALTED"
    assert left.json()["totalSize"] == 0


def test_twenty_six_parts_are_too_many(client: Client) -> None:
    (told,) = compose(client, *(get(f"p{n}", "sobjects/Task") for n in range(26)))

    assert told["body"][0]["errorCode"] == "LIMIT_EXCEEDED"


def test_six_queries_are_too_many(client: Client) -> None:
    soql = "query?q=SELECT Id FROM User"
    (told,) = compose(client, *(get(f"p{n}", soql) for n in range(6)))

    assert told["body"][0]["errorCode"] == "LIMIT_EXCEEDED"


@pytest.mark.parametrize("path", ["composite", "composite/batch", "jobs/query"])
def test_some_resources_are_not_for_composite(client: Client, path: str) -> None:
    (told,) = compose(client, get("one", path))

    assert told["httpStatusCode"] == 400


def test_two_parts_of_one_name_are_refused(client: Client) -> None:
    body = {"compositeRequest": [get("a", "sobjects"), get("a", "limits")]}
    answer = client.post(f"{DATA}/composite", json=body)

    assert answer.status_code == 400


def test_every_request_of_a_batch_counts(client: Client) -> None:
    urls = ["v66.0/limits", "/services/data/v66.0/sobjects/Nothing", "v66.0/sobjects"]
    body = {"batchRequests": [{"method": "GET", "url": url} for url in urls]}
    told = client.post(f"{DATA}/composite/batch", json=body).json()

    assert told["hasErrors"] is True
    assert [r["statusCode"] for r in told["results"]] == [200, 404, 200]
    assert client.sandbox.api_calls == 3


def test_a_batch_can_stop_at_the_first_mishap(client: Client) -> None:
    urls = ["v66.0/sobjects/Nothing", "v66.0/limits"]
    parts = [{"method": "GET", "url": url} for url in urls]
    body = {"batchRequests": parts, "haltOnError": True}
    told = client.post(f"{DATA}/composite/batch", json=body).json()

    assert [r["statusCode"] for r in told["results"]] == [404, 412]


# Collections


MANY = f"{DATA}/composite/sobjects"


def task(subject: str, **more: Any) -> dict[str, Any]:
    return {"attributes": {"type": "Task"}, "Subject": subject, **more}


def test_records_are_read_by_their_ids(client: Client) -> None:
    ids = f"{deal_id(2)},006S0000000ZZZZIAZ,{deal_id(1)}"
    told = client.get(f"{MANY}/Opportunity?ids={ids}&fields=Name").json()

    assert [row and row["Name"] for row in told] == ["Deal 2", None, "Deal 1"]


def test_records_are_made_changed_and_deleted_together(client: Client) -> None:
    made = client.post(MANY, json={"records": [task("One"), task("Two")]}).json()
    ids = [row["id"] for row in made]
    changes = [task("Done", id=record_id, OwnerId=ADA) for record_id in ids]
    changed = client.patch(MANY, json={"records": changes}).json()
    deleted = client.delete(f"{MANY}?ids={','.join(ids)}").json()

    for told in (made, changed, deleted):
        assert told == [{"id": i, "success": True, "errors": []} for i in ids]


def test_one_wrong_record_leaves_the_others(client: Client) -> None:
    records = [task("Right"), task("Wrong", Nonsense="x")]
    told = client.post(MANY, json={"records": records}).json()

    assert [row["success"] for row in told] == [True, False]
    assert told[1]["errors"][0]["statusCode"] == "INVALID_FIELD"


def test_one_wrong_record_undoes_all_on_request(client: Client) -> None:
    records = [task("Undone"), task("Wrong", Nonsense="x")]
    told = client.post(MANY, json={"records": records, "allOrNone": True}).json()
    left = client.get(f"{DATA}/query?q=SELECT Id FROM Task WHERE Subject = 'Undone'")  # noqa: S608

    codes = [row["errors"][0]["statusCode"] for row in told]
    assert codes == ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "INVALID_FIELD"]
    assert left.json()["totalSize"] == 0


def test_a_change_needs_an_id(client: Client) -> None:
    told = client.patch(MANY, json={"records": [task("Which?")]}).json()

    assert told[0]["errors"][0]["statusCode"] == "MISSING_ARGUMENT"


@pytest.mark.parametrize(
    ("count", "expected"), [(0, "REQUIRED_FIELD_MISSING"), (201, "EXCEEDED_ID_LIMIT")]
)
def test_a_collection_has_one_to_two_hundred_records(
    client: Client, count: int, expected: str
) -> None:
    answer = client.post(MANY, json={"records": [task("x")] * count})

    assert answer.status_code == 400
    assert answer.json()[0]["errorCode"] == expected
