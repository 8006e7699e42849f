"""The sandbox's own door: each control does what it says, without a session."""

from collections.abc import Iterator

import jwt
import pytest
import trustme
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.credentials import CLIENT_ID, USERNAME
from sandbox.server import Sandbox
from tests.sandbox_orgs import DATA, NOW, Client, deal_id, serving, write_org


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    folder = write_org(tmp_path_factory.mktemp("org"), deals=250)
    with serving(folder) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Iterator[Sandbox]:
    yield running
    running.clock.freeze()
    running.clock.set(NOW)
    running.faults.replace(())
    running.service.quota = 1_000_000
    running.service.jobs.delay, running.service.jobs.page = 0.0, 100_000


@pytest.fixture
def outside(sandbox: Sandbox) -> Iterator[Client]:
    with Client(sandbox) as session:
        yield session


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    with Client(sandbox) as session:
        yield session.log_in()


def test_the_clock_is_told(outside: Client) -> None:
    told = outside.get("/sandbox/clock").json()

    assert told == {"now": "2026-11-24T09:30:20+00:00", "frozen": True}


def test_the_clock_is_set_and_moved_on(outside: Client, client: Client) -> None:
    moment = {"now": "2027-01-01T00:00:00Z", "advance": 90, "freeze": True}
    told = outside.post("/sandbox/clock", json=moment).json()
    date = client.get("/services/data").headers["Date"]

    assert told["now"] == "2027-01-01T00:01:30+00:00"
    assert date == "Fri, 01 Jan 2027 00:01:30 GMT"


def test_a_clock_that_is_not_frozen_runs(outside: Client, sandbox: Sandbox) -> None:
    outside.post("/sandbox/clock", json={"freeze": False})

    assert not sandbox.clock.frozen


@pytest.mark.parametrize("body", [{"now": "noon"}, {"advance": "a day"}])
def test_a_clock_cannot_be_set_to_nonsense(
    outside: Client, body: dict[str, str]
) -> None:
    answer = outside.post("/sandbox/clock", json=body)

    assert answer.status_code == 400
    assert answer.json()[0]["errorCode"] == "INVALID"


def test_faults_are_planted_counted_and_removed(
    outside: Client, client: Client
) -> None:
    outside.post("/sandbox/faults", json=[{"effect": "status", "path": "/limits"}])
    struck = client.get(f"{DATA}/limits").status_code
    told = outside.get("/sandbox/faults").json()
    left = outside.delete("/sandbox/faults").json()

    assert struck == 503
    assert told["rules"] == [{"effect": "status", "path": "/limits", "struck": 1}]
    assert left == {"rules": []}
    assert client.get(f"{DATA}/limits").status_code == 200


def test_faults_that_make_no_sense_are_refused(outside: Client) -> None:
    answer = outside.post("/sandbox/faults", json=[{"effect": "explode"}])

    assert answer.status_code == 400
    assert "rule 1: effect must be one of" in answer.json()[0]["message"]


def test_the_log_tells_and_forgets(outside: Client, client: Client) -> None:
    outside.delete("/sandbox/log")
    client.get(f"{DATA}/limits")
    told = outside.get("/sandbox/log").json()
    left = outside.delete("/sandbox/log").json()

    assert told["api_calls"] == 1
    assert [(r["method"], r["path"], r["status"]) for r in told["requests"]] == [
        ("GET", f"{DATA}/limits", 200)
    ]
    assert left == {"api_calls": 0, "requests": []}


def test_the_allowance_can_be_used_up(outside: Client, client: Client) -> None:
    outside.post("/sandbox/quota", json={"limit": 10, "used": 9})
    first, second = (client.get(f"{DATA}/limits") for _ in range(2))

    assert first.headers["Sforce-Limit-Info"] == "api-usage=10/10"
    assert second.status_code == 403
    assert second.json()[0]["errorCode"] == "REQUEST_LIMIT_EXCEEDED"


def test_bulk_jobs_take_as_long_as_they_are_told(
    outside: Client, client: Client
) -> None:
    told = outside.post("/sandbox/bulk", json={"delay": 600, "page": 100}).json()
    body = {"operation": "query", "query": "SELECT Id FROM Opportunity"}
    job = client.post(f"{DATA}/jobs/query", json=body).json()["id"]
    waiting = client.get(f"{DATA}/jobs/query/{job}").json()["state"]
    early = client.get(f"{DATA}/jobs/query/{job}/results")
    outside.post("/sandbox/bulk", json={"delay": 0})
    page = client.get(f"{DATA}/jobs/query/{job}/results")

    assert told == {"delay": 600.0, "page": 100}
    assert waiting == "UploadComplete"
    assert early.status_code == 400
    assert page.headers["Sforce-NumberOfRecords"] == "100"


def test_sessions_are_ended(outside: Client, client: Client) -> None:
    outside.delete("/sandbox/sessions")

    assert client.get(f"{DATA}/limits").status_code == 401


def test_a_key_is_trusted(outside: Client, sandbox: Sandbox) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    trusted = outside.post("/sandbox/keys", data=public)
    claims = {
        "iss": CLIENT_ID,
        "sub": USERNAME,
        "aud": sandbox.base_url,
        "exp": int(NOW.timestamp()) + 180,
    }
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "assertion": jwt.encode(claims, key, algorithm="RS256"),
    }

    assert trusted.status_code == 204
    assert outside.post("/services/oauth2/token", data=form).status_code == 200


@pytest.mark.parametrize("pem", [b"nothing", b"-----BEGIN CERTIFICATE-----\nx"])
def test_a_key_that_is_none_is_refused(outside: Client, pem: bytes) -> None:
    assert outside.post("/sandbox/keys", data=pem).status_code == 400


def test_a_key_of_another_kind_is_refused(outside: Client) -> None:
    authority = trustme.CA()

    answer = outside.post("/sandbox/keys", data=authority.cert_pem.bytes())
    assert answer.status_code == 400
    assert "RSA" in answer.json()[0]["message"]


def test_rows_are_put_as_they_are_and_erased(outside: Client, client: Client) -> None:
    row = {
        "Id": deal_id(9_999),
        "Name": "Put",
        "SystemModstamp": "2026-01-02T03:04:05.000+0000",
    }
    outside.post("/sandbox/rows", json={"sobject": "Opportunity", "rows": [row]})
    path = f"{DATA}/sobjects/Opportunity/{row['Id']}?fields=Name,SystemModstamp"
    read = client.get(path).json()
    body = {"sobject": "Opportunity", "ids": [row["Id"]]}
    outside.delete("/sandbox/rows", json=body)

    assert (read["Name"], read["SystemModstamp"]) == ("Put", row["SystemModstamp"])
    assert client.get(path).status_code == 404


def test_controls_are_not_logged_counted_or_broken(outside: Client) -> None:
    outside.delete("/sandbox/log")
    outside.post("/sandbox/faults", json=[{"effect": "drop"}])
    told = outside.get("/sandbox/log").json()

    assert told == {"api_calls": 0, "requests": []}
