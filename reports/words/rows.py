"""Rows about the review: its agenda, what was promised, what moved since."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import groupby

from reports.findings import (
    Balance,
    Change,
    ChangeKind,
    DealReview,
    Evidence,
    Outcome,
    Packet,
    Promise,
)
from reports.packet.agenda import problems
from reports.said import day, lowered, many, money, say, short, unstopped
from reports.words.headline import OWNERS
from reports.words.links import Links
from reports.words.text import Name


#: A change's mark, so that colour never speaks alone.
MARKS = {
    ChangeKind.WON: "✓",
    ChangeKind.LOST: "✗",
    ChangeKind.NEW: "+",
    ChangeKind.MOVED_IN: "+",
    ChangeKind.MOVED_OUT: "−",  # noqa: RUF001 - a minus
    ChangeKind.RAISED: "↑",
    ChangeKind.LOWERED: "↓",
    ChangeKind.ADVANCED: "→",
    ChangeKind.MOVED_BACK: "←",
    ChangeKind.PUSHED: "↷",
    ChangeKind.PULLED_IN: "↶",
}
#: Why a deal is stuck, in two or three words; the deal's, not a person's.
CAUSES = {
    "stalled-buyer-silent": "Buyer silent",
    "stalled-nothing-scheduled": "No meeting ahead",
    "stalled-rep-silent": "The buyer waits for us",
}
#: Where a sentence ends and another begins; not after "Inc." or a number.
SENTENCE = re.compile(r"(?<=[a-z0-9)]{2})\. (?=[A-Z])")
#: What stands where there is no record.
NOTHING = {Outcome.BROKEN: "nothing on record"}
#: What was proposed last time is no news; from so many reviews on, its age is said.
AGED = 2
OUTCOMES = {
    Outcome.KEPT: ("✓", "Kept", "grn"),
    Outcome.BROKEN: ("✗", "Not done", "red"),
    Outcome.OPEN: ("○", "Open", "mut"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaRow:
    """A line of the agenda; deals have a reason and an amount."""

    minutes: int
    title: str
    reason: str | None
    amount: str | None
    anchor: int | None  #: the number of the deal's card
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseRow:
    """What was promised and what became of it."""

    mark: str
    outcome: str
    style: str
    what: str
    deal: str
    owner: str
    due: str
    evidence: str  #: and for how many reviews it has been open
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """The deals that moved in the same way."""

    mark: str
    kind: str
    deals: tuple[str, ...]  #: each with how, where the amount does not say it
    more: int
    amounts: tuple[str, ...]  #: what all of them add, one of each currency
    several: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceRow:
    """A step of the way from then to now in one currency."""

    label: str
    amount: str
    total: bool


def agenda_rows(packet: Packet, links: Links) -> Iterator[AgendaRow]:
    """The agenda with a reason beside each deal."""
    reviews = {review.deal.id: review for review in packet.focus}
    numbers = {deal_id: place for place, deal_id in enumerate(reviews, start=1)}
    for item in packet.agenda:
        review = reviews.get(item.deal_id) if item.deal_id else None
        yield AgendaRow(
            minutes=item.minutes,
            title=item.title,
            reason=reason(review) if review else None,
            amount=short(review.deal.amount, review.deal.currency) if review else None,
            anchor=numbers.get(item.deal_id) if item.deal_id else None,
            url=links.deal(review.deal.id) if review else None,
        )


def reason(review: DealReview) -> str | None:
    """The worst thing about a deal in one sentence; its card says the rest."""
    found = problems(review)
    if not found:
        return None
    cause = CAUSES.get(found[0].code)
    first = SENTENCE.split(found[0].because, maxsplit=1)[0].rstrip(".")
    return f"{cause}: {first}." if cause else f"{first}."


def promise_rows(packet: Packet, links: Links) -> Iterator[PromiseRow]:
    """The promises, those not done first."""
    order = (Outcome.BROKEN, Outcome.OPEN, Outcome.KEPT)
    for promise in sorted(
        packet.promises, key=lambda one: (order.index(one.outcome), one.due)
    ):
        name = packet.names.get(promise.deal_id, promise.deal_id)
        yield promise_row(promise, name, packet.today, links)


def promise_row(promise: Promise, name: str, today: date, links: Links) -> PromiseRow:
    """One promise with its evidence."""
    mark, outcome, style = OUTCOMES[promise.outcome]
    shown = [dated(one, today) for one in promise.evidence[:1]]
    told = shown or [NOTHING.get(promise.outcome, "")]
    return PromiseRow(
        mark=mark,
        outcome=outcome,
        style=style,
        what=promise.what,
        deal=name,
        owner=OWNERS[promise.owner],
        due=day(promise.due, today),
        evidence=" · ".join(part for part in (*told, age(promise)) if part),
        url=links.deal(promise.deal_id),
    )


def age(promise: Promise) -> str:
    """For how many reviews it has waited, where one was not enough."""
    if promise.outcome is Outcome.KEPT or promise.carried < AGED:
        return ""
    return f"open for {many(promise.carried, 'review')}"


def dated(one: Evidence, today: date) -> str:
    """A record with its day, said once."""
    when = day(one.on, today) if one.on else ""
    return one.text if not when or when in one.text else f"{one.text}, {when}"


def change_rows(packet: Packet) -> Iterator[ChangeRow]:
    """What moved, a row a kind, won and lost first."""
    for kind, group in groupby(packet.changes, key=lambda change: change.kind):
        changes = list(group)
        yield ChangeRow(
            mark=MARKS[kind],
            kind=kind.capitalize(),
            deals=tuple(told(change, alone=len(changes) == 1) for change in changes),
            more=0,
            amounts=effect(changes),
            several=len(changes) > 1,
        )


def fewer(row: ChangeRow, most: int) -> ChangeRow:
    """The row with its first deals, and how many there are besides."""
    return replace(row, deals=row.deals[:most], more=max(0, len(row.deals) - most))


def told(change: Change, *, alone: bool) -> str:
    """A deal and how it moved; alone in its row, its amount stands beside it."""
    name = Name(change.name, 60)
    if change.amount:
        amount = short(abs(change.amount), change.currency)
        return name if alone else say("{deal}, {amount}", deal=name, amount=amount)
    how = lowered(unstopped(change.because))
    return say("{deal} ({how})", deal=name, how=how)


def effect(changes: Sequence[Change]) -> tuple[str, ...]:
    """What changes add to the open deals, with the sign, by currency."""
    added: dict[str, Decimal] = defaultdict(Decimal)
    for change in changes:
        added[change.currency] += change.amount or 0
    return tuple(
        f"{'+' if amount > 0 else ''}{short(amount, code)}"
        for code, amount in sorted(added.items())
        if amount
    )


def balance_rows(balance: Balance) -> Iterator[BalanceRow]:
    """From then to now, to the cent; steps of nothing are left out."""
    steps = (
        ("New", balance.new),
        ("Moved in", balance.moved_in),
        ("Raised", balance.raised),
        ("Lowered", -balance.lowered),
        ("Won", -balance.won),
        ("Lost", -balance.lost),
        ("Moved out", -balance.moved_out),
    )
    amounts = (balance.before, balance.now, *(amount for _, amount in steps))
    told_as = partial(money, currency=balance.currency, most=max(map(abs, amounts)))
    if not any(amount for _, amount in steps):
        told = told_as(balance.now)
        yield BalanceRow(label="Open then and now", amount=told, total=True)
        return
    yield BalanceRow(label="Open then", amount=told_as(balance.before), total=True)
    for label, amount in steps:
        if amount:
            told = told_as(amount)
            yield BalanceRow(
                label=label,
                amount=told if amount < 0 else f"+{told}",
                total=False,
            )
    yield BalanceRow(label="Open now", amount=told_as(balance.now), total=True)
