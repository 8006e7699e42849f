"""Signals about the close date: passed, pushed, slipped, frozen, too near."""

from datetime import date

from reports.findings import Severity
from reports.judgement.phrases import of_change, of_deal
from reports.judgement.rules import Catalogue, Context, Flag
from reports.judgement.silence import gone_quiet_for, has_future_task
from reports.model import Deal, FieldChange
from reports.quarters import quarter_end
from reports.said import day, many


DATES = Catalogue()

#: Forecast categories in which a deal is promised.
COMMITTED = frozenset({"Commit", "Forecast"})


def as_date(text: str | None) -> date | None:
    """The day in a recorded value, when it is one."""
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def moved(change: FieldChange) -> tuple[date, date] | None:
    """From which day to which a close date was moved."""
    old, new = as_date(change.old), as_date(change.new)
    return (old, new) if old and new else None


def recent_push(deal: Deal, context: Context) -> FieldChange | None:
    """The last push, as long as it is news."""
    push = deal.last_push
    if push and context.days_since(push.on) <= context.policy.push_memory:
        return push
    return None


def told(change: FieldChange, context: Context) -> str:
    """A push as "from 1 Nov to 20 Dec, on 28 Oct"."""
    old, new = moved(change) or (None, None)
    when = f"on {day(change.on, context.today)}"
    if old is None or new is None:
        return when
    return f"from {day(old, context.today)} to {day(new, context.today)} {when}"


@DATES.rule(
    worst=Severity.HIGH,
    limit=lambda policy: (
        f"any day past; serious beyond {policy.decide_now_days} days or when committed"
    ),
    remedy="Decide now: close it, or set the date the buyer has confirmed.",
)
def close_date_passed(deal: Deal, context: Context) -> Flag | None:
    """The close date has passed: won, lost or a new date are the choices."""
    if deal.close_date is None or deal.close_date >= context.today:
        return None
    late = context.days_since(deal.close_date)
    serious = (
        late > context.policy.decide_now_days or deal.forecast_category in COMMITTED
    )
    return Flag(
        because=f"The close date was {day(deal.close_date, context.today)}, "
        f"{many(late, 'day')} ago.",
        severity=Severity.HIGH if serious else Severity.MEDIUM,
        evidence=(of_deal(deal, "Close date", deal.close_date),),
    )


@DATES.rule(
    worst=Severity.MEDIUM,
    limit=lambda policy: (
        f"{policy.push_crossings} pushes into a later month or {policy.pushed_days} "
        f"days in total, the last within {policy.push_memory} days"
    ),
    remedy="Ask the buyer for the date by which they must decide, and why that date.",
)
def close_date_pushed_again(deal: Deal, context: Context) -> Flag | None:
    """The close date has been moved out again and again."""
    push, policy = recent_push(deal, context), context.policy
    serial = deal.month_crossings >= policy.push_crossings or (
        deal.pushes > 1 and deal.pushed_days >= policy.pushed_days
    )
    if push is None or not serial:
        return None
    return Flag(
        because=f"Pushed {many(deal.pushes, 'time')} by {many(deal.pushed_days, 'day')}"
        f" in all, last {told(push, context)}.",
        evidence=(of_change(push),),
    )


@DATES.rule(
    worst=Severity.MEDIUM,
    limit=lambda policy: (
        f"one push of {policy.push_days} days, within {policy.push_memory} days"
    ),
    remedy="Write down what the buyer said about the new date.",
)
def close_date_pushed_far(deal: Deal, context: Context) -> Flag | None:
    """The close date was moved out by weeks in one go."""
    push = recent_push(deal, context)
    days = moved(push) if push else None
    if push is None or days is None or close_date_pushed_again(deal, context):
        return None
    by = (days[1] - days[0]).days
    if by < context.policy.push_days:
        return None
    return Flag(
        because=f"Pushed by {many(by, 'day')}, {told(push, context)}.",
        evidence=(of_change(push),),
    )


