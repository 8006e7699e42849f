"""The end-of-week check-in and the rep's reminder as their pages say it."""

from dataclasses import dataclass

from reports.findings import Outcome
from reports.packet.alerts import Reminder
from reports.packet.followup import FollowUp, Line
from reports.said import (
    COMMA,
    Said,
    capital,
    counted,
    day,
    fitted,
    in_words,
    joined,
    long_day,
    many,
    mark,
    say,
    worded,
)
from reports.words.deal_rows import FieldRow, GoodRow, field_rows
from reports.words.drafts import Draft, drafts
from reports.words.headline import SUBJECT, initialled, rooms
from reports.words.links import Links
from reports.words.page import Table, cut
from reports.words.rows import PromiseRow, promise_row
from reports.words.text import shown
from reports.words.unasked import unasked_rows


#: How many fields are asked for; the rest can wait.
FIELDS = 5
#: So many steps that nobody promised are told.
GOOD = 6
#: So many promises have letters to begin, those past due first: they take room.
DRAFTS = 10
#: What stands between whose letter it is and what it says.
DOT = mark(" · ")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """A promise with the days that are left."""

    row: PromiseRow
    left: str
    late: bool
    drafts: tuple[Draft, ...]  #: letters about it that can be begun


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
    good: Table[GoodRow]  #: done though nobody had promised it
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
    today = day(check.today, check.today)
    return FollowUpPage(
        subject=titled(
            check.rep.name,
            say("check-in {day} · {counts}", day=today, counts=counts(check)),
        ),
        heading=follow_up_heading(check),
        who=who(check),
        lead=tuple(lead(check)),
        open=tuple(check_row(line, check, links) for line in check.open),
        done=tuple(check_row(line, check, links) for line in check.done),
        broken=tuple(check_row(line, check, links) for line in check.broken),
        good=cut(list(unasked_rows(check.anyway, check.today, links)), GOOD),
        footer=(
            say(
                "Agreed at the review {cycle}. What is done is read from Sales "
                "Cloud, not from a tick box.",
                cycle=check.cycle,
            ),
        ),
    )


def titled(name: str, rest: Said) -> Said:
    """A subject with as much of a name as the rest leaves room for."""
    who = initialled(name)
    ways = (joined(DOT, [shown(who, most), rest]) for most in rooms(f"{DOT}{rest}"))
    return fitted(SUBJECT, *ways)


def counts(check: FollowUp) -> Said:
    """How the promises stand, in short."""
    parts = [
        counted(len(check.open), "{count} open", "{count} open"),
        counted(len(check.done), "{count} done", "{count} done"),
    ]
    if check.broken:
        past = counted(len(check.broken), "{count} past due", "{count} past due")
        parts.append(past)
    return joined(COMMA, parts)


def who(check: FollowUp) -> Said:
    """Whose check-in it is, and when."""
    rep, today = check.rep.name, long_day(check.today)
    if check.manager is None:
        return say("Check-in · {rep} · {day}", rep=rep, day=today)
    return say(
        "Check-in · {rep} with {manager} · {day}",
        rep=rep,
        manager=check.manager.name,
        day=today,
    )


def lead(check: FollowUp) -> list[Said]:
    """What there is to do with it, and what is not the rep's to do."""
    found = [
        say("What is done shows in Sales Cloud; nothing needs to be reported.")
        if check.manager is None
        else say(
            "What is done shows in Sales Cloud; a reply to this reaches both of you."
        )
    ]
    if check.managers:
        waiting = counted(
            len(check.managers),
            "For the manager: {count} item below wait for a call or a decision from "
            "above the deal.",
            "For the manager: {count} items below wait for a call or a decision from "
            "above the deal.",
        )
        found.append(waiting)
    return found


def follow_up_heading(check: FollowUp) -> Said:
    """The finding of a check-in."""
    total = len(check.open) + len(check.done) + len(check.broken)
    if not total:
        return say("Nothing was promised at the last review")
    if not check.open and not check.broken:
        return in_words(
            total,
            "The promise of the review is kept",
            "All {count} promises of the review are kept",
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
    return capital(joined(COMMA, parts))


def check_row(line: Line, check: FollowUp, links: Links) -> CheckRow:
    """A promise with the days that are left, and whom to write to about it."""
    promise, today = line.promise, check.today
    asked = line in (*check.broken, *check.open)[:DRAFTS]
    return CheckRow(
        row=promise_row(promise, line.name, today, links),
        left=left(line),
        late=line in check.broken,
        drafts=tuple(drafts(promise, line.name, check.rep, check.manager, today))
        if asked
        else (),
    )


def left(line: Line) -> Said:
    """How far the day of a promise is away."""
    if line.promise.outcome is Outcome.KEPT:
        return say("done")
    if line.days < 0:
        return say("{days} past", days=many(-line.days, "day"))
    if line.days == 0:
        return say("today")
    return say("in {days}", days=many(line.days, "day"))


def reminder_page(reminder: Reminder, links: Links) -> ReminderPage:
    """The page of a reminder."""
    asked = reminder.fields[:FIELDS]
    count = len(asked)
    names = {deal.id: deal.name for deal in reminder.deals.values()}
    deals = len({issue.deal_id for issue in asked})
    return ReminderPage(
        subject=titled(
            reminder.rep.name,
            say("{fields} before the review", fields=many(count, "field")),
        ),
        heading=say(
            "{fields} on {deals} to put right before the review",
            fields=capital(worded(count, "field")),
            deals=worded(deals, "deal"),
        ),
        who=say(
            "Data entry · {rep} · {day}",
            rep=reminder.rep.name,
            day=long_day(reminder.today),
        ),
        lead=(
            say(
                "They take five minutes and leave the review for the deals. Each link "
                "opens the record at the right place."
            ),
        ),
        fields=cut(list(field_rows(reminder.fields, names, links)), FIELDS),
        footer=(say("Only you get this. What is put right is gone from the packet."),),
    )
