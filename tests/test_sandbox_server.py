"""The sandbox over HTTP: logging in, versions, queries, records, what it counts."""

import gzip
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from sandbox.credentials import (
    CLIENT_ID,
    CLIENT_SECRET,
    PASSWORD,
    REFRESH_TOKEN,
    USERNAME,
)
from sandbox.server import Sandbox
from tests.sandbox_orgs import (
    ADA,
    DATA,
    DEALS,
    INTEGRATION,
    KEPT,
    NOW,
    Client,
    deal_id,
    serving,
    write_org,
)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with serving(write_org(tmp_path_factory.mktemp("org"))) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Iterator[Sandbox]:
    """The same sandbox, as if it had just started."""
    running.clock.set(NOW)
    running.service.log.clear()
    running.service.api_calls = 0
    yield running
    running.service.quota = 1_000_000
    running.org.open_transactions.clear()


@pytest.fixture
def stranger(sandbox: Sandbox) -> Iterator[Client]:
    with Client(sandbox) as session:
        yield session


@pytest.fixture
def client(stranger: Client) -> Client:
    return stranger.log_in()


def code(answer: object) -> tuple[int, str]:
    """A refusal as its status and error code."""
    return answer.status_code, answer.json()[0]["errorCode"]  # type: ignore[attr-defined]


# Logging in


def test_a_token_answer_tells_where_to_go_on(stranger: Client) -> None:
    form = {"grant_type": "client_credentials"}
    answer = stranger.post(
        "/services/oauth2/token", data=form, auth=(CLIENT_ID, CLIENT_SECRET)
    )

    told = answer.json()
    assert told["instance_url"] == stranger.sandbox.base_url
    assert told["token_type"] == "Bearer"
    assert told["id"].endswith(f"/id/00DS00000000001MAA/{INTEGRATION}")


@pytest.mark.parametrize(
    ("form", "error", "description"),
    [
        ({}, "unsupported_grant_type", "grant type not supported"),
        ({"grant_type": "magic"}, "unsupported_grant_type", "grant type not supported"),
        (
            {"grant_type": "client_credentials", "client_id": "unknown"},
            "invalid_client_id",
            "client identifier invalid",
        ),
        (
            {"grant_type": "client_credentials", "client_id": CLIENT_ID},
            "invalid_client",
            "invalid client credentials",
        ),
        (
            {
                "grant_type": "password",
                "client_id": CLIENT_ID,
                "client_secret": CLIENT_SECRET,
                "username": USERNAME,
                "password": "guessed",
            },
            "invalid_grant",
            "authentication failure",
        ),
        (
            {
                "grant_type": "refresh_token",
                "client_id": CLIENT_ID,
                "client_secret": CLIENT_SECRET,
                "refresh_token": "old",
            },
            "invalid_grant",
            "expired access/refresh token",
        ),
    ],
)
def test_a_refused_login_says_why(
    stranger: Client, form: dict[str, str], error: str, description: str
) -> None:
    answer = stranger.post("/services/oauth2/token", data=form)

    assert answer.status_code == 400
    assert answer.json() == {"error": error, "error_description": description}


@pytest.mark.parametrize(
    "proof",
    [
        {"grant_type": "password", "username": USERNAME, "password": PASSWORD},
        {"grant_type": "refresh_token", "refresh_token": REFRESH_TOKEN},
    ],
)
def test_other_grants_are_served(stranger: Client, proof: dict[str, str]) -> None:
    form = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **proof}
    token = stranger.post("/services/oauth2/token", data=form).json()["access_token"]
    stranger.headers["Authorization"] = f"Bearer {token}"

    assert stranger.get(f"{DATA}/limits").status_code == 200


def test_the_identity_address_works(client: Client) -> None:
    told = client.get("/id/00DS00000000001MAA/005S00000000002IAA").json()

    assert told["username"] == USERNAME
    assert told["user_id"] == INTEGRATION


def test_userinfo_names_the_organisation(client: Client) -> None:
    told = client.get("/services/oauth2/userinfo").json()

    assert told["organization_id"] == "00DS00000000001MAA"


