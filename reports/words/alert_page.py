"""The hygiene alert as the page says it."""

from collections.abc import Iterator
from dataclasses import dataclass

from reports.model import Problem
from reports.normal import UNCAPTURED
from reports.packet.alerts import HygieneAlert
from reports.packet.issues import Crossing
from reports.recipes import Pattern
from reports.said import (
    COMMA,
    Said,
    capital,
    counted,
    day,
    fitted,
    joined,
    long_day,
    lowered,
    many,
    moment,
    number,
    say,
    unstopped,
)
from reports.words.alert_rows import (
    FilledRow,
    IssueRow,
    RuleRow,
    filled_row,
    issue_row,
    rule_row,
)
from reports.words.headline import SUBJECT
from reports.words.links import Links
from reports.words.page import Table, cut
from reports.words.text import shown


MOST_PIPE = 12
MOST_RULES = 12
MOST_NEW = 15


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
        who=say(
            "Data hygiene · {organisation} · {day}",
            organisation=alert.org_name,
            day=long_day(alert.today),
        ),
        lead=tuple(lead(alert)),
        pipe=cut(list(blind_spots(alert)), MOST_PIPE),
        rules=cut([rule_row(one) for one in alert.rules], MOST_RULES),
        fields=tuple(filled_row(one) for one in alert.fields),
        habits=alert.habits,
        new=Table(
            rows=tuple(issue_row(one, links) for one in listed[:MOST_NEW]),
            more=max(0, len(listed) - MOST_NEW),
        ),
        new_title=say("The largest deals with something to put right")
        if alert.new is None
        else say("New since the last alert, largest first"),
        records=cut([unusable(one) for one in alert.records], MOST_PIPE),
        footer=(
            say(
                "Made from {deals} as of {moment}. The full list is attached.",
                deals=many(alert.open_deals, "open deal"),
                moment=moment(alert.as_of, "UTC"),
            ),
            say(
                "Owners of deals are not copied in; each rep gets only what is theirs "
                "to put right."
            ),
        ),
    )


def blind_spots(alert: HygieneAlert) -> Iterator[str]:
    """What cannot be seen, and whose records it is about; what is alike, told once."""
    whys = {id(one): uncaptured(one) for one in alert.pipe}
    several = sum(why is not None for why in whys.values()) > 1
    if several:
        yield say(
            "Activity seems not to be captured of several owners; rules about silence "
            "are held back on their deals."
        )
    for one in alert.pipe:
        reason = (whys[id(one)] if several else None) or one.because
        name = alert.names.get(one.record_id)
        if name:
            reason = say("{name}: {reason}", name=shown(name), reason=reason)
        yield reason


def uncaptured(problem: Problem) -> str | None:
    """Why an owner's activity seems not to be captured, where that is the problem."""
    recipe = problem.because.recipe if isinstance(problem.because, Said) else None
    if not isinstance(recipe, Pattern) or recipe.text != UNCAPTURED:
        return None
    why = recipe.values["why"]
    return why if isinstance(why, str) else None


def unusable(problem: Problem) -> Said:
    """A record that could not be used, and why."""
    return say("{name}: {reason}", name=problem.object, reason=problem.because)


def subject(alert: HygieneAlert) -> Said:
    """When, and how much is over its limit; blind spots where there is room."""
    over, today = len(alert.over), day(alert.today, alert.today)
    rules = (
        counted(over, "{count} rule over limit", "{count} rules over limit")
        if over
        else say("every rule within its limit")
    )
    alone = say("Data hygiene · {day} · {rules}", day=today, rules=rules)
    if not alert.pipe:
        return alone
    blind = many(len(alert.pipe), "blind spot")
    if not over:
        return say(
            "Data hygiene · {day} · {blind}, rules within limits",
            day=today,
            blind=blind,
        )
    both = say(
        "Data hygiene · {day} · {rules}, {blind}", day=today, rules=rules, blind=blind
    )
    return fitted(SUBJECT, both, alone)


def heading(alert: HygieneAlert) -> Said:
    """The finding: what changed most, else what is worst."""
    raised = [rule for rule in alert.crossed if rule.crossing is Crossing.RAISED]
    chosen = (*raised, *alert.over)
    if not chosen:
        return within(alert)
    rule = chosen[0]
    found = say(
        "{failing} of {deals}: {rule}",
        failing=number(rule.failing),
        deals=many(rule.applicable, "deal"),
        rule=lowered(unstopped(say(rule.title))),
    )
    return joined(COMMA, [found, *difference(rule.failing, rule.before)])


def within(alert: HygieneAlert) -> Said:
    """The finding where no rule is over its limit."""
    blind_to = sum(problem.object == "User" for problem in alert.pipe)
    if blind_to:
        return say(
            "Activity may not be captured for {owners}", owners=many(blind_to, "owner")
        )
    if alert.pipe:
        return capital(unstopped(alert.pipe[0].because))
    return say("Every rule is within its limit")


def lead(alert: HygieneAlert) -> Iterator[Said]:
    """How many rules and issues, and what went."""
    issues = many(len(alert.findings), "issue")
    deals = many(len({one.deal.id for one in alert.findings}), "deal")
    if alert.over:
        yield say(
            "{issues} on {deals}; {rules} over limit.",
            issues=issues,
            deals=deals,
            rules=many(len(alert.over), "rule"),
        )
    else:
        yield say("{issues} on {deals}, within limits.", issues=issues, deals=deals)
    if alert.new is not None:
        yield say(
            "Since the last alert: {new} new, {gone} put right.",
            new=number(len(alert.new)),
            gone=number(alert.gone),
        )
    back = [rule for rule in alert.crossed if rule.crossing is Crossing.CLEARED]
    if back:
        codes = joined(COMMA, [rule.code for rule in back])
        yield say("Back within limits: {rules}.", rules=codes)


def difference(now: int, before: int | None) -> Iterator[Said]:
    """The change of a count since the last alert, where there was one."""
    if before is None:
        return
    if now == before:
        yield say("as many as last time")
    elif now > before:
        yield say("{more} more than last time", more=number(now - before))
    else:
        yield say("{fewer} fewer than last time", fewer=number(before - now))
