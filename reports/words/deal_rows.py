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
from reports.said import (
    Said,
    day,
    joined,
    lowered,
    many,
    mark,
    say,
    short,
    unstopped,
)
from reports.words.headline import OWNERS
from reports.words.links import Links
from reports.words.text import Name, shown


#: The most that is printed of why a deal rests.
REASON = 120
#: What a seller calls a field or an object.
FIELDS = {
    "AccountId": say("Account"),
    "ActivityHistory": say("Activity"),
    "Amount": say("Amount"),
    "CloseDate": say("Close date"),
    "Contact": say("Contact"),
    "ForecastCategoryName": say("Forecast category"),
    "Id": say("Duplicate"),
    "LeadSource": say("Lead source"),
    "Loss_Reason__c": say("Loss reason"),
    "NextStep": say("Next step"),
    "Opportunity": say("Required field"),
    "OpportunityContactRole": say("Contact roles"),
    "OpportunityLineItem": say("Products"),
    "OwnerId": say("Owner"),
    "Probability": say("Probability"),
    "StageName": say("Stage"),
    "Task": say("Task"),
    "Type": say("Type"),
}


#: What became of a field, and what only looks like it.
CLEARED = mark("Fixed: {deal}, {field}. {because}")
COSMETIC = mark("Only looks fixed: {deal}, {field}. {because}")


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


def cleared_rows(packet: Packet) -> Iterator[Said]:
    """What was put right since the reminder, and what only looks like it."""
    for one in packet.cleared:
        yield say(
            COSMETIC if one.cosmetic else CLEARED,
            deal=Name(packet.names.get(one.deal_id, one.deal_id)),
            field=inside(label(one.field)),
            because=one.because,
        )


def label(field: str) -> str:
    """What a seller calls a field."""
    return FIELDS.get(field) or field.removesuffix("__c").replace("_", " ")


def inside(label: str) -> str:
    """The name of a field within a sentence."""
    return lowered(label) if isinstance(label, Said) else label.lower()


def good_rows(packet: Packet, links: Links) -> Iterator[GoodRow]:
    """Deals won and good news of the others, one line a deal."""
    for change in packet.changes:
        if change.kind is ChangeKind.WON:
            because = change.because
            if change.amount:
                worth = short(-change.amount, change.currency)
                because = say(
                    "{because}, {worth}.", because=unstopped(because), worth=worth
                )
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
                because=joined(" ", good),
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


def at_rest(snooze: Snooze, today: date) -> Said:
    """Until when the flags of a deal rest, and why."""
    reason = shown(snooze.reason, REASON).rstrip(".")
    return say(
        "At rest until {day}: {reason}.", day=day(snooze.until, today), reason=reason
    )


def quiet(deal: Deal, today: date) -> Said:
    """Days since anything was logged."""
    if deal.last_touch is None:
        return say("no record")
    return many((today - deal.last_touch.on).days, "day")
