"""The stage clock: how visits to stages end, counted and shrunk into hazards.

Every step of a visit inside the window is exposure, its last one may be an exit to
another stage, to won or to lost. Nothing after ``as_of`` is read. Deals that are
still open count with what they have lived so far, so that slow wins, which are not
in yet, do not make the past look fast.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from itertools import accumulate

from reports.judgement.hazards import Hazards
from reports.model import Deal
from reports.normal import Split


class End(Enum):
    """How a deal can end; never mistaken for a stage of the same name."""

    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """A visit to an open stage; ``left`` is None while it lasts."""

    stage: str
    entered: datetime
    left: datetime | None = None
    to: str | End | None = None
    deal: Deal | None = None  #: whose visit it is, where that matters


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How time is cut into steps and bands, and how much of it counts."""

    step: timedelta = timedelta(days=7)
    steps: int = 60
    edges: tuple[int, ...] = (1, 2, 4, 8, 13, 26)
    window: timedelta | None = timedelta(days=180)
    since: datetime | None = None  #: nothing before it counts, however wide the window
    weight: float = 15  #: pseudo-steps that the prior is worth

    def begins(self, as_of: datetime) -> datetime | None:
        """The moment before which nothing counts; None: all of history does."""
        if self.window is None:
            return self.since
        window = as_of - self.window
        return window if self.since is None else max(window, self.since)

    def bands(self) -> tuple[int, ...]:
        """The band of each step."""
        return tuple(sum(u >= edge for edge in self.edges) for u in range(self.steps))


#: For organisations whose median won cycle is under a month.
DAILY = Settings(step=timedelta(days=1), edges=(1, 2, 4, 7, 10, 14, 21, 30))

#: Keeps a rare role possible before anything was seen.
HALF = 0.5
PSEUDO_EXPOSURE = 10
#: Some chance of staying always remains.
MOST = 0.98

#: The one stage of a deal whose stages nobody knows.
LIFE = ""

