"""What can be wrong with a ledger, each with what to do about it."""

import sqlite3
from pathlib import Path


class LedgerError(Exception):
    """The ledger cannot be used; nothing may be sent before that is put right."""


#: By the beginning of SQLite's name for an error: what it means, what to do.
MEANINGS = (
    ("SQLITE_FULL", "the disk is full", "free some space and run the command again"),
    (
        "SQLITE_BUSY",
        "another program keeps it locked",
        "wait for that program, or close it, and run the command again",
    ),
    (
        "SQLITE_LOCKED",
        "another program keeps it locked",
        "wait for that program, or close it, and run the command again",
    ),
    (
        "SQLITE_READONLY",
        "it cannot be written",
        "let the user that runs dealpacket write the file and its folder",
    ),
    (
        "SQLITE_CANTOPEN",
        "it cannot be opened",
        "let the user that runs dealpacket write the file and its folder",
    ),
    (
        "SQLITE_NOTADB",
        "it is not a ledger",
        "restore the latest backup, or name another [data] folder",
    ),
    (
        "SQLITE_CORRUPT",
        "it is damaged",
        "restore the latest backup; what was sent since then counts as in doubt",
    ),
    (
        "SQLITE_IOERR",
        "the disk cannot be read or written",
        "look at the disk, then run the command again",
    ),
)


def explained(error: sqlite3.Error, path: Path) -> LedgerError:
    """The error as a person can act on it."""
    name = getattr(error, "sqlite_errorname", "")
    for start, meaning, remedy in MEANINGS:
        if name.startswith(start):
            return LedgerError(f"{path}: {meaning}; {remedy}")
    return LedgerError(f"{path}: {error}; this is a mistake in dealpacket, report it")


def damaged(path: Path, finding: str) -> LedgerError:
    """The error for a file that SQLite opens and that is not sound."""
    return LedgerError(
        f"{path}: it is damaged ({finding}); restore the latest backup; "
        "what was sent since then counts as in doubt"
    )
