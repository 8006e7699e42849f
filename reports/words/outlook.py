"""The outlook in one or two sentences, the same for a rep and for a team."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from reports.outlook import Coverage, Forecast, Outlook, Record
from reports.said import Said, day, joined, number, percent, say, short


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


def forecast_line(one: Forecast, outlook: Outlook, today: date) -> Said:
    """The range, the chance of the quota, what it hangs on, and the range's record."""
    code = outlook.currency
    parts = [span(one, outlook, today)]
    if one.won > 0:
        parts.append(say("{won} of it is won.", won=short(one.won, code)))
    if one.chance is not None and one.quota is not None and one.won < one.quota:
        parts.append(
            say(
                "Chance of the quota of {quota}: {odds}.",
                quota=short(one.quota, code),
                odds=odds(one.chance),
            )
        )
    if one.exposure is not None and one.deals > TOP:
        parts.append(
            say(
                "Three deals make up {share} of what is open.",
                share=percent(one.exposure),
            )
        )
    return joined(" ", [*parts, method(one, outlook.record)])


def span(one: Forecast, outlook: Outlook, today: date) -> Said:
    """The range."""
    return say(
        "Forecast to {day}: {low} to {high} in 8 of 10 cases, {middle} in the middle.",
        day=day(one.end, today),
        low=short(one.low, outlook.currency),
        high=short(one.high, outlook.currency),
        middle=short(one.middle, outlook.currency),
    )


def method(one: Forecast, record: Record | None) -> Said:
    """How the range was come by, and how many like it held what came."""
    if record is None:
        return say("The range is simulated, and not tried yet.")
    counts = {"ranges": number(record.ranges), "held": number(record.held)}
    if one.windows:
        return say(
            "The range is as wide as our last {windows} forecasts for teams were off. "
            "Of {ranges} such ranges, each made from the other quarters, {held} held.",
            windows=number(one.windows),
            **counts,
        )
    if record.teams:
        return say(
            "The range is simulated; of {ranges} such ranges for teams in earlier "
            "quarters, {held} held.",
            **counts,
        )
    return say(
        "The range is simulated; of {ranges} such ranges for single reps in earlier "
        "quarters, {held} held.",
        **counts,
    )


def odds(chance: float) -> Said:
    """A chance as people say it, and as a percentage."""
    if chance < LEAST:
        return say("less than 1 in 20")
    if chance > SURE:
        return say("more than 19 in 20")
    share = Fraction(round(chance * 20), 20)
    if share.numerator not in {1, 19}:
        share = share.limit_denominator(10)
    return say(
        "about {times} in {all} ({share})",
        times=share.numerator,
        all=share.denominator,
        share=percent(chance),
    )


def coverage_line(one: Coverage, outlook: Outlook, today: date) -> Said:
    """What is due beside what is missing, and how much of it is usually needed."""
    code, until = outlook.currency, day(outlook.end, today)
    if one.ratio is None:
        return say("Coverage: nothing is missing of the quota to {day}.", day=until)
    return say(
        "Coverage to {day}: {due} is due for {missing} to go, {ratio} times as much. "
        "Usually {needed} times is needed ({source}).",
        day=until,
        due=short(one.due, code),
        missing=short(one.to_go, code),
        ratio=number(one.ratio, 1),
        needed=number(one.needed, 1),
        source=source(one),
    )


def source(one: Coverage) -> Said:
    """Between what the needed coverage lies in 8 of 10 cases, and its source."""
    if one.low is None or one.high is None:
        return one.source
    return say(
        "{low} to {high}; {source}",
        low=number(one.low, 1),
        high=number(one.high, 1),
        source=one.source,
    )
