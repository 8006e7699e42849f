import gzip
import logging
import threading
import traceback
from typing import Any

import pytest
import requests
import responses

from sync.client import SalesCloud
from sync.cloud import Query, Since, Window
from sync.errors import (
    AllowanceSpent,
    FieldUnknown,
    LoginRefused,
    NotAllowed,
    SyncError,
    TryAgain,
    Unexpected,
)
from tests.sync_clouds import (
    DATA,
    DATE,
    EXPIRED,
    HASTY,
    ORG,
    TOKEN,
    a_connection,
    answer_logins,
    calls_to,
    canned,
)


IDS = Query(soql="SELECT Id FROM Account")
NOTHING = {"totalSize": 0, "done": True, "records": []}


@responses.activate
@pytest.mark.parametrize("status", [420, 429, 500, 502, 503, 504])
def test_a_passing_failure_is_tried_again(status: int) -> None:
    cloud = canned()
    responses.get(f"{DATA}/query/", status=status)
    responses.get(f"{DATA}/query/", json=NOTHING)

    assert cloud.query(IDS).total == 0


@responses.activate
def test_a_lasting_failure_is_reported_after_five_attempts() -> None:
    cloud = canned()
    responses.get(f"{DATA}/query/", status=503)

    with pytest.raises(TryAgain, match="503"):
        cloud.query(IDS)
    assert len(calls_to("/query/")) == 5


@responses.activate
def test_a_broken_connection_is_tried_again() -> None:
    cloud = canned()
    responses.get(
        f"{DATA}/query/", body=requests.exceptions.ConnectionError("reset by peer")
    )
    responses.get(f"{DATA}/query/", json=NOTHING)

    assert cloud.query(IDS).total == 0


@responses.activate
def test_a_server_that_is_down_is_left_in_peace_after_ten_failures_in_a_row() -> None:
    cloud = canned()
    responses.get(f"{DATA}/query/", status=503)

    for _ in range(5):
        with pytest.raises(TryAgain):
            cloud.query(IDS)
    assert len(calls_to("/query/")) == 5 + 5 + 3


@responses.activate
def test_an_expired_token_is_renewed_once_and_the_request_repeated() -> None:
    cloud = canned()
    responses.get(f"{DATA}/query/", status=401, json=EXPIRED)
    responses.get(f"{DATA}/query/", json=NOTHING)
    responses.replace(
        responses.POST, TOKEN, json={"access_token": "token-2", "instance_url": ORG}
    )

    cloud.query(IDS)

    assert [r.headers["Authorization"] for r in calls_to("/query/")] == [
        "Bearer token-1",
        "Bearer token-2",
    ]


@responses.activate
@pytest.mark.parametrize("body", [b"<html>Login</html>", b"", b'{"error": "x"}'])
def test_an_expiry_without_a_readable_body_is_one_all_the_same(body: bytes) -> None:
    cloud = canned()
    responses.get(f"{DATA}/query/", status=401, body=body)
    responses.get(f"{DATA}/query/", json=NOTHING)

    assert cloud.query(IDS).total == 0


@responses.activate
def test_a_login_that_keeps_being_refused_is_asked_for_exactly_once_more() -> None:
    cloud = canned()
    responses.get(f"{DATA}/query/", status=401, json=EXPIRED)

    for _ in range(3):
        with pytest.raises(LoginRefused, match="session settings"):
            cloud.query(IDS)
    assert (len(calls_to("/query/")), len(calls_to("/oauth2/token"))) == (2, 2)


