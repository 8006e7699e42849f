import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from reports.delivery.channels import DeliveryError, Doubt, Envelope, Finding
from reports.delivery.channels.folder import Folder
from reports.delivery.channels.relay import Relay
from reports.delivery.channels.smtp import Smtp
from reports.delivery.guard import deals_in
from reports.delivery.ledger import Ledger
from reports.delivery.ledger.errors import LedgerError
from reports.delivery.mime import Sender
from reports.delivery.post import Post, Rules
from reports.delivery.records import Attachment, Letter, State
from reports.delivery.reread import read
from reports.delivery.retry import Retry
from reports.delivery.tally import Tally
from tests.letters import ADA, BO, CY, FOREIGN, MINE, NOW, a_key, a_letter, minutes
from tests.smtp_servers import HOST, Mailroom, serving


RULES = Rules(
    sender=Sender(name="Pipeline reviews", address="reviews@acme.example"),
    allowed_domains=frozenset({"acme.example"}),
)


@dataclass
class Outbox:
    """A channel that keeps letters, or fails as it is told, letter by letter."""

    letters: list[tuple[str, bytes]] = field(default_factory=list)
    failures: list[DeliveryError | None] = field(default_factory=list)
    before: Callable[[], None] = lambda: None
    after: Callable[[], None] = lambda: None
    found: dict[str, Finding] = field(default_factory=dict)
    lost: DeliveryError | None = None
    name: str = "outbox"
    local: bool = False
    at_once: int = 1
    closed: int = 0
    stopped: int = 0

    def send(self, raw: bytes, envelope: Envelope, on_dot: Callable[[], None]) -> str:
        self.before()
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None and not failure.in_doubt:
            raise failure
        on_dot()
        self.letters.append((envelope.recipient, raw))
        self.after()
        if failure is not None:
            raise failure
        return "250 kept"

    def look(self, doubt: Doubt) -> Finding:
        if self.lost is not None:
            raise self.lost
        return self.found.get(doubt.message_id, Finding())

    def stop(self) -> None:
        self.stopped += 1

    def close(self) -> None:
        self.closed += 1

    @property
    def recipients(self) -> list[str]:
        return [recipient for recipient, _ in self.letters]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        yield ledger


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def post(ledger: Ledger, outbox: Outbox) -> Post:
    return a_post(ledger, outbox)


def a_post(ledger: Ledger, outbox: Outbox, at: datetime = NOW, **rules: object) -> Post:
    return Post(ledger, outbox, replace(RULES, **rules), lambda: at)  # type: ignore[arg-type]


def closed(ledger: Ledger, *, yes: bool) -> None:
    """Have the ledger refuse every write, as a full or read-only disk does."""
    ledger.file.rows(f"PRAGMA query_only = {yes:d}")


def only(tally: Tally) -> tuple[State, str]:
    (result,) = tally.results
    return result.state, result.reason


LATER = DeliveryError("ada@acme.example: not now: 451 greylisted")
NEVER = DeliveryError("ada@acme.example: refused: 550 no such user", permanent=True)
DOUBT = DeliveryError("ada@acme.example: no answer after the dot", in_doubt=True)
CLOSED = DeliveryError("mail:587 does not let robot in", everyone=True)


# Once


def test_every_letter_goes_out_once_however_often_it_is_sent(
    post: Post, outbox: Outbox
) -> None:
    letters = [a_letter(), a_letter(BO)]
    first = post.send(letters)
    again = post.send([*letters, a_letter(CY), a_letter(CY)])

    assert outbox.recipients == [ADA, BO, CY]
    assert (first.sentence, again.sentence) == ("2 sent", "1 sent, 3 sent before")
    assert (first.sent, first.trouble) == (2, ())


def test_a_newer_snapshot_does_not_make_a_new_letter(
    post: Post, outbox: Outbox
) -> None:
    post.send([a_letter()])
    post.send([a_letter(snapshot="s2")])
    post.send([a_letter(key=a_key(revision=1), snapshot="s2")])

    assert len(outbox.letters) == 2


def test_another_attempt_sends_the_same_bytes(
    ledger: Ledger, post: Post, outbox: Outbox
) -> None:
    outbox.failures = [LATER]
    post.send([a_letter()])
    kept = ledger.bytes_of(a_key())
    a_post(ledger, outbox, minutes(9)).send([a_letter(at=minutes(9), snapshot="s2")])

    assert outbox.letters == [(ADA, kept)]


