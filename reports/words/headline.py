"""The first screen of a packet: subject, finding, the step that matters, numbers."""

from collections.abc import Iterator
from dataclasses import dataclass

from reports.findings import ActionItem, OwnerKind, Packet
from reports.packet.figures import Count, Figures
from reports.words.text import capital, day, plural, short, shown, sums, worded


#: The longest subject.
SUBJECT = 60

#: How many fields are asked for in one packet.
ASKED = 5

#: Who takes a step, as a label.
OWNERS = {
    OwnerKind.REP: "Rep",
    OwnerKind.MANAGER: "Manager",
    OwnerKind.EXECUTIVE: "Executive",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One of the four numbers."""

    label: str
    value: str
    note: str


def subject(packet: Packet, figures: Figures) -> str:
    """Who, when and the finding, in at most 60 characters."""
    when = day(packet.today, packet.today)
    for finding in findings(figures):
        line = f"{initialled(packet.rep.name)} · review {when} · {finding}"
        if len(line) <= SUBJECT:
            return line
    *_, least = findings(figures)
    room = SUBJECT - len(f" · {when} · {least}")
    return f"{shown(initialled(packet.rep.name), room)} · {when} · {least}"


def findings(figures: Figures) -> Iterator[str]:
    """The finding of the subject, the fullest first."""
    if figures.focus.deals:
        unblock = f"{plural(figures.focus.deals, 'deal')} to unblock"
        if figures.focus.money:
            yield f"{unblock} ({sums(figures.focus.money)})"
        yield unblock
    else:
        yield f"{plural(figures.open.deals, 'deal')}, all on track"
        yield "all on track"


def initialled(name: str) -> str:
    """A name as "Dana W."."""
    first, *rest = shown(name, 40).split(" ")
    return f"{first} {rest[-1][:1]}." if rest and rest[-1] else first


def heading(figures: Figures) -> str:
    """The finding as a sentence."""
    track = figures.on_track
    rest = f"{worded(track, 'is', 'are')} on track" if track else "none is on track"
    watched = figures.open.deals - track
    if figures.stopped.deals:
        stopped = capital(valued(figures.stopped))
        has = "has" if figures.stopped.deals == 1 else "have"
        return f"{stopped} {has} stopped moving; {rest}"
    if watched:
        need = "needs" if watched == 1 else "need"
        return f"No deal has stopped; {worded(watched, need, need)} a look, {rest}"
    if figures.open.deals == 1:
        return "The one open deal is on track"
    return f"All {worded(figures.open.deals, 'open deal')} are on track"


def valued(count: Count) -> str:
    """Deals with what they are worth: "five deals worth $412k"."""
    worth = f" worth {sums(count.money)}" if count.money else ""
    return f"{worded(count.deals, 'deal')}{worth}"


def lead(packet: Packet) -> tuple[str, ...]:
    """The most valuable step, and what is asked before the meeting."""
    return (*step(packet), *asked(packet))


def step(packet: Packet) -> Iterator[str]:
    """The most valuable step of the week."""
    first = best(packet)
    if first is not None:
        name = shown(packet.names.get(first.deal_id, ""), 60)
        yield (
            f"Most valuable step: {lowered(first.what)} ({name}), "
            f"{OWNERS[first.owner].lower()}, by {day(first.due, packet.today)}."
        )


def best(packet: Packet) -> ActionItem | None:
    """The first of the actions, they are ranked."""
    return packet.actions[0] if packet.actions else None


def lowered(text: str) -> str:
    """The text with a small first letter."""
    return text[:1].lower() + text[1:]


def asked(packet: Packet) -> Iterator[str]:
    """What is asked of the rep before the meeting; never more than a few fields."""
    fields = min(len(packet.to_fill), ASKED)
    if fields:
        yield (
            f"Before the meeting: put {worded(fields, 'field')} right, the ones "
            "below; it takes five minutes."
        )


def tiles(packet: Packet, figures: Figures) -> tuple[Tile, ...]:
    """The four numbers, each with what it was or what it is of."""
    end = packet.period_end
    gaps = len({one.deal_id for one in packet.to_fill})
    return (
        Tile(
            label="Open",
            value=sums(figures.open.money) or "no amounts",
            note=plural(figures.open.deals, "deal") + moved(figures.more),
        ),
        Tile(
            label="Stopped",
            value=plural(figures.stopped.deals, "deal"),
            note=f"{sums(figures.stopped.money) or 'no amount'} of the open money"
            if figures.stopped.deals
            else "none beyond its stage's norm",
        ),
        Tile(
            label=f"Due by {day(end, packet.today)}" if end else "Due",
            value=sums(figures.due.money) or plural(figures.due.deals, "deal"),
            note=plural(figures.due.deals, "deal"),
        ),
        Tile(
            label="Complete",
            value=f"{figures.open.deals - gaps} of {figures.open.deals}",
            note=f"{plural(gaps, 'deal')} with a field to put right"
            if gaps
            else "every field is in order",
        ),
    )


def moved(more: int | None) -> str:
    """The change of a count since the last review."""
    if not more:
        return "" if more is None else ", as many as last time"
    return f", {abs(more)} {'more' if more > 0 else 'fewer'} than last time"


def standing(packet: Packet) -> str | None:
    """The quota bar again, in words."""
    one = packet.standing
    if one is None:
        return None
    gap = one.quota - one.won
    code = one.currency
    reach = (
        f"{short(gap, code)} to go" if gap > 0 else f"met, {short(-gap, code)} above it"
    )
    return (
        f"Quota to {day(one.end, packet.today)}: {short(one.won, code)} won of "
        f"{short(one.quota, code)}, {reach}; {short(one.committed, code)} committed "
        f"and {short(one.open, code)} more open are due by then."
    )
