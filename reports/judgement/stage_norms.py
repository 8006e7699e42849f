"""What was learned of each stage: the clock's curves as limits, and as sentences."""

from dataclasses import dataclass, replace
from math import inf

from reports.judgement.clock import Clock
from reports.judgement.hazards import Hazards, ever, first_below, winners_left, within
from reports.judgement.window import Setting
from reports.normal import StageNorm
from reports.said import Said, day, many, say


def learned_norms(
    clock: Clock, pooled: StageNorm, setting: Setting
) -> dict[str, StageNorm]:
    """What the clock learned of each stage; too few exits borrow the pooled curve."""
    curves = curves_of(clock.hazards, clock, setting)
    return {
        stage: norm_of(stage, curve, clock, setting)
        if clock.counts.exits_from(stage) >= setting.policy.clock.min_exits
        else replace(pooled, stage=stage)
        for stage, curve in zip(clock.counts.stages, curves, strict=True)
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """The clock's reading for every step of one stage."""

    left: tuple[float, ...]
    chances: tuple[float, ...]


def curves_of(hazards: Hazards, clock: Clock, setting: Setting) -> list[Curve]:
    """Winners left and chances within the horizon, by stage."""
    steps = max(1, round(setting.horizon / clock.settings.step.days))
    return [
        Curve(left=tuple(left), chances=tuple(chances))
        for left, chances in zip(
            winners_left(hazards, ever(hazards)),
            within(hazards, steps, hazards.won),
            strict=True,
        )
    ]


def norm_of(stage: str, curve: Curve, clock: Clock, setting: Setting) -> StageNorm:
    """The norm of a stage with enough exits of its own."""
    passed = setting.passed.get(stage, [])
    stalled = day_of(curve, setting.policy.clock.stalled, clock)
    stayed = sorted(passage.stayed for passage in passed)
    to_won = sorted(passage.to_won for passage in passed)
    enough = len(passed) >= setting.policy.clock.min_passed
    return StageNorm(
        stage=stage,
        stalled_after=stalled,
        slowing_after=day_of(curve, setting.policy.clock.slowing, clock),
        median_won=stayed[len(stayed) // 2] if stayed else None,
        won=len(passed),
        source=norm_sentence(stage, stalled, len(passed), setting),
        learned=True,
        longest_won=stayed[-1] if enough else None,
        fastest_win=to_won[len(to_won) // 10] if enough else None,
        left=curve.left,
        chances=curve.chances,
    )


def pooled_norm(clock: Clock, setting: Setting) -> StageNorm:
    """The norm of all stages together, for unknown stages and sparse ones."""
    (curve,) = curves_of(clock.pooled, clock, setting)
    stalled = day_of(curve, setting.policy.clock.stalled, clock)
    what = say("the pipeline") if clock.whole else say("a stage")
    norm = norm_sentence(what, stalled, setting.won, setting)
    return StageNorm(
        stage="",
        stalled_after=stalled,
        slowing_after=day_of(curve, setting.policy.clock.slowing, clock),
        median_won=None,
        won=setting.won,
        source=say("{norm}, counted from creation, without a stage history", norm=norm)
        if clock.whole
        else say("{norm}, all stages together", norm=norm),
        learned=True,
        left=curve.left,
        chances=curve.chances,
    )


def day_of(curve: Curve, alpha: float, clock: Clock) -> int | None:
    """The day from which at most ``alpha`` of the winners are left."""
    step = first_below(curve.left, alpha)
    return None if step == inf else int(step) * clock.settings.step.days


def norm_sentence(
    stage: str, stalled: int | None, passed: int, setting: Setting
) -> Said:
    """The norm for readers, with the deals and the months behind it."""
    tenths = round((1 - setting.policy.clock.stalled) * 10)
    behind = learned_from(stage, passed, setting)
    if stalled is None:
        return say(
            "no day by which {tenths} in 10 winners had left {stage} ({behind})",
            tenths=tenths,
            stage=stage,
            behind=behind,
        )
    return say(
        "{tenths} in 10 deals we went on to win had left {stage} by day {day} "
        "({behind})",
        tenths=tenths,
        stage=stage,
        day=stalled,
        behind=behind,
    )


def learned_from(stage: str, passed: int, setting: Setting) -> Said:
    """The deals and the months behind a norm; 180 days are 6 months."""
    deals = many(setting.won, "won deal")
    if setting.cut is None:
        months = many(round(setting.window / 30.4), "month")
        told = say("{deals}, last {months}", deals=deals, months=months)
    else:
        changed = day(setting.cut, setting.today)
        told = say(
            "{deals} since the process changed on {day}", deals=deals, day=changed
        )
    if passed >= setting.policy.clock.min_passed:
        return told
    return say(
        "{deals}; only {passed} of them passed through {stage}",
        deals=told,
        passed=passed,
        stage=stage,
    )
