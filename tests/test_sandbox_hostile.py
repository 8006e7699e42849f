"""Bodies of the wrong shape are refused in the service's words, whatever they are."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.server import Sandbox
from tests.sandbox_orgs import DATA, Client, deal_id, serving, write_org


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with serving(write_org(tmp_path_factory.mktemp("org"), deals=5)) as running:
        yield running


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    with Client(sandbox) as session:
        yield session.log_in()


WRONG: tuple[Any, ...] = (None, 5, "x", [], {}, True, [5], {"a": 5})

#: Where to send it, and the keys under which something wrong may hide.
PLACES = (
    ("POST", f"{DATA}/composite", ("compositeRequest", "allOrNone")),
    ("POST", f"{DATA}/composite/batch", ("batchRequests",)),
    ("POST", f"{DATA}/composite/sobjects", ("records",)),
    ("PATCH", f"{DATA}/composite/sobjects", ("records",)),
    ("POST", f"{DATA}/composite/sobjects/Opportunity", ("ids", "fields")),
    ("POST", f"{DATA}/jobs/query", ("operation", "query", "columnDelimiter")),
    ("POST", f"{DATA}/sobjects/Opportunity", ("Name", "Amount", "CloseDate")),
    ("PATCH", f"{DATA}/sobjects/Opportunity/{deal_id(1)}", ("AccountId", "Name")),
    ("POST", "/sandbox/clock", ("now", "advance")),
    ("POST", "/sandbox/faults", ("rules", "seed")),
    ("POST", "/sandbox/quota", ("limit", "used")),
    ("POST", "/sandbox/bulk", ("delay", "page")),
    ("POST", "/sandbox/rows", ("sobject", "rows")),
    ("DELETE", "/sandbox/rows", ("sobject", "ids")),
)


@pytest.mark.parametrize(("method", "path", "keys"), PLACES)
def test_a_body_of_the_wrong_shape_is_answered(
    client: Client, method: str, path: str, keys: tuple[str, ...]
) -> None:
    bodies = [*WRONG, *({key: v} for key, v in itertools.product(keys, WRONG))]
    answers = []
    for body in bodies:
        answers.append(client.request(method, path, json=body))
        client.sandbox.faults.replace(())
        client.sandbox.service.quota = 1_000_000
        client.sandbox.service.api_calls = 0

    assert {answer.status_code // 100 for answer in answers} <= {2, 4}
    refused = [answer.json() for answer in answers if answer.status_code >= 400]
    assert refused
    assert all(body_of(body)["errorCode"] for body in refused)


def body_of(answer: Any) -> dict[str, Any]:
    """The refusal itself; a composite that is too long wraps it."""
    (body,) = answer if isinstance(answer, list) else answer["compositeResponse"]
    assert isinstance(body, dict)
    return body


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
@pytest.mark.parametrize("key", ["method", "url", "body", "httpHeaders"])
def test_a_part_of_the_wrong_shape_is_answered(
    client: Client, key: str, wrong: Any
) -> None:
    part = {"method": "POST", "url": f"{DATA}/sobjects/Lead", "referenceId": "one"}
    body = {"compositeRequest": [part | {key: wrong}]}
    answer = client.post(f"{DATA}/composite", json=body)

    assert answer.status_code == 200
    assert 400 <= answer.json()["compositeResponse"][0]["httpStatusCode"] < 500


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_a_record_of_the_wrong_shape_is_answered(client: Client, wrong: Any) -> None:
    records = [{"attributes": wrong, "Id": wrong}, {"attributes": {"type": wrong}}]
    told = client.patch(f"{DATA}/composite/sobjects", json={"records": records}).json()

    assert [one["success"] for one in told] == [False, False]


@pytest.mark.parametrize(
    "path",
    [
        f"{DATA}/query?q=%00",
        f"{DATA}/query/%ff",
        f"{DATA}/sobjects/%00/describe",
        f"{DATA}/sobjects/Opportunity/updated?start=0001-01-01T00:00:00%2B23:59",
        f"{DATA}/sobjects/Opportunity/{deal_id(1)}?fields=Name),(SELECT",
        f"{DATA}/jobs/query/x/results",
        f"{DATA}/ui-api/object-info/Opportunity/picklist-values/x/y",
        "/services/data/vx/limits",
        "/services/data/v66/limits",
        "/",
    ],
)
def test_an_odd_address_is_answered(client: Client, path: str) -> None:
    answer = client.get(path)

    assert 400 <= answer.status_code < 500
    assert answer.json()[0]["errorCode"]


@pytest.mark.parametrize("body", [b"", b"<a/>", b"<x", b"\xff\xfe", b"<!DOCTYPE a>"])
def test_xml_that_is_none_is_a_fault(client: Client, body: bytes) -> None:
    answer = client.post("/services/Soap/u/59.0", data=body)

    assert answer.status_code == 500
    assert "<soapenv:Fault>" in answer.text
