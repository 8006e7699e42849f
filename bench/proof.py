"""Judgement counted against the truth, on generated organisations.

A deal stops when it no longer moves, for whatever cause; what stopped within the
last two weeks is not held against anybody who did not see it.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random

from bench.control import Control
from bench.worlds import GRACEFUL, NOW, World
from reports.findings import DealReview
from reports.judgement.backtest import Backtest, backtest, flags_of
from reports.judgement.hygiene import HYGIENE
from reports.judgement.logged import parts
from reports.judgement.policy import Policy
from reports.model import Deal, UserId


DAYS = 14  #: after which silence counts, for us and for the plain rules
STUCK = 30
TWICE = 2
HORIZON = timedelta(days=90)
STALLED = "stalled-"
CAUSES = ("buyer_silent", "rep_silent", "nothing_scheduled")
FULL, LEFT = "full", "leaver"
HOLE, PART = "hole", "part"
#: Shares of what happened that are left on record, and of how many reps a seed.
SHARES_LOGGED, MOST_THINNED = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8), 10

Flags = Callable[[World, DealReview], bool]


def stalled(_: World, review: DealReview) -> bool:
    """What the packet calls stalled."""
    return review.stalled


def over(_: World, review: DealReview) -> bool:
    """What the stage clock says, whatever is booked or captured."""
    return review.clock is not None and review.clock.over


def inactive(world: World, review: DealReview) -> bool:
    """LastActivityDate is long ago; without one, the deal was created long ago."""
    last = world.dates[review.deal.id][0] or review.deal.created_on
    return (NOW.date() - last).days > DAYS


def unmodified(world: World, review: DealReview) -> bool:
    """LastModifiedDate is long ago."""
    return (NOW.date() - world.dates[review.deal.id][1]).days > DAYS


def stuck(_: World, review: DealReview) -> bool:
    """A plain number of days in the stage."""
    return (review.deal.days_in_stage or 0) > STUCK


def twice(world: World, review: DealReview) -> bool:
    """Twice as long in the stage as the median deal that was won."""
    usual = world.now.plain.stages.get(review.deal.stage.name)
    days = review.deal.days_in_stage or 0
    return usual is not None and days > TWICE * usual.median_won


METHODS: dict[str, Flags] = {
    "stalled, as printed": stalled,
    "the stage clock alone": over,
    "LastActivityDate > 14 days": inactive,
    "LastModifiedDate > 14 days": unmodified,
    "30 days in stage": stuck,
    "2 x median days in stage": twice,
}


@dataclass(kw_only=True)
class Score:
    """Flags against what is true."""

    flagged: int = 0
    right: int = 0  #: flagged deals that do not move
    stopped: int = 0  #: for two weeks or longer
    caught: int = 0  #: of those that stopped
    moving: int = 0
    wronged: int = 0  #: moving deals that were flagged

    def add(self, *, flag: bool, state: str, days: int) -> None:
        """Count a deal."""
        moving, stopped = state == "moving", state != "moving" and days >= DAYS
        self.flagged += flag
        self.right += flag and not moving
        self.stopped += stopped
        self.caught += flag and stopped
        self.moving += moving
        self.wronged += flag and moving


def share(part: int, whole: int) -> str:
    """Both numbers, and what they make."""
    return f"{100 * part / whole:.0f} % ({part}/{whole})" if whole else "none"


@dataclass(kw_only=True)
class Findings:
    """A hygiene rule's findings against the records that truly break it."""

    broken: int = 0
    found: int = 0
    grace: int = 0
    missed: int = 0
    false: int = 0
    learned: int = (
        0  #: found by what was learned from other deals, which nobody planted
    )


