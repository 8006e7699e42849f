from base64 import encodebytes
from binascii import b2a_qp
from dataclasses import replace
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.delivery.address import is_address
from reports.delivery.mime import Sender, file_name, header_text, mime, transfer
from reports.delivery.records import Attachment, LetterKind
from reports.delivery.reread import (
    Unfaithful,
    compare,
    header_names,
    message_of,
    read,
)
from reports.findings import Message
from tests.letters import ADA, BO, a_key, a_letter


SENDER = Sender(name="Pipeline reviews", address="reviews@acme.example")

#: A deal's name that older Pythons turn into headers and a body of its own.
PAYLOAD = (
    "=?utf-8?q?Deal=0ABcc=3A_attacker=40evil.example=0A"
    "Content-Type=3A_text/html=0A=0A<b>phish</b>?="
)
HOSTILE = [
    PAYLOAD,
    "=?utf-8?b?RGVhbApCY2M6IGF0dGFja2VyQGV2aWwuZXhhbXBsZQo=?=",
    "Deal\r\nBcc: attacker@evil.example",
    "Deal\nBcc: attacker@evil.example\n\n<b>phish</b>",
    "Deal\rBcc: attacker@evil.example",
    "Deal\u2028Bcc: attacker@evil.example",
    "Deal\u0085Bcc: attacker@evil.example",
    "Deal\x0bBcc: attacker@evil.example\x0c\x00",
    "=\u200b?utf-8?q?=0ABcc=3A_x=40evil.example?=",
    "==??utf-8?q?=0ABcc=3A_x=40evil.example?=",
    "Deal \u202ereversed\u202c \ud800 \U000e0041",
    "evil@evil.example <ada@acme.example>, x",
    '"><script>alert(1)</script>',
    "x" * 5000,
    "",
]


def a_message(**differences: str) -> Message:
    return replace(a_letter().message, **differences)


def read_strictly(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=SMTP)


def test_a_letter_has_the_headers_that_mail_systems_and_people_need() -> None:
    raw = mime(a_letter(reply_to=(ADA, BO), answers="<earlier@acme.example>"), SENDER)
    mail = read(raw)

    assert {name: str(value) for name, value in mail.items()} == {
        "From": "Pipeline reviews <reviews@acme.example>",
        "To": "Ada Lovelace <ada@acme.example>",
        "Subject": "Ada L. · review 24 Nov · 1 deal to unblock ($40k)",
        "Date": "Mon, 23 Nov 2026 17:00:00 +0000",
        "Message-ID": a_key().message_id,
        "MIME-Version": "1.0",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "List-Id": "<packet.dealpacket.acme.example>",
        "Content-Language": "en-US",
        "X-Dealpacket": "packet 005Hs00000ADAAAIA5 2026-11-24 0",
        "Reply-To": "ada@acme.example, bo@acme.example",
        "In-Reply-To": "<earlier@acme.example>",
        "References": "<earlier@acme.example>",
        "Content-Type": mail["Content-Type"],
    }


def test_the_same_letter_gives_the_same_bytes_and_another_gives_others() -> None:
    table = Attachment(name="fields.csv", kind="text/csv", text="deal,field\n")
    letter = a_letter(attachments=(table,))

    assert mime(letter, SENDER) == mime(letter, SENDER)
    assert mime(letter, SENDER) != mime(a_letter(), SENDER)


def test_text_html_and_files_arrive_as_they_were() -> None:
    table = Attachment(name="Ränge.csv", kind="text/csv", text="deal,Größe\r\n1,2\r\n")
    mail = read(mime(a_letter(attachments=(table,)), SENDER))
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    (file,) = mail.iter_attachments()

    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == a_letter().message.text
    assert html.get_content().replace("\r\n", "\n") == a_letter().message.html
    assert (file.get_filename(), file.get_content_type()) == ("R-nge.csv", "text/csv")


def test_a_kept_letter_can_be_read_again() -> None:
    assert message_of(mime(a_letter(), SENDER)) == a_letter().message


