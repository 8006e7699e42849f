"""A packet as the page says it: every sentence, row and link, nothing to work out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from reports.findings import Packet
from reports.packet.figures import Figures, figures
from reports.packet.rollup import reads
from reports.said import Said, day, joined, long_day, many, moment, say
from reports.words import headline
from reports.words.bars import Key, Part, quota_bar, quota_keys
from reports.words.cards import RECORDS, Card, cards, slimmer
from reports.words.deal_rows import (
    ActionRow,
    DealRow,
    FieldRow,
    GoodRow,
    action_row,
    action_rows,
    cleared_rows,
    deal_rows,
    field_rows,
    good_rows,
)
from reports.words.environment import LONGEST
from reports.words.headline import Tile
from reports.words.links import Links
from reports.words.outlook import outlook_lines
from reports.words.rows import (
    AgendaRow,
    BalanceRow,
    ChangeRow,
    PromiseRow,
    agenda_rows,
    balance_rows,
    change_rows,
    fewer,
    promise_rows,
)


T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """How many rows each table shows; the rest is a count."""

    deals: int = 100
    fields: int = 5
    changes: int = 4  #: of each kind
    good: int = 4
    promises: int = 10
    records: int = RECORDS  #: behind an answer
    weeks: bool = True  #: whether calls and emails are shown week by week
    text: int = LONGEST  #: characters of any one text


#: For the archive, where there is room for everything.
ALL = Caps(deals=10**6, fields=10**6, changes=10**6, good=10**6, promises=10**6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Generic[T]):
    """Rows of one kind with a count of those that are not shown."""

    rows: tuple[T, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What moved in one currency, to the cent."""

    currency: str
    rows: tuple[BalanceRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Everything that a packet says."""

    packet: Packet
    subject: str
    heading: str
    who: str
    made: str
    step: ActionRow | None  #: the most valuable one
    lead: tuple[str, ...]
    tiles: tuple[Tile, ...]
    standing: str | None
    quota: tuple[Part, ...]
    keys: tuple[Key, ...]
    outlook: tuple[str, ...]  #: forecast and coverage
    notes: tuple[str, ...]
    minutes: int
    agenda: tuple[AgendaRow, ...]
    promises: Table[PromiseRow]
    cards: tuple[Card, ...]
    since: str | None
    balances: tuple[Ledger, ...]
    changes: tuple[ChangeRow, ...]
    actions: tuple[ActionRow, ...]
    fields: Table[FieldRow]
    cleared: Table[str]
    good: Table[GoodRow]
    deals: Table[DealRow]
    footer: tuple[str, ...]


def page(packet: Packet, links: Links, caps: Caps | None = None) -> Page:
    """The page of a packet, its tables cut to ``caps``."""
    return narrowed(whole_page(packet, links), caps or Caps())


def narrowed(whole: Page, most: Caps) -> Page:
    """A page with its tables cut."""
    return replace(
        whole,
        promises=cut(whole.promises.rows, most.promises),
        changes=tuple(fewer(row, most.changes) for row in whole.changes),
        fields=cut(whole.fields.rows, most.fields),
        cleared=cut(whole.cleared.rows, most.fields),
        good=cut(whole.good.rows, most.good),
        deals=cut(whole.deals.rows, most.deals),
        cards=tuple(
            slimmer(one, records=most.records, weeks=most.weeks) for one in whole.cards
        ),
    )


def whole_page(packet: Packet, links: Links) -> Page:
    """The page of a packet with every row of every table."""
    numbers = figures(packet, packet.currency)
    first = headline.best(packet)
    names = packet.names
    return Page(
        packet=packet,
        subject=headline.subject(packet, numbers),
        heading=headline.heading(numbers),
        who=who(packet),
        made=made(packet),
        step=action_row(packet, first, links) if first else None,
        lead=headline.asked(packet),
        tiles=headline.tiles(packet, numbers),
        standing=headline.standing(packet),
        quota=quota_bar(packet.standing) if packet.standing else (),
        keys=quota_keys(packet.standing) if packet.standing else (),
        outlook=tuple(looked_ahead(packet)),
        notes=packet.notes,
        minutes=sum(item.minutes for item in packet.agenda),
        agenda=tuple(agenda_rows(packet, links)),
        promises=every(promise_rows(packet, links)),
        cards=cards(packet, links),
        since=day(packet.since, packet.today) if packet.since else None,
        balances=tuple(
            Ledger(currency=one.currency, rows=tuple(balance_rows(one)))
            for one in packet.balances
        ),
        changes=tuple(change_rows(packet)),
        actions=tuple(action_rows(packet, links)),
        fields=every(field_rows(packet.to_fill, names, links)),
        cleared=every(cleared_rows(packet)),
        good=every(good_rows(packet, links)),
        deals=every(deal_rows(packet, links)),
        footer=footer(packet, numbers),
    )


def every(rows: Iterable[T]) -> Table[T]:
    """All rows."""
    return Table(rows=tuple(rows), more=0)


def cut(rows: Sequence[T], most: int) -> Table[T]:
    """The first rows, and how many there are besides."""
    return Table(rows=tuple(rows[:most]), more=max(0, len(rows) - most))


def looked_ahead(packet: Packet) -> Iterator[str]:
    """The outlook; without a quota to hold it against, the forecast alone."""
    lines = list(outlook_lines(packet.outlook, packet.today))
    if packet.standing:
        yield from lines
    elif packet.outlook and packet.outlook.forecast:
        yield lines[0]


def who(packet: Packet) -> Said:
    """Whose review it is, and when."""
    rep, today = packet.rep.name, long_day(packet.today)
    if packet.manager is None:
        return say("Pipeline review · {rep} · {day}", rep=rep, day=today)
    return say(
        "Pipeline review · {rep} with {manager} · {day}",
        rep=rep,
        manager=packet.manager.name,
        day=today,
    )


def made(packet: Packet) -> Said:
    """From which data the page was made."""
    return say(
        "One snapshot for both: Sales Cloud as of {moment}",
        moment=moment(packet.as_of, packet.rep.zone),
    )


def got(packet: Packet) -> Iterator[Said]:
    """Who reads it: who is still active and has an address; else it went to ops."""
    people = (packet.rep, packet.manager)
    names = [one.name for one in people if one and reads(one)]
    match names:
        case [rep, manager]:
            yield say(
                "{rep} and {manager} got this same page.", rep=rep, manager=manager
            )
        case [alone]:
            yield say("{rep} got this page.", rep=alone)


def footer(packet: Packet, numbers: Figures) -> tuple[str, ...]:
    """Who got it, what it was made from, and how to read it."""
    deals = [review.deal for review in packet.deals]
    logged = sum(deal.calls + deal.emails + deal.meetings for deal in deals)
    made = say(
        "Made from {deals} and {logged}.",
        deals=many(numbers.open.deals, "open deal"),
        logged=many(logged, "logged call, email or meeting"),
    )
    loads = [loaded for _, loaded in packet.data_as_of]
    at = moment(min(loads, default=packet.as_of), packet.rep.zone)
    if at != moment(packet.as_of, packet.rep.zone):
        made = joined(" ", [made, say("Read from Sales Cloud at {moment}.", moment=at)])
    return (
        *got(packet),
        made,
        *((packet.proof,) if packet.proof else ()),
        say(
            "Snapshot {snapshot} · review {cycle} · {tier}",
            snapshot=packet.snapshot,
            cycle=packet.cycle,
            tier=tier(packet),
        ),
    )


def tier(packet: Packet) -> Said:
    """Which rules were in force."""
    if packet.tier == 0:
        return say("default thresholds")
    return say("thresholds learned from won deals (tier {tier})", tier=packet.tier)