def test_without_a_token_the_session_is_invalid(stranger: Client) -> None:
    answer = stranger.get(f"{DATA}/limits")

    assert answer.status_code == 401
    assert answer.json() == [
        {"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}
    ]


def test_a_session_ends_two_hours_after_its_last_use(client: Client) -> None:
    clock = client.sandbox.clock
    clock.advance(timedelta(hours=1, minutes=59))
    first = client.get(f"{DATA}/limits").status_code
    clock.advance(timedelta(hours=1, minutes=59))
    second = client.get(f"{DATA}/limits").status_code
    clock.advance(timedelta(hours=2))
    third = client.get(f"{DATA}/limits").status_code

    assert [first, second, third] == [200, 200, 401]


def test_an_application_learns_how_long_a_token_lives(client: Client) -> None:
    form = {
        "token": str(client.headers["Authorization"]).removeprefix("Bearer "),
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
    }
    alive = client.post("/services/oauth2/introspect", data=form).json()
    dead = client.post("/services/oauth2/introspect", data=form | {"token": "-"}).json()

    assert alive["active"]
    assert alive["exp"] - alive["iat"] == 7_200
    assert alive["iat"] == int(NOW.timestamp())
    assert dead == {"active": False}


def test_a_revoked_token_opens_nothing(client: Client) -> None:
    token = str(client.headers["Authorization"]).removeprefix("Bearer ")
    revoked = client.post("/services/oauth2/revoke", data={"token": token})

    assert revoked.status_code == 200
    assert client.get(f"{DATA}/limits").status_code == 401


# Versions and the wire


def test_versions_are_free_and_open_to_all(stranger: Client) -> None:
    told = stranger.get("/services/data/")

    assert told.json()[-1] == {
        "label": "Winter '27",
        "url": "/services/data/v68.0",
        "version": "68.0",
    }
    assert "Sforce-Limit-Info" not in told.headers
    assert stranger.sandbox.api_calls == 0


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("30.0", (410, "UNSUPPORTED_API_VERSION")),
        ("69.0", (404, "NOT_FOUND")),
        ("66", (404, "NOT_FOUND")),
    ],
)
def test_other_versions_are_refused(
    client: Client, version: str, expected: tuple[int, str]
) -> None:
    assert code(client.get(f"/services/data/v{version}/limits")) == expected


def test_the_date_is_that_of_the_clock(client: Client) -> None:
    answer = client.get(f"{DATA}/limits")

    assert answer.headers["Date"] == "Tue, 24 Nov 2026 09:30:20 GMT"


def test_an_address_that_is_too_long_is_refused(client: Client) -> None:
    assert client.get(f"{DATA}/query?q={'x' * 16_400}").status_code == 414


def test_headers_that_are_too_long_are_refused(client: Client) -> None:
    headers = {"X-Long": "x" * 16_000}

    assert (
        client.get(f"{DATA}/limits?q={'x' * 300}", headers=headers).status_code == 431
    )


def test_a_compressed_body_is_understood(client: Client) -> None:
    body = gzip.compress(json.dumps({"Subject": "Zipped"}).encode())
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}

    made = client.post(f"{DATA}/sobjects/Task", data=body, headers=headers)

    assert made.status_code == 201


def test_a_chunked_body_is_understood(client: Client) -> None:
    pieces = iter([b'{"Subj', b'ect": "In pieces"}'])

    assert client.post(f"{DATA}/sobjects/Task", data=pieces).status_code == 201


def test_one_connection_serves_many_requests(client: Client) -> None:
    for _ in range(3):
        answer = client.get(f"{DATA}/limits")

    assert answer.headers.get("Connection") is None


def test_what_does_not_exist_is_not_found(client: Client) -> None:
    assert code(client.get(f"{DATA}/nonsense")) == (404, "NOT_FOUND")


def test_a_wrong_method_is_not_allowed(client: Client) -> None:
    assert code(client.post(f"{DATA}/limits")) == (405, "METHOD_NOT_ALLOWED")


@pytest.mark.parametrize("resource", ["tooling/query", "search", "jobs/ingest"])
def test_what_is_left_out_says_so(client: Client, resource: str) -> None:
    assert code(client.get(f"{DATA}/{resource}")) == (403, "FUNCTIONALITY_NOT_ENABLED")


# Queries


SOQL = "SELECT Id, Amount FROM Opportunity"


def read_all(client: Client, path: str, **headers: str) -> tuple[list[str], list[int]]:
    """The ids of every page, and how many there were on each."""
    ids: list[str] = []
    sizes: list[int] = []
    following = f"{DATA}/{path}"
    while following:
        told = client.get(following, headers=headers).json()
        ids += [row["Id"] for row in told["records"]]
        sizes.append(len(told["records"]))
        following = told.get("nextRecordsUrl", "")
    return ids, sizes


def test_pages_hold_two_thousand_rows(client: Client) -> None:
    ids, sizes = read_all(client, f"query?q={SOQL}")

    assert sizes == [2000, 2000, 410]
    assert len(set(ids)) == KEPT


def test_query_all_shows_what_is_in_the_bin(client: Client) -> None:
    ids, _ = read_all(client, f"queryAll?q={SOQL}")

    assert set(ids) == {deal_id(n) for n in range(1, DEALS + 1)}


