"""A letter as the bytes that leave: the same letter always gives the same bytes.

The standard library writes them. Because it has been made to write headers that
nobody asked for (CVE-2024-6923, CVE-2026-1299), the bytes are read again, and what
does not say exactly what was meant does not leave.
"""

import re
import unicodedata
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Mapping
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from hashlib import sha256
from typing import Any, cast

from reports.delivery.address import domain_of, is_address
from reports.delivery.records import Attachment, Letter, LetterKind
from reports.delivery.reread import KINDS as HEADERS
from reports.delivery.reread import Meant, Unfaithful, compare, rows


#: Seven bits pass every relay, whatever it announces.
ORDINARY = SMTP.clone(cte_type="7bit", header_factory=HEADERS)


class Writing(EmailPolicy):
    """How mail is written: as the library does, and the same header only once.

    Most headers of a round's letters are the same.
    """

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        """A header as the library keeps it; mailboxes are of one letter alone."""
        if type(value) is str:
            return stored(name, value)
        return ORDINARY.header_store_parse(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        """A header as it is sent."""
        return folded(name, value)


@lru_cache(maxsize=256)
def stored(name: str, value: str) -> tuple[str, Any]:
    """A header as the library keeps it."""
    return ORDINARY.header_store_parse(name, value)


@lru_cache(maxsize=256)
def folded(name: str, value: str) -> bytes:
    """A header as the library sends it."""
    return ORDINARY.fold_binary(name, value)


POLICY = cast(
    "EmailPolicy[EmailMessage]",
    Writing(linesep="\r\n", cte_type="7bit", header_factory=HEADERS),
)
LONGEST_SUBJECT = 120
#: Longer lines of text are broken up by an encoding.
LONGEST_LINE = 78
LONGEST_NAME = 64
#: Categories that do not belong in a header: controls, formats (which turn text
#: around), halves of pairs, private letters, separators of lines and paragraphs.
UNWANTED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
#: Mail systems disagree on some of these, and Gmail cuts a mail that has others.
CONTROLS = bytes({*range(32), 127} - {*b"\t\n\r"})
#: The library adds the one, and moves the other into a part when parts are made.
ADDED_LATER = frozenset({"MIME-Version", "Content-Language"})
#: Attachments that we make; anything else is a mistake of ours.
KINDS = frozenset({"text/csv", "text/calendar", "text/plain"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who the letters are from."""

    name: str
    address: str

    @classmethod
    def parse(cls, text: str) -> "Sender":
        """Read ``Pipeline reviews <reviews@acme.com>``, or a plain address."""
        name, address = parseaddr(text)
        written = (
            address,
            f"<{address}>",
            f"{name} <{address}>",
            f'"{name}" <{address}>',
        )
        if not is_address(address) or text.strip() not in written:
            raise ValueError(
                f"{text!r} is not a sender; write Pipeline reviews <reviews@acme.com>"
            )
        return cls(name=name, address=address)

    @property
    def domain(self) -> str:
        """The domain of the address."""
        return domain_of(self.address) or "invalid"


def mime(letter: Letter, sender: Sender) -> bytes:
    """The letter's bytes; Unfaithful when they would not say what was meant."""
    if not is_address(letter.key.recipient):
        raise Unfaithful(f"{letter.key.recipient!r} is not an address")
    headers = meant(letter, sender)
    mail = EmailMessage(policy=POLICY)
    try:
        write(mail, headers, letter)
        raw = filled(mail.as_bytes(), letter)
    except (MessageError, ValueError, LookupError, TypeError) as error:
        raise Unfaithful(f"it cannot be written as mail: {error}") from error
    compare(raw, headers, bodies(letter))
    return raw


def meant(letter: Letter, sender: Sender) -> dict[str, Meant]:
    """Every header that the letter is to have, as a reader would see it."""
    key = letter.key
    words = [key.kind, safe(key.rep_id), safe(key.cycle), str(key.revision)]
    headers: dict[str, Meant] = {
        "From": (box(sender.name, sender.address),),
        "To": (box(letter.to_name, key.recipient),),
        "Subject": header_text(letter.message.subject, LONGEST_SUBJECT) or "-",
        "Date": format_datetime(letter.at),
        "Message-ID": key.message_id,
        "MIME-Version": "1.0",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "List-Id": f"<{key.kind}.dealpacket.{sender.domain}>",
        "Content-Language": language(letter.locale),
        "X-Dealpacket": " ".join(words),
    }
    if replies := tuple(box("", one) for one in letter.reply_to if is_address(one)):
        headers["Reply-To"] = replies
    if letter.answers is not None:
        headers["In-Reply-To"] = headers["References"] = letter.answers
    if key.kind is LetterKind.HYGIENE:
        leave = f"mailto:{sender.address}?subject=unsubscribe"
        headers["List-Unsubscribe"] = f"<{leave}>"
    return headers


def write(mail: EmailMessage, headers: Mapping[str, Meant], letter: Letter) -> None:
    """Fill a mail: headers, bodies, attachments, and boundaries that stay the same."""
    for name, value in headers.items():
        if name not in ADDED_LATER:
            mail[name] = value
    mail.set_type("multipart/alternative")
    for text, subtype in texts(letter):
        mail.attach(body(text, subtype))
    for attachment in letter.attachments:
        attach(mail, attachment)
    mail["Content-Language"] = headers["Content-Language"]
    for number, part in enumerate(mail.walk()):
        if part.is_multipart():
            part.set_boundary(boundary(letter, number))


def texts(letter: Letter) -> tuple[tuple[str, str], tuple[str, str]]:
    """Both ways in which the letter says the same."""
    return (
        (lines(letter.message.text), "plain"),
        (lines(letter.message.html), "html"),
    )


def body(text: str, subtype: str) -> EmailMessage:
    """A part with room for its text."""
    encoding, _ = transfer(text)
    part = EmailMessage(policy=POLICY)
    part["Content-Type"] = f'text/{subtype}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = encoding
    part.set_payload(room(text))
    return part


def room(text: str) -> str:
    """What stands for a text until it is filled in; made from all of it."""
    return f"{sha256(text.encode()).hexdigest()}\n"


def filled(raw: bytes, letter: Letter) -> bytes:
    """The letter with its texts in their rooms.

    The library writes what is around them. It would write them too, but sign by sign
    and line by line, which takes twice as long for the whole letter.
    """
    for text, _ in texts(letter):
        _, payload = transfer(text)
        raw = raw.replace(room(text).encode().strip() + b"\r\n", payload, 1)
    return raw


@lru_cache(8)
def transfer(text: str) -> tuple[str, bytes]:
    """How a text travels in seven bits: as it is, or by the shorter encoding."""
    raw = text.encode("utf-8")
    if text.isascii() and max(map(len, text.split("\n"))) <= LONGEST_LINE:
        return "7bit", raw.replace(b"\n", b"\r\n")
    printable = b2a_qp(raw, istext=True)
    # Four letters for every three bytes, and an end for every line of 57 bytes.
    if len(printable) <= -(-len(raw) // 3) * 4 + -(-len(raw) // 57):
        return "quoted-printable", printable.replace(b"\n", b"\r\n")
    return "base64", encodebytes(raw).replace(b"\n", b"\r\n")


def attach(mail: EmailMessage, attachment: Attachment) -> None:
    """Add a file that goes with the letter."""
    if attachment.kind not in KINDS:
        raise ValueError(f"{attachment.kind} is not a kind of attachment that we send")
    mail.add_attachment(
        lines(attachment.text),
        subtype=attachment.kind.partition("/")[2],
        filename=file_name(attachment.name),
    )


def boundary(letter: Letter, number: int) -> str:
    """What parts are divided by: made from all of them, so that none can know it."""
    said = [letter.key.message_id, str(number), *rows(bodies(letter))]
    return f"=_{sha256(chr(0).join(said).encode()).hexdigest()[:48]}"


def bodies(letter: Letter) -> list[tuple[str, str, str]]:
    """What the parts say, in order: kind, file name, text."""
    return [
        ("text/plain", "", lines(letter.message.text)),
        ("text/html", "", lines(letter.message.html)),
        *(
            (one.kind, file_name(one.name), lines(one.text))
            for one in letter.attachments
        ),
    ]


def header_text(text: str, longest: int) -> str:
    """Text as it may stand in a header: one line, composed, no encoded words."""
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(" " if unwanted(char) else char for char in composed)
    kept = re.sub(r"=(?=\?)", "= ", kept)
    kept = re.sub(r"\s+", " ", kept).strip()
    return kept if len(kept) <= longest else f"{kept[: longest - 1].rstrip()}…"


def unwanted(char: str) -> bool:
    """Whether a character has no place in a header."""
    return unicodedata.category(char) in UNWANTED


def box(name: str, address: str) -> Address:
    """A mailbox whose display name cannot pass for an address."""
    shown = header_text(re.sub(r'[@<>"\\,;:()\[\]]', " ", name), LONGEST_NAME)
    return Address(display_name=shown, addr_spec=address)


def language(locale: str) -> str:
    """The language of a locale as headers name it."""
    return re.sub(r"[^A-Za-z0-9-]", "", locale.replace("_", "-"))[:20] or "en"


def safe(text: str) -> str:
    """A name of ours as one word of a header."""
    return re.sub(r"[^A-Za-z0-9-]", "-", text)[:40] or "-"


def file_name(text: str) -> str:
    """The name of an attachment: plain letters, no path, no leading dot."""
    return re.sub(r"[^A-Za-z0-9.-]", "-", text).lstrip(".-")[:60] or "attachment"


@lru_cache(8)
def lines(text: str) -> str:
    """Text with one kind of line end, ended by one; no controls, no half pairs."""
    whole = text.encode("utf-8", "replace").translate(None, CONTROLS).decode("utf-8")
    return whole.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
