"""Who has been silent, since when, and whether it can be believed."""

from reports.judgement.rules import Context
from reports.model import Deal, Touch


def days_since_touch(touch: Touch | None, deal: Deal, context: Context) -> int:
    """Days since a touch or, where there was none, since the deal was created."""
    return context.days_since(touch.on if touch else deal.created_on)


def closes_soon(deal: Deal, context: Context) -> bool:
    """Whether the close date is near, or has passed."""
    return (
        deal.close_date is not None
        and context.days_until(deal.close_date) <= context.policy.closing_soon
    )


def quiet_limit(deal: Deal, context: Context) -> int:
    """How many days without a word from both sides are usual here."""
    limit = context.policy.two_way.of(deal.stage.phase)
    if closes_soon(deal, context):
        return min(limit, context.policy.quiet_when_closing)
    return limit


def gone_quiet_for(deal: Deal, context: Context) -> int | None:
    """Days without a conversation where that is too long and can be believed."""
    if deal.next_meeting or not context.believes_silence(deal) or untouched(deal):
        return None
    days = days_since_touch(deal.last_two_way, deal, context)
    return days if days > quiet_limit(deal, context) else None


def untouched(deal: Deal) -> bool:
    """Whether no activity at all is recorded."""
    return deal.last_touch is None and not (deal.calls or deal.emails or deal.meetings)


def we_are_silent(deal: Deal, context: Context) -> bool:
    """Whether our side stopped reaching out, or left the buyer without an answer."""
    ours, theirs = deal.last_outbound, deal.last_inbound
    if theirs and (ours is None or theirs.at > ours.at):
        return context.days_since(theirs.on) > context.policy.unanswered_days
    limit = context.policy.our_silence.of(deal.stage.phase)
    return days_since_touch(latest_of_ours(deal), deal, context) > limit


def latest_of_ours(deal: Deal) -> Touch | None:
    """The last time our side was active: a message, a call or a meeting."""
    touches = [touch for touch in (deal.last_outbound, deal.last_meeting) if touch]
    return max(touches, key=lambda touch: touch.at, default=None)


def buyer_is_silent(deal: Deal, context: Context) -> bool:
    """Whether the buyer has said nothing for longer than is usual."""
    limit = context.policy.buyer_silent.of(deal.stage.phase)
    return days_since_touch(deal.last_two_way, deal, context) > limit


def has_future_task(deal: Deal, context: Context) -> bool:
    """Whether an open task is due today or later."""
    return any(task.due and task.due >= context.today for task in deal.open_tasks)
