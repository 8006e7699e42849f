"""Rules that fail almost everywhere: a gap in the process, not in the deals."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from reports.findings import DealReview, Fixer, HygieneIssue
from reports.judgement.actions import actions
from reports.judgement.hygiene_rules import HygieneRule
from reports.judgement.rules import Context
from reports.model import Deal, Organisation, Problem
from reports.said import Said, joined, many, percent, say


#: The signals that see the same gap, by rule: true of every deal, they tell none apart.
SAME = {"next-step-empty": "no-next-step", "no-decider": "no-decision-maker"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A rule that fails on almost every deal it applies to."""

    rule: HygieneRule
    failing: int
    applicable: int


def gaps(
    rules: Iterable[HygieneRule],
    deals: Sequence[tuple[Deal, Context]],
    issues: Iterable[HygieneIssue],
) -> dict[str, Gap]:
    """The rules that fail on more deals than a process in use would let them."""
    failing = Counter(issue.code for issue in issues)
    found: dict[str, Gap] = {}
    for rule in rules:
        policy = deals[0][1].policy if deals else None
        if policy is None or failing[rule.code] < policy.gap_deals:
            continue
        applicable = sum(rule.applies(deal, context) for deal, context in deals)
        if failing[rule.code] > policy.gap_share * applicable:
            found[rule.code] = Gap(
                rule=rule, failing=failing[rule.code], applicable=applicable
            )
    return found


def handed_to_ops(
    issues: Iterable[HygieneIssue], found: Mapping[str, Gap]
) -> tuple[HygieneIssue, ...]:
    """The same issues; those of a gap are for ops to fix, at the source."""
    return tuple(
        replace(issue, fixer=Fixer.OPS) if issue.code in found else issue
        for issue in issues
    )


def unflagged(
    review: DealReview, context: Context, found: Mapping[str, Gap]
) -> DealReview:
    """The same without signals that almost every deal here would raise."""
    quiet = {SAME[code] for code in found if code in SAME}
    signals = tuple(one for one in review.signals if one.code not in quiet)
    if len(signals) == len(review.signals):
        return review
    return replace(
        review,
        signals=signals,
        actions=actions(review.deal, signals, review.urgency, context),
    )


def told(found: Mapping[str, Gap], org: Organisation) -> tuple[Problem, ...]:
    """One problem for ops per gap."""
    return tuple(
        Problem(
            record_id=org.id,
            object="Opportunity",
            because=sentence_of(code, gap),
        )
        for code, gap in found.items()
    )


def sentence_of(code: str, gap: Gap) -> Said:
    """How much a rule fails, and what follows from it."""
    fails = say(
        "{rule} fails on {share} of {deals}: a gap in the process or the "
        "configuration, not in the deals.",
        rule=code,
        share=percent(gap.failing / gap.applicable),
        deals=many(gap.applicable, "deal"),
    )
    if code not in SAME:
        return fails
    return joined(" ", [fails, say("No deal is flagged for it.")])
