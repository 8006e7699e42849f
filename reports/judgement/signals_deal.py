"""Signals about what the deal is: its amount, its stage, its forecast."""

from decimal import Decimal, InvalidOperation

from reports.findings import Evidence, Fixer, Severity
from reports.judgement.phrases import of_change, of_deal
from reports.judgement.rules import Catalogue, Context, Flag
from reports.judgement.signals_dates import COMMITTED
from reports.judgement.signals_people import hangs_on_one
from reports.judgement.silence import gone_quiet_for
from reports.judgement.stall import over, stalled
from reports.model import Deal, Stage
from reports.said import coded as money
from reports.said import day, listed, many, percent


DEAL = Catalogue()


def as_amount(text: str | None) -> Decimal | None:
    """The amount in a recorded value, when it is one."""
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


@DEAL.rule(
    worst=Severity.MEDIUM,
    limit=lambda policy: (
        f"{percent(policy.amount_cut)} or more within {policy.amount_memory} days"
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
        because=f"Lowered from {money(old, deal.currency)} to "
        f"{money(new, deal.currency)} on {day(change.on, context.today)}.",
        evidence=(of_change(change),),
    )


@DEAL.rule(
    worst=Severity.LOW,
    limit=lambda policy: f"{policy.amount_outlier} times the median open deal",
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
        because=f"{money(deal.amount, deal.currency)} is "
        f"{deal.amount_base / usual:.0f} times the median open deal of "
        f"{money(usual, context.org.currency)}.",
        evidence=(of_deal(deal, "Amount"),),
    )


def doubts_about_commit(deal: Deal, context: Context) -> list[str]:
    """What speaks against a committed deal."""
    policy, doubts = context.policy, []
    quiet = gone_quiet_for(deal, context)
    if quiet is not None:
        doubts.append(f"no conversation for {many(quiet, 'day')}")
    if deal.close_date and deal.close_date < context.today:
        doubts.append(f"close date {day(deal.close_date, context.today)} passed")
    if deal.pushes >= policy.commit_pushes:
        doubts.append(f"pushed {many(deal.pushes, 'time')}")
    if hangs_on_one(deal, context):
        doubts.append("a single contact in 30 days")
    if not deal.next_meeting and context.believes_silence(deal):
        doubts.append("no meeting ahead")
    if norm := over(deal, context):
        doubts.append(f"{deal.days_in_stage} days in stage, limit {norm.stalled_after}")
    return doubts


@DEAL.rule(
    worst=Severity.HIGH,
    limit=lambda policy: (
        "any of: silence, close date passed, "
        f"{policy.commit_pushes} pushes, a single contact, no meeting ahead, over "
        "the clock"
    ),
    remedy="Book the closing meeting with the decision maker, or take it out of "
    "commit.",
)
def commit_without_evidence(deal: Deal, context: Context) -> Flag | None:
    """The deal is committed, but its records do not support that."""
    if deal.forecast_category not in COMMITTED:
        return None
    doubts = doubts_about_commit(deal, context)
    if not doubts:
        return None
    due = f" for {day(deal.close_date, context.today)}" if deal.close_date else ""
    return Flag(
        because=f"Committed{due}: {listed(doubts)}.",
        severity=Severity.HIGH if len(doubts) > 1 else Severity.MEDIUM,
        evidence=(of_deal(deal, f"Forecast category: {deal.forecast_category}"),),
    )


@DEAL.rule(
    worst=Severity.HIGH,
    limit=lambda _: "from proposal on: no reply, no meeting, no contact role",
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
    since = (
        f" since {day(deal.entered_stage_on, context.today)}"
        if deal.entered_stage_on
        else f", created {day(deal.created_on, context.today)}"
    )
    return Flag(
        because=f"In {deal.stage.name}{since}; no reply, no meeting and no contact "
        "role is recorded.",
        evidence=(of_deal(deal, f"Stage: {deal.stage.name}", deal.entered_stage_on),),
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
    limit=lambda policy: f"within {policy.moved_memory} days",
    remedy="Agree what has to be true before it moves forward again.",
)
def moved_back(deal: Deal, context: Context) -> Flag | None:
    """The deal went back to an earlier stage."""
    move = last_move(deal, context)
    if move is None or move[0].position <= move[1].position:
        return None
    on = deal.entered_stage_on or context.today
    return Flag(
        because=f"Went from {move[0].name} back to {move[1].name} on "
        f"{day(on, context.today)}.",
        evidence=(stage_change(deal),),
    )


def stage_change(deal: Deal) -> Evidence:
    """The change of stage as evidence, by its history row where there is one."""
    changes = [change for change in deal.changes if change.field == "StageName"]
    if changes:
        return of_change(changes[-1])
    return of_deal(deal, f"Stage: {deal.stage.name}", deal.entered_stage_on)


@DEAL.rule(
    fixer=Fixer.MANAGER,
    worst=Severity.HIGH,
    limit=lambda policy: f"flagged in {policy.chronic_reviews} reviews before this one",
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
        because=f"Flagged in {many(times, 'review')} before this one, still open on "
        f"{day(context.today, context.today)}: revive or close.",
        evidence=(of_deal(deal, f"Stage: {deal.stage.name}", deal.entered_stage_on),),
    )
