"""The signal of the chance to win: due in the period, and not likely to make it.

It is not a stall. A deal may move as it should and still be too far from the end.
"""

from reports.findings import Severity
from reports.judgement.chance import chance, reasons, usual
from reports.judgement.phrases import of_deal
from reports.judgement.rules import Catalogue, Context, Flag
from reports.model import Deal
from reports.said import day, listed, many


CHANCE = Catalogue()

#: A chance is not told finer than one in so many.
FINEST = 50


def one_in(share: float) -> str:
    """A chance as "1 in 12"."""
    if share * FINEST < 1:
        return f"less than 1 in {FINEST}"
    return f"about 1 in {round(1 / share)}"


@CHANCE.rule(
    worst=Severity.MEDIUM,
    limit=lambda policy: (
        f"due in the quarter, a chance of {policy.unlikely * 100:.0f} % or less and "
        f"{policy.unlikely_of_usual * 100:.0f} % of a fresh deal's (from tier 2)"
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
    within = many(context.norms.horizon_days, "day")
    why = reasons(deal, context) or (
        f"{many(deal.days_in_stage or 0, 'day')} in {deal.stage.name}",
    )
    return Flag(
        because=f"Due on {day(close, context.today)}; deals like it were won within "
        f"{within} in {one_in(share)} cases: {listed(why)}.",
        evidence=(of_deal(deal, "Close date", close),),
        threshold=f"{context.policy.unlikely * 100:.0f} % or less ({behind(context)})",
    )


def behind(context: Context) -> str:
    """What the chance was learned from."""
    if model := context.norms.model:
        return f"learned from {model.won:,} won of {model.deals:,} deals"
    return f"learned from {many(context.norms.won, 'won deal')} by time in stage alone"
