"""What the rooms of judgement and packet say about deals: values only.

A signal names a deal, never a person; that it does is a matter of type.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum

from reports.model import Deal, OpportunityId, Person, RecordId
from reports.normal import StageNorm
from reports.outlook import Outlook, Standing


class Severity(IntEnum):
    """How bad a finding is; the values are its weights in the completeness score."""

    LOW = 1
    MEDIUM = 2
    HIGH = 4
    CRITICAL = 8


class Fixer(StrEnum):
    """Who can put a missing or contradictory field right."""

    REP = "rep"
    MANAGER = "manager"
    OPS = "ops"


class OwnerKind(StrEnum):
    """Who takes an action."""

    REP = "rep"
    MANAGER = "manager"
    EXECUTIVE = "executive"


class Verdict(StrEnum):
    """The answer to a stage question; no record means unknown, never no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """What became of a promise."""

    KEPT = "kept"
    BROKEN = "broken"
    OPEN = "open"


class ChangeKind(StrEnum):
    """How a deal differs from the last review."""

    NEW = "new"
    WON = "won"
    LOST = "lost"
    RAISED = "raised"
    LOWERED = "lowered"
    ADVANCED = "advanced"
    MOVED_BACK = "moved back"
    PUSHED = "pushed"
    PULLED_IN = "pulled in"
    MOVED_OUT = "moved out"
    MOVED_IN = "moved in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One record behind a statement."""

    text: str
    record_id: RecordId | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """Why a deal deserves a conversation, or a good word when ``positive``."""

    code: str
    deal_id: OpportunityId
    severity: Severity
    because: str  #: a sentence about the deal with its number and its date
    threshold: str  #: the limit in force and where it comes from
    remedy: str  #: the step that clears it
    evidence: tuple[Evidence, ...] = ()
    positive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HygieneIssue:
    """A field that is missing, stale or contradicts another."""

    code: str
    deal_id: OpportunityId
    field: str  #: API name of the field, or of the related object
    because: str
    severity: Severity
    family: str
    fixer: Fixer


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A stage question and what Sales Cloud says to it."""

    text: str
    verdict: Verdict
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItem:
    """What removes an obstacle, by whom, by when, and what it should move."""

    deal_id: OpportunityId
    obstacle: str
    what: str
    owner: OwnerKind
    due: date
    metric: str
    value: Decimal  #: for ordering only, never printed
    code: str = ""  #: the plan it comes from; says what shows that it was done
    mark: str = ""  #: what the subject of a task that takes it on carries


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockReading:
    """What the stage clock alone says about a deal, stored raw for the backtest."""

    days: int  #: in the stage
    limit: int | None  #: days after which the clock says stalled
    over: bool  #: whether it says so now, whatever is booked or captured
    slowing: bool
    winners_left: float | None  #: share of eventual winners that stay this long
    chance: float | None  #: of winning within the horizon, from tier 2
    chance_ratio: float | None  #: to the chance of a deal that has just entered
    won: int  #: won deals behind it
    tier: int
    learned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Snooze:
    """Until when the flags of a deal rest, and why."""

    until: date  #: they rest on this day for the last time
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DealReview:
    """A deal with everything judgement has to say about it."""

    deal: Deal
    signals: tuple[Signal, ...] = ()  #: worst first, good news last
    hygiene: tuple[HygieneIssue, ...] = ()
    questions: tuple[Answer, ...] = ()
    actions: tuple[ActionItem, ...] = ()
    urgency: Decimal = Decimal(0)  #: value of attention, for ordering only
    stalled: bool = False
    norm: str | None = None  #: the sentence about the stage's norm
    clock: ClockReading | None = None
    chance: float | None = None  #: of being won within the horizon, from tier 2
    snooze: Snooze | None = None  #: in force today
    resting: tuple[Signal, ...] = ()  #: what would be among the signals without it


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaItem:
    """A line of the timed agenda."""

    minutes: int
    title: str
    deal_id: OpportunityId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What somebody took on at an earlier review, and what became of it."""

    deal_id: OpportunityId
    what: str
    owner: OwnerKind
    due: date
    outcome: Outcome
    evidence: tuple[Evidence, ...] = ()
    carried: int = 0  #: reviews since it was first proposed


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How one deal differs from the rep's last review."""

    kind: ChangeKind
    deal_id: OpportunityId
    name: str
    because: str
    amount: Decimal | None  #: what it adds to the open deals; None: nothing
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount with its currency."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """How one currency's open deals became what they are since the last review.

    ``before + new + moved_in + raised - lowered - won - lost - moved_out = now``.
    """

    currency: str
    before: Decimal
    new: Decimal
    moved_in: Decimal
    raised: Decimal
    lowered: Decimal
    won: Decimal
    lost: Decimal
    moved_out: Decimal
    now: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared:
    """A field that was put right since the reminder, or only looks like it."""

    deal_id: OpportunityId
    field: str  #: API name
    because: str
    cosmetic: bool = False  #: the finding is gone, its reason is not


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """One rep's review, the same page for rep and manager."""

    cycle: str
    as_of: datetime
    snapshot: str  #: identifies the data it was made from; printed on it
    today: date  #: the local day of ``as_of`` for the rep
    since: date | None  #: the day of the review it is measured against
    rep: Person
    manager: Person | None
    currency: str
    org_name: str
    agenda: tuple[AgendaItem, ...]
    focus: tuple[DealReview, ...]  #: the deals on the agenda, at most five
    deals: tuple[DealReview, ...]  #: every open deal of the rep, urgent first
    actions: tuple[ActionItem, ...]
    promises: tuple[Promise, ...]
    changes: tuple[Change, ...]
    data_as_of: tuple[tuple[str, datetime], ...]
    notes: tuple[str, ...] = ()  #: what the reader must know about the data
    tier: int = 0
    period_end: date | None = None  #: the last day of the running fiscal quarter
    balances: tuple[Balance, ...] = ()  #: what moved since the last review, in money
    standing: Standing | None = None  #: None: no quota, or none that compares
    outlook: Outlook | None = None  #: on the running quarter
    proof: str | None = None  #: how right the stage clock has been
    to_fill: tuple[HygieneIssue, ...] = ()  #: for the rep, the worst first
    cleared: tuple[Cleared, ...] = ()  #: since the reminder, the cosmetic first
    names: Mapping[OpportunityId, str] = field(default_factory=dict)  #: of deals
    norms: Mapping[OpportunityId, StageNorm] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """A rep who gets no packet, and the reason for it."""

    rep: str  #: email, or name where there is none
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a packet, alert or follow-up says, ready for a channel."""

    subject: str
    html: str
    text: str
