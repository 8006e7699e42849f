"""A manager's page over the team's packets: where help is asked for, what was promised.

It lists deals and dates. People stand in the order of their names and beside no
count that could be compared.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from reports.findings import ActionItem, Outcome, OwnerKind, Packet, Promise
from reports.judgement.contexts import local_day
from reports.judgement.prospects import Prospects
from reports.model import Deal, Person, UserId
from reports.outlook import Outlook
from reports.packet.figures import Count, count, stopped


#: Whose steps are the manager's to take or to arrange.
HELP = frozenset({OwnerKind.MANAGER, OwnerKind.EXECUTIVE})
FIRST = (Outcome.BROKEN, Outcome.OPEN, Outcome.KEPT)
UNKNOWN: Mapping[UserId, date] = MappingProxyType({})


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
    wanted: Count  #: the deals that help is asked for on
    open: Count
    stopped: Count
    outlook: Outlook | None = None  #: of the team


def roll_up(
    manager: Person,
    packets: Sequence[Packet],
    *,
    reviews: Mapping[UserId, date] = UNKNOWN,
    prospects: Prospects | None = None,
) -> RollUp | None:
    """The page over the packets of ``manager``'s team; None when there are none.

    ``reviews`` says when each rep's review is.
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
        wanted=count(wanted.values(), first.currency),
        open=count((one.deal for one in deals), first.currency),
        stopped=count(stopped(deals), first.currency),
        outlook=prospects.of(deals, owners, manager.id) if prospects else None,
    )


def is_managed(packet: Packet, manager: Person) -> bool:
    """Whether the packet goes to this manager."""
    return packet.manager is not None and packet.manager.id == manager.id


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


def soonest_first(one: Meeting) -> tuple[object, ...]:
    """By day, those without one last, then by name."""
    return one.on is None, one.on or date.min, one.rep.name.casefold(), one.rep.id
