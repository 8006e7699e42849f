from collections.abc import Callable

import pytest

from reports.findings import Message
from reports.judgement.policy import Policy
from reports.packet.alerts import hygiene_alert, reminders
from reports.packet.followup import follow_up
from reports.packet.issues import Previous
from reports.words.lint import lint
from reports.words.render import Renderer
from tests.builders import ADA_ID
from tests.golden.check import golden
from tests.golden.scenario import BOOK, JUDGED, PROMISES, the_packet


RENDERER = Renderer("https://acme.my.salesforce.com")


def packet() -> Message:
    return RENDERER.packet(the_packet())


def packet_without_links() -> Message:
    return Renderer(None).packet(the_packet())


def hygiene() -> Message:
    previous = Previous(
        keys=frozenset({("006000000000002AAA", "close-past", "CloseDate")}),
        over=frozenset(),
    )
    alert = hygiene_alert(BOOK, JUDGED, policy=Policy(), previous=previous)
    return RENDERER.alert(alert)


def followup() -> Message:
    check = follow_up(BOOK, ADA_ID, cycle="2026-11a", promises=PROMISES)
    return RENDERER.follow_up(check)


def reminder() -> Message:
    (one,) = reminders(BOOK, JUDGED)
    return RENDERER.reminder(one)


MESSAGES = [packet, packet_without_links, hygiene, followup, reminder]


@pytest.mark.parametrize("make", MESSAGES)
def test_messages_are_as_they_were_looked_at(
    request: pytest.FixtureRequest, make: Callable[[], Message]
) -> None:
    name = make.__name__
    message = make()

    golden(request, f"{name}.html", message.html)
    golden(request, f"{name}.txt", f"{message.subject}\n\n{message.text}")


@pytest.mark.parametrize("make", MESSAGES)
def test_messages_pass_the_linter(make: Callable[[], Message]) -> None:
    assert lint(make()) == []