Table = list[list[float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Exposure and exits; targets are the stages in order, then won, then lost."""

    stages: tuple[str, ...]
    exposure: Table  #: by stage and band
    exits: list[Table]  #: by stage, band and target

    def exits_from(self, stage: str) -> int:
        """How many visits to ``stage`` ended within the window."""
        place = self.stages.index(stage)
        return int(sum(sum(band) for band in self.exits[place]))

    @property
    def ended(self) -> int:
        """How many visits ended within the window, whatever their stage."""
        return sum(self.exits_from(stage) for stage in self.stages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """What was learned from visits: hazards by stage, and of all together."""

    settings: Settings
    counts: Counts
    hazards: Hazards
    pooled: Hazards
    whole: bool = False  #: pooled is of whole lives, as no stage's end was seen
    split: Split | None = None  #: by what deals are told apart, if by anything
    parts: Mapping[str, Hazards] = field(default_factory=dict)  #: by segment

    def step_of(self, days: float) -> int:
        """The step that a dwell of so many days is in."""
        return int(timedelta(days=days) / self.settings.step)


def fit(
    spells: Iterable[Spell],
    stages: Sequence[str],
    as_of: datetime,
    settings: Settings,
) -> Clock:
    """Learn how visits end from ``spells`` as they were known at ``as_of``."""
    return clock_of(count(spells, tuple(stages), as_of, settings), settings)


def clock_of(counts: Counts, settings: Settings) -> Clock:
    """What was counted as hazards."""
    bands = settings.bands()
    return Clock(
        settings=settings,
        counts=counts,
        hazards=Hazards(rates=shrunk(counts, settings.weight), bands=bands),
        pooled=Hazards(rates=(pooled(counts, settings.weight),), bands=bands),
    )


def fit_lives(spells: Iterable[Spell], as_of: datetime, settings: Settings) -> Clock:
    """Learn from whole lives of deals, where history does not say how stages end."""
    lives = [replace(spell, stage=LIFE) for spell in spells]
    return replace(fit(lives, (LIFE,), as_of, settings), whole=True)


def count(
    spells: Iterable[Spell],
    stages: tuple[str, ...],
    as_of: datetime,
    settings: Settings,
) -> Counts:
    """Exposure and exits within the window, entering late where it begins later."""
    return tally(in_window(spells, as_of, settings), stages, as_of, settings)


def tally(
    lived: Iterable[Spell],
    stages: tuple[str, ...],
    as_of: datetime,
    settings: Settings,
) -> Counts:
    """The same of visits that are known to lie within the window."""
    place = {stage: at for at, stage in enumerate(stages)}
    target = {to: at for at, to in enumerate((*stages, End.WON, End.LOST))}
    bands = settings.bands()
    width = bands[-1] + 1
    # A visit adds one at its first step and takes it away after its last.
    changes = [[0] * (settings.steps + 1) for _ in stages]
    exits = [[[0.0] * (len(stages) + 2) for _ in range(width)] for _ in stages]
    begins, step, top = settings.begins(as_of), settings.step, settings.steps - 1
    for spell in lived:
        at, left = place.get(spell.stage), spell.left
        end = as_of if left is None else min(left, as_of)
        steps = steps_within(spell.entered, end, begins, step, top)
        if at is None or steps is None:
            continue
        first, last = steps
        changes[at][first] += 1
        changes[at][last + 1] -= 1
        if left is not None and left <= as_of and spell.to in target:
            exits[at][bands[last]][target[spell.to]] += 1
    exposure = [exposed(steps, bands) for steps in changes]
    return Counts(stages=stages, exposure=exposure, exits=exits)


def exposed(changes: list[int], bands: Sequence[int]) -> list[float]:
    """The exposure by band, from what each step adds to that of the step before."""
    found = [0.0] * (bands[-1] + 1)
    for band, visits in zip(bands, accumulate(changes), strict=False):
        found[band] += visits
    return found


def in_window(
    spells: Iterable[Spell], as_of: datetime, settings: Settings
) -> list[Spell]:
    """The visits that had begun, and were not over before the window."""
    begins = settings.begins(as_of)
    return [
        spell
        for spell in spells
        if spell.entered <= as_of
        and (begins is None or spell.left is None or spell.left >= begins)
    ]


def steps_within(
    entered: datetime, end: datetime, begins: datetime | None, step: timedelta, top: int
) -> tuple[int, int] | None:
    """The first and the last step of a visit that lie within the window, if any."""
    if end < entered:
        return None  # it was over before its clock began
    last = min((end - entered) // step, top)
    if begins is None or entered >= begins:
        return 0, last
    return None if end < begins else (min((begins - entered) // step, last), last)


def role_rates(counts: Counts) -> tuple[float, float, float]:
    """The rates of moving on, winning and losing over all stages and bands."""
    exposure = sum(map(sum, counts.exposure)) + PSEUDO_EXPOSURE
    move = won = lost = HALF
    for stage in counts.exits:
        for band in stage:
            move += sum(band[:-2])
            won += band[-2]
            lost += band[-1]
    return move / exposure, won / exposure, lost / exposure


def shrunk(counts: Counts, weight: float) -> tuple[tuple[tuple[float, ...], ...], ...]:
    """Rates by stage, band and target: band towards stage towards all stages."""
    roles = role_rates(counts)
    return tuple(
        stage_rates(at, exposure, exits, roles, weight)
        for at, (exposure, exits) in enumerate(
            zip(counts.exposure, counts.exits, strict=True)
        )
    )


def stage_rates(
    at: int,
    exposure: list[float],
    exits: Table,
    roles: tuple[float, float, float],
    weight: float,
) -> tuple[tuple[float, ...], ...]:
    """The rates of the stage at place ``at``, band by band."""
    seen = [sum(column) for column in zip(*exits, strict=True)]
    moves = [
        0.0 if target == at else times + HALF for target, times in enumerate(seen[:-2])
    ]
    share = sum(moves)
    prior = [roles[0] * times / share if share else 0.0 for times in moves]
    prior += roles[1:]
    total = sum(exposure)
    stage = [
        (times + weight * base) / (total + weight)
        for times, base in zip(seen, prior, strict=True)
    ]
    return tuple(
        capped(
            [
                (times + weight * rate) / (exposed + weight)
                for times, rate in zip(band, stage, strict=True)
            ]
        )
        for exposed, band in zip(exposure, exits, strict=True)
    )


def pooled(counts: Counts, weight: float) -> tuple[tuple[float, ...], ...]:
    """Rates of all stages together; a move re-enters the pooled stage."""
    roles = role_rates(counts)
    return tuple(
        capped(
            [
                (times + weight * rate) / (exposed + weight)
                for times, rate in zip(together(band), roles, strict=True)
            ]
        )
        for exposed, band in zip(
            [sum(column) for column in zip(*counts.exposure, strict=True)],
            zip(*counts.exits, strict=True),
            strict=True,
        )
    )


def together(band: Iterable[list[float]]) -> tuple[float, float, float]:
    """Moves, wins and losses of one band over all stages."""
    rows = list(band)
    return (
        sum(sum(row[:-2]) for row in rows),
        sum(row[-2] for row in rows),
        sum(row[-1] for row in rows),
    )


def capped(rates: list[float]) -> tuple[float, ...]:
    """``rates``, scaled so that some chance of staying remains."""
    total = sum(rates)
    scale = MOST / total if total > MOST else 1.0
    return tuple(rate * scale for rate in rates)
