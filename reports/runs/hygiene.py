"""The data-hygiene alert for ops and the reminders for reps, as letters."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reports.delivery.records import Attachment, DeliveryKey, Letter, LetterKind
from reports.judgement.policy import Policy
from reports.model import UserId
from reports.packet.alerts import (
    HygieneAlert,
    Reminder,
    hygiene_alert,
    previous_of,
    reminders,
)
from reports.runs.packets import at_address, unreachable
from reports.runs.reading import Reading
from reports.words.render import Renderer
from reports.words.sheet import issues_csv


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerted:
    """What operations are told, and in which letters."""

    alert: HygieneAlert
    letters: tuple[Letter, ...]


def alert(
    reading: Reading,
    policy: Policy,
    renderer: Renderer,
    recipients: tuple[str, ...],
    *,
    last: Mapping[str, Any] | None = None,
) -> Alerted:
    """The alert, measured against the last one, with what the sync missed first."""
    told = hygiene_alert(
        reading.book,
        reading.judged,
        policy=policy,
        problems=reading.unfinished,
        previous=previous_of(last) if last else None,
        contacts=reading.contacts,
    )
    readers = [at_address(one, reading.book) for one in recipients]
    return Alerted(
        alert=told,
        letters=tuple(
            Letter(
                key=DeliveryKey(
                    cycle=told.today.isoformat(),
                    kind=LetterKind.HYGIENE,
                    rep_id="",
                    recipient=reader.email or "",
                ),
                message=message,
                to_name=reader.name,
                at=told.as_of,
                snapshot=reading.snapshot,
                deal_ids=frozenset(
                    deal.id for deal in (*reading.book.deals, *reading.book.closed)
                ),
                attachments=(sheet(told, renderer.reading(reader)),),
                locale=language,
            )
            for reader, message, language in renderer.told(
                readers, lambda theirs: theirs.alert(told)
            )
        ),
    )


def sheet(told: HygieneAlert, theirs: Renderer) -> Attachment:
    """Every issue, for a reader's spreadsheet."""
    return Attachment(
        name=f"data-hygiene-{told.today}.csv",
        kind="text/csv",
        text=issues_csv(told, theirs.voice),
    )


def to_remind(reading: Reading) -> tuple[dict[UserId, Reminder], list[str]]:
    """The reminders of those who can be reached; and who cannot, and why."""
    found, remarks = {}, []
    for reminder in reminders(reading.book, reading.judged):
        if reason := unreachable(reminder.rep):
            remarks.append(f"{reason}: no reminder")
        else:
            found[reminder.rep.id] = reminder
    return found, remarks


def remind(
    reading: Reading, reminder: Reminder, renderer: Renderer, cycle: str
) -> Letter:
    """The reminder of one rep before the review of ``cycle``."""
    rep, theirs = reminder.rep, renderer.reading(reminder.rep)
    return Letter(
        key=DeliveryKey(
            cycle=cycle,
            kind=LetterKind.REMINDER,
            rep_id=rep.id,
            recipient=rep.email or "",
        ),
        message=theirs.reminder(reminder),
        to_name=rep.name,
        at=reminder.as_of,
        snapshot=reading.snapshot,
        deal_ids=frozenset(reminder.deals),
        locale=theirs.voice.tag,
    )
