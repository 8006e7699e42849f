"""Hygiene issues counted: by rule, by field, and against the last alert."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reports.findings import Fixer, HygieneIssue, Money, Severity
from reports.judgement.contexts import by_owner, of_book
from reports.judgement.hygiene import HYGIENE
from reports.judgement.hygiene_rules import HygieneRule
from reports.judgement.judge import Judged, closed_deals
from reports.judgement.policy import AlertLimits, Policy
from reports.model import Book, Deal, Person
from reports.packet.money import total


#: An issue by its deal, its rule and its field.
Key = tuple[str, str, str]


class Crossing(StrEnum):
    """What happened to a rule since the last alert."""

    RAISED = "raised"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An issue with its deal and the deal's owner."""

    issue: HygieneIssue
    deal: Deal
    owner: Person | None
    title: str

    @property
    def key(self) -> Key:
        """What makes it the same issue at the next alert."""
        return self.issue.deal_id, self.issue.code, self.issue.field


@dataclass(frozen=True, slots=True, kw_only=True)
class Previous:
    """What the last alert said."""

    keys: frozenset[Key]
    over: frozenset[str]

    def failing(self, code: str) -> int:
        """On how many deals a rule failed."""
        return len({deal for deal, rule, _ in self.keys if rule == code})


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCount:
    """How often a rule fails."""

    code: str
    title: str
    field: str
    severity: Severity
    fixer: Fixer
    failing: int
    applicable: int
    limit: float  #: the share from which it is worth an alert
    over: bool
    before: int | None  #: failing at the last alert; None: there was none
    crossing: Crossing | None
    money: tuple[Money, ...]  #: of the failing deals

    @property
    def share(self) -> float:
        """Failing of applicable."""
        return self.failing / self.applicable if self.applicable else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """How many open deals have a field filled."""

    field: str
    filled: int
    of: int


def findings(book: Book, judged: Judged) -> tuple[Finding, ...]:
    """Every issue with its deal, the largest deals first."""
    titles = {rule.code: rule.title for rule in HYGIENE}
    deals = {deal.id: deal for deal in (*book.closed, *book.deals)}
    issues = [
        *(issue for review in judged.reviews.values() for issue in review.hygiene),
        *judged.closed_hygiene,
    ]
    found = [
        Finding(
            issue=issue,
            deal=deals[issue.deal_id],
            owner=book.people.get(deals[issue.deal_id].owner_id),
            title=titles.get(issue.code, issue.code),
        )
        for issue in issues
    ]
    return tuple(
        sorted(
            found,
            key=lambda one: (
                -(one.deal.amount_base or 0),
                one.deal.id,
                -one.issue.severity,
                one.issue.code,
            ),
        )
    )


def counts(
    book: Book,
    judged: Judged,
    found: Iterable[Finding],
    policy: Policy,
    previous: Previous | None,
) -> tuple[RuleCount, ...]:
    """The rules that fail or crossed their limit; those over it first, worst first."""
    failing: dict[str, dict[str, Deal]] = defaultdict(dict)
    fixers = {one.issue.code: one.issue.fixer for one in found}
    for one in found:
        failing[one.issue.code][one.deal.id] = one.deal
    of = applicable(book, judged, policy)
    lines = []
    for rule in HYGIENE:
        deals = list(failing[rule.code].values())
        limit = limit_of(rule, policy.alerts)
        was = previous is not None and rule.code in previous.over
        over = is_over(len(deals), of[rule.code], limit, policy.alerts, was=was)
        lines.append(
            RuleCount(
                code=rule.code,
                title=rule.title,
                field=rule.field,
                severity=rule.worst,
                fixer=fixers.get(rule.code, rule.fixer),
                failing=len(deals),
                applicable=of[rule.code],
                limit=limit,
                over=over,
                before=previous.failing(rule.code) if previous else None,
                crossing=crossing(over=over, was=was) if previous else None,
                money=total(deals, book.org.currency),
            )
        )
    return tuple(
        sorted(
            (line for line in lines if line.failing or line.crossing),
            key=lambda line: (not line.over, -line.severity, -line.share, line.code),
        )
    )


def applicable(book: Book, judged: Judged, policy: Policy) -> dict[str, int]:
    """On how many deals each rule has anything to say."""
    context = of_book(book, judged.norms, policy, {})
    pairs = [
        *(
            (deal, own)
            for deals, own in by_owner(book.deals, context)
            for deal in deals
        ),
        *closed_deals(book, context),
    ]
    return {
        rule.code: sum(rule.applies(deal, own) for deal, own in pairs)
        for rule in HYGIENE
    }


def limit_of(rule: HygieneRule, limits: AlertLimits) -> float:
    """The share of failing deals from which a rule is worth an alert."""
    return {
        Severity.CRITICAL: limits.critical,
        Severity.HIGH: limits.high,
        Severity.MEDIUM: limits.medium,
        Severity.LOW: limits.low,
    }[rule.worst]


def is_over(
    failing: int, applicable: int, limit: float, limits: AlertLimits, *, was: bool
) -> bool:
    """Whether a rule is over its limit; once over, it takes more to come back."""
    if not applicable or failing < limits.fewest:
        return False
    threshold = round(limit * limits.clears_at, 6) if was else limit
    return failing / applicable >= threshold


def crossing(*, over: bool, was: bool) -> Crossing | None:
    """What happened since the last alert."""
    if over == was:
        return None
    return Crossing.RAISED if over else Crossing.CLEARED


def filled(deals: Sequence[Deal], has: frozenset[str]) -> tuple[Filled, ...]:
    """How complete the open deals are, field by field, the emptiest first."""
    present = {
        "Amount": [deal.amount is not None for deal in deals],
        "CloseDate": [deal.close_date is not None for deal in deals],
        "NextStep": [bool((deal.next_step or "").strip()) for deal in deals],
        "AccountId": [deal.account_id is not None for deal in deals],
        "Type": [bool(deal.type) for deal in deals],
        "LeadSource": [bool(deal.lead_source) for deal in deals],
        "OpportunityContactRole": [bool(deal.roles) for deal in deals],
        "OpportunityLineItem": [bool(deal.line_items) for deal in deals],
        "ActivityHistory": [deal.last_touch is not None for deal in deals],
    }
    lines = [
        Filled(field=field, filled=sum(values), of=len(values))
        for field, values in present.items()
        if not field.startswith("Opportunity") or field in has
    ]
    return tuple(sorted(lines, key=lambda line: (line.filled, line.field)))