@DATES.rule(
    worst=Severity.MEDIUM,
    limit=lambda policy: (
        f"moved out of the running quarter within {policy.push_memory} days"
    ),
    remedy="Agree what would have to happen to bring it back, or plan without it.",
)
def slipped_out_of_period(deal: Deal, context: Context) -> Flag | None:
    """The close date was moved from this quarter into a later one."""
    push = recent_push(deal, context)
    days = moved(push) if push else None
    if push is None or days is None or deal.close_date is None:
        return None
    started = quarter_end(days[0], context.org)
    if started != context.period_end or deal.close_date <= context.period_end:
        return None
    return Flag(
        because="Left the quarter that ends on "
        f"{day(context.period_end, context.today)}: moved {told(push, context)}.",
        evidence=(of_change(push),),
    )


@DATES.rule(
    worst=Severity.HIGH,
    limit=lambda policy: (
        f"due within {policy.frozen_within} days, unchanged for "
        f"{policy.frozen_unchanged}, and silence"
    ),
    remedy="Confirm the date with the buyer, or move it to one they confirm.",
)
def close_date_frozen(deal: Deal, context: Context) -> Flag | None:
    """The close date is near and unchanged, while nothing happens."""
    policy, close = context.policy, deal.close_date
    if close is None or not 0 <= context.days_until(close) <= policy.frozen_within:
        return None
    changed = max(
        (change.on for change in deal.changes if change.field == "CloseDate"),
        default=deal.created_on,
    )
    unchanged = context.days_since(changed)
    if unchanged < policy.frozen_unchanged or gone_quiet_for(deal, context) is None:
        return None
    return Flag(
        because=f"Due on {day(close, context.today)}, unchanged for "
        f"{many(unchanged, 'day')}, and no conversation for "
        f"{many(gone_quiet_for(deal, context) or 0, 'day')}.",
        evidence=(of_deal(deal, "Close date", close),),
    )


@DATES.rule(
    worst=Severity.HIGH,
    limit=lambda policy: f"closing within {policy.closing_soon} days in an early stage",
    remedy="Move the date to what the remaining stages need, or the stage to what "
    "has happened.",
)
def closing_soon_stage_behind(deal: Deal, context: Context) -> Flag | None:
    """The close date is near, but the stage is far from the end."""
    close, norm = deal.close_date, context.norm(deal)
    if close is None or close < context.today or context.reached(deal, "proposal"):
        return None
    left = context.days_until(close)
    fastest = norm.fastest_win if norm else None
    limit = context.policy.closing_soon
    early = not context.reached(deal, "discovery") and left <= limit
    hurried = fastest is not None and left < fastest - (deal.days_in_stage or 0)
    if not early and not hurried:
        return None
    pace = f"; 9 in 10 deals we won took {fastest} days or more from entering it"
    return Flag(
        because=f"Due on {day(close, context.today)}, in {many(left, 'day')}, and "
        f"still in {deal.stage.name}{pace if hurried else ''}.",
        severity=Severity.HIGH if early and hurried else Severity.MEDIUM,
        evidence=(of_deal(deal, "Close date", close),),
        threshold=norm.source if norm and hurried and not early else None,
    )


@DATES.rule(
    worst=Severity.MEDIUM,
    limit=lambda _: "from discovery on: no next step, no task and no meeting ahead",
    remedy="Agree the next step with the buyer and enter it with its date.",
)
def no_next_step(deal: Deal, context: Context) -> Flag | None:
    """Nothing is planned: no next step, no open task ahead and no meeting."""
    if (
        not context.reached(deal, "discovery")
        or (deal.next_step or "").strip()
        or deal.next_meeting
        or has_future_task(deal, context)
    ):
        return None
    return Flag(
        because=f"In {deal.stage.name} with no next step, no task and no meeting after "
        f"{day(context.today, context.today)}.",
        evidence=(of_deal(deal, "Next step: empty"),),
    )


@DATES.rule(
    worst=Severity.LOW,
    limit=lambda policy: f"more than {policy.task_overdue_signal} days past its date",
    remedy="Do it, give it a new date, or close it.",
)
def overdue_tasks(deal: Deal, context: Context) -> Flag | None:
    """Open tasks of the deal are past their date."""
    late = [
        task
        for task in deal.open_tasks
        if task.due
        and context.days_since(task.due) > context.policy.task_overdue_signal
    ]
    if not late:
        return None
    oldest = late[0]
    return Flag(
        because=f"{many(len(late), 'task')} overdue, the oldest since "
        f"{day(oldest.due or context.today, context.today)}.",
        evidence=tuple(
            of_deal(deal, task.subject or "Task", task.due) for task in late[:1]
        ),
    )