def test_a_clock_that_jumps_back_sends_nothing_twice(
    ledger: Ledger, outbox: Outbox
) -> None:
    outbox.failures = [None, LATER]
    a_post(ledger, outbox, minutes(60)).send([a_letter(), a_letter(BO)])
    back = a_post(ledger, outbox).send([a_letter(), a_letter(BO)])
    later = a_post(ledger, outbox, minutes(67)).resume(minutes(67))

    assert back.sentence == "1 sent before, 1 deferred"
    assert later.sentence == "1 sent"
    assert outbox.recipients == [ADA, BO]


def test_two_reps_with_one_address_get_a_letter_each(
    post: Post, outbox: Outbox
) -> None:
    post.send([a_letter(), a_letter(key=a_key(rep_id="005Hs00000BOBBBIA5"))])

    assert outbox.recipients == [ADA, ADA]


# What goes wrong


def test_what_waited_is_held_where_its_reader_is_gone(
    ledger: Ledger, post: Post, outbox: Outbox
) -> None:
    outbox.failures = [LATER, LATER]
    post.send([a_letter(), a_letter(BO)])

    tally = a_post(ledger, outbox, minutes(7)).resume(
        minutes(7), lambda one: "Bo has left" if one.key.recipient == BO else ""
    )

    assert tally.sentence == "1 sent, 1 held"
    assert [one.reason for one in tally.trouble] == ["Bo has left"]
    assert outbox.recipients == [ADA]


def test_who_listens_hears_what_becomes_of_each_letter(
    post: Post, outbox: Outbox
) -> None:
    heard: list[tuple[str, State]] = []
    post.heard = lambda one: heard.append((one.key.recipient, one.state))
    outbox.failures = [None, LATER, NEVER]

    post.send([a_letter(), a_letter(BO), a_letter(CY), a_letter("x@other.example")])

    assert heard == [
        (ADA, State.ACCEPTED),
        (BO, State.DEFERRED),
        (CY, State.REFUSED),
        ("x@other.example", State.HELD),
    ]


def test_a_letter_that_is_refused_for_now_is_tried_again_when_due(
    ledger: Ledger, post: Post, outbox: Outbox
) -> None:
    outbox.failures = [LATER]
    first = post.send([a_letter(), a_letter(BO)])
    early = a_post(ledger, outbox, minutes(3)).resume(minutes(3))
    later = a_post(ledger, outbox, minutes(7)).resume(minutes(7))

    assert first.sentence == "1 sent, 1 deferred"
    assert first.trouble[0].reason == "ada@acme.example: not now: 451 greylisted"
    assert (early.sentence, later.sentence) == ("nothing to send", "1 sent")
    assert outbox.recipients == [BO, ADA]


def test_greylisting_for_two_days_ends_with_a_refusal_that_says_why(
    ledger: Ledger, outbox: Outbox
) -> None:
    outbox.failures = [LATER] * 99
    at, attempts = NOW, 0
    tally = a_post(ledger, outbox).send([a_letter()])
    while tally.results[0].state is State.DEFERRED and attempts < 99:
        attempts += tally.results[0].attempted
        at += timedelta(minutes=73)
        tally = a_post(ledger, outbox, at).resume(at)

    assert at > NOW + timedelta(hours=48)
    assert attempts == 40
    assert only(tally) == (
        State.REFUSED,
        "given up: ada@acme.example: not now: 451 greylisted",
    )


@pytest.mark.parametrize("deferrals", [1, 2, 20])
def test_after_any_number_of_deferrals_a_letter_arrives_once(
    ledger: Ledger, outbox: Outbox, deferrals: int
) -> None:
    outbox.failures = [LATER] * deferrals
    a_post(ledger, outbox).send([a_letter()])
    for number in range(1, 30):
        at = NOW + timedelta(minutes=73) * number
        a_post(ledger, outbox, at).resume(at)

    assert outbox.recipients == [ADA]


def test_a_letter_that_is_refused_for_good_is_not_tried_again(
    post: Post, outbox: Outbox
) -> None:
    outbox.failures = [NEVER]
    first = post.send([a_letter(), a_letter(BO)])
    post.send([a_letter()])

    assert first.sentence == "1 sent, 1 refused"
    assert outbox.recipients == [BO]


