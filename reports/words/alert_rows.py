"""Rows of the hygiene alert: rules, how complete the fields are, and issues."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from reports.findings import Fixer
from reports.packet.issues import Filled, Finding, RuleCount
from reports.said import Said, mark, number, percent, say, short
from reports.words.bars import Part, parts
from reports.words.deal_rows import label
from reports.words.links import Links
from reports.words.text import sums


FIXERS = {
    Fixer.REP: say("Reps"),
    Fixer.MANAGER: say("Managers"),
    Fixer.OPS: say("Operations"),
}
#: How a rule stands: whether it is over its limit, and whether that is new.
STATES: Mapping[tuple[bool, bool], str] = {
    (True, False): mark("over limit {share}"),
    (False, False): mark("limit {share}"),
    (True, True): mark("new over limit {share}"),
    (False, True): mark("back within {share}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """A rule with how often it fails."""

    title: str
    field: str
    failing: str
    change: str | None  #: since the last alert
    share: str
    state: str  #: and where its limit is
    over: bool
    money: str
    fixer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledRow:
    """A field with how many open deals have it."""

    field: str
    filled: str
    share: str
    bar: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRow:
    """A new issue with its deal."""

    deal: str
    amount: str
    because: str
    field: str
    fixer: str
    url: str | None


def rule_row(rule: RuleCount) -> RuleRow:
    """A rule in words."""
    return RuleRow(
        title=say(rule.title),
        field=label(rule.field),
        failing=share_of(rule.failing, rule.applicable),
        change=change(rule),
        share=percent(rule.share),
        state=state(rule),
        over=rule.over,
        money=sums(rule.money) or say("no amount"),
        fixer=FIXERS[rule.fixer],
    )


def share_of(some: int, whole: int) -> Said:
    """How many of how many."""
    return say("{some} of {all}", some=number(some), all=number(whole))


def change(rule: RuleCount) -> Said | None:
    """How many more or fewer deals fail it than at the last alert."""
    more = 0 if rule.before is None else rule.failing - rule.before
    if not more:
        return None
    if more > 0:
        return say("+{more}", more=number(more))
    return say("-{fewer}", fewer=number(-more))


def state(rule: RuleCount) -> Said:
    """Where its limit is, and on which side of it the rule is; a few prove nothing."""
    if rule.share > rule.limit and not rule.over:
        return say("limit {share}, too few", share=percent(rule.limit))
    if rule.over and rule.share < rule.limit:
        # Once over, a rule is so until it is well below.
        return say("limit {share}, not far below it yet", share=percent(rule.limit))
    pattern = STATES[rule.over, rule.crossing is not None]
    return say(pattern, share=percent(rule.limit))


def filled_row(one: Filled) -> FilledRow:
    """A field with its bar."""
    return FilledRow(
        field=label(one.field),
        filled=share_of(one.filled, one.of),
        share=percent(one.filled / one.of) if one.of else say("no deals"),
        bar=parts(
            [("sure", Decimal(one.filled)), ("left", Decimal(one.of - one.filled))]
        ),
    )


def issue_row(one: Finding, links: Links) -> IssueRow:
    """An issue in words."""
    return IssueRow(
        deal=one.deal.name,
        amount=short(one.deal.amount, one.deal.currency),
        because=one.issue.because,
        field=label(one.issue.field),
        fixer=FIXERS[one.issue.fixer],
        url=links.edit(one.deal.id),
    )
