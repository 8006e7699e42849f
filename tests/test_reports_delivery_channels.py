import socket
import stat
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest

from reports.delivery.channels import DeliveryError, Doubt, Envelope
from reports.delivery.channels.folder import Folder
from reports.delivery.channels.relay import Pace, Patience, Relay
from reports.delivery.channels.smtp import Smtp, Turns
from reports.delivery.mime import Sender, mime
from tests.letters import ADA, BO, CY, a_key, a_letter
from tests.smtp_servers import (
    HOST,
    PASSWORD,
    Authority,
    Mailroom,
    breaking,
    say,
    serving,
)


SENDER = Sender(name="Pipeline reviews", address="reviews@acme.example")
RAW = mime(a_letter(), SENDER)
LINES_OF_RAW = RAW.count(b"\r\n") + 1  #: with the final dot
SHORT = Patience(command=0.5, after_dot=0.5)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def mailroom() -> Mailroom:
    return Mailroom()


@pytest.fixture
def ca_file(authority: Authority, tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    authority.ca.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture
def plain(mailroom: Mailroom) -> Iterator[Smtp]:
    """A channel to a server without TLS, on loopback."""
    with serving(mailroom) as port:
        channel = to(port)
        yield channel
        channel.close()


def to(port: int, **differences: Any) -> Smtp:
    values: dict[str, Any] = {"host": HOST, "port": port, "security": "none"}
    patience = differences.pop("patience", Patience(command=5, after_dot=5))
    return Smtp(Relay(**{**values, **differences}), patience=patience)


def an_envelope(recipient: str = ADA) -> Envelope:
    return Envelope(
        sender=SENDER.address,
        recipient=recipient,
        message_id=a_key(recipient).message_id,
    )


def dots() -> tuple[list[str], Callable[[], None]]:
    """A list that grows when the final dot is near."""
    noted: list[str] = []
    return noted, lambda: noted.append("dot")


def send(channel: Smtp, recipient: str = ADA) -> str:
    return channel.send(RAW, an_envelope(recipient), lambda: None)


def failure(channel: Smtp, recipient: str = ADA) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        send(channel, recipient)
    channel.close()
    return caught.value


def kinds(error: DeliveryError) -> tuple[bool, bool, bool]:
    return error.permanent, error.in_doubt, error.everyone


TEMPORARY = (False, False, False)
PERMANENT = (True, False, False)
IN_DOUBT = (False, True, False)
EVERYONE = (False, False, True)


# What arrives at a mail server


def test_a_letter_arrives_as_the_bytes_that_were_kept(
    plain: Smtp, mailroom: Mailroom
) -> None:
    noted, on_dot = dots()
    answer = plain.send(RAW, an_envelope(), on_dot)

    assert (answer, noted) == ("250 queued as 77", ["dot"])
    assert mailroom.letters == [("reviews@acme.example", ADA, RAW)]


def test_lines_that_begin_with_a_dot_arrive(plain: Smtp, mailroom: Mailroom) -> None:
    raw = b"Subject: x\r\n\r\n.\r\n..\r\n.hidden\r\nno end of line"
    plain.send(raw, an_envelope(), lambda: None)

    assert mailroom.letters[0][2] == raw + b"\r\n"


def test_one_connection_carries_many_letters(plain: Smtp, mailroom: Mailroom) -> None:
    for recipient in (ADA, BO, ADA):
        send(plain, recipient)

    assert (len(mailroom.letters), mailroom.connections) == (3, 1)


def test_a_connection_is_made_anew_after_so_many_letters(mailroom: Mailroom) -> None:
    with serving(mailroom) as port:
        relay = Relay(host=HOST, port=port, security="none")
        channel = Smtp(relay, pace=Pace(on_one_connection=2))
        for _ in range(5):
            send(channel)
        channel.close()

    assert (len(mailroom.letters), mailroom.connections) == (5, 3)


@pytest.mark.parametrize("answer", ["", "421 4.4.2 idle for too long"])
def test_a_connection_that_was_closed_while_idle_is_made_anew(
    plain: Smtp, mailroom: Mailroom, answer: str
) -> None:
    send(plain)
    mailroom.on_mail = [answer]
    send(plain)

    assert (len(mailroom.letters), mailroom.connections) == (2, 2)


# What a mail server refuses


@pytest.mark.parametrize(
    ("to_what", "answer", "kind", "words"),
    [
        ("RCPT", "550 5.1.1 no such user", PERMANENT, "refused: 550 5.1.1 no such"),
        ("RCPT", "451 4.7.1 greylisted", TEMPORARY, "not now: 451 4.7.1 greylisted"),
        ("RCPT", "421 4.3.2 closing", EVERYONE, "421 4.3.2 closing"),
        ("RCPT", "", TEMPORARY, "the connection was lost"),
        ("MAIL", "", TEMPORARY, "the connection was lost"),
        ("MAIL", "451 4.3.0 later", TEMPORARY, "takes no letter from"),
        ("MAIL", "432 4.3.2 too many", EVERYONE, "takes no letter from"),
        ("MAIL", "530 5.7.0 log in first", EVERYONE, "530 5.7.0 log in first"),
        ("MAIL", "552 5.3.4 too large", PERMANENT, "refused: 552 5.3.4 too large"),
        ("MAIL", "421 4.3.2 busy", EVERYONE, "takes no letters now: 421"),
        ("DATA", "452 4.3.1 disk full", TEMPORARY, "not now: 452 4.3.1 disk full"),
        ("DATA", "554 5.6.0 spam", PERMANENT, "refused: 554 5.6.0 spam"),
        ("DATA", "999 what?", IN_DOUBT, "did not say what became of it (999 what?)"),
        ("DATA", "", IN_DOUBT, "did not say what became of it (Connection unex"),
    ],
)
def test_a_refusal_says_who_refused_what_and_whether_to_try_again(
    to_what: str, answer: str, kind: tuple[bool, bool, bool], words: str
) -> None:
    mailroom = Mailroom(
        on_mail=[answer] if to_what == "MAIL" else [],
        on_recipient={ADA: [answer]} if to_what == "RCPT" else {},
        on_data=[answer] if to_what == "DATA" else [],
    )
    with serving(mailroom) as port:
        error = failure(to(port))

    assert kinds(error) == kind
    assert words in str(error)


def test_one_refused_recipient_does_not_keep_the_next_from_getting_a_letter(
    plain: Smtp, mailroom: Mailroom
) -> None:
    mailroom.on_recipient = {ADA: ["550 no such user"]}
    with pytest.raises(DeliveryError):
        send(plain)
    send(plain, BO)

    assert [letter[1] for letter in mailroom.letters] == [BO]
    assert mailroom.connections == 1


def test_a_letter_that_is_too_large_is_not_offered(mailroom: Mailroom) -> None:
    with serving(mailroom, data_size_limit=500) as port:
        error = failure(to(port))

    assert kinds(error) == PERMANENT
    assert "bytes, the server takes 500" in str(error)


def test_without_the_note_there_is_no_dot(plain: Smtp, mailroom: Mailroom) -> None:
    def refuse() -> None:
        raise RuntimeError("the ledger is locked")

    with pytest.raises(RuntimeError):
        plain.send(RAW, an_envelope(), refuse)
    send(plain, BO)
    assert [letter[1] for letter in mailroom.letters] == [BO]


# Mail servers that are slow, silent or gone


def test_a_connection_lost_before_the_dot_is_no_doubt() -> None:
    def half(connection: socket.socket) -> None:
        say(connection, "250 hello", "250 ok", "250 ok", "354 go on")

    large = RAW + b"more than a socket takes at once\r\n" * 500_000
    noted, on_dot = dots()
    with breaking(half) as port:
        channel = to(port)
        with pytest.raises(DeliveryError) as caught:
            channel.send(large, an_envelope(), on_dot)
        channel.close()

    assert kinds(caught.value) == TEMPORARY
    assert noted == []


def test_a_server_that_will_not_have_the_letter_is_not_sent_it() -> None:
    lines = ["250 hello", "250 ok", "250 ok", "451 4.7.1 not from you now", "250 ok"]
    noted, on_dot = dots()
    with breaking(lambda connection: say(connection, *lines)) as port:
        channel = to(port)
        with pytest.raises(DeliveryError, match="not from you now") as caught:
            channel.send(RAW, an_envelope(), on_dot)
        channel.close()

    assert kinds(caught.value) == TEMPORARY
    assert noted == []


def test_a_server_that_is_gone_before_we_take_leave_is_no_trouble() -> None:
    lines = ["250 hello", "250 ok", "550 no such user"]
    with breaking(lambda connection: say(connection, *lines)) as port:
        error = failure(to(port))

    assert kinds(error) == PERMANENT


def test_a_server_may_take_its_time_after_the_dot(mailroom: Mailroom) -> None:
    mailroom.pause = 0.6
    with serving(mailroom) as port:
        channel = to(port, patience=Patience(command=0.3, after_dot=10))
        answer = send(channel)
        channel.close()

    assert answer == "250 queued as 77"


def test_silence_after_the_dot_is_in_doubt(mailroom: Mailroom) -> None:
    mailroom.pause = 1.0
    with serving(mailroom) as port:
        error = failure(to(port, patience=Patience(command=5, after_dot=0.2)))

    assert kinds(error) == IN_DOUBT
    assert len(mailroom.letters) == 1


def dripping(connection: socket.socket, over: threading.Event) -> None:
    """Begin an answer that never comes to its end, a byte at a time."""
    while not over.wait(timeout=0.05):
        connection.sendall(b"2")


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (None, EVERYONE),
        ([], EVERYONE),
        (["250 hello", "250 ok"], TEMPORARY),
        (
            ["250 hello", "250 ok", "250 ok", "354 go on", *[""] * LINES_OF_RAW],
            IN_DOUBT,
        ),
    ],
    ids=["the banner", "the greeting", "the recipient", "the final dot"],
)
def test_a_server_that_drips_its_answer_does_not_hold_us_up(
    lines: list[str] | None, kind: tuple[bool, bool, bool]
) -> None:
    over = threading.Event()

    def slow(connection: socket.socket) -> None:
        if lines is not None:
            say(connection, *lines)
        dripping(connection, over)

    with breaking(slow) as port:
        error = failure(to(port, patience=Patience(command=0.3, after_dot=0.3)))
        over.set()

    assert kinds(error) == kind
    assert "timed out" in str(error)


