"""Where the letters of a run go: to people, into a folder to look at, or nowhere."""

from collections.abc import Iterable, Sequence
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


class Outlet(Protocol):
    """What a run does with its letters."""

    @property
    def real(self) -> bool:
        """Whether people get them, so that the ledger has to remember."""

    def send(self, letters: Sequence[Letter]) -> "Sent":
        """Let the letters go."""


class Sent:
    """What became of the letters of a run; runs add up."""

    def __init__(
        self, tally: Tally | None = None, faults: Iterable[str] = (), written: int = 0
    ) -> None:
        self.tally = tally or Tally()
        self.faults = tuple(faults)  #: of letters that may not leave
        self.written = written  #: files to look at

    def __add__(self, other: "Sent") -> "Sent":
        return Sent(
            self.tally + other.tally,
            (*self.faults, *other.faults),
            self.written + other.written,
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

    def send(self, letters: Sequence[Letter]) -> Sent:
        """Send those that a mail program will show as they are meant."""
        sound, faults = sorted_out(letters)
        return Sent(self.post.send(sound), faults)


class Look:
    """Letters are written as files; nothing is sent, and nothing remembered."""

    real = False

    def __init__(self, folder: Path, sender: Sender) -> None:
        self.channel = Folder(folder)
        self.sender = sender

    def send(self, letters: Sequence[Letter]) -> Sent:
        """Write the files."""
        sound, faults = sorted_out(letters)
        written = 0
        for letter in sound:
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

    def send(self, letters: Sequence[Letter]) -> Sent:
        """Say what would have been wrong with them."""
        return Sent(faults=sorted_out(letters)[1])


def sorted_out(letters: Iterable[Letter]) -> tuple[list[Letter], list[str]]:
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
    return sound, faults


def nothing() -> None:
    """There is nothing to note before a file is complete."""
