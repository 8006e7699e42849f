"""What is normal in an organisation, as of a moment: values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from reports.model import UserId
from reports.said import Said, mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Pauses:
    """How long deals that were won went between touches in a stage."""

    days: int  #: 8 in 10 pauses took no longer
    n: int  #: pauses behind it
    deals: int  #: won deals behind those


@dataclass(frozen=True, slots=True, kw_only=True)
class StageNorm:
    """How long deals that were won usually stay in a stage."""

    stage: str
    stalled_after: int | None  #: days; None: cannot be said
    slowing_after: int | None
    median_won: int | None  #: median days of won deals
    won: int  #: won deals that passed through this stage
    source: Said  #: a sentence for the reader: where the threshold comes from
    learned: bool = False
    longest_won: int | None = None  #: days; no deal that was won stayed longer
    fastest_win: int | None = None  #: days to won from here, 1 in 10 took fewer
    left: tuple[float, ...] = ()  #: share of eventual winners still here, by step
    chances: tuple[float, ...] = ()  #: of winning within the horizon, by step
    pauses: Pauses | None = None  #: None: too few are known
    kind: Said | None = None  #: the deals it is of; None: all


#: What ops are told of an owner whose activity is not captured.
UNCAPTURED = mark(
    "Activity seems not to be captured: {why} Rules about silence are held back on "
    "these deals."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """Whether silence can be believed for one owner."""

    user_id: UserId
    calls: int
    emails: int
    meetings: int
    open_deals: int
    trusted: bool
    because: Said
    partly: Said | None = None  #: why only a part of it seems to be on record


@dataclass(frozen=True, slots=True, kw_only=True)
class ChanceModel:
    """What a deal's chance to be won within the horizon is made of, from tier 2."""

    coefficients: tuple[float, ...]  #: the constant, then one a feature
    healthy: Mapping[str, tuple[float, ...]]  #: usual features, by stage
    shift: tuple[float, float] = (0.0, 1.0)  #: recalibration of the log-odds
    deals: int  #: deals behind it
    won: int  #: those of them that were won within the horizon
    error: float  #: Brier score on later dates than it was learned from
    error_base: float  #: what each stage's own win rate scores there
    flipped: tuple[str, ...] = ()  #: features that go the unexpected way


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """Wins of late beside those that the clock, as it was before, expected."""

    days: int
    won: int
    expected: float
    z: float  #: how far apart they are, in standard deviations


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """By what deals are told apart, where they were seen to move otherwise."""

    by: str  #: record type, type or size
    names: tuple[str, ...]  #: the segments; a size is its place among the edges
    edges: tuple[float, ...] = ()  #: of sizes, in corporate currency


@dataclass(frozen=True, slots=True, kw_only=True)
class Norms:
    """What is normal in this organisation, as of the moment."""

    tier: int  #: 0 to 3, see stall model
    won: int
    closed: int
    window_days: int | None
    stages: Mapping[str, StageNorm]
    median_won_cycle: int | None = None  #: days from creation to won
    amount_p75: Decimal | None = None  #: of open deals, corporate currency
    amount_median: Decimal | None = None
    capture: Mapping[UserId, Capture] = field(default_factory=dict)
    step_days: int = 7  #: length of a step of the stage clock
    horizon_days: int = 0  #: what ``StageNorm.chances`` looks ahead
    pooled: StageNorm | None = None  #: all stages together, for unknown ones
    model: ChanceModel | None = None  #: None: the clock alone gives the chance
    any_activity: bool = True  #: false when the whole org has logged none at all
    drift: Drift | None = None  #: None: too little history to compare
    split: Split | None = None  #: None: one clock for all deals
    segments: Mapping[str, Mapping[str, StageNorm]] = field(
        default_factory=dict
    )  #: by segment and stage


@dataclass(frozen=True, slots=True, kw_only=True)
class StageBaseline:
    """How long deals that were won stayed in a stage, plainly counted."""

    stage: str
    median_won: int  #: days
    won: int  #: won deals that passed through the stage


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerActivity:
    """What was logged for one owner's open deals in the last 30 days."""

    user_id: UserId
    calls: int
    emails: int
    meetings: int
    open_deals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Something that was done on a deal once."""

    kind: str  #: email (ours), answer, call, talk (by phone), meeting
    at: datetime
    who: str | None  #: with whom, where that is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Baselines:
    """Plain statistics of the organisation as of the moment."""

    won: int
    closed: int
    median_won_cycle: int | None
    amount_p75: Decimal | None  #: of open deals, corporate currency
    amount_median: Decimal | None
    stages: Mapping[str, StageBaseline]
    owners: Mapping[UserId, OwnerActivity]
