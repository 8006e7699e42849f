"""Links into Sales Cloud, from record ids only and to one pinned https host.

Besides, letters that a reader may begin: to one plain address, with subject and body.
"""

import re
from functools import lru_cache
from urllib.parse import quote, urlsplit

from reports.findings import ActionItem


#: Nothing else is a record id, whatever a file or a mirror says.
RECORD = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?\Z")

REMEMBERED = 1024

#: The most that the subject of a task holds.
SUBJECT = 255

#: An address that needs no quotes; of one with any, no link is made.
ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+\Z"
)
#: A letter to begin: nothing but letters, digits and what is encoded, and no line end.
LETTER = re.compile(
    r"mailto:(?!.*%0[AaDd])[\w.~%-]+@[A-Za-z0-9.-]+\?subject=[\w.~%-]+&body=[\w.~%-]+\Z",
    re.ASCII,
)


class LinkError(ValueError):
    """The base of the links is not an https address."""


class Links:
    """Addresses of an organisation's records; None where there is no link."""

    def __init__(self, base_url: str | None) -> None:
        self.base = None if base_url is None else base_of(base_url)

    def deal(self, record_id: str) -> str | None:
        """The opportunity's page."""
        return self._record("Opportunity", record_id, "view")

    def edit(self, record_id: str) -> str | None:
        """The opportunity's page, open for editing."""
        return self._record("Opportunity", record_id, "edit")

    def record(self, record_id: str | None) -> str | None:
        """The page of any record."""
        if self.base is None or record_id is None or not RECORD.match(record_id):
            return None
        return f"{self.base}/lightning/r/{record_id}/view"

    def brief(self, record_id: str) -> str | None:
        """The same page by the shortest address, for plain text."""
        if self.base is None or not RECORD.match(record_id):
            return None
        return f"{self.base}/{record_id}"

    def task(self, action: ActionItem) -> str | None:
        """A new task that takes a step on, filled in; not for the mobile app."""
        if self.base is None or not RECORD.match(action.deal_id):
            return None
        subject = marked(action.what, action.mark)
        values = filled(subject, action.deal_id, action.due.isoformat())
        return f"{self.base}/lightning/o/Task/new?defaultFieldValues={values}"

    def _record(self, name: str, record_id: str, action: str) -> str | None:
        if self.base is None or not RECORD.match(record_id):
            return None
        return f"{self.base}/lightning/r/{name}/{record_id}/{action}"


@lru_cache(REMEMBERED)
def filled(subject: str, record_id: str, due: str) -> str:
    """What fills a new task in; a step is linked to in more than one place."""
    values = (("Subject", subject), ("WhatId", record_id), ("ActivityDate", due))
    told = ",".join(f"{name}={quote(value, safe='')}" for name, value in values)
    return quote(told, safe="")


def letter(to: str, subject: str, body: str) -> str:
    """A letter to begin, to an address that is one."""
    if not ADDRESS.match(to):
        raise LinkError(f"{to!r} is no address to write to")
    name, _, host = to.rpartition("@")
    return (
        f"mailto:{quote(name, safe='')}@{host}"
        f"?subject={quote(subject, safe='')}&body={quote(body, safe='')}"
    )


def allowed(url: str) -> bool:
    """Whether a letter may hold a link: to https, or to a letter to begin."""
    return url.startswith("https://") or LETTER.match(url) is not None


def marked(what: str, mark: str) -> str:
    """A task's subject: the step, and the mark by which it is known again, whole."""
    return f"{what[: SUBJECT - len(mark) - 1].rstrip()} {mark}".rstrip()


def base_of(url: str) -> str:
    """The scheme and host of an https address."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.netloc or "@" in parts.netloc:
        raise LinkError(f"links need an https address, not {url!r}")
    if not re.fullmatch(r"[A-Za-z0-9.\-:\[\]]+", parts.netloc):
        raise LinkError(f"{parts.netloc!r} is not the name of a host")
    return f"https://{parts.netloc}"
