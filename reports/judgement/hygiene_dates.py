"""Hygiene of the close date, the next step and the tasks."""

from reports.findings import Severity
from reports.judgement.beginnings import clock_days
from reports.judgement.hygiene_rules import Fault, HygieneCatalogue
from reports.judgement.mentions import past_dates
from reports.judgement.rules import Context
from reports.judgement.signals_dates import COMMITTED
from reports.judgement.silence import has_future_task
from reports.model import Deal
from reports.quarters import quarter_end
from reports.said import Said, day, many, say


DATES = HygieneCatalogue()


@DATES.rule("CloseDate", "date", Severity.CRITICAL, limit="must be entered")
def close_missing(deal: Deal, _: Context) -> Fault | None:
    """The close date is empty."""
    return None if deal.close_date else Fault(because=say("No close date is entered."))


@DATES.rule(
    "CloseDate",
    "date",
    Severity.CRITICAL,
    limit=lambda policy: (
        f"before today; critical when committed or over {policy.close_late_days} days"
    ),
)
def close_past(deal: Deal, context: Context) -> Fault | None:
    """The close date of an open deal has passed."""
    if deal.close_date is None or deal.close_date >= context.today:
        return None
    late = context.days_since(deal.close_date)
    grave = (
        deal.forecast_category in COMMITTED | {"BestCase", "Best Case"}
        or late > context.policy.close_late_days
    )
    return Fault(
        because=say(
            "The close date, {day}, passed {days} ago.",
            day=day(deal.close_date, context.today),
            days=many(late, "day"),
        ),
        severity=Severity.CRITICAL if grave else Severity.HIGH,
    )


@DATES.rule(
    "CloseDate",
    "date",
    Severity.CRITICAL,
    limit=lambda policy: (
        f"more than {policy.far_days} days ahead; critical from {policy.absurd_years} "
        "years"
    ),
)
def close_far(deal: Deal, context: Context) -> Fault | None:
    """The close date is implausibly far away."""
    if deal.close_date is None or (
        context.days_until(deal.close_date) <= context.policy.far_days
    ):
        return None
    absurd = deal.close_date.year >= context.today.year + context.policy.absurd_years
    return Fault(
        because=say(
            "The close date is {day}, {days} ahead.",
            day=day(deal.close_date, context.today),
            days=many(context.days_until(deal.close_date), "day"),
        ),
        severity=Severity.CRITICAL if absurd else Severity.MEDIUM,
    )


@DATES.rule(
    "CloseDate",
    "date",
    Severity.LOW,
    limit="the last day of a quarter, never changed, before proposal",
)
def close_parked(deal: Deal, context: Context) -> Fault | None:
    """The close date looks like a placeholder at the end of a quarter."""
    close = deal.close_date
    if (
        close is None
        or close < context.today
        or context.reached(deal, "proposal")
        or close != quarter_end(close, context.org)
        or any(change.field == "CloseDate" for change in deal.changes)
    ):
        return None
    return Fault(
        because=say(
            "The close date, {day}, is a quarter's last day and was never changed.",
            day=day(close, context.today),
        )
    )


@DATES.rule(
    "CloseDate",
    "date",
    Severity.HIGH,
    limit="sooner than 9 in 10 deals we won needed from this stage (learned)",
    tier=1,
)
def close_vs_stage(deal: Deal, context: Context) -> Fault | None:
    """The close date is sooner than deals that were won needed from this stage."""
    norm, close = context.norm(deal), deal.close_date
    if norm is None or norm.fastest_win is None or close is None:
        return None
    left = context.days_until(close)
    if not 0 <= left < norm.fastest_win - (clock_days(deal, context) or 0):
        return None
    return Fault(
        because=say(
            "{days} to the close date, {day}; 9 in 10 deals we won took {least} days "
            "or more from entering {stage}.",
            days=many(left, "day"),
            day=day(close, context.today),
            least=norm.fastest_win,
            stage=deal.stage.name,
        )
    )


