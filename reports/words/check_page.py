"""The end-of-week check-in and the rep's reminder as their pages say it."""

from dataclasses import dataclass

from reports.findings import Outcome
from reports.packet.alerts import Reminder
from reports.packet.followup import FollowUp, Line
from reports.said import capital, day, in_words, joined, long_day, many, say, worded
from reports.words.deal_rows import FieldRow, field_rows
from reports.words.headline import SUBJECT, initialled
from reports.words.links import Links
from reports.words.page import Table, cut
from reports.words.rows import PromiseRow, promise_row
from reports.words.text import shown


#: How many fields are asked for; the rest can wait.
FIELDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """A promise with the days that are left."""

    row: PromiseRow
    left: str
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpPage:
    """Everything that a check-in says."""

    subject: str
    heading: str
    who: str
    lead: tuple[str, ...]
    open: tuple[CheckRow, ...]
    done: tuple[CheckRow, ...]
    broken: tuple[CheckRow, ...]
    footer: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderPage:
    """Everything that a reminder says."""

    subject: str
    heading: str
    who: str
    lead: tuple[str, ...]
    fields: Table[FieldRow]
    footer: tuple[str, ...]


def follow_up_page(check: FollowUp, links: Links) -> FollowUpPage:
    """The page of a check-in."""
    counts = f"{len(check.open)} open, {len(check.done)} done"
    if check.broken:
        counts += f", {len(check.broken)} past due"
    lead = ["What is done shows in Sales Cloud; a reply to this reaches both of you."]
    if check.manager is None:
        lead = ["What is done shows in Sales Cloud; nothing needs to be reported."]
    if check.managers:
        lead.append(
            f"For the manager: {many(len(check.managers), 'item')} below "
            "wait for a call or a decision from above the deal."
        )
    return FollowUpPage(
        subject=fitted(
            check.rep.name, f"check-in {day(check.today, check.today)} · {counts}"
        ),
        heading=follow_up_heading(check),
        who=f"Check-in · {pair(check)} · {long_day(check.today)}",
        lead=tuple(lead),
        open=tuple(check_row(line, check, links) for line in check.open),
        done=tuple(check_row(line, check, links) for line in check.done),
        broken=tuple(check_row(line, check, links) for line in check.broken),
        footer=(
            (
                f"Agreed at the review {check.cycle}. What is done is read from Sales "
                "Cloud, not from a tick box."
            ),
        ),
    )


def fitted(name: str, rest: str) -> str:
    """A subject with a name that leaves room for the rest."""
    room = max(8, SUBJECT - len(rest) - 3)
    return f"{shown(initialled(name), room)} · {rest}"


def pair(check: FollowUp) -> str:
    """Whose check-in it is."""
    if check.manager is None:
        return check.rep.name
    return f"{check.rep.name} with {check.manager.name}"


def follow_up_heading(check: FollowUp) -> str:
    """The finding of a check-in."""
    total = len(check.open) + len(check.done) + len(check.broken)
    if not total:
        return say("Nothing was promised at the last review")
    if not check.open and not check.broken:
        return say(
            "All {promises} of the review are kept", promises=worded(total, "promise")
        )
    parts = [
        say("of {promises}", promises=worded(total, "promise")),
        in_words(len(check.done), "{count} is kept", "{count} are kept"),
        in_words(len(check.open), "{count} is open", "{count} are open"),
    ]
    if check.broken:
        parts.append(
            in_words(len(check.broken), "{count} is past due", "{count} are past due")
        )
    return capital(joined(", ", parts))


def check_row(line: Line, check: FollowUp, links: Links) -> CheckRow:
    """A promise with the days that are left."""
    row = promise_row(line.promise, line.name, check.today, links)
    if line.promise.outcome is Outcome.KEPT:
        left = "done"
    elif line.days < 0:
        left = f"{many(-line.days, 'day')} past"
    elif line.days == 0:
        left = "today"
    else:
        left = f"in {many(line.days, 'day')}"
    return CheckRow(row=row, left=left, late=line in check.broken)


def reminder_page(reminder: Reminder, links: Links) -> ReminderPage:
    """The page of a reminder."""
    asked = reminder.fields[:FIELDS]
    count = len(asked)
    names = {deal.id: deal.name for deal in reminder.deals.values()}
    deals = len({issue.deal_id for issue in asked})
    return ReminderPage(
        subject=fitted(
            reminder.rep.name,
            f"{many(count, 'field')} before the review",
        ),
        heading=f"{capital(worded(count, 'field'))} on {worded(deals, 'deal')} to put "
        "right before the review",
        who=f"Data entry · {reminder.rep.name} · {long_day(reminder.today)}",
        lead=(
            (
                "They take five minutes and leave the review for the deals. Each link "
                "opens the record at the right place."
            ),
        ),
        fields=cut(list(field_rows(reminder.fields, names, links)), FIELDS),
        footer=("Only you get this. What is put right is gone from the packet.",),
    )
