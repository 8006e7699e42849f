"""What waits: promises that stay open over reviews, and deals whose flags rest."""

from dataclasses import replace
from datetime import date

import pytest

from reports.findings import DealReview, Outcome, Packet, Snooze
from reports.packet.figures import figures
from reports.words.deal_rows import deal_rows
from reports.words.headline import heading, subject
from reports.words.links import Links
from reports.words.render import Renderer
from reports.words.rows import promise_rows
from tests.golden.scenario import PROMISES, REVIEWS, the_packet


PACKET = the_packet()
NONE = Links(None)


def resting(review: DealReview, reason: str = "waiting for legal") -> DealReview:
    return replace(
        review,
        signals=(),
        resting=review.signals,
        stalled=False,
        snooze=Snooze(until=date(2026, 12, 15), reason=reason),
    )


def with_only(*reviews: DealReview) -> Packet:
    return replace(PACKET, deals=reviews, focus=())


@pytest.mark.parametrize(
    ("outcome", "carried", "said"),
    [
        (Outcome.BROKEN, 1, "nothing on record"),
        (Outcome.BROKEN, 2, "nothing on record · open for 2 reviews"),
        (Outcome.OPEN, 3, "open for 3 reviews"),
        (Outcome.KEPT, 3, ""),
    ],
)
def test_a_promise_says_for_how_many_reviews_it_has_been_open(
    outcome: Outcome, carried: int, said: str
) -> None:
    promise = replace(PROMISES[1], outcome=outcome, carried=carried)

    (row,) = promise_rows(replace(PACKET, promises=(promise,)), NONE)

    assert row.evidence == said


def test_a_deal_that_rests_says_until_when_and_why() -> None:
    (row,) = deal_rows(with_only(resting(REVIEWS[0])), NONE)

    assert row.why == "At rest until 15 Dec: waiting for legal."
    assert row.flag == ""


def test_a_long_reason_to_rest_is_cut() -> None:
    (row,) = deal_rows(with_only(resting(REVIEWS[0], "legal " * 90)), NONE)

    assert len(row.why) < 160


def test_the_rest_of_a_deal_is_in_the_mail_and_in_its_text() -> None:
    message = Renderer(None).packet(with_only(resting(REVIEWS[0]), REVIEWS[3]))

    assert "At rest until 15 Dec: waiting for legal." in message.html
    assert "At rest until 15 Dec: waiting for legal." in message.text


@pytest.mark.parametrize(
    ("packet", "said"),
    [
        (
            with_only(resting(REVIEWS[0]), REVIEWS[3]),
            "No deal has stopped; one is on track, one is at rest",
        ),
        (
            with_only(resting(REVIEWS[0]), REVIEWS[1]),
            "No deal has stopped; one needs a look, none is on track, one is at rest",
        ),
        (
            with_only(REVIEWS[0], resting(REVIEWS[1])),
            "One deal worth $148k has stopped moving; none is on track, one is at rest",
        ),
    ],
)
def test_a_deal_that_rests_is_not_said_to_be_on_track(
    packet: Packet, said: str
) -> None:
    assert heading(figures(packet, "USD")) == said


def test_a_subject_says_all_on_track_only_where_all_are() -> None:
    packet = with_only(resting(REVIEWS[0]), REVIEWS[3])

    line = subject(packet, figures(packet, "USD"))

    assert line == "Ada L. · review 12 Nov · 2 deals, none to unblock"