def test_bytes_are_seven_bit_with_short_lines() -> None:
    raw = mime(a_letter(message=a_message(html="ö" * 9000, text="x" * 9000)), SENDER)

    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_only_letters_to_ops_offer_to_unsubscribe() -> None:
    alert = a_letter(key=a_key(kind=LetterKind.HYGIENE, rep_id=""))

    assert str(read(mime(alert, SENDER))["List-Unsubscribe"]) == (
        "<mailto:reviews@acme.example?subject=unsubscribe>"
    )
    assert read(mime(a_letter(), SENDER))["List-Unsubscribe"] is None


def test_the_library_alone_can_be_made_to_write_headers_or_refuses_to() -> None:
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = PAYLOAD
    mail.set_content("hello")
    try:
        raw = mail.as_bytes()
    except Exception as error:  # noqa: BLE001  # newer Pythons refuse, by any name
        assert "HeaderWriteError" in type(error).__name__  # noqa: PT017
    else:
        with pytest.raises(Unfaithful):
            compare(raw, {"Subject": PAYLOAD, "MIME-Version": "1.0"}, [])


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_never_becomes_a_header_or_an_address(text: str) -> None:
    message = Message(subject=text, html=text, text=text)
    letter = a_letter(message=message, to_name=text, locale=text, reply_to=(text,))
    sender = Sender(name=text, address="reviews@acme.example")

    raw = mime(letter, sender)
    mail = read_strictly(raw)
    assert set(header_names(raw)) == {
        *("from", "to", "subject", "date", "message-id", "mime-version"),
        *("auto-submitted", "x-auto-response-suppress", "list-id"),
        *("content-language", "x-dealpacket", "content-type"),
    }
    assert [one.addr_spec for one in mail["To"].addresses] == [ADA]
    assert [one.addr_spec for one in mail["From"].addresses] == ["reviews@acme.example"]


@settings(max_examples=100, deadline=None)
@given(
    subject=st.text() | st.text(alphabet="=?utf-8qQbB_0ADbcc:\r\n\t <>@"),
    name=st.text() | st.text(alphabet='=?utf-8qQ_0AD,;"<>@. ()'),
    body=st.text() | st.text(alphabet="\r\n.=\x00\x0b\x0c\x1c\x85\u2028 ö<"),
)
def test_whatever_is_in_a_letter_its_bytes_say_just_that(
    subject: str, name: str, body: str
) -> None:
    message = Message(subject=subject, html=body, text=body)
    try:
        raw = mime(a_letter(message=message, to_name=name), SENDER)
    except Unfaithful as refusal:
        pytest.fail(f"{refusal}: {subject!r} {name!r} {body!r}")

    assert read_strictly(raw)["To"].addresses[0].addr_spec == ADA


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Acme\r\n\tBcc: x", "Acme Bcc: x"),
        ("=?utf-8?q?x?=", "= ?utf-8?q?x?="),
        ("e\u0301", "é"),
        ("a\u202eb\u2066c", "a b c"),
        ("x" * 121, "x" * 119 + "…"),
    ],
)
def test_a_subject_is_one_line_of_plain_text(text: str, shown: str) -> None:
    assert header_text(text, 120) == shown


