"""What moved since the last review: two books compared, to the cent.

The two books are the same organisation at two moments. Every change carries what
it adds to the rep's open deals, so that in each currency the changes add up to the
difference between then and now.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reports.findings import Balance, Change, ChangeKind
from reports.model import Book, Deal, OpportunityId, UserId
from reports.packet.money import by_currency
from reports.said import Said, day, many, number, say
from reports.said import coded as money


NOTHING = Decimal(0)

#: The order in which readers see them.
ORDER = (
    ChangeKind.WON,
    ChangeKind.LOST,
    ChangeKind.NEW,
    ChangeKind.MOVED_IN,
    ChangeKind.MOVED_OUT,
    ChangeKind.RAISED,
    ChangeKind.LOWERED,
    ChangeKind.ADVANCED,
    ChangeKind.MOVED_BACK,
    ChangeKind.PUSHED,
    ChangeKind.PULLED_IN,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A book from the point of view of one rep."""

    mine: Mapping[OpportunityId, Deal]  #: open
    others: Mapping[OpportunityId, Deal]  #: open, of other owners
    closed: Mapping[OpportunityId, Deal]


def side(book: Book, rep_id: UserId) -> Side:
    """The rep's side of a book."""
    return Side(
        mine={deal.id: deal for deal in book.deals if deal.owner_id == rep_id},
        others={deal.id: deal for deal in book.deals if deal.owner_id != rep_id},
        closed={deal.id: deal for deal in book.closed},
    )


def changes(before: Book, now: Book, rep_id: UserId, today: date) -> tuple[Change, ...]:
    """How the rep's open deals differ, won and lost first, the largest first."""
    then, since = side(before, rep_id), side(now, rep_id)
    found = [
        *left(then, since, today),
        *arrived(then, since, today),
        *passed_through(then, since, before, rep_id, today),
        *stayed(then, since, today),
    ]
    return tuple(
        sorted(
            found,
            key=lambda one: (
                ORDER.index(one.kind),
                -abs(one.amount or NOTHING),
                one.deal_id,
            ),
        )
    )


def change(
    kind: ChangeKind,
    deal: Deal,
    because: Said,
    amount: Decimal | None = None,
    currency: str | None = None,
) -> Change:
    """A change of ``deal`` that adds ``amount`` to the open deals."""
    return Change(
        kind=kind,
        deal_id=deal.id,
        name=deal.name,
        because=because,
        amount=amount,
        currency=currency or deal.currency,
    )


def closing(deal: Deal, today: date) -> Change:
    """A deal that was won or lost."""
    kind = ChangeKind.WON if deal.is_won else ChangeKind.LOST
    return change(kind, deal, ended(deal, today), -(deal.amount or NOTHING))


def ended(deal: Deal, today: date) -> Said:
    """How a deal ended, when and why, as far as it is known."""
    on = deal.closed_on and day(deal.closed_on, today)
    if deal.is_won:
        return say("Won on {day}.", day=on) if on else say("Won.")
    why = deal.loss_reason
    if not why:
        return say("Lost on {day}.", day=on) if on else say("Lost.")
    if on is None:
        return say("Lost ({reason}).", reason=why)
    return say("Lost on {day} ({reason}).", day=on, reason=why)


def left(then: Side, since: Side, today: date) -> Iterator[Change]:
    """Deals that were the rep's and are not any more, or not open."""
    for deal in then.mine.values():
        if deal.id in since.mine:
            continue
        after = since.closed.get(deal.id)
        if after is not None and after.owner_id == deal.owner_id:
            yield from amounts(deal, after)
            yield closing(after, today)
            continue
        if after is not None or deal.id in since.others:
            why = say("Has another owner now.")
        else:
            why = say("No longer among the opportunities in Sales Cloud.")
        yield change(ChangeKind.MOVED_OUT, deal, why, -(deal.amount or NOTHING))


def arrived(then: Side, since: Side, today: date) -> Iterator[Change]:
    """Deals that are the rep's now and were not, or not open."""
    for deal in since.mine.values():
        if deal.id in then.mine:
            continue
        amount = deal.amount or NOTHING
        if deal.id in then.others:
            taken = say("Taken over from another owner.")
            yield change(ChangeKind.MOVED_IN, deal, taken, amount)
        elif deal.id in then.closed:
            yield change(ChangeKind.NEW, deal, say("Open again."), amount)
        else:
            born = say("Created on {day}.", day=day(deal.created_on, today))
            yield change(ChangeKind.NEW, deal, born, amount)


