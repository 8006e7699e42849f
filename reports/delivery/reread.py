"""The second look at a letter: its bytes must say exactly what was meant.

Two readers that know nothing of each other: a plain split of the bytes into header
lines, and the standard library's parser.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from email import message_from_bytes
from email.headerregistry import Address, BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from functools import lru_cache
from typing import Any, NamedTuple, cast

from reports.findings import Message


#: What a header is to say: text, or mailboxes.
Meant = str | tuple[Address, ...]

#: Headers that the mail library adds to a letter of several parts.
STRUCTURE = {"content-type": 1}
LONGEST_LINE = 998


class Kinds(HeaderRegistry):
    """The library's kinds of headers, each made once and not for every header."""

    def __init__(self) -> None:
        super().__init__()
        self.made: dict[type, type[BaseHeader]] = {}

    def __getitem__(self, name: str) -> type[BaseHeader]:
        """The kind of the headers of a name."""
        kind = self.registry.get(name.lower(), self.default_class)
        if kind not in self.made:
            self.made[kind] = super().__getitem__(name)
        return self.made[kind]


KINDS = Kinds()
ORDINARY = SMTP.clone(header_factory=KINDS)


class Reading(EmailPolicy):
    """How mail is read: as the library does, and each header only once.

    The library asks for a part's type dozens of times and parses it each time.
    """

    def header_fetch_parse(self, name: str, value: str) -> Any:
        """A header as a value."""
        return value if hasattr(value, "name") else parsed(name, value)


@lru_cache(maxsize=256)
def parsed(name: str, value: str) -> Any:
    """A header as the library parses it."""
    return ORDINARY.header_fetch_parse(name, value)


#: Lines end as SMTP wants them.
READING = cast("EmailPolicy[EmailMessage]", Reading(linesep="\r\n"))


class Unfaithful(Exception):  # noqa: N818  # the letter is, not a system
    """The bytes of a letter would not say what was meant; it must not leave."""


class Part(NamedTuple):
    """A part of a letter: what kind, under which file name, and its text."""

    kind: str
    name: str
    text: str


def compare(
    raw: bytes, headers: Mapping[str, Meant], bodies: Iterable[tuple[str, str, str]]
) -> None:
    """Raise Unfaithful when the bytes differ from the intent in any way."""
    look_at_lines(raw)
    wanted = Counter(name.lower() for name in headers) + Counter(STRUCTURE)
    if (found := header_names(raw)) != wanted:
        strange = ", ".join(sorted((found - wanted) + (wanted - found)))
        raise Unfaithful(f"its headers are not those that were meant: {strange}")
    mail = read(raw)
    for name, value in headers.items():
        if said(mail[name]) != said(value):
            raise Unfaithful(f"its {name} does not say what was meant")
    if parts(mail) != [Part(*body) for body in bodies]:
        raise Unfaithful("its text does not say what was meant")


def look_at_lines(raw: bytes) -> None:
    """Raise Unfaithful for bytes that mail systems read in different ways."""
    ends = raw.count(b"\r\n")
    if raw.count(b"\r") != ends or raw.count(b"\n") != ends or b"\0" in raw:
        raise Unfaithful("it has a line end, or a byte, that mail systems disagree on")
    if max(map(len, raw.split(b"\r\n"))) > LONGEST_LINE:
        raise Unfaithful("it has a line that is too long for mail")


def header_names(raw: bytes) -> Counter[str]:
    """The names of the header lines, by splitting at line ends and colons alone."""
    head = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    starts = [line for line in head if not line.startswith((b" ", b"\t"))]
    return Counter(
        line.partition(b":")[0].decode("ascii", "replace").lower() for line in starts
    )


def read(raw: bytes) -> EmailMessage:
    """The letter as a mail program reads it."""
    return message_from_bytes(raw, policy=READING)


def message_of(raw: bytes) -> Message:
    """What a kept letter said, for whoever wants to read it again."""
    mail = read(raw)
    return Message(
        subject=str(mail["Subject"]),
        html=body_of(mail, "html"),
        text=body_of(mail, "plain"),
    )


def body_of(mail: EmailMessage, kind: str) -> str:
    """The HTML or the plain text of a letter; empty when it has none."""
    part = mail.get_body((kind,))
    return "" if part is None else str(part.get_content()).replace("\r\n", "\n")


def parts(mail: EmailMessage) -> list[Part]:
    """The parts of a letter that are not made of parts, in order."""
    return [
        Part(
            part.get_content_type(),
            part.get_filename() or "",
            str(part.get_content()).replace("\r\n", "\n"),
        )
        for part in mail.walk()
        if not part.is_multipart()
    ]


def rows(bodies: Iterable[tuple[str, str, str]]) -> list[str]:
    """Everything that the parts say, as a flat list."""
    return [one for body in bodies for one in body]


def said(value: object) -> str | list[tuple[str, str]]:
    """What a header says, whether it was read or is meant."""
    boxes = value if isinstance(value, tuple) else getattr(value, "addresses", None)
    if boxes is None:
        return dense(str(value))
    return [(dense(one.display_name), one.addr_spec) for one in boxes]


def dense(text: str) -> str:
    """Text without white space: folding adds and takes some, between encoded words."""
    return re.sub(r"\s+", "", text)
