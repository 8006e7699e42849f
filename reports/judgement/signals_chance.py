"""The signal of the chance to win: due in the period, and not likely to make it.

It is not a stall. A deal may move as it should and still be too far from the end.
"""

from reports.findings import Severity
from reports.judgement.chance import chance, reasons, time_in_stage, usual
from reports.judgement.phrases import of_deal
from reports.judgement.rules import Catalogue, Context, Flag
from reports.model import Deal
from reports.said import Said, day, listed, many, number, percent, say


CHANCE = Catalogue()

#: A chance is not told finer than one in so many.
FINEST = 50


def one_in(share: float) -> Said:
    """A chance as "1 in 12"."""
    if share * FINEST < 1:
        return say("less than 1 in {many}", many=FINEST)
    return say("about 1 in {many}", many=round(1 / share))


@CHANCE.rule(
    worst=Severity.MEDIUM,
    limit=lambda policy: say(
        "due in the quarter, a chance of {chance} or less and {share} of a fresh "
        "deal's (from tier 2)",
        chance=percent(policy.unlikely),
        share=percent(policy.unlikely_of_usual),
    ),
    remedy="Name what would have to happen by then, or plan the period without it.",
)
def unlikely_this_period(deal: Deal, context: Context) -> Flag | None:
    """The deal is due in this period, but deals like it were seldom won in time."""
    close, share, fresh = deal.close_date, chance(deal, context), usual(deal, context)
    if (
        close is None
        or share is None
        or fresh is None
        or not context.today <= close <= context.period_end
        or share > context.policy.unlikely
        or share > fresh * context.policy.unlikely_of_usual
    ):
        return None
    return Flag(
        because=say(
            "Due on {day}; deals like it were won within {days} in {chance} cases: "
            "{reasons}.",
            day=day(close, context.today),
            days=many(context.norms.horizon_days, "day"),
            chance=one_in(share),
            reasons=listed(reasons(deal, context) or (time_in_stage(deal),)),
        ),
        evidence=(of_deal(deal, say("Close date"), close),),
        threshold=say(
            "{chance} or less ({source})",
            chance=percent(context.policy.unlikely),
            source=behind(context),
        ),
    )


def behind(context: Context) -> Said:
    """What the chance was learned from."""
    if model := context.norms.model:
        return say(
            "learned from {won} won of {deals}",
            won=number(model.won),
            deals=many(model.deals, "deal"),
        )
    return say(
        "learned from {deals} by time in stage alone",
        deals=many(context.norms.won, "won deal"),
    )