@pytest.mark.parametrize(
    ("asked", "given"), [("200", 200), ("1500", 1500), ("50", 200), ("9999", 2000)]
)
def test_the_client_says_how_long_a_page_is(
    client: Client, asked: str, given: int
) -> None:
    headers = {"Sforce-Query-Options": f"batchSize={asked}"}
    told = client.get(f"{DATA}/query?q={SOQL}", headers=headers).json()

    assert len(told["records"]) == given


def test_a_page_may_be_read_again(client: Client) -> None:
    following = client.get(f"{DATA}/query?q={SOQL}").json()["nextRecordsUrl"]

    assert client.get(following).json() == client.get(following).json()


def test_a_cursor_lives_two_days(client: Client) -> None:
    following = client.get(f"{DATA}/query?q={SOQL}").json()["nextRecordsUrl"]
    client.sandbox.clock.advance(timedelta(days=2))
    client.log_in()

    assert code(client.get(following)) == (400, "INVALID_QUERY_LOCATOR")


def test_a_made_up_locator_is_refused(client: Client) -> None:
    refused = client.get(f"{DATA}/query/01gS0000000ZZZZIAZ-2000")

    assert code(refused) == (400, "INVALID_QUERY_LOCATOR")


def test_what_happens_meanwhile_does_not_show(client: Client) -> None:
    first = client.get(f"{DATA}/query?q=SELECT Id FROM Opportunity").json()  # noqa: S608
    client.sandbox.org.put("Opportunity", [{"Id": deal_id(9_000), "Name": "Late"}])
    told = client.get(first["nextRecordsUrl"]).json()
    client.sandbox.org.erase("Opportunity", deal_id(9_000))

    assert told["totalSize"] == KEPT


def test_a_query_needs_a_text(client: Client) -> None:
    assert code(client.get(f"{DATA}/query")) == (400, "MALFORMED_QUERY")


# Records


def test_a_record_is_read_with_the_fields_that_are_asked_for(client: Client) -> None:
    told = client.get(f"{DATA}/sobjects/Account/001S00000000001IAA?fields=Name").json()

    assert told["Name"] == "NA"
    assert told["attributes"]["url"] == f"{DATA}/sobjects/Account/001S00000000001IAA"


def test_a_record_is_made_changed_and_deleted(client: Client) -> None:
    made = client.post(f"{DATA}/sobjects/Task", json={"Subject": "Call"})
    where = made.headers["Location"]
    changed = client.patch(where, json={"Priority": "High"})
    disguised = client.post(f"{where}?_HttpMethod=PATCH", json={"Status": "Completed"})
    task = client.get(where).json()
    deleted = client.delete(where)

    assert made.json() == {"id": where[-18:], "success": True, "errors": []}
    assert (changed.status_code, disguised.status_code) == (204, 204)
    assert (task["Priority"], task["Status"]) == ("High", "Completed")
    assert deleted.status_code == 204
    assert client.get(where).status_code == 404


@pytest.mark.parametrize(
    "path", ["Nothing", "Account/001S0000000ZZZZIAZ", "Account/not-an-id"]
)
def test_what_is_not_there_is_not_found(client: Client, path: str) -> None:
    assert code(client.get(f"{DATA}/sobjects/{path}")) == (404, "NOT_FOUND")


def test_a_body_that_is_not_json_is_refused(client: Client) -> None:
    refused = client.post(f"{DATA}/sobjects/Task", data=b"{")

    assert code(refused) == (400, "JSON_PARSER_ERROR")


def test_a_description_that_is_known_is_not_sent_again(client: Client) -> None:
    path = f"{DATA}/sobjects/Opportunity/describe"
    known = client.get(path).headers["Last-Modified"]
    again = client.get(path, headers={"If-Modified-Since": known})

    assert again.status_code == 304
    assert again.content == b""


# What changed


def changes(client: Client, what: str, start: str, end: str) -> object:
    params = {"start": start, "end": end}
    return client.get(f"{DATA}/sobjects/Opportunity/{what}/", params=params)


def test_updated_tells_ids_and_how_far_it_is_sure(client: Client) -> None:
    told = changes(client, "updated", "2026-11-20T15:00:00Z", "2026-11-24T09:30:00Z")

    assert told.json() == {  # type: ignore[attr-defined]
        "ids": [deal_id(1)],
        "latestDateCovered": "2026-11-24T09:30:00.000+0000",
    }


def test_an_open_transaction_holds_the_certainty_back(client: Client) -> None:
    client.sandbox.org.open_transactions.append(NOW - timedelta(minutes=7))
    told = changes(client, "updated", "2026-11-24T09:00:00Z", "2026-11-24T09:30:00Z")

    covered = told.json()["latestDateCovered"]  # type: ignore[attr-defined]
    assert covered == "2026-11-24T09:23:00.000+0000"


