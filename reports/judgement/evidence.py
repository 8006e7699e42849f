"""What the chance to win is learned from: open deals of the past, and their ends.

Every second week of the window is asked what was known of the deals that were open
then, and whether they were won a horizon later. The clock is learned anew at each of
those dates, so that nothing later is used. The model is tried on the latest dates
first; it is used only where it beats each stage's own win rate.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import ceil
from statistics import median

from reports.judgement.chance import CLOCK, NAMES, PASSED, SIGNS, Features, told_by
from reports.judgement.hindsight import Seen, Span, past, thinned
from reports.judgement.logistic import Row, logit
from reports.judgement.logistic import fit as regress
from reports.model import Book
from reports.normal import ChanceModel


#: More rows teach nothing that these do not.
MOST_ROWS = 6_000
#: Fewer deals, or fewer of either outcome, teach nothing at all.
FEWEST_DEALS, FEWEST_EITHER = 100, 30
#: Inverse ridge strength, and what a deal's rows weigh together.
STRENGTH, PER_DEAL = 0.1, 3.0
#: A calibration slope outside of these is put right.
STRAIGHT = (0.8, 1.25)
#: The latest dates, of so many, are kept to try the model on.
HELD_BACK = 3
#: A feature whose whole range moves the log-odds by more goes its way clearly.
CLEAR = 1.0


def learn(book: Book, span: Span) -> ChanceModel | None:
    """The model of the chance to win; None where it would not be better than none."""
    rows = thinned(list(past(book, span)), MOST_ROWS)
    if not enough(rows):
        return None
    dates = sorted({row.at for row in rows})
    cut = dates[-ceil(len(dates) / HELD_BACK)]
    before = [row for row in rows if row.at < cut]
    later = [row for row in rows if row.at >= cut]
    tried = tested(before, later)
    if tried is None:
        return None
    shift, error, base = tried
    coefficients = regress(weighed(rows), STRENGTH)
    deals = {row.deal for row in rows}
    return ChanceModel(
        coefficients=coefficients,
        healthy=healthy(rows),
        shift=shift,
        deals=len(deals),
        won=len({row.deal for row in rows if row.won}),
        error=error,
        error_base=base,
        flipped=flipped(coefficients, rows),
    )


def enough(rows: Sequence[Seen]) -> bool:
    """Whether so many deals of both outcomes are there that something is learned."""
    won = {row.deal for row in rows if row.won}
    deals = {row.deal for row in rows}
    return (
        len(deals) >= FEWEST_DEALS
        and min(len(won), len(deals - won)) >= FEWEST_EITHER
        and len({row.at for row in rows}) >= HELD_BACK
    )


def tested(
    before: Sequence[Seen], later: Sequence[Seen]
) -> tuple[tuple[float, float], float, float] | None:
    """Recalibration and errors on the later rows; None if it does not beat a rate."""
    if len({row.won for row in before}) < len((True, False)):
        return None
    model = ChanceModel(
        coefficients=regress(weighed(before), STRENGTH),
        healthy={},
        deals=0,
        won=0,
        error=0.0,
        error_base=0.0,
    )
    model = replace(model, shift=recalibrated(model, later))
    error = brier((told_by(model, row.x), row.won) for row in later)
    rates = win_rates(before)
    base = brier((rates[row.stage], row.won) for row in later)
    clock = brier((told_by_clock(row), row.won) for row in later)
    return (model.shift, error, base) if error < min(base, clock) else None


def recalibrated(model: ChanceModel, rows: Sequence[Seen]) -> tuple[float, float]:
    """Constant and slope that put the log-odds right; none where they are."""
    if len({row.won for row in rows}) < len((True, False)):
        return model.shift
    told = [Row((logit(told_by(model, row.x)),), row.won) for row in rows]
    constant, slope = regress(told, 1.0)
    if STRAIGHT[0] <= slope <= STRAIGHT[1] or slope <= 0:
        return model.shift
    return constant, slope


def told_by_clock(row: Seen) -> float:
    """The chance by the clock alone."""
    return told_by(
        ChanceModel(
            coefficients=(0.0, 1.0, *(0.0 for _ in NAMES[1:])),
            healthy={},
            deals=0,
            won=0,
            error=0.0,
            error_base=0.0,
        ),
        row.x,
    )


def brier(told: Iterable[tuple[float, bool]]) -> float:
    """The mean squared distance of chances from what happened."""
    errors = [(chance - won) ** 2 for chance, won in told]
    return sum(errors) / len(errors)


def win_rates(rows: Iterable[Seen]) -> Mapping[str, float]:
    """The share of rows that were won, by stage; of all where a stage is new."""
    sides: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        sides[row.stage].append(row.won)
    every = [won for found in sides.values() for won in found]
    overall = sum(every) / len(every)
    return defaultdict(
        lambda: overall,
        {stage: sum(found) / len(found) for stage, found in sides.items()},
    )


def weighed(rows: Sequence[Seen]) -> list[Row]:
    """Rows for the regression; those of a deal share its weight."""
    times = Counter(row.deal for row in rows)
    return [Row(row.x, row.won, PER_DEAL / times[row.deal]) for row in rows]


def healthy(rows: Iterable[Seen]) -> dict[str, Features]:
    """Median features by stage of the fresher half, by the clock, of past deals."""
    stages: dict[str, list[Features]] = defaultdict(list)
    for row in rows:
        stages[row.stage].append(row.x)
    usual: dict[str, Features] = {}
    for stage, found in stages.items():
        middle = median(x[CLOCK] for x in found)
        fresh = [x for x in found if x[CLOCK] >= middle and not x[PASSED]] or found
        usual[stage] = tuple(median(column) for column in zip(*fresh, strict=True))
    return usual


def flipped(coefficients: Sequence[float], rows: Sequence[Seen]) -> tuple[str, ...]:
    """Features that clearly go another way than they should: an alarm, no discovery."""
    columns = list(zip(*(row.x for row in rows), strict=True))
    return tuple(
        name
        for name, sign, b, column in zip(
            NAMES, SIGNS, coefficients[1:], columns, strict=True
        )
        if sign * b * (max(column) - min(column)) < -CLEAR
    )