def test_a_server_that_gives_a_letter_up_before_its_dot_is_no_doubt() -> None:
    def hasty(connection: socket.socket) -> None:
        say(connection, "250 hello", "250 ok", "250 ok", "354 go on\r\n421 too slow")
        connection.recv(100_000)

    with breaking(hasty) as port:
        channel = to(port)
        with pytest.raises(DeliveryError, match="it did not wait") as caught:
            channel.send(RAW, an_envelope(), lambda: None)

    assert kinds(caught.value) == TEMPORARY


@pytest.mark.parametrize("lines", [[], ["250 hello"], ["250 hello", "250 ok"]])
def test_a_server_that_falls_silent_does_not_hold_us_up(lines: list[str]) -> None:
    over = threading.Event()

    def silent(connection: socket.socket) -> None:
        say(connection, *lines)
        over.wait(timeout=20)

    with breaking(silent) as port:
        error = failure(to(port, patience=Patience(command=0.2, after_dot=0.2)))
        over.set()

    assert not error.in_doubt
    assert not error.permanent


def test_a_banner_that_never_comes_stops_the_run() -> None:
    over = threading.Event()

    def silent(_: socket.socket) -> None:
        over.wait(timeout=20)

    with breaking(silent) as port:
        error = failure(to(port, patience=SHORT))
        over.set()

    assert kinds(error) == EVERYONE
    assert "cannot be reached safely" in str(error)


