"""A manager's page says which check-ins are on record after the reviews before."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from reports.delivery.cadence import Cadence
from reports.delivery.ledger import Ledger
from reports.delivery.outcomes import Readings
from reports.delivery.records import Review
from reports.findings import Message, Outcome, Packet
from reports.model import Exchange, RecordId
from reports.packet.rollup import Talk
from reports.runs.packets import Made
from reports.runs.reading import Reading
from reports.runs.talks import talks
from tests.builders import ADA_ID, AS_OF, BO_ID, CLEO_ID
from tests.golden.scenario import BOOK, JUDGED, the_packet


PACKET = the_packet()
#: A Tuesday two weeks before; its week ends on the 30th.
LAST = Review(
    cycle="2026-10b",
    rep_id=ADA_ID,
    manager_id=CLEO_ID,
    held_on=date(2026, 10, 27),
    as_of=AS_OF - timedelta(days=17),
    snapshot="",
    frozen="",
    discussed=(),
    flagged=(),
    rules="",
)
CALL = Exchange(
    kind="call",
    record_id=RecordId("00T1"),
    subject="Catch up",
    at=AS_OF - timedelta(days=14),
    between=frozenset({ADA_ID, CLEO_ID}),
)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        ledger.keep_review(LAST)
        yield ledger


def told(ledger: Ledger, *exchanges: Exchange, packet: Packet = PACKET) -> list[Talk]:
    made = Made(
        packet=packet,
        message=Message(subject="", html="", text=""),
        letters=(),
        review=LAST,
        proposals=(),
        became=Readings(),
    )
    reading = Reading(
        book=BOOK,
        judged=JUDGED,
        snapshot="",
        known="",
        base_url=None,
        exchanges=exchanges,
    )
    return list(talks([made], reading, ledger, Cadence()))


def test_a_contact_after_the_last_review_is_told_with_its_record(
    ledger: Ledger,
) -> None:
    (talk,) = told(ledger, CALL)

    assert (talk.rep.id, talk.on) == (ADA_ID, date(2026, 10, 27))
    assert (talk.due, talk.outcome) == (date(2026, 10, 30), Outcome.KEPT)
    assert [one.record_id for one in talk.evidence] == ["00T1"]


def test_a_contact_with_somebody_else_is_not_one_with_the_rep(ledger: Ledger) -> None:
    (talk,) = told(ledger, replace(CALL, between=frozenset({BO_ID, CLEO_ID})))

    assert (talk.outcome, talk.evidence) == (Outcome.BROKEN, ())


def test_where_no_contact_is_ever_recorded_nothing_is_told(ledger: Ledger) -> None:
    assert told(ledger) == []


@pytest.mark.parametrize(
    "packet",
    [
        replace(PACKET, rep=BOOK.people[BO_ID]),
        replace(PACKET, manager=BOOK.people[BO_ID]),
        replace(PACKET, manager=None),
        replace(PACKET, cycle="2026-10b"),
    ],
    ids=["no review before", "another manager then", "no manager", "the same review"],
)
def test_nothing_is_told_of_what_was_not_a_review_of_the_two(
    ledger: Ledger, packet: Packet
) -> None:
    assert told(ledger, CALL, packet=packet) == []
