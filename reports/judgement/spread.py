"""The distribution of money that independent deals and one shared shock bring.

Given the shock, deals are won or lost for themselves: their sum is built up on an
even grid, deal by deal, which keeps its mean exactly. The shock's values are strata
of a normal distribution, so that nothing is drawn and nothing has a seed. Without a
shared shock ranges would be far too narrow.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from math import pi, sqrt
from statistics import NormalDist

from reports.judgement.logistic import logit, sigmoid


#: Cells of the grid, and strata of the shock.
CELLS, STRATA = 128, 9
#: Cells above everything, since each bet may lie one cell too high in part.
SPARE = 16
#: How much the shock moves everybody's log-odds, while too few forecasts are known.
SHOCK = 0.5

#: What a deal would bring, and the chance that it does.
Bet = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How likely each sum is: ``masses[i]`` of the sum ``i * cell``."""

    cell: float
    masses: tuple[float, ...]
    most: float = 0.0  #: what everything together would bring

    def at(self, share: float) -> float:
        """The sum that is not exceeded in ``share`` of all cases."""
        below = 0.0
        for place, mass in enumerate(self.masses):
            below += mass
            if below >= share - 1e-12:
                return min(place * self.cell, self.most)
        return self.most

    def reaching(self, sum_: float) -> float:
        """The chance of at least that sum."""
        place = sum_ / self.cell if self.cell else float(sum_ > 0)
        return sum(mass for i, mass in enumerate(self.masses) if i >= place - 1e-9)

    @property
    def mean(self) -> float:
        """The expected sum."""
        return sum(i * mass for i, mass in enumerate(self.masses)) * self.cell


def spread(
    bets: Sequence[Bet], extras: Sequence[float] = (), *, shock: float = SHOCK
) -> Spread:
    """The distribution of the sum of ``bets``, and of one of ``extras``."""
    whole = sum(amount for amount, _ in bets) + max(extras, default=0.0)
    if whole <= 0:
        return Spread(cell=0.0, masses=(1.0,))
    cell = whole / (CELLS - 1)
    size = CELLS + min(len(bets) + 1, SPARE)
    odds = sorted(
        (amount / cell, steady(shock) * logit(chance)) for amount, chance in bets
    )
    total = [0.0] * size
    for z in strata():
        masses = [1.0]
        for width, base in odds:
            masses = added(masses, width, sigmoid(base + shock * z), size)
        total = plus(total, masses, STRATA)
    return Spread(cell=cell, masses=tuple(with_one_of(total, extras, cell)), most=whole)


def plus(total: list[float], masses: list[float], of: int) -> list[float]:
    """A mixture with one part of ``of`` more."""
    pairs = zip_longest(total, masses, fillvalue=0.0)
    return [sum_ + mass / of for sum_, mass in pairs]


def steady(shock: float) -> float:
    """What log-odds are stretched by, so that the shock keeps a chance's mean."""
    return sqrt(1 + pi * shock**2 / 8)


def strata(parts: int = STRATA) -> Iterable[float]:
    """The middles of equally likely parts of a normal distribution."""
    normal = NormalDist()
    return (normal.inv_cdf((i + 0.5) / parts) for i in range(parts))


def added(masses: list[float], width: float, chance: float, size: int) -> list[float]:
    """The distribution with one more bet, split between the two cells it lies in.

    It grows with what there is to win, up to ``size``; the last cell takes the rest.
    """
    cells = int(width)
    far = chance * (width - cells)
    near, stays = chance - far, 1 - chance
    moved = [*[0.0] * (cells + 1), *masses]  # one cell further than by whole cells
    found = [
        stays * mass + far * further + near * whole
        for mass, further, whole in zip_longest(masses, moved, moved[1:], fillvalue=0.0)
    ]
    if len(found) > size:
        found[size - 1 :] = [sum(found[size - 1 :])]
    return found


def with_one_of(
    masses: list[float], extras: Sequence[float], cell: float
) -> list[float]:
    """The distribution with one of ``extras`` added, each as likely as the others."""
    if not extras:
        return masses
    total = [0.0] * len(masses)
    for extra in extras:
        moved = added(masses, extra / cell, 1.0, len(masses))
        total = plus(total, moved, len(extras))
    return total
