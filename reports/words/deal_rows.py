"""Rows about the deals: next steps, fields to put right, good news, all of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reports.findings import (
    ActionItem,
    ChangeKind,
    HygieneIssue,
    Packet,
    Severity,
    Snooze,
)
from reports.model import Deal, OpportunityId
from reports.packet.agenda import problems
from reports.said import day, many, short
from reports.words.headline import OWNERS
from reports.words.links import Links
from reports.words.text import shown


#: The most that is printed of why a deal rests.
REASON = 120
#: What a seller calls a field or an object.
FIELDS = {
    "AccountId": "Account",
    "ActivityHistory": "Activity",
    "Amount": "Amount",
    "CloseDate": "Close date",
    "Contact": "Contact",
    "ForecastCategoryName": "Forecast category",
    "Id": "Duplicate",
    "LeadSource": "Lead source",
    "Loss_Reason__c": "Loss reason",
    "NextStep": "Next step",
    "Opportunity": "Required field",
    "OpportunityContactRole": "Contact roles",
    "OpportunityLineItem": "Products",
    "OwnerId": "Owner",
    "Probability": "Probability",
    "StageName": "Stage",
    "Task": "Task",
    "Type": "Type",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRow:
    """A step of next week."""

    what: str
    deal: str
    owner: str
    due: str
    metric: str
    url: str | None
    task: str | None  #: where it is taken on
    mark: str  #: what a task that takes it on carries in its subject


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRow:
    """A field to put right."""

    field: str
    deal: str
    because: str
    urgent: bool
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodRow:
    """Good news of a deal."""

    deal: str
    because: str
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DealRow:
    """An open deal in one line."""

    name: str
    amount: str
    stage: str
    close: str
    overdue: bool
    quiet: str
    flag: str  #: a mark, empty when there is nothing to say
    why: str
    url: str | None


def action_rows(packet: Packet, links: Links) -> Iterator[ActionRow]:
    """Next week's steps, the most valuable first."""
    for action in packet.actions:
        yield action_row(packet, action, links)


def action_row(packet: Packet, action: ActionItem, links: Links) -> ActionRow:
    """One step with its deal."""
    return ActionRow(
        what=action.what,
        deal=packet.names.get(action.deal_id, action.deal_id),
        owner=OWNERS[action.owner],
        due=day(action.due, packet.today),
        metric=action.metric,
        url=links.deal(action.deal_id),
        task=links.task(action),
        mark=action.mark,
    )


def field_rows(
    issues: Sequence[HygieneIssue],
    names: Mapping[OpportunityId, str],
    links: Links,
) -> Iterator[FieldRow]:
    """Fields to put right, each with a link to where it is done."""
    for issue in issues:
        yield FieldRow(
            field=label(issue.field),
            deal=names.get(issue.deal_id, issue.deal_id),
            because=issue.because,
            urgent=issue.severity >= Severity.CRITICAL,
            url=links.edit(issue.deal_id),
        )


def cleared_rows(packet: Packet) -> Iterator[str]:
    """What was put right since the reminder, and what only looks like it."""
    for one in packet.cleared:
        mark = "Only looks fixed" if one.cosmetic else "Fixed"
        name = shown(packet.names.get(one.deal_id, one.deal_id))
        yield f"{mark}: {name}, {label(one.field).lower()}. {one.because}"


def label(field: str) -> str:
    """What a seller calls a field."""
    return FIELDS.get(field, field.removesuffix("__c").replace("_", " "))


def good_rows(packet: Packet, links: Links) -> Iterator[GoodRow]:
    """Deals won and good news of the others, one line a deal."""
    for change in packet.changes:
        if change.kind is ChangeKind.WON:
            because = change.because
            if change.amount:
                worth = short(-change.amount, change.currency)
                because = f"{because.rstrip('.')}, {worth}."
            yield GoodRow(
                deal=change.name,
                because=because,
                url=links.deal(change.deal_id),
            )
    for review in packet.deals:
        good = [signal.because for signal in review.signals if signal.positive]
        if good:
            yield GoodRow(
                deal=review.deal.name,
                because=" ".join(good),
                url=links.deal(review.deal.id),
            )


def deal_rows(packet: Packet, links: Links) -> Iterator[DealRow]:
    """Every open deal in one line, the most urgent first."""
    focus = {review.deal.id for review in packet.focus}
    for review in packet.deals:
        deal = review.deal
        found = problems(review)
        serious = bool(found) and found[0].severity >= Severity.MEDIUM
        yield DealRow(
            name=deal.name,
            amount=short(deal.amount, deal.currency),
            stage=deal.stage.name,
            close=day(deal.close_date, packet.today),
            overdue=deal.close_date is not None and deal.close_date < packet.today,
            quiet=quiet(deal, packet.today),
            flag="●" if deal.id in focus else "!" if serious else "",
            why=at_rest(review.snooze, packet.today)
            if review.snooze
            else found[0].because
            if serious and deal.id not in focus
            else "",
            url=links.deal(deal.id),
        )


def at_rest(snooze: Snooze, today: date) -> str:
    """Until when the flags of a deal rest, and why."""
    reason = shown(snooze.reason, REASON).rstrip(".")
    return f"At rest until {day(snooze.until, today)}: {reason}."


def quiet(deal: Deal, today: date) -> str:
    """Days since anything was logged."""
    if deal.last_touch is None:
        return "no record"
    return many((today - deal.last_touch.on).days, "day")
