"""Marks: what recognises, in a task's subject, the proposal that it takes on."""

import re
from base64 import b32encode
from hashlib import sha256

from reports.findings import ActionItem
from reports.model import UserId


#: The mark with its id. Whoever types it may do so in small letters.
MARK = re.compile(r"\[dp:([A-Z2-7]{8})\]", re.IGNORECASE)


def proposal_id(cycle: str, rep_id: UserId, action: ActionItem) -> str:
    """Eight letters and digits; the same proposal always has the same ones."""
    parts = (cycle, rep_id, action.deal_id, action.what)
    return b32encode(sha256("\0".join(parts).encode()).digest()[:5]).decode()


def marker(proposal: str) -> str:
    """The mark of the proposal with that id."""
    return f"[dp:{proposal}]"


def found_in(subject: str | None) -> str | None:
    """The id of the proposal that a subject is marked with."""
    found = MARK.search(subject or "")
    return found.group(1).upper() if found else None


def unmarked(subject: str | None) -> str:
    """A subject as people read it."""
    return " ".join(MARK.sub(" ", subject or "").split())
