"""Pages of the archive and where they are listed; addresses are made of ids only."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from typing import Literal

from reports.findings import Packet
from reports.model import Person
from reports.packet.alerts import HygieneAlert
from reports.packet.followup import FollowUp
from reports.words.deal_rows import label
from reports.words.render import Renderer


Kind = Literal["packet", "hygiene", "followup"]
SAID: Mapping[Kind, str] = {
    "packet": "review",
    "hygiene": "alert",
    "followup": "check-in",
}

SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}(?:\.[A-Za-z0-9_-]{1,16})*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A page of the archive, and where it is listed."""

    kind: Kind
    cycle: str
    day: str  #: ISO
    path: str  #: inside the archive
    heading: str
    rep_id: str | None = None
    rep: str | None = None
    manager_id: str | None = None
    manager: str | None = None
    numbers: Mapping[str, int] = field(default_factory=dict)  #: for trends

    @property
    def said(self) -> str:
        """What kind of page it is, in words."""
        return SAID[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """An entry with the page to be written."""

    entry: Entry
    page: object


def packet_sheet(renderer: Renderer, packet: Packet) -> Sheet:
    """One rep's review, nothing cut."""
    page = renderer.packet_page(packet)
    entry = counted(
        entry_of(
            "packet",
            packet.cycle,
            packet.today,
            page.heading,
            (packet.rep, packet.manager),
        ),
        {
            "Open deals": len(packet.deals),
            "Stopped deals": sum(review.stalled for review in packet.deals),
            "Deals with a field to put right": len(
                {issue.deal_id for issue in packet.to_fill}
            ),
        },
    )
    return Sheet(entry=entry, page=page)


def alert_sheet(renderer: Renderer, alert: HygieneAlert, cycle: str) -> Sheet:
    """A hygiene alert."""
    page = renderer.alert_page(alert)
    entry = counted(
        entry_of("hygiene", cycle, alert.today, page.heading),
        {
            label(one.field): round(100 * one.filled / one.of)
            for one in alert.fields
            if one.of
        },
    )
    return Sheet(entry=entry, page=page)


def counted(entry: Entry, numbers: Mapping[str, int]) -> Entry:
    """The entry with the numbers that trends are made of."""
    return replace(entry, numbers=numbers)


def follow_up_sheet(renderer: Renderer, check: FollowUp) -> Sheet:
    """A check-in."""
    page = renderer.follow_up_page(check)
    return Sheet(
        entry=entry_of(
            "followup",
            check.cycle,
            check.today,
            page.heading,
            (check.rep, check.manager),
        ),
        page=page,
    )


def entry_of(
    kind: Kind,
    cycle: str,
    day: date,
    heading: str,
    people: tuple[Person, Person | None] | None = None,
) -> Entry:
    """The entry of a page; its address is made of ids, never of names."""
    rep, manager = people or (None, None)
    name = segment(rep.id) if rep else day.isoformat()
    return Entry(
        kind=kind,
        cycle=cycle,
        day=day.isoformat(),
        path=f"{kind}/{segment(cycle)}/{name}.html",
        heading=heading,
        rep_id=rep.id if rep else None,
        rep=rep.name if rep else None,
        manager_id=manager.id if manager else None,
        manager=manager.name if manager else None,
    )


def segment(text: str) -> str:
    """A part of a path: the text where it is harmless, else its hash."""
    if SAFE.match(text):
        return text
    return f"x{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:20]}"
