"""A manager's page over the team's packets: where help is asked for, what was promised.

It lists deals and dates, and which contacts are on record. People stand in the order of
their names and beside no count that could be compared.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from reports.findings import ActionItem, Evidence, Outcome, OwnerKind, Packet, Promise
from reports.judgement.contexts import local_day
from reports.judgement.prospects import Prospects
from reports.model import Deal, Person, UserId
from reports.outlook import Outlook
from reports.packet.figures import Count, count, stopped


#: Whose steps are the manager's to take or to arrange.
HELP = frozenset({OwnerKind.MANAGER, OwnerKind.EXECUTIVE})
FIRST = (Outcome.BROKEN, Outcome.OPEN, Outcome.KEPT)
UNKNOWN: Mapping[UserId, date] = MappingProxyType({})
NOTHING: Mapping[UserId, Sequence[Promise]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A step on a deal that is the manager's to take or to arrange."""

    action: ActionItem
    deal: Deal
    rep: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Pledge:
    """What the manager's side took on at an earlier review."""

    promise: Promise
    name: str  #: of the deal
    rep: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A review that is coming."""

    rep: Person
    on: date | None  #: None when no date is known
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """Whether manager and rep have a contact on record after their last review."""

    rep: Person
    on: date  #: the day of that review
    due: date  #: until when it counts
    outcome: Outcome
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RollUp:
    """One manager's page."""

    cycle: str
    as_of: datetime
    today: date
    snapshot: str
    manager: Person
    requests: tuple[Request, ...]  #: the most valuable first
    pledges: tuple[Pledge, ...]  #: not done first, then by day
    meetings: tuple[Meeting, ...]  #: by day, then by name
    packets: int  #: that the page was made from
    unread: tuple[Person, ...]  #: whose reviews they are and who got none, by name
    wanted: Count  #: the deals that help is asked for on
    open: Count
    stopped: Count
    outlook: Outlook | None = None  #: of the team
    proof: str | None = None  #: how right the stage clock has been, as in the packets
    talks: tuple[Talk, ...] = ()  #: by name; none where no contact is ever recorded
    anyway: tuple[Pledge, ...] = ()  #: done though nobody had promised it, by name


def roll_up(  # noqa: PLR0913 - one fact each, and all but two by name
    manager: Person,
    packets: Sequence[Packet],
    *,
    reviews: Mapping[UserId, date] = UNKNOWN,
    prospects: Prospects | None = None,
    talks: Iterable[Talk] = (),
    anyway: Mapping[UserId, Sequence[Promise]] = NOTHING,
) -> RollUp | None:
    """The page over the packets of ``manager``'s team; None when there are none.

    ``reviews`` says when each rep's review is, ``anyway`` what was done of each rep's
    deals though nobody had taken it on; ``talks`` are those with the team.
    """
    team = [packet for packet in packets if is_managed(packet, manager)]
    if not team:
        return None
    first = team[0]
    asked = tuple(sorted(requests(team), key=most_valuable_first))
    wanted = {one.deal.id: one.deal for one in asked}
    deals = [one for packet in team for one in packet.deals]
    owners = [packet.rep.id for packet in team]
    return RollUp(
        cycle=first.cycle,
        as_of=first.as_of,
        today=local_day(first.as_of, manager.zone),
        snapshot=first.snapshot,
        manager=manager,
        requests=asked,
        pledges=tuple(sorted(pledges(team), key=not_done_first)),
        meetings=tuple(sorted(meetings(team, reviews), key=soonest_first)),
        packets=len(team),
        unread=tuple(
            sorted((one.rep for one in team if not reads(one.rep)), key=named)
        ),
        wanted=count(wanted.values(), first.currency),
        open=count((one.deal for one in deals), first.currency),
        stopped=count(stopped(deals), first.currency),
        outlook=prospects.of(deals, owners, manager.id) if prospects else None,
        proof=first.proof,
        talks=tuple(
            sorted((one for one in talks if one.rep.id in owners), key=by_name)
        ),
        anyway=tuple(sorted(unasked(team, anyway), key=by_name)),
    )


def is_managed(packet: Packet, manager: Person) -> bool:
    """Whether the packet goes to this manager."""
    return packet.manager is not None and packet.manager.id == manager.id


def reads(person: Person) -> bool:
    """Whether mail goes to somebody: a user who is still active and has an address."""
    return person.active and bool(person.email)


def requests(packets: Iterable[Packet]) -> Iterator[Request]:
    """Every step of the packets that is not the rep's to take, once."""
    for packet in packets:
        deals = {review.deal.id: review.deal for review in packet.deals}
        cards = (action for review in packet.focus for action in review.actions)
        wanted = {
            (action.deal_id, action.what): action
            for action in (*packet.actions, *cards)
            if action.owner in HELP and action.deal_id in deals
        }
        for action in wanted.values():
            yield Request(action=action, deal=deals[action.deal_id], rep=packet.rep)


def pledges(packets: Iterable[Packet]) -> Iterator[Pledge]:
    """What was promised by others than the reps."""
    for packet in packets:
        for promise in packet.promises:
            if promise.owner in HELP:
                yield Pledge(
                    promise=promise,
                    name=packet.names.get(promise.deal_id, promise.deal_id),
                    rep=packet.rep,
                )


def unasked(
    packets: Iterable[Packet], anyway: Mapping[UserId, Sequence[Promise]]
) -> Iterator[Pledge]:
    """What was done though nobody had taken it on."""
    for packet in packets:
        for promise in anyway.get(packet.rep.id, ()):
            name = packet.names.get(promise.deal_id, promise.deal_id)
            yield Pledge(promise=promise, name=name, rep=packet.rep)


def meetings(
    packets: Iterable[Packet], reviews: Mapping[UserId, date]
) -> Iterator[Meeting]:
    """Each rep's review with its minutes; nobody meets a user who has left."""
    for packet in (one for one in packets if one.rep.active):
        yield Meeting(
            rep=packet.rep,
            on=reviews.get(packet.rep.id),
            minutes=sum(item.minutes for item in packet.agenda),
        )


def most_valuable_first(one: Request) -> tuple[object, ...]:
    """By the value of the attention, then by day."""
    return -one.action.value, one.action.due, one.deal.id


def not_done_first(one: Pledge) -> tuple[object, ...]:
    """By outcome, then by day."""
    promise = one.promise
    return FIRST.index(promise.outcome), promise.due, promise.deal_id


def by_name(one: Talk | Pledge) -> tuple[str, str]:
    """In the order of people's names."""
    return named(one.rep)


def named(person: Person) -> tuple[str, str]:
    """The same for people."""
    return person.name.casefold(), person.id


def soonest_first(one: Meeting) -> tuple[object, ...]:
    """By day, those without one last, then by name."""
    return one.on is None, one.on or date.min, *named(one.rep)
