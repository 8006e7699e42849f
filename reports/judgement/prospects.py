"""What may be said of the running quarter, from which tier on, and what is missing.

The past of a book is worked out once and serves every rep and manager.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from reports.findings import DealReview
from reports.judgement.chance import TOLD
from reports.judgement.coverage import coverage
from reports.judgement.forecast import earlier_bets, forecast
from reports.judgement.periods import Past
from reports.judgement.policy import Policy
from reports.judgement.shock import (
    ENOUGH,
    FEWEST_DEALS,
    Bets,
    Shock,
    by_team,
    learn,
)
from reports.judgement.spread import SHOCK
from reports.judgement.tries import (
    Errors,
    Window,
    errors,
    held_by_errors,
    held_by_simulation,
    windows,
)
from reports.model import Book, Quota, UserId
from reports.normal import Norms
from reports.outlook import Forecast, Outlook, Record
from reports.quarters import quarter_of
from reports.said import Said, counted, listed, many, say


DAY = timedelta(days=1)
#: Of those who have no quota, so many are named.
NAMED = 3


@dataclass(frozen=True)
class Prospects:
    """The outlook of anybody in a book."""

    book: Book
    norms: Norms
    policy: Policy

    @cached_property
    def past(self) -> Past:
        """Earlier quarters from the same distance to their end."""
        return Past(self.book)

    @cached_property
    def earlier(self) -> Mapping[date, Bets]:
        """What the open deals of earlier quarters promised, and what came of them."""
        return earlier_bets(self.past, self.norms, self.policy)

    @cached_property
    def shock(self) -> Shock:
        """How far everybody's deals move together here."""
        return learn(by_team(self.earlier.values(), self.book.people))

    @cached_property
    def of_reps(self) -> list[Window]:
        """Earlier forecasts of single reps."""
        return list(windows(self.past, self.earlier, lambda owner: owner))

    @cached_property
    def of_teams(self) -> list[Window]:
        """Earlier forecasts of teams; a team are those with the same manager."""
        found = windows(self.past, self.earlier, self.boss, least=FEWEST_DEALS)
        return list(found)

    @cached_property
    def errors(self) -> Errors | None:
        """How far the earlier forecasts of teams were off, if enough are known."""
        return errors(self.of_teams)

    @cached_property
    def record(self) -> Record:
        """How ranges of single reps would have held in earlier quarters."""
        return held_by_simulation(self.of_reps, teams=False, shock=self.shock.size)

    @cached_property
    def team_record(self) -> Record:
        """How ranges of teams would have held, made as they are made now."""
        if self.errors:
            return held_by_errors(self.of_teams)
        return held_by_simulation(self.of_teams, teams=True, shock=self.shock.size)

    def boss(self, owner: UserId) -> UserId:
        """The manager who stands for the owner's team."""
        person = self.book.people.get(owner)
        return (person and person.manager_id) or owner

    def of(
        self, reviews: Sequence[DealReview], owners: Sequence[UserId], *quotas: UserId
    ) -> Outlook:
        """The outlook of the deals of ``owners``.

        Their quota is that of the first of ``quotas`` who has one, else their sum.
        """
        wanted = [*([one] for one in quotas), list(owners)]
        found = (quota_of(self.book, people) for people in wanted)
        quota = next((one for one in found if one is not None), None)
        learned = self.norms.tier >= TOLD
        alone = len(owners) == 1
        told = forecast(
            reviews,
            self.past,
            self.norms,
            owners,
            quota=quota,
            shock=self.shock.size if learned else SHOCK,
            errors=self.errors if learned and not alone else None,
        )
        record = (self.record if alone else self.team_record) if told else None
        deals = [review.deal for review in reviews]
        return Outlook(
            end=self.past.ends[0],
            currency=self.book.org.currency,
            because=(
                *self.missing(told, record),
                *(() if quota is not None else (self.no_quota(owners),)),
            ),
            quota=quota,
            forecast=told,
            record=record if record and record.ranges else None,
            coverage=coverage(deals, self.past, self.norms, owners, quota=quota)
            if quota is not None
            else None,
        )

    def missing(self, told: Forecast | None, record: Record | None) -> Iterator[Said]:
        """What keeps the outlook from being complete."""
        if told is None:
            yield self.too_few()
        elif record is None or not record.ranges:
            yield say(
                "No earlier quarter is known far enough back to try such a range on."
            )
        if told and not told.windows and not self.shock.learned:
            yield counted(
                self.shock.forecasts,
                "How far deals are won and lost together is a default: {count} earlier "
                "forecast of a team is known, {needed} are needed.",
                "How far deals are won and lost together is a default: {count} earlier "
                "forecasts of teams are known, {needed} are needed.",
                needed=ENOUGH,
            )

    def no_quota(self, owners: Sequence[UserId]) -> Said:
        """Whose quota is missing, where others of the team have one."""
        people = [self.book.people[one] for one in owners if one in self.book.people]
        without = sorted(
            one.name
            for one in people
            if one.active and own_quota(self.book, one.id) is None
        )
        if not without or len(without) == len(people):
            return say(
                "No quota that can be told in {currency} is entered for the whole "
                "fiscal quarter, so there is no chance of reaching one and no "
                "coverage.",
                currency=self.book.org.currency,
            )
        return counted(
            len(without),
            "No quota that can be told in {currency} is entered for the whole fiscal "
            "quarter of {names}: no chance of the team's, no coverage.",
            "No quota that can be told in {currency} is entered for the whole fiscal "
            "quarter of {count} sellers, {names} among them: no chance of the team's, "
            "no coverage.",
            currency=self.book.org.currency,
            names=listed(without[:NAMED]),
        )

    def too_few(self) -> Said:
        """What is missing of the tier from which on there is a forecast."""
        tiers = self.policy.tiers
        side, closed = tiers.evidence_side, tiers.evidence_closed
        parts = tuple(self.short_of(closed, side))
        have = listed(parts) if parts else many(self.norms.closed, "closed deal")
        return say(
            "No forecast range yet: it starts at tier {tier}, with {closed} of which "
            "{side} each are won and lost; so far {have}.",
            tier=TOLD,
            closed=many(closed, "closed deal"),
            side=side,
            have=have,
        )

    def short_of(self, closed: int, side: int) -> Iterator[Said]:
        """What there is of the closed deals, and of those of either side."""
        won, lost = self.norms.won, self.norms.closed - self.norms.won
        if self.norms.closed < closed:
            yield counted(
                self.norms.closed,
                "{count} closed deal of {needed}",
                "{count} closed deals of {needed}",
                needed=closed,
            )
        if won < side:
            yield say("{won} won of {needed}", won=won, needed=side)
        if lost < side:
            yield say("{lost} lost of {needed}", lost=lost, needed=side)


