"""Every rule with its threshold in force, for ``dealpacket rules`` and the legend."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from reports.findings import Fixer, Severity
from reports.judgement.hygiene import HYGIENE
from reports.judgement.policy import Policy
from reports.judgement.signals import SIGNALS
from reports.normal import Norms, StageNorm
from reports.said import Said, joined, many, mark, say


Kind = Literal["signal", "hygiene"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """What is printed about a rule."""

    code: str
    kind: Kind
    sentence: str
    threshold: str  #: in words, as it is in force
    source: str  #: default, configured or learned
    severity: Severity  #: the heaviest it can be
    fixer: Fixer
    positive: bool = False  #: good news


#: Signals whose limit the stage clock sets once it has learned enough.
CLOCKED = frozenset(
    {
        "over-the-clock",
        "stalled-buyer-silent",
        "stalled-nothing-scheduled",
        "stalled-rep-silent",
    }
)
SLOWING = "slowing"
#: The hygiene rule that compares with how long deals that were won still needed.
PACE = "close-vs-stage"
#: The hygiene rule that compares with pauses between touches of deals that were won.
PAUSE = "no-activity"
BETWEEN = mark("; ")


def listing(policy: Policy, norms: Norms | None = None) -> tuple[RuleLine, ...]:
    """Every rule as ``policy``, and what was learned, have it."""
    return (*signal_lines(policy, norms), *hygiene_lines(policy, norms))


def signal_lines(policy: Policy, norms: Norms | None) -> Iterator[RuleLine]:
    """The signals in the order readers see them."""
    for rule in SIGNALS:
        learned = learned_limit(rule.code, norms)
        yield RuleLine(
            code=rule.code,
            kind="signal",
            sentence=rule.title,
            threshold=learned or rule.limit(policy),
            source="learned" if learned else rule.source(policy),
            severity=rule.worst,
            fixer=rule.fixer,
            positive=rule.positive,
        )


def hygiene_lines(policy: Policy, norms: Norms | None) -> Iterator[RuleLine]:
    """The hygiene rules in the order readers see them."""
    for rule in HYGIENE:
        learned = learned_limit(rule.code, norms)
        yield RuleLine(
            code=rule.code,
            kind="hygiene",
            sentence=rule.title,
            threshold=learned or rule.limit(policy),
            source="learned" if learned else rule.source(policy),
            severity=rule.worst,
            fixer=rule.fixer,
        )


def learned_limit(code: str, norms: Norms | None) -> str:
    """What was learned of a rule's limit, stage by stage; empty where nothing was."""
    if norms is None or norms.tier == 0:
        return ""
    stages = [*norms.stages.values(), *of_segments(norms)]
    if code in CLOCKED:
        return by_stage((norm, norm.stalled_after) for norm in stages)
    if code == SLOWING:
        return by_stage((norm, norm.slowing_after) for norm in stages)
    if code == PACE:
        return by_stage((norm, norm.fastest_win) for norm in stages)
    if code == PAUSE:
        return by_stage(
            (norm, norm.pauses.days if norm.pauses else None) for norm in stages
        )
    return ""


def of_segments(norms: Norms) -> Iterator[StageNorm]:
    """What was learned of deals of one kind alone."""
    for own in norms.segments.values():
        yield from (norm for norm in own.values() if norm.kind)


def by_stage(limits: Iterable[tuple[StageNorm, int | None]]) -> str:
    """The days of every stage that was learned about."""
    return joined(
        BETWEEN,
        (
            stage_limit(norm, days)
            for norm, days in limits
            if norm.learned and days is not None
        ),
    )


def stage_limit(norm: StageNorm, days: int) -> Said:
    """A stage and its limit, and of which deals it is."""
    told = say("{stage} {days}", stage=norm.stage, days=many(days, "day"))
    return say("{limit} ({kind})", limit=told, kind=norm.kind) if norm.kind else told


def as_json(lines: Iterable[RuleLine]) -> list[dict[str, Any]]:
    """The rules as ``dealpacket rules --json`` prints them."""
    return [
        {
            "code": line.code,
            "kind": line.kind,
            "sentence": line.sentence,
            "threshold": line.threshold,
            "source": line.source,
            "severity": line.severity.name.lower(),
            "fixer": str(line.fixer),
            "positive": line.positive,
        }
        for line in lines
    ]
