"""How a rule is written, catalogued and run.

The function's name becomes the code, its docstring the sentence that readers see.
A rule sees one deal and its context, and contains no number of its own.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from reports.findings import Evidence, Fixer, Severity, Signal
from reports.judgement.policy import Policy
from reports.judgement.segments import norm_of
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
from reports.said import Said, say


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
    leaders: frozenset[UserId] = frozenset()  #: users to whom somebody reports
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
        return norm_of(self.norms, deal)

    def believes_silence(self, deal: Deal) -> bool:
        """Whether no activity on this deal means that there was none."""
        capture = self.norms.capture.get(deal.owner_id)
        return capture is None or capture.trusted

    def holds(self, name: str) -> bool:
        """Whether the organisation uses the object ``name`` at all."""
        return name in self.used

    def sees(self, name: str) -> bool:
        """Whether records of the object ``name`` can be read at all."""
        return name in self.org.has


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """What a rule says about a deal that it does not leave alone."""

    because: Said
    severity: Severity | None = None  #: when it is milder than the rule's worst
    evidence: tuple[Evidence, ...] = ()
    threshold: Said | None = None  #: when it is not the rule's own limit
    remedy: Said | None = None  #: when it is not the rule's own


Check = Callable[[Deal, Context], Flag | None]
Limit = Callable[[Policy], Said]

#: What a limit in force is compared with.
DEFAULTS = Policy()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A signal's check with everything that is printed about it."""

    code: str
    title: Said
    check: Check
    limit: Limit
    remedy: Said
    worst: Severity  #: the heaviest it can be
    fixer: Fixer = Fixer.REP
    positive: bool = False

    def threshold(self, policy: Policy) -> Said:
        """The limit in force and where it comes from."""
        return say(
            "{limit} ({source})", limit=self.limit(policy), source=self.source(policy)
        )

    def source(self, policy: Policy) -> Said:
        """Whether the limit is the default or was set."""
        as_it_comes = self.limit(policy) == self.limit(DEFAULTS)
        return say("default") if as_it_comes else say("configured")


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
                    remedy=say(remedy),
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


def title_of(check: Callable[..., object]) -> Said:
    """The sentence of a rule: the first line of its docstring."""
    if not check.__doc__:
        raise TypeError(f"{check.__name__} needs a docstring; readers will see it")
    return say(check.__doc__.splitlines()[0])


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
