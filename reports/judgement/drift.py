"""Whether deals still move as they did: wins of late beside those to be expected.

The clock is learned as it was known ninety days ago; every step that deals have
lived since then has a chance of a win by it. Far more or far fewer wins than all of
those together mean that the process is another one, and that old deals mislead.
"""

from dataclasses import replace
from datetime import timedelta
from math import sqrt

from reports.judgement.clock import Clock, Counts, count, fit
from reports.judgement.history import spells
from reports.judgement.policy import Policy
from reports.model import Book, Problem
from reports.normal import Drift, Norms
from reports.said import many, say


LATELY = timedelta(days=90)
#: From so many standard deviations on, it is no chance.
ALARM = 3.0
#: Deals are won together: a tenth more or fewer than usual says nothing.
TOGETHER = 0.1


def drift(book: Book, clock: Clock, policy: Policy) -> Drift | None:
    """The comparison; None where too few deals had been won to expect anything."""
    then, stages = book.as_of - LATELY, clock.counts.stages
    lived = list(spells(book, policy.renewals))
    before = fit(lived, stages, then, clock.settings)
    learned_from = wins(before.counts)
    if learned_from < policy.tiers.won:
        return None
    window = replace(clock.settings, window=LATELY, since=None)
    seen = count(lived, stages, book.as_of, window)
    place = before.hazards.won
    chances = [
        (steps, rates[place])
        for exposure, stage in zip(seen.exposure, before.hazards.rates, strict=True)
        for steps, rates in zip(exposure, stage, strict=True)
    ]
    expected = sum(steps * chance for steps, chance in chances)
    variance = sum(steps * chance * (1 - chance) for steps, chance in chances)
    # What was learned is not certain either.
    variance += expected**2 * (1 / learned_from + TOGETHER**2)
    return Drift(
        days=LATELY.days,
        won=wins(seen),
        expected=expected,
        z=(wins(seen) - expected) / sqrt(variance) if variance else 0.0,
    )


def wins(counts: Counts) -> int:
    """How many visits ended in a win."""
    return int(sum(band[-2] for stage in counts.exits for band in stage))


def drifted(book: Book, norms: Norms) -> tuple[Problem, ...]:
    """One problem for ops where the difference is no chance, with its remedy."""
    found = norms.drift
    if found is None or abs(found.z) <= ALARM:
        return ()
    because = say(
        "{deals} in the last {days}, where the stage clock as it was before expected "
        "{expected}: deals move otherwise than they did, and what is learned from the "
        "older ones misleads. If the process has changed, say since when: "
        "[policy.clock] process_changed.",
        deals=many(found.won, "won deal"),
        days=many(found.days, "day"),
        expected=round(found.expected),
    )
    return (Problem(record_id=book.org.id, object="Opportunity", because=because),)
