"""``dealpacket sync`` as somebody calls it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.front_door import NOW, Furnished, House, beside
from tests.sandbox_orgs import Client
from tests.sync_orgs import ADA, account, deal, write_org


@pytest.fixture
def small(tmp_path: Path) -> Iterator[House]:
    """An installation beside forty deals, four of them in the recycle bin."""
    with beside(write_org(tmp_path / "org"), tmp_path / "home") as house:
        yield house


def rows_of(told: str, name: str) -> int:
    found = {one["name"]: one for one in json.loads(told)["objects"]}
    return int(found[name]["rows"])


def test_the_result_has_the_shape_that_others_rely_on(furnished: Furnished) -> None:
    told = furnished.first.json

    assert told.keys() >= {"status", "api_calls", "objects", "drift"}
    assert told["status"] == "complete"
    assert told["api_calls"] > 0
    assert told["drift"].keys() >= {"checked", "drifted"}
    for one in told["objects"]:
        assert one.keys() >= {
            *("name", "rows", "deleted", "calls", "watermark", "status", "reason")
        }


def test_with_json_nothing_else_is_said(furnished: Furnished) -> None:
    assert furnished.first.err == ""


def test_what_is_read_by_changes_has_a_watermark_of_the_server(
    furnished: Furnished,
) -> None:
    found = {one["name"]: one for one in furnished.first.json["objects"]}

    for name in ("User", "Opportunity", "Task", "EmailMessage"):
        assert found[name]["rows"] > 0
        assert found[name]["watermark"] == "2026-11-24T09:30:00Z"


def test_what_the_org_does_not_have_is_named_with_a_reason(
    furnished: Furnished,
) -> None:
    absent = [o for o in furnished.first.json["objects"] if o["status"] == "absent"]

    assert "OpportunitySplit" in {one["name"] for one in absent}
    assert all(one["reason"] for one in absent)


def test_a_second_sync_reads_what_changed_and_nothing_else(small: House) -> None:
    first = small.call("sync", "--json")
    small.at(NOW + timedelta(hours=1))
    client = Client(small.sandbox).log_in()
    path = f"/services/data/v66.0/sobjects/Opportunity/{deal(1)}"
    client.patch(path, json={"NextStep": "Send the contract"}).raise_for_status()

    second = small.call("sync", "--json")

    assert rows_of(first.out, "Opportunity") == 40
    assert rows_of(second.out, "Opportunity") == 1
    assert second.json["status"] == "complete"


def test_a_full_sync_reads_everything_again(small: House) -> None:
    small.call("sync")
    small.at(NOW + timedelta(hours=1))

    again = small.call("sync", "--full", "--json")

    assert rows_of(again.out, "Opportunity") == 40


def test_a_new_deal_is_there_after_the_next_sync(small: House) -> None:
    small.call("sync")
    small.at(NOW + timedelta(hours=1))
    client = Client(small.sandbox).log_in()
    new = {
        "Name": "A deal made by hand",
        "StageName": "Qualify",
        "CloseDate": "2027-01-31",
        "AccountId": account(1),
        "OwnerId": ADA,
    }
    path = "/services/data/v66.0/sobjects/Opportunity"
    client.post(path, json=new).raise_for_status()
    small.call("sync")

    told = small.call("packets", "--dry-run", "--json").json

    (packet,) = told["packets"]
    assert "A deal made by hand" in {one["name"] for one in packet["deals"]}


def test_people_are_told_in_a_sentence_and_progress_is_beside_it(
    small: House,
) -> None:
    said = small.call("sync")

    assert said.code == 0
    assert said.lines[0].startswith("Sync complete: ")
    assert "Opportunity: 40 rows" in said.err.splitlines()


def test_a_mirror_that_was_deleted_is_built_again(small: House) -> None:
    small.call("sync")
    (small.var / "mirror.duckdb").unlink()

    assert rows_of(small.call("sync", "--json").out, "Opportunity") == 40
