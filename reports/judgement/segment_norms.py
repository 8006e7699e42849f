"""What was learned of each stage for deals of one kind, where they differ."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from reports.judgement.clock import Clock
from reports.judgement.hazards import Hazards
from reports.judgement.history import closed_within
from reports.judgement.segments import segment
from reports.judgement.stage_norms import curves_of, norm_of
from reports.judgement.window import Setting
from reports.model import Book
from reports.normal import Split, StageNorm
from reports.said import Said, money, say


def segment_norms(
    book: Book, clock: Clock, setting: Setting, everybody: Mapping[str, StageNorm]
) -> dict[str, dict[str, StageNorm]]:
    """The norms of each segment with a clock of its own, by stage."""
    split = clock.split
    if split is None:
        return {}
    won = Counter(
        segment(deal, split)
        for deal in closed_within(book, setting.window)
        if deal.is_won
    )
    return {
        name: {
            **everybody,
            **own_norms(
                hazards,
                clock,
                within_segment(name, split, won[name], setting),
                everybody,
                told(name, split, book.org.currency),
            ),
        }
        for name, hazards in clock.parts.items()
    }


def within_segment(name: str, split: Split, won: int, setting: Setting) -> Setting:
    """The setting with the won deals of a segment alone."""
    passed = {
        stage: [one for one in found if segment(one.deal, split) == name]
        for stage, found in setting.passed.items()
    }
    return replace(setting, won=won, passed=passed)


def own_norms(
    hazards: Hazards,
    clock: Clock,
    setting: Setting,
    everybody: Mapping[str, StageNorm],
    kind: Said,
) -> dict[str, StageNorm]:
    """A segment's norm of each stage that enough of its won deals went through."""
    least = setting.policy.clock.min_passed
    return {
        stage: own_norm(norm_of(stage, curve, clock, setting), everybody[stage], kind)
        for stage, curve in zip(
            clock.counts.stages, curves_of(hazards, clock, setting), strict=True
        )
        if len(setting.passed.get(stage, [])) >= least
        and clock.counts.exits_from(stage) >= setting.policy.clock.min_exits
    }


def own_norm(own: StageNorm, everybody: StageNorm, kind: Said) -> StageNorm:
    """The norm of a segment, said to be that.

    No deal that was won stayed longer than the longest of all segments.
    """
    return replace(
        own,
        kind=kind,
        source=say("{norm}, {kind} alone", norm=own.source, kind=kind),
        longest_won=everybody.longest_won,
    )


def told(name: str, split: Split, currency: str) -> Said:
    """A segment for readers."""
    if split.by == "record type":
        return say("record type {name}", name=name)
    if split.by == "type":
        return say("type {name}", name=name)
    band = int(name)
    low, high = ([None, *split.edges, None][at] for at in (band, band + 1))
    if low is None:
        return say("amounts below {high}", high=sum_of(high, currency))
    if high is None:
        return say("amounts from {low} on", low=sum_of(low, currency))
    return say(
        "amounts from {low} to {high}",
        low=sum_of(low, currency),
        high=sum_of(high, currency),
    )


def sum_of(amount: float | None, currency: str) -> Said:
    """A sum in whole units."""
    return money(Decimal(round(amount or 0)), currency)