def passed_through(
    then: Side, since: Side, before: Book, rep_id: UserId, today: date
) -> Iterator[Change]:
    """Deals that came to the rep and were closed between the two moments."""
    start = before.as_of.date()
    for deal in since.closed.values():
        known = deal.id in then.mine or deal.id in then.closed
        recent = deal.closed_on is not None and deal.closed_on >= start
        if known or deal.owner_id != rep_id or not recent:
            continue
        if deal.id in then.others:
            kind, why = ChangeKind.MOVED_IN, say("Taken over from another owner.")
        elif deal.created_on >= start:
            born = say("Created on {day}.", day=day(deal.created_on, today))
            kind, why = ChangeKind.NEW, born
        else:
            continue
        yield change(kind, deal, why, deal.amount or NOTHING)
        yield closing(deal, today)


def stayed(then: Side, since: Side, today: date) -> Iterator[Change]:
    """Deals that were open and the rep's at both moments."""
    for deal in since.mine.values():
        old = then.mine.get(deal.id)
        if old is not None:
            yield from amounts(old, deal)
            yield from stages(old, deal)
            yield from dates(old, deal, today)


def amounts(old: Deal, new: Deal) -> Iterator[Change]:
    """A different amount; another currency takes the old one out of its column."""
    was, now = old.amount or NOTHING, new.amount or NOTHING
    if old.currency != new.currency:
        told = say(
            "Currency changed from {old} to {new}.", old=old.currency, new=new.currency
        )
        yield change(ChangeKind.LOWERED, old, told, -was)
        yield change(ChangeKind.RAISED, new, told, now)
    elif was != now:
        kind = ChangeKind.RAISED if now > was else ChangeKind.LOWERED
        told = say("From {old} to {new}.", old=entered(old), new=entered(new))
        yield change(kind, new, told, now - was)


def entered(deal: Deal) -> Said:
    """The amount as text."""
    if deal.amount is None:
        return say("no amount")
    if deal.amount % 1:
        amount = number(deal.amount, 2)
        return say("{currency} {amount}", currency=deal.currency, amount=amount)
    return money(deal.amount, deal.currency)


def stages(old: Deal, new: Deal) -> Iterator[Change]:
    """Another stage; stages that are not configured have no order."""
    was, now = old.stage, new.stage
    if was.name == now.name or not (was.position and now.position):
        return
    ahead = now.position > was.position
    kind = ChangeKind.ADVANCED if ahead else ChangeKind.MOVED_BACK
    told = say("From {old} to {new}.", old=was.name, new=now.name)
    yield change(kind, new, told)


def dates(old: Deal, new: Deal, today: date) -> Iterator[Change]:
    """Another close date."""
    was, now = old.close_date, new.close_date
    if was is None or now is None or was == now:
        return
    later = now > was
    by = many(abs((now - was).days), "day")
    told = say(
        "By {days}, from {old} to {new}.",
        days=by,
        old=day(was, today),
        new=day(now, today),
    )
    yield change(ChangeKind.PUSHED if later else ChangeKind.PULLED_IN, new, told)


def balances(
    before: Book, now: Book, rep_id: UserId, found: Sequence[Change]
) -> tuple[Balance, ...]:
    """The same in money, one line a currency."""
    was = by_currency(side(before, rep_id).mine.values())
    are = by_currency(side(now, rep_id).mine.values())
    moved = {one.currency for one in found if one.amount}
    return tuple(
        Balance(
            currency=code,
            before=was.get(code, NOTHING),
            new=summed(found, code, ChangeKind.NEW),
            moved_in=summed(found, code, ChangeKind.MOVED_IN),
            raised=summed(found, code, ChangeKind.RAISED),
            lowered=-summed(found, code, ChangeKind.LOWERED),
            won=-summed(found, code, ChangeKind.WON),
            lost=-summed(found, code, ChangeKind.LOST),
            moved_out=-summed(found, code, ChangeKind.MOVED_OUT),
            now=are.get(code, NOTHING),
        )
        for code in sorted({*was, *are, *moved})
    )


def summed(found: Iterable[Change], code: str, kind: ChangeKind) -> Decimal:
    """What the changes of a kind add in one currency."""
    return sum(
        (
            one.amount
            for one in found
            if one.currency == code and one.kind is kind and one.amount is not None
        ),
        NOTHING,
    )
