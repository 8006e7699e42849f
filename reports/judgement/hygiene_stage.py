"""Hygiene of the stage, its history, the forecast and the close-out."""

from datetime import timedelta
from itertools import pairwise

from reports.findings import Fixer, Severity, Verdict
from reports.judgement.hygiene_dates import lost
from reports.judgement.hygiene_record import past_stage
from reports.judgement.hygiene_rules import Fault, HygieneCatalogue
from reports.judgement.readiness import PREDICATES
from reports.judgement.rules import Context
from reports.judgement.signals_dates import COMMITTED
from reports.judgement.stall import over
from reports.model import Deal
from reports.said import day, listed, many, percent, say


STAGE = HygieneCatalogue()

#: Stage changes this close together were made in one go.
AT_ONCE = timedelta(minutes=1)


@STAGE.rule(
    "Probability",
    "forecast",
    Severity.MEDIUM,
    limit=lambda policy: (
        f"more than {policy.probability_gap} points from the stage's, or 0 or 100"
    ),
)
def prob_vs_stage(deal: Deal, context: Context) -> Fault | None:
    """The probability contradicts the stage."""
    given, usual = deal.probability, deal.stage.probability
    if given is None or usual is None:
        return None
    certain = given in {0, 100} and given != usual
    if abs(given - usual) <= context.policy.probability_gap and not certain:
        return None
    return Fault(
        because=say(
            "The probability is {given}, {stage} stands for {usual}.",
            given=percent(given / 100),
            stage=deal.stage.name,
            usual=percent(usual / 100),
        )
    )


@STAGE.rule(
    "ForecastCategoryName",
    "forecast",
    Severity.CRITICAL,
    limit="committed early, past its close date or over the clock; omitted late",
)
def category_vs_stage(deal: Deal, context: Context) -> Fault | None:
    """The forecast category contradicts the stage, the date or the clock."""
    if deal.forecast_category == "Omitted" and context.reached(deal, "proposal"):
        return Fault(
            because=say("Omitted from the forecast in {stage}.", stage=deal.stage.name),
            severity=Severity.HIGH,
        )
    if deal.forecast_category not in COMMITTED:
        return None
    if deal.close_date and deal.close_date < context.today:
        return Fault(
            because=say(
                "Committed, but the close date {day} has passed.",
                day=day(deal.close_date, context.today),
            )
        )
    if context.milestones and not context.reached(deal, "discovery"):
        return Fault(because=say("Committed in {stage}.", stage=deal.stage.name))
    if norm := over(deal, context):
        return Fault(
            because=say(
                "Committed after {days} in {stage}; the limit is {limit}.",
                days=many(deal.days_in_stage or 0, "day"),
                stage=deal.stage.name,
                limit=norm.stalled_after,
            ),
            severity=Severity.HIGH,
        )
    return None


@STAGE.rule(
    "StageName",
    "stage",
    Severity.LOW,
    limit=lambda policy: f"{policy.jump_stages} stages within a minute",
    fixer=Fixer.OPS,
)
def stage_jump(deal: Deal, context: Context) -> Fault | None:
    """The deal ran through several stages at once."""
    steps = context.policy.jump_stages
    for first, last in zip(deal.visits, deal.visits[steps - 1 :], strict=False):
        if last.entered - first.entered <= AT_ONCE:
            return Fault(
                because=say(
                    "{count} stages within a minute, on {day}.",
                    count=steps,
                    day=day(first.entered.date(), context.today),
                )
            )
    return None


@STAGE.rule(
    "StageName",
    "stage",
    Severity.HIGH,
    limit="open again after it was closed, or in an earlier stage than before",
    fixer=Fixer.MANAGER,
)
def stage_back(deal: Deal, context: Context) -> Fault | None:
    """The deal went back, or is open again after it was closed."""
    for visit, after in pairwise(deal.visits):
        left = context.stages.get(visit.to or "")
        closed = left is not None and left.is_closed
        if closed and visit.to != after.stage:
            return Fault(
                because=say(
                    "Open again on {day}, after it was {stage}.",
                    day=day(after.entered.date(), context.today),
                    stage=visit.to,
                ),
                fixer=Fixer.OPS,
            )
    before = context.stages.get(deal.visits[-2].stage) if deal.visits[1:] else None
    if before is None or not 0 < deal.stage.position < before.position:
        return None
    return Fault(
        because=say(
            "In {stage} since {day}, after {before}.",
            stage=deal.stage.name,
            day=day(deal.visits[-1].entered.date(), context.today),
            before=before.name,
        ),
        severity=Severity.MEDIUM,
    )


@STAGE.rule(
    "StageName",
    "stage",
    Severity.MEDIUM,
    limit="a stage of the process, and created before the close date",
    fixer=Fixer.OPS,
)
def stage_history(deal: Deal, context: Context) -> Fault | None:
    """The stage is not part of the process, or the dates contradict each other."""
    if not deal.stage.known:
        return Fault(
            because=say("The stage, {stage}, is not configured.", stage=deal.stage.name)
        )
    if deal.close_date and deal.close_date < deal.created_on:
        return Fault(
            because=say(
                "The close date {day} is before the deal was created, {created}.",
                day=day(deal.close_date, context.today),
                created=day(deal.created_on, context.today),
            ),
            field="CloseDate",
        )
    return None


@STAGE.rule(
    "StageName",
    "stage",
    Severity.HIGH,
    limit=lambda policy: (
        listed(
            f"{listed(need.all_of)} from {need.stage} on" for need in policy.evidence
        )
        if policy.evidence
        else "no evidence is required by the configuration"
    ),
    asked=lambda policy: policy.evidence,
    grace=True,
)
def stage_vs_evidence(deal: Deal, context: Context) -> Fault | None:
    """What the configuration requires of the stage is not on record."""
    lacking = [
        name
        for need in context.policy.evidence
        if past_stage(deal, need.stage, context)
        and (not need.record_types or deal.record_type in need.record_types)
        for name in need.all_of
        if PREDICATES[name](deal, context).verdict is not Verdict.YES
    ]
    if not lacking:
        return None
    return Fault(
        because=say(
            "Required in {stage} and not on record: {evidence}.",
            stage=deal.stage.name,
            evidence=listed(dict.fromkeys(lacking)),
        )
    )


@STAGE.rule(
    "StageName",
    "stage",
    Severity.LOW,
    limit="created and won on one day",
    fixer=Fixer.OPS,
    closed=True,
)
def won_at_once(deal: Deal, context: Context) -> Fault | None:
    """The deal was created and won on the same day."""
    if not deal.is_won or deal.closed_on != deal.created_on:
        return None
    return Fault(
        because=say("Created and won on {day}.", day=day(deal.closed_on, context.today))
    )


@STAGE.rule(
    "Loss_Reason__c",
    "close-out",
    Severity.HIGH,
    limit=lambda policy: (
        "a lost deal has a reason; “other” is one on up to "
        f"{percent(policy.vague_share)} of the lost deals"
    ),
    needs="LossReason",
    closed=True,
)
def loss_reason_missing(deal: Deal, context: Context) -> Fault | None:
    """The deal is lost without a reason, or with one that says nothing."""
    if deal.is_won:
        return None
    if deal.id in context.vague:
        return Fault(
            because=say(
                "{lost} for “{reason}”, as more than {share} of the lost deals.",
                lost=lost(deal, context),
                reason=deal.loss_reason,
                share=percent(context.policy.vague_share),
            ),
            severity=Severity.MEDIUM,
        )
    if deal.loss_reason:
        return None
    return Fault(because=say("{lost} without a reason.", lost=lost(deal, context)))
