"""Faults that are planted: what rules may say, whom they strike, what a client sees."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.exceptions import ChunkedEncodingError, ContentDecodingError

from sandbox.faults import FaultError, Faults
from sandbox.server import Sandbox
from tests.sandbox_orgs import DATA, Client, serving, write_org


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    folder = write_org(tmp_path_factory.mktemp("org"), deals=600)
    with serving(folder) as running:
        yield running


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    with Client(sandbox) as session:
        yield session.log_in()
    sandbox.faults.replace(())


QUERY = f"{DATA}/query?q=SELECT Id, Name FROM Opportunity"  # noqa: S608
ROWS = 588


def plant(client: Client, **rule: Any) -> None:
    client.sandbox.faults.take([{"path": "/query", **rule}])


# What a client sees


@pytest.mark.parametrize(
    "effect",
    [
        "drop",
        "drop_body",
        "length_half",
        "chunked_unfinished",
        "gzip_half",
        "gzip_crc",
        "gzip_plain",
        "bad_status_line",
    ],
)
def test_a_broken_response_is_noticed(client: Client, effect: str) -> None:
    plant(client, effect=effect, nth=1)

    with pytest.raises(
        (requests.ConnectionError, ChunkedEncodingError, ContentDecodingError)
    ):
        client.get(QUERY)
    assert client.get(QUERY).json()["totalSize"] == ROWS


@pytest.mark.parametrize(
    "effect",
    ["close_half", "chunked_half", "gzip_length_half", "gzip_close_half"],
)
def test_a_response_that_looks_whole_is_cut(client: Client, effect: str) -> None:
    plant(client, effect=effect, times=1)
    cut = client.get(QUERY).text

    assert 0 < len(cut) < len(client.get(QUERY).text)
    with pytest.raises(json.JSONDecodeError):
        json.loads(cut)


@pytest.mark.parametrize("effect", ["drip", "drip_headers"])
def test_a_dripping_response_is_whole_in_the_end(client: Client, effect: str) -> None:
    plant(client, effect=effect, bytes=4_000, delay=0.001)

    assert client.get(QUERY).json()["totalSize"] == ROWS


def test_a_hanging_response_never_comes(client: Client) -> None:
    plant(client, effect="hang")

    with pytest.raises(requests.Timeout):
        client.get(QUERY, timeout=0.2)


def test_a_response_may_be_late(client: Client) -> None:
    plant(client, effect="delay", delay=0.3)

    with pytest.raises(requests.Timeout):
        client.get(QUERY, timeout=0.1)


@pytest.mark.parametrize(
    ("rule", "status", "code"),
    [
        ({"effect": "status"}, 503, "SERVER_UNAVAILABLE"),
        (
            {"effect": "status", "status": 400, "code": "QUERY_TIMEOUT"},
            400,
            "QUERY_TIMEOUT",
        ),
        ({"effect": "quota"}, 403, "REQUEST_LIMIT_EXCEEDED"),
        ({"effect": "expire"}, 401, "INVALID_SESSION_ID"),
        ({"effect": "expired_cursor"}, 400, "INVALID_QUERY_LOCATOR"),
    ],
)
def test_another_answer_is_given(
    client: Client, rule: dict[str, Any], status: int, code: str
) -> None:
    plant(client, **rule)
    answer = client.get(QUERY)

    assert answer.status_code == status
    assert answer.json()[0]["errorCode"] == code


def test_headers_go_with_a_status(client: Client) -> None:
    plant(client, effect="status", status=429, headers={"Retry-After": "7"})

    assert client.get(QUERY).headers["Retry-After"] == "7"


def test_an_expiry_ends_every_session(client: Client) -> None:
    plant(client, effect="expire", nth=1)
    client.get(QUERY)

    assert client.get(f"{DATA}/limits").status_code == 401
    assert client.log_in().get(QUERY).status_code == 200


def test_a_page_may_lead_elsewhere(client: Client) -> None:
    plant(client, effect="foreign_next", location="https://127.0.0.1:1")
    headers = {"Sforce-Query-Options": "batchSize=200"}
    page = client.get(QUERY, headers=headers).json()

    assert page["nextRecordsUrl"].startswith("https://127.0.0.1:1/services/data")


def test_rows_may_come_twice(client: Client) -> None:
    plant(client, effect="duplicate_page")
    records = client.get(QUERY).json()["records"]

    assert len(records) == 2 * ROWS
    assert len({record["Id"] for record in records}) == ROWS


def test_the_count_may_be_wrong(client: Client) -> None:
    plant(client, effect="wrong_count")
    page = client.get(QUERY).json()

    assert page["totalSize"] == len(page["records"]) + 1


@pytest.mark.parametrize(
    ("effect", "status", "body"),
    [("empty", 200, ""), ("html", 200, "<html>"), ("redirect", 302, "")],
)
def test_the_answer_may_be_no_answer(
    client: Client, effect: str, status: int, body: str
) -> None:
    plant(client, effect=effect)
    answer = client.get(QUERY, allow_redirects=False)

    assert (answer.status_code, answer.text[:6]) == (status, body)


# Whom a rule strikes


def struck(faults: Faults, *targets: str, method: str = "GET") -> list[bool]:
    return [faults.strike(method, target) is not None for target in targets]


def test_a_rule_strikes_by_number() -> None:
    faults = Faults.of([{"effect": "drop", "path": "query", "nth": [1, 3]}])

    assert struck(faults, "/query", "/limits", "/query", "/query") == [
        True,
        False,
        False,
        True,
    ]


def test_a_rule_strikes_so_often_at_most() -> None:
    faults = Faults.of([{"effect": "drop", "times": 2}])

    assert struck(faults, *"abc") == [True, True, False]
    assert faults.struck == [2]


def test_a_rule_strikes_a_method_in_any_case() -> None:
    faults = Faults.of([{"effect": "drop", "method": "post"}])

    assert struck(faults, "/", method="POST") == [True]
    assert struck(faults, "/", method="GET") == [False]


def test_chance_is_the_same_each_time() -> None:
    rules = {"seed": 7, "rules": [{"effect": "drop", "probability": 0.5}]}
    first, second = (struck(Faults.of(rules), *"abcdefghij") for _ in range(2))

    assert first == second
    assert True in first
    assert False in first


# Files


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("faults.json", '[{"effect": "status", "nth": 2}]'),
        ("faults.json", '{"seed": 3, "rules": [{"effect": "status", "nth": 2}]}'),
        ("faults.toml", 'seed = 3\n[[rules]]\neffect = "status"\nnth = 2\n'),
    ],
)
def test_rules_come_from_a_file(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")

    (rule,) = Faults.load(path).rules
    assert (rule.effect, rule.nth, rule.status) == ("status", (2,), 503)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "Expecting property name"),
        ("3", "faults are a list of rules"),
        ('{"rules": {}}', "faults are a list of rules"),
        ('{"seed": "x", "rules": []}', "seed must be a whole number, not 'x'"),
        ("[{}]", "rule 1: effect is missing; it is one of bad_status_line"),
        ("[3]", "rule 1: effect is missing"),
        (
            '[{"effect": "drop"}, {"effect": "explode"}]',
            "rule 2: effect must be one of",
        ),
        ('[{"effect": "drop", "when": 1}]', "rule 1: unknown when; a rule may have"),
        ('[{"effect": "drop", "path": "("}]', "path must be a regular expression"),
        ('[{"effect": "drop", "nth": 0}]', "nth must be a number from 1"),
        ('[{"effect": "drop", "nth": "x"}]', "nth must be a number from 1"),
        ('[{"effect": "drop", "times": true}]', "times must be a whole number"),
        ('[{"effect": "drop", "probability": 2}]', "probability must be a number"),
        ('[{"effect": "status", "status": "503"}]', "status must be a status from"),
        ('[{"effect": "drop", "delay": 601}]', "delay must be 0 to 600 seconds"),
        ('[{"effect": "drop", "headers": {"a": 1}}]', "headers must be a table of"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(
    tmp_path: Path, text: str, complaint: str
) -> None:
    path = tmp_path / "faults.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(FaultError) as refused:
        Faults.load(path)
    assert str(refused.value).startswith(f"{path}: ")
    assert complaint in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FaultError, match=r"none\.json"):
        Faults.load(tmp_path / "none.json")
