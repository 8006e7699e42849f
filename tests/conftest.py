"""What every test shares: no network beyond loopback, and where foreign data lie."""

import gc
import ipaddress
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.front_door import Furnished, House, furnish, moved_in


ROOT = Path(__file__).resolve().parent.parent

#: Data that nobody in this project made; not part of it, and not always there.
FOREIGN = ROOT.parent / "shared" / "data"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Golden files can be written anew, after a look at what changed."""
    parser.addoption(
        "--update-golden", action="store_true", help="write golden files anew"
    )


def pytest_collection_finish() -> None:
    """What is there before the first test stays: no need to sift it for garbage."""
    gc.collect()
    gc.freeze()


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches for the world outside fails, and says where to."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not is_loopback(
            address[0]
        ):
            pytest.fail(f"a test tried to connect to {address[0]}:{address[1]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


def foreign(*parts: str) -> Path:
    """The path of foreign data; the test is skipped, with a reason, without it."""
    path = FOREIGN.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"{'/'.join(parts)} is not on this machine")
    return path


@pytest.fixture
def bank2012() -> Path:
    """A real organisation's deals as a folder of CSV files."""
    return foreign("orgs", "bank2012")


@pytest.fixture
def maven_crm() -> Path:
    """A CRM export without activities or stage history."""
    return foreign("maven-crm")


@pytest.fixture
def recorded() -> Path:
    """Recorded answers of the real service."""
    return foreign("recorded")


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    """A made-up organisation that is served, and the data of a first sync."""
    with furnish(tmp_path_factory.mktemp("furnished")) as found:
        yield found


@pytest.fixture(scope="session")
def of_one_rep(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    """A smaller one, with two packets and seven letters, where that is enough."""
    with furnish(tmp_path_factory.mktemp("of_one_rep"), seed=3, reps=1) as found:
        yield found


@pytest.fixture
def house(furnished: Furnished, tmp_path: Path) -> Iterator[House]:
    """An installation that has synced the made-up organisation once."""
    with moved_in(furnished, tmp_path) as found:
        yield found
