"""What a sales leader owns: every threshold, the stage questions, the agenda's frame.

``Policy()`` holds the defaults. A rule never contains a number of its own.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from reports.judgement.questions import QUESTIONS, StageQuestions
from reports.model import Phase
from reports.said import Said, say


#: By what deals may be told apart.
KINDS = ("record type", "type", "size")


@dataclass(frozen=True, slots=True, kw_only=True)
class ByPhase:
    """A limit in days for each third of the open stages."""

    early: int
    mid: int
    late: int

    def of(self, phase: Phase) -> int:
        """The limit for ``phase``."""
        return {Phase.EARLY: self.early, Phase.MID: self.mid}.get(phase, self.late)

    def told(self) -> Said:
        """The three limits for readers."""
        return say(
            "{early}/{mid}/{late} days (early/mid/late stage)",
            early=self.early,
            mid=self.mid,
            late=self.late,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockPolicy:
    """How the stage clock learns, and when it says stalled."""

    stalled: float = 0.20  #: share of eventual winners still in the stage
    slowing: float = 0.35
    windows: tuple[int, ...] = (180, 365, 730)  #: days of history, the first that does
    weight: int = 15  #: pseudo-steps of the prior
    weight_when_few: int = 50
    few_closed: int = 50
    min_exits: int = 8  #: below, all stages together speak for a stage
    min_passed: int = 12  #: won deals through a stage; fewer are mentioned
    min_horizon: int = 30  #: days
    fast_cycle: int = 30  #: median won days below which a step is a day
    process_changed: date | None = None  #: nothing before this day is learned from
    kinds: tuple[str, ...] = KINDS  #: by which deals may have clocks of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewals:
    """Deals that are made long before anybody works on them."""

    types: tuple[str, ...] = ()  #: names of record types, or values of Type
    lead_days: int = 90  #: before the close date, from which they are worked on


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiers:
    """How many closed deals it takes before something learned is used."""

    won: int = 12
    closed: int = 25
    evidence_closed: int = 100
    evidence_side: int = 30
    segments_closed: int = 200
    segments_side: int = 50
    median_won: int = 5  #: wins before 2 x median may replace a plain number of days


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """The frame of a review: fixed blocks in minutes, and what an item takes."""

    total: int = 30
    changes: int = 2
    promises: int = 5
    deals: int = 15
    reserve: int = 5  #: of the deals' minutes, not planned
    hygiene: int = 4
    commitments: int = 4
    stall: int = 4  #: minutes for a new stall
    decision: int = 2
    risk: int = 3
    per_account: int = 6
    most_deals: int = 5
    most_actions: int = 5
    unseen_reviews: int = 2  #: no deal stays off the agenda for more reviews

    @property
    def planned(self) -> int:
        """Minutes planned for deals."""
        return self.deals - self.reserve


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertLimits:
    """From which share of failing deals a hygiene rule is worth an alert."""

    critical: float = 0.05
    high: float = 0.15
    medium: float = 0.30
    low: float = 0.50
    clears_at: float = 0.75  #: of the limit; in between, an alert stays as it was
    fewest: int = 3  #: failing deals


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestones:
    """Words by which the stages that rules speak of are found in their names.

    The first open stage whose name contains one of the words; without any, the
    second stage, the first of the middle third, the first of the last third.
    """

    qualification: tuple[str, ...] = ("qualif",)
    discovery: tuple[str, ...] = ("discovery", "needs", "demo", "analysis")
    proposal: tuple[str, ...] = ("proposal", "quote", "offer")


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturePolicy:
    """When silence can be believed."""

    min_deals: int = 4  #: open deals before an owner's volume says anything
    share_of_median: float = 0.2  #: of the team's median per deal
    min_expected: int = 5  #: of one kind, before none of it is a hole
    min_moved: int = 5  #: deals that moved on, before their contacts say anything
    part_of_usual: float = 0.75  #: of others' contacts, below which a part is missing


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredField:
    """A field that must be filled from a stage on, for some record types."""

    field: str  #: API name
    stage: str | None = None  #: from this stage on; None: from the first
    record_types: tuple[str, ...] = ()  #: none: all


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredEvidence:
    """What must be on record from a stage on, in the vocabulary of the questions."""

    stage: str
    all_of: tuple[str, ...]  #: predicate names
    record_types: tuple[str, ...] = ()  #: none: all


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Every threshold of the judgement."""

    clock: ClockPolicy = field(default_factory=ClockPolicy)
    tiers: Tiers = field(default_factory=Tiers)
    agenda: Agenda = field(default_factory=Agenda)
    alerts: AlertLimits = field(default_factory=AlertLimits)
    milestones: Milestones = field(default_factory=Milestones)
    capture: CapturePolicy = field(default_factory=CapturePolicy)
    renewals: Renewals = field(default_factory=Renewals)
    questions: tuple[StageQuestions, ...] = QUESTIONS
    required: tuple[RequiredField, ...] = ()
    evidence: tuple[RequiredEvidence, ...] = ()

    # The stage clock's default, while nothing can be learned
    stuck_days: int = 30
    stuck_days_from_proposal: int = 21
    stuck_times_median: float = 2.0
    old_times_median: float = 2.3

    # Silence
    two_way: ByPhase = field(default_factory=lambda: ByPhase(early=21, mid=14, late=7))
    buyer_silent: ByPhase = field(
        default_factory=lambda: ByPhase(early=14, mid=10, late=7)
    )
    our_silence: ByPhase = field(
        default_factory=lambda: ByPhase(early=14, mid=12, late=10)
    )
    unanswered_days: int = 5  #: a buyer who wrote unasked may wait this long
    answered_within: int = 3  #: days in which the buyer's message answers ours
    given_up_days: int = 30  #: after attempts without an answer, this long without one
    quiet_when_closing: int = 7  #: days of silence, when the close date is near
    closing_soon: int = 30  #: days ahead that count as near
    untouched_days: int = 7  #: a new deal may be untouched this long
    ghosted_outbound: int = 2  #: our attempts since the buyer's last word

    # Close date
    decide_now_days: int = 3  #: past close dates up to this are amber
    push_days: int = 21  #: one push of this many days
    push_crossings: int = 2
    pushed_days: int = 45
    push_memory: int = 45  #: days for which a push is news
    pushes_hygiene: int = 3
    pushed_days_hygiene: int = 90
    frozen_within: int = 14  #: close date this near ...
    frozen_unchanged: int = 30  #: ... and unchanged for this long
    far_days: int = 730
    absurd_years: int = 10
    close_late_days: int = 14

    # Amount
    amount_cut: Decimal = Decimal("0.20")
    amount_memory: int = 30  #: days for which a cut is news
    amount_outlier: int = 10  #: times the median
    placeholder_low: Decimal = Decimal("0.01")  #: of the median
    placeholder_high: int = 100  #: times the median
    same_amounts: int = 3  #: deals in a row with one amount before another looks copied
    line_tolerance: Decimal = Decimal("0.01")  #: between amount and products

    # People
    contacts_engaged: int = 2
    decider_words: tuple[str, ...] = (
        "decision maker",
        "decision-maker",
        "economic buyer",
        "economic decision maker",
        "executive sponsor",
        "approver",
    )
    own_company: tuple[str, ...] = ()  #: names of accounts that are ourselves

    snooze_field: str | None = None  #: may hold a snooze, besides the next step

    # Stage and forecast
    moved_memory: int = 14  #: days for which a stage change is news
    unlikely: float = 0.05  #: chance to win in time at which it is mentioned ...
    unlikely_of_usual: float = 0.5  #: ... if it is so small beside a fresh deal's
    probability_gap: int = 20  #: points off the stage's default
    commit_pushes: int = 2
    jump_stages: int = 3

    # Next step and tasks
    step_stale_days: int = 14
    step_min_length: int = 8
    step_boilerplate: tuple[str, ...] = (
        "check in",
        "circle back",
        "follow up",
        "followup",
        "follow-up",
        "n/a",
        "none",
        "pending",
        "tbc",
        "tbd",
        "todo",
        "touch base",
    )
    task_overdue_signal: int = 3
    task_overdue: int = 7
    outbound_only: int = 3

    # Good news
    re_engaged_gap: int = 3  #: weeks of silence before the buyer's return

    # Hygiene
    grace_stage: int = 3  #: business days after entering a stage
    grace_owner: int = 7  #: days after a transfer
    gap_share: float = 0.8  #: a rule failing on more is a gap in the process
    gap_deals: int = 20  #: of at least so many deals
    duplicate_days: int = 30
    duplicate_amount: Decimal = Decimal("0.05")
    duplicate_name: float = 0.85
    vague_share: float = 0.30  #: of lost deals with "other" as their reason
    vague_deals: int = 5  #: of at least so many lost deals
    closed_days: int = 90  #: how long after closing a deal is still checked

    # Over time
    chronic_reviews: int = 3
    due_weight: Decimal = Decimal("0.25")  #: of a deal that is not due in the period
    winsorise: float = 0.9  #: quantile of the rep's positive amounts