def test_a_letter_in_doubt_waits_for_a_person(
    ledger: Ledger, post: Post, outbox: Outbox
) -> None:
    outbox.failures = [DOUBT]
    first = post.send([a_letter()])
    post.send([a_letter()])
    post.resume(minutes(9999))
    waiting = [one.message_id for one in ledger.in_doubt()]

    assert only(first) == (State.IN_DOUBT, str(DOUBT))
    assert (outbox.recipients, waiting) == ([ADA], [a_key().message_id])


def test_a_released_letter_goes_out_again_with_the_same_bytes(
    ledger: Ledger, post: Post, outbox: Outbox
) -> None:
    outbox.failures = [DOUBT]
    post.send([a_letter()])
    ledger.release(a_key().message_id, minutes(4000))
    tally = a_post(ledger, outbox, minutes(4001)).resume(minutes(4001))

    assert tally.sentence == "1 sent"
    assert outbox.letters[0] == outbox.letters[1]


def test_a_server_that_lets_nobody_in_stops_the_run_and_loses_nothing(
    ledger: Ledger, post: Post, outbox: Outbox
) -> None:
    outbox.failures = [CLOSED]
    first = post.send([a_letter(), a_letter(BO), a_letter(CY)])
    later = a_post(ledger, outbox, minutes(9)).resume(minutes(9))

    assert first.sentence == "2 stored, 1 deferred"
    assert {one.reason for one in first.results} == {
        str(CLOSED),
        f"not tried: {CLOSED}",
    }
    assert len(first.trouble) == 3
    assert later.sentence == "3 sent"
    assert sorted(outbox.recipients) == [ADA, BO, CY]


def test_a_run_that_is_asked_to_end_finishes_its_letter_and_no_other(
    ledger: Ledger, post: Post, outbox: Outbox
) -> None:
    outbox.before = post.stop
    first = post.send([a_letter(), a_letter(BO)])

    assert first.sentence == "1 sent, 1 stored"
    assert first.results[1].reason == "not tried: the run was asked to end"
    assert (outbox.closed, outbox.stopped) == (1, 1)
    assert a_post(ledger, Outbox()).resume(NOW).sentence == "1 sent"


def test_a_ledger_that_fails_before_the_dot_stops_the_run_unsent(
    ledger: Ledger, post: Post, outbox: Outbox
) -> None:
    outbox.before = lambda: closed(ledger, yes=True)

    with pytest.raises(LedgerError, match="cannot be written"):
        post.send([a_letter()])
    assert (outbox.letters, outbox.closed) == ([], 1)


def test_a_ledger_that_fails_after_the_dot_leaves_a_doubt(
    ledger: Ledger, post: Post, outbox: Outbox
) -> None:
    outbox.after = lambda: closed(ledger, yes=True)
    with pytest.raises(LedgerError, match="cannot be written"):
        post.send([a_letter()])
    closed(ledger, yes=False)
    doubts = a_post(ledger, outbox, minutes(1)).recover()
    a_post(ledger, outbox, minutes(1)).send([a_letter()])

    assert [one.delivery.key for one in doubts] == [a_key()]
    assert outbox.recipients == [ADA]


def test_bytes_that_changed_in_the_ledger_are_not_sent(
    ledger: Ledger, post: Post, outbox: Outbox
) -> None:
    outbox.failures = [LATER]
    post.send([a_letter()])
    with ledger.file.writing() as db:
        db.execute("UPDATE letter SET packed = ?", [zlib.compress(b"Subject: x")])
    tally = a_post(ledger, outbox, minutes(9)).resume(minutes(9))

    assert only(tally) == (
        State.HELD,
        "its bytes are not those that were kept: the ledger is damaged",
    )


def test_a_letter_without_bytes_is_not_sent_when_a_person_releases_it(
    ledger: Ledger, post: Post, outbox: Outbox
) -> None:
    page = Attachment(name="x.html", kind="text/html", text="<script>")
    held = post.send([a_letter(attachments=(page,))])
    ledger.release(a_key().message_id, NOW)
    again = post.resume(NOW)

    assert "not a kind of attachment" in only(held)[1]
    assert only(again) == (State.HELD, "its bytes are not kept")
    assert (held + again).sentence == "2 held"
    assert outbox.letters == []


# Letters in doubt that are looked for


