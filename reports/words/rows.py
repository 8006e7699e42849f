"""Rows about the review: its agenda, what was promised, what moved since."""

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
from reports.said import (
    Said,
    day,
    first_of,
    joined,
    lowered,
    many,
    mark,
    money,
    say,
    short,
    unstopped,
)
from reports.words.headline import OWNERS
from reports.words.links import Links
from reports.words.text import Name, shown


#: A change's mark, so that colour never speaks alone; arrows turn with the page.
MARKS = {
    ChangeKind.WON: "✓",
    ChangeKind.LOST: "✗",
    ChangeKind.NEW: "+",
    ChangeKind.MOVED_IN: "+",
    ChangeKind.MOVED_OUT: "−",  # noqa: RUF001 - a minus
    ChangeKind.RAISED: "↑",
    ChangeKind.LOWERED: "↓",
    ChangeKind.ADVANCED: say("→"),
    ChangeKind.MOVED_BACK: say("←"),
    ChangeKind.PUSHED: say("↷"),
    ChangeKind.PULLED_IN: say("↶"),
}
KINDS = {
    ChangeKind.WON: say("Won"),
    ChangeKind.LOST: say("Lost"),
    ChangeKind.NEW: say("New"),
    ChangeKind.MOVED_IN: say("Moved in"),
    ChangeKind.MOVED_OUT: say("Moved out"),
    ChangeKind.RAISED: say("Raised"),
    ChangeKind.LOWERED: say("Lowered"),
    ChangeKind.ADVANCED: say("Advanced"),
    ChangeKind.MOVED_BACK: say("Moved back"),
    ChangeKind.PUSHED: say("Pushed"),
    ChangeKind.PULLED_IN: say("Pulled in"),
}
#: What stands between deals, and between amounts of several currencies.
BETWEEN, COMMA = mark("; "), mark(", ")
#: Why a deal is stuck, in two or three words; the deal's, not a person's.
CAUSES = {
    "stalled-buyer-silent": mark("Buyer silent: {reason}."),
    "stalled-nothing-scheduled": mark("No meeting ahead: {reason}."),
    "stalled-rep-silent": mark("The buyer waits for us: {reason}."),
}
UNCAUSED = mark("{reason}.")
#: The most that is shown of a promise; more than any of our plans has.
LONGEST = 255
#: What stands where there is no record.
NOTHING = {Outcome.BROKEN: say("nothing on record")}
#: What was proposed last time is no news; from so many reviews on, its age is said.
AGED = 2
OUTCOMES = {
    Outcome.KEPT: ("✓", say("Kept"), "grn"),
    Outcome.BROKEN: ("✗", say("Not done"), "red"),
    Outcome.OPEN: ("○", say("Open"), "mut"),
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

    @property
    def line(self) -> Said:
        """All of it in one line, for text."""
        deals = joined(BETWEEN, self.deals)
        if self.more:
            deals = say("{deals} and {more} more", deals=deals, more=self.more)
        if not self.amounts:
            return deals
        amounts = joined(COMMA, self.amounts)
        return say("{deals} ({amounts})", deals=deals, amounts=amounts)


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


def reason(review: DealReview) -> Said | None:
    """The worst thing about a deal in one sentence; its card says the rest."""
    found = problems(review)
    if not found:
        return None
    pattern = CAUSES.get(found[0].code, UNCAUSED)
    return say(pattern, reason=unstopped(first_of(found[0].because)))


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
    records = [dated(one, today) for one in promise.evidence[:1]]
    told = [*(records or [NOTHING.get(promise.outcome, "")]), age(promise)]
    return PromiseRow(
        mark=mark,
        outcome=outcome,
        style=style,
        what=say(shown(promise.what, LONGEST)),
        deal=name,
        owner=OWNERS[promise.owner],
        due=day(promise.due, today),
        evidence=joined(" · ", [part for part in told if part]),
        url=links.deal(promise.deal_id),
    )


def age(promise: Promise) -> str:
    """For how many reviews it has waited, where one was not enough."""
    if promise.outcome is Outcome.KEPT or promise.carried < AGED:
        return ""
    return say("open for {reviews}", reviews=many(promise.carried, "review"))


def dated(one: Evidence, today: date) -> str:
    """A record with its day, said once."""
    when = day(one.on, today) if one.on else ""
    if not when or f" {when}" in f" {one.text}":
        return one.text
    return say("{record}, {day}", record=one.text, day=when)


def change_rows(packet: Packet) -> Iterator[ChangeRow]:
    """What moved, a row a kind, won and lost first."""
    for kind, group in groupby(packet.changes, key=lambda change: change.kind):
        changes = list(group)
        yield ChangeRow(
            mark=MARKS[kind],
            kind=KINDS[kind],
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
    return say("{deal}, {how}", deal=name, how=how)


def effect(changes: Sequence[Change]) -> tuple[Said, ...]:
    """What changes add to the open deals, with the sign, by currency."""
    added: dict[str, Decimal] = defaultdict(Decimal)
    for change in changes:
        added[change.currency] += change.amount or 0
    return tuple(
        signed(amount, short(amount, code))
        for code, amount in sorted(added.items())
        if amount
    )


def signed(amount: Decimal, told: Said) -> Said:
    """An amount with its sign; a minus it has already."""
    return say("+{amount}", amount=told) if amount > 0 else told


def balance_rows(balance: Balance) -> Iterator[BalanceRow]:
    """From then to now, to the cent; steps of nothing are left out."""
    steps = (
        (ChangeKind.NEW, balance.new),
        (ChangeKind.MOVED_IN, balance.moved_in),
        (ChangeKind.RAISED, balance.raised),
        (ChangeKind.LOWERED, -balance.lowered),
        (ChangeKind.WON, -balance.won),
        (ChangeKind.LOST, -balance.lost),
        (ChangeKind.MOVED_OUT, -balance.moved_out),
    )
    amounts = (balance.before, balance.now, *(amount for _, amount in steps))
    told_as = partial(money, currency=balance.currency, most=max(map(abs, amounts)))
    if not any(amount for _, amount in steps):
        told = told_as(balance.now)
        yield BalanceRow(label=say("Open then and now"), amount=told, total=True)
        return
    before, now = told_as(balance.before), told_as(balance.now)
    yield BalanceRow(label=say("Open then"), amount=before, total=True)
    for kind, amount in steps:
        if amount:
            told = signed(amount, told_as(amount))
            yield BalanceRow(label=KINDS[kind], amount=told, total=False)
    yield BalanceRow(label=say("Open now"), amount=now, total=True)
