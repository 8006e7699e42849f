"""An installation beside a sandbox, and its front door: ``jobs.main``."""

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import jobs
from reports.delivery.ledger import Ledger
from reports.delivery.records import Delivery
from sandbox.clock import Clock
from sandbox.credentials import CLIENT_ID, CLIENT_SECRET
from sandbox.org import Org
from sandbox.server import Sandbox
from sandbox.world import generate


ROOT = Path(__file__).resolve().parent.parent

#: A Tuesday; the next review by the usual cadence is on 8 December.
NOW = datetime(2026, 11, 24, 9, 30, 20, tzinfo=UTC)

OPS = "revops@acme.example"
SECRET = "DEALPACKET_CLIENT_SECRET"

#: What no output may show, whatever goes wrong.
UNSPEAKABLE = (CLIENT_SECRET, "wrong-secret", "Traceback (most recent call last)")


@dataclass(frozen=True)
class Said:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which is one JSON value."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


@dataclass
class House:
    """An installation in a folder of its own."""

    folder: Path
    sandbox: Sandbox
    now: datetime = NOW

    @property
    def config(self) -> Path:
        return self.folder / "dealpacket.toml"

    @property
    def var(self) -> Path:
        return self.folder / "var"

    def configure(self, more: str = "", **salesforce: str) -> None:
        """Write the configuration: the usual one, with changes and additions."""
        facts = {
            "login_url": self.sandbox.base_url,
            "client_id": CLIENT_ID,
            "ca_file": str(self.sandbox.ca_file),
        }
        lines = [f'{key} = "{value}"' for key, value in (facts | salesforce).items()]
        hygiene = "" if "[hygiene]" in more else f'[hygiene]\nrecipients = ["{OPS}"]'
        text = "\n".join(["[salesforce]", *lines, hygiene, more, ""])
        self.config.write_text(text, encoding="utf-8")

    def call(self, *argv: str) -> Said:
        """Run a command in this process, at the moment it is here."""
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            try:
                code = jobs.main(["--config", str(self.config), *argv])
            except SystemExit as end:
                code = int(end.code or 0)
        return checked(Said(code, out.getvalue(), err.getvalue()))

    @contextmanager
    def running(self, *argv: str) -> Iterator["subprocess.Popen[str]"]:
        """A command as a process of its own."""
        with started("--config", str(self.config), *argv) as process:
            yield process

    def at(self, moment: datetime) -> None:
        """Let it be another moment, here and in Sales Cloud."""
        self.now = moment
        self.sandbox.clock.set(moment)

    def letters(self, pattern: str = "*") -> dict[str, bytes]:
        """The letters in the outbox, by name."""
        found = sorted((self.var / "outbox").glob(f"{pattern}.eml"))
        return {path.name: path.read_bytes() for path in found}

    def deliveries(self) -> list[Delivery]:
        """What the ledger knows of letters."""
        with Ledger.open(self.var / "ledger.db") as ledger:
            return ledger.deliveries()


def checked(said: Said) -> Said:
    """What was said, if it may be said at all."""
    for word in UNSPEAKABLE:
        assert word not in said.out + said.err
    return said


@contextmanager
def started(*argv: str, cwd: Path | None = None) -> Iterator["subprocess.Popen[str]"]:
    """A command as a process of its own, without a terminal; it ends with the block."""
    with subprocess.Popen(
        [sys.executable, str(ROOT), *argv],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, SECRET: CLIENT_SECRET},
        cwd=cwd,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def first_line(process: "subprocess.Popen[str]") -> str:
    """The next line that a process says on standard output."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def until(process: "subprocess.Popen[str]", *last: str) -> list[dict[str, Any]]:
    """The events that ``run`` tells, up to the first of those named."""
    told = [json.loads(first_line(process))]
    while told[-1]["event"] not in last:
        told.append(json.loads(first_line(process)))
    return told


def ended(process: "subprocess.Popen[str]") -> Said:
    """What a process said until its end."""
    out, err = process.communicate(timeout=60)
    return Said(process.returncode, out, err)


@contextmanager
def served(folder: Path) -> Iterator[Sandbox]:
    """A sandbox over a folder of CSV files; its clock stands at NOW until it is set."""
    clock = Clock(NOW)
    clock.freeze()
    with Sandbox(Org.load(folder), clock=clock) as sandbox:
        yield sandbox


@contextmanager
def a_house(folder: Path, sandbox: Sandbox) -> Iterator[House]:
    """A configured installation in which nothing has happened yet."""
    folder.mkdir(parents=True, exist_ok=True)
    house = House(folder, sandbox)
    house.configure()
    mask = os.umask(0o077)  # as commands leave it
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "clock", lambda: house.now)
        patch.setenv(SECRET, CLIENT_SECRET)
        yield house
    os.umask(mask)
    sandbox.clock.set(NOW)
    sandbox.faults.take([])


@dataclass(frozen=True)
class Furnished:
    """A made-up organisation that is served, and the data of a first sync."""

    sandbox: Sandbox
    data: Path
    first: Said  #: what that sync said


@contextmanager
def furnish(folder: Path, *, seed: int = 1, reps: int = 3) -> Iterator[Furnished]:
    """Make up an organisation, by default of three reps, serve it and sync it once."""
    generate(folder / "org", seed=seed, reps=reps, now=NOW)
    with served(folder / "org") as sandbox:
        with a_house(folder, sandbox) as house:
            first = house.call("sync", "--json")
        assert first.code == 0, first.err
        yield Furnished(sandbox, house.var, first)


@contextmanager
def moved_in(furnished: Furnished, folder: Path) -> Iterator[House]:
    """An installation of its own over the data of the first sync."""
    with a_house(folder, furnished.sandbox) as house:
        shutil.copytree(furnished.data, house.var)
        yield house


@contextmanager
def beside(org: Path, folder: Path) -> Iterator[House]:
    """A configured installation beside an organisation of its own."""
    with served(org) as sandbox, a_house(folder, sandbox) as house:
        yield house