@dataclass(kw_only=True)
class Proof:
    """Everything that is counted, over all organisations."""

    everywhere: dict[str, Score] = field(default_factory=dict)
    captured: dict[str, Score] = field(default_factory=dict)
    single: dict[int, dict[str, Score]] = field(default_factory=dict)  #: by seed
    paces: dict[int, float] = field(default_factory=dict)
    causes: Counter[tuple[str, str]] = field(default_factory=Counter)
    reps: Counter[tuple[str, str]] = field(default_factory=Counter)
    thinned: Counter[tuple[float, bool]] = field(default_factory=Counter)
    hygiene: dict[str, Findings] = field(default_factory=dict)
    unplanted: Counter[str] = field(default_factory=Counter)
    tests: list[Backtest] = field(default_factory=list)
    control: Control = field(default_factory=Control)

    def add(self, world: World) -> None:
        """Count an organisation."""
        self.stalls(world)
        self.capture(world)
        self.thin(world)
        self.findings(world)
        self.outcomes(world)

    def stalls(self, world: World) -> None:
        """Flags by every method, and causes."""
        trusted = world.now.judged.norms.capture
        single = self.single.setdefault(world.seed, {})
        self.paces[world.seed] = world.truth["pace"]
        for review in world.now.judged.reviews.values():
            state, days = world.state(review.deal)
            owner = trusted.get(review.deal.owner_id)
            for name, flags in METHODS.items():
                flag = flags(world, review)
                scores = [
                    group.setdefault(name, Score())
                    for group in (self.everywhere, single)
                ]
                if owner is None or owner.trusted:
                    scores.append(self.captured.setdefault(name, Score()))
                for score in scores:
                    score.add(flag=flag, state=state, days=days)
            codes = (s.code for s in review.signals if s.code.startswith(STALLED))
            cause = next(codes, "").removeprefix(STALLED).replace("-", "_")
            if cause:
                self.causes[state, cause] += 1

    def capture(self, world: World) -> None:
        """Reps whose activity is not captured, and those of whom it is said."""
        for user_id, how in world.truth["reps"].items():
            said = world.now.judged.norms.capture.get(user_id)
            if said and how["kind"] != LEFT:
                doubt = HOLE if not said.trusted else PART if said.partly else ""
                self.reps[how["quality"], doubt] += 1

    def thin(self, world: World) -> None:
        """Whether a part of the activity is missed when it is taken away at random."""
        dice = Random(world.seed)  # noqa: S311 - likewise
        policy, book = Policy().capture, world.now.book
        full = [
            user_id
            for user_id, how in world.truth["reps"].items()
            if how["quality"] == FULL and how["kind"] != LEFT
        ]
        owners = {deal.owner_id for deal in book.deals}
        for user_id in dice.sample(sorted(owners & set(full)), k=MOST_THINNED):
            for share in SHARES_LOGGED:
                less = replace(
                    book,
                    deals=tuple(
                        thinned(deal, share, dice) if deal.owner_id == user_id else deal
                        for deal in book.deals
                    ),
                )
                part = parts(less, owners, policy).get(UserId(user_id))
                found = part is not None and part.high < policy.part_of_usual
                self.thinned[share, found] += 1

    def findings(self, world: World) -> None:
        """Hygiene findings beside the records that truly break a rule."""
        judged = world.now.judged
        issues = [i for review in judged.reviews.values() for i in review.hygiene]
        found = {(i.code, i.deal_id) for i in (*issues, *judged.closed_hygiene)}
        known = {code for code, _ in world.broken}
        inside = in_scope(world)
        broken = {(code, id_) for code, id_ in world.broken if id_ in inside[code]}
        for code in sorted(known):
            own = {id_ for c, id_ in broken if c == code}
            seen = {id_ for c, id_ in found if c == code}
            early = (own - seen) & (world.in_grace if code in GRACEFUL else set())
            learned = {d for d in seen - own if by_clock(code, judged.reviews.get(d))}
            row = self.hygiene.setdefault(code, Findings())
            row.broken += len(own)
            row.found += len(own & seen)
            row.grace += len(early)
            row.missed += len(own - seen - early)
            row.false += len(seen - own - learned)
            row.learned += len(learned)
        self.unplanted.update(code for code, _ in found if code not in known)

    def outcomes(self, world: World) -> None:
        """What came of deals that were flagged, in truth and with shuffled ends."""
        then = NOW - HORIZON
        past = world.seen(then).judged
        flags = flags_of(past.reviews.values())
        later, tier = world.now.book, past.norms.tier
        self.tests.append(backtest(flags, then, later, tier=tier))
        signals: dict[str, set[str]] = {
            "the stage clock": {d for d in flags if flags[d]}
        }
        for review in past.reviews.values():
            for signal in review.signals:
                signals.setdefault(signal.code, set()).add(review.deal.id)
        won = {deal.id for deal in later.closed if deal.is_won}
        ends: dict[str, bool] = {id_: id_ in won for id_ in past.reviews}
        self.control.add(signals, ends, seed=world.seed)


def in_scope(world: World) -> dict[str, set[str]]:
    """The deals that each rule is asked about: open ones, or those closed lately."""
    seen = world.now
    opened: set[str] = {deal.id for deal in seen.book.deals}
    days = Policy().closed_days
    closed: set[str] = {
        deal.id
        for deal in seen.book.closed
        if deal.closed_on is None or (NOW.date() - deal.closed_on).days <= days
    }
    return {rule.code: closed if rule.closed else opened for rule in HYGIENE}


def by_clock(code: str, review: DealReview | None) -> bool:
    """Whether a finding comes from the stage clock, which the truth leaves out."""
    clock = review.clock if review else None
    return code == "category-vs-stage" and clock is not None and clock.over


def thinned(deal: Deal, share: float, dice: Random) -> Deal:
    """The deal with only a share of its calls and e-mails on record."""
    ours, theirs = (
        tuple(sum(dice.random() < share for _ in range(count)) for count in weeks)
        for weeks in (deal.weeks_ours, deal.weeks_theirs)
    )
    return replace(deal, weeks_ours=ours, weeks_theirs=theirs)
