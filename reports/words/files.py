"""Files of the archive: written whole or not at all, and closed to everybody else."""

import os
from pathlib import Path


def put(folder: Path, relative: str, text: str | bytes) -> None:
    """Write a file whole or not at all, readable for its owner only."""
    raw = text.encode("utf-8") if isinstance(text, str) else text
    path = folder / relative
    make(path.parent)
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(part, flags, 0o600), "wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(raw)
    part.replace(path)


def make(folder: Path) -> None:
    """Make a folder and those above it, each for its owner only."""
    if not folder.exists():
        make(folder.parent)
        folder.mkdir(mode=0o700)


def take(folder: Path, relative: str) -> None:
    """Take a file away, and the folders that it leaves empty."""
    path = folder / relative
    path.unlink(missing_ok=True)
    for above in path.parents:
        if above == folder or not above.is_dir() or any(above.iterdir()):
            return
        above.rmdir()