@pytest.mark.parametrize(
    "greeting", [b"554 go away\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", b""]
)
def test_what_is_no_mail_server_stops_the_run(greeting: bytes) -> None:
    with breaking(lambda connection: connection.sendall(greeting)) as port:
        error = failure(to(port, patience=SHORT))

    assert kinds(error) == EVERYONE


def test_nobody_listening_stops_the_run() -> None:
    with breaking(lambda _: None) as port:
        pass

    error = failure(to(port, patience=SHORT))
    assert kinds(error) == EVERYONE
    assert "check [smtp] host, port, security and ca_file" in str(error)


# Several connections


def at_once(channel: Smtp, recipients: list[str], on_dot: Callable[[], None]) -> None:
    """Send a letter to each, all at the same time."""
    with ThreadPoolExecutor(len(recipients)) as threads:
        letters = [
            threads.submit(channel.send, RAW, an_envelope(one), on_dot)
            for one in recipients
        ]
        for letter in letters:
            letter.result()


def test_letters_sent_at_once_go_over_as_many_connections(
    plain: Smtp, mailroom: Mailroom
) -> None:
    together = threading.Barrier(3)
    at_once(plain, [ADA, BO, CY], lambda: waited(together))
    send(plain)

    assert sorted(one[1] for one in mailroom.letters) == [ADA, ADA, BO, CY]
    assert mailroom.connections == 3


def waited(together: threading.Barrier) -> None:
    together.wait(timeout=20)


def test_there_are_never_more_connections_than_were_asked_for(
    plain: Smtp, mailroom: Mailroom
) -> None:
    at_once(plain, [f"rep{number}@acme.example" for number in range(9)], lambda: None)

    assert len(mailroom.letters) == 9
    assert mailroom.connections <= 3


