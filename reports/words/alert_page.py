"""The hygiene alert as the page says it."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from reports.findings import Fixer
from reports.model import Problem
from reports.packet.alerts import HygieneAlert
from reports.packet.issues import Crossing, Filled, Finding, RuleCount
from reports.said import capital, day, long_day, many, moment, percent, short
from reports.words.bars import Part, parts
from reports.words.deal_rows import label
from reports.words.headline import SUBJECT
from reports.words.links import Links
from reports.words.page import Table, cut
from reports.words.text import shown, sums


FIXERS = {Fixer.REP: "Reps", Fixer.MANAGER: "Managers", Fixer.OPS: "Operations"}
MOST_PIPE = 8
MOST_RULES = 12
MOST_NEW = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """A rule with how often it fails."""

    title: str
    field: str
    failing: str
    change: str
    share: str
    limit: str
    over: bool
    state: str
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


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPage:
    """Everything that a hygiene alert says."""

    subject: str
    heading: str
    who: str
    lead: tuple[str, ...]
    pipe: Table[str]
    rules: Table[RuleRow]
    fields: tuple[FilledRow, ...]
    habits: tuple[str, ...]
    new: Table[IssueRow]
    new_title: str
    records: Table[str]
    footer: tuple[str, ...]


def alert_page(alert: HygieneAlert, links: Links) -> AlertPage:
    """The page of an alert."""
    listed = alert.findings if alert.new is None else alert.new
    return AlertPage(
        subject=subject(alert),
        heading=heading(alert),
        who=f"Data hygiene · {alert.org_name} · {long_day(alert.today)}",
        lead=tuple(lead(alert)),
        pipe=cut([blind(one, alert) for one in alert.pipe], MOST_PIPE),
        rules=cut([rule_row(one) for one in alert.rules], MOST_RULES),
        fields=tuple(filled_row(one) for one in alert.fields),
        habits=alert.habits,
        new=Table(
            rows=tuple(issue_row(one, links) for one in listed[:MOST_NEW]),
            more=max(0, len(listed) - MOST_NEW),
        ),
        new_title="The largest deals with something to put right"
        if alert.new is None
        else "New since the last alert, largest first",
        records=cut(
            [f"{one.object}: {one.because}" for one in alert.records], MOST_PIPE
        ),
        footer=(
            (
                f"Made from {many(alert.open_deals, 'open deal')} as of "
                f"{moment(alert.as_of, 'UTC')}. The full list is attached."
            ),
            (
                "Owners of deals are not copied in; each rep gets only what is theirs "
                "to put right."
            ),
        ),
    )


def blind(problem: Problem, alert: HygieneAlert) -> str:
    """What cannot be seen, and whose records it is about."""
    name = alert.names.get(problem.record_id)
    return f"{shown(name)}: {problem.because}" if name else problem.because


def subject(alert: HygieneAlert) -> str:
    """When, and how much is over its limit; blind spots where there is room."""
    over = len(alert.over)
    told = f"{many(over, 'rule')} over limit" if over else "every rule within its limit"
    head = f"Data hygiene · {day(alert.today, alert.today)} · "
    blind = many(len(alert.pipe), "blind spot")
    if alert.pipe and not over:
        return f"{head}{blind}, rules within limits"
    line = f"{head}{told}, {blind}" if alert.pipe else f"{head}{told}"
    return line if len(line) <= SUBJECT else f"{head}{told}"


def heading(alert: HygieneAlert) -> str:
    """The finding: what changed most, else what is worst."""
    raised = [rule for rule in alert.crossed if rule.crossing is Crossing.RAISED]
    chosen = (*raised, *alert.over)
    if not chosen:
        blind_to = sum(problem.object == "User" for problem in alert.pipe)
        if blind_to:
            return f"Activity may not be captured for {many(blind_to, 'owner')}"
        if alert.pipe:
            return capital(alert.pipe[0].because.rstrip("."))
        return "Every rule is within its limit"
    rule = chosen[0]
    change = difference(rule.failing, rule.before, "last time")
    return (
        f"{rule.failing} of {many(rule.applicable, 'deal')}: "
        f"{lower(rule.title.rstrip('.'))}"
        f"{', ' + change if change else ''}"
    )


def lower(text: str) -> str:
    """The text with a small first letter."""
    return text[:1].lower() + text[1:]


def lead(alert: HygieneAlert) -> Iterator[str]:
    """How many rules and issues, and what went."""
    issues = f"{many(len(alert.findings), 'issue')} on " + many(
        len({one.deal.id for one in alert.findings}), "deal"
    )
    over = many(len(alert.over), "rule")
    yield f"{issues}; {over} over limit." if alert.over else f"{issues}, within limits."
    if alert.new is not None:
        yield f"Since the last alert: {len(alert.new)} new, {alert.gone} put right."
    back = [rule for rule in alert.crossed if rule.crossing is Crossing.CLEARED]
    if back:
        yield f"Back within limits: {', '.join(rule.code for rule in back)}."


def difference(now: int, before: int | None, when: str) -> str:
    """The change of a count in words."""
    if before is None or now == before:
        return "" if before is None else f"as many as {when}"
    return f"{abs(now - before)} {'more' if now > before else 'fewer'} than {when}"


def rule_row(rule: RuleCount) -> RuleRow:
    """A rule in words."""
    more = 0 if rule.before is None else rule.failing - rule.before
    state = "over limit" if rule.over else "limit"
    if rule.crossing:
        state = "new over limit" if rule.over else "back within"
    return RuleRow(
        title=rule.title,
        field=label(rule.field),
        failing=f"{rule.failing} of {rule.applicable}",
        change=f"{more:+d}" if more else "",
        share=percent(rule.share),
        limit=percent(rule.limit),
        over=rule.over,
        state=state,
        money=sums(rule.money) or "no amount",
        fixer=FIXERS[rule.fixer],
    )


def filled_row(one: Filled) -> FilledRow:
    """A field with its bar."""
    return FilledRow(
        field=label(one.field),
        filled=f"{one.filled} of {one.of}",
        share=percent(one.filled / one.of) if one.of else "no deals",
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
