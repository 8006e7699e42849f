"""How right the stage clock has been, on all past dates together.

Each deal counts once a date. The same deal on several dates is one deal, so deals are
drawn anew for the interval, not rows; what is drawn depends on the data alone.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import chain
from typing import Any

from reports.judgement.backtest import ENOUGH, MISSES, NORMAL, Side, newcombe
from reports.judgement.dice import Dice
from reports.judgement.history import spells
from reports.judgement.periods import ended_by
from reports.judgement.policy import Policy
from reports.judgement.rewind import flags_at
from reports.model import Book, OpportunityId
from reports.outlook import Proof, Tally
from reports.said import Said, counted, many, number, percent, say


#: Days after which outcomes are looked at, unless something else is asked.
HORIZON = 90
#: Dates that are replayed: so far apart, and so many of them.
EVERY, MOST_DATES = timedelta(days=28), 6
DRAWS, SEED = 1000, 20_260_125
#: Of flags older than this, the ends are no longer in the book.
YEAR = timedelta(days=365)

Flags = Mapping[OpportunityId, bool]
#: Of one deal: flagged, of those won, unflagged, of those won.
Row = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """What the clock said on a date, and whether it was stored then."""

    at: datetime
    flags: Flags
    tier: int = 0  #: of the packets that kept them
    stored: bool = True


@dataclass(frozen=True)
class Track:
    """The record of the stage clock in one book; worked out when it is asked for."""

    book: Book
    policy: Policy
    stored: Sequence[Dated] = ()  #: what earlier packets said, in any order
    days: int = HORIZON

    @property
    def last(self) -> datetime:
        """The latest moment of which it is known what came; no later than the data."""
        read = self.book.data_as_of.get("Opportunity", self.book.as_of)
        return min(read, self.book.as_of) - timedelta(days=self.days)

    @cached_property
    def proof(self) -> Proof:
        """All past dates together, and those before the first packet beside them."""
        last = self.last
        kept = [one for one in self.stored if last - YEAR <= one.at <= last]
        again = list(self.replayed())
        found = tried([*kept, *again], self.book, self.days)
        before = tried(again, self.book, self.days) if kept and again else None
        return replace(found, before=before)

    @cached_property
    def line(self) -> Said:
        """What may be said of it, in one or two sentences."""
        return told(self.proof)

    def replayed(self) -> Iterable[Dated]:
        """What the clock would have said before anything was stored, latest first."""
        first = min((one.at for one in self.stored), default=None)
        last = self.last
        if first is not None:
            last = min(last, first - timedelta(days=1))
        every = tuple(spells(self.book, self.policy.renewals))
        for back in range(MOST_DATES):
            at = last - EVERY * back
            if flags := flags_at(self.book, self.policy, at, every):
                yield Dated(at=at, flags=flags, stored=False)


def tried(dated: Sequence[Dated], book: Book, days: int) -> Proof:
    """Compare flags with what is won so many days later."""
    rows = list(rows_of(dated, book, timedelta(days=days)).values())
    low, high = limits(Counter(rows))
    return Proof(
        dates=tuple(sorted(one.at.date() for one in dated)),
        replayed=sum(not one.stored for one in dated),
        horizon_days=days,
        flagged=tally(rows, 0),
        unflagged=tally(rows, 2),
        low=low,
        high=high,
    )


def rows_of(
    dated: Iterable[Dated], book: Book, ahead: timedelta
) -> dict[OpportunityId, Row]:
    """Each deal's dates with and without a flag, and after how many it was won.

    A deal that was won and reopened in between is not won; neither is one that left
    Sales Cloud.
    """
    deals = {deal.id: deal for deal in chain(book.deals, book.closed)}
    found: dict[OpportunityId, Row] = {}
    for one in dated:
        then = one.at + ahead
        for deal_id, flagged in one.flags.items():
            deal = deals.get(deal_id)
            won = deal is not None and ended_by(deal, then, book)
            with_, won_with, without, won_without = found.get(deal_id, (0, 0, 0, 0))
            found[deal_id] = (
                (with_ + 1, won_with + won, without, won_without)
                if flagged
                else (with_, won_with, without + 1, won_without + won)
            )
    return found


def tally(rows: Sequence[Row], side: int) -> Tally:
    """One side of all rows."""
    return Tally(
        n=sum(row[side] for row in rows),
        won=sum(row[side + 1] for row in rows),
        deals=sum(row[side] > 0 for row in rows),
    )


def limits(rows: Counter[Row]) -> tuple[float, float]:
    """The 95 % interval of the difference: a Bayesian bootstrap over deals.

    Deals of which the same is known weigh together what they would weigh alone. Where
    a side has no win, or nothing else, there is nothing to draw: Newcombe's interval
    of as many single deals is then the least that is said.
    """
    kinds = sorted(rows.items())
    dice = Dice(SEED)
    drawn = sorted(
        difference([(row, dice.weights(times)) for row, times in kinds])
        for _ in range(DRAWS)
    )
    out = round(DRAWS * MISSES / 2)
    low, high = drawn[out], drawn[-1 - out]
    whole = list(rows.elements())
    one, other = tally(whole, 0), tally(whole, 2)
    if one.won in {0, one.n} or other.won in {0, other.n}:
        z = NORMAL.inv_cdf(1 - MISSES / 2)
        least, most = newcombe(alone(one), alone(other), z)
        low, high = min(low, least), max(high, most)
    return low, high


def alone(side: Tally) -> Side:
    """A side as if each of its deals had been seen once."""
    return Side(n=side.deals, won=round(side.rate * side.deals))


def difference(weighted: Iterable[tuple[Row, float]]) -> float:
    """The share of flagged rows that were won minus that of the others."""
    flagged = won = others = also = 0.0
    for (with_, won_with, without, won_without), weight in weighted:
        flagged += weight * with_
        won += weight * won_with
        others += weight * without
        also += weight * won_without
    one = won / flagged if flagged else 0.0
    return one - (also / others if others else 0.0)


def told(proof: Proof) -> Said:
    """Whether flags have been right, with the numbers; or why it cannot be said."""
    if proof.fewest < ENOUGH:
        return say(
            "How right the stage clock has been cannot be said yet: too few deals "
            "whose {days} have passed (n = {count}, {needed} a side are needed).",
            days=many(proof.horizon_days, "day"),
            count=proof.fewest,
            needed=ENOUGH,
        )
    if proof.low <= 0 <= proof.high:
        return say(
            "The stage clock's flags have not separated outcomes yet: {counts}.",
            counts=counts(proof),
        )
    return say("How right the stage clock has been: {counts}.", counts=counts(proof))


def as_json(proof: Proof) -> dict[str, Any]:
    """The numbers as ``dealpacket backtest --json`` prints them."""
    flagged, unflagged = (
        {"n": one.n, "won": one.won, "deals": one.deals}
        for one in (proof.flagged, proof.unflagged)
    )
    return {
        "dates": [date.isoformat() for date in proof.dates],
        "replayed": proof.replayed,
        "flagged": flagged,
        "unflagged": unflagged,
        "difference": round(proof.difference, 4),
        "interval": [round(limit, 4) for limit in (proof.low, proof.high)],
    }


def counts(proof: Proof) -> Said:
    """Both sides in shares and numbers, and how they were come by."""
    return say(
        "of deals that it flagged, {share} were won {days} later ({won} of {n}), of "
        "the others {rest} ({also} of {m}); {dates}, each deal once a date, {how}",
        share=percent(proof.flagged.rate),
        days=many(proof.horizon_days, "day"),
        won=number(proof.flagged.won),
        n=number(proof.flagged.n),
        rest=percent(proof.unflagged.rate),
        also=number(proof.unflagged.won),
        m=number(proof.unflagged.n),
        dates=counted(len(proof.dates), "{count} past date", "{count} past dates"),
        how=how(proof),
    )


def how(proof: Proof) -> Said:
    """Whether the flags are those of the time; the replayed gap is the reference."""
    if proof.replayed == len(proof.dates):
        return say("replayed")
    if proof.before is None:
        return say("as stored then")
    return say(
        "{stored} as stored then; before the first packet, replayed, {share} and "
        "{rest}",
        stored=number(len(proof.dates) - proof.replayed),
        share=percent(proof.before.flagged.rate),
        rest=percent(proof.before.unflagged.rate),
    )
