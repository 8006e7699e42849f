import ssl
import traceback
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from reports.delivery.channels import DeliveryError, Doubt, Finding
from reports.delivery.channels.mailbox import Mailbox, mailbox_mistakes
from reports.delivery.channels.relay import Relay
from reports.delivery.channels.smtp import Smtp
from tests.imap_servers import HOST, PASSWORD, USER, Archive, archiving
from tests.letters import ADA, BO, a_key
from tests.smtp_servers import Authority, Mailroom, serving


LETTER, OTHER = a_key(ADA).message_id, a_key(BO).message_id
FRESH = Doubt(message_id=LETTER, age=timedelta(minutes=5), witness=OTHER)
OLD = replace(FRESH, age=timedelta(hours=7))


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def context(authority: Authority) -> ssl.SSLContext:
    """What a server with a good certificate encrypts with."""
    return authority.server()


@pytest.fixture
def archive() -> Archive:
    return Archive(folders={"Sent": set()})


@pytest.fixture
def mailbox(
    archive: Archive, authority: Authority, context: ssl.SSLContext, tmp_path: Path
) -> Iterator[Mailbox]:
    """A mailbox on a server that has what the archive has."""
    ca_file = tmp_path / "ca.pem"
    authority.ca.cert_pem.write_to_path(str(ca_file))
    with archiving(archive, context) as port:
        yield a_mailbox(port, ca_file)


def a_mailbox(port: int = 993, ca_file: Path | None = None) -> Mailbox:
    return Mailbox(
        host=HOST, port=port, username=USER, password=PASSWORD, ca_file=ca_file
    )


def failure(mailbox: Mailbox) -> str:
    with pytest.raises(DeliveryError) as caught:
        mailbox.look(FRESH)
    assert PASSWORD not in "".join(traceback.format_exception(caught.value))
    assert caught.value.everyone
    return str(caught.value)


# What is there, and what is not


def test_a_letter_that_is_in_the_mailbox_did_arrive(
    archive: Archive, mailbox: Mailbox
) -> None:
    archive.folders["Sent"] = {OTHER, LETTER}

    assert mailbox.look(FRESH) == Finding(arrived=True, words="it is in Sent")


def test_a_mailbox_is_only_read(archive: Archive, mailbox: Mailbox) -> None:
    mailbox.look(FRESH)

    verbs = [command.split()[0] for command in archive.asked]
    assert verbs == ["CAPABILITY", "LOGIN", "EXAMINE", "UID", "LOGOUT"]
    assert f'UID SEARCH HEADER Message-ID "{LETTER}"' in archive.asked


def test_a_letter_that_is_not_in_the_mailbox_may_still_be_on_its_way(
    mailbox: Mailbox,
) -> None:
    assert mailbox.look(FRESH) == Finding(words="it is not in Sent")
    assert mailbox.look(OLD) == Finding(words="it is not in Sent")


@pytest.mark.parametrize(
    ("doubt", "there", "finding"),
    [
        (OLD, {OTHER}, Finding(arrived=False, words="it is not in Sent")),
        (FRESH, {OTHER}, Finding(words="it is not in Sent")),
        (replace(OLD, witness=None), {OTHER}, Finding(words="it is not in Sent")),
        (OLD, set(), Finding(words="neither it nor one that did arrive is in Sent")),
    ],
    ids=["long enough", "too early", "no witness", "nothing is copied there"],
)
def test_absence_tells_only_after_long_enough_and_where_another_letter_is_there(
    archive: Archive,
    mailbox: Mailbox,
    doubt: Doubt,
    there: set[str],
    finding: Finding,
) -> None:
    archive.folders["Sent"] = there

    assert replace(mailbox, absent_after_hours=6).look(doubt) == finding


def test_every_folder_is_looked_into_whatever_its_name(
    archive: Archive, mailbox: Mailbox
) -> None:
    archive.folders = {"Sent Items": set(), "Gesch&AOQ-fte &- mehr": {LETTER}}
    several = replace(mailbox, folders=("Sent Items", "Geschäfte & mehr"))

    assert several.look(FRESH).words == "it is in Geschäfte & mehr"


# Mailboxes that cannot be asked


def test_a_login_that_is_refused_is_a_sentence_without_the_password(
    mailbox: Mailbox,
) -> None:
    said = failure(replace(mailbox, password=f"{PASSWORD}?"))

    assert "could not be asked (wrong: " in said
    assert "check [imap] and DEALPACKET_IMAP_PASSWORD" in said
    assert "canary" not in said


