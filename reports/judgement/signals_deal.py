"""Signals about what the deal is: its amount, its stage, its forecast."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from reports.findings import Evidence, Fixer, Severity
from reports.judgement.phrases import of_change, of_deal, of_stage
from reports.judgement.rules import Catalogue, Context, Flag
from reports.judgement.signals_dates import COMMITTED
from reports.judgement.signals_people import hangs_on_one
from reports.judgement.silence import gone_quiet_for
from reports.judgement.stall import over, stalled
from reports.model import Deal, Stage
from reports.said import Said, counted, day, listed, many, percent, say
from reports.said import coded as money


DEAL = Catalogue()


def as_amount(text: str | None) -> Decimal | None:
    """The amount in a recorded value, when it is one."""
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


@DEAL.rule(
    worst=Severity.MEDIUM,
    limit=lambda policy: say(
        "{share} or more within {days}",
        share=percent(policy.amount_cut),
        days=many(policy.amount_memory, "day"),
    ),
    remedy="Write down what changed, and whether the date and the stage still hold.",
)
def amount_cut(deal: Deal, context: Context) -> Flag | None:
    """The amount was lowered by a lot."""
    policy = context.policy
    cuts = [
        (change, old, new)
        for change in deal.changes
        if change.field == "Amount"
        and context.days_since(change.on) <= policy.amount_memory
        and (old := as_amount(change.old))
        and (new := as_amount(change.new)) is not None
        and old > 0
        and new <= old * (1 - policy.amount_cut)
    ]
    if not cuts:
        return None
    change, old, new = cuts[-1]
    return Flag(
        because=say(
            "Lowered from {old} to {new} on {day}.",
            old=money(old, deal.currency),
            new=money(new, deal.currency),
            day=day(change.on, context.today),
        ),
        evidence=(of_change(change),),
    )


@DEAL.rule(
    worst=Severity.LOW,
    limit=lambda policy: say(
        "{multiple} times the median open deal", multiple=policy.amount_outlier
    ),
    remedy="Check the amount; if it is right, plan the deal as the exception it is.",
)
def amount_outlier(deal: Deal, context: Context) -> Flag | None:
    """The amount is far above what is usual here."""
    usual, policy = context.norms.amount_median, context.policy
    if not usual or deal.amount_base is None or deal.amount is None:
        return None
    if deal.amount_base < usual * policy.amount_outlier:
        return None
    return Flag(
        because=say(
            "{amount} is {multiple} times the median open deal of {median}.",
            amount=money(deal.amount, deal.currency),
            multiple=round(deal.amount_base / usual),
            median=money(usual, context.org.currency),
        ),
        evidence=(of_deal(deal, say("Amount")),),
    )


def doubts_about_commit(deal: Deal, context: Context) -> Iterator[Said]:
    """What speaks against a committed deal."""
    quiet, close = gone_quiet_for(deal, context), deal.close_date
    if quiet is not None:
        yield say("no conversation for {days}", days=many(quiet, "day"))
    if close and close < context.today:
        yield say("close date {day} passed", day=day(close, context.today))
    if deal.pushes >= context.policy.commit_pushes:
        yield say("pushed {times}", times=many(deal.pushes, "time"))
    if hangs_on_one(deal, context):
        yield say("a single contact in 30 days")
    unmet = not deal.next_meeting and context.sees("Event")
    if unmet and context.believes_silence(deal):
        yield say("no meeting ahead")
    if norm := over(deal, context):
        yield say(
            "{days} in stage, limit {limit}",
            days=many(deal.days_in_stage or 0, "day"),
            limit=norm.stalled_after,
        )


@DEAL.rule(
    worst=Severity.HIGH,
    limit=lambda policy: counted(
        policy.commit_pushes,
        "any of: silence, close date passed, {count} push, a single contact, no "
        "meeting ahead, over the clock",
        "any of: silence, close date passed, {count} pushes, a single contact, no "
        "meeting ahead, over the clock",
    ),
    remedy="Book the closing meeting with the decision maker, or take it out of "
    "commit.",
)
def commit_without_evidence(deal: Deal, context: Context) -> Flag | None:
    """The deal is committed, but its records do not support that."""
    if deal.forecast_category not in COMMITTED:
        return None
    doubts = tuple(doubts_about_commit(deal, context))
    if not doubts:
        return None
    category = say("Forecast category: {category}", category=deal.forecast_category)
    return Flag(
        because=say(
            "Committed for {day}: {doubts}.",
            day=day(deal.close_date, context.today),
            doubts=listed(doubts),
        )
        if deal.close_date
        else say("Committed: {doubts}.", doubts=listed(doubts)),
        severity=Severity.HIGH if len(doubts) > 1 else Severity.MEDIUM,
        evidence=(of_deal(deal, category),),
    )


@DEAL.rule(
    worst=Severity.HIGH,
    limit=lambda _: say("from proposal on: no reply, no meeting, no contact role"),
    remedy="Log what happened, or move the stage back to where the evidence is.",
)
def stage_ahead_of_evidence(deal: Deal, context: Context) -> Flag | None:
    """The stage is late, but nothing on record shows the buyer's part in it."""
    if (
        not context.reached(deal, "proposal")
        or deal.last_two_way
        or deal.last_meeting
        or deal.next_meeting
        or deal.roles
        or not context.believes_silence(deal)
        or not context.holds("OpportunityContactRole")
    ):
        return None
    return Flag(
        because=say(
            "In {stage} since {day}; no reply, no meeting and no contact role is "
            "recorded.",
            stage=deal.stage.name,
            day=day(deal.entered_stage_on, context.today),
        )
        if deal.entered_stage_on
        else say(
            "In {stage}, created {day}; no reply, no meeting and no contact role is "
            "recorded.",
            stage=deal.stage.name,
            day=day(deal.created_on, context.today),
        ),
        evidence=(of_stage(deal),),
    )