FOUND = Finding(arrived=True, words="it is in Sent")
ABSENT = Finding(arrived=False, words="it is not in Sent")
UNKNOWN = Finding(words="it is not in Sent")


@pytest.fixture
def doubtful(post: Post, outbox: Outbox) -> Post:
    """A post of which letters to Ada and Bo are in doubt."""
    outbox.failures = [DOUBT, DOUBT]
    post.send([a_letter(), a_letter(BO)])
    return post


def test_a_letter_in_doubt_that_is_found_did_arrive(
    ledger: Ledger, doubtful: Post, outbox: Outbox
) -> None:
    outbox.found = {a_key(BO).message_id: FOUND}
    waiting = doubtful.recover()

    assert [one.delivery.key for one in waiting] == [a_key()]
    known = ledger.known(a_key(BO))
    assert (known.state, known.reason) == (State.ACCEPTED, "it is in Sent")


def test_a_letter_in_doubt_that_is_not_found_waits_and_says_where_it_is_not(
    doubtful: Post, outbox: Outbox
) -> None:
    outbox.found = {a_key().message_id: UNKNOWN}
    ada, bo = (one.sentence for one in doubtful.recover())

    assert ada == (
        "ada@acme.example: packet of 2026-11-24 may have arrived (it is not in Sent); "
        "look, then run `dealpacket deliveries`"
    )
    assert "bo@acme.example: packet of 2026-11-24 may have arrived; look" in bo
    assert doubtful.resume(minutes(9999)).sentence == "nothing to send"


def test_a_letter_in_doubt_that_certainly_did_not_arrive_is_sent_again_as_it_was(
    ledger: Ledger, doubtful: Post, outbox: Outbox
) -> None:
    outbox.found = {a_key().message_id: ABSENT}
    doubtful.recover()
    reason = ledger.known(a_key()).reason
    tally = doubtful.resume(NOW)

    assert reason == "looked for: it is not in Sent"
    assert tally.sentence == "1 sent"
    assert outbox.letters[2] == outbox.letters[0]


def test_what_cannot_be_asked_leaves_every_doubt_and_is_asked_once(
    doubtful: Post, outbox: Outbox
) -> None:
    outbox.lost = DeliveryError("mail:993 could not be asked", everyone=True)

    assert [one.found for one in doubtful.recover()] == [
        "mail:993 could not be asked",
        "mail:993 could not be asked",
    ]


def test_who_looks_is_told_of_a_letter_that_did_arrive_after_the_doubtful_one(
    ledger: Ledger, doubtful: Post
) -> None:
    before = ledger.witness(ledger.known(a_key()).changed_at)
    a_post(ledger, Outbox(), minutes(5)).send([a_letter(CY)])

    assert before is None
    assert ledger.witness(ledger.known(a_key()).changed_at) == a_key(CY).message_id
    assert ledger.witness(minutes(5)) is None
    assert len(doubtful.recover()) == 2


# To the right people


@pytest.mark.parametrize(
    ("recipient", "reason"),
    [
        ("ada@evil.example", "evil.example is not in [delivery] allowed_domains"),
        ("ada@sub.acme.example", "sub.acme.example is not in"),
        ("ada@acme.example.evil.example", "acme.example.evil.example is not in"),
        ("evil@evil.example <ada@acme.example>", "is not an address"),
        ("ada@acme.example\r\nBcc: x@evil.example", "is not an address"),
        ("", "'' is not an address"),
    ],
)
def test_nobody_outside_gets_a_letter(
    post: Post, outbox: Outbox, recipient: str, reason: str
) -> None:
    state, said = only(post.send([a_letter(recipient)]))

    assert (state, outbox.letters) == (State.HELD, [])
    assert reason in said


def test_a_domain_in_capitals_is_the_same_domain(post: Post, outbox: Outbox) -> None:
    assert post.send([a_letter("Ada@ACME.example")]).sentence == "1 sent"
    assert outbox.recipients == ["Ada@ACME.example"]


def test_without_domains_only_files_are_written(
    ledger: Ledger, outbox: Outbox, tmp_path: Path
) -> None:
    none = replace(RULES, allowed_domains=frozenset())
    held = Post(ledger, outbox, none, lambda: NOW).send([a_letter()])
    folder = Folder(tmp_path / "outbox")
    written = Post(ledger, folder, none, lambda: NOW).send([a_letter(BO)])

    assert held.sentence == "1 held"
    assert written.sentence == "1 sent"


