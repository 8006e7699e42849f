"""The mailbox that gets a copy of our letters, where one in doubt is looked up.

Read by IMAP over TLS, and only read. A letter that is there was taken by the server;
one that is not may be on its way, or was never copied.
"""

import imaplib
import re
import ssl
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from reports.delivery.channels import DeliveryError, Doubt, Finding
from reports.delivery.channels.answers import Heard
from reports.delivery.channels.dialogue import printable, without


#: What imaplib and sockets raise when the other side is gone or talks nonsense; the
#: library trips over answers that are none with the last three.
LOST = (OSError, imaplib.IMAP4.error, ValueError, IndexError, TypeError)
#: No line of an honest answer is longer.
LONGEST = 1_000_000
#: Seconds that taking leave may take.
FAREWELL = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """Where the copies are, and how to get in."""

    host: str
    port: int = 993
    username: str
    password: str = field(default="", repr=False)
    folders: tuple[str, ...] = ("Sent",)
    ca_file: Path | None = None
    #: So many hours after the final dot a letter that is in none of the folders is
    #: taken not to have arrived; None: never, a person decides.
    absent_after_hours: int | None = None
    patience: int = 30  #: seconds for a connection, and for each answer

    @property
    def place(self) -> str:
        """Host and port, for sentences."""
        return f"{self.host}:{self.port}"

    def look(self, doubt: Doubt) -> Finding:
        """Whether a letter is there.

        That it is not tells something after long enough only, and only if another
        one is there that did arrive.
        """
        names = ", ".join(self.folders)
        with self._open() as session:
            if folder := session.folder_of(doubt.message_id, self.folders):
                return Finding(arrived=True, words=f"it is in {folder}")
            if not self._waited(doubt.age) or doubt.witness is None:
                return Finding(words=f"it is not in {names}")
            if not session.folder_of(doubt.witness, self.folders):
                said = f"neither it nor one that did arrive is in {names}"
                return Finding(words=said)
        return Finding(arrived=False, words=f"it is not in {names}")

    def _waited(self, age: timedelta) -> bool:
        """Whether a letter of that age would be there by now."""
        hours = self.absent_after_hours
        return hours is not None and age >= timedelta(hours=hours)

    def check(self) -> str:
        """Log in and open the folders; what was found, in words."""
        with self._open() as session:
            for folder in self.folders:
                session.enter(folder)
        return f"letters in doubt are looked up in {', '.join(self.folders)}"

    @contextmanager
    def _open(self) -> Iterator["Session"]:
        """A session that is logged in; whatever goes wrong in it is told."""
        try:
            session = Session(self)
            try:
                session.log_in(self)
                yield session
            finally:
                session.leave()
        except LOST as error:
            raise DeliveryError(
                f"{self.place} could not be asked ({self._words(error)}); "
                "check [imap] and DEALPACKET_IMAP_PASSWORD",
                everyone=True,
            ) from None  # its text may repeat the password

    def _words(self, error: Exception) -> str:
        """What an error says, without the password."""
        said = error.args[0] if len(error.args) == 1 else str(error)
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        known = without(printable(text), self.username, self.password)
        return known or type(error).__name__


class Session(imaplib.IMAP4_SSL):
    """A conversation with a mailbox in which every answer has its time."""

    def __init__(self, mailbox: Mailbox) -> None:
        context = ssl.create_default_context()
        if mailbox.ca_file is not None:
            context.load_verify_locations(mailbox.ca_file)
        self._heard: Heard | None = None
        self._patience = float(mailbox.patience)
        super().__init__(
            mailbox.host,
            mailbox.port,
            ssl_context=context,
            timeout=mailbox.patience,
        )

    def log_in(self, mailbox: Mailbox) -> None:
        """Say who we are."""
        self._within()
        if not re.fullmatch(r"[ -~]+", mailbox.password):
            raise ValueError("the password has letters that IMAP cannot carry")
        self.login(quoted(mailbox.username), mailbox.password)

    def enter(self, folder: str) -> None:
        """Open a folder, for reading only."""
        self._within()
        answer, said = self.select(quoted(spelled(folder)), readonly=True)
        if answer != "OK":
            words = b" ".join(one or b"" for one in said).decode("utf-8", "replace")
            raise imaplib.IMAP4.error(f"there is no folder {folder}: {words}")

    def folder_of(self, message_id: str, folders: tuple[str, ...]) -> str | None:
        """The first of the folders that has a letter; None: none of them."""
        for folder in folders:
            self.enter(folder)
            self._within()
            answer, found = self.uid(
                "SEARCH", "HEADER", "Message-ID", quoted(message_id)
            )
            if answer != "OK":
                raise imaplib.IMAP4.error(f"no search in {folder}")
            if any((one or b"").split() for one in found):
                return folder
        return None

    def leave(self) -> None:
        """End the conversation; that the other side is gone already is no matter."""
        self._patience = min(self._patience, FAREWELL)
        self._within()
        with suppress(*LOST):
            self.logout()
        with suppress(*LOST):
            self.shutdown()

    def read(self, size: int) -> bytes:
        """So many bytes of an answer."""
        return self._ears().read(size)

    def readline(self) -> bytes:
        """A line of an answer."""
        return self._ears().readline(LONGEST)

    def _ears(self) -> Heard:
        """What hears the answers, of which the greeting is the first."""
        if self._heard is None:
            self._heard = Heard(self.sock)
            self._heard.within(self._patience)
        return self._heard

    def _within(self) -> None:
        """Give the next answer its time."""
        self._ears().within(self._patience)
        self.sock.settimeout(self._patience)


def mailbox_mistakes(mailbox: Mailbox) -> Iterator[str]:
    """What would keep every letter from being looked up."""
    if not mailbox.password:
        name = "DEALPACKET_IMAP_PASSWORD"
        yield f"a mailbox needs a password: set {name} or {name}_FILE"
    if not re.fullmatch(r"[A-Za-z0-9.:-]+", mailbox.host):
        yield f"host: {mailbox.host!r} is not the name of a host"
    for key, least, most in (("port", 1, 65535), ("patience", 1, 600)):
        if not least <= getattr(mailbox, key) <= most:
            yield f"{key}: it is not a number between {least} and {most}"
    hours = mailbox.absent_after_hours
    if hours is not None and not 1 <= hours <= 720:  # noqa: PLR2004  # a month
        yield "absent_after_hours: it is not a number between 1 and 720"
    if not mailbox.folders:
        yield "folders: name at least one"
    for text in (mailbox.username, *mailbox.folders):
        if not text.strip() or re.search(r'["\\\x00-\x1f\x7f]', text):
            yield f"{text!r} cannot be said in IMAP"


def quoted(text: str) -> str:
    """Text in quotes, as the protocol takes it; anything else is a ValueError."""
    if not re.fullmatch(r"[ -~]+", text) or re.search(r'["\\]', text):
        raise ValueError("it has letters that IMAP cannot carry")
    return f'"{text}"'


def spelled(folder: str) -> str:
    """The name of a folder as IMAP spells it: UTF-7, in a way of its own."""

    def coded(run: re.Match[str]) -> str:
        code = b64encode(run[0].encode("utf-16-be")).decode()
        return f"&{code.rstrip('=').replace('/', ',')}-"

    return re.sub(r"[^ -~]+", coded, folder.replace("&", "&-"))
