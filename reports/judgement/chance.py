"""The chance that a deal is won within the horizon, and what moves it most.

The clock gives the first estimate; where there is enough history to learn from, the
close date, whether it has passed, pushes and age correct it. What is far off is
unlikely soon and not stalled: the two are told apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import log1p

from reports.judgement.beginnings import clock_days
from reports.judgement.logistic import logit, odds_of, sigmoid
from reports.judgement.rules import Context
from reports.model import Book, Deal, Problem
from reports.normal import ChanceModel, Norms
from reports.said import Said, day, many, mark, say


#: From this tier on a chance is good enough to be told.
TOLD = 2
#: The clock's chances are kept between these.
LEAST, MOST = 0.01, 0.99
YEAR = 365
QUARTER = 90.0
MANY_PUSHES = 4
#: No more reasons than these are given.
REASONS = 3
#: A feature that moves the log-odds by less is no reason.
MATTERS = 0.1

CLOCK, BEYOND, AHEAD, PASSED, PUSHES, AGE = range(6)
NAMES = (
    mark("time in stage"),
    mark("close date after the period"),
    mark("days to the close date"),
    mark("close date passed"),
    mark("pushes"),
    mark("age"),
)
#: How each should go if the data mean what they say.
SIGNS = (1, -1, -1, -1, -1, -1)

Features = tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was known of a deal at a moment."""

    clock: float  #: the chance by the clock alone
    to_close: int | None  #: days to the close date; None: not entered
    horizon: int
    pushes: int
    age: int  #: days


def features(known: Known) -> Features:
    """What the model sees; a deal without a close date is beyond the horizon."""
    ahead = YEAR if known.to_close is None else min(max(known.to_close, 0), YEAR)
    return (
        logit(min(max(known.clock, LEAST), MOST)),
        float(known.to_close is None or known.to_close > known.horizon),
        ahead / QUARTER,
        float(known.to_close is not None and known.to_close < 0),
        float(min(known.pushes, MANY_PUSHES)),
        log1p(max(known.age, 0)),
    )


def by_clock(deal: Deal, context: Context) -> float | None:
    """The chance by the clock alone; None where it cannot be said."""
    norm, norms = context.norm(deal), context.norms
    days = clock_days(deal, context)
    if norm is None or not norm.chances or days is None:
        return None
    if norms.tier < TOLD:
        return None
    step = days // norms.step_days
    return norm.chances[min(step, len(norm.chances) - 1)]


def seen(deal: Deal, context: Context) -> Features | None:
    """The features of an open deal; None where the clock says nothing."""
    clock = by_clock(deal, context)
    if clock is None:
        return None
    return features(
        Known(
            clock=clock,
            to_close=context.days_until(deal.close_date) if deal.close_date else None,
            horizon=context.norms.horizon_days,
            pushes=deal.pushes,
            age=deal.days_open,
        )
    )


def chance(deal: Deal, context: Context) -> float | None:
    """The chance to be won within the horizon, by all that was learned."""
    model, x = context.norms.model, seen(deal, context)
    if model is None or x is None:
        return by_clock(deal, context)
    return told_by(model, x)


def usual(deal: Deal, context: Context) -> float | None:
    """The chance of a fresh deal of the stage: what this one is compared with."""
    model, norm = context.norms.model, context.norm(deal)
    if model and deal.stage.name in model.healthy:
        return told_by(model, model.healthy[deal.stage.name])
    return norm.chances[0] if norm and norm.chances else None


def told_by(model: ChanceModel, x: Sequence[float]) -> float:
    """What the model gives to features."""
    constant, slope = model.shift
    return sigmoid(constant + slope * odds_of(model.coefficients, x))


def reasons(deal: Deal, context: Context) -> tuple[Said, ...]:
    """What pulls the chance down most, against usual deals of the stage; at most 3."""
    model, x = context.norms.model, seen(deal, context)
    if model is None or x is None or deal.stage.name not in model.healthy:
        return ()
    fresh = model.healthy[deal.stage.name]
    pulls = sorted(
        (b * (value - normal), feature)
        for feature, (b, value, normal) in enumerate(
            zip(model.coefficients[1:], x, fresh, strict=True)
        )
    )
    worst = [
        words(feature, deal, context.today)
        for pull, feature in pulls
        if pull < -MATTERS
    ]
    return tuple(dict.fromkeys(worst))[:REASONS]


def alarms(book: Book, norms: Norms) -> tuple[Problem, ...]:
    """What ops should look into: signs that the data do not mean what they say."""
    return tuple(
        Problem(
            record_id=book.org.id,
            object="Opportunity",
            because=say(
                "In the deals of the past, more of “{name}” went with more wins; "
                "usually it goes with fewer. Check how it is entered.",
                name=say(name),
            ),
        )
        for name in (norms.model.flipped if norms.model else ())
    )


def words(feature: int, deal: Deal, today: date) -> Said:
    """A feature of a deal as a reader knows it."""
    if feature == CLOCK:
        return time_in_stage(deal)
    if feature == PUSHES:
        return say("pushed {times}", times=many(deal.pushes, "time"))
    if feature == AGE:
        return say("open for {days}", days=many(deal.days_open, "day"))
    return due(deal, today)


def time_in_stage(deal: Deal) -> Said:
    """How long the deal has been in its stage."""
    days = many(deal.days_in_stage or 0, "day")
    return say("{days} in {stage}", days=days, stage=deal.stage.name)


def due(deal: Deal, today: date) -> Said:
    """When the deal should close."""
    if deal.close_date is None:
        return say("close date not entered")
    return say("close date {day}", day=day(deal.close_date, today))
