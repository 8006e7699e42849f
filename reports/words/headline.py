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
    elif figures.open.deals:
        calm = figures.on_track == figures.open.deals
        finding = "all on track" if calm else "none to unblock"
        yield f"{plural(figures.open.deals, 'deal')}, {finding}"
        yield finding
    else:
        yield "no open deal"


def initialled(name: str) -> str:
    """A name as "Dana W."."""
    first, *rest = shown(name, 40).split(" ")
    last = rest[-1] if rest else ""
    return f"{first} {last[:1]}." if last[:1].isalpha() else f"{first} {last}".strip()


def heading(figures: Figures) -> str:
    """The finding as a sentence."""
    track, resting = figures.on_track, figures.resting
    rest = f"{worded(track, 'is', 'are')} on track" if track else "none is on track"
    rest += f", {worded(resting, 'is', 'are')} at rest" if resting else ""
    watched = figures.open.deals - track - resting
    if figures.stopped.deals:
        stopped = capital(valued(figures.stopped))
        has = "has" if figures.stopped.deals == 1 else "have"
        return f"{stopped} {has} stopped moving; {rest}"
    if watched:
        need = "needs" if watched == 1 else "need"
        return f"No deal has stopped; {worded(watched, need, need)} a look, {rest}"
    if resting:
        return f"No deal has stopped; {rest}"
    return all_on_track(figures.open.deals)


def all_on_track(deals: int) -> str:
    """The finding where nothing needs a look."""
    if not deals:
        return "No deal is open"
    if deals == 1:
        return "The one open deal is on track"
    return f"All {worded(deals, 'open deal')} are on track"


def valued(count: Count) -> str:
    """Deals with what they are worth: "five deals worth $412k"."""
    worth = f" worth {sums(count.money)}" if count.money else ""
    return f"{worded(count.deals, 'deal')}{worth}"


def best(packet: Packet) -> ActionItem | None:
    """The most valuable step: of the deals on the agenda, where they have any."""
    agenda = {review.deal.id for review in packet.focus}
    ranked = [
        *(action for action in packet.actions if action.deal_id in agenda),
        *packet.actions,
    ]
    return ranked[0] if ranked else None


def asked(packet: Packet) -> tuple[str, ...]:
    """What is asked of the rep before the meeting; never more than a few fields."""
    fields = min(len(packet.to_fill), ASKED)
    if not fields:
        return ()
    return (
        (
            f"Before the meeting: put {worded(fields, 'field')} right, listed below; "
            "it takes five minutes."
        ),
    )


def tiles(packet: Packet, figures: Figures) -> tuple[Tile, ...]:
    """The four numbers, each with what it was or what it is of; none of no deals."""
    if not packet.deals:
        return ()
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
            label="Data in order",
            value=f"{figures.open.deals - gaps} of {figures.open.deals}",
            note=f"{plural(gaps, 'deal')} with a field to put right"
            if gaps
            else "nothing to put right",
        ),
    )


def moved(more: int | None) -> str:
    """The change of a count since the last review."""
    if not more:
        return "" if more is None else ", as many as last time"
    return f", {abs(more)} {'more' if more > 0 else 'fewer'} than last time"


def standing(packet: Packet) -> str | None:
    """The quota in words; what there is to meet it with is said by the bar's keys."""
    one = packet.standing
    if one is None:
        return None
    gap = one.quota - one.won
    code = one.currency
    reach = (
        f"{short(gap, code)} to go" if gap > 0 else f"met, {short(-gap, code)} above it"
    )
    until = day(one.end, packet.today)
    return f"Quota to {until}: {short(one.quota, code)}, {reach}."