def last_move(deal: Deal, context: Context) -> tuple[Stage, Stage] | None:
    """The last change between open stages, as long as it is news."""
    if not deal.visits[1:] or deal.entered_stage_on is None:
        return None
    before = context.stages.get(deal.visits[-2].stage)
    fresh = context.days_since(deal.entered_stage_on) <= context.policy.moved_memory
    if before is None or not fresh or not before.position or not deal.stage.position:
        return None
    return before, deal.stage


@DEAL.rule(
    worst=Severity.MEDIUM,
    limit=lambda policy: say("within {days}", days=many(policy.moved_memory, "day")),
    remedy="Agree what has to be true before it moves forward again.",
)
def moved_back(deal: Deal, context: Context) -> Flag | None:
    """The deal went back to an earlier stage."""
    move = last_move(deal, context)
    if move is None or move[0].position <= move[1].position:
        return None
    on = deal.entered_stage_on or context.today
    return Flag(
        because=say(
            "Went from {old} back to {new} on {day}.",
            old=move[0].name,
            new=move[1].name,
            day=day(on, context.today),
        ),
        evidence=(stage_change(deal),),
    )


def stage_change(deal: Deal) -> Evidence:
    """The change of stage as evidence, by its history row where there is one."""
    changes = [change for change in deal.changes if change.field == "StageName"]
    return of_change(changes[-1]) if changes else of_stage(deal)


@DEAL.rule(
    fixer=Fixer.MANAGER,
    worst=Severity.HIGH,
    limit=lambda policy: say(
        "flagged in {reviews} before this one",
        reviews=many(policy.chronic_reviews, "review"),
    ),
    remedy="Revive it with a dated step that the buyer confirms, or close it.",
)
def chronic(deal: Deal, context: Context) -> Flag | None:
    """The deal has been flagged review after review: revive or close."""
    times = context.flagged_before.get(deal.id, 0)
    late = deal.close_date is not None and deal.close_date < context.today
    still = late or stalled(deal, context) or gone_quiet_for(deal, context) is not None
    if times < context.policy.chronic_reviews or not still:
        return None
    return Flag(
        because=say(
            "Flagged in {reviews} before this one, still open on {day}: revive or "
            "close.",
            reviews=many(times, "review"),
            day=day(context.today, context.today),
        ),
        evidence=(of_stage(deal),),
    )
