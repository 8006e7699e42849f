"""A deal that several people sell, as its one page says it."""

from dataclasses import dataclass

from reports.packet.dealsheet import DealSheet
from reports.said import (
    Said,
    day,
    fitted,
    listed,
    long_day,
    lowered,
    moment,
    say,
    unstopped,
)
from reports.words.cards import Card, card
from reports.words.headline import SUBJECT, rooms
from reports.words.links import Links
from reports.words.rows import (
    ChangeRow,
    PromiseRow,
    change_rows,
    fewer,
    promise_rows,
    reason,
)
from reports.words.text import Name, shown


#: How many changes of a kind are told.
MOST = 10
#: The most of a deal's name in the heading.
LONGEST = 60


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
    return SheetPage(
        subject=subject(sheet),
        heading=say(
            "{deal}: {reason}",
            deal=Name(sheet.review.deal.name, LONGEST),
            reason=lowered(unstopped(reason(sheet.review) or say("what comes next"))),
        ),
        who=say("Deal sheet · {day}", day=long_day(packet.today)),
        lead=(lead(sheet),),
        card=card(packet, sheet.review, 0, links),
        promises=tuple(promise_rows(packet, links)),
        since=day(packet.since, packet.today) if packet.since else None,
        changes=tuple(fewer(row, MOST) for row in change_rows(packet)),
        footer=(
            say(
                "Everybody who sells this deal got this same page, and their "
                "managers; it holds no other deal."
            ),
            say(
                "Snapshot {snapshot} · review {cycle} · Sales Cloud as of {moment}",
                snapshot=packet.snapshot,
                cycle=packet.cycle,
                moment=moment(packet.as_of, packet.rep.zone),
            ),
        ),
    )


def subject(sheet: DealSheet) -> Said:
    """The deal and the day, with as much of the name as there is room for."""
    today = day(sheet.packet.today, sheet.packet.today)
    return fitted(
        SUBJECT,
        *(
            say(
                "{deal} · deal sheet {day}",
                deal=Name(sheet.review.deal.name, most),
                day=today,
            )
            for most in rooms(f" · deal sheet {today}")
        ),
    )


def lead(sheet: DealSheet) -> Said:
    """Who sells it, and what the meeting is for."""
    names = [shown(one.name, 40) for one in sheet.sellers]
    return say("Sold by {names}: one plan for all of you.", names=listed(names))