def test_a_letter_goes_out_once_its_domain_is_allowed(
    ledger: Ledger, post: Post, outbox: Outbox
) -> None:
    post.send([a_letter("ada@new.example")])
    wider = a_post(ledger, outbox, allowed_domains=frozenset({"new.example"}))

    assert wider.send([a_letter("ada@new.example")]).sentence == "1 sent"


def test_a_domain_that_is_taken_off_the_list_gets_no_second_attempt(
    ledger: Ledger, post: Post, outbox: Outbox
) -> None:
    outbox.failures = [LATER]
    post.send([a_letter()])
    stricter = a_post(
        ledger, outbox, minutes(9), allowed_domains=frozenset({"other.example"})
    )

    assert stricter.resume(minutes(9)).sentence == "1 held"


# Whose deals


def saying(text: str = "", html: str = "") -> Letter:
    message = a_letter().message
    return a_letter(
        message=replace(message, text=message.text + text, html=message.html + html)
    )


LINK = f"https://acme.my.salesforce.com/lightning/r/Opportunity/{FOREIGN}/view"
NESTED = quote(f"WhatId={FOREIGN},Subject=x", safe="")


@pytest.mark.parametrize(
    "letter",
    [
        saying(text=LINK),
        saying(text=f"see {FOREIGN[:15]}."),
        saying(text=f"https://acme.my.salesforce.com/{FOREIGN}"),
        saying(html=f'<a href="{LINK}">x</a>'),
        saying(html=f'<a href="https://x/new?defaultFieldValues={NESTED}">x</a>'),
        saying(html=f'<a href="https://x/{quote(NESTED)}">x</a>'),
        saying(html=f'<tr id="d-{FOREIGN}"></tr>'),
        saying(html="&#48;&#48;&#54;" + FOREIGN[3:]),
        a_letter(message=replace(a_letter().message, subject=f"About {FOREIGN}")),
        a_letter(
            attachments=(
                Attachment(name="x.csv", kind="text/csv", text=f"id\n{FOREIGN}\n"),
            )
        ),
        a_letter(deal_ids=frozenset()),
    ],
)
def test_a_letter_with_somebody_elses_deal_is_held(
    post: Post, outbox: Outbox, letter: Letter
) -> None:
    state, reason = only(post.send([letter]))

    assert (state, outbox.letters) == (State.HELD, [])
    assert "it shows deals that are not for its reader: 006Hs00001" in reason


@pytest.mark.parametrize(
    "letter",
    [
        saying(text=f"{MINE[1]} and {MINE[1][:15]}"),
        saying(text="Call 006123456789012 or 0061234567890123456."),
        saying(text="Task 00THs00001AAAAAIA5, token x006Hs00001ZZZZZIA5y"),
    ],
)
def test_own_deals_phone_numbers_and_other_records_do_not_hold_a_letter(
    post: Post, letter: Letter
) -> None:
    assert post.send([letter]).sentence == "1 sent"


def test_one_held_letter_does_not_keep_the_others(post: Post, outbox: Outbox) -> None:
    tally = post.send([saying(text=LINK), a_letter(BO)])

    assert (tally.sentence, outbox.recipients) == ("1 sent, 1 held", [BO])


def test_among_many_reps_no_letter_shows_another_reps_deal(
    post: Post, outbox: Outbox
) -> None:
    deals = [f"006Hs0000{number:06d}" for number in range(42)]
    letters = [
        replace(
            saying(text=f"\n{deals[number]}\n{deals[(number + number % 7 // 6) % 42]}"),
            key=a_key(f"rep{number}@acme.example"),
            deal_ids=frozenset({*MINE, deals[number]}),
        )
        for number in range(42)
    ]
    tally = post.send(letters)

    assert tally.sentence == "36 sent, 6 held"
    for recipient, raw in outbox.letters:
        own = deals[int(re.sub(r"\D", "", recipient))]
        assert deals_in(raw.decode()) == {own, MINE[0][:15]}


# Rehearsals


