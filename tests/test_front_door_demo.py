"""``demo`` and ``sandbox`` as somebody who has just installed it calls them."""

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.front_door import (
    Furnished,
    House,
    Said,
    a_house,
    checked,
    ended,
    first_line,
    started,
)
from tests.sync_orgs import write_org


@pytest.fixture(scope="module")
def home(
    furnished: Furnished, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """A folder without a configuration."""
    with a_house(tmp_path_factory.mktemp("demo"), furnished.sandbox) as house:
        house.config.unlink()
        yield house


@pytest.fixture(scope="module")
def shown(home: House) -> Said:
    """The demo of one rep and a manager."""
    return home.call("demo", "--reps", "1", "--out", str(home.folder / "demo"))


def test_the_demo_ends_with_the_page_to_open(shown: Said, home: House) -> None:
    page = home.folder / "demo" / "index.html"

    assert shown.code == 0
    assert shown.lines[-1] == str(page)
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_the_demo_says_what_it_did(shown: Said) -> None:
    assert shown.lines[0].startswith("Sync complete: ")
    assert any(re.match(r"Packets: \d packets made; ", line) for line in shown.lines)
    assert any(line.startswith("Data hygiene: ") for line in shown.lines)
    assert re.fullmatch(r"All as of 2026-11-24 09:30 UTC, in \d+ s\.", shown.lines[-2])
    assert "Opportunity: " in shown.err
    assert "failed" not in shown.err


def test_every_link_of_the_demo_leads_somewhere(shown: Said, home: House) -> None:
    top = home.folder / "demo"
    pages = [path for path in top.rglob("*.html") if "outbox" not in path.parts]
    links = {
        (page.parent / link.partition("#")[0]).resolve()
        for page in pages
        for link in re.findall(r'href="([^"#][^"]*)"', page.read_text("utf-8"))
        if "://" not in link and not link.startswith("mailto:")
    }

    assert shown.code == 0
    assert len(pages) > 5
    assert [link for link in links if not link.exists()] == []


def test_the_demo_can_be_repeated_and_says_the_same(shown: Said, home: House) -> None:
    top = home.folder / "demo"
    before = sorted(path.relative_to(top) for path in top.rglob("*.eml"))

    again = home.call("demo", "--reps", "1", "--out", str(top))

    assert again.code == 0
    assert again.lines[:-2] == shown.lines[:-2]
    assert sorted(path.relative_to(top) for path in top.rglob("*.eml")) == before


def test_the_demo_leaves_folders_of_others_alone(home: House) -> None:
    mine = home.folder / "mine" / "thesis.txt"
    mine.parent.mkdir()
    mine.write_text("do not delete", encoding="utf-8")

    said = home.call("demo", "--out", str(mine.parent))

    assert said.code == 2
    assert said.err == (
        f"dealpacket: {mine.parent} holds files of others: name another with --out\n"
    )
    assert mine.read_text(encoding="utf-8") == "do not delete"


def test_a_sandbox_says_where_it_is_and_ends_when_told(tmp_path: Path) -> None:
    org = write_org(tmp_path / "org")
    argv = ("sandbox", "--org", str(org), "--now", "2026-11-24T09:30:00Z")
    with started(*argv) as process:
        base_url, ca_file = first_line(process), Path(first_line(process))
        answer = requests.get(
            f"{base_url}/services/data", verify=str(ca_file), timeout=10
        )
        process.send_signal(signal.SIGTERM)
        said = ended(process)

    assert base_url.startswith("https://127.0.0.1:")
    assert answer.headers["Date"].startswith("Tue, 24 Nov 2026 09:30:")
    assert (said.code, said.out) == (0, "")
    assert said.err.startswith("client id sandbox-client")
    assert not ca_file.exists()


def test_a_mistake_in_a_file_of_faults_is_named(home: House) -> None:
    faults = home.folder / "faults.json"
    faults.write_text('[{"effect": "earthquake"}]', encoding="utf-8")
    org = write_org(home.folder / "org")

    said = home.call("sandbox", "--org", str(org), "--faults", str(faults))

    assert said.code == 2
    assert "earthquake" in said.err
    assert len(said.err.splitlines()) == 1


def test_the_commands_are_listed() -> None:
    with started("--help") as process:
        said = checked(ended(process))

    assert said.code == 0
    for command in ("demo", "sync", "packets", "tick", "doctor", "deliveries"):
        assert f"    {command} " in said.out
