"""The channel that writes files: one .eml, .html and .txt a letter.

Names are made of dates, kinds and ids, never of text from Sales Cloud.
"""

import os
import re
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

from reports.delivery.channels import DeliveryError, Doubt, Envelope, Finding
from reports.delivery.reread import body_of, read


#: So much of a Message-ID tells letters apart in file names.
DIGEST = 16


class Folder:
    """An outbox of files; nothing leaves the machine."""

    name = "folder"
    local = True
    at_once = 1

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, raw: bytes, envelope: Envelope, on_dot: Callable[[], None]) -> str:
        """Write a letter; its .eml appears last and complete."""
        mail = read(raw)
        name = name_of(mail, envelope.message_id)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for kind, end in (("html", "html"), ("plain", "txt")):
                text = body_of(mail, kind)
                place(ready(self.folder / f"{name}.{end}", text.encode()))
            letter = ready(self.folder / f"{name}.eml", raw)
            on_dot()
            place(letter)
            durable(self.folder)
        except OSError as error:
            raise DeliveryError(
                f"{self.folder}: {error.strerror}; see to the disk and the folder",
                everyone=True,
            ) from error
        return f"{name}.eml"

    def look(self, doubt: Doubt) -> Finding:
        """Whether the letter's file is there; if not, somebody may have moved it.

        One that is still under its unfinished name was never given its own.
        """
        name = f"*-{digest(doubt.message_id)}.eml"
        if any(self.folder.glob(name)):
            return Finding(arrived=True, words=f"it is in {self.folder}")
        if any(self.folder.glob(f".{name}.new")):
            return Finding(arrived=False, words=f"it was not finished in {self.folder}")
        return Finding(words=f"it is not in {self.folder}")

    def stop(self) -> None:
        """Do nothing: no letter waits."""

    def close(self) -> None:
        """Do nothing: files are closed as they are written."""


def name_of(mail: EmailMessage, message_id: str) -> str:
    """The name of a letter's files, such as 2026-11-23-packet-005…-0f3a….eml."""
    words = str(mail["X-Dealpacket"] or "").split()
    date = getattr(mail["Date"], "datetime", None)
    parts = (f"{date:%Y-%m-%d}" if date else "", *words[:2], digest(message_id))
    return "-".join(part for part in map(plain, parts) if part)


def digest(message_id: str) -> str:
    """The beginning of a Message-ID, as a part of a file name."""
    return plain(message_id)[:DIGEST]


def plain(text: str) -> str:
    """Only what every file system takes for a name."""
    return re.sub(r"[^A-Za-z0-9-]", "", text)[:40].strip("-")


def ready(path: Path, content: bytes) -> Path:
    """Write the content beside its place, on the disk, for its owner only."""
    unfinished = path.with_name(f".{path.name}.new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return unfinished


def place(unfinished: Path) -> None:
    """Give a finished file its name."""
    unfinished.replace(unfinished.with_name(unfinished.name[1:].removesuffix(".new")))


def durable(folder: Path) -> None:
    """Have the names in a folder on the disk before returning."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
