"""Writes activities the way Sales Cloud stores them, and what they do to their deal.

An e-mail is an EmailMessage and an automatic Task, joined by ActivityId. A meeting is
an Event, a child Event for each colleague invited and an EventRelation for everybody.
"""

from typing import Any, Final

from sandbox.world.accounts import Contact
from sandbox.world.deal import Deal
from sandbox.world.files import flag
from sandbox.world.frame import Frame
from sandbox.world.people import Member
from sandbox.world.when import MINUTE, day_text, stamp


_ARCHIVED_AFTER: Final = 365  # days
_READ, _REPLIED, _SENT, _DRAFT = "1", "2", "3", "5"
_ELSEWHERE: Final = "unknown@mail.example"


class Records:
    """The activity rows of one deal."""

    def __init__(self, frame: Frame, deal: Deal) -> None:
        self._files = frame.files
        self._deal = deal
        self._now = frame.span.now
        self._ids = deal.ids
        self._where = deal.owner.zone
        self._today = self._where.day(self._now)
        self._gone = flag(deal.deleted)

    def call(
        self, at: int, who: Member, contact: Contact | None, **details: Any
    ) -> None:
        """A call that was made; details name the call fields and the subject."""
        row = {"TaskSubtype": who.dialer, "Type": "Call"}
        self._done(at, who, contact, row | details)

    def email(
        self, at: int, who: Member, contact: Contact | None, **details: Any
    ) -> None:
        """A message sent or received, with the task that comes with it."""
        incoming = details.get("Incoming") == "true"
        theirs = (contact.email if contact else None) or _ELSEWHERE
        sender, receiver = (theirs, who.email) if incoming else (who.email, theirs)
        row = {
            "Status": _READ if incoming else _SENT,
            "FromAddress": sender,
            "ToAddress": receiver,
            "MessageDate": stamp(at),
        } | details
        task = None
        if row["Status"] != _DRAFT:
            subject = {"TaskSubtype": "Email", "Type": "Email"}
            subject["Subject"] = f"Email: {row['Subject']}"
            task = self._done(at, who, contact, subject)
        row |= {
            "Id": self._ids.new("EmailMessage"),
            "IsDeleted": self._gone,
            "RelatedToId": self._deal.id,
            "ActivityId": task,
        }
        self._files.add("EmailMessage", row | _audit(at, at, who.id))

    def draft(self, at: int, who: Member, contact: Contact, subject: str) -> None:
        """A message that was begun and never sent."""
        self.email(at, who, contact, Subject=subject, Status=_DRAFT)

    def _done(
        self, at: int, who: Member, contact: Contact | None, details: dict[str, Any]
    ) -> str:
        """A completed task."""
        id_ = self._ids.new("Task")
        day = self._where.day(at)
        row = self._related(contact) | {
            "Id": id_,
            "IsArchived": flag(self._today - day >= _ARCHIVED_AFTER),
            "Status": "Completed",
            "Priority": "Normal",
            "IsClosed": "true",
            "ActivityDate": day_text(day),
            "CompletedDateTime": stamp(at),
            "OwnerId": who.id,
        }
        self._files.add("Task", row | _audit(at, at, who.id) | details)
        self._happened(day, at)
        return id_

    def task(
        self,
        created: int,
        who: Member,
        details: dict[str, Any],
        *,
        due: int,
        completed: int | None,
    ) -> str:
        """Something to do by a day, done or not."""
        id_ = self._ids.new("Task")
        old = completed is not None and self._today - due >= _ARCHIVED_AFTER
        row = self._related(None) | {
            "Id": id_,
            "IsArchived": flag(old),
            "Status": "Not Started" if completed is None else "Completed",
            "IsClosed": flag(completed is not None),
            "Priority": "Normal",
            "TaskSubtype": "Task",
            "ActivityDate": day_text(due),
            "CompletedDateTime": None if completed is None else stamp(completed),
            "OwnerId": who.id,
        }
        audit = _audit(created, completed or created, who.id)
        self._files.add("Task", row | audit | details)
        if completed is not None:
            self._happened(due, completed)
            self._deal.done_ahead |= due > self._today
        elif not self._deal.deleted:
            self._deal.open_due.append(due)
        return id_

    def meeting(self, booked: int, start: int, who: Member, **details: Any) -> None:
        """A meeting; ``minutes``, ``subject``, ``buyers``, ``colleagues``, ``gone``."""
        buyers, colleagues = details["buyers"], details["colleagues"]
        id_ = self._ids.new("Event")
        day = self._where.day(start)
        gone = details.get("gone", False) or self._deal.deleted
        changed = booked if start > self._now else min(start + MINUTE, self._now)
        row = (
            self._related(buyers[0] if buyers else None)
            | {
                "Id": id_,
                "IsDeleted": flag(gone),
                "IsArchived": flag(self._today - day >= _ARCHIVED_AFTER),
                "Subject": details["subject"],
                "StartDateTime": stamp(start),
                "EndDateTime": stamp(start + details["minutes"] * MINUTE),
                "ActivityDate": day_text(day),
                "DurationInMinutes": details["minutes"],
                "IsGroupEvent": flag(buyers or colleagues),
                "Type": "Meeting",
                "EventSubtype": "Event",
                "OwnerId": who.id,
            }
            | _audit(booked, changed, who.id)
        )
        self._files.add("Event", row)
        for colleague in colleagues:
            child = {"Id": self._ids.new("Event"), "IsChild": "true"}
            self._files.add("Event", row | child | {"OwnerId": colleague})
        said = "New" if start > self._now else "Accepted"
        for invited in [*(buyer.id for buyer in buyers), *colleagues]:
            self._invite(id_, invited, row, said)
        if not gone:
            self._happened(day, changed)
            self._deal.meeting_ahead |= start > self._now

    def _invite(self, event: str, who: str, row: dict[str, Any], said: str) -> None:
        kept = ("IsDeleted", "CreatedDate", "CreatedById", "LastModifiedDate")
        relation = {
            "Id": self._ids.new("EventRelation"),
            "EventId": event,
            "RelationId": who,
            "IsInvitee": "true",
            "Status": said,
            "SystemModstamp": row["SystemModstamp"],
            "LastModifiedById": row["LastModifiedById"],
        }
        self._files.add("EventRelation", relation | {name: row[name] for name in kept})

    def _related(self, contact: Contact | None) -> dict[str, Any]:
        return {
            "IsDeleted": self._gone,
            "WhoId": contact.id if contact else None,
            "WhatId": self._deal.id,
            "AccountId": self._deal.values["AccountId"],
        }

    def _happened(self, day: int, at: int) -> None:
        """What LastActivityDate looks at: events and closed tasks, by due date.

        When it changes, the deal's SystemModstamp moves and LastModifiedDate does not.
        """
        self._deal.stirred = max(self._deal.stirred, at)
        last = self._deal.last_activity
        if last is None or day > last:
            self._deal.last_activity = day


def _audit(created: int, changed: int, who: str) -> dict[str, Any]:
    return {
        "CreatedDate": stamp(created),
        "CreatedById": who,
        "LastModifiedDate": stamp(changed),
        "LastModifiedById": who,
        "SystemModstamp": stamp(changed),
    }
