"""Whether deals of one kind move otherwise than others, and by which kind to tell.

Record types, types and sizes are tried, from tier 3 on. A kind is used where the
latest third of the window is so much likelier with a clock for each of its segments,
learned from what was before, that it can hardly be chance.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import inf, log

from reports.judgement.clock import Counts, Settings, Spell, clock_of
from reports.judgement.closing_out import FEWEST_WON, MOST_WON
from reports.judgement.history import closed_within
from reports.judgement.segments import (
    Parts,
    Rates,
    counted,
    own_rates,
    size_of,
    total,
    trait,
)
from reports.judgement.window import Setting
from reports.model import Book, Deal
from reports.normal import Split


#: The tier from which on it is asked.
FROM = 3
#: Sizes are as many bands of equally many closed deals.
SIZES = 3
#: The share of won, lost and open deals that must tell their segment.
TOLD = 0.9
#: The latest part of the window, on which segments are tried: a third.
PART = 3
#: How much likelier than without them it must be: one false alarm in twenty.
LIKELIER = 20
#: Visits that are enough to choose by.
MOST_SPELLS = 40_000


def choose(
    spells: Sequence[Spell],
    book: Book,
    stages: Sequence[str],
    settings: Settings,
    setting: Setting,
) -> Split | None:
    """The kind by which deals are told apart; None where none is worth it."""
    begins = settings.begins(book.as_of)
    if setting.tier < FROM or begins is None:
        return None
    lived = [one for one in spells if one.left is None or one.left >= begins]
    trial = Trial(
        spells=lived[:: len(lived) // MOST_SPELLS + 1],
        stages=tuple(stages),
        settings=settings,
        begins=begins,
        ends=book.as_of,
    )
    kinds = setting.policy.clock.kinds
    splits = [split for by in kinds if (split := enough(by, book, setting))]
    tried = [(trial.gain(split), split) for split in splits]
    gain, best = max(tried, key=lambda one: one[0], default=(-inf, None))
    return best if gain >= log(LIKELIER * len(kinds)) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Visits of a window, the latest part of which shows what a split is worth."""

    spells: Sequence[Spell]
    stages: tuple[str, ...]
    settings: Settings
    begins: datetime
    ends: datetime

    def gain(self, split: Split) -> float:
        """By what logarithm the latest part is likelier with clocks of their own.

        Where segments do not differ, it exceeds log n in one case of n at most: what
        it is a ratio of are chances that were laid down beforehand.
        """
        part = (self.ends - self.begins) / PART
        cut = self.ends - part
        before = self.seen(cut, replace(self.settings, window=cut - self.begins), split)
        everybody = clock_of(total(before.values()), self.settings).hazards.rates
        own = own_rates(before, everybody, split, self.settings.weight)
        late = self.seen(self.ends, replace(self.settings, window=part), split)
        return sum(
            likelihood(late[name], rates) - likelihood(late[name], everybody)
            for name, rates in own.items()
            if name in late
        )

    def seen(self, as_of: datetime, settings: Settings, split: Split) -> Parts:
        """What was counted of each segment in a part of the window."""
        return counted(self.spells, self.stages, as_of, settings, split)


def enough(by: str, book: Book, setting: Setting) -> Split | None:
    """The segments of a kind with as many closed deals as tier 1 takes; else None.

    Won, lost and open deals must all tell their segment: a field that is filled in
    at the end knows the outcome.
    """
    closed = closed_within(book, setting.window)
    split = Split(by=by, names=(), edges=edges(closed) if by == "size" else ())
    sides: tuple[list[Deal], ...] = (
        [deal for deal in closed if deal.is_won],
        [deal for deal in closed if not deal.is_won],
        list(book.deals),
    )
    told = [Counter(trait(deal, split) for deal in side) for side in sides]
    if any(some[None] > (1 - TOLD) * some.total() for some in told):
        return None
    won, lost, _ = told
    tiers, every = setting.policy.tiers, sorted(filter(None, won | lost))
    names = tuple(
        name
        for name in every
        if won[name] >= tiers.won
        and won[name] + lost[name] >= tiers.closed
        and FEWEST_WON <= won[name] / (won[name] + lost[name]) <= MOST_WON
    )
    return replace(split, names=names) if names and len(every) > 1 else None


def edges(closed: Iterable[Deal]) -> tuple[float, ...]:
    """The sizes that cut closed deals into bands of equally many."""
    sizes = sorted(filter(None, map(size_of, closed)))
    cuts = (sizes[len(sizes) * cut // SIZES] for cut in range(1, SIZES) if sizes)
    return tuple(sorted(set(cuts)))


def likelihood(seen: Counts, rates: Rates) -> float:
    """How likely rates make what was seen, as a logarithm."""
    found = 0.0
    for exposure, exits, stage in zip(seen.exposure, seen.exits, rates, strict=True):
        for steps, band, chances in zip(exposure, exits, stage, strict=True):
            found += sum(
                ends * log(chance)
                for ends, chance in zip(band, chances, strict=True)
                if ends
            )
            found += (steps - sum(band)) * log(1 - sum(chances))
    return found