@responses.activate
def test_eight_threads_that_meet_one_expiry_log_in_once() -> None:
    cloud = canned()
    met = threading.Barrier(8, timeout=10)

    def answer(request: Any) -> tuple[int, dict[str, str], str]:
        if request.headers["Authorization"] == "Bearer token-2":
            return 200, {}, '{"totalSize": 0, "done": true, "records": []}'
        met.wait()
        return 401, {}, '[{"errorCode": "INVALID_SESSION_ID", "message": "expired"}]'

    responses.add_callback(responses.GET, f"{DATA}/query/", answer)
    responses.replace(
        responses.POST, TOKEN, json={"access_token": "token-2", "instance_url": ORG}
    )
    threads = [threading.Thread(target=cloud.query, args=(IDS,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(calls_to("/oauth2/token")) == 2


@responses.activate
def test_an_org_that_moved_is_found_at_its_new_host() -> None:
    cloud = canned()
    moved = "https://acme-2.my.salesforce.com"
    responses.get(f"{DATA}/query/", status=401, json=EXPIRED)
    responses.get(f"{moved}/services/data/v66.0/query/", json=NOTHING)
    responses.replace(
        responses.POST, TOKEN, json={"access_token": "token-2", "instance_url": moved}
    )

    cloud.query(IDS)
    cloud.query(IDS)

    assert len(calls_to(moved)) == 2


@responses.activate
def test_a_spent_allowance_stops_this_call_and_all_others() -> None:
    cloud = canned()
    told = [
        {"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests exceeded"}
    ]
    responses.get(f"{DATA}/query/", status=403, json=told)

    for _ in range(3):
        with pytest.raises(AllowanceSpent):
            cloud.query(IDS)
    assert len(calls_to("/query/")) == 1


@responses.activate
def test_too_many_concurrent_requests_are_waited_for() -> None:
    cloud = canned()
    told = [
        {"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "ConcurrentPerOrgLongTxn"}
    ]
    responses.get(f"{DATA}/query/", status=403, json=told)
    responses.get(f"{DATA}/query/", json=NOTHING)

    assert cloud.query(IDS).total == 0


@responses.activate
@pytest.mark.parametrize(
    "header",
    [
        "api-usage=80/100",
        "api-usage=80/100; api-bursts=1/750",
        "per-app-api-usage=1/250(appName=x); api-usage=80/100",
    ],
)
def test_the_last_fifth_of_the_allowance_is_left_to_others(header: str) -> None:
    cloud = canned()
    responses.get(f"{DATA}/query/", json=NOTHING, headers={"Sforce-Limit-Info": header})

    assert cloud.query(IDS).total == 0
    with pytest.raises(AllowanceSpent, match="80 of its 100 API calls"):
        cloud.query(IDS)


@responses.activate
@pytest.mark.parametrize(
    ("status", "code", "kind", "remedy"),
    [
        (400, "INVALID_FIELD", FieldUnknown, "grant"),
        (403, "API_DISABLED_FOR_ORG", NotAllowed, "API Enabled"),
        (403, "INSUFFICIENT_ACCESS", NotAllowed, "grant"),
        (403, "OPERATION_TOO_LARGE", NotAllowed, "View All Data"),
        (400, "MALFORMED_QUERY", Unexpected, "No."),
    ],
)
def test_a_refusal_says_what_to_do(
    status: int, code: str, kind: type[Exception], remedy: str
) -> None:
    cloud = canned()
    told = [{"errorCode": code, "message": "No."}]
    responses.get(f"{DATA}/query/", status=status, json=told)

    with pytest.raises(kind, match=remedy):
        cloud.query(IDS)
    assert len(calls_to("/query/")) == 1


@responses.activate
@pytest.mark.parametrize(
    "following",
    [
        "@elsewhere.example/services/data/v66.0/query/01g-2000",
        ":8443@elsewhere.example/",
        ".elsewhere.example/services/data/v66.0/query/01g-2000",
        "https://elsewhere.example/services/data/v66.0/query/01g-2000",
        "//elsewhere.example/services/data/v66.0/query/01g-2000",
        "/services/data/v66.0/query/../../oauth2/revoke",
        "/services/data/v66.0/query/01g-2000\n",
    ],
)
def test_a_next_page_that_leads_elsewhere_is_not_followed(following: str) -> None:
    cloud = canned()
    before = len(responses.calls)

    with pytest.raises(Unexpected, match="leads elsewhere"):
        cloud.more(following)
    assert len(responses.calls) == before


@responses.activate
def test_the_token_is_not_sent_to_another_host() -> None:
    cloud = canned()

    with pytest.raises(Unexpected, match="refused to send"):
        cloud.session.get("https://elsewhere.example/services/data/v66.0/query/")
    assert calls_to("elsewhere.example") == []


@responses.activate
def test_a_redirect_is_not_followed() -> None:
    cloud = canned()
    responses.get(
        f"{DATA}/query/", status=302, headers={"Location": "https://elsewhere.example/"}
    )

    with pytest.raises(Unexpected, match="redirected"):
        cloud.query(IDS)
    assert calls_to("elsewhere.example") == []


@responses.activate
def test_a_login_that_points_to_a_stranger_is_not_trusted() -> None:
    responses.post(
        TOKEN, json={"access_token": "t", "instance_url": "https://elsewhere.example"}
    )

    with pytest.raises(Unexpected, match="not its own"):
        canned_without_answers()


def canned_without_answers() -> None:

    SalesCloud.connect(a_connection())


@responses.activate
def test_half_a_compressed_body_is_asked_for_again() -> None:
    cloud = canned()
    whole = gzip.compress(b'{"totalSize": 0, "done": true, "records": []}')
    packed = {"Content-Encoding": "gzip"}
    responses.get(f"{DATA}/query/", body=whole[: len(whole) // 2], headers=packed)
    responses.get(f"{DATA}/query/", body=whole, headers=packed)

    assert cloud.query(IDS).total == 0
    assert len(calls_to("/query/")) == 2


@responses.activate
def test_a_body_that_is_not_json_is_asked_for_again() -> None:
    cloud = canned()
    responses.get(f"{DATA}/query/", body=b'{"totalSize": 0, "done": tr')
    responses.get(f"{DATA}/query/", json=NOTHING)

    assert cloud.query(IDS).total == 0


@responses.activate
def test_a_question_that_composite_refuses_is_asked_alone_from_then_on() -> None:
    cloud = canned()
    cloud.session.server.heard(DATE["Date"])
    moment = "2026-11-24T09:30:00.000+0000"
    refused = [{"errorCode": "NOT_SUPPORTED_HERE", "message": "No."}]
    answers = [
        {"referenceId": "r0", "httpStatusCode": 400, "body": refused},
        {"referenceId": "r1", "httpStatusCode": 400, "body": refused},
    ]
    responses.post(f"{DATA}/composite", json={"compositeResponse": answers})
    for name in ("Account", "Contact"):
        log = {"ids": [], "latestDateCovered": moment}
        responses.get(f"{DATA}/sobjects/{name}/updated/", json=log)
    asked = [
        Since(name=name, start=cloud.server_time, deletable=False)
        for name in ("Account", "Contact")
    ]

    for _ in range(2):
        told = cloud.windows(asked)
        assert {type(answer) for answer in told.values()} == {Window}

    assert (len(calls_to("/composite")), len(calls_to("/updated/"))) == (1, 4)


#: What nobody may read anywhere but in a request to the org.
CANARIES = {
    "client_secret": "canary-secret",
    "password": "canary-password",
    "security_token": "canary-token",
    "access_token": "canary-access",
    "private_key": "canary-key",
}
BROKEN: list[dict[str, Any]] = [
    {"status": 400, "json": {"error": "invalid_grant", "error_description": "no"}},
    {"status": 500},
    {"status": 302, "headers": {"Location": "https://elsewhere.example/"}},
    {"status": 200, "body": b"<html>"},
    {"status": 200, "json": {"access_token": "canary-access"}},
    {"body": requests.exceptions.ConnectionError("reset by peer")},
]


@responses.activate
@pytest.mark.parametrize("auth", ["client_credentials", "jwt", "password"])
@pytest.mark.parametrize("answer", BROKEN, ids=str)
def test_no_credential_is_in_a_log_or_traceback_of_a_login(
    caplog: pytest.LogCaptureFixture, auth: str, answer: dict[str, Any]
) -> None:
    caplog.set_level(logging.DEBUG)
    responses.post(TOKEN, **answer)
    responses.get(f"{ORG}/services/data/", json=[{"version": "66.0"}], headers=DATE)
    facts = a_connection(**CANARIES, auth=auth, username="robot@acme.example")

    with pytest.raises(SyncError) as caught:
        SalesCloud.connect(facts, patience=HASTY)

    told = caplog.text + repr(facts)
    told += "".join(traceback.format_exception(caught.value))
    assert "canary" not in told


@responses.activate
def test_what_no_answer_needs_is_not_sent() -> None:
    cloud = canned()
    responses.get(f"{DATA}/query/", json=NOTHING)

    cloud.query(IDS)

    (sent,) = calls_to("/query/")
    assert "X-PrettyPrint" not in sent.headers
    assert "placeholder" not in str(sent.headers)


@responses.activate
def test_the_moment_is_the_servers() -> None:
    cloud = canned()
    responses.get(f"{DATA}/query/", json=NOTHING, headers=DATE)

    cloud.query(IDS)

    assert cloud.server_time.isoformat() == "2026-11-24T09:30:20+00:00"


@responses.activate
def test_no_secret_is_logged_or_raised(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    cloud = canned()
    responses.get(f"{DATA}/query/", status=401, json=EXPIRED)

    with pytest.raises(LoginRefused) as caught:
        cloud.query(IDS)
    told = caplog.text + repr(caught.value) + str(caught.value) + repr(a_connection())
    assert [s for s in ("hush-hush", "token-1", "Basic ") if s in told] == []


@responses.activate
@pytest.mark.parametrize(
    ("status", "told", "remedy"),
    [
        (400, {"error": "invalid_client_id"}, "client_id"),
        (401, {"error": "invalid_client"}, "DEALPACKET_CLIENT_SECRET"),
        (
            400,
            {
                "error": "invalid_grant",
                "error_description": "no client credentials user enabled",
            },
            "Run-As",
        ),
    ],
)
def test_a_refused_login_says_what_to_check_and_is_not_repeated(
    status: int, told: dict[str, str], remedy: str
) -> None:
    responses.post(TOKEN, status=status, json=told)

    with pytest.raises(LoginRefused, match=remedy):
        canned_without_answers()
    assert len(calls_to("/oauth2/token")) == 1


@responses.activate
def test_a_login_survives_a_passing_failure() -> None:
    responses.post(TOKEN, status=503)
    answer_logins()

    canned_without_answers()

    assert len(calls_to("/oauth2/token")) == 2


@responses.activate
def test_an_access_token_that_expired_cannot_be_renewed() -> None:
    responses.get(f"{ORG}/services/data/", json=[{"version": "66.0"}])
    responses.get(f"{DATA}/", status=401, json=EXPIRED)

    with pytest.raises(LoginRefused, match="DEALPACKET_ACCESS_TOKEN"):
        canned_with_token()


def canned_with_token() -> None:

    SalesCloud.connect(a_connection(auth="access_token", access_token="old"))


@responses.activate
def test_an_older_org_is_spoken_to_in_its_own_version() -> None:
    cloud = canned(api_version="68.0")

    assert cloud.version == "66.0"
    assert "not yet 68.0" in cloud.notes[0]


@responses.activate
@pytest.mark.parametrize("status", [200, 404])
def test_a_host_that_is_no_org_is_told_apart(status: int) -> None:
    responses.post(TOKEN, status=status, body=b"<html>Welcome to our shop</html>")

    with pytest.raises(Unexpected, match="login_url"):
        canned_without_answers()


@pytest.mark.parametrize(
    ("changes", "remedy"),
    [
        ({"auth": "magic"}, "one of client_credentials"),
        ({"client_secret": None}, "DEALPACKET_CLIENT_SECRET"),
        ({"auth": "jwt"}, "username"),
        ({"login_url": "http://acme.example"}, "login_url"),
        ({"login_url": "https://user:secret@acme.example"}, "login_url"),
        ({"api_version": "v66"}, r"66\.0"),
    ],
)
def test_a_connection_that_cannot_work_is_refused_at_once(
    changes: dict[str, Any], remedy: str
) -> None:

    with pytest.raises(NotAllowed, match=remedy):
        SalesCloud.connect(a_connection(**changes))
