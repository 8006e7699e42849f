from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.findings import ActionItem, DealReview, OwnerKind, Severity, Signal, Snooze
from reports.judgement.snooze import held, rest, rested, snooze_of
from reports.model import Deal
from tests.builders import ADA, ADA_ID, CAST, TODAY, a_book, a_deal, days_ahead


LEGAL = Snooze(until=date(2026, 12, 15), reason="waiting for legal")
MARK = "[snooze 2026-12-15: waiting for legal]"


def a_signal(*, positive: bool = False) -> Signal:
    return Signal(
        code="re-engaged" if positive else "gone-quiet",
        deal_id=a_deal().id,
        severity=Severity.HIGH,
        because="No conversation for 20 days.",
        threshold="",
        remedy="",
        positive=positive,
    )


def snoozed(step: str = MARK) -> Deal:
    return a_deal(next_step=step)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (MARK, LEGAL),
        (f"Send the quote {MARK} then call", LEGAL),
        ("[SNOOZE until 2026-12-15 - waiting  for legal ]", LEGAL),
        ("[snooze 2026-12-15]", None),
        ("[snooze 2026-12-15: ]", None),
        ("[snooze: waiting for legal]", None),
        ("[snooze 2026-02-30: waiting]", None),
        ("[snooze next week: waiting]", None),
        ("snooze 2026-12-15: waiting for legal", None),
        ("", None),
        (None, None),
    ],
)
def test_a_snooze_has_a_day_and_a_reason(
    text: str | None, found: Snooze | None
) -> None:
    assert snooze_of(text) == found


@given(st.text())
def test_no_text_is_an_error(text: str) -> None:
    assert snooze_of(text) is None or "snooze" in text.casefold()


@pytest.mark.parametrize(
    ("today", "resting"),
    [
        (TODAY, 1),
        (date(2026, 12, 15), 1),
        (date(2026, 12, 16), 0),
    ],
)
def test_flags_rest_up_to_and_with_the_day(today: date, resting: int) -> None:
    found = held([a_signal()], snoozed(), today)

    assert len(found.resting) == resting
    assert len(found.active) == 1 - resting


def test_good_news_does_not_rest() -> None:
    found = held([a_signal(), a_signal(positive=True)], snoozed(), TODAY)

    assert [one.code for one in found.active] == ["re-engaged"]


def test_a_snooze_of_more_than_a_quarter_is_not_in_force() -> None:
    long = f"[snooze {days_ahead(100).isoformat()}: budget of next year]"

    assert held([a_signal()], snoozed(long), TODAY).snooze is None


@pytest.mark.parametrize(
    ("step", "note", "until"),
    [
        (None, MARK, date(2026, 12, 15)),
        ("Call on Monday", f"Legal has it. {MARK}", date(2026, 12, 15)),
        ("[snooze 2026-12-20: trade fair]", MARK, date(2026, 12, 20)),
        ("[snooze 2026-11-01: over]", MARK, date(2026, 12, 15)),
        (MARK, "nothing about it", date(2026, 12, 15)),
        (None, "[snooze 2027-06-01: next budget]", None),
    ],
    ids=["alone", "beside a step", "the later", "not over", "no mark", "too long"],
)
def test_a_snooze_may_stand_in_a_field_of_ones_own(
    step: str | None, note: str, until: date | None
) -> None:
    found = held([a_signal()], a_deal(next_step=step), TODAY, note)

    assert (found.snooze.until if found.snooze else None) == until
    assert len(found.resting) == (until is not None)


def test_a_review_that_rests_says_so_and_asks_for_nothing() -> None:
    action = ActionItem(
        deal_id=a_deal().id,
        obstacle="",
        what="",
        owner=OwnerKind.REP,
        due=TODAY,
        metric="",
        value=Decimal(0),
    )
    review = DealReview(
        deal=snoozed(), signals=(a_signal(),), actions=(action,), stalled=True
    )

    found = rest(review, TODAY)

    assert (found.signals, found.actions, found.stalled) == ((), (), False)
    assert (found.resting, found.snooze) == ((a_signal(),), LEGAL)


def test_a_review_without_a_snooze_stays_as_it_is() -> None:
    review = DealReview(deal=a_deal(), signals=(a_signal(),))

    assert rest(review, TODAY) == review


def test_the_last_day_is_that_of_the_owner() -> None:
    deal = snoozed("[snooze 2026-11-12: trade fair]")
    there = a_book(deal, people={ADA_ID: replace(ADA, zone="Pacific/Kiritimati")})
    late = replace(there, as_of=there.as_of.replace(hour=20))
    reviews = {deal.id: DealReview(deal=deal, signals=(a_signal(),))}

    assert rested(reviews, late)[deal.id].snooze is None
    assert rested(reviews, replace(late, people=CAST))[deal.id].snooze
