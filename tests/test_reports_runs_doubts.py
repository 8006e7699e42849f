from datetime import datetime
from pathlib import Path

import pytest

from reports.delivery.doubts import Waiting
from reports.delivery.ledger import Ledger
from reports.runs.doubts import Doubts, told_before
from tests.letters import ADA, BO, a_key, a_letter, minutes


@pytest.fixture
def two(tmp_path: Path) -> list[Waiting]:
    """Letters to Ada and Bo that are in doubt."""
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        for who in (ADA, BO):
            ledger.store(a_letter(who), b"x", minutes(0))
            ledger.claim(a_key(who), minutes(0))
            ledger.sending(a_key(who), minutes(0))
        return [Waiting(delivery=one) for one in ledger.recover(minutes(1))]


def after(two: list[Waiting], hours: float, before: dict[str, datetime]) -> Doubts:
    return Doubts(waiting=two, before=before, now=minutes(60 * hours))


def test_a_new_doubt_is_told_as_a_failure(two: list[Waiting]) -> None:
    doubts = after(two, 0, {})

    assert len(doubts.failed) == 2
    assert doubts.lines == []


def test_a_doubt_is_told_again_a_day_later_and_mentioned_until_then(
    two: list[Waiting],
) -> None:
    before = {a_key(ADA).message_id: minutes(0), a_key(BO).message_id: minutes(60)}
    doubts = after(two, 24, before)

    (failed,), (line,) = doubts.failed, doubts.lines
    assert failed.startswith("ada@acme.example: packet of 2026-11-24 may have arrived")
    assert line.startswith("still waits: bo@acme.example: packet")


def test_what_was_told_is_known_to_the_next_tick(two: list[Waiting]) -> None:
    ada, bo = (one.delivery for one in two)
    first = told_before({"doubts": after(two, 0, {}).kept([ada])})
    second = told_before({"doubts": after(two, 5, first).kept([ada, bo])})
    third = told_before({"doubts": after(two, 25, second).kept([ada, bo])})

    assert first == {ada.message_id: minutes(0)}
    assert second == {ada.message_id: minutes(0), bo.message_id: minutes(300)}
    assert third == {ada.message_id: minutes(1500), bo.message_id: minutes(300)}


def test_a_tick_of_an_older_version_told_of_none() -> None:
    assert told_before({"lines": [], "done": [], "failed": []}) == {}
