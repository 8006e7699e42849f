"""What is normal in this organisation: tiers, the window, each stage's norm.

Below tier 1 plain defaults speak, and say that they do. From tier 1 the stage clock
does; a stage with too few exits borrows the curve of all stages together.
"""

from collections.abc import Iterable
from dataclasses import replace
from math import inf

from reports.judgement.capture import any_activity, captures, with_parts
from reports.judgement.chance import TOLD
from reports.judgement.clock import Clock, Spell, fit_lives
from reports.judgement.drift import drift
from reports.judgement.evidence import learn
from reports.judgement.hindsight import Span
from reports.judgement.history import spells
from reports.judgement.policy import Policy
from reports.judgement.segment_norms import segment_norms
from reports.judgement.segments import fit
from reports.judgement.splits import choose
from reports.judgement.stage_norms import learned_norms, pooled_norm
from reports.judgement.window import (
    Setting,
    clock_settings,
    open_stages,
    setting_of,
)
from reports.model import Book, Stage
from reports.normal import Baselines, ChanceModel, Norms, StageNorm
from reports.said import Said, counted, day, many, say


#: Why nothing is learned where enough deals closed.
UNSEEN = say("no deal was seen leaving its stage")


def norms(book: Book, baselines: Baselines, policy: Policy) -> Norms:
    """What is normal as of the book's moment."""
    setting = setting_of(book, baselines, policy)
    clock = clock_of(book, setting)
    stages, pooled = by_stage(book, clock, setting)
    any_at_all = any_activity(book, baselines.owners.values())
    captured = captures(baselines.owners, policy.capture, any_at_all=any_at_all)
    return Norms(
        tier=setting.tier,
        won=setting.won,
        closed=setting.closed,
        window_days=setting.window,
        stages=stages,
        median_won_cycle=baselines.median_won_cycle,
        amount_p75=baselines.amount_p75,
        amount_median=baselines.amount_median,
        capture=with_parts(book, captured, policy.capture),
        step_days=clock.settings.step.days,
        horizon_days=setting.horizon,
        pooled=pooled,
        model=model_of(book, clock, setting),
        any_activity=any_at_all,
        drift=drift(book, clock, policy),
        split=clock.split,
        segments=segment_norms(book, clock, setting, stages),
    )


def clock_of(book: Book, setting: Setting) -> Clock:
    """What the visits within the window teach."""
    return clock_from(spells(book, setting.policy.renewals), book, setting)


def clock_from(lived: Iterable[Spell], book: Book, setting: Setting) -> Clock:
    """The clock of visits; where none of them is seen to end, of whole lives."""
    visits, settings = tuple(lived), clock_settings(setting)
    stages = open_stages(book)
    split = choose(visits, book, stages, settings, setting)
    clock = fit(visits, stages, book.as_of, settings, split)
    if clock.counts.ended >= setting.policy.clock.min_exits:
        return clock
    lives = fit_lives(visits, book.as_of, settings)
    enough = lives.counts.ended >= setting.policy.clock.min_exits
    return replace(clock, pooled=lives.pooled, whole=enough)


def by_stage(
    book: Book, clock: Clock, setting: Setting
) -> tuple[dict[str, StageNorm], StageNorm | None]:
    """Each stage's norm, and from tier 1 on that of all stages together."""
    seen = clock.whole or clock.counts.ended >= setting.policy.clock.min_exits
    stages = default_norms(book, setting, seen=seen)
    if not setting.tier or not seen:
        return stages, None
    pooled = pooled_norm(clock, setting)
    stages = {stage: replace(pooled, stage=stage) for stage in stages}
    return stages | learned_norms(clock, pooled, setting), pooled


def model_of(book: Book, clock: Clock, setting: Setting) -> ChanceModel | None:
    """What corrects the clock's chances, from tier 2 on."""
    if setting.tier < TOLD:
        return None
    span = Span(
        stages=clock.counts.stages,
        settings=clock.settings,
        horizon=setting.horizon,
        renewals=setting.policy.renewals,
        split=clock.split,
    )
    return learn(book, span)


def default_norms(book: Book, setting: Setting, *, seen: bool) -> dict[str, StageNorm]:
    """What speaks for each stage while nothing can be learned."""
    few = too_few(setting) if seen or not setting.tier else UNSEEN
    return {
        stage.name: default_norm(stage, setting, few)
        for stage in book.stages.values()
        if not stage.is_closed
    }


def default_norm(stage: Stage, setting: Setting, few: Said) -> StageNorm:
    """Twice the median of won deals where there are some, else plain days."""
    policy = setting.policy
    base = setting.baselines.stages.get(stage.name)
    median, won = (base.median_won, base.won) if base else (None, 0)
    if median and won >= policy.tiers.median_won and setting.cut is None:
        limit = round(median * policy.stuck_times_median)
        source = say(
            "twice the median of {deals}, {days} in {stage} (default rule; {few})",
            deals=many(won, "won deal"),
            days=many(median, "day"),
            stage=stage.name,
            few=few,
        )
    else:
        proposal = setting.milestones.get("proposal", inf)
        late = stage.position >= proposal
        limit = policy.stuck_days_from_proposal if late else policy.stuck_days
        source = say(
            "{days} in a stage (default; {few})", days=many(limit, "day"), few=few
        )
    return StageNorm(
        stage=stage.name,
        stalled_after=limit,
        slowing_after=None,
        median_won=median,
        won=won,
        source=source,
    )


def too_few(setting: Setting) -> Said:
    """Why nothing is learned."""
    if setting.cut is None:
        return counted(
            setting.won,
            "{count} won deal is too little to learn from",
            "{count} won deals are too few to learn from",
        )
    return counted(
        setting.won,
        "{count} deal won since the process changed on {day} is too little to learn "
        "from",
        "{count} deals won since the process changed on {day} are too few to learn "
        "from",
        day=day(setting.cut, setting.today),
    )
