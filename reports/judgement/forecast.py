"""What a period may bring: a range, and the chance of the quota, from tier 2 on.

Everything is in the corporate currency. Money that does not exist yet counts too:
what was created and won in the rest of earlier periods. A range is to be shown with
its record: in how many earlier periods it would have held.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Protocol

from reports.findings import DealReview
from reports.judgement.chance import TOLD
from reports.judgement.clock import DAILY, Settings, fit
from reports.judgement.hindsight import Span, chances_of, open_in, visited
from reports.judgement.history import spell
from reports.judgement.periods import (
    Past,
    after,
    created_later,
    ended_by,
    won_since,
)
from reports.judgement.shock import Bets
from reports.judgement.spread import SHOCK, Bet, spread
from reports.judgement.tries import Errors, expected
from reports.model import UserId
from reports.normal import Norms
from reports.outlook import Forecast


#: A chance is told to the nearest of these.
COARSE = 20
#: On so many deals hangs what is told as exposure.
TOP = 3
CENT = Decimal("0.01")


class Range(Protocol):
    """What a forecast asks of a range, however it was come by."""

    def at(self, share: float) -> float:
        """The sum that is not exceeded in ``share`` of all cases."""

    def reaching(self, sum_: float) -> float:
        """The chance of at least that sum."""


def forecast(  # noqa: PLR0913 - one fact each, the last two by name
    reviews: Sequence[DealReview],
    past: Past,
    norms: Norms,
    owners: Sequence[UserId],
    *,
    quota: Decimal | None = None,
    shock: float = SHOCK,
    errors: Errors | None = None,
) -> Forecast | None:
    """What the open deals of some owners may still bring; None below tier 2.

    With ``errors`` of earlier forecasts these are the range, else it is simulated.
    """
    if norms.tier < TOLD or not norms.horizon_days:
        return None
    end, days = past.ends[0], past.left / timedelta(days=1)
    bets = [
        (float(review.deal.amount_base), in_time(review.chance, days, norms))
        for review in reviews
        if review.deal.amount_base and review.deal.amount_base > 0 and review.chance
    ]
    created = created_later(past, owners)
    later = [float(money) for money in created]
    found: Range = (
        errors.around(expected(bets, later))
        if errors
        else spread(bets, later, shock=shock)
    )
    won = won_since(past, owners)
    worth = sorted((amount * chance for amount, chance in bets), reverse=True)
    return Forecast(
        end=end,
        won=won,
        low=won + money(found.at(0.1)),
        middle=won + money(found.at(0.5)),
        high=won + money(found.at(0.9)),
        deals=len(bets),
        left_out=sum(review.deal.amount_base is None for review in reviews),
        created=money(sum(later) / len(later)) if later else money(0),
        periods=len(created),
        exposure=sum(worth[:TOP]) / sum(worth) if worth else None,
        quota=quota,
        chance=coarse(found.reaching(float(quota - won)))
        if quota is not None
        else None,
        windows=errors.windows if errors else 0,
    )


def in_time(chance: float, days: float, norms: Norms) -> float:
    """A chance within the horizon as one within the rest of the period."""
    share = min(1.0, max(days, 0.0) / norms.horizon_days)
    return 1 - float((1 - chance) ** share)


def money(amount: float) -> Decimal:
    """A sum as money."""
    return Decimal(str(amount)).quantize(CENT, rounding=ROUND_HALF_EVEN)


def coarse(chance: float) -> float:
    """A chance to the nearest 5 %."""
    return round(chance * COARSE) / COARSE


def earlier_bets(past: Past, norms: Norms) -> Mapping[date, Bets]:
    """What the open deals of every earlier period promised, and what came of them."""
    return {end: bets_then(past, norms, end) for end in past.known}


def bets_then(past: Past, norms: Norms, end: date) -> Bets:
    """The open deals of an earlier period by owner, and whether they were won."""
    book, close = past.book, after(end)
    then = close - past.left
    stages = sorted(
        (stage for stage in book.stages.values() if not stage.is_closed),
        key=lambda stage: (stage.position, stage.name),
    )
    settings = DAILY if norms.step_days == DAILY.step.days else Settings()
    days = max(1, round(past.left / timedelta(days=1)))
    span = Span(stages=[s.name for s in stages], settings=settings, horizon=days)
    visits = list(visited(book))
    clock = fit(
        (spell(visit, deal, book) for deal, visit in visits),
        span.stages,
        then,
        settings,
    )
    chances = chances_of(clock, span)
    found: dict[UserId, list[tuple[Bet, bool]]] = {}
    for deal, visit in visits:
        if open_in(visit, deal, then) and visit.stage in chances and deal.amount_base:
            row = chances[visit.stage]
            step = min((then - visit.entered) // settings.step, len(row) - 1)
            bet = (max(float(deal.amount_base), 0.0), row[step])
            won = ended_by(deal, close, book)
            found.setdefault(deal.owner_id, []).append((bet, won))
    return found