@DATES.rule(
    "CloseDate",
    "date",
    Severity.MEDIUM,
    limit=lambda policy: (
        f"{policy.pushes_hygiene} pushes or {policy.pushed_days_hygiene} days in total"
    ),
)
def pushed(deal: Deal, context: Context) -> Fault | None:
    """The close date was pushed again and again."""
    policy = context.policy
    if (
        deal.pushes < policy.pushes_hygiene
        and deal.pushed_days < policy.pushed_days_hygiene
    ):
        return None
    return Fault(
        because=say(
            "The close date was pushed {times}, by {days} in all.",
            times=many(deal.pushes, "time"),
            days=many(deal.pushed_days, "day"),
        )
    )


@DATES.rule(
    "NextStep",
    "next",
    Severity.CRITICAL,
    limit="no text and no task or meeting ahead; critical when committed from "
    "proposal on",
    grace=True,
)
def next_step_empty(deal: Deal, context: Context) -> Fault | None:
    """No next step is entered and nothing is scheduled."""
    if (
        (deal.next_step or "").strip()
        or deal.next_meeting
        or has_future_task(deal, context)
    ):
        return None
    grave = deal.forecast_category in COMMITTED and context.reached(deal, "proposal")
    return Fault(
        because=say("No next step is entered, and no task or meeting is ahead."),
        severity=Severity.CRITICAL if grave else Severity.HIGH,
    )


@DATES.rule(
    "NextStep",
    "next",
    Severity.MEDIUM,
    limit=lambda policy: (
        f"unchanged for {policy.step_stale_days} days, a date that has passed, or fewer"
        f" than {policy.step_min_length} characters or a stock phrase"
    ),
)
def next_step_stale(deal: Deal, context: Context) -> Fault | None:
    """The next step is old, past its date or says nothing."""
    text, policy = (deal.next_step or "").strip(), context.policy
    if not text:
        return None
    plain = text.casefold().strip(" .!")
    if len(text) < policy.step_min_length or plain in policy.step_boilerplate:
        return Fault(
            because=say(
                "The next step, “{text}”, says nothing to act on.",
                text=text,
            )
        )
    gone = past_dates(text, deal.next_step_since or context.today, context.today)
    if gone:
        return Fault(
            because=say(
                "The next step names {day}, which has passed.",
                day=day(gone[0], context.today),
            )
        )
    since = deal.next_step_since
    age = context.days_since(since) if since else 0
    if since and age >= policy.step_stale_days:
        return Fault(
            because=say(
                "The next step has been the same since {day}, for {days}.",
                day=day(since, context.today),
                days=many(age, "day"),
            )
        )
    return None


@DATES.rule(
    "Task",
    "next",
    Severity.LOW,
    limit=lambda policy: f"more than {policy.task_overdue} days past its date",
)
def task_overdue(deal: Deal, context: Context) -> Fault | None:
    """An open task is long past its date."""
    late = [
        task.due
        for task in deal.open_tasks
        if task.due and context.days_since(task.due) > context.policy.task_overdue
    ]
    if not late:
        return None
    return Fault(
        because=say(
            "{tasks} past the date, the oldest since {day}.",
            tasks=many(len(late), "open task"),
            day=day(min(late), context.today),
        )
    )


@DATES.rule(
    "CloseDate",
    "date",
    Severity.HIGH,
    limit="a closed deal must not close in the future",
    closed=True,
)
def closed_future(deal: Deal, context: Context) -> Fault | None:
    """The deal is closed, but its close date is still ahead."""
    if deal.close_date is None or deal.close_date <= context.today:
        return None
    return Fault(
        because=say(
            "{closed}, but the close date is {day}.",
            closed=closed(deal, context),
            day=day(deal.close_date, context.today),
        )
    )


def closed(deal: Deal, context: Context) -> Said:
    """How the deal ended, and when, where it is known."""
    if deal.closed_on is None:
        return say("Closed")
    return say("Closed on {day}", day=day(deal.closed_on, context.today))


def won(deal: Deal, context: Context) -> Said:
    """That the deal was won, and when, where it is known."""
    if deal.closed_on is None:
        return say("Won")
    return say("Won on {day}", day=day(deal.closed_on, context.today))


def lost(deal: Deal, context: Context) -> Said:
    """That the deal was lost, and when, where it is known."""
    if deal.closed_on is None:
        return say("Lost")
    return say("Lost on {day}", day=day(deal.closed_on, context.today))
