"""How far everybody's deals move together, learned from an organisation's quarters.

A team's wins in a quarter differ from what its deals promised by more than independent
deals would: that excess, over all teams and earlier quarters, says how large the shared
shock is. Until there are enough of them a default stands in.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, pi, sqrt

from reports.judgement.logistic import logit, sigmoid
from reports.judgement.spread import SHOCK, Bet, steady, strata
from reports.model import Person, UserId


#: Past forecasts before anything is learned of them.
ENOUGH = 8
#: Deals in a forecast that says anything.
FEWEST_DEALS = 5
#: The sizes that are tried.
SIZES = (0.1, 0.2, 0.35, 0.5, 0.7, 0.9, 1.2)
#: What is thought likely beforehand: about this size, give or take its log's spread.
USUAL, SPREAD = 0.35, 0.7
#: A count of wins is never surer than this, as a variance.
LEAST = 0.25
#: Strata of the shock; more than for money, since nothing else is summed up.
STRATA = 31

#: What each deal of an owner was worth, its chance, and whether it was won.
Bets = Mapping[UserId, Sequence[tuple[Bet, bool]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shock:
    """How much a shared shock moves everybody's log-odds."""

    size: float
    forecasts: int  #: earlier ones of teams that could be tried

    @property
    def learned(self) -> bool:
        """Whether it comes from the organisation's own quarters."""
        return self.forecasts >= ENOUGH


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A past forecast of a team: the chances of its deals, and how many were won."""

    chances: tuple[float, ...]
    won: int


def learn(tried: Sequence[Tried]) -> Shock:
    """The likeliest size of the shock; the default while too little was tried."""
    if len(tried) < ENOUGH:
        return Shock(size=SHOCK, forecasts=len(tried))
    best = max(SIZES, key=lambda size: likelihood(size, tried) + prior(size))
    return Shock(size=best, forecasts=len(tried))


def by_team(quarters: Iterable[Bets], people: Mapping[UserId, Person]) -> list[Tried]:
    """The past forecasts of teams; a team are those with the same manager."""
    found: list[Tried] = []
    for bets in quarters:
        teams: dict[UserId, list[tuple[Bet, bool]]] = defaultdict(list)
        for owner, own in bets.items():
            person = people.get(owner)
            teams[(person and person.manager_id) or owner].extend(own)
        found += (
            Tried(
                chances=tuple(chance for (_, chance), _ in own),
                won=sum(won for _, won in own),
            )
            for own in teams.values()
            if len(own) >= FEWEST_DEALS
        )
    return found


def likelihood(size: float, tried: Iterable[Tried]) -> float:
    """How likely such a shock makes what came of past forecasts, as a logarithm."""
    return sum(log(chance_of(one, size)) for one in tried)


def chance_of(one: Tried, size: float) -> float:
    """The density of a count of wins, over all values of the shock."""
    odds = [steady(size) * logit(chance) for chance in one.chances]
    density = 0.0
    for z in strata(STRATA):
        chances = [sigmoid(base + size * z) for base in odds]
        mean = sum(chances)
        variance = max(sum(chance * (1 - chance) for chance in chances), LEAST)
        off = (one.won - mean) ** 2 / variance
        density += exp(-off / 2) / sqrt(2 * pi * variance)
    return max(density / STRATA, 1e-300)


def prior(size: float) -> float:
    """What is thought of a size before anything is known, as a logarithm."""
    return -((log(size / USUAL) / SPREAD) ** 2) / 2
