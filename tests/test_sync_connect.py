"""Logging in to the sandbox in every way, and what cannot be reached."""

import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.credentials import CLIENT_SECRET, PASSWORD, USERNAME
from sandbox.credentials import SECURITY_TOKEN as CODE
from sync.client import SalesCloud
from sync.cloud import Page, Query, Shape
from sync.doctor import Check, examine
from sync.errors import LoginRefused, NotAllowed, SyncError, TryAgain, Unexpected
from sync.objects import CATALOGUE
from sync.patience import Patience
from tests.sync_clouds import NOW, World, a_world


COUNT = Query(soql="SELECT COUNT(Id) howMany FROM Opportunity")
ONCE = Patience(attempts=1)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with a_world(tmp_path_factory.mktemp("connect")) as made:
        yield made


@pytest.fixture
def world(shared: World) -> Iterator[World]:
    yield shared
    shared.plant()


def ways(world: World) -> dict[str, dict[str, Any]]:
    """Every way to log in that the sandbox knows."""
    key = world.sandbox.jwt_key_file.read_text("ascii")
    user = {"username": USERNAME, "client_secret": None}
    return {
        "client_credentials": {},
        "jwt": {"auth": "jwt", "private_key": key, **user},
        "oauth password": {
            "auth": "password",
            "username": USERNAME,
            "password": PASSWORD,
            "security_token": CODE,
            "client_secret": CLIENT_SECRET,
        },
        "soap password": {
            "auth": "password",
            "client_id": None,
            "password": PASSWORD,
            "security_token": CODE,
            **user,
        },
    }


@pytest.mark.parametrize(
    "way", ["client_credentials", "jwt", "oauth password", "soap password"]
)
def test_there_are_four_ways_to_log_in(world: World, way: str) -> None:
    cloud = world.connect(**ways(world)[way])

    assert int(cloud.query(COUNT).records[0]["howMany"]) == 36


def test_an_access_token_from_elsewhere_is_good_until_it_ends(world: World) -> None:
    token = world.sandbox.service.sessions.open()
    cloud = world.connect(auth="access_token", access_token=token)
    cloud.query(COUNT)
    world.sandbox.service.sessions.close_all()

    with pytest.raises(LoginRefused, match="DEALPACKET_ACCESS_TOKEN"):
        cloud.query(COUNT)


@pytest.mark.parametrize(
    ("way", "changes", "remedy"),
    [
        ("client_credentials", {"client_secret": "wrong"}, "DEALPACKET_CLIENT_SECRET"),
        ("client_credentials", {"client_id": "wrong"}, "client_id"),
        ("jwt", {"username": "nobody@acme.example"}, "pre-authorised"),
        ("jwt", {"private_key": "not a key"}, "DEALPACKET_PRIVATE_KEY"),
        ("oauth password", {"password": "wrong"}, "DEALPACKET_PASSWORD"),
        ("soap password", {"password": "wrong"}, "DEALPACKET_PASSWORD"),
    ],
)
def test_a_wrong_credential_is_named(
    world: World, way: str, changes: dict[str, Any], remedy: str
) -> None:
    with pytest.raises(LoginRefused, match=remedy):
        world.connect(**ways(world)[way] | changes)


def test_a_host_that_nobody_listens_at_is_unreachable(world: World) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with pytest.raises(TryAgain, match=r"cannot reach 127.0.0.1.*login_url"):
        world.connect(login_url=f"https://127.0.0.1:{port}")


def test_an_unknown_authority_is_not_trusted(world: World) -> None:
    with pytest.raises(NotAllowed, match="ca_file"):
        world.connect(ca_file=None)


def test_an_authority_that_is_no_certificate_is_refused(
    world: World, tmp_path: Path
) -> None:
    broken = tmp_path / "ca.pem"
    broken.write_text("no certificate", encoding="utf-8")

    with pytest.raises(NotAllowed, match="PEM"):
        world.connect(ca_file=broken)


def test_environment_variables_do_not_change_whom_we_trust(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/at/all.pem")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")

    assert world.connect().query(COUNT).total == 1


@pytest.mark.parametrize("effect", ["drip", "drip_headers", "hang"])
def test_a_request_never_takes_longer_than_its_deadline(
    world: World, effect: str
) -> None:
    connection = world.connection(deadline=0.6, read_timeout=5.0)
    cloud = SalesCloud.connect(connection, patience=ONCE)
    world.plant({"effect": effect, "path": "/query", "delay": 0.1})
    began = time.monotonic()

    with pytest.raises(TryAgain):
        cloud.query(COUNT)
    assert time.monotonic() - began < 1.6


def test_a_request_may_not_hang_between_two_bytes(world: World) -> None:
    connection = world.connection(deadline=30.0, read_timeout=0.4)
    cloud = SalesCloud.connect(connection, patience=ONCE)
    world.plant({"effect": "delay", "path": "/query", "delay": 1.0})

    with pytest.raises(TryAgain, match="took too long"):
        cloud.query(COUNT)


def test_an_html_page_instead_of_rows_is_not_mistaken_for_them(world: World) -> None:
    cloud = world.connect()
    world.plant({"effect": "html", "path": "/query"})

    with pytest.raises(TryAgain, match="not JSON"):
        cloud.query(COUNT)


def test_a_redirect_away_is_refused(world: World) -> None:
    cloud = world.connect()
    world.plant({"effect": "redirect", "path": "/query"})

    with pytest.raises(Unexpected, match="redirected"):
        cloud.query(COUNT)


def look(world: World, **options: Any) -> dict[str, Check]:
    return {check.name: check for check in examine(world.connect(), **options)}


def test_the_doctor_finds_nothing_wrong_with_a_healthy_org(world: World) -> None:
    checks = look(world, now=world.clock.now())

    assert [check for check in checks.values() if check.ok is False] == []
    assert checks["Opportunity"].ok
    assert "left today" in checks["API calls"].detail


def test_the_doctor_compares_the_clocks(world: World) -> None:
    checks = look(world, now=NOW + timedelta(hours=3))

    assert (checks["clock"].ok, "NTP" in checks["clock"].remedy) == (False, True)


def test_the_doctor_says_what_the_reports_lose_without_an_object(world: World) -> None:
    check = look(world)["EventRelation"]

    assert check.ok is None
    assert "who was invited" in check.detail


class Captured:
    """An org whose emails live outside of it, while its deals are worked on."""

    instance_url = "https://acme.my.salesforce.com"
    version = "66.0"
    notes = ()
    server_time = datetime(2026, 11, 24, tzinfo=UTC)

    def describe(self, names: Any) -> Any:

        del names
        return {
            obj.name: Shape(name=obj.name, fields={f.name: "x" for f in obj.fields})
            for obj in CATALOGUE
        }

    def query(self, query: Query) -> Any:

        if "UserPermissionAccess" in query.soql:
            raise SyncError("no")
        found = 0 if "EmailMessage" in query.soql else 12
        return Page(records=[{"howMany": found}], total=1)

    def limits(self) -> Any:
        return {"DailyApiRequests": {"Max": 1000, "Remaining": 100}}


def test_the_doctor_suspects_emails_that_are_captured_elsewhere() -> None:
    checks = {check.name: check for check in examine(Captured())}

    assert checks["activity capture"].ok is False
    assert "Einstein Activity Capture" in checks["activity capture"].remedy


def test_the_doctor_warns_when_the_calls_run_out() -> None:
    checks = {check.name: check for check in examine(Captured())}

    assert checks["API calls"].ok is False
