"""Signals about the close date: passed, pushed, slipped, frozen, too near."""

from datetime import date

from reports.findings import Severity
from reports.judgement.beginnings import clock_days
from reports.judgement.phrases import of_change, of_deal
from reports.judgement.rules import Catalogue, Context, Flag
from reports.judgement.silence import gone_quiet_for, has_future_task
from reports.model import Deal, FieldChange
from reports.quarters import quarter_end
from reports.said import Said, counted, day, many, say


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


def told(change: FieldChange, context: Context) -> Said:
    """A push as "from 1 Nov to 20 Dec on 28 Oct"."""
    old, new = moved(change) or (None, None)
    when = day(change.on, context.today)
    if old is None or new is None:
        return say("on {day}", day=when)
    return say(
        "from {old} to {new} on {day}",
        old=day(old, context.today),
        new=day(new, context.today),
        day=when,
    )


@DATES.rule(
    worst=Severity.HIGH,
    limit=lambda policy: say(
        "any day past; serious beyond {days} or when committed",
        days=many(policy.decide_now_days, "day"),
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
        because=say(
            "The close date was {day}, {days} ago.",
            day=day(deal.close_date, context.today),
            days=many(late, "day"),
        ),
        severity=Severity.HIGH if serious else Severity.MEDIUM,
        evidence=(of_deal(deal, say("Close date"), deal.close_date),),
    )


@DATES.rule(
    worst=Severity.MEDIUM,
    limit=lambda policy: counted(
        policy.push_crossings,
        "{count} push into a later month or {total} in total, the last within {days}",
        "{count} pushes into a later month or {total} in total, the last within {days}",
        total=many(policy.pushed_days, "day"),
        days=many(policy.push_memory, "day"),
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
        because=say(
            "Pushed {times} by {days} in all, last {push}.",
            times=many(deal.pushes, "time"),
            days=many(deal.pushed_days, "day"),
            push=told(push, context),
        ),
        evidence=(of_change(push),),
    )


@DATES.rule(
    worst=Severity.MEDIUM,
    limit=lambda policy: say(
        "one push of {push}, within {days}",
        push=many(policy.push_days, "day"),
        days=many(policy.push_memory, "day"),
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
        because=say(
            "Pushed by {days}, {push}.",
            days=many(by, "day"),
            push=told(push, context),
        ),
        evidence=(of_change(push),),
    )


@DATES.rule(
    worst=Severity.MEDIUM,
    limit=lambda policy: say(
        "moved out of the running quarter within {days}",
        days=many(policy.push_memory, "day"),
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
        because=say(
            "Left the quarter that ends on {end}: moved {push}.",
            end=day(context.period_end, context.today),
            push=told(push, context),
        ),
        evidence=(of_change(push),),
    )


@DATES.rule(
    worst=Severity.HIGH,
    limit=lambda policy: say(
        "due within {days}, unchanged for {unchanged}, and silence",
        days=many(policy.frozen_within, "day"),
        unchanged=policy.frozen_unchanged,
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
    quiet = gone_quiet_for(deal, context)
    if unchanged < policy.frozen_unchanged or quiet is None:
        return None
    return Flag(
        because=say(
            "Due on {day}, unchanged for {unchanged}, and no conversation for {quiet}.",
            day=day(close, context.today),
            unchanged=many(unchanged, "day"),
            quiet=many(quiet, "day"),
        ),
        evidence=(of_deal(deal, say("Close date"), close),),
    )


@DATES.rule(
    worst=Severity.HIGH,
    limit=lambda policy: say(
        "closing within {days} in an early stage",
        days=many(policy.closing_soon, "day"),
    ),
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
    hurried = fastest is not None and left < fastest - (clock_days(deal, context) or 0)
    if not early and not hurried:
        return None
    return Flag(
        because=behind(deal, close, context, fastest if hurried else None),
        severity=Severity.HIGH if early and hurried else Severity.MEDIUM,
        evidence=(of_deal(deal, say("Close date"), close),),
        threshold=norm.source if norm and hurried and not early else None,
    )


def behind(deal: Deal, close: date, context: Context, fastest: int | None) -> Said:
    """How near the close date is, and how long deals that were won still needed."""
    values = {
        "day": day(close, context.today),
        "days": many(context.days_until(close), "day"),
        "stage": deal.stage.name,
    }
    if fastest is None:
        return say("Due on {day}, in {days}, and still in {stage}.", **values)
    return say(
        "Due on {day}, in {days}, and still in {stage}; 9 in 10 deals we won took "
        "{pace} or more from entering it.",
        pace=many(fastest, "day"),
        **values,
    )


@DATES.rule(
    worst=Severity.MEDIUM,
    limit=lambda _: say(
        "from discovery on: no next step, no task and no meeting ahead"
    ),
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
        because=say(
            "In {stage} with no next step, no task and no meeting after {day}.",
            stage=deal.stage.name,
            day=day(context.today, context.today),
        ),
        evidence=(of_deal(deal, say("Next step: empty")),),
    )


@DATES.rule(
    worst=Severity.LOW,
    limit=lambda policy: say(
        "more than {days} past its date", days=many(policy.task_overdue_signal, "day")
    ),
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
        because=say(
            "{tasks} overdue, the oldest since {day}.",
            tasks=many(len(late), "task"),
            day=day(oldest.due or context.today, context.today),
        ),
        evidence=(of_deal(deal, oldest.subject or say("Task"), oldest.due),),
    )