def test_a_password_that_no_login_can_carry_is_a_sentence(mailbox: Mailbox) -> None:
    said = failure(replace(mailbox, password="a\r\nb LOGOUT"))

    assert "the password has letters that IMAP cannot carry" in said


def test_a_folder_that_is_not_there_is_named(mailbox: Mailbox) -> None:
    said = failure(replace(mailbox, folders=("Archive",)))

    assert "there is no folder Archive: no such folder" in said


@pytest.mark.parametrize("command", ["CAPABILITY", "UID"])
def test_a_mailbox_that_falls_silent_does_not_hold_us_up(
    archive: Archive, mailbox: Mailbox, command: str
) -> None:
    archive.mute = command

    assert "timed out" in failure(impatient(mailbox))


def test_a_mailbox_that_drips_does_not_hold_us_up(
    archive: Archive, mailbox: Mailbox
) -> None:
    archive.drip = "UID"

    assert "timed out" in failure(impatient(mailbox))


@pytest.mark.parametrize("greeting", ["", "220 mail.acme.example ESMTP", "* BYE busy"])
def test_what_is_no_mailbox_is_not_asked(
    archive: Archive, mailbox: Mailbox, greeting: str
) -> None:
    archive.greeting = greeting

    assert "could not be asked" in failure(mailbox)
    assert not any(command.startswith("LOGIN") for command in archive.asked)


def test_nobody_listening_is_a_sentence(context: ssl.SSLContext) -> None:
    with archiving(Archive(), context) as port:
        pass

    assert "could not be asked" in failure(a_mailbox(port))


@pytest.mark.parametrize("wrong", ["unknown authority", "another host"])
def test_a_mailbox_that_does_not_prove_who_it_is_gets_no_password(
    authority: Authority, mailbox: Mailbox, wrong: str
) -> None:
    other = Archive(folders={"Sent": {LETTER}})
    if wrong == "unknown authority":
        wrong_context = Authority().server()
    else:
        wrong_context = authority.server("imap.evil.example")
    with archiving(other, wrong_context) as port:
        said = failure(replace(mailbox, port=port))

    assert "ertificate" in said
    assert other.asked == []


def impatient(mailbox: Mailbox) -> Mailbox:
    """The same, with little time for an answer."""
    return replace(mailbox, patience=0.1)  # type: ignore[arg-type]


# As a part of the channel, and in the settings


def test_the_channel_looks_where_copies_are(archive: Archive, mailbox: Mailbox) -> None:
    archive.folders["Sent"] = {LETTER}
    relay = Relay(host=HOST, port=25, security="none")

    assert Smtp(relay, mailbox=mailbox).look(FRESH).arrived
    assert Smtp(relay).look(FRESH) == Finding()


def test_the_check_of_the_channel_opens_the_mailbox_too(mailbox: Mailbox) -> None:
    with serving(Mailroom()) as port:
        relay = Relay(host=HOST, port=port, security="none")
        said = Smtp(relay, mailbox=mailbox).check()
        with pytest.raises(DeliveryError, match="no folder Archive"):
            Smtp(relay, mailbox=replace(mailbox, folders=("Archive",))).check()

    assert said.endswith("; letters in doubt are looked up in Sent")


def test_the_password_of_a_mailbox_is_never_shown() -> None:
    assert PASSWORD not in repr(a_mailbox())


def test_a_mailbox_without_mistakes_has_none() -> None:
    assert list(mailbox_mistakes(a_mailbox())) == []


@pytest.mark.parametrize(
    ("differences", "mistake"),
    [
        ({"password": ""}, "set DEALPACKET_IMAP_PASSWORD or"),
        ({"host": "imap acme"}, "host: 'imap acme' is not the name of a host"),
        ({"port": 0}, "port: it is not a number between 1 and 65535"),
        ({"patience": 0}, "patience: it is not a number between 1 and 600"),
        ({"absent_after_hours": 0}, "absent_after_hours: it is not a number"),
        ({"folders": ()}, "folders: name at least one"),
        ({"folders": ('Se"nt',)}, "'Se\"nt' cannot be said in IMAP"),
        ({"username": "a\nb"}, r"'a\nb' cannot be said in IMAP"),
    ],
)
def test_a_mistake_about_the_mailbox_is_found_at_once(
    differences: dict[str, object], mistake: str
) -> None:
    found = list(mailbox_mistakes(replace(a_mailbox(), **differences)))  # type: ignore[arg-type]

    assert len(found) == 1
    assert mistake in found[0]
