import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from reports.findings import DealReview, Severity, Signal, Skip
from reports.judgement.snooze import rest
from reports.packet.as_json import (
    deal as deal_json,
)
from reports.packet.as_json import follow_up_json, packet_json, packets_json
from reports.packet.followup import follow_up
from reports.packet.plain import amount, moment
from tests.builders import ADA_ID, TODAY, a_deal
from tests.golden.scenario import BOOK, PROMISES, the_packet


PACKET = packet_json(the_packet(), "A subject")


def test_a_packet_has_the_shape_that_others_rely_on() -> None:
    assert PACKET["rep"] == {
        "id": "005000000000ADAAAA",
        "name": "Ada Lund",
        "email": "ada@acme.example",
    }
    assert PACKET["manager"]["name"] == "Cleo Marsh"
    assert PACKET["subject"] == "A subject"
    assert PACKET["agenda"][2] == {
        "minutes": 4,
        "title": "Kestrel Foods: depot rollout",
        "deal_id": "006000000000001AAA",
    }


def test_a_deal_carries_money_as_text_and_what_is_said_about_it() -> None:
    deal = PACKET["deals"][1]

    assert (deal["amount"], deal["currency"]) == ("61500.50", "USD")
    assert deal["close_date"] == "2026-11-08"
    assert deal["signals"][0]["code"] == "close-date-passed"
    assert deal["signals"][0]["severity"] == "high"
    assert deal["hygiene"][0]["fixer"] == "rep"
    assert deal["questions"][0]["answer"] == "no"


def test_what_is_not_entered_is_null() -> None:
    deal = PACKET["deals"][-1]

    assert (deal["amount"], deal["close_date"]) == (None, None)


def test_actions_promises_and_changes_are_there() -> None:
    assert PACKET["actions"][0]["owner"] == "executive"
    assert {one["outcome"] for one in PACKET["promises"]} == {"kept", "broken", "open"}
    assert PACKET["changes"][0]["kind"] == "won"
    assert PACKET["changes"][0]["amount"] == "-25000.00"


def test_everything_is_plain_json() -> None:
    assert json.loads(json.dumps(PACKET)) == PACKET


def test_the_whole_run_is_one_object() -> None:
    whole = packets_json(
        cycle="2026-11a",
        as_of=datetime(2026, 11, 12, 7, tzinfo=UTC),
        snapshot="s1",
        packets=[PACKET],
        skipped=[Skip(rep="bo@acme.example", reason="no open deals")],
    )

    assert whole["as_of"] == "2026-11-12T07:00:00Z"
    assert whole["skipped"] == [{"rep": "bo@acme.example", "reason": "no open deals"}]


def test_a_moment_is_utc() -> None:
    tokyo = timezone(timedelta(hours=9))

    assert moment(datetime(2026, 1, 1, 8, tzinfo=tokyo)) == "2025-12-31T23:00:00Z"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal(5), "5.00"),
        (Decimal("5E+3"), "5000.00"),
        (Decimal("0.125"), "0.125"),
        (Decimal("-0.50"), "-0.50"),
        (None, None),
    ],
)
def test_money_is_a_decimal_string(value: Decimal | None, text: str | None) -> None:
    assert amount(value) == text


def test_a_check_in_sorts_promises_by_what_became_of_them() -> None:
    check = follow_up_json(follow_up(BOOK, ADA_ID, cycle="2026-11a", promises=PROMISES))

    assert [one["deal"] for one in check["open"]] == [
        "Blue Anchor Insurance <renewal> & more"
    ]
    assert [one["deal"] for one in check["kept"]] == ["Tern Logistics"]
    assert [one["owner"] for one in check["broken"]] == ["manager"]


def test_a_snooze_shows_its_day_its_reason_and_what_rests() -> None:
    deal = a_deal(next_step="[snooze 2026-12-15: waiting for legal]")
    quiet = Signal(
        code="gone-quiet",
        deal_id=deal.id,
        severity=Severity.HIGH,
        because="No conversation for 20 days.",
        threshold="",
        remedy="",
    )

    shown = deal_json(rest(DealReview(deal=deal, signals=(quiet,)), TODAY))

    assert shown["snooze"] == {"until": "2026-12-15", "reason": "waiting for legal"}
    assert [one["code"] for one in shown["resting"]] == ["gone-quiet"]
    assert shown["signals"] == []
