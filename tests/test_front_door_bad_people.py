"""Users as they should not be: each gets what is theirs, or is named with a reason."""

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from reports.delivery.records import LetterKind, State
from sandbox.world import generate
from tests.front_door import NOW, House, Said, a_house, served


SMUGGLED = "kim@acme.example\nBcc: eve@evil.example\x1b[2J"
SHARED = "sales@acme.example"
HIMSELF, ADA, BO, CY, DEE = range(5)


class Staff:
    """The reps of a made-up organisation, with mistakes in five of their records."""

    def __init__(self, folder: Path) -> None:
        generate(folder, seed=5, reps=5, now=NOW)
        deals, users = rows(folder, "Opportunity"), rows(folder, "User")
        owners = {one["OwnerId"] for one in deals}
        reps = [
            one for one in users if one["Id"] in owners and one["IsActive"] == "true"
        ]
        self.ids = [one["Id"] for one in reps]
        reps[HIMSELF]["ManagerId"] = self.ids[HIMSELF]
        reps[ADA]["ManagerId"], reps[BO]["ManagerId"] = self.ids[BO], self.ids[ADA]
        reps[BO]["Email"] = SMUGGLED
        reps[CY]["Email"] = reps[DEE]["Email"] = SHARED
        self.emails = [one["Email"] for one in reps]
        place = folder / "User.csv.gz"
        with gzip.open(place, "wt", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(users[0]))
            writer.writeheader()
            writer.writerows(users)


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with gzip.open(folder / f"{name}.csv.gz", "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class Round:
    """A round of packets for that staff."""

    staff: Staff
    house: House
    said: Said

    def readers(
        self, rep: int, kind: LetterKind = LetterKind.PACKET
    ) -> dict[str, State]:
        """Who was to get the letters about a rep's deals, and how far they came."""
        return {
            one.key.recipient: one.state
            for one in self.house.deliveries()
            if one.key.kind == kind and one.key.rep_id == self.staff.ids[rep]
        }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Round]:
    folder = tmp_path_factory.mktemp("staff")
    staff = Staff(folder)
    with served(folder) as sandbox, a_house(folder / "house", sandbox) as house:
        assert house.call("sync").code == 0
        yield Round(staff, house, house.call("packets"))


def test_a_rep_who_is_his_own_manager_has_none(made: Round) -> None:
    assert made.readers(HIMSELF) == {made.staff.emails[HIMSELF]: State.ACCEPTED}
    assert "has no active manager: that packet goes to the rep alone" in made.said.out


def test_managers_in_a_circle_get_each_others_packets_and_no_more(made: Round) -> None:
    both = {made.staff.emails[ADA]: State.ACCEPTED, SMUGGLED: State.HELD}

    assert made.readers(ADA) == both
    assert made.readers(BO) == both
    assert set(made.readers(ADA, LetterKind.ROLL_UP)) == {made.staff.emails[ADA]}


def test_two_users_with_one_address_get_a_letter_each(made: Round) -> None:
    cys, dees = made.readers(CY), made.readers(DEE)

    assert cys[SHARED] == dees[SHARED] == State.ACCEPTED
    assert len(made.house.letters("*-packet-*")) == 8


def test_an_address_with_a_newline_is_held_and_named_on_one_line(made: Round) -> None:
    shown = "kim@acme.example\\nBcc: eve@evil.example\\x1b[2J"

    assert made.said.code == 1
    assert f"failed: {shown}: packet held: " in made.said.err
    assert "\x1b" not in made.said.err + made.said.out
    assert all(
        line.startswith("failed: ")
        for line in made.said.err.splitlines()
        if "@" in line
    )
    assert all(b"evil.example" not in raw for raw in made.house.letters().values())
