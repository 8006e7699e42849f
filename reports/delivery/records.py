"""What the ledger keeps about reviews, promises and letters: values only."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256

from reports.delivery.address import domain_of
from reports.findings import Message, OwnerKind
from reports.model import OpportunityId, UserId


class LetterKind(StrEnum):
    """What a letter is; part of what makes a delivery unique."""

    PACKET = "packet"
    HYGIENE = "hygiene"
    REMINDER = "reminder"
    FOLLOW_UP = "followup"
    ROLL_UP = "rollup"
    DEAL_SHEET = "dealsheet"


class State(StrEnum):
    """How far a delivery has come."""

    STORED = "stored"  #: its bytes are kept; nobody has tried
    CLAIMED = "claimed"  #: being sent, and certainly not out yet
    SENDING = "sending"  #: the receiver may have it from here on
    ACCEPTED = "accepted"
    DEFERRED = "deferred"  #: refused for now; tried again when it is due
    REFUSED = "refused"  #: for good; a person must act
    IN_DOUBT = "in doubt"  #: it may have arrived; never sent again blindly
    HELD = "held"  #: kept back, with a reason that ops read
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryKey:
    """What makes a delivery the same one, whatever it was made from."""

    cycle: str
    kind: LetterKind
    rep_id: str  #: whose deals it is about; empty for the alert to ops
    recipient: str
    revision: int = 0

    @property
    def message_id(self) -> str:
        """The Message-ID: the same key always has the same one."""
        parts = (self.cycle, self.kind, self.rep_id, self.recipient, str(self.revision))
        text = "\0".join(parts).encode(errors="surrogatepass")
        digest = sha256(text).hexdigest()[:40]
        return f"<{digest}@dealpacket.{domain_of(self.recipient) or 'invalid'}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a letter; always text."""

    name: str
    kind: str  #: such as text/csv or text/calendar
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message for one recipient, ready to be kept and sent."""

    key: DeliveryKey
    message: Message
    to_name: str
    reply_to: tuple[str, ...] = ()  #: rep and manager, for letters to both
    at: datetime  #: the Date header, in UTC
    snapshot: str
    answers: str | None = None  #: Message-ID of the letter that it threads under
    deal_ids: frozenset[str] = frozenset()  #: the deals that may be in it
    attachments: tuple[Attachment, ...] = ()
    locale: str = "en_US"
    rules: str = ""  #: which version of the rules judged its deals


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A letter's way to its recipient, as far as it has come."""

    key: DeliveryKey
    message_id: str
    state: State
    reason: str  #: why it is held, deferred, refused or in doubt
    reply: str  #: what the receiver answered last
    attempts: int
    snapshot: str
    rules: str
    deal_ids: frozenset[str]
    sha256: str  #: of its bytes
    waiting_since: datetime  #: since it was stored, or released by a person
    next_at: datetime | None  #: when a deferred one is tried again
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One review of a rep's deals; the next one is measured against it."""

    cycle: str
    rep_id: UserId
    manager_id: UserId | None
    held_on: date
    as_of: datetime
    snapshot: str
    frozen: str  #: the rep's deals as they were, as JSON
    discussed: tuple[OpportunityId, ...]  #: the deals on the agenda
    flagged: tuple[OpportunityId, ...]  #: the deals with a problem
    rules: str  #: which version of the rules judged them
    clock: str = ""  #: what the stage clock said of the deals, as JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A next step that a packet proposed; a promise once somebody takes it."""

    id: str  #: what a task's subject is marked with
    cycle: str
    rep_id: UserId
    deal_id: OpportunityId
    obstacle: str
    what: str
    owner: OwnerKind
    due: date
    metric: str
    proposed_at: datetime
    taken_by: str | None = None  #: the task that took it, by its record id
    taken_at: datetime | None = None
    carried: int = 0  #: reviews since it was first proposed
    code: str = ""  #: the plan it comes from; says what shows that it was done
    outcome: str | None = None  #: None: open; else how it ended
    evidence: str | None = None  #: what shows it, as JSON
    settled_at: datetime | None = None


class TaskState(StrEnum):
    """How far a proposal is on its way to a task in Sales Cloud."""

    PLANNED = "planned"  #: printed in a packet; nobody has tried
    CLAIMED = "claimed"  #: tried: Sales Cloud may have it
    DONE = "done"
    REFUSED = "refused"  #: by Sales Cloud, for good
    DROPPED = "dropped"  #: it came to nothing before it could be entered


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskWrite:
    """A proposal that is to become a task."""

    proposal: Proposal
    owner_id: UserId  #: whose task it will be
    state: TaskState
    at: datetime  #: since when it is in that state
