"""The words of the trade: people, deals and what is known about them as of a moment.

Values only. ``date`` is a day in the zone of the deal's owner, ``datetime`` an
aware moment in UTC, money a ``Decimal`` in the currency beside it. ``None`` means
"not entered in Sales Cloud", never "unknown to us".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NewType


RecordId = NewType("RecordId", str)
OpportunityId = NewType("OpportunityId", str)
UserId = NewType("UserId", str)

Plan = tuple[datetime, date | None]  #: the close date from a moment on


class ActivityKind(StrEnum):
    """What kind of activity Sales Cloud recorded."""

    CALL = "call"
    EMAIL = "email"
    MEETING = "meeting"


class Direction(StrEnum):
    """Who reached out: we, the buyer, or both at once (a meeting, a long call)."""

    OUTBOUND = "outbound"
    INBOUND = "inbound"
    TWO_WAY = "two-way"


class Phase(StrEnum):
    """Which third of the open stages a stage is in; thresholds are set by it."""

    EARLY = "early"
    MID = "mid"
    LATE = "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A user of Sales Cloud."""

    id: UserId
    name: str
    email: str | None
    active: bool
    manager_id: UserId | None = None
    title: str | None = None
    zone: str = "UTC"  #: TimeZoneSidKey, an IANA name
    locale: str = "en_US"  #: LocaleSidKey
    language: str = "en_US"  #: LanguageLocaleKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A row of OpportunityStage; ``position`` counts the open stages from 1."""

    name: str
    position: int = 0  #: 0 for closed stages and for stages that are not configured
    of: int = 0  #: how many open stages there are
    is_closed: bool = False
    is_won: bool = False
    probability: Decimal | None = None  #: DefaultProbability, 0 to 100
    forecast_category: str | None = None
    known: bool = True  #: false when deals name it but OpportunityStage does not

    @property
    def phase(self) -> Phase:
        """Early, mid or late, by thirds of the open stages."""
        if self.of == 0 or self.position * 3 <= self.of:
            return Phase.EARLY
        return Phase.MID if self.position * 3 <= self.of * 2 else Phase.LATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """One activity, as evidence: it can be opened by its record id."""

    kind: ActivityKind
    direction: Direction
    at: datetime
    on: date  #: the day of ``at`` in the owner's zone
    record_id: RecordId
    subject: str | None = None
    user_id: UserId | None = None
    certain: bool = True  #: false when it names a contact and not the deal itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One uninterrupted stay in a stage; the last one has not ended."""

    stage: str
    entered: datetime
    left: datetime | None
    to: str | None  #: the next stage's name, None while the visit lasts
    imported: bool = False  #: it began before; the records do with ``entered``


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRole:
    """A row of OpportunityContactRole with its contact."""

    record_id: RecordId
    contact_id: RecordId
    name: str
    title: str | None
    role: str | None
    is_primary: bool
    email: str | None
    phone: str | None
    added_on: date
    bounced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A change of one field of an opportunity, from history or our own journal."""

    field: str  #: the API name: CloseDate, Amount, StageName, NextStep, OwnerId
    at: datetime
    on: date
    old: str | None  #: dates and numbers as ISO text
    new: str | None
    record_id: RecordId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTask:
    """A task that is not completed yet."""

    record_id: RecordId
    subject: str | None
    due: date | None
    owner_id: UserId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenTask:
    """A task whose subject carries the mark of something that was proposed."""

    record_id: RecordId
    subject: str
    deal_id: OpportunityId | None  #: None: it is not about an opportunity any more
    owner_id: UserId | None
    created_at: datetime
    due: date | None
    done: bool
    done_at: datetime | None  #: None where Sales Cloud does not say


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A contact between two colleagues that Sales Cloud has on record."""

    kind: str  #: meeting, call, task or email
    record_id: RecordId
    subject: str | None
    at: datetime
    between: frozenset[UserId]  #: the two of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """An opportunity with everything the rules look at, as of one moment."""

    id: OpportunityId
    name: str
    owner_id: UserId
    stage: Stage
    created_on: date
    close_date: date | None
    amount: Decimal | None
    currency: str
    amount_base: Decimal | None  #: in the corporate currency; None without a rate
    is_closed: bool = False
    is_won: bool = False
    closed_on: date | None = None
    closed_at: datetime | None = None  #: None when only the day is known
    account_id: RecordId | None = None
    account: str | None = None
    record_type: str | None = None
    type: str | None = None
    lead_source: str | None = None
    probability: Decimal | None = None  #: 0 to 100
    forecast_category: str | None = None  #: Pipeline, BestCase, Forecast, Omitted...
    loss_reason: str | None = None
    next_step: str | None = None
    next_step_since: date | None = None  #: since when its normalised text is the same
    visits: tuple[Visit, ...] = ()  #: oldest first, bounces under 24 hours merged
    plans: tuple[Plan, ...] = ()  #: close dates by history, oldest first
    entered_stage_on: date | None = None
    days_in_stage: int | None = None
    days_open: int = 0
    reopened: int = 0  #: times it went from a closed stage back to an open one
    imported: bool = False  #: brought in from elsewhere, without its past
    owner_since: date | None = None
    changes: tuple[FieldChange, ...] = ()  #: oldest first

    pushes: int = 0  #: times the close date moved to a later day
    pushed_days: int = 0  #: days of all those moves together
    month_crossings: int = 0  #: pushes that moved into a later month
    quarter_crossings: int = 0  #: likewise into a later fiscal quarter
    pull_ins: int = 0
    last_push: FieldChange | None = None
    first_amount: Decimal | None = None

    calls: int = 0  #: completed up to the moment
    emails: int = 0  #: sent or received up to the moment, each counted once
    meetings: int = 0
    by_contact: int = 0  #: activities that name a contact only; not in the above
    bounced_emails: int = 0  #: not in the above
    automated_emails: int = 0  #: sent by a machine, not in the above
    calls_30d: int = 0
    emails_30d: int = 0
    meetings_30d: int = 0
    last_outbound: Touch | None = None
    last_inbound: Touch | None = None
    last_two_way: Touch | None = None  #: inbound, or a conversation
    last_meeting: Touch | None = None
    next_meeting: Touch | None = None
    last_touch: Touch | None = None
    weeks_ours: tuple[int, ...] = (0,) * 8  #: calls and emails, oldest week first
    weeks_theirs: tuple[int, ...] = (0,) * 8
    attempts: int = 0  #: to reach the buyer since their last word
    attempts_since: date | None = None  #: the day of the first of them
    outbound_21d: int = 0
    inbound_21d: int = 0
    contacts_engaged_30d: int = 0

    roles: tuple[ContactRole, ...] = ()
    team: tuple[UserId, ...] = ()  #: opportunity team members, without the owner
    open_tasks: tuple[OpenTask, ...] = ()  #: earliest due first
    done_ahead: int = 0  #: completed tasks that are dated after the moment
    filled: tuple[str, ...] = ()  #: further fields that are filled in, in order
    line_items: int = 0
    line_total: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """The org itself, and which of its features hold data."""

    id: RecordId
    name: str
    zone: str = "UTC"
    locale: str = "en_US"
    language: str = "en_US"
    fiscal_start_month: int = 1
    quarters: tuple[tuple[date, date], ...] = ()  #: first and last days, in order
    currency: str = "USD"  #: the corporate currency
    retired_currencies: frozenset[str] = frozenset()
    has: frozenset[str] = frozenset()  #: objects that the mirror holds, by API name


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something in the data that could not be used, and why; never dropped."""

    record_id: RecordId
    object: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What a user should close in a period."""

    user_id: UserId
    start: date
    end: date
    amount: Decimal
    currency: str
    amount_base: Decimal | None = None  #: where it is not in the corporate currency


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """Everything the reports know, as of one moment."""

    as_of: datetime
    org: Organisation
    people: Mapping[UserId, Person]
    stages: Mapping[str, Stage]
    deals: tuple[Deal, ...]  #: open ones, ordered by owner and id
    closed: tuple[Deal, ...]  #: closed at the moment, same order
    quotas: tuple[Quota, ...] = ()
    problems: tuple[Problem, ...] = ()
    data_as_of: Mapping[str, datetime] = field(default_factory=dict)  #: by object
    fields: frozenset[str] = frozenset()  #: further fields that were read
    doubled_accounts: frozenset[RecordId] = frozenset()  #: another has their name
    closed_left_out: int = 0  #: closed too long ago to be in ``closed``
