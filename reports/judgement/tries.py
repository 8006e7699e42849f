"""Earlier forecasts of reps and teams: what they expected, what came, how ranges held.

From twenty of teams on, their errors are a team's range: the logarithm of what came
over what was expected, with its sign turned as well, so that the middle stays. Such
ranges are tried on each quarter by the errors of the others alone. The chances are
the clock's of the time; amounts are as they are known now.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import exp, log
from statistics import median

from reports.judgement.hindsight import thinned
from reports.judgement.periods import FEWEST_PERIODS, Past
from reports.judgement.shock import Bets
from reports.judgement.spread import SHOCK, Bet, spread
from reports.model import UserId
from reports.outlook import Record


#: Earlier forecasts from which on their errors are the range.
ENOUGH = 20
#: Fewer do where a quarter is left out, to try the others on it.
ENOUGH_OTHERS = 10
#: Forecasts that the simulation is tried on; more say no more.
MOST = 320
LOW, HIGH = 0.1, 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A forecast of a rep or a team at the same point of an earlier quarter."""

    end: date
    bets: tuple[Bet, ...]
    later: tuple[float, ...]  #: created and won in the rest of quarters before it
    came: float

    @property
    def expected(self) -> float:
        """What was to be expected then."""
        return expected(self.bets, self.later)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """How far earlier forecasts were off; ``logs`` are sorted and lie around zero."""

    logs: tuple[float, ...]
    add: float  #: keeps small forecasts from errors without bounds
    windows: int

    def around(self, middle: float) -> "Around":
        """The range where so much is expected."""
        return Around(errors=self, middle=middle)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What may come where something is expected, by the errors of earlier forecasts."""

    errors: Errors
    middle: float

    def at(self, share: float) -> float:
        """The sum that is not exceeded in ``share`` of all cases."""
        logs, add = self.errors.logs, self.errors.add
        place = share * (len(logs) - 1)
        low = int(place)
        high = min(low + 1, len(logs) - 1)
        error = logs[low] + (logs[high] - logs[low]) * (place - low)
        return max((self.middle + add) * exp(error) - add, 0.0)

    def reaching(self, sum_: float) -> float:
        """The chance of at least that sum."""
        if sum_ <= 0:
            return 1.0
        logs, add = self.errors.logs, self.errors.add
        least = log((sum_ + add) / (self.middle + add))
        return sum(error >= least - 1e-12 for error in logs) / len(logs)


def expected(bets: Iterable[Bet], later: Sequence[float]) -> float:
    """The mean of what deals bring, and of one of what came later."""
    created = sum(later) / len(later) if later else 0.0
    return sum(amount * chance for amount, chance in bets) + created


def windows(
    past: Past,
    earlier: Mapping[date, Bets],
    unit: Callable[[UserId], UserId],
    *,
    least: int = 1,
) -> Iterator[Window]:
    """The earlier forecasts of every unit with ``least`` deals, latest first."""
    owners: dict[UserId, list[UserId]] = defaultdict(list)
    for owner in sorted(past.by_owner):
        owners[unit(owner)].append(owner)
    for place, end in enumerate(past.known[:-FEWEST_PERIODS]):
        for own in owners.values():
            bets = [one for owner in own for one in earlier[end].get(owner, ())]
            if len(bets) < least:
                continue
            rows = [past.by_owner[owner] for owner in own]
            created = [
                float(sum(found[at].created for found in rows))
                for at in range(place, len(past.known))
            ]
            yield Window(
                end=end,
                bets=tuple(bet for bet, _ in bets),
                later=tuple(created[1:]),
                came=sum(amount for (amount, _), won in bets if won) + created[0],
            )


def errors(tried: Sequence[Window], least: int = ENOUGH) -> Errors | None:
    """How far forecasts were off; None while too few are known."""
    amounts = [amount for one in tried for amount, _ in one.bets if amount > 0]
    if len(tried) < least or not amounts:
        return None
    add = median(amounts) / 2
    logs = [log((one.came + add) / (one.expected + add)) for one in tried]
    return Errors(
        logs=tuple(sorted([*logs, *(-one for one in logs)])),
        add=add,
        windows=len(tried),
    )


def held_by_errors(tried: Sequence[Window]) -> Record:
    """Ranges of teams by errors, tried on the quarters that did not teach them."""
    held = ranges = 0
    for end in sorted({one.end for one in tried}):
        rest = errors([one for one in tried if one.end != end], ENOUGH_OTHERS)
        for one in tried:
            if rest is None or one.end != end:
                continue
            low, high = (rest.around(one.expected).at(share) for share in (LOW, HIGH))
            ranges += 1
            held += low <= one.came <= high
    return Record(ranges=ranges, held=held, teams=True)


def held_by_simulation(
    tried: Sequence[Window], *, teams: bool, shock: float = SHOCK
) -> Record:
    """Simulated ranges, tried on earlier forecasts."""
    held = ranges = 0
    for one in thinned(list(tried), MOST):
        found = spread(one.bets, one.later, shock=shock)
        ranges += 1
        least, most = found.at(LOW), found.at(HIGH) + 2 * found.cell
        held += least <= one.came + found.cell <= most
    return Record(ranges=ranges, held=held, teams=teams)
