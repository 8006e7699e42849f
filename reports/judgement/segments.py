"""Clocks of their own for deals of one kind, drawn towards everybody's clock.

A segment's clock has the shape of everybody's: stage by stage, only the rates of
moving on, winning and losing are its own, mixed with everybody's by as much as the
segments' rates differ less than chance lets them (beta-binomial, method of moments).
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from math import inf
from operator import add, mul

from reports.judgement.clock import (
    Clock,
    Counts,
    Settings,
    Spell,
    Table,
    capped,
    clock_of,
    in_window,
    tally,
)
from reports.judgement.hazards import Hazards
from reports.model import Deal
from reports.normal import Norms, Split, StageNorm


#: Steps that everybody's rates are worth at least.
LEAST = 15.0

#: Turns in which level and shape are found; more change nothing that is told.
ROUNDS = 8

Parts = Mapping[str | None, Counts]
#: Rates by band and target.
StageRates = tuple[tuple[float, ...], ...]
Rates = tuple[StageRates, ...]
#: Exposure by band, and exits by band and target.
Stage = tuple[list[float], Table]


def size_of(deal: Deal) -> float | None:
    """The first amount that was entered, in the corporate currency.

    The first, because an amount that is entered when a deal is won, or taken away when
    it is lost, knows the outcome.
    """
    if not deal.first_amount or deal.first_amount < 0 or deal.amount_base is None:
        return None
    rate = deal.amount_base / deal.amount if deal.amount else None
    return None if rate is None else float(deal.first_amount * rate)


def trait(deal: Deal, split: Split) -> str | None:
    """What the deal is by the split; None where it does not say."""
    if split.by == "record type":
        return deal.record_type or None
    if split.by == "type":
        return deal.type or None
    size = size_of(deal)
    return None if size is None else str(bisect_right(split.edges, size))


def segment(deal: Deal | None, split: Split | None) -> str | None:
    """The segment of a deal; None where everybody's clock is its own."""
    if deal is None or split is None:
        return None
    found = trait(deal, split)
    return found if found in split.names else None


def norm_of(norms: Norms, deal: Deal) -> StageNorm | None:
    """How long deals of its kind that were won usually stay where this one is."""
    stages = norms.segments.get(segment(deal, norms.split) or "", norms.stages)
    return stages.get(deal.stage.name) or norms.pooled


def fit(
    spells: Iterable[Spell],
    stages: Sequence[str],
    as_of: datetime,
    settings: Settings,
    split: Split | None,
) -> Clock:
    """Everybody's clock, and one of each segment that differs."""
    parts = counted(spells, tuple(stages), as_of, settings, split)
    clock = clock_of(total(parts.values()), settings)
    own = own_rates(parts, clock.hazards.rates, split, settings.weight) if split else {}
    if not own:
        return clock
    bands = settings.bands()
    return replace(
        clock,
        split=split,
        parts={name: Hazards(rates=rates, bands=bands) for name, rates in own.items()},
    )


def counted(
    spells: Iterable[Spell],
    stages: tuple[str, ...],
    as_of: datetime,
    settings: Settings,
    split: Split | None,
) -> Parts:
    """Exposure and exits of each segment, and of those without one."""
    groups: dict[str | None, list[Spell]] = {None: []}
    for spell in in_window(spells, as_of, settings):
        groups.setdefault(segment(spell.deal, split), []).append(spell)
    return {
        name: tally(found, stages, as_of, settings) for name, found in groups.items()
    }


def total(parts: Iterable[Counts]) -> Counts:
    """What was counted of all of them together."""
    first, *others = parts
    for other in others:
        first = Counts(
            stages=first.stages,
            exposure=added(first.exposure, other.exposure),
            exits=list(map(added, first.exits, other.exits)),
        )
    return first


def added(one: Table, other: Table) -> Table:
    """The sum of two tables, cell by cell."""
    return [list(map(add, a, b)) for a, b in zip(one, other, strict=True)]


def own_rates(
    parts: Parts, everybody: Rates, split: Split, weight: float
) -> dict[str, Rates]:
    """The rates of each segment; none where nothing shows that they differ.

    What all segments share of a stage, its shape, and what is a segment's own, its
    level, are found in turns: each by what is known of the other.
    """
    drawn = max(strength(parts.values()), LEAST)
    if drawn == inf:
        return {}
    stages = [
        own_stage([stage_of(part, at) for part in parts.values()], usual, drawn, weight)
        for at, usual in enumerate(everybody)
    ]
    found = {
        name: tuple(stage[place] for stage in stages)
        for place, name in enumerate(parts)
    }
    return {name: found[name] for name in split.names if name in found}


