import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from reports.delivery.channels import DeliveryError, Doubt, Envelope, Finding
from reports.delivery.channels.relay import Pace, Relay
from reports.delivery.channels.smtp import Smtp
from reports.delivery.ledger import Ledger
from reports.delivery.ledger.errors import LedgerError
from reports.delivery.mime import Sender
from reports.delivery.post import Post, Rules
from reports.delivery.records import Letter, State
from tests.letters import ADA, BO, CY, NOW, a_letter
from tests.smtp_servers import HOST, Mailroom, serving


RULES = Rules(
    sender=Sender(name="Pipeline reviews", address="reviews@acme.example"),
    allowed_domains=frozenset({"acme.example"}),
)
DOUBT = DeliveryError("bo@acme.example: no answer after the dot", in_doubt=True)
CLOSED = DeliveryError("mail:587 does not let robot in", everyone=True)


@dataclass
class Station:
    """A channel that carries three letters at once, and what happened in it."""

    events: list[tuple[str, str]] = field(default_factory=list)
    failures: dict[str, DeliveryError] = field(default_factory=dict)
    before: Callable[[str], None] = lambda _: None
    after: Callable[[str], None] = lambda _: None
    name: str = "station"
    local: bool = False
    at_once: int = 3

    def send(self, raw: bytes, envelope: Envelope, on_dot: Callable[[], None]) -> str:
        assert raw
        who = envelope.recipient
        self.events.append(("begun", who))
        self.before(who)
        failure = self.failures.get(who)
        if failure is not None and not failure.in_doubt:
            raise failure
        on_dot()
        self.events.append(("dot", who))
        self.after(who)
        self.events.append(("answer", who))
        if failure is not None:
            raise failure
        return "250 kept"

    def look(self, doubt: Doubt) -> Finding:
        del doubt
        return Finding()

    def stop(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """There is nothing to close."""

    def said(self, what: str) -> list[str]:
        return [who for event, who in self.events if event == what]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        yield ledger


@pytest.fixture
def station() -> Station:
    return Station()


@pytest.fixture
def post(ledger: Ledger, station: Station) -> Post:
    return Post(ledger, station, RULES, lambda: NOW)


def everybody(count: int = 12) -> list[Letter]:
    return [a_letter(f"rep{number}@acme.example") for number in range(count)]


def test_letters_are_under_way_together(post: Post, station: Station) -> None:
    together = threading.Barrier(3)
    station.before = lambda _: waited(together)

    assert post.send(everybody(3)).sentence == "3 sent"


def waited(together: threading.Barrier) -> None:
    together.wait(timeout=20)


def test_each_letter_is_sent_once_and_reported_in_its_place(
    post: Post, station: Station
) -> None:
    letters = everybody()
    tally = post.send([*letters, letters[0]])

    assert sorted(station.said("dot")) == sorted(one.key.recipient for one in letters)
    assert [one.key for one in tally.results] == [
        *(one.key for one in letters),
        letters[0].key,
    ]
    assert tally.sentence == "12 sent, 1 sent before"


def test_between_dot_and_answer_there_is_one_letter_at_a_time(
    post: Post, station: Station
) -> None:
    post.send(everybody())
    ends = [one for one in station.events if one[0] != "begun"]

    assert len(ends) == 24
    assert all(
        (first[0], second[0]) == ("dot", "answer") and first[1] == second[1]
        for first, second in zip(ends[::2], ends[1::2], strict=True)
    )


def test_each_letter_has_the_result_of_its_own_way(
    ledger: Ledger, post: Post, station: Station
) -> None:
    station.failures = {
        ADA: DeliveryError("ada@acme.example: not now: 451", permanent=False),
        BO: DOUBT,
        CY: DeliveryError("cy@acme.example: refused: 550", permanent=True),
    }
    post.send([a_letter(ADA), a_letter(BO), a_letter(CY), *everybody(2)])

    assert {one.key.recipient: one.state for one in ledger.deliveries()} == {
        ADA: State.DEFERRED,
        BO: State.IN_DOUBT,
        CY: State.REFUSED,
        "rep0@acme.example": State.ACCEPTED,
        "rep1@acme.example": State.ACCEPTED,
    }


def test_a_server_that_lets_nobody_in_stops_the_letters_that_have_not_begun(
    post: Post, station: Station
) -> None:
    station.failures = dict.fromkeys((one.key.recipient for one in everybody()), CLOSED)
    tally = post.send(everybody())
    states = [one.state for one in tally.results]

    assert len(station.said("begun")) == states.count(State.DEFERRED) <= 5
    assert states.count(State.STORED) == 12 - states.count(State.DEFERRED)


def test_a_run_that_is_asked_to_end_finishes_the_letters_under_way_and_no_other(
    post: Post, station: Station
) -> None:
    together = threading.Barrier(3, action=post.stop)
    station.before = lambda _: waited(together)
    tally = post.send(everybody())

    assert tally.sentence == "3 sent, 9 stored"
    assert len(station.said("answer")) == 3


def test_a_ledger_that_fails_before_a_dot_stops_every_letter_under_way(
    ledger: Ledger, post: Post, station: Station
) -> None:
    together = threading.Barrier(3)
    station.before = lambda _: waited(together)
    ledger.file.rows(
        "CREATE TEMP TRIGGER full BEFORE UPDATE ON delivery "
        "WHEN NEW.state = 'sending' BEGIN SELECT RAISE(ABORT, 'full'); END"
    )

    with pytest.raises(LedgerError):
        post.send(everybody())
    assert (len(station.said("begun")), station.said("dot")) == (3, [])


def test_an_error_of_ours_in_a_letters_way_is_not_hidden(
    post: Post, station: Station
) -> None:
    def broken(who: str) -> None:
        raise RuntimeError(f"a mistake about {who}")

    station.before = broken
    with pytest.raises(RuntimeError, match="a mistake about rep"):
        post.send(everybody())
    assert station.said("dot") == []


def test_over_a_real_server_a_connection_that_dies_loses_and_doubles_nothing(
    ledger: Ledger,
) -> None:
    letters = everybody()
    victim = letters[4].key.recipient
    mailroom = Mailroom(on_recipient={victim: [""]})
    with serving(mailroom) as port:
        relay = Relay(host=HOST, port=port, security="none")
        channel = Smtp(relay, pace=Pace(letters=1000))
        tally = Post(ledger, channel, RULES, lambda: NOW).send(letters)

    assert tally.sentence == "11 sent, 1 deferred"
    assert sorted(one[1] for one in mailroom.letters) == sorted(
        one.key.recipient for one in letters if one.key.recipient != victim
    )
