"""The outlook in one or two sentences, the same for a rep and for a team."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from reports.outlook import Coverage, Forecast, Outlook
from reports.said import day, percent, short


#: Chances at the ends of the scale are told as bounds.
SURE, LEAST = 0.975, 0.025
#: The deals on which exposure is told.
TOP = 3


def outlook_lines(outlook: Outlook | None, today: date) -> Iterator[str]:
    """Range and chance of the quota, coverage, and what is missing of either."""
    if outlook is None:
        return
    if outlook.forecast:
        yield forecast_line(outlook.forecast, outlook, today)
    if outlook.coverage:
        yield coverage_line(outlook.coverage, outlook, today)
    yield from outlook.because


def forecast_line(one: Forecast, outlook: Outlook, today: date) -> str:
    """The range with its record, the chance of the quota and what it hangs on."""
    code = outlook.currency
    span = (
        f"Forecast to {day(one.end, today)}, 8 in 10: {short(one.low, code)} to "
        f"{short(one.high, code)}, middle {short(one.middle, code)}"
    )
    if outlook.record:
        span += (
            f" (of {outlook.record.ranges:,} ranges for single reps in earlier "
            f"quarters, {outlook.record.held:,} held)"
        )
    parts = [span]
    if one.chance is not None and one.quota is not None and one.won < one.quota:
        parts.append(f"quota of {short(one.quota, code)} met in {odds(one.chance)}")
    if one.exposure is not None and one.deals > TOP:
        parts.append(f"{percent(one.exposure)} of what is open hangs on three deals")
    return "; ".join(parts) + "."


def odds(chance: float) -> str:
    """A chance as people say it, and as a percentage."""
    if chance < LEAST:
        return "less than 1 in 20"
    if chance > SURE:
        return "more than 19 in 20"
    share = Fraction(round(chance * 20), 20)
    if share.numerator not in {1, 19}:
        share = share.limit_denominator(10)
    return f"about {share.numerator} in {share.denominator} ({percent(chance)})"


def coverage_line(one: Coverage, outlook: Outlook, today: date) -> str:
    """What is due beside what is missing, and how much of it is usually needed."""
    code, until = outlook.currency, day(outlook.end, today)
    if one.ratio is None:
        return f"Coverage: nothing is missing of the quota to {until}."
    return (
        f"Coverage to {until}: {short(one.due, code)} due for "
        f"{short(one.to_go, code)} to go, {one.ratio:.1f} times; "
        f"{one.needed:.1f} times is needed ({one.source})."
    )
