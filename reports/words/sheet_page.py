"""A deal that several people sell, as its one page says it."""

from collections.abc import Iterator
from dataclasses import dataclass

from reports.packet.dealsheet import DealSheet
from reports.said import day, long_day, moment
from reports.words.cards import Card, card
from reports.words.headline import SUBJECT
from reports.words.links import Links
from reports.words.rows import (
    ChangeRow,
    PromiseRow,
    change_rows,
    fewer,
    promise_rows,
    reason,
)
from reports.words.text import NAMELESS, shown


#: How many changes of a kind are told.
MOST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPage:
    """Everything that a deal sheet says."""

    subject: str
    heading: str
    who: str
    lead: tuple[str, ...]
    card: Card
    promises: tuple[PromiseRow, ...]
    since: str | None
    changes: tuple[ChangeRow, ...]
    footer: tuple[str, ...]


def sheet_page(sheet: DealSheet, links: Links) -> SheetPage:
    """The page of a deal sheet."""
    packet = sheet.packet
    name = shown(sheet.review.deal.name, 60) or NAMELESS
    tail = f" · deal sheet {day(packet.today, packet.today)}"
    return SheetPage(
        subject=f"{shown(name, SUBJECT - len(tail))}{tail}",
        heading=f"{name}: {small(reason(sheet.review) or 'what comes next')}",
        who=f"Deal sheet · {long_day(packet.today)}",
        lead=tuple(lead(sheet)),
        card=card(packet, sheet.review, 0, links),
        promises=tuple(promise_rows(packet, links)),
        since=day(packet.since, packet.today) if packet.since else None,
        changes=tuple(fewer(row, MOST) for row in change_rows(packet)),
        footer=(
            (
                "Everybody who sells this deal got this same page, and their "
                "managers; it holds no other deal."
            ),
            (
                f"Snapshot {packet.snapshot} · review {packet.cycle} · Sales Cloud as "
                f"of {moment(packet.as_of, packet.rep.zone)}"
            ),
        ),
    )


def lead(sheet: DealSheet) -> Iterator[str]:
    """Who sells it, and what the meeting is for."""
    names = [shown(one.name, 40) for one in sheet.sellers]
    yield f"Sold by {', '.join(names[:-1])} and {names[-1]}: one plan for all of you."


def small(text: str) -> str:
    """The text with a small first letter and no full stop."""
    return f"{text[:1].lower()}{text[1:]}".rstrip(".")