def cut(raw: bytes, old: bytes, new: bytes) -> bytes:
    assert old in raw
    return raw.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        (b"To: Ada", b"Bcc: x@evil.example\r\nTo: Ada", "headers are not those"),
        (b"To: Ada Lovelace <ada@", b"To: Ada Lovelace <eve@", "its To does not say"),
        (b"Date: Mon, 23", b"Date: Mon, 30", "its Date does not say"),
        (b"To: Ada", b"To:\nAda", "mail systems disagree"),
        (b"Open</a>", b"Pay</a>", "its text does not say"),
        (b"Open</a>", b"Open\0</a>", "mail systems disagree"),
        (b"X-Dealpacket: ", b"X-Dealpacket: " + b"x" * 999, "too long"),
    ],
)
def test_bytes_that_say_something_else_do_not_leave(
    old: bytes, new: bytes, finding: str
) -> None:
    letter = a_letter()
    raw = mime(letter, SENDER)
    headers = {
        name: str(value) for name, value in read(raw).items() if name != "Content-Type"
    }
    boxes = {
        "From": (Address("Pipeline reviews", addr_spec="reviews@acme.example"),),
        "To": (Address("Ada Lovelace", addr_spec=ADA),),
    }
    bodies = [
        ("text/plain", "", letter.message.text),
        ("text/html", "", letter.message.html),
    ]
    compare(raw, {**headers, **boxes}, bodies)

    with pytest.raises(Unfaithful, match=finding):
        compare(cut(raw, old, new), {**headers, **boxes}, bodies)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "ada@",
        "@acme.example",
        "ada@acme.example\n",
        "ada@acme.example\r\nBcc: x@evil.example",
        "evil@evil.example <ada@acme.example>",
        "ada@acme.example, bo@acme.example",
        "ada@acme.example;bo@acme.example",
        '"ada lovelace"@acme.example',
        "ada@[127.0.0.1]",
        "ada@acme",
        "ada@acme..example",
        ".ada@acme.example",
        "ada%evil.example@acme.example",
        "evil!ada@acme.example",
        "ada@\u0430cme.example",
        "ada(x)@acme.example",
        "ada@acme.example\u2028",
        f"{'a' * 65}@acme.example",
    ],
)
def test_what_is_not_one_plain_address_gets_no_letter(address: str) -> None:
    assert not is_address(address)
    with pytest.raises(Unfaithful, match="is not an address"):
        mime(a_letter(address), SENDER)


@pytest.mark.parametrize(
    "address", ["ada.lovelace@acme.example", "o'brien+crm@eu.acme-corp.example"]
)
def test_plain_addresses_are_addresses(address: str) -> None:
    assert is_address(address)


def test_the_message_id_holds_for_any_recipient() -> None:
    strange = a_key("x@evil.example>\r\nBcc: y@evil.example").message_id

    assert strange.endswith("@dealpacket.invalid>")
    assert a_key().message_id == a_key().message_id != a_key(BO).message_id


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        (
            "Pipeline reviews <reviews@acme.example>",
            "Pipeline reviews",
            "reviews@acme.example",
        ),
        ("reviews@acme.example", "", "reviews@acme.example"),
    ],
)
def test_a_sender_is_read_as_people_write_it(
    text: str, name: str, address: str
) -> None:
    assert Sender.parse(text) == Sender(name=name, address=address)


@pytest.mark.parametrize(
    "text", ["", "reviews", "a@acme.example, b@acme.example", "x <a@b.example> y"]
)
def test_a_sender_that_is_not_one_mailbox_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a sender; write"):
        Sender.parse(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("../../etc/passwd", "etc-passwd"),
        ("..", "attachment"),
        ('a"\r\nb.csv', "a---b.csv"),
    ],
)
def test_the_name_of_a_file_is_no_path_and_no_header(text: str, name: str) -> None:
    assert file_name(text) == name


def test_only_our_kinds_of_attachment_are_sent() -> None:
    page = Attachment(name="x.html", kind="text/html", text="<script>")

    with pytest.raises(Unfaithful, match="not a kind of attachment"):
        mime(a_letter(attachments=(page,)), SENDER)


@given(st.text(alphabet="a =é株\n", min_size=1, max_size=300))
def test_a_text_travels_by_the_shorter_encoding(text: str) -> None:
    encoding, payload = transfer(f"{text}é")
    raw = f"{text}é".encode()

    ways = {"quoted-printable": b2a_qp(raw, istext=True), "base64": encodebytes(raw)}
    lengths = {name: len(way) for name, way in ways.items()}
    assert payload.replace(b"\r\n", b"\n") == ways[encoding]
    assert lengths[encoding] == min(lengths.values())


def test_a_header_is_folded_as_the_library_folds_it() -> None:
    subjects = [f"{name} · review {'x' * 50} 12 Nov" for name in ("Ada", "Zoë", "آدا")]

    for subject in subjects * 2:
        message = Message(subject=subject, html="<p>a</p>", text="a")
        raw = mime(a_letter(message=message), SENDER)

        fresh = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
        fresh["Subject"] = subject
        assert fresh.as_bytes().removesuffix(b"\r\n") in raw