def test_a_rehearsal_goes_to_one_address_and_says_for_whom(
    ledger: Ledger, outbox: Outbox
) -> None:
    rehearsal = a_post(ledger, outbox, redirect_to=CY)
    tally = rehearsal.send([a_letter(reply_to=(ADA, BO)), a_letter(BO)])
    mails = [read(raw) for _, raw in outbox.letters]

    assert outbox.recipients == [CY, CY]
    assert [str(mail["To"]) for mail in mails] == [CY, CY]
    assert str(mails[0]["Subject"]).startswith("[rehearsal for ada@acme.example] Ada")
    assert mails[0]["Reply-To"] is None
    assert [one.reason for one in tally.results] == [
        "rehearsal for ada@acme.example",
        "rehearsal for bo@acme.example",
    ]


def test_a_rehearsal_can_be_repeated_and_the_real_letter_still_goes_out(
    ledger: Ledger, outbox: Outbox
) -> None:
    for _ in range(2):
        a_post(ledger, outbox, redirect_to=CY).send([a_letter()])
    real = a_post(ledger, outbox).send([a_letter()])

    assert outbox.recipients == [CY, CY, ADA]
    assert len({str(read(raw)["Message-ID"]) for _, raw in outbox.letters}) == 3
    assert real.sentence == "1 sent"
    assert [one.key.recipient for one in ledger.deliveries("2026-11-24")] == [ADA]


def test_a_rehearsal_sends_no_real_letter_that_waits(
    ledger: Ledger, post: Post, outbox: Outbox
) -> None:
    outbox.failures = [LATER]
    post.send([a_letter()])
    kept = a_post(ledger, outbox, minutes(9), redirect_to=CY).resume(minutes(9))

    assert only(kept) == (
        State.DEFERRED,
        "kept back: this is a rehearsal, everything goes to cy@acme.example",
    )
    assert a_post(ledger, outbox, minutes(9)).resume(minutes(9)).sentence == "1 sent"


def test_a_rehearsal_says_what_would_be_held(ledger: Ledger, outbox: Outbox) -> None:
    rehearsal = a_post(ledger, outbox, redirect_to=CY)

    state, reason = only(rehearsal.send([a_letter("ada@evil.example")]))
    assert state is State.ACCEPTED
    assert reason.endswith(
        "; the real one would be held: "
        "evil.example is not in [delivery] allowed_domains"
    )


def test_a_rehearsal_does_not_leave_the_allowed_domains(
    ledger: Ledger, outbox: Outbox
) -> None:
    rehearsal = a_post(ledger, outbox, redirect_to="me@evil.example")

    assert rehearsal.send([a_letter()]).sentence == "1 held"
    assert outbox.letters == []


# The policy, and real channels


def test_waits_grow_and_letters_do_not_crowd() -> None:
    retry = Retry()
    waits = [
        [
            (retry.next_at(NOW, f"<{letter}>", attempts) - NOW) / timedelta(minutes=1)
            for letter in range(200)
        ]
        for attempts in range(1, 7)
    ]

    for minutes_, found in zip((5, 15, 30, 60, 60, 60), waits, strict=True):
        assert 0.8 * minutes_ <= min(found) < 0.85 * minutes_
        assert 1.15 * minutes_ < max(found) <= 1.2 * minutes_


def test_over_smtp_greylisting_then_acceptance(ledger: Ledger) -> None:
    mailroom = Mailroom(on_recipient={ADA: ["451 4.7.1 greylisted"]})
    with serving(mailroom) as port:
        relay = Relay(host=HOST, port=port, security="none")
        first = Post(ledger, Smtp(relay), RULES, lambda: NOW).send(
            [a_letter(), a_letter(BO)]
        )
        later = Post(ledger, Smtp(relay), RULES, lambda: minutes(7)).resume(minutes(7))

    assert (first.sentence, later.sentence) == ("1 sent, 1 deferred", "1 sent")
    assert [letter[1] for letter in mailroom.letters] == [BO, ADA]
    assert mailroom.letters[1][2] == ledger.bytes_of(a_key())


def test_over_smtp_a_drop_after_the_dot_is_in_doubt_and_sent_once(
    ledger: Ledger,
) -> None:
    mailroom = Mailroom(on_data=[""])
    with serving(mailroom) as port:
        channel = Smtp(Relay(host=HOST, port=port, security="none"))
        first = Post(ledger, channel, RULES, lambda: NOW).send([a_letter()])
        again = Post(ledger, channel, RULES, lambda: minutes(9)).send([a_letter()])

    assert (first.sentence, again.sentence) == ("1 in doubt", "1 in doubt")
    assert len(mailroom.letters) == 1
