"""Bars and strips as table cells that hold their numbers; no image anywhere."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from reports.model import Deal
from reports.normal import StageNorm
from reports.outlook import Standing
from reports.said import (
    Said,
    day_of_month,
    many,
    mark,
    month,
    number,
    say,
    short,
)


#: Percent of a bar's width below which a part is not drawn.
THINNEST = 1
#: From this many touches a week a cell is as dark as it gets.
DARKEST = 3
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of a bar."""

    style: str
    width: int  #: percent


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What a stretch of a bar stands for."""

    style: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A column of the strip."""

    day: str
    month: str
    ours: int
    theirs: int

    @property
    def ours_style(self) -> str:
        """How dark our cell is."""
        return f"us{min(self.ours, DARKEST)}"

    @property
    def theirs_style(self) -> str:
        """How dark the buyer's cell is."""
        return f"them{min(self.theirs, DARKEST)}"


def parts(lengths: list[tuple[str, Decimal]]) -> tuple[Part, ...]:
    """The lengths as whole percentages that add up to 100."""
    whole = sum((length for _, length in lengths), Decimal(0))
    if whole <= 0:
        return ()
    drawn: list[Part] = []
    used, reached = 0, Decimal(0)
    for style, length in lengths:
        reached += length
        edge = round(reached * 100 / whole)
        if edge - used >= THINNEST:
            drawn.append(Part(style=style, width=edge - used))
            used = edge
    return tuple(drawn)


def quota_bar(standing: Standing) -> tuple[Part, ...]:
    """Won, committed and open against the quota."""
    left = standing.quota - standing.won - standing.committed - standing.open
    return parts(
        [
            ("won", max(standing.won, Decimal(0))),
            ("sure", max(standing.committed, Decimal(0))),
            ("hope", max(standing.open, Decimal(0))),
            ("left", max(left, Decimal(0))),
        ]
    )


def quota_keys(standing: Standing) -> tuple[Key, ...]:
    """The parts of the quota in words, those of nothing left out but for what is won.

    They add up to the quota, or to more than it where deals cover more.
    """
    code = standing.currency
    left = standing.quota - standing.won - standing.committed - standing.open
    amounts = (
        ("sure", standing.committed, mark("{amount} committed")),
        ("hope", standing.open, mark("{amount} open and due by then")),
        ("left", left, mark("{amount} in no deal yet")),
    )
    return (
        Key(style="won", text=say("{amount} won", amount=short(standing.won, code))),
        *(
            Key(style=style, text=say(pattern, amount=short(amount, code)))
            for style, amount, pattern in amounts
            if amount > 0
        ),
    )


def age_bar(deal: Deal, norm: StageNorm | None) -> tuple[Part, ...]:
    """Days in stage against the median of won deals and the limit."""
    if norm is None or norm.stalled_after is None or deal.days_in_stage is None:
        return ()
    days, limit = deal.days_in_stage, norm.stalled_after
    calm = min(norm.median_won or norm.slowing_after or limit, limit)
    return parts(
        [
            ("fine", Decimal(min(days, calm))),
            ("slow", Decimal(max(0, min(days, limit) - calm))),
            ("over", Decimal(max(0, days - limit))),
            ("left", Decimal(max(0, limit - days))),
        ]
    )


def age(deal: Deal, norm: StageNorm | None) -> Said | None:
    """The same in words."""
    if deal.days_in_stage is None:
        return None
    days, stage = number(deal.days_in_stage), deal.stage.name
    if norm is None or norm.median_won is None or not norm.won:
        return say("Day {number} in {stage}.", number=days, stage=stage)
    return say(
        "Day {number} in {stage}; half of {deals} had left by day {median}.",
        number=days,
        stage=stage,
        deals=many(norm.won, "won deal"),
        median=number(norm.median_won),
    )


def weeks(deal: Deal, today: date) -> tuple[Week, ...]:
    """Eight weeks of calls and e-mails, by the day each week began."""
    pairs = list(zip(deal.weeks_ours, deal.weeks_theirs, strict=True))
    starts = [today - WEEK * (len(pairs) - place) for place in range(len(pairs))]
    return tuple(
        Week(
            day=day_of_month(start),
            month=month(start),
            ours=ours,
            theirs=theirs,
        )
        for start, (ours, theirs) in zip(starts, pairs, strict=True)
    )
