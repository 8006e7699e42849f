"""Where the letters of a run go: to people, into a folder to look at, or nowhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from reports.delivery.channels import Envelope
from reports.delivery.channels.folder import Folder
from reports.delivery.mime import Sender, mime
from reports.delivery.post import Post
from reports.delivery.records import Letter, State
from reports.delivery.reread import Unfaithful
from reports.delivery.tally import Tally
from reports.words.lint import check


#: So many are named.
MOST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Letters that were looked over together."""

    letters: tuple[Letter, ...]  #: that a mail program will show as they are meant
    faults: tuple[str, ...] = ()  #: of the others
    spoilt: int = 0  #: messages with a fault, whoever was to get them


class Outlet(Protocol):
    """What a run does with its letters."""

    @property
    def real(self) -> bool:
        """Whether people get them, so that the ledger has to remember."""

    def send(self, batch: Batch) -> "Sent":
        """Let the letters go."""


class Sent:
    """What became of the letters of a run; runs add up."""

    def __init__(
        self,
        tally: Tally | None = None,
        faults: Iterable[str] = (),
        written: int = 0,
        *,
        out: bool = True,
    ) -> None:
        self.tally = tally or Tally()
        self.faults = tuple(faults)  #: of letters that may not leave
        self.written = written  #: files to look at
        self.out = out  #: the round was not held

    def __add__(self, other: "Sent") -> "Sent":
        return Sent(
            self.tally + other.tally,
            (*self.faults, *other.faults),
            self.written + other.written,
            out=self.out and other.out,
        )

    @property
    def troubles(self) -> tuple[str, ...]:
        """What somebody has to look at, a line each; what waits alike, in one."""
        alike: dict[str, dict[str, None]] = {}
        lines = []
        for one in self.tally.trouble:
            if one.state is State.STORED:
                alike.setdefault(one.reason, {})[one.key.recipient] = None
            else:
                who = one.key.recipient
                lines.append(f"{who}: {one.key.kind} {one.state}: {one.reason}")
        waiting = (
            f"{listed(list(who))}: stored for the next run: {reason}"
            for reason, who in alike.items()
        )
        return (*self.faults, *lines, *waiting)


def listed(who: list[str]) -> str:
    """The first few, and how many more."""
    more = len(who) - MOST
    return ", ".join(who[:MOST]) + (f" and {more:,} more" if more > 0 else "")


class People:
    """Letters go out, or to one address in a rehearsal."""

    def __init__(self, post: Post) -> None:
        self.post = post

    @property
    def real(self) -> bool:
        """A rehearsal is not counted as the review it rehearses."""
        return self.post.rules.redirect_to is None

    def send(self, batch: Batch) -> Sent:
        """Send those that a mail program will show as they are meant."""
        return Sent(self.post.send(batch.letters), batch.faults)


class Look:
    """Letters are written as files; nothing is sent, and nothing remembered."""

    real = False

    def __init__(self, folder: Path, sender: Sender) -> None:
        self.channel = Folder(folder)
        self.sender = sender

    def send(self, batch: Batch) -> Sent:
        """Write the files."""
        written, faults = 0, [*batch.faults]
        for letter in batch.letters:
            try:
                raw = mime(letter, self.sender)
            except Unfaithful as finding:
                faults.append(f"{letter.key.recipient}: {finding}")
                continue
            envelope = Envelope(
                sender=self.sender.address,
                recipient=letter.key.recipient,
                message_id=letter.key.message_id,
            )
            self.channel.send(raw, envelope, nothing)
            written += 1
        return Sent(faults=faults, written=written)


class Nowhere:
    """Letters are made and checked, and that is all."""

    real = False

    def send(self, batch: Batch) -> Sent:
        """Say what would have been wrong with them."""
        return Sent(faults=batch.faults)


def batch_of(letters: Iterable[Letter]) -> Batch:
    """Letters that may leave, and what is wrong with the others."""
    sound, faults = [], []
    known: dict[int, tuple[str, ...]] = {}
    for letter in letters:
        found = known.setdefault(id(letter.message), check(letter.message))
        if found:
            faults.append(
                f"{letter.key.recipient}: {letter.key.kind} not sent: "
                + "; ".join(found)
            )
        else:
            sound.append(letter)
    spoilt = sum(bool(found) for found in known.values())
    return Batch(letters=tuple(sound), faults=tuple(faults), spoilt=spoilt)


def nothing() -> None:
    """There is nothing to note before a file is complete."""