def test_a_server_that_lets_one_connection_in_is_served_over_one(
    plain: Smtp, mailroom: Mailroom
) -> None:
    mailroom.lets_in = 1
    at_once(plain, [ADA, BO, CY], lambda: None)
    at_once(plain, [ADA, BO, CY], lambda: None)

    assert len(mailroom.letters) == 6
    assert mailroom.connections == 2


def test_a_server_that_finds_us_too_many_gets_every_letter_all_the_same(
    plain: Smtp, mailroom: Mailroom
) -> None:
    mailroom.on_mail = ["250 OK", "432 4.3.2 too many"]
    at_once(plain, [ADA, BO, CY], lambda: until(lambda: not mailroom.on_mail))

    assert sorted(one[1] for one in mailroom.letters) == [ADA, BO, CY]


def until(holds: Callable[[], bool]) -> None:
    while not holds():
        time.sleep(0.01)


def test_a_server_that_lets_nobody_in_keeps_no_letter_waiting() -> None:
    with breaking(lambda connection: connection.sendall(b"421 closed\r\n")) as port:
        channel = to(port, patience=SHORT)
        with pytest.raises(DeliveryError, match="cannot be reached safely"):
            at_once(channel, [ADA, BO, CY], lambda: None)


def test_one_connection_that_dies_takes_no_other_letter_with_it(
    plain: Smtp, mailroom: Mailroom
) -> None:
    mailroom.on_recipient = {BO: [""]}
    with pytest.raises(DeliveryError, match="the connection was lost") as caught:
        at_once(plain, [ADA, BO, CY], lambda: None)

    assert kinds(caught.value) == TEMPORARY
    assert sorted(one[1] for one in mailroom.letters) == [ADA, CY]


# Encryption and passwords


def secured(port: int, ca_file: Path | None, **differences: Any) -> Smtp:
    values: dict[str, Any] = {
        "security": "starttls",
        "username": "robot",
        "password": PASSWORD,
        "ca_file": ca_file,
        **differences,
    }
    return to(port, **values)


def test_starttls_then_password_then_letter(
    mailroom: Mailroom, authority: Authority, ca_file: Path
) -> None:
    options = {"tls_context": authority.server(), "require_starttls": True}
    with serving(
        mailroom, authenticator=mailroom.authenticate, auth_required=True, **options
    ) as port:
        channel = secured(port, ca_file)
        found = channel.check()
        send(channel)
        channel.close()

    assert [letter[1] for letter in mailroom.letters] == [ADA]
    assert found == f"{HOST}:{port} takes letters (encrypted, logged in as robot)"


def test_tls_from_the_start(
    mailroom: Mailroom, authority: Authority, ca_file: Path
) -> None:
    with serving(mailroom, ssl_context=authority.server()) as port:
        channel = to(port, security="tls", ca_file=ca_file)
        send(channel)
        channel.close()

    assert [letter[1] for letter in mailroom.letters] == [ADA]


def test_without_starttls_neither_password_nor_letter_is_sent(
    mailroom: Mailroom, ca_file: Path
) -> None:
    with serving(
        mailroom, authenticator=mailroom.authenticate, auth_require_tls=False
    ) as port:
        error = failure(secured(port, ca_file))

    assert "does not offer STARTTLS, so nothing is sent" in str(error)
    assert kinds(error) == EVERYONE
    assert (mailroom.passwords, mailroom.letters) == ([], [])


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("wrong", ["unknown authority", "another host"])
def test_a_server_that_does_not_prove_who_it_is_gets_nothing(
    mailroom: Mailroom, authority: Authority, ca_file: Path, security: str, wrong: str
) -> None:
    if wrong == "unknown authority":
        context = Authority().server()
    else:
        context = authority.server("mail.evil.example")
    options: dict[str, Any] = {
        "ssl_context" if security == "tls" else "tls_context": context
    }
    with serving(mailroom, authenticator=mailroom.authenticate, **options) as port:
        error = failure(secured(port, ca_file, security=security))

    assert "ertificate" in str(error)
    assert "ca_file" in str(error)
    assert kinds(error) == EVERYONE
    assert (mailroom.passwords, mailroom.letters) == ([], [])


def test_a_wrong_password_is_a_sentence_that_does_not_hold_it(
    mailroom: Mailroom, authority: Authority, ca_file: Path
) -> None:
    with serving(
        mailroom, authenticator=mailroom.authenticate, tls_context=authority.server()
    ) as port:
        error = failure(secured(port, ca_file, password="wr0ng-canary"))

    assert "does not let robot in (535" in str(error)
    assert kinds(error) == EVERYONE
    assert "wr0ng-canary" not in "".join(traceback.format_exception(error))


