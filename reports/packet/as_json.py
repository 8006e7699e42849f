"""Packets, alerts and check-ins as plain JSON values.

Money is a decimal string beside its currency, a day an ISO date, a moment UTC with
a ``Z``.
"""

from collections.abc import Iterable
from datetime import datetime

from reports.findings import (
    ActionItem,
    AgendaItem,
    Answer,
    Balance,
    Change,
    Cleared,
    DealReview,
    Evidence,
    HygieneIssue,
    Packet,
    Promise,
    Signal,
    Skip,
    Snooze,
)
from reports.model import Person, Problem
from reports.packet.alerts import HygieneAlert, Reminder
from reports.packet.followup import FollowUp, Line
from reports.packet.issues import Finding, RuleCount
from reports.packet.plain import Json, amount, moment
from reports.packet.standing_json import standing_json


def packets_json(
    *,
    cycle: str,
    as_of: datetime,
    snapshot: str,
    packets: Iterable[Json],
    skipped: Iterable[Skip],
) -> Json:
    """What ``packets --json`` prints; ``packets`` come from packet_json."""
    return {
        "cycle": cycle,
        "as_of": moment(as_of),
        "snapshot": snapshot,
        "packets": list(packets),
        "skipped": [{"rep": skip.rep, "reason": skip.reason} for skip in skipped],
    }


def packet_json(packet: Packet, subject: str) -> Json:
    """One packet with the subject of its message."""
    return {
        "rep": person(packet.rep),
        "manager": person(packet.manager) if packet.manager else None,
        "subject": subject,
        "today": packet.today.isoformat(),
        "since": packet.since.isoformat() if packet.since else None,
        "agenda": [agenda_item(item) for item in packet.agenda],
        "deals": [deal(review) for review in packet.deals],
        "actions": [action(item) for item in packet.actions],
        "promises": [promise(one) for one in packet.promises],
        "changes": [change(one) for one in packet.changes],
        "balances": [balance(one) for one in packet.balances],
        "cleared": [cleared(one) for one in packet.cleared],
        "standing": standing_json(packet.standing, packet.outlook),
        "data_as_of": {name: moment(loaded) for name, loaded in packet.data_as_of},
        "notes": list(packet.notes),
        "tier": packet.tier,
    }


def person(one: Person) -> Json:
    """A rep or manager."""
    return {"id": one.id, "name": one.name, "email": one.email}


def agenda_item(item: AgendaItem) -> Json:
    """A line of the agenda."""
    return {"minutes": item.minutes, "title": item.title, "deal_id": item.deal_id}


def deal(review: DealReview) -> Json:
    """An open deal with everything that is said about it."""
    one = review.deal
    return {
        "id": one.id,
        "name": one.name,
        "stage": one.stage.name,
        "amount": amount(one.amount),
        "currency": one.currency,
        "close_date": one.close_date.isoformat() if one.close_date else None,
        "stalled": review.stalled,
        "signals": [signal(found) for found in review.signals],
        "hygiene": [issue(found) for found in review.hygiene],
        "questions": [question(answer) for answer in review.questions],
        "snooze": snooze(review.snooze) if review.snooze else None,
        "resting": [signal(found) for found in review.resting],
    }


def snooze(one: Snooze) -> Json:
    """Until when the flags of a deal rest, and why."""
    return {"until": one.until.isoformat(), "reason": one.reason}


def signal(one: Signal) -> Json:
    """Why a deal deserves a conversation, or a good word."""
    return {
        "code": one.code,
        "because": one.because,
        "severity": one.severity.name.lower(),
        "positive": one.positive,
        "threshold": one.threshold,
        "remedy": one.remedy,
        "evidence": [evidence(record) for record in one.evidence],
    }


def issue(one: HygieneIssue) -> Json:
    """A field that is missing, stale or contradicts another."""
    return {
        "code": one.code,
        "field": one.field,
        "because": one.because,
        "severity": one.severity.name.lower(),
        "fixer": one.fixer.value,
    }


def question(answer: Answer) -> Json:
    """A stage question and its answer."""
    return {
        "text": answer.text,
        "answer": answer.verdict.value,
        "evidence": [evidence(record) for record in answer.evidence],
    }


