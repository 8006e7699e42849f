"""How a rule is written, catalogued and run.

The function's name becomes the code, its docstring the sentence that readers see.
A rule sees one deal and its context, and contains no number of its own.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from reports.findings import Evidence, Fixer, Severity, Signal
from reports.judgement.policy import Policy
from reports.model import (
    Deal,
    OpportunityId,
    Organisation,
    Person,
    RecordId,
    Stage,
    UserId,
)
from reports.normal import Norms, StageNorm


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a rule may look at besides the deal."""

    as_of: datetime
    today: date  #: the local day of ``as_of`` for the deal's owner
    policy: Policy
    norms: Norms
    org: Organisation
    stages: Mapping[str, Stage]
    people: Mapping[UserId, Person]
    period_end: date  #: the last day of the running fiscal quarter
    milestones: Mapping[str, int] = field(default_factory=dict)
    flagged_before: Mapping[OpportunityId, int] = field(default_factory=dict)
    twins: Mapping[OpportunityId, Deal] = field(default_factory=dict)
    doubled_accounts: frozenset[RecordId] = frozenset()
    repeated: frozenset[OpportunityId] = frozenset()  #: amounts that look copied
    vague: frozenset[OpportunityId] = frozenset()  #: lost for "other", as too many
    fields: frozenset[str] = frozenset()  #: further fields that were read
    used: frozenset[str] = frozenset()  #: objects that deals have any records of

    def days_since(self, day: date) -> int:
        """Days from ``day`` to today."""
        return (self.today - day).days

    def days_until(self, day: date) -> int:
        """Days from today to ``day``."""
        return (day - self.today).days

    def reached(self, deal: Deal, milestone: str) -> bool:
        """Whether the deal is in the stage of ``milestone`` or a later one."""
        place = self.milestones.get(milestone)
        return place is not None and 0 < place <= deal.stage.position

    def norm(self, deal: Deal) -> StageNorm | None:
        """How long deals that were won usually stay where this one is."""
        return self.norms.stages.get(deal.stage.name) or self.norms.pooled

    def believes_silence(self, deal: Deal) -> bool:
        """Whether no activity on this deal means that there was none."""
        capture = self.norms.capture.get(deal.owner_id)
        return capture is None or capture.trusted

    def holds(self, name: str) -> bool:
        """Whether the organisation uses the object ``name`` at all."""
        return name in self.used


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """What a rule says about a deal that it does not leave alone."""

    because: str
    severity: Severity | None = None  #: when it is milder than the rule's worst
    evidence: tuple[Evidence, ...] = ()
    threshold: str | None = None  #: when it is not the rule's own limit
    remedy: str | None = None  #: when it is not the rule's own


Check = Callable[[Deal, Context], Flag | None]
Limit = Callable[[Policy], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A signal's check with everything that is printed about it."""

    code: str
    title: str
    check: Check
    limit: Limit
    remedy: str
    worst: Severity  #: the heaviest it can be
    fixer: Fixer = Fixer.REP
    positive: bool = False

    def threshold(self, policy: Policy) -> str:
        """The limit in force and where it comes from."""
        return f"{self.limit(policy)} ({self.source(policy)})"

    def source(self, policy: Policy) -> str:
        """Whether the limit is the default or was set."""
        return "default" if self.limit(policy) == self.limit(Policy()) else "configured"


class Catalogue(list[Rule]):
    """Rules in the order they were written."""

    def rule(
        self,
        *,
        worst: Severity,
        limit: Limit,
        remedy: str,
        fixer: Fixer = Fixer.REP,
        positive: bool = False,
    ) -> Callable[[Check], Check]:
        """Add a check. Its name becomes the code, its docstring the title."""

        def add(check: Check) -> Check:
            self.append(
                Rule(
                    code=code_of(check),
                    title=title_of(check),
                    check=check,
                    limit=limit,
                    remedy=remedy,
                    worst=worst,
                    fixer=fixer,
                    positive=positive,
                )
            )
            return check

        return add


def code_of(check: Callable[..., object]) -> str:
    """The code of a rule: its function's name in kebab-case."""
    return check.__name__.replace("_", "-")


def title_of(check: Callable[..., object]) -> str:
    """The sentence of a rule: the first line of its docstring."""
    if not check.__doc__:
        raise TypeError(f"{check.__name__} needs a docstring; readers will see it")
    return check.__doc__.splitlines()[0]


def signals_of(deal: Deal, rules: list[Rule], context: Context) -> Iterator[Signal]:
    """Try every rule on a deal."""
    for rule in rules:
        if flag := rule.check(deal, context):
            yield Signal(
                code=rule.code,
                deal_id=deal.id,
                severity=flag.severity or rule.worst,
                because=flag.because,
                threshold=flag.threshold or rule.threshold(context.policy),
                remedy=flag.remedy or rule.remedy,
                evidence=flag.evidence,
                positive=rule.positive,
            )
