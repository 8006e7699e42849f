"""What ``packets`` and ``tick`` do with rounds, doubts and rehearsals that go wrong."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reports.delivery.ledger import Ledger
from reports.delivery.records import LetterKind, State
from reports.runs import packets
from tests.front_door import NOW, House
from tests.imap_servers import PASSWORD, Archive, archiving
from tests.letters import ADA, a_key, a_letter
from tests.smtp_servers import Authority, Mailroom, serving


#: In every zone of the reps, the packets of the review on 8 December are due.
DUE = datetime(2026, 12, 8, 6, tzinfo=UTC)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Have the packets of so many reps fail."""

    def break_packets(count: int) -> None:
        victims: set[str] = set()

        def make(reading: Any, rep: Any, *given: Any) -> Any:
            if rep in victims or len(victims) < count:
                victims.add(rep)
                raise RuntimeError("a poisoned row")
            return packets.make(reading, rep, *given)

        monkeypatch.setattr("reports.runs.office.make", make)

    return break_packets


def test_a_round_of_far_more_letters_than_the_last_waits_for_a_person(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.runs.brakes.FEW", 2)
    key = a_key(cycle="2026-11-10", kind=LetterKind.REMINDER)
    with Ledger.open(house.var / "ledger.db") as ledger:
        ledger.store(a_letter(key=key), b"Subject: x", NOW)
        ledger.claim(key, NOW)
        ledger.settle(key, State.ACCEPTED, NOW, reply="250")
    held = house.call("hygiene")
    after = reminders(house)
    sent = house.call("hygiene", "--anyway")

    assert (held.code, sent.code) == (1, 0)
    assert "failed: held: 3 letters, more than 2 times the 1 of the" in held.err
    assert (after, reminders(house)) == (1, 4)


def reminders(house: House) -> int:
    """How many reminders the ledger knows."""
    return sum(one.key.kind is LetterKind.REMINDER for one in house.deliveries())


def test_a_round_in_which_most_fails_is_held_and_remembered_nowhere(
    house: House, broken: Callable[[int], None]
) -> None:
    broken(3)
    said = house.call("packets")

    assert said.code == 1
    assert "3 of 4 packets cannot be made or sent, more than 2 %" in said.err
    assert (house.deliveries(), house.letters()) == ([], {})
    with Ledger.open(house.var / "ledger.db") as ledger:
        assert ledger.last_cycle(DUE.date()) is None


def test_in_a_rehearsal_what_failed_is_tried_again_and_the_rest_is_not(
    house: House, broken: Callable[[int], None]
) -> None:
    house.configure('[delivery]\nrehearsal = "me@acme.example"')
    house.at(DUE)
    broken(1)
    first = house.call("tick", "--json")
    rehearsed = house.letters("*-packet-*")
    broken(0)
    house.at(DUE + timedelta(minutes=15))
    second = house.call("tick", "--json")

    assert (first.code, second.code) == (1, 0)
    assert sum(one["made"] for one in packets_of(first.json)) == 3
    assert sum(one["made"] for one in packets_of(second.json)) == 1
    assert rehearsed.items() < house.letters("*-packet-*").items()


def packets_of(told: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in told["done"] if one["kind"] == "packet"]


def test_tick_tells_of_a_doubt_at_once_and_not_with_every_tick(house: House) -> None:
    doubtful(house)
    house.at(NOW + timedelta(hours=1))
    first = house.call("tick", "--json")
    house.at(NOW + timedelta(hours=2))
    second = house.call("tick", "--json")

    assert (first.code, second.code) == (1, 0)
    assert (told(first.json["failed"]), told(first.json["lines"])) == (1, 0)
    assert (told(second.json["failed"]), told(second.json["lines"])) == (0, 1)
    assert second.json["doubts"] == first.json["doubts"]
    assert [one["recipient"] for one in second.json["doubts"]] == [ADA]


def doubtful(house: House) -> None:
    """Leave a letter to Ada as a run does that is killed after the final dot."""
    with Ledger.open(house.var / "ledger.db") as ledger:
        ledger.store(a_letter(), b"Subject: x", NOW)
        ledger.claim(a_key(), NOW)
        ledger.sending(a_key(), NOW)


def told(lines: list[str]) -> int:
    """How often a letter to Ada is said to be in doubt."""
    return sum(f"{ADA}: packet of 2026-11-24 may have arrived" in one for one in lines)


def test_a_round_by_hand_mentions_a_doubt_and_goes_on(house: House) -> None:
    doubtful(house)
    said = house.call("followup")

    assert said.code == 0
    assert f"note: {ADA}: packet of 2026-11-24 may have arrived (it is not in" in (
        said.err
    )
    assert [one.state for one in house.deliveries()] == [State.IN_DOUBT]


def test_a_doubt_is_looked_up_in_the_mailbox_that_the_settings_name(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, archive = Authority(), Archive(folders={"Sent": {a_key().message_id}})
    ca_file = tmp_path / "imap.pem"
    authority.ca.cert_pem.write_to_path(str(ca_file))
    monkeypatch.setenv("DEALPACKET_IMAP_PASSWORD", PASSWORD)
    doubtful(house)
    with serving(Mailroom()) as smtp, archiving(archive, authority.server()) as imap:
        house.configure(BY_MAIL.format(smtp=smtp, imap=imap, ca_file=ca_file))
        doctor = house.call("doctor")
        said = house.call("followup")

    assert "letters in doubt are looked up in Sent" in doctor.out
    assert (said.code, said.err) == (0, "")
    assert [(one.state, one.reason) for one in house.deliveries()] == [
        (State.ACCEPTED, "it is in Sent")
    ]


BY_MAIL = """
[delivery]
channel = "smtp"
allowed_domains = ["acme.example"]
first_cycle_is_rehearsal = false
[smtp]
host = "127.0.0.1"
port = {smtp}
security = "none"
sender = "reviews@acme.example"
[imap]
host = "127.0.0.1"
port = {imap}
username = "archive@acme.example"
ca_file = "{ca_file}"
"""
