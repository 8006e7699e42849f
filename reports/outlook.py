"""The running fiscal quarter, its quota, and how right flags have been: values only.

But for a quota's own currency, everything is in the corporate one.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reports.said import Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A rep's quota of the running period, and what there is to meet it with."""

    start: date
    end: date
    currency: str
    quota: Decimal
    won: Decimal
    committed: Decimal  #: open, due in the period, in a forecast that promises it
    open: Decimal  #: the other open deals that are due in the period


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What the running period may bring, as of a moment."""

    end: date
    won: Decimal
    low: Decimal  #: 1 in 10 ends are below
    middle: Decimal
    high: Decimal  #: 1 in 10 ends are above
    deals: int  #: open deals that could still be won in the period
    left_out: int  #: open deals without an amount that can be counted
    created: Decimal  #: of it, what does not exist yet
    periods: int  #: earlier periods behind that
    exposure: float | None  #: share of the open deals' worth on the top three
    quota: Decimal | None = None
    chance: float | None = None  #: of the quota, to the nearest 5 %
    windows: int = 0  #: earlier forecasts whose errors are the range; 0: simulated


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Of so many ranges for earlier periods, how many held what came."""

    ranges: int
    held: int
    teams: bool = False  #: of teams, not of single reps


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Whether what is due in the period is enough for what is missing."""

    due: Decimal
    to_go: Decimal
    ratio: float | None  #: None: nothing is missing any more
    needed: float
    low: float | None = None  #: of ``needed``, 8 in 10 between low and high
    high: float | None = None
    source: Said  #: where ``needed`` comes from


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What may be said of the period; what cannot be said is None."""

    end: date
    currency: str
    because: tuple[Said, ...] = ()  #: a sentence for each thing that is missing
    quota: Decimal | None = None  #: of the whole quarter
    forecast: Forecast | None = None
    record: Record | None = None  #: of ranges like this one
    coverage: Coverage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Deals that were flagged, or those that were not, each once on every date."""

    n: int
    won: int
    deals: int  #: how many different ones

    @property
    def rate(self) -> float:
        """The share that was won; 0 of none."""
        return self.won / self.n if self.n else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What came of flags on all past dates whose horizon has passed."""

    dates: tuple[date, ...]  #: oldest first
    replayed: int  #: of those dates, worked out now rather than stored then
    horizon_days: int
    flagged: Tally
    unflagged: Tally
    low: float  #: of the difference of the shares that were won, 95 %
    high: float
    before: "Proof | None" = None  #: of the dates before the first packet alone

    @property
    def difference(self) -> float:
        """The win rate of flagged deals minus that of unflagged ones."""
        return self.flagged.rate - self.unflagged.rate

    @property
    def fewest(self) -> int:
        """Different deals on the side that has fewer of them."""
        return min(self.flagged.deals, self.unflagged.deals)
