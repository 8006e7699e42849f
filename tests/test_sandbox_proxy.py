"""Clients with login.salesforce.com built in are led to the sandbox, not elsewhere."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from requests.exceptions import ProxyError

from sandbox.server import Sandbox
from tests.sandbox_orgs import serving, write_org


@pytest.fixture(scope="module", params=[None, True], ids=["own port", "another port"])
def sandbox(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Sandbox]:
    folder = write_org(tmp_path_factory.mktemp("org"), deals=5)
    with serving(folder, proxy=request.param) as running:
        yield running


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(sandbox.ca_file)
        session.proxies = {"https": sandbox.proxy_url}
        yield session


def plain(sandbox: Sandbox, text: bytes) -> bytes:
    """What a client gets that does not speak TLS."""
    port = int(sandbox.proxy_url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(text)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(4096), b""))


@pytest.mark.parametrize(
    "host",
    [
        "login.salesforce.com",
        "test.salesforce.com",
        "acme.my.salesforce.com",
        "acme--dev.sandbox.my.salesforce.com",
    ],
)
def test_hosts_of_the_service_are_the_sandbox(
    client: requests.Session, host: str
) -> None:
    answer = client.get(f"https://{host}/services/data", timeout=10)

    assert answer.headers["Server"] == "sandbox"
    assert answer.json()[-1]["version"] == "68.0"


def test_the_sandbox_itself_is_reached_too(
    client: requests.Session, sandbox: Sandbox
) -> None:
    answer = client.get(f"{sandbox.base_url}/services/data", timeout=10)

    assert answer.status_code == 200


@pytest.mark.parametrize("host", ["example.com", "salesforce.com.example", "10.0.0.1"])
def test_other_hosts_are_refused(client: requests.Session, host: str) -> None:
    with pytest.raises(ProxyError, match="403"):
        client.get(f"https://{host}/", timeout=10)


def test_another_port_is_refused(sandbox: Sandbox) -> None:
    told = plain(sandbox, b"CONNECT 127.0.0.1:1 HTTP/1.1\r\n\r\n")

    assert told.startswith(b"HTTP/1.1 403 ")


def test_plain_requests_are_refused(sandbox: Sandbox) -> None:
    told = plain(sandbox, b"GET /services/data HTTP/1.1\r\nHost: x\r\n\r\n")

    assert told.startswith(b"HTTP/1.1 501 ")


def test_a_client_that_says_nothing_is_let_go(sandbox: Sandbox) -> None:
    assert plain(sandbox, b"") == b""


def test_a_sandbox_stops_with_tunnels_open(tmp_path: Path) -> None:
    with serving(tmp_path) as other:
        address = other.proxy_url.rpartition(":")[2]
        connection = socket.create_connection(("127.0.0.1", int(address)), timeout=10)
        connection.sendall(b"CONNECT login.salesforce.com:443 HTTP/1.1\r\n\r\n")
        established = connection.recv(4096)

    with connection:
        left = connection.recv(4096)
    assert established.startswith(b"HTTP/1.1 200 ")
    assert left == b""
