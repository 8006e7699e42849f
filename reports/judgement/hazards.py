"""What hazards say about a deal: its chance to win, and the winners left by now.

Targets of a stage are the stages in order, then won, then lost. All of it is exact:
chances without a horizon are the solution of a small linear system.
"""

from dataclasses import dataclass
from math import inf, log


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazards:
    """Rates by stage, band and target, and the band that each step is in."""

    rates: tuple[tuple[tuple[float, ...], ...], ...]
    bands: tuple[int, ...]

    @property
    def stages(self) -> int:
        """How many stages there are."""
        return len(self.rates)

    @property
    def won(self) -> int:
        """The target that stands for a win."""
        return self.stages

    @property
    def lost(self) -> int:
        """The target that stands for a loss."""
        return self.stages + 1

    def stay(self, stage: int, step: int) -> float:
        """The chance to be in ``stage`` for another step."""
        return 1 - sum(self.rates[stage][self.bands[step]])


def within(hazards: Hazards, steps: int, target: int) -> list[list[float]]:
    """The chance to reach ``target`` within ``steps``, by stage and dwell step."""
    last = len(hazards.bands) - 1
    stays = [
        [1 - sum(rates) for rates in stage] for stage in hazards.rates
    ]  # by stage and band
    reached = [[0.0] * (last + 1) for _ in hazards.rates]
    for _ in range(steps):
        entry = [row[0] for row in reached]
        gains = [
            [
                rates[target]
                + sum(rate * chance for rate, chance in zip(rates, entry, strict=False))
                for rates in stage
            ]
            for stage in hazards.rates
        ]
        reached = [
            [
                gain[band] + stay[band] * row[min(step + 1, last)]
                for step, band in enumerate(hazards.bands)
            ]
            for gain, stay, row in zip(gains, stays, reached, strict=True)
        ]
    return reached


def ever(hazards: Hazards) -> list[list[float]]:
    """The chance to win at all, by stage and dwell step.

    Each value is affine in the chances at entry; what is affine at step 0 gives
    those by solving one equation a stage, and they give all the others.
    """
    rows = [affine(hazards, stage) for stage in range(hazards.stages)]
    size = hazards.stages
    entry = solve(
        [[float(i == j) - rows[i][0][1 + j] for j in range(size)] for i in range(size)],
        [rows[i][0][0] for i in range(size)],
    )
    return [
        [
            row[0] + sum(m * a for m, a in zip(row[1:], entry, strict=True))
            for row in stage
        ]
        for stage in rows
    ]


def affine(hazards: Hazards, stage: int) -> list[list[float]]:
    """For each dwell step the constant and the coefficients of the entry chances."""
    size = hazards.stages
    heads = [[rates[size], *rates[:size]] for rates in hazards.rates[stage]]
    leaving = [sum(rates) for rates in hazards.rates[stage]]
    tail = hazards.bands[-1]
    row = [value / leaving[tail] for value in heads[tail]]
    rows = [row]
    for band in reversed(hazards.bands[:-1]):
        stay = 1 - leaving[band]
        row = [
            head + stay * value for head, value in zip(heads[band], row, strict=True)
        ]
        rows.append(row)
    rows.reverse()
    return rows


def solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Solve a small linear system by elimination with partial pivoting."""
    size = len(right)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for column in range(size):
        pivot = max(range(column, size), key=lambda r: abs(rows[r][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        lead = rows[column]
        for below in range(column + 1, size):
            factor = rows[below][column] / lead[column]
            rows[below] = [
                value - factor * top
                for value, top in zip(rows[below], lead, strict=True)
            ]
    answer = [0.0] * size
    for at in reversed(range(size)):
        known = sum(rows[at][j] * answer[j] for j in range(at + 1, size))
        answer[at] = (rows[at][size] - known) / rows[at][at]
    return answer


def winners_left(hazards: Hazards, chances: list[list[float]]) -> list[list[float]]:
    """The share of a visit's eventual winners still in the stage, by dwell step."""
    return [curve(hazards, stage, chances[stage]) for stage in range(hazards.stages)]


def curve(hazards: Hazards, stage: int, chances: list[float]) -> list[float]:
    """``winners_left`` of one stage; never rises."""
    if chances[0] <= 0:
        return [1.0] * len(chances)
    survived, shares = 1.0, []
    for step, chance in enumerate(chances):
        shares.append(survived * chance / chances[0])
        survived *= hazards.stay(stage, step)
    return shares


def share_at(shares: tuple[float, ...], step: int) -> float:
    """The share at ``step``; beyond the last one it goes on falling as before."""
    if step < len(shares):
        return shares[step]
    return shares[-1] * ratio(shares) ** (step - len(shares) + 1)


def first_below(shares: tuple[float, ...], alpha: float) -> float:
    """The first step at which at most ``alpha`` of the winners are left."""
    for step, share in enumerate(shares):
        if share <= alpha:
            return step
    fall = ratio(shares)
    if fall >= 1 or fall <= 0:
        return inf
    beyond = log(alpha / shares[-1]) / log(fall)
    return len(shares) - 1 + int(-(-beyond // 1))


def ratio(shares: tuple[float, ...]) -> float:
    """By what factor the last step falls; at the end both steps share a band."""
    if len(shares) < 2 or shares[-2] <= 0:  # noqa: PLR2004  a ratio needs two
        return 1.0
    return shares[-1] / shares[-2]
