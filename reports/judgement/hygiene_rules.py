"""How a hygiene rule is written, when it applies, and how it is run.

A rule applies from a milestone on, to open or to closed deals, where the mirror
holds the object it needs, and after its grace.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from reports.findings import Fixer, HygieneIssue, Severity
from reports.judgement.days import business_days
from reports.judgement.policy import Policy
from reports.judgement.rules import Context, code_of, title_of
from reports.model import Deal
from reports.said import Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What a hygiene rule says; what is None is as the rule has it."""

    because: Said
    severity: Severity | None = None
    field: str | None = None
    fixer: Fixer | None = None


Check = Callable[[Deal, Context], Fault | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class HygieneRule:
    """A hygiene check with everything that is printed about it."""

    code: str
    title: Said
    check: Check
    field: str  #: API name of the field, or of the related object
    family: str
    worst: Severity  #: the heaviest it can be
    fixer: Fixer = Fixer.REP
    since: str | None = None  #: the milestone from which it applies
    needs: str | None = None  #: the object without which it cannot be judged
    asked: Callable[[Policy], object] | None = None  #: what must be configured for it
    closed: bool = False  #: whether it is about closed deals
    grace: bool = False  #: whether a new stage or owner has some days first
    tier: int = 0
    limit: Callable[[Policy], str]

    def threshold(self, policy: Policy) -> str:
        """The limit in force and where it comes from."""
        return f"{self.limit(policy)} ({self.source(policy)})"

    def source(self, policy: Policy) -> str:
        """Whether the limit is the default or was set."""
        return "default" if self.limit(policy) == self.limit(Policy()) else "configured"

    def applies(self, deal: Deal, context: Context) -> bool:
        """Whether the rule has anything to say about such a deal at all."""
        return self.concerns(deal, context) and not (
            self.grace and in_grace(deal, context)
        )

    def concerns(self, deal: Deal, context: Context) -> bool:
        """Whether it applies, but for the days of grace."""
        return (
            deal.is_closed == self.closed
            and (self.since is None or context.reached(deal, self.since))
            and (self.needs is None or context.holds(self.needs))
            and context.norms.tier >= self.tier
            and (self.asked is None or bool(self.asked(context.policy)))
        )


class HygieneCatalogue(list[HygieneRule]):
    """Hygiene rules in the order they were written."""

    def rule(
        self,
        field: str,
        family: str,
        worst: Severity,
        *,
        limit: Callable[[Policy], str] | str,
        **terms: object,
    ) -> Callable[[Check], Check]:
        """Add a check. Its name becomes the code, its docstring the title."""

        def add(check: Check) -> Check:
            self.append(
                HygieneRule(
                    code=code_of(check),
                    title=title_of(check),
                    check=check,
                    field=field,
                    family=family,
                    worst=worst,
                    limit=fixed(limit) if isinstance(limit, str) else limit,
                    **terms,  # type: ignore[arg-type]
                )
            )
            return check

        return add


def fixed(text: str) -> Callable[[Policy], str]:
    """A limit that no setting changes."""
    return lambda _: text


def in_grace(deal: Deal, context: Context) -> bool:
    """Whether the deal has just entered its stage or changed hands."""
    policy = context.policy
    entered, owned = deal.entered_stage_on, deal.owner_since
    if entered and business_days(entered, context.today) <= policy.grace_stage:
        return True
    transferred = owned is not None and owned > deal.created_on
    return transferred and context.days_since(owned or context.today) <= (
        policy.grace_owner
    )


def applying(
    deal: Deal, rules: Iterable[HygieneRule], context: Context
) -> Iterator[HygieneRule]:
    """The rules that apply to a deal; its grace is worked out once."""
    fresh = in_grace(deal, context)
    for rule in rules:
        if rule.concerns(deal, context) and not (rule.grace and fresh):
            yield rule


def issues_of(
    deal: Deal, rules: Iterable[HygieneRule], context: Context
) -> Iterator[HygieneIssue]:
    """Try every rule that applies to a deal."""
    for rule in applying(deal, rules, context):
        if fault := rule.check(deal, context):
            yield HygieneIssue(
                code=rule.code,
                deal_id=deal.id,
                field=fault.field or rule.field,
                because=fault.because,
                severity=fault.severity or rule.worst,
                family=rule.family,
                fixer=fault.fixer or rule.fixer,
            )
