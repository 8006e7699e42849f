"""Between reminder and packet: what was put right, and what only looks like it."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from reports.delivery.ledger import Ledger
from reports.delivery.records import DeliveryKey, Letter, LetterKind
from reports.findings import (
    Cleared,
    DealReview,
    Fixer,
    HygieneIssue,
    Message,
    Severity,
)
from reports.judgement.policy import Policy
from reports.model import ActivityKind, Deal, Direction
from reports.packet.as_json import packet_json
from reports.packet.assemble import assemble
from reports.packet.cleared import Since, cleared
from reports.runs.rounds import reminded_at
from reports.words.render import Renderer
from tests.builders import (
    ADA,
    ADA_ID,
    AS_OF,
    TODAY,
    a_change,
    a_deal,
    a_role,
    a_touch,
    days_ago,
    days_ahead,
    moment,
)
from tests.golden.scenario import BOOK, JUDGED, the_packet


REMINDER = moment(days_ago(3))
SILENT: dict[str, Any] = {
    "last_two_way": a_touch(days_ago(30)),
    "last_inbound": a_touch(days_ago(30)),
    "last_meeting": None,
    "next_meeting": None,
}
PUSHED = (a_change("CloseDate", days_ago(1), f"{days_ago(5)}", f"{days_ahead(25)}"),)


def since(**changes: Any) -> Since:
    usual = Since(moment=REMINDER, today=TODAY, believed=True, step_days=14)
    return replace(usual, **changes)


def the_only(deal: Deal, *issues: HygieneIssue, **changes: Any) -> Cleared:
    (one,) = cleared([DealReview(deal=deal, hygiene=issues)], since(**changes))
    return one


def issue(field: str, because: str) -> HygieneIssue:
    return HygieneIssue(
        code="any",
        deal_id=a_deal().id,
        field=field,
        because=because,
        severity=Severity.LOW,
        family="any",
        fixer=Fixer.REP,
    )


def test_a_date_that_moved_without_contact_only_looks_fixed() -> None:
    one = the_only(a_deal(changes=PUSHED, **SILENT))

    assert (one.because, one.cosmetic) == (
        "Close date moved 30 days without contact.",
        True,
    )


@pytest.mark.parametrize(
    ("event", "because"),
    [
        (
            {"last_inbound": a_touch(days_ago(2))},
            "Close date moved 30 days, with an e-mail from the buyer on record.",
        ),
        (
            {
                "next_meeting": a_touch(
                    days_ahead(4),
                    kind=ActivityKind.MEETING,
                    direction=Direction.TWO_WAY,
                )
            },
            "Close date moved 30 days, with a meeting on record.",
        ),
    ],
)
def test_a_date_that_moved_with_a_buyers_event_is_fixed(
    event: dict[str, Any], because: str
) -> None:
    one = the_only(a_deal(changes=PUSHED, **(SILENT | event)))

    assert (one.because, one.cosmetic) == (because, False)


def test_silence_that_cannot_be_believed_is_no_reproach() -> None:
    one = the_only(a_deal(changes=PUSHED, **SILENT), believed=False)

    assert one.because.endswith("whether after contact cannot be seen.")
    assert not one.cosmetic


def test_moves_before_the_reminder_and_pull_ins_are_told_elsewhere() -> None:
    early = a_change("CloseDate", days_ago(4), f"{days_ago(5)}", f"{days_ahead(25)}")
    pulled = a_change("CloseDate", days_ago(1), f"{days_ahead(9)}", f"{days_ahead(2)}")
    deals = [a_deal(changes=(one,), **SILENT) for one in (early, pulled)]

    assert cleared([DealReview(deal=deal) for deal in deals], since()) == ()


def test_several_moves_count_from_the_first_to_the_last_day() -> None:
    again = a_change("CloseDate", days_ago(0), f"{days_ahead(25)}", f"{days_ahead(26)}")

    one = the_only(a_deal(changes=(*PUSHED, again), **SILENT), moment=REMINDER)
    assert one.because == "Close date moved 31 days without contact."


@pytest.mark.parametrize("old", [None, "", "0.0"])
def test_a_field_that_was_empty_and_is_entered_is_fixed(old: str | None) -> None:
    one = the_only(a_deal(changes=(a_change("Amount", days_ago(1), old, "48000"),)))

    assert (one.field, one.because, one.cosmetic) == ("Amount", "Entered.", False)


def test_a_placeholder_only_looks_fixed() -> None:
    deal = a_deal(changes=(a_change("NextStep", days_ago(1), None, "tbd"),))
    one = the_only(deal, issue("NextStep", "The next step says nothing."))

    assert one.cosmetic
    assert one.because == (
        "Filled, and nothing is said by it: The next step says nothing."
    )


def test_an_old_next_step_that_was_rewritten_is_fixed_and_a_young_one_is_not_told() -> (
    None
):
    new = a_change("NextStep", days_ago(1), "Send the quote", "Agree the pilot's goals")
    old = a_change("NextStep", days_ago(20), None, "Send the quote")
    young = a_change("NextStep", days_ago(6), None, "Send the quote")

    assert the_only(a_deal(changes=(old, new))).because == "Brought up to date."
    assert cleared([DealReview(deal=a_deal(changes=(young, new)))], since()) == ()


def test_the_first_contact_is_told() -> None:
    one = the_only(a_deal(roles=(a_role(added_on=days_ago(1)),)))

    assert (one.field, one.because) == (
        "OpportunityContactRole",
        "The first contact was added.",
    )


def test_what_only_looks_fixed_comes_first() -> None:
    entered = a_deal(changes=(a_change("Amount", days_ago(1), None, "48000"),))
    found = cleared(
        [
            DealReview(deal=entered),
            DealReview(deal=a_deal(changes=PUSHED, **SILENT)),
        ],
        since(),
    )

    assert [one.cosmetic for one in found] == [True, False]


def test_both_letters_and_the_json_say_it() -> None:
    deal = the_packet().deals[0].deal
    looks = Cleared(
        deal_id=deal.id,
        field="CloseDate",
        because="Close date moved 30 days without contact.",
        cosmetic=True,
    )
    packet = replace(the_packet(), cleared=(looks, replace(looks, cosmetic=False)))
    message = Renderer(None).packet(packet)

    assert "Only looks fixed: Kestrel Foods: depot rollout, close date." in message.html
    assert "Only looks fixed: Kestrel Foods: depot rollout, close date." in message.text
    assert [one["cosmetic"] for one in packet_json(packet, "")["cleared"]] == [
        True,
        False,
    ]


def test_a_packet_counts_from_its_reminder_and_without_one_says_nothing() -> None:
    review = JUDGED.reviews[BOOK.deals[0].id]
    deal = replace(review.deal, changes=PUSHED, **SILENT)
    judged = replace(JUDGED, reviews={deal.id: replace(review, deal=deal)})

    def packet(reminded: datetime | None) -> tuple[Cleared, ...]:
        return assemble(
            BOOK,
            judged,
            ADA_ID,
            cycle="2026-11a",
            snapshot="s",
            policy=Policy(),
            reminded=reminded,
        ).cleared

    assert [one.cosmetic for one in packet(REMINDER)] == [True]
    assert packet(None) == ()


def test_the_ledger_knows_when_a_rep_was_reminded(tmp_path: Path) -> None:
    key = DeliveryKey(
        cycle="2026-11-13",
        kind=LetterKind.REMINDER,
        rep_id=ADA_ID,
        recipient="ada@acme.example",
    )
    letter = Letter(
        key=key,
        message=Message(subject="s", html="h", text="t"),
        to_name="Ada Lund",
        at=REMINDER,
        snapshot="s",
        deal_ids=frozenset(),
    )
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        ledger.store(letter, b"bytes", REMINDER)

        assert reminded_at(ledger, ADA, "2026-11-13", AS_OF) == REMINDER
        assert reminded_at(ledger, ADA, "2026-11-27", AS_OF) is None
        assert reminded_at(ledger, ADA, "2026-11-13", REMINDER) is None
