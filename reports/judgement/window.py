"""How far back what is normal is learned from, and how much may be."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from reports.judgement.clock import DAILY, Settings
from reports.judgement.history import Passage, closed_within, passages
from reports.judgement.milestones import milestones
from reports.judgement.policy import ClockPolicy, Policy, Tiers
from reports.model import Book
from reports.normal import Baselines
from reports.quarters import quarter_end


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What every stage's norm is made from."""

    policy: Policy
    baselines: Baselines
    tier: int
    won: int
    closed: int
    window: int
    changed: date | None = None  #: when the process changed, if it has
    today: date
    horizon: int
    milestones: Mapping[str, int]
    passed: Mapping[str, list[Passage]]

    @property
    def cut(self) -> date | None:
        """The change of the process, where nothing older is in the window."""
        if self.changed is None or (self.today - self.changed).days > self.window:
            return None
        return self.changed


def setting_of(book: Book, baselines: Baselines, policy: Policy) -> Setting:
    """The first window that reaches tier 1, and what it holds."""
    today = book.as_of.date()
    changed = change(today, policy.clock)
    for days in policy.clock.windows:
        window = days if changed is None else min(days, (today - changed).days)
        outcomes = [deal.is_won for deal in closed_within(book, window)]
        tier = tier_of(sum(outcomes), len(outcomes), policy.tiers)
        if tier:
            break
    return Setting(
        policy=policy,
        baselines=baselines,
        tier=tier,
        won=sum(outcomes),
        closed=len(outcomes),
        window=window,
        changed=changed,
        today=today,
        horizon=max(
            policy.clock.min_horizon,
            (quarter_end(today, book.org) - today).days,
        ),
        milestones=milestones(book.stages.values(), policy.milestones),
        passed=passages(book, window, policy.renewals),
    )


def change(today: date, policy: ClockPolicy) -> date | None:
    """The day on which the process changed, if it had by then."""
    changed = policy.process_changed
    return changed if changed is not None and changed <= today else None


def tier_of(won: int, closed: int, tiers: Tiers) -> int:
    """How much may be learned from so many closed deals."""
    side = min(won, closed - won)
    if closed >= tiers.segments_closed and side >= tiers.segments_side:
        return 3
    if closed >= tiers.evidence_closed and side >= tiers.evidence_side:
        return 2
    return int(won >= tiers.won and closed >= tiers.closed)


def clock_settings(setting: Setting) -> Settings:
    """Steps of a week, or of a day where deals are won within weeks."""
    policy, cycle = setting.policy.clock, setting.baselines.median_won_cycle
    few = setting.closed < policy.few_closed
    return replace(
        DAILY if cycle is not None and cycle < policy.fast_cycle else Settings(),
        window=timedelta(days=setting.window),
        since=datetime.combine(setting.changed, time(), UTC)
        if setting.changed
        else None,
        weight=policy.weight_when_few if few else policy.weight,
    )


def open_stages(book: Book) -> list[str]:
    """The open stages of the process, in order."""
    return [
        stage.name
        for stage in sorted(book.stages.values(), key=lambda s: (s.position, s.name))
        if not stage.is_closed and stage.known
    ]
