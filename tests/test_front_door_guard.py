"""Nobody reads of somebody else's deals; a canary for each rep would sing."""

import csv
import email
import email.policy
import gzip
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from desk.beats import sign
from reports.delivery.ledger import Ledger
from reports.delivery.records import DeliveryKey, LetterKind
from sandbox.world import generate
from tests.front_door import NOW, House, a_house, served


Row = dict[str, str]

#: The texts of each object that hang on a deal, and the field that says on which.
TEXTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "Opportunity": ("Id", ("Name", "NextStep", "Type", "LeadSource")),
    "Task": ("WhatId", ("Subject", "Type", "CallDisposition")),
    "Event": ("WhatId", ("Subject", "Type")),
    "EmailMessage": ("RelatedToId", ("Subject",)),
    "OpportunityLineItem": ("OpportunityId", ("Name",)),
    "OpportunityTeamMember": ("OpportunityId", ("TeamMemberRole",)),
}
CANARY = re.compile(r"kanari[a-z]x")


class Aviary:
    """An organisation in which every text about a deal carries its owner's canary."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.owners = {one["Id"]: one["OwnerId"] for one in self.rows("Opportunity")}
        reps = sorted(set(self.owners.values()))
        self.canaries = {rep: f"kanari{chr(97 + n)}x" for n, rep in enumerate(reps)}
        self.managers = {one["Id"]: one["ManagerId"] for one in self.rows("User")}
        for rep in reps[::2]:  # two teams, and every second rep in the other one
            self.managers[rep] = self.managers[self.managers[rep]]
        self.rewrite("User", lambda row: {**row, "ManagerId": self.managers[row["Id"]]})
        for name, (about, texts) in TEXTS.items():
            self.rewrite(name, partial(self.marked, about, texts))

    def rows(self, name: str) -> list[Row]:
        with gzip.open(self.folder / f"{name}.csv.gz", "rt", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def rewrite(self, name: str, change: Callable[[Row], Row]) -> None:
        rows = [change(row) for row in self.rows(name)]
        with gzip.open(self.folder / f"{name}.csv.gz", "wt", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)

    def marked(self, about: str, texts: tuple[str, ...], row: Row) -> Row:
        canary = self.canaries.get(self.owners.get(row[about], ""))
        given = [name for name in texts if row.get(name)]
        return {**row, **{name: f"{canary} {row[name]}" for name in given if canary}}

    def allowed(self, key: DeliveryKey) -> set[str]:
        """The canaries that a letter may carry."""
        match key.kind:
            case LetterKind.HYGIENE:
                return set(self.canaries.values())
            case LetterKind.ROLL_UP:
                return {
                    canary
                    for rep, canary in self.canaries.items()
                    if self.managers[rep] == key.rep_id
                }
            case LetterKind.DEAL_SHEET:
                return {self.canaries[self.owners[key.rep_id]]}
        return {self.canaries[key.rep_id]}


@pytest.fixture(scope="module")
def aviary(tmp_path_factory: pytest.TempPathFactory) -> Aviary:
    folder = tmp_path_factory.mktemp("aviary")
    generate(folder, seed=5, reps=4, now=NOW)
    return Aviary(folder)


@pytest.fixture(scope="module")
def house(aviary: Aviary, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An installation after a whole round: reminders, packets, check-ins, an alert."""
    with (
        served(aviary.folder) as sandbox,
        a_house(tmp_path_factory.mktemp("house"), sandbox) as house,
    ):
        text = house.config.read_text("utf-8")
        text = text.replace("[hygiene]", "write_tasks = true\n[hygiene]")
        house.config.write_text(text, encoding="utf-8")
        for command in ("sync", "hygiene", "packets"):
            house.call(command)
        house.at(NOW + timedelta(hours=1))
        for command in ("sync", "followup"):
            house.call(command)
        yield house


def carried(house: House) -> Iterator[tuple[DeliveryKey, set[str]]]:
    """Every letter, and the canaries in any part of it."""
    with Ledger.open(house.var / "ledger.db") as ledger:
        for one in ledger.deliveries():
            raw = ledger.bytes_of(one.key) or b""
            letter = email.message_from_bytes(raw, policy=email.policy.default)
            texts = [str(letter["subject"])]
            for part in letter.walk():
                texts += [] if part.is_multipart() else [part.get_content()]
                texts += [part.get_filename() or ""]
            yield one.key, set(CANARY.findall("\n".join(texts)))


def test_no_letter_carries_another_reps_canary(house: House, aviary: Aviary) -> None:
    foreign = {
        (key.kind, key.recipient): found - aviary.allowed(key)
        for key, found in carried(house)
        if found - aviary.allowed(key)
    }

    assert foreign == {}


def test_every_kind_of_letter_was_looked_at_and_canaries_sing(
    house: House, aviary: Aviary
) -> None:
    letters = list(carried(house))
    kinds = Counter(key.kind for key, _ in letters)
    sang = {canary for _, found in letters for canary in found}

    assert set(kinds) == set(LetterKind)
    assert kinds[LetterKind.ROLL_UP] > 1
    assert all(found for key, found in letters if key.kind == LetterKind.PACKET)
    assert sang == set(aviary.canaries.values())


def test_nothing_was_held_because_of_the_texts(house: House) -> None:
    assert {str(one.state) for one in house.deliveries()} == {"accepted"}


def test_what_is_kept_is_for_its_owner_only(house: House) -> None:
    modes: dict[str, set[str]] = {}
    for path in house.var.rglob("*"):
        first = path.relative_to(house.var).parts[0]
        kind = "folder" if path.is_dir() else "file"
        modes.setdefault(f"{first} {kind}", set()).add(oct(path.stat().st_mode)[-3:])

    assert oct(house.var.stat().st_mode)[-3:] == "700"
    assert modes == {
        "archive file": {"600"},
        "archive folder": {"700"},
        "dealpacket.lock file": {"600"},
        "ledger.db file": {"600"},
        "ledger.db.exists file": {"600"},
        "mirror.duckdb file": {"600"},
        "outbox file": {"600"},
        "outbox folder": {"700"},
    }


def test_the_heartbeat_is_for_its_owner_only(tmp_path: Path) -> None:
    usual = os.umask(0o022)
    sign(tmp_path / "heartbeat", "2026-11-24T09:30:20+00:00")
    os.umask(usual)

    assert oct((tmp_path / "heartbeat").stat().st_mode)[-3:] == "600"
