"""``dealpacket packets`` as somebody calls it."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.front_door import Furnished, House, Said, moved_in


#: Three reps under a manager, and one who left with deals still open.
REPS = 4

#: The reps who are here get theirs, the manager everybody's.
PACKETS = 7


@pytest.fixture(scope="module")
def told(furnished: Furnished, tmp_path_factory: pytest.TempPathFactory) -> Said:
    """What a look at the packets says, as JSON."""
    with moved_in(furnished, tmp_path_factory.mktemp("look")) as house:
        return house.call("packets", "--dry-run", "--json")


@pytest.fixture(scope="module")
def sent(
    furnished: Furnished, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """An installation whose packets are out; for tests that only look."""
    with moved_in(furnished, tmp_path_factory.mktemp("sent")) as house:
        assert house.call("packets").code == 0
        yield house


def test_the_result_has_the_shape_that_others_rely_on(told: Said) -> None:
    assert told.code == 0
    assert told.json.keys() == {"cycle", "as_of", "snapshot", "packets", "skipped"}
    assert told.json["cycle"] == "2026-11-24"
    assert told.json["as_of"] == "2026-11-24T09:30:20Z"
    assert len(told.json["packets"]) == REPS
    for packet in told.json["packets"]:
        assert packet.keys() >= {
            *("rep", "manager", "subject", "agenda", "deals", "actions"),
            *("promises", "changes"),
        }
        assert packet["rep"].keys() == {"id", "name", "email"}
        assert packet["manager"] is None or packet["manager"].keys() == {
            *("id", "name", "email")
        }
        assert sum(one["minutes"] for one in packet["agenda"]) <= 30
        for line in packet["agenda"]:
            assert line.keys() == {"minutes", "title", "deal_id"}


def test_a_deal_has_the_shape_that_others_rely_on(told: Said) -> None:
    deals = [deal for packet in told.json["packets"] for deal in packet["deals"]]

    assert len(deals) > 50
    for deal in deals:
        assert deal.keys() >= {
            *("id", "name", "stage", "amount", "currency", "close_date", "signals"),
            *("hygiene", "questions"),
        }
        if deal["amount"] is not None:
            assert isinstance(deal["amount"], str)
            assert Decimal(deal["amount"]).is_finite()
            assert len(deal["currency"]) == 3
        if deal["close_date"] is not None:
            date.fromisoformat(deal["close_date"])


def test_what_is_said_about_deals_has_the_shape_that_others_rely_on(
    told: Said,
) -> None:
    deals = [deal for packet in told.json["packets"] for deal in packet["deals"]]
    signals = [one for deal in deals for one in deal["signals"]]
    issues = [one for deal in deals for one in deal["hygiene"]]
    questions = [one for deal in deals for one in deal["questions"]]

    assert len({one["code"] for one in signals}) > 3
    assert len({one["code"] for one in issues}) > 3
    for one in signals:
        assert one.keys() >= {"code", "because", "severity"}
    for one in issues:
        assert one.keys() >= {"code", "field", "because", "severity", "fixer"}
    for one in questions:
        assert one.keys() >= {"text", "answer", "evidence"}
        assert one["answer"] in {"yes", "no", "unknown"}


def test_actions_have_the_shape_that_others_rely_on(told: Said) -> None:
    actions = [one for packet in told.json["packets"] for one in packet["actions"]]

    assert actions
    for one in actions:
        assert one.keys() >= {"deal_id", "obstacle", "what", "owner", "due"}
        assert one["owner"] in {"rep", "manager", "executive"}
        date.fromisoformat(one["due"])


def test_every_open_deal_is_in_exactly_one_packet(told: Said, house: House) -> None:
    ids = [deal["id"] for packet in told.json["packets"] for deal in packet["deals"]]
    found = house.sandbox.org.query(
        "SELECT Id FROM Opportunity WHERE IsClosed = false", now=house.now
    )

    assert Counter(ids) == Counter(row["Id"] for row in found.records(0, found.total))


def test_a_second_run_sends_nothing_new(sent: House) -> None:
    letters, deliveries = sent.letters(), sent.deliveries()

    second = sent.call("packets")

    assert second.code == 0
    assert len(sent.letters("*-packet-*")) == PACKETS
    assert len(letters) == len(deliveries) > PACKETS
    assert sent.letters() == letters
    assert sent.deliveries() == deliveries


def test_a_letter_is_three_files(sent: House) -> None:
    files = Counter(path.suffix for path in (sent.var / "outbox").iterdir())

    assert files[".eml"] == files[".html"] == files[".txt"] == len(sent.letters())


def test_what_was_sent_is_in_the_archive(sent: House) -> None:
    page = (sent.var / "archive" / "index.html").read_text(encoding="utf-8")

    assert "Noor Jessup" in page
    assert "team reviews, " in page
    assert (sent.var / "archive" / "deals.html").is_file()


def test_files_are_for_nobody_else(sent: House) -> None:
    found = [path for path in sent.var.rglob("*") if path.stat().st_mode & 0o007]

    assert found == []


def test_a_dry_run_sends_and_records_nothing(house: House) -> None:
    said = house.call("packets", "--dry-run")

    assert said.code == 0
    assert said.lines[0].startswith("4 packets made")
    assert house.deliveries() == []
    assert not (house.var / "outbox").exists()
    assert not (house.var / "archive").exists()


def test_with_out_there_are_files_and_nothing_is_recorded(
    house: House, tmp_path: Path
) -> None:
    said = house.call("packets", "--out", str(tmp_path / "look"))

    assert said.code == 0
    assert len(list((tmp_path / "look").glob("*-packet-*.eml"))) == PACKETS
    assert house.deliveries() == []
    assert not (house.var / "outbox").exists()


def test_a_rehearsal_goes_to_one_address_and_does_not_count(house: House) -> None:
    rehearsed = house.call("packets", "--to", "me@acme.example")
    letters = house.letters()
    real = house.call("packets")

    assert (rehearsed.code, real.code) == (0, 0)
    for raw in letters.values():
        assert "me@acme.example" in str(message_from_bytes(raw)["To"])
    assert len(letters) > PACKETS
    assert len(house.letters()) == 2 * len(letters)


def test_one_rep_can_be_asked_for(house: House) -> None:
    rep = house.call("packets", "--dry-run", "--json").json["packets"][0]["rep"]

    told = house.call("packets", "--rep", rep["email"].upper(), "--json").json

    assert [one["rep"] for one in told["packets"]] == [rep]
    assert {one.key.rep_id for one in house.deliveries()} == {rep["id"]}


def test_nobody_by_that_address_is_said_with_a_remedy(house: House) -> None:
    said = house.call("packets", "--rep", "nobody@acme.example")

    assert said.code == 2
    assert said.err == (
        "dealpacket: nobody in the mirror has the address nobody@acme.example: "
        "check it, or run `dealpacket sync` if the user is new\n"
    )


def test_a_cycle_can_be_named(house: House) -> None:
    told = house.call("packets", "--cycle", "2026-12-08", "--json").json

    assert told["cycle"] == "2026-12-08"
    assert {one.key.cycle for one in house.deliveries()} == {"2026-12-08"}


def test_a_past_day_shows_what_was_open_then(house: House) -> None:
    told = house.call("packets", "--as-of", "2026-09-01", "--dry-run", "--json").json
    found = house.sandbox.org.query(
        "SELECT COUNT() FROM Opportunity WHERE CreatedDate < 2026-09-01T00:00:00Z"
        " AND (IsClosed = false OR LastStageChangeDate >= 2026-09-01T00:00:00Z)",
        now=house.now,
    )

    assert told["as_of"] == "2026-09-01T00:00:00Z"
    assert sum(len(one["deals"]) for one in told["packets"]) == found.total