def test_a_password_that_no_login_can_carry_is_a_sentence(
    mailroom: Mailroom, authority: Authority, ca_file: Path
) -> None:
    with serving(mailroom, tls_context=authority.server()) as port:
        error = failure(secured(port, ca_file, password="grün-canary"))

    assert "letters that an SMTP login cannot carry" in str(error)
    assert "canary" not in "".join(traceback.format_exception(error))


def test_a_password_is_never_shown() -> None:
    relay = Relay(host="mail.acme.example", username="robot", password=PASSWORD)

    assert PASSWORD not in repr(relay)


@pytest.mark.parametrize(
    ("differences", "sentence"),
    [
        ({"host": "mail.acme.example", "security": "none"}, "is for loopback only"),
        ({"username": "robot"}, "go together: give both or neither"),
    ],
)
def test_a_mistake_about_the_server_is_found_at_once(
    differences: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        Relay(**{"host": HOST, **differences})


def test_no_more_letters_than_the_pace_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock[0] += seconds

    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    turns = Turns(Pace(letters=3, seconds=60), sleep)
    for _ in range(7):
        turns.wait()
        clock[0] += 1

    assert sum(slept) == 114.0
    assert max(slept) <= 0.5


def test_who_waits_for_a_turn_when_the_run_is_to_end_does_not_wait_for_it(
    mailroom: Mailroom,
) -> None:
    naps: list[float] = []
    with serving(mailroom) as port:
        relay = Relay(host=HOST, port=port, security="none")
        channel = Smtp(relay, pace=Pace(letters=1), sleep=naps.append)
        send(channel)
        channel.stop()
        error = failure(channel)

    assert "the run was asked to end before its turn came" in str(error)
    assert kinds(error) == EVERYONE
    assert (naps, len(mailroom.letters)) == ([], 1)


# The folder


def test_a_letter_becomes_three_files_for_their_owner_only(tmp_path: Path) -> None:
    outbox = Folder(tmp_path / "outbox")
    answer = outbox.send(RAW, an_envelope(), lambda: None)

    start = f"2026-11-23-packet-005Hs00000ADAAAIA5-{a_key().message_id[1:17]}"
    assert answer == f"{start}.eml"
    assert {path.name for path in outbox.folder.iterdir()} == {
        f"{start}.eml",
        f"{start}.html",
        f"{start}.txt",
    }
    assert {stat.S_IMODE(path.stat().st_mode) for path in outbox.folder.iterdir()} == {
        0o600
    }
    assert stat.S_IMODE(outbox.folder.stat().st_mode) == 0o700
    assert (outbox.folder / f"{start}.eml").read_bytes() == RAW
    assert "Größe" in (outbox.folder / f"{start}.txt").read_text("utf-8")
    assert "<p>Größe" in (outbox.folder / f"{start}.html").read_text("utf-8")


def test_the_letter_appears_only_after_the_note(tmp_path: Path) -> None:
    outbox = Folder(tmp_path)
    seen: list[bool | None] = []
    outbox.send(RAW, an_envelope(), lambda: seen.append(arrived(outbox)))

    assert seen == [False]
    assert arrived(outbox) is True
    assert arrived(outbox, BO) is None


def arrived(outbox: Folder, recipient: str = ADA) -> bool | None:
    """What a look for a letter finds."""
    message_id = a_key(recipient).message_id
    return outbox.look(Doubt(message_id=message_id, age=timedelta())).arrived


@pytest.mark.parametrize("text", ["../../../etc/cron.d/x", "CON", ".", "a/b\\c\0"])
def test_no_text_of_a_letter_reaches_a_file_name(tmp_path: Path, text: str) -> None:
    mail = message_from_bytes(RAW, policy=SMTP)
    del mail["X-Dealpacket"], mail["Subject"]
    mail["Subject"] = "x"
    hostile = mail.as_bytes().replace(b"Subject: x", b"X-Dealpacket: ../x ..\\y z")
    outbox = Folder(tmp_path / "out" / "box")
    envelope = Envelope(sender="x", recipient=text, message_id=f"<{text}@x>")
    outbox.send(hostile, envelope, lambda: None)

    assert {path.parent for path in tmp_path.rglob("*") if path.is_file()} == {
        outbox.folder
    }


def test_a_folder_that_cannot_be_written_stops_the_run(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file", encoding="ascii")

    with pytest.raises(DeliveryError, match="see to the disk and the folder") as caught:
        Folder(tmp_path / "outbox").send(RAW, an_envelope(), lambda: None)
    assert kinds(caught.value) == EVERYONE
