"""An opportunity in the making: its true story, its flaws, how its fields changed."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.world.accounts import Account, Contact
from sandbox.world.flaws import Flaw
from sandbox.world.ids import Ids
from sandbox.world.people import Member
from sandbox.world.stages import Stage
from sandbox.world.states import Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field that became something else."""

    at: int
    field: str
    value: Any


@dataclass(slots=True, kw_only=True)
class Deal:
    """What the writers of one opportunity's records share."""

    id: str
    name: str
    story: Story
    flaws: frozenset[Flaw]
    owner: Member
    account: Account
    currency: str
    amount: float  #: what the deal is worth, whatever the record says
    creator_id: str
    ids: Ids  #: where its records get their ids from
    first_owner: Member | None = None  #: who had it before it was handed over
    handed_over: int | None = None
    silent: bool = False  #: a duplicate: nobody works on it
    changes: list[Change] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)  #: as they are in the end
    buyers: list[Contact] = field(default_factory=list)  #: who is talked to
    roles: list[tuple[str, bool, Contact]] = field(default_factory=list)
    lines_total: float = 0.0  #: what the products add up to; 0 without any
    lost: dict[str, Any] = field(default_factory=dict)  #: what empty fields should hold
    open_due: list[int] = field(default_factory=list)  #: days of tasks to do
    done_ahead: bool = False  #: a task is completed that is due after today
    meeting_ahead: bool = False
    touched: int = 0  #: when somebody last changed it
    stirred: int = 0  #: when an activity last moved its stamp
    last_activity: int | None = None  #: a day

    @property
    def stage(self) -> Stage:
        """The stage in the end."""
        return self.story.stage

    @property
    def deleted(self) -> bool:
        """In the recycle bin, with everything below it."""
        return Flaw.DELETED in self.flaws

    @property
    def is_open(self) -> bool:
        """Neither won nor lost."""
        return self.story.closed is None

    def worker(self, moment: int) -> Member:
        """Who worked on it then."""
        if self.first_owner and self.handed_over and moment < self.handed_over:
            return self.first_owner
        return self.owner

    def flawed(self, flaw: Flaw) -> bool:
        """Whether its record has that flaw."""
        return flaw in self.flaws
