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
from reports.packet.dealsheet import DealSheet
from reports.packet.followup import FollowUp
from reports.packet.rollup import RollUp
from reports.words.deal_rows import label
from reports.words.render import Renderer
from reports.words.text import NAMELESS


Kind = Literal["packet", "hygiene", "followup", "rollup", "dealsheet"]
SAID: Mapping[Kind, str] = {
    "packet": "review",
    "hygiene": "alert",
    "followup": "check-in",
    "rollup": "team reviews",
    "dealsheet": "deal sheet",
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
    deal: str | None = None  #: the name, where the page is about one deal only
    deals: tuple[str, ...] = ()  #: the ids of those that the page tells of
    numbers: Mapping[str, int] = field(default_factory=dict)  #: for trends

    @property
    def said(self) -> str:
        """What kind of page it is, in words."""
        return SAID[self.kind]

    @property
    def name(self) -> str:
        """Whose page it is, or what it is about."""
        if self.kind == "rollup":
            return self.manager or "Team"
        return self.deal or self.rep or "Data hygiene"

    @property
    def series(self) -> tuple[str, str | None]:
        """What it has in common with the same page of other cycles."""
        if self.kind == "rollup":
            return self.kind, self.manager_id
        if self.kind == "dealsheet":
            return self.kind, next(iter(self.deals), None)
        return self.kind, self.rep_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """An entry with the page to be written."""

    entry: Entry
    page: object
    deals: Mapping[str, str] = field(default_factory=dict)  #: names by id


def packet_sheet(renderer: Renderer, packet: Packet) -> Sheet:
    """One rep's review, nothing cut."""
    page = renderer.packet_page(packet)
    names = {str(one.deal.id): one.deal.name for one in packet.deals}
    entry = entry_of(
        "packet",
        packet.cycle,
        packet.today,
        page.heading,
        (packet.rep, packet.manager),
    )
    numbers = {
        "Open deals": len(packet.deals),
        "Stopped deals": sum(review.stalled for review in packet.deals),
        "Deals with a field to put right": len(
            {issue.deal_id for issue in packet.to_fill}
        ),
    }
    return Sheet(
        entry=replace(entry, numbers=numbers, deals=tuple(names)),
        page=page,
        deals=names,
    )


def alert_sheet(renderer: Renderer, alert: HygieneAlert, cycle: str) -> Sheet:
    """A hygiene alert."""
    page = renderer.alert_page(alert)
    entry = entry_of("hygiene", cycle, alert.today, page.heading)
    numbers = {
        label(one.field): round(100 * one.filled / one.of)
        for one in alert.fields
        if one.of
    }
    return Sheet(entry=replace(entry, numbers=numbers), page=page)


def roll_up_sheet(renderer: Renderer, roll_up: RollUp) -> Sheet:
    """A manager's page over the team's packets, nothing cut."""
    page = renderer.roll_up_page(roll_up)
    boss = roll_up.manager
    entry = Entry(
        kind="rollup",
        cycle=roll_up.cycle,
        day=roll_up.today.isoformat(),
        path=address("rollup", roll_up.cycle, boss.id),
        heading=page.heading,
        manager_id=boss.id,
        manager=boss.name,
    )
    return Sheet(entry=entry, page=page)


def deal_sheet_sheet(renderer: Renderer, sheet: DealSheet) -> Sheet:
    """The page of a deal that several people sell, listed with its owner's."""
    page = renderer.deal_sheet_page(sheet)
    packet, deal = sheet.packet, sheet.review.deal
    entry = entry_of(
        "dealsheet",
        packet.cycle,
        packet.today,
        page.heading,
        (packet.rep, packet.manager),
    )
    return Sheet(
        entry=replace(
            entry,
            path=address("dealsheet", packet.cycle, deal.id),
            deal=deal.name or NAMELESS,
            deals=(deal.id,),
        ),
        page=page,
        deals={deal.id: deal.name},
    )


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
    return Entry(
        kind=kind,
        cycle=cycle,
        day=day.isoformat(),
        path=address(kind, cycle, rep.id if rep else day.isoformat()),
        heading=heading,
        rep_id=rep.id if rep else None,
        rep=rep.name if rep else None,
        manager_id=manager.id if manager else None,
        manager=manager.name if manager else None,
    )


def address(kind: Kind, cycle: str, name: str) -> str:
    """Where a page lies inside the archive."""
    return f"{kind}/{segment(cycle)}/{segment(name)}.html"


def segment(text: str) -> str:
    """A part of a path: the text where it is harmless, else its hash."""
    if SAFE.match(text):
        return text
    return f"x{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:20]}"
