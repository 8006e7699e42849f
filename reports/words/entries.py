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
from reports.recipes import Day
from reports.said import Said, say
from reports.words.deal_rows import label
from reports.words.formats import YEARLESS
from reports.words.kept import again
from reports.words.render import Renderer
from reports.words.text import NAMELESS, Name
from reports.words.voice import ENGLISH, Voice


Kind = Literal["packet", "hygiene", "followup", "rollup", "dealsheet"]
SAID: Mapping[Kind, Said] = {
    "packet": say("review"),
    "hygiene": say("alert"),
    "followup": say("check-in"),
    "rollup": say("team reviews"),
    "dealsheet": say("deal sheet"),
}
#: What is followed over the cycles besides fields; kept in English, said by trends.
OPEN, STOPPED, GAPS = (
    say("Open deals"),
    say("Stopped deals"),
    say("Deals with a field to put right"),
)

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
    def said(self) -> Said:
        """What kind of page it is, in words."""
        return SAID[self.kind]

    @property
    def finding(self) -> str:
        """Its heading, as it is printed in lists."""
        return again(self.heading)

    @property
    def when(self) -> Said:
        """The day of the page."""
        return on(self.day)

    @property
    def name(self) -> str:
        """Whose page it is, or what it is about."""
        return self.about or self.title

    @property
    def about(self) -> str | None:
        """Whose page it is, or which deal's; None where it is of everybody."""
        return self.manager if self.kind == "rollup" else self.deal or self.rep

    @property
    def title(self) -> str:
        """The same as it is shown."""
        if self.about:
            return NAMELESS if self.about == NAMELESS else Name(self.about)
        return say("Team") if self.kind == "rollup" else say("Data hygiene")

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
    """An entry with the page to be written, and in which voice."""

    entry: Entry
    page: object
    voice: Voice = ENGLISH
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
    numbers: Mapping[str, int] = {
        OPEN: len(packet.deals),
        STOPPED: sum(review.stalled for review in packet.deals),
        GAPS: len({issue.deal_id for issue in packet.to_fill}),
    }
    return Sheet(
        entry=replace(entry, numbers=numbers, deals=tuple(names)),
        page=page,
        voice=renderer.voice,
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
    return Sheet(entry=replace(entry, numbers=numbers), page=page, voice=renderer.voice)


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
    return Sheet(entry=entry, page=page, voice=renderer.voice)


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
        voice=renderer.voice,
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
        voice=renderer.voice,
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


def on(day: str) -> Said:
    """A day as files name it, said as the reader writes days."""
    return Said(day, Day(date.fromisoformat(day), YEARLESS, "short"))


def address(kind: Kind, cycle: str, name: str) -> str:
    """Where a page lies inside the archive."""
    return f"{kind}/{segment(cycle)}/{segment(name)}.html"


def segment(text: str) -> str:
    """A part of a path: the text where it is harmless, else its hash."""
    if SAFE.match(text):
        return text
    return f"x{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:20]}"