def quota_of(book: Book, people: Sequence[UserId]) -> Decimal | None:
    """What these people should close together in the running quarter.

    In the corporate currency; None where one of them has no quota for all of it, or
    one in a currency without a rate. Who has left needs none.
    """
    found = {one: own_quota(book, one) for one in people}
    known = [amount for amount in found.values() if amount is not None]
    missing = [one for one, amount in found.items() if amount is None]
    if any(one not in book.people or book.people[one].active for one in missing):
        return None
    return sum(known, Decimal(0)) if known else None


def own_quota(book: Book, person: UserId) -> Decimal | None:
    """One person's quota of the whole running quarter; None where it is not known."""
    first, last = quarter_of(book.as_of.date(), book.org)
    quotas = [
        known
        for quota in book.quotas
        if quota.user_id == person
        and first <= quota.start <= quota.end <= last
        and (known := in_base(quota, book.org.currency))
    ]
    amount = tiled(quotas, first, last)
    return amount if amount and amount > 0 else None


def in_base(quota: Quota, corporate: str) -> Quota | None:
    """The quota in the corporate currency; None without a rate."""
    if quota.currency == corporate:
        return quota
    if quota.amount_base is None:
        return None
    return replace(quota, amount=quota.amount_base, currency=corporate)


def tiled(quotas: Sequence[Quota], first: date, last: date) -> Decimal | None:
    """The sum of quotas that follow each other from the first day to the last.

    The longest one that begins on a day speaks for it: a quarter's, not its month's.
    """
    total, day = Decimal(0), first
    while day <= last:
        begun = [quota for quota in quotas if quota.start == day]
        if not begun:
            return None
        longest = max(begun, key=lambda quota: (quota.end, quota.amount))
        total += longest.amount
        day = longest.end + DAY
    return total
