"""Plain statistics of the organisation; the one place where pandas is at home."""

from datetime import UTC, tzinfo
from decimal import ROUND_HALF_EVEN, Decimal

import pandas as pd

from reports.facts.days import day, zone_named
from reports.model import Book, Deal, UserId
from reports.normal import Baselines, OwnerActivity, StageBaseline


CENT = Decimal("0.01")


def baselines(book: Book) -> Baselines:
    """Count what was won, how long it took, and who logged what lately."""
    won = [deal for deal in book.closed if deal.is_won]
    seen_whole = [deal.days_open for deal in won if not deal.imported]
    cycles = pd.Series(seen_whole, dtype="int64")
    amounts = [d.amount_base for d in book.deals if d.amount_base is not None]
    return Baselines(
        won=len(won),
        closed=len(book.closed) + book.closed_left_out,
        median_won_cycle=whole(cycles),
        amount_p75=quantile(amounts, Decimal("0.75")),
        amount_median=quantile(amounts, Decimal("0.5")),
        stages=stage_baselines(won, zone_named(book.org.zone) or UTC),
        owners=owner_activity(book.deals),
    )


def whole(days: "pd.Series[int]") -> int | None:
    """The median of whole days, rounded down; None of nothing."""
    return None if days.empty else int(days.median())


def quantile(amounts: list[Decimal], share: Decimal) -> Decimal | None:
    """A quantile between the two amounts nearest to it; money stays decimal."""
    if not amounts:
        return None
    ordered = sorted(amounts)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    found = ordered[low] + (ordered[high] - ordered[low]) * (place - low)
    return found.quantize(CENT, rounding=ROUND_HALF_EVEN)


def stage_baselines(won: list[Deal], zone: tzinfo) -> dict[str, StageBaseline]:
    """Days that won deals stayed in each stage, all their visits together."""
    stays = pd.DataFrame(
        [
            (
                deal.id,
                visit.stage,
                (day(visit.left, zone) - day(visit.entered, zone)).days,
            )
            for deal in won
            for visit in deal.visits
            if visit.left is not None and not visit.imported
        ],
        columns=["deal", "stage", "stay"],
    )
    if stays.empty:
        return {}
    per_deal = stays.groupby(["stage", "deal"])["stay"].sum()
    by_stage = per_deal.groupby("stage")
    return {
        str(stage): StageBaseline(stage=str(stage), median_won=int(days), won=int(won))
        for stage, days, won in zip(
            by_stage.median().index, by_stage.median(), by_stage.size(), strict=True
        )
    }


def owner_activity(deals: tuple[Deal, ...]) -> dict[UserId, OwnerActivity]:
    """What was logged in 30 days on the open deals of each owner."""
    rows = pd.DataFrame(
        [(d.owner_id, d.calls_30d, d.emails_30d, d.meetings_30d) for d in deals],
        columns=["owner", "calls", "emails", "meetings"],
    )
    if rows.empty:
        return {}
    sums = rows.groupby("owner").agg(
        calls=("calls", "sum"),
        emails=("emails", "sum"),
        meetings=("meetings", "sum"),
        deals=("calls", "size"),
    )
    return {
        UserId(owner): OwnerActivity(
            user_id=UserId(owner),
            calls=int(calls),
            emails=int(emails),
            meetings=int(meetings),
            open_deals=int(count),
        )
        for owner, calls, emails, meetings, count in zip(
            sums.index, *(sums[column] for column in sums.columns), strict=True
        )
    }
