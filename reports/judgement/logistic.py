"""Ridge logistic regression with row weights, small enough to be read.

Newton's method on standardised features; what comes back is in the units that went
in. The same rows give the same answer, whatever their order within rounding.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

from reports.judgement.hazards import solve


STEPS = 25
#: Newton's steps are this small when it is done.
DONE = 1e-9
#: No chance is nearer to 0 or 1 than this when its log-odds are taken.
EDGE = 1e-4


@dataclass(frozen=True, slots=True)
class Row:
    """What was known, what came of it, and how much the row counts."""

    x: tuple[float, ...]
    won: bool
    weight: float = 1.0


def logit(chance: float) -> float:
    """The log-odds of a chance, kept away from 0 and 1."""
    p = min(max(chance, EDGE), 1 - EDGE)
    return log(p / (1 - p))


def sigmoid(odds: float) -> float:
    """The chance of log-odds."""
    if odds >= 0:
        return 1 / (1 + exp(-odds))
    return exp(odds) / (1 + exp(odds))


def odds_of(coefficients: Sequence[float], x: Sequence[float]) -> float:
    """The log-odds that ``coefficients``, the constant first, give to ``x``."""
    return coefficients[0] + sum(
        b * value for b, value in zip(coefficients[1:], x, strict=True)
    )


def fit(rows: Sequence[Row], strength: float) -> tuple[float, ...]:
    """The constant and a coefficient a feature; ``strength`` is the inverse ridge."""
    means, spreads = scales(rows)
    scaled = [
        Row(
            (
                1.0,
                *((v - m) / s for v, m, s in zip(row.x, means, spreads, strict=True)),
            ),
            row.won,
            row.weight * strength,
        )
        for row in rows
    ]
    found = newton(scaled)
    slopes = [b / s for b, s in zip(found[1:], spreads, strict=True)]
    constant = found[0] - sum(b * m for b, m in zip(slopes, means, strict=True))
    return (constant, *slopes)


def scales(rows: Sequence[Row]) -> tuple[list[float], list[float]]:
    """The weighted mean and spread of each feature; 1 for one that never varies."""
    whole = sum(row.weight for row in rows)
    columns = list(zip(*(row.x for row in rows), strict=True))
    weights = [row.weight for row in rows]
    means = [
        sum(w * v for w, v in zip(weights, column, strict=True)) / whole
        for column in columns
    ]
    spreads = [
        sqrt(
            sum(w * (v - mean) ** 2 for w, v in zip(weights, column, strict=True))
            / whole
        )
        for column, mean in zip(columns, means, strict=True)
    ]
    return means, [spread if spread > DONE else 1.0 for spread in spreads]


def newton(rows: Sequence[Row]) -> list[float]:
    """The coefficients where the penalised likelihood is highest."""
    size = len(rows[0].x)
    found = [0.0] * size
    for _ in range(STEPS):
        slope, curve = derivatives(rows, found)
        step = solve(curve, slope)
        found = [b + d for b, d in zip(found, step, strict=True)]
        if max(map(abs, step)) < DONE:
            break
    return found


def derivatives(
    rows: Iterable[Row], at: Sequence[float]
) -> tuple[list[float], list[list[float]]]:
    """The gradient and the negative Hessian; the constant is not penalised."""
    size = len(at)
    slope = [0.0, *(-b for b in at[1:])]
    curve = [[float(i == j and i > 0) for j in range(size)] for i in range(size)]
    for row in rows:
        p = sigmoid(sum(b * v for b, v in zip(at, row.x, strict=True)))
        pull = row.weight * (row.won - p)
        bend = row.weight * p * (1 - p)
        for i, value in enumerate(row.x):
            slope[i] += pull * value
            by = bend * value
            line = curve[i]
            for j in range(i + 1):
                line[j] += by * row.x[j]
    for i in range(size):
        for j in range(i):
            curve[j][i] = curve[i][j]
        curve[i][i] += DONE
    return slope, curve
