"""The hygiene alert for operations and the reminders for reps.

Problems of the pipe come before problems of people: where activity is not captured
or a sync did not finish, an empty field says little about who did not fill it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from reports.findings import HygieneIssue
from reports.judgement.contexts import local_day
from reports.judgement.habits import Contacts
from reports.judgement.habits_told import habits_told
from reports.judgement.judge import Judged
from reports.judgement.policy import Policy
from reports.model import Book, Deal, OpportunityId, Person, Problem, UserId
from reports.packet.assemble import by_urgency, reps_of, to_fill
from reports.packet.issues import (
    Filled,
    Finding,
    Previous,
    RuleCount,
    counts,
    filled,
    findings,
)
from reports.said import mark, say


#: Objects without which whole groups of rules are silent.
NEEDED = {
    "OpportunityHistory": mark("stage ages start at creation, and no push is seen"),
    "Task": mark("calls are not seen"),
    "Event": mark("meetings are not seen"),
    "EmailMessage": mark("e-mails are seen only where they are tasks"),
    "OpportunityContactRole": mark("the contacts of a deal are not seen"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HygieneAlert:
    """The state of the data, for operations."""

    as_of: datetime
    today: date
    org_name: str
    currency: str
    open_deals: int
    pipe: tuple[Problem, ...]
    records: tuple[Problem, ...]  #: single records that could not be used
    rules: tuple[RuleCount, ...]  #: that fail anywhere, over limit and worst first
    fields: tuple[Filled, ...]
    findings: tuple[Finding, ...]  #: all of them, the largest deals first
    new: tuple[Finding, ...] | None  #: since the last alert; None: there was none
    gone: int  #: issues of the last alert that are gone
    names: Mapping[str, str]  #: of the users that problems of the pipe are about
    habits: tuple[str, ...] = ()  #: what went with progress, or what is missing

    @property
    def over(self) -> tuple[RuleCount, ...]:
        """The rules over their limit."""
        return tuple(rule for rule in self.rules if rule.over)

    @property
    def crossed(self) -> tuple[RuleCount, ...]:
        """The rules that went over their limit or came back since the last alert."""
        return tuple(rule for rule in self.rules if rule.crossing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """What a rep can put right before the review."""

    as_of: datetime
    today: date
    rep: Person
    fields: tuple[HygieneIssue, ...]
    deals: Mapping[OpportunityId, Deal]


def hygiene_alert(  # noqa: PLR0913 - one fact each, and all but two by name
    book: Book,
    judged: Judged,
    *,
    policy: Policy,
    problems: Sequence[Problem] = (),
    previous: Previous | None = None,
    contacts: Contacts | None = None,
) -> HygieneAlert:
    """The alert as of the book; ``problems`` are those of the last sync.

    ``contacts`` are those of all the life of the deals that teach something.
    """
    found = findings(book, judged)
    keys = {finding.key for finding in found}
    pipe = (*problems, *missing(book), *judged.problems)
    about = {UserId(problem.record_id) for problem in pipe}
    return HygieneAlert(
        as_of=book.as_of,
        today=local_day(book.as_of, book.org.zone),
        org_name=book.org.name,
        currency=book.org.currency,
        open_deals=len(book.deals),
        pipe=pipe,
        records=book.problems,
        rules=counts(book, judged, found, policy, previous),
        fields=filled(book.deals, book.org.has),
        findings=found,
        new=tuple(one for one in found if one.key not in previous.keys)
        if previous
        else None,
        gone=len(previous.keys - keys) if previous else 0,
        names={one.id: one.name for one in book.people.values() if one.id in about},
        habits=habits_told(book, judged.norms, policy.tiers, contacts)
        if contacts is not None
        else (),
    )


def previous_of(alert: Mapping[str, Any]) -> Previous:
    """What an alert said, from its JSON."""
    return Previous(
        keys=frozenset(
            (issue["deal_id"], issue["code"], issue["field"])
            for issue in alert["issues"]
        ),
        over=frozenset(rule["code"] for rule in alert["rules"] if rule["over"]),
    )


def missing(book: Book) -> Iterator[Problem]:
    """Objects that the mirror holds no records of, though rules need them."""
    for name, effect in NEEDED.items():
        if name not in book.org.has:
            yield Problem(
                record_id=book.org.id,
                object=name,
                because=say(
                    "No {object} records can be read: {effect}.",
                    object=name,
                    effect=say(effect),
                ),
            )


def reminders(book: Book, judged: Judged) -> tuple[Reminder, ...]:
    """One reminder for every rep who has something to put right."""
    reps, _ = reps_of(book)
    found = []
    for rep_id in reps:
        rep = book.people[rep_id]
        reviews = by_urgency(
            one for one in judged.reviews.values() if one.deal.owner_id == rep_id
        )
        fields = to_fill(reviews)
        if fields:
            found.append(
                Reminder(
                    as_of=book.as_of,
                    today=local_day(book.as_of, rep.zone, book.org.zone),
                    rep=rep,
                    fields=fields,
                    deals={one.deal.id: one.deal for one in reviews},
                )
            )
    return tuple(found)
