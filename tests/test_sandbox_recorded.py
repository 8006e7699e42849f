"""The sandbox's answers have the shapes that were recorded from the real service."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.credentials import CLIENT_ID, CLIENT_SECRET, USERNAME
from sandbox.schema_ids import numbered
from sandbox.server import Sandbox
from tests.sandbox_orgs import ACCOUNTS, DATA, Client, deal_id, serving, write_org


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    folder = write_org(tmp_path_factory.mktemp("org"), deals=30)
    header = "Id,AccountId,LastName,FirstName,MasterRecordId"
    (folder / "Contact.csv").write_text(f"{header}\n", encoding="utf-8")
    with serving(folder) as running:
        yield running


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    with Client(sandbox) as session:
        yield session.log_in()


def shape(value: Any) -> Any:
    """Keys and kinds of values; of a list, the shape of its first entry."""
    match value:
        case dict():
            return {key: shape(inner) for key, inner in value.items()}
        case list():
            return [shape(value[0])] if value else []
        case bool():
            return "truth"
        case int() | float():
            return "number"
        case None:
            return "nothing"
    return "text"


def load(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


# What describe tells


#: What a reader goes by; the rest of describe is about screens and writing.
TELLING = (
    "aggregatable",
    "byteLength",
    "calculated",
    "createable",
    "custom",
    "digits",
    "externalId",
    "filterable",
    "groupable",
    "length",
    "name",
    "nameField",
    "nillable",
    "precision",
    "relationshipName",
    "scale",
    "soapType",
    "sortable",
    "type",
    "unique",
    "updateable",
)

#: An event's day is a field of two uses there; the sandbox knows the plain one.
DIFFERENT = {"Event.ActivityDate.aggregatable"}

OBJECTS = (
    "Account",
    "Case",
    "Contact",
    "Event",
    "Lead",
    "Opportunity",
    "OpportunityContactRole",
)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """An organisation without a file, whose objects are those of the catalogue."""
    with serving(tmp_path_factory.mktemp("empty")) as running:
        yield running


@pytest.mark.parametrize("name", OBJECTS)
def test_describe_tells_what_was_recorded(
    untouched: Sandbox, recorded: Path, name: str
) -> None:
    there = load(recorded / "cumulusci" / "describe" / f"{name}_describe.json")
    with Client(untouched) as session:
        here = session.log_in().get(f"{DATA}/sobjects/{name}/describe").json()
    known = {field["name"]: field for field in there["fields"]}
    common = [f for f in here["fields"] if f["name"] in known]

    newer = {"associateEntityType", "associateParentEntity", "sobjectDescribeOption"}
    assert set(there) - set(here) == set()
    assert set(here) - set(there) <= newer
    assert len(common) > 10
    assert {
        f"{name}.{field['name']}.{key}"
        for field in common
        for key in TELLING
        if field[key] != known[field["name"]][key]
    } <= DIFFERENT


@pytest.mark.parametrize("name", OBJECTS)
@pytest.mark.parametrize("part", ["fields", "childRelationships", "recordTypeInfos"])
def test_parts_of_describe_have_the_recorded_keys(
    untouched: Sandbox, recorded: Path, name: str, part: str
) -> None:
    there = load(recorded / "cumulusci" / "describe" / f"{name}_describe.json")
    with Client(untouched) as session:
        here = session.log_in().get(f"{DATA}/sobjects/{name}/describe").json()

    if there[part] and here[part]:
        assert set(here[part][0]) == set(there[part][0])


def test_picklist_values_have_the_recorded_keys(client: Client, recorded: Path) -> None:
    there = load(recorded / "cumulusci" / "describe" / "Opportunity_describe.json")
    here = client.get(f"{DATA}/sobjects/Opportunity/describe").json()
    (stages, others) = (
        next(f["picklistValues"] for f in told["fields"] if f["name"] == "StageName")
        for told in (here, there)
    )

    assert shape(stages[0]) == shape(others[0])


def test_the_list_of_objects_has_the_recorded_shape(
    client: Client, recorded: Path
) -> None:
    there = load(recorded / "cumulusci" / "describe" / "Global_describe.json")
    here = client.get(f"{DATA}/sobjects").json()
    (mine,) = (o for o in here["sobjects"] if o["name"] == "Account")
    (other,) = (o for o in there["sobjects"] if o["name"] == "Account")

    assert set(here) == set(there)
    assert shape(mine) == shape(other)
    assert {k: v for k, v in mine.items() if k != "urls"} == {
        k: v for k, v in other.items() if k != "urls"
    }


def test_children_are_told_under_the_recorded_names(
    untouched: Sandbox, recorded: Path
) -> None:
    there = load(recorded / "cumulusci" / "describe" / "Opportunity_describe.json")
    with Client(untouched) as session:
        here = session.log_in().get(f"{DATA}/sobjects/Opportunity/describe").json()
    known = {
        (c["childSObject"], c["field"]): c["relationshipName"]
        for c in there["childRelationships"]
    }
    told = {
        (c["childSObject"], c["field"]): c["relationshipName"]
        for c in here["childRelationships"]
    }

    common = known.keys() & told.keys()
    assert {pair: told[pair] for pair in common} == {p: known[p] for p in common}
    assert ("OpportunityContactRole", "OpportunityId") in common


# What is answered to requests


def rest(method: str, path: str, **more: Any) -> Callable[[Client], Any]:
    """A request whose answer is compared."""
    return lambda client: client.request(method, f"{DATA}/{path}", **more).json()


def contacts(*names: str | None, all_or_none: bool) -> dict[str, Any]:
    """New contacts by their last names; one without is wrong."""
    records = [
        {"attributes": {"type": "Contact"}, "FirstName": "A"}
        | ({"LastName": name} if name else {})
        for name in names
    ]
    return {"allOrNone": all_or_none, "records": records}


MANY = "composite/sobjects"
SPAN = "start=2026-11-19T00:00:00Z&end=2026-11-24T00:00:00Z"
CONTACT = {"attributes": {"type": "Contact"}}


@pytest.mark.parametrize(
    ("name", "ask"),
    [
        (
            "amp-labs/create-ok.json",
            rest("POST", "sobjects/Account", json={"Name": "A"}),
        ),
        (
            "amp-labs/batch/create/contacts/success.json",
            rest("POST", MANY, json=contacts("A", "B", all_or_none=False)),
        ),
        (
            "restforce/sobject/create_success_response.json",
            rest("POST", "sobjects/Account", json={"Name": "A"}),
        ),
        (
            "restforce/sobject/query_empty_response.json",
            rest("GET", "query?q=SELECT Id FROM Account WHERE Name='-'"),
        ),
        (
            "restforce/sobject/get_updated_success_response.json",
            rest("GET", f"sobjects/Account/updated?{SPAN}"),
        ),
        (
            "amp-labs/bulk/read-launch-job-account.json",
            rest(
                "POST",
                "jobs/query",
                json={"operation": "query", "query": "SELECT Id FROM Account"},
            ),
        ),
    ],
)
def test_an_answer_has_the_recorded_shape(
    client: Client, recorded: Path, name: str, ask: Callable[[Client], Any]
) -> None:
    assert shape(ask(client)) == shape(load(recorded / name))


@pytest.mark.parametrize(
    ("name", "ask"),
    [
        (
            "amp-labs/unknown-field.json",
            rest(
                "PATCH",
                f"sobjects/Account/{numbered('001', 1)}",
                json={"AccountNumer": 1},
            ),
        ),
        (
            "amp-labs/unknown-object.json",
            rest("GET", "query?q=SELECT Id,Name,BillingCity,IsDeleted FROM Accout"),
        ),
        (
            "amp-labs/invalid-field-upsert.json",
            rest(
                "POST",
                "sobjects/Contact",
                json={"LastName": "A", "MasterRecordId": "1"},
            ),
        ),
        (
            "amp-labs/batch/create/contacts/err-bad-request.json",
            rest("POST", MANY, json={"records": []}),
        ),
        (
            "amp-labs/batch/create/contacts/partial-but-allOrNone.json",
            rest("POST", MANY, json=contacts(None, "B", all_or_none=True)),
        ),
        (
            "amp-labs/batch/update/contacts/err-each-no-ids.json",
            rest(
                "PATCH", MANY, json={"allOrNone": False, "records": [CONTACT, CONTACT]}
            ),
        ),
        (
            "restforce/expired_session_response.json",
            rest("GET", "limits", headers={"Authorization": "Bearer none"}),
        ),
        (
            "restforce/sobject/sobject_describe_error_response.json",
            rest("GET", "sobjects/Nothing/describe"),
        ),
        (
            "restforce/sobject/sobject_find_error_response.json",
            rest("GET", "sobjects/Account/23foo"),
        ),
    ],
)
def test_a_refusal_is_worded_as_recorded(
    client: Client, recorded: Path, name: str, ask: Callable[[Client], Any]
) -> None:
    assert ask(client) == load(recorded / name)


def test_a_record_that_was_deleted_is_refused_as_recorded(
    client: Client, recorded: Path
) -> None:
    path = f"{DATA}/sobjects/Opportunity/{deal_id(29)}"
    client.delete(path)
    refused = client.delete(path)

    assert refused.status_code == 404
    assert refused.json() == load(recorded / "amp-labs" / "crm/delete/not-found.json")


def test_deleted_records_are_listed_as_recorded(client: Client, recorded: Path) -> None:
    there = load(recorded / "restforce/sobject/get_deleted_success_response.json")
    client.delete(f"{DATA}/sobjects/Opportunity/{deal_id(28)}")
    client.sandbox.clock.advance(client.sandbox.clock.now().resolution * 120_000_000)
    span = "start=2026-11-20T00:00:00Z&end=2026-11-25T00:00:00Z"
    here = client.get(f"{DATA}/sobjects/Opportunity/deleted?{span}").json()

    assert shape(here) == shape(there)


def test_pages_of_a_query_are_linked_as_recorded(
    client: Client, recorded: Path
) -> None:
    first, last = (
        load(recorded / f"restforce/sobject/query_paginated_{name}_page_response.json")
        for name in ("first", "last")
    )
    names = [{"Name": f"New {n}"} for n in range(250)]
    for start in (0, 125):
        records = [{"attributes": {"type": "Account"}} | n for n in names[start:][:125]]
        client.post(f"{DATA}/{MANY}", json={"records": records})
    page = client.get(
        f"{DATA}/query?q=SELECT Name FROM Account",  # noqa: S608
        headers={"Sforce-Query-Options": "batchSize=200"},
    ).json()
    rest_ = client.get(page["nextRecordsUrl"]).json()

    assert page["totalSize"] > ACCOUNTS
    assert set(page) == set(first)
    assert set(rest_) == set(last)
    assert set(page["records"][0]["attributes"]) == {"type", "url"}


def test_a_finished_bulk_job_tells_what_was_recorded(
    client: Client, recorded: Path
) -> None:
    there = load(recorded / "amp-labs/bulk/info/success.json")
    body = {"operation": "query", "query": "SELECT Id FROM Account"}
    job = client.post(f"{DATA}/jobs/query", json=body).json()["id"]
    here = client.get(f"{DATA}/jobs/query/{job}").json()

    of_writing = {
        "apexProcessingTime",
        "apiActiveProcessingTime",
        "externalIdFieldName",
        "numberRecordsFailed",
    }
    assert set(there) - set(here) == of_writing
    assert shape({k: here[k] for k in there if k in here}) == shape(
        {k: v for k, v in there.items() if k in here}
    )


@pytest.mark.parametrize(
    ("name", "form"),
    [
        (
            "auth_error",
            {"grant_type": "password", "username": USERNAME, "password": "-"},
        ),
        ("refresh_error", {"grant_type": "refresh_token", "refresh_token": "old"}),
    ],
)
def test_a_refused_login_has_the_recorded_shape(
    client: Client, recorded: Path, name: str, form: dict[str, str]
) -> None:
    there = load(recorded / "restforce" / f"{name}_response.json")
    secret = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    answer = client.post("/services/oauth2/token", data=form | secret)
    here = answer.json()

    assert answer.status_code == 400
    assert shape(here) == shape(there)
    assert here["error"] == there["error"]
    assert there["error_description"].startswith(here["error_description"])


def test_a_token_tells_at_least_what_was_recorded(
    client: Client, recorded: Path
) -> None:
    there = load(recorded / "restforce" / "auth_success_response.json")
    form = {
        "grant_type": "client_credentials",
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
    }
    here = client.post("/services/oauth2/token", data=form).json()

    assert shape({key: here[key] for key in there}) == shape(there)


def cassette(recorded: Path, name: str) -> Iterator[tuple[Any, Any]]:
    """The composite requests of a recording, with what was answered."""
    text = (recorded / "cumulusci" / "cassettes" / f"{name}.yaml").read_text("utf-8")
    for part in yaml.safe_load(text)["interactions"]:
        if part["request"]["uri"].endswith("/composite"):
            body = part["request"]["body"].replace("vxx.0", "v66.0")
            yield json.loads(body), json.loads(part["response"]["body"]["string"])


@pytest.mark.parametrize(
    "name",
    [
        "TestCompositeParallelSalesforce.test_errors",
        "TestCompositeParallelSalesforce.test_reference_ids",
        "TestCountSObjects.test_count_sobjects__errors",
        "TestCountSObjects.test_count_sobjects_simple",
    ],
)
def test_composite_parts_are_answered_as_recorded(
    client: Client, recorded: Path, name: str
) -> None:
    for body, there in cassette(recorded, name):
        here = client.post(f"{DATA}/composite", json=body).json()
        parts = zip(here["compositeResponse"], there["compositeResponse"], strict=True)
        for mine, other in parts:
            assert set(mine) == set(other)
            assert mine["httpStatusCode"] == other["httpStatusCode"]
            if other["httpStatusCode"] >= 400:
                assert mine["body"] == other["body"]
            else:
                assert set(mine["body"]) == set(other["body"])
