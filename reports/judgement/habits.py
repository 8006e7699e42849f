"""Activities that went with progress; whether they caused it, nobody knows.

Every open deal is looked at every two weeks. Was there such an activity in the two
weeks before, and did the deal reach a later stage or a win in the two weeks after?
Moments are compared only with others in the same stage, as long in it, and with as
much contact before; deals, not moments, are drawn anew for the interval.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import exp, log
from statistics import NormalDist, stdev

from reports.judgement.dice import Dice
from reports.judgement.hindsight import open_in, thinned
from reports.judgement.history import closing, is_closed
from reports.model import Book, Deal, OpportunityId, Visit
from reports.normal import Contact, Norms


#: From this tier on there is something to say.
TIER = 3
EVERY = timedelta(days=14)
#: What is compared; named before anything is counted.
KINDS = ("email", "answer", "call", "talk", "meeting", "people")
#: Kinds of contact in which the buyer took part.
BOTH = frozenset({"answer", "talk", "meeting"})
#: Ends of the bands of days in the stage, and of earlier contacts.
DAYS_IN, BEFORE = (14, 30, 60), (1, 4, 11)
FEWEST_ROWS, FEWEST_DEALS, FEWEST_STRATA = 100, 30, 3
DRAWS = 200
SEED = 20_260_112
#: False claims allowed among those made.
SHARE = 0.10
#: More deals teach little that these do not.
MOST_DEALS = 1_500
Z = 1.959964

Contacts = Mapping[OpportunityId, Sequence[Contact]]
Stratum = tuple[str, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """An open deal at one moment: what had been done, and whether it moved on."""

    deal: int
    stratum: Stratum
    done: frozenset[str]
    moved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """How often deals moved on after an activity, for once without it."""

    kind: str
    crude: float
    adjusted: float
    low: float
    high: float
    q: float  #: of Benjamini and Hochberg
    moments: int  #: with the activity
    deals: int


def taught(book: Book, norms: Norms) -> list[OpportunityId]:
    """The deals whose contacts are worth reading; none below the tier.

    Where activity is not captured in full, its absence says nothing.
    """
    if norms.tier < TIER or not norms.any_activity:
        return []
    blind = {
        one.user_id for one in norms.capture.values() if not one.trusted or one.partly
    }
    seen = (d for d in (*book.deals, *book.closed) if d.owner_id not in blind)
    deals = sorted(seen, key=lambda deal: deal.id)
    return [deal.id for deal in thinned(deals, MOST_DEALS)]


def habits(book: Book, contacts: Contacts, *, draws: int = DRAWS) -> tuple[Habit, ...]:
    """What went with progress beyond chance, the surest first."""
    rows = moments(book, contacts)
    tried = [found for kind in KINDS if (found := compare(kind, rows, draws))]
    ordered = sorted(tried, key=lambda one: one[1])
    kept: list[Habit] = []
    least = 1.0
    for place in range(len(ordered) - 1, -1, -1):
        habit, chance = ordered[place]
        least = min(least, chance * len(ordered) / (place + 1))
        if least <= SHARE:
            kept.append(replace(habit, q=least))
    return tuple(sorted(kept, key=lambda one: (one.q, -abs(log(one.adjusted)))))


def moments(book: Book, contacts: Contacts) -> list[Moment]:
    """Every second week of every deal that contacts are known of."""
    wanted = [deal for deal in (*book.deals, *book.closed) if deal.id in contacts]
    return [
        row
        for number, deal in enumerate(wanted)
        for row in moments_of(number, deal, contacts[deal.id], book)
    ]


def moments_of(
    number: int, deal: Deal, contacts: Sequence[Contact], book: Book
) -> Iterator[Moment]:
    """The moments of one deal; what follows each of them is known."""
    if not deal.visits:
        return
    times = [one.at for one in contacts]
    at = deal.visits[0].entered + EVERY
    end = min(closing(deal) or book.as_of, book.as_of - EVERY)
    while at <= end:
        visit = next((one for one in deal.visits if open_in(one, deal, at)), None)
        if visit and not is_closed(visit.stage, book.stages):
            first, last = bisect_left(times, at - EVERY), bisect_left(times, at)
            yield Moment(
                deal=number,
                stratum=(
                    visit.stage,
                    bisect_left(DAYS_IN, (at - visit.entered).days),
                    bisect_left(BEFORE, first),
                ),
                done=done(contacts[first:last]),
                moved=moved_on(deal, visit, at, book),
            )
        at += EVERY


def done(contacts: Iterable[Contact]) -> frozenset[str]:
    """The kinds of activity among some contacts."""
    kinds, people = set(), set()
    for one in contacts:
        kinds.add(one.kind)
        if one.kind in BOTH and one.who:
            people.add(one.who)
    return frozenset(kinds | ({"people"} if len(people) > 1 else set()))


def moved_on(deal: Deal, visit: Visit, at: datetime, book: Book) -> bool:
    """Whether the deal reached a later stage or a win in the two weeks after."""
    here = book.stages.get(visit.stage)
    reached = (
        book.stages.get(one.to or "")
        for one in deal.visits
        if one.left and at < one.left <= at + EVERY
    )
    if here and any(
        stage.is_won or (not stage.is_closed and stage.position > here.position)
        for stage in reached
        if stage
    ):
        return True
    closed = closing(deal) if deal.is_won else None
    return closed is not None and at < closed <= at + EVERY


@dataclass(slots=True)
class Cell:
    """Moments of one deal in one stratum: with the activity, and without it."""

    n1: int = 0
    s1: int = 0
    n0: int = 0
    s0: int = 0


def compare(
    kind: str, rows: Sequence[Moment], draws: int
) -> tuple[Habit, float] | None:
    """One activity with its chance of being nothing; None where too little is known."""
    cells: dict[Stratum, dict[int, Cell]] = {}
    for row in rows:
        cell = cells.setdefault(row.stratum, {}).setdefault(row.deal, Cell())
        if kind in row.done:
            cell.n1, cell.s1 = cell.n1 + 1, cell.s1 + row.moved
        else:
            cell.n0, cell.s0 = cell.n0 + 1, cell.s0 + row.moved
    every = [(deal, cell) for found in cells.values() for deal, cell in found.items()]
    with_it = {deal for deal, cell in every if cell.n1}
    without = {deal for deal, cell in every if cell.n0}
    counted = [sum(getattr(c, name) for _, c in every) for name in ("n1", "n0")]
    shared = [found for found in cells.values() if overlaps(found.values())]
    if (
        min(counted) < FEWEST_ROWS
        or min(len(with_it), len(without)) < FEWEST_DEALS
        or len(shared) < FEWEST_STRATA
    ):
        return None
    weights = Weights(max(row.deal for row in rows) + 1)
    ratio = pooled(shared, weights.even)
    drawn = [pooled(shared, weights.draw()) for _ in range(draws)]
    crude = pooled([dict(enumerate(cell for _, cell in every))], [1.0] * len(every))
    logs = [log(one) for one in drawn if one]
    if not ratio or not crude or len(logs) < draws // 2:
        return None
    error = stdev(logs)
    middle = log(ratio)
    chance = 2 * (1 - NormalDist().cdf(abs(middle) / error)) if error else 1.0
    habit = Habit(
        kind=kind,
        crude=crude,
        adjusted=ratio,
        low=exp(middle - Z * error),
        high=exp(middle + Z * error),
        q=1.0,
        moments=counted[0],
        deals=len(with_it),
    )
    return habit, chance


def overlaps(cells: Iterable[Cell]) -> bool:
    """Whether a stratum has moments of both kinds."""
    held = list(cells)
    return any(cell.n1 for cell in held) and any(cell.n0 for cell in held)


def pooled(
    strata: Iterable[Mapping[int, Cell]], weights: Sequence[float]
) -> float | None:
    """The ratio of Mantel and Haenszel over strata, deals weighted; None: undefined."""
    above = below = 0.0
    for found in strata:
        n1 = s1 = n0 = s0 = 0.0
        for deal, cell in found.items():
            weight = weights[deal]
            n1 += weight * cell.n1
            s1 += weight * cell.s1
            n0 += weight * cell.n0
            s0 += weight * cell.s0
        if n1 and n0:
            above += s1 * n0 / (n1 + n0)
            below += s0 * n1 / (n1 + n0)
    return above / below if above and below else None


class Weights:
    """How much each deal counts in a draw of the Bayesian bootstrap; a fixed seed."""

    def __init__(self, deals: int) -> None:
        self.even = [1.0] * deals
        self._dice = Dice(SEED)

    def draw(self) -> list[float]:
        """Exponential weights, one a deal."""
        return [self._dice.weight() for _ in self.even]
