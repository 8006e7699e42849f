"""Who has been silent, since when, and whether it can be believed."""

from reports.judgement.policy import Policy
from reports.judgement.rules import DEFAULTS, Context
from reports.model import Deal, Touch
from reports.said import Said, say


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


def quiet_source(policy: Policy) -> Said:
    """Whether the limit of silence is the default or was set."""
    set_, usual = (
        (one.two_way, one.quiet_when_closing, one.closing_soon)
        for one in (policy, DEFAULTS)
    )
    return say("default") if set_ == usual else say("configured")


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
    """Whether our side stopped reaching out, or left the buyer without an answer.

    A buyer who asks is owed a word soon. After a conversation or an answer, and after
    a single attempt, the next step is ours as well, in its time. Who has tried more
    than once is waiting for the buyer, until nobody has tried for long.
    """
    policy = context.policy
    if deal.attempts >= policy.ghosted_outbound:
        limit = policy.given_up_days
    elif asked(deal, context):
        limit = policy.unanswered_days
    else:
        limit = policy.our_silence.of(deal.stage.phase)
    last = latest(deal.last_outbound, deal.last_two_way)
    return days_since_touch(last, deal, context) > limit


def asked(deal: Deal, context: Context) -> bool:
    """Whether the last word is a message that the buyer wrote without being asked."""
    ours, theirs = latest_of_ours(deal), deal.last_inbound
    if theirs is None:
        return False
    return ours is None or (theirs.on - ours.on).days > context.policy.answered_within


def latest_of_ours(deal: Deal) -> Touch | None:
    """The last time our side was active: a message, a call or a meeting."""
    return latest(deal.last_outbound, deal.last_meeting)


def latest(*touches: Touch | None) -> Touch | None:
    """The last of those that there are."""
    found = [touch for touch in touches if touch]
    return max(found, key=lambda touch: touch.at, default=None)


def buyer_is_silent(deal: Deal, context: Context) -> bool:
    """Whether an attempt of ours has waited longer for an answer than is usual."""
    if deal.attempts_since is None:
        return False
    limit = context.policy.buyer_silent.of(deal.stage.phase)
    return context.days_since(deal.attempts_since) > limit


def has_future_task(deal: Deal, context: Context) -> bool:
    """Whether an open task is due today or later."""
    return any(task.due and task.due >= context.today for task in deal.open_tasks)
