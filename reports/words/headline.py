"""The first screen of a packet: subject, finding, the step that matters, numbers."""

from collections.abc import Iterator
from dataclasses import dataclass

from reports.findings import ActionItem, OwnerKind, Packet
from reports.packet.figures import Count, Figures
from reports.said import (
    Said,
    capital,
    counted,
    day,
    fitted,
    in_words,
    joined,
    many,
    say,
    short,
    worded,
)
from reports.words.text import shown, sums


#: The longest subject.
SUBJECT = 60
#: Room for a name where another language needs more of it for the rest.
NAMES = (20, 12, 8)

#: How many fields are asked for in one packet.
ASKED = 5

#: Who takes a step, as a label.
OWNERS = {
    OwnerKind.REP: say("Rep"),
    OwnerKind.MANAGER: say("Manager"),
    OwnerKind.EXECUTIVE: say("Executive"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One of the four numbers."""

    label: str
    value: str
    note: str


def subject(packet: Packet, figures: Figures) -> Said:
    """Who, when and the finding, in at most 60 characters."""
    when, who = day(packet.today, packet.today), initialled(packet.rep.name)
    *_, least = found = list(findings(figures))
    return fitted(
        SUBJECT,
        *(
            say("{who} · review {day} · {finding}", who=who, day=when, finding=finding)
            for finding in found
        ),
        *(
            joined(" · ", [shown(who, most), when, least])
            for most in rooms(f" · {when} · {least}")
        ),
    )


def rooms(rest: str) -> Iterator[int]:
    """How much of a name fits into a subject beside its rest, in English, and less."""
    room = max(NAMES[-1], SUBJECT - len(rest))
    yield room
    yield from (size for size in NAMES if size < room)


def findings(figures: Figures) -> Iterator[Said]:
    """The finding of the subject, the fullest first."""
    focus, deals = figures.focus, figures.open.deals
    if focus.deals:
        if focus.money:
            yield counted(
                focus.deals,
                "{count} deal to unblock ({money})",
                "{count} deals to unblock ({money})",
                money=sums(focus.money),
            )
        yield counted(
            focus.deals, "{count} deal to unblock", "{count} deals to unblock"
        )
    elif deals:
        calm = figures.on_track == deals
        finding = say("all on track") if calm else say("none to unblock")
        yield say("{deals}, {finding}", deals=many(deals, "deal"), finding=finding)
        yield finding
    else:
        yield say("no open deal")


def initialled(name: str) -> str:
    """A name as "Dana W."."""
    first, *rest = shown(name, 40).split(" ")
    last = rest[-1] if rest else ""
    return f"{first} {last[:1]}." if last[:1].isalpha() else f"{first} {last}".strip()


def heading(figures: Figures) -> Said:
    """The finding as a sentence."""
    track, resting = figures.on_track, figures.resting
    watched = figures.open.deals - track - resting
    rest = the_rest(track, resting)
    if figures.stopped.deals:
        return counted(
            figures.stopped.deals,
            "{deals} has stopped moving; {rest}",
            "{deals} have stopped moving; {rest}",
            deals=capital(valued(figures.stopped)),
            rest=rest,
        )
    if watched:
        return say(
            "No deal has stopped; {watched}, {rest}",
            watched=in_words(watched, "{count} needs a look", "{count} need a look"),
            rest=rest,
        )
    if resting:
        return say("No deal has stopped; {rest}", rest=rest)
    return all_on_track(figures.open.deals)


def the_rest(track: int, resting: int) -> Said:
    """How many deals are on track, and how many are at rest."""
    calm = (
        in_words(track, "{count} is on track", "{count} are on track")
        if track
        else say("none is on track")
    )
    if not resting:
        return calm
    return joined(
        ", ", [calm, in_words(resting, "{count} is at rest", "{count} are at rest")]
    )


def all_on_track(deals: int) -> Said:
    """The finding where nothing needs a look."""
    if not deals:
        return say("No deal is open")
    if deals == 1:
        return say("The one open deal is on track")
    return say("All {deals} are on track", deals=worded(deals, "open deal"))


def valued(count: Count) -> Said:
    """Deals with what they are worth: "five deals worth $412k"."""
    deals = worded(count.deals, "deal")
    if not count.money:
        return deals
    return say("{deals} worth {money}", deals=deals, money=sums(count.money))


def best(packet: Packet) -> ActionItem | None:
    """The most valuable step: the first of those for next week."""
    return packet.actions[0] if packet.actions else None


def asked(packet: Packet) -> tuple[str, ...]:
    """What is asked of the rep before the meeting; never more than a few fields."""
    fields = min(len(packet.to_fill), ASKED)
    if not fields:
        return ()
    return (
        say(
            "Before the meeting: put {fields} right, listed below; it takes five "
            "minutes.",
            fields=worded(fields, "field"),
        ),
    )


def none_stopped(packet: Packet) -> Said:
    """Why no deal is called stopped, though some may be beyond their stage's norm."""
    over = sum(one.clock is not None and one.clock.over for one in packet.deals)
    if not over:
        return say("none beyond its stage's norm")
    return counted(
        over,
        "{count} beyond its stage's norm, with a meeting ahead or activity unseen",
        "{count} beyond their stage's norm, with a meeting ahead or activity unseen",
    )


def tiles(packet: Packet, figures: Figures) -> tuple[Tile, ...]:
    """The four numbers, each with what it was or what it is of; none of no deals."""
    if not packet.deals:
        return ()
    end = packet.period_end
    gaps = len({one.deal_id for one in packet.to_fill})
    open_deals = many(figures.open.deals, "deal")
    return (
        Tile(
            label=say("Open"),
            value=sums(figures.open.money) or say("no amounts"),
            note=joined(", ", [open_deals, *moved(figures.more)]),
        ),
        Tile(
            label=say("Stopped"),
            value=many(figures.stopped.deals, "deal"),
            note=say(
                "{money} of the open money",
                money=sums(figures.stopped.money) or say("no amount"),
            )
            if figures.stopped.deals
            else none_stopped(packet),
        ),
        Tile(
            label=say("Due by {day}", day=day(end, packet.today))
            if end
            else say("Due"),
            value=sums(figures.due.money) or many(figures.due.deals, "deal"),
            note=many(figures.due.deals, "deal"),
        ),
        Tile(
            label=say("Data in order"),
            value=say(
                "{sound} of {all}",
                sound=figures.open.deals - gaps,
                all=figures.open.deals,
            ),
            note=counted(
                gaps,
                "{count} deal with a field to put right",
                "{count} deals with a field to put right",
            )
            if gaps
            else say("nothing to put right"),
        ),
    )


def moved(more: int | None) -> Iterator[Said]:
    """The change of a count since the last review."""
    if more is None:
        return
    if not more:
        yield say("as many as last time")
    elif more > 0:
        yield say("{more} more than last time", more=more)
    else:
        yield say("{fewer} fewer than last time", fewer=-more)


def standing(packet: Packet) -> Said | None:
    """The quota in words; what there is to meet it with is said by the bar's keys."""
    one = packet.standing
    if one is None:
        return None
    gap = one.quota - one.won
    code = one.currency
    reach = (
        say("{money} to go", money=short(gap, code))
        if gap > 0
        else say("met, {money} above it", money=short(-gap, code))
    )
    return say(
        "Quota to {day}: {quota}, {reach}.",
        day=day(one.end, packet.today),
        quota=short(one.quota, code),
        reach=reach,
    )