def evidence(one: Evidence) -> Json:
    """A record behind a statement."""
    return {
        "text": one.text,
        "record_id": one.record_id,
        "on": one.on.isoformat() if one.on else None,
    }


def action(item: ActionItem) -> Json:
    """What removes an obstacle."""
    return {
        "deal_id": item.deal_id,
        "obstacle": item.obstacle,
        "what": item.what,
        "owner": item.owner.value,
        "due": item.due.isoformat(),
        "metric": item.metric,
    }


def promise(one: Promise) -> Json:
    """What was taken on, and what became of it."""
    return {
        "deal_id": one.deal_id,
        "what": one.what,
        "owner": one.owner.value,
        "due": one.due.isoformat(),
        "outcome": one.outcome.value,
        "evidence": [evidence(record) for record in one.evidence],
        "carried": one.carried,
    }


def change(one: Change) -> Json:
    """How a deal differs from the last review."""
    return {
        "kind": one.kind.value,
        "deal_id": one.deal_id,
        "name": one.name,
        "because": one.because,
        "amount": amount(one.amount),
        "currency": one.currency,
    }


def cleared(one: Cleared) -> Json:
    """What was put right since the reminder, or only looks like it."""
    return {
        "deal_id": one.deal_id,
        "field": one.field,
        "because": one.because,
        "cosmetic": one.cosmetic,
    }


def balance(one: Balance) -> Json:
    """What moved in one currency, to the cent."""
    sums = ("before", "new", "moved_in", "raised", "lowered", "won", "lost")
    return {"currency": one.currency} | {
        name: amount(getattr(one, name)) for name in (*sums, "moved_out", "now")
    }


def alert_json(alert: HygieneAlert) -> Json:
    """The hygiene alert; ``issues`` lists every one of them."""
    return {
        "as_of": moment(alert.as_of),
        "open_deals": alert.open_deals,
        "problems": [problem(one) for one in alert.pipe],
        "records": [problem(one) for one in alert.records],
        "rules": [rule(one) for one in alert.rules],
        "fields": [
            {"field": one.field, "filled": one.filled, "of": one.of}
            for one in alert.fields
        ],
        "issues": [finding(one) for one in alert.findings],
        "habits": list(alert.habits),
        "new": len(alert.new) if alert.new is not None else None,
        "gone": alert.gone,
    }


def problem(one: Problem) -> Json:
    """Something that could not be used or believed."""
    return {"object": one.object, "record_id": one.record_id, "because": one.because}


def rule(one: RuleCount) -> Json:
    """How often a rule fails."""
    return {
        "code": one.code,
        "title": one.title,
        "field": one.field,
        "severity": one.severity.name.lower(),
        "fixer": one.fixer.value,
        "failing": one.failing,
        "applicable": one.applicable,
        "limit": one.limit,
        "over": one.over,
        "before": one.before,
        "crossing": one.crossing.value if one.crossing else None,
        "money": [
            {"amount": amount(money.amount), "currency": money.currency}
            for money in one.money
        ],
    }


def finding(one: Finding) -> Json:
    """An issue with its deal and the deal's owner."""
    return issue(one.issue) | {
        "deal_id": one.deal.id,
        "deal": one.deal.name,
        "owner": one.owner.email if one.owner else None,
        "amount": amount(one.deal.amount),
        "currency": one.deal.currency,
    }


def follow_up_json(check: FollowUp) -> Json:
    """The check-in of one rep."""
    return {
        "cycle": check.cycle,
        "rep": person(check.rep),
        "manager": person(check.manager) if check.manager else None,
        "open": [line(one) for one in check.open],
        "kept": [line(one) for one in check.done],
        "broken": [line(one) for one in check.broken],
    }


def line(one: Line) -> Json:
    """A promise with the name of its deal."""
    return promise(one.promise) | {"deal": one.name}


def reminder_json(reminder: Reminder) -> Json:
    """The reminder of one rep."""
    return {
        "rep": person(reminder.rep),
        "fields": [
            issue(one)
            | {"deal_id": one.deal_id, "deal": reminder.deals[one.deal_id].name}
            for one in reminder.fields
        ],
    }
