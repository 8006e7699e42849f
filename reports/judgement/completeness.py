"""The completeness score: of deals, shrunk for reps, with an interval.

Only what the rep can put right counts, on deals owned for more than a week, and not
where a rule fails almost everywhere. Below five deals there is no number. Scores
are for the one they belong to; they never rank people.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from reports.findings import DealReview, Fixer, HygieneIssue, Severity
from reports.judgement.hygiene_rules import HygieneRule, applying
from reports.judgement.rules import Context
from reports.model import Deal, UserId


#: How many of the team's average deals a rep's score starts with.
PRIOR = 8
#: Below this there is no number.
FEWEST = 5
#: Of the normal distribution, for an interval of 80 %.
Z80 = 1.281552


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How complete a rep's open deals are, between 0 and 1."""

    user_id: UserId
    deals: int
    share: float | None  #: None below five deals
    interval: tuple[float, float] | None  #: 80 %
    critical: int  #: open critical issues
    team: float


def deal_score(
    deal: Deal,
    issues: Iterable[HygieneIssue],
    rules: Sequence[HygieneRule],
    context: Context,
) -> float | None:
    """The weight of what is right, family by family; None if nothing applies.

    Within a family only the worst failing rule counts, against the heaviest that
    applies, so that putting one thing right never lowers the score.
    """
    most: dict[str, int] = defaultdict(int)
    for rule in applying(deal, rules, context):
        most[rule.family] = max(most[rule.family], rule.worst)
    lost: dict[str, int] = defaultdict(int)
    codes = {rule.code for rule in rules}
    for issue in issues:
        if issue.code in codes and issue.fixer is Fixer.REP:
            lost[issue.family] = max(lost[issue.family], issue.severity)
    whole = sum(most.values())
    if not whole:
        return None
    return sum(weight - lost[family] for family, weight in most.items()) / whole


def counted(rules: Iterable[HygieneRule], gaps: Iterable[str]) -> list[HygieneRule]:
    """The rules that count: a rep can put them right, and most deals do."""
    left_out = set(gaps)
    return [
        rule
        for rule in rules
        if rule.fixer is Fixer.REP and not rule.closed and rule.code not in left_out
    ]


def owned_long_enough(deal: Deal, context: Context) -> bool:
    """Whether the deal has been the owner's for more than the days of grace."""
    owned = deal.owner_since or deal.created_on
    return context.days_since(owned) > context.policy.grace_owner


def scores(
    reviews: Iterable[tuple[DealReview, Context]], rules: Sequence[HygieneRule]
) -> Mapping[UserId, Score]:
    """The score of every owner of open deals."""
    values: dict[UserId, list[float]] = defaultdict(list)
    critical: dict[UserId, int] = defaultdict(int)
    for review, context in reviews:
        owner = review.deal.owner_id
        critical[owner] += sum(
            issue.severity is Severity.CRITICAL for issue in review.hygiene
        )
        value = deal_score(review.deal, review.hygiene, rules, context)
        if value is not None and owned_long_enough(review.deal, context):
            values[owner].append(value)
    every = [value for found in values.values() for value in found]
    team = sum(every) / len(every) if every else 1.0
    return {
        owner: score(owner, values[owner], team, critical[owner]) for owner in critical
    }


def score(owner: UserId, values: list[float], team: float, critical: int) -> Score:
    """A rep's score: the mean of the deals, drawn towards the team's."""
    n = len(values)
    enough = n >= FEWEST
    share = (sum(values) + PRIOR * team) / (n + PRIOR)
    return Score(
        user_id=owner,
        deals=n,
        share=share if enough else None,
        interval=interval(values, share) if enough else None,
        critical=critical,
        team=team,
    )


def interval(values: list[float], share: float) -> tuple[float, float]:
    """Where the share would lie in 8 of 10 draws of as many deals like these."""
    n = len(values)
    mean = sum(values) / n
    spread = sqrt(sum((value - mean) ** 2 for value in values)) / (n + PRIOR)
    return max(0.0, share - Z80 * spread), min(1.0, share + Z80 * spread)
