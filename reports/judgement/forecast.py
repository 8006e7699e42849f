"""What a period may bring: a range, and the chance of the quota, from tier 2 on.

Everything is in the corporate currency. Money that does not exist yet counts too:
what was created and won in the rest of earlier periods. A range is to be shown with
its record: in how many earlier periods it would have held.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Protocol

from reports.findings import DealReview
from reports.judgement.chance import TOLD
from reports.judgement.clock import DAILY, Settings
from reports.judgement.hindsight import Span, chances_of, open_in, visited
from reports.judgement.history import spell
from reports.judgement.periods import (
    Past,
    after,
    created_later,
    ended_by,
    won_since,
)
from reports.judgement.policy import Policy
from reports.judgement.segments import fit
from reports.judgement.shock import Bets
from reports.judgement.spread import SHOCK, Bet, spread
from reports.judgement.tries import Errors, expected
from reports.judgement.window import change, open_stages
from reports.model import Book, UserId
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


def earlier_bets(past: Past, norms: Norms, policy: Policy) -> Mapping[date, Bets]:
    """What the open deals of every earlier period promised, and what came of them.

    Where the process changed, nothing that was promised before says anything.
    """
    settings = settings_of(past.book, norms, policy)
    return {
        end: {}
        if settings.since and after(end) - past.left <= settings.since
        else bets_then(past, end, settings, norms, policy)
        for end in past.known
    }


def settings_of(book: Book, norms: Norms, policy: Policy) -> Settings:
    """How the clock was learned, for learning it anew at earlier moments."""
    changed = change(book.as_of.date(), policy.clock)
    return replace(
        DAILY if norms.step_days == DAILY.step.days else Settings(),
        window=timedelta(days=norms.window_days or max(policy.clock.windows)),
        since=datetime.combine(changed, time(), UTC) if changed else None,
    )


def bets_then(
    past: Past, end: date, settings: Settings, norms: Norms, policy: Policy
) -> Bets:
    """The open deals of an earlier period by owner, and whether they were won."""
    book, close = past.book, after(end)
    then = close - past.left
    span = Span(
        stages=open_stages(book),
        settings=settings,
        horizon=max(1, round(past.left / timedelta(days=1))),
        renewals=policy.renewals,
        split=norms.split,
    )
    visits = list(visited(book))
    lived = (spell(visit, deal, book, policy.renewals) for deal, visit in visits)
    chances = chances_of(fit(lived, span.stages, then, settings, span.split), span)
    found: dict[UserId, list[tuple[Bet, bool]]] = {}
    for deal, visit in visits:
        if not open_in(visit, deal, then) or not deal.amount_base:
            continue
        chance = chances.of(visit, deal, then)
        if chance is not None:
            bet = (max(float(deal.amount_base), 0.0), chance)
            won = ended_by(deal, close, book)
            found.setdefault(deal.owner_id, []).append((bet, won))
    return found
