"""One writer: a lock on a file of its own beside mirror and ledger.

The lock is the kernel's and ends with the process, however that ends; what is
written inside is for people only. Neither mirror nor ledger can carry it: closing a
second descriptor of such a file would drop their own locks.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path


NAME = "dealpacket.lock"


class Held(Exception):  # noqa: N818  # the lock is held: no error of anybody's
    """Another run holds the lock; names its process."""


@contextmanager
def lock(folder: Path, now: datetime) -> Iterator[Path]:
    """Hold the lock of a data folder, or raise Held at once."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / NAME
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        take(descriptor, path)
        write(descriptor, f"{os.getpid()} {now.isoformat(timespec='seconds')}\n")
        yield path
        write(descriptor, "")
    finally:
        os.close(descriptor)


def take(descriptor: int, path: Path) -> None:
    """Take the lock without waiting."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise Held(f"{path}: {holder(descriptor)}") from error


def holder(descriptor: int) -> str:
    """Who holds the lock, in words."""
    process, _, since = (
        os.pread(descriptor, 200, 0).decode("ascii").strip().partition(" ")
    )
    if not process:
        return "another dealpacket is starting or ending; try again"
    return f"another dealpacket is at work, process {process} since {since}"


def write(descriptor: int, text: str) -> None:
    """Replace what the file says."""
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, text.encode("ascii"), 0)