def stage_of(counts: Counts, at: int) -> Stage:
    """One stage's exposure and exits by band."""
    return counts.exposure[at], counts.exits[at]


def own_stage(
    segments: Sequence[Stage], usual: StageRates, drawn: float, weight: float
) -> list[StageRates]:
    """One stage's rates of every segment, band by band."""
    shape = usual
    for _ in range(ROUNDS):
        levels = [levels_of(own, shape, drawn) for own in segments]
        shape = shape_of(segments, levels, usual, weight)
    levels = [levels_of(own, shape, drawn) for own in segments]
    return [
        tuple(
            capped([rate * level for rate, level in zip(band, own, strict=True)])
            for band in shape
        )
        for own in levels
    ]


def levels_of(own: Stage, shape: StageRates, drawn: float) -> list[float]:
    """How much oftener than by the shape a segment's deals reach each target."""
    exposure, exits = own
    seen = by_role(column_sums(exits))
    expected = by_role(
        [sum(map(mul, exposure, column)) for column in zip(*shape, strict=True)]
    )
    steps = sum(exposure)
    move, won, lost = (
        times(found, usual, drawn / steps if steps else inf)
        for found, usual in zip(seen, expected, strict=True)
    )
    return [*(move for _ in shape[0][:-2]), won, lost]


def shape_of(
    segments: Sequence[Stage],
    levels: Sequence[Sequence[float]],
    usual: StageRates,
    weight: float,
) -> StageRates:
    """What the rates of every band are once levels are set aside, band towards stage.

    Without that, slow segments, of which more are left late, would pass for a slow
    end of everybody's stay.
    """
    columns = []
    for target, before in enumerate(zip(*usual, strict=True)):
        own = [level[target] for level in levels]
        exits = [
            sum(exits[band][target] for _, exits in segments)
            for band in range(len(usual))
        ]
        steps = [
            sum(
                exposure[band] * times_
                for (exposure, _), times_ in zip(segments, own, strict=True)
            )
            for band in range(len(usual))
        ]
        mean = (sum(exits) + weight * sum(before) / len(before)) / (sum(steps) + weight)
        columns.append(
            [
                (ends + weight * mean) / (exposed + weight)
                for ends, exposed in zip(exits, steps, strict=True)
            ]
        )
    return tuple(zip(*columns, strict=True))


def times(found: float, expected: float, weight: float) -> float:
    """How much oftener than expected, with so much of what was expected mixed in."""
    mixed = expected * weight
    return (found + mixed) / (expected + mixed) if 0 < mixed < inf else 1.0


def strength(parts: Iterable[Counts]) -> float:
    """How many steps everybody's rates are worth beside a segment's own.

    Beta-binomial by the method of moments over segments, stages and roles; endless
    where rates differ by no more than chance lets them.
    """
    apart = chance = noise = steps = 0.0
    for exposure, exits in by_stage(list(parts)):
        exposed = sum(exposure)
        for role in zip(*exits, strict=True):
            rate = sum(role) / exposed if exposed else 0.0
            spread = rate * (1 - rate)
            for n, times_ in zip(exposure, role, strict=True):
                if n:
                    apart += n * (times_ / n - rate) ** 2
                    noise += spread
                    chance += n * spread
                    steps += n
    excess = apart - noise
    return chance / excess - 1 if excess > 0 else inf


def by_stage(
    parts: Sequence[Counts],
) -> Iterator[tuple[list[float], list[list[float]]]]:
    """Stage by stage the steps of every segment, and its moves, wins and losses."""
    for at in range(len(parts[0].stages)):
        yield (
            [sum(part.exposure[at]) for part in parts],
            [by_role(column_sums(part.exits[at])) for part in parts],
        )


def by_role(targets: Sequence[float]) -> list[float]:
    """Moves, wins and losses."""
    return [sum(targets[:-2]), targets[-2], targets[-1]]


def column_sums(table: Table) -> list[float]:
    """The sum of every column."""
    return [sum(column) for column in zip(*table, strict=True)]