def test_deleted_tells_since_when_it_knows(client: Client) -> None:
    made = client.post(f"{DATA}/sobjects/Opportunity", json=NEW_DEAL).json()["id"]
    client.delete(f"{DATA}/sobjects/Opportunity/{made}")
    told = changes(
        client, "deleted", "2026-11-24T09:00:00+00:00", "2026-11-24T10:30:00+01:00"
    )
    client.sandbox.clock.advance(timedelta(minutes=1))
    later = changes(client, "deleted", "2026-11-24T09:00:00Z", "2026-11-24T09:31:00Z")

    assert told.json()["deletedRecords"] == []  # type: ignore[attr-defined]
    assert later.json() == {  # type: ignore[attr-defined]
        "deletedRecords": [{"id": made, "deletedDate": "2026-11-24T09:30:20.000+0000"}],
        "earliestDateAvailable": "2026-11-09T09:31:00.000+0000",
        "latestDateCovered": "2026-11-24T09:31:00.000+0000",
    }


def test_what_was_deleted_long_ago_is_forgotten(client: Client) -> None:
    made = client.post(f"{DATA}/sobjects/Opportunity", json=NEW_DEAL).json()["id"]
    client.delete(f"{DATA}/sobjects/Opportunity/{made}")
    client.sandbox.clock.advance(timedelta(days=16))
    client.log_in()
    told = changes(client, "deleted", "2026-11-20T00:00:00Z", "2026-12-01T00:00:00Z")

    assert told.json()["deletedRecords"] == []  # type: ignore[attr-defined]
    assert told.json()["earliestDateAvailable"] > "2026-11-25"  # type: ignore[attr-defined]


NEW_DEAL = {"Name": "New", "StageName": "Qualify", "CloseDate": "2026-12-31"}


@pytest.mark.parametrize(
    ("what", "start", "end"),
    [
        ("updated", "2026-10-24T00:00:00Z", "2026-11-24T00:00:00Z"),
        ("deleted", "2026-10-24T00:00:00Z", "2026-11-24T00:00:00Z"),
        ("updated", "2026-11-24T09:00:10Z", "2026-11-24T09:00:50Z"),
        ("updated", "2026-11-24T09:00:00", "2026-11-24T09:10:00"),
        ("updated", "yesterday", "2026-11-24T09:10:00Z"),
    ],
)
def test_a_span_that_cannot_be_is_refused(
    client: Client, what: str, start: str, end: str
) -> None:
    assert code(changes(client, what, start, end)) == (400, "INVALID_REPLICATION_DATE")


# Counting


def test_each_request_counts_and_says_so(client: Client) -> None:
    client.get(f"{DATA}/limits")
    answer = client.get(f"{DATA}/sobjects")

    assert answer.headers["Sforce-Limit-Info"] == "api-usage=2/1000000"
    assert client.sandbox.api_calls == 2


def test_the_log_tells_what_was_asked(client: Client) -> None:
    client.get(f"{DATA}/nonsense")

    lines = [(r.method, r.path, r.status, r.counted) for r in client.sandbox.log]
    assert lines == [
        ("POST", "/services/oauth2/token", 200, False),
        ("GET", f"{DATA}/nonsense", 404, False),
    ]


def test_beyond_the_daily_allowance_nothing_is_served(client: Client) -> None:
    client.sandbox.service.quota = 1
    client.get(f"{DATA}/limits")
    refused = client.get(f"{DATA}/limits")

    assert refused.status_code == 403
    assert refused.json() == [
        {
            "message": "TotalRequests Limit exceeded.",
            "errorCode": "REQUEST_LIMIT_EXCEEDED",
        }
    ]


def test_record_counts_leave_out_what_is_unknown(client: Client) -> None:
    told = client.get(f"{DATA}/limits/recordCount?sObjects=User,Nothing,account").json()

    assert told == {
        "sObjects": [{"count": 60, "name": "Account"}, {"count": 2, "name": "User"}]
    }


def test_stages_of_a_record_type_say_what_they_mean(client: Client) -> None:
    root = f"{DATA}/ui-api/object-info/Opportunity/picklist-values"
    told = client.get(f"{root}/012000000000000AAA/StageName").json()

    assert [value["value"] for value in told["values"]] == ["Qualify", "Won"]
    assert told["values"][1]["attributes"]["won"] is True


def test_an_unknown_record_type_is_not_found(client: Client) -> None:
    root = f"{DATA}/ui-api/object-info/Opportunity/picklist-values"

    assert client.get(f"{root}/{ADA}/StageName").status_code == 404
