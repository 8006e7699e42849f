"""Every rule with its threshold in force, for ``dealpacket rules`` and the legend."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from reports.findings import Fixer, Severity
from reports.judgement.hygiene import HYGIENE
from reports.judgement.policy import Policy
from reports.judgement.signals import SIGNALS
from reports.normal import Norms, StageNorm
from reports.said import COMMA, Said, joined, many, mark, say


Kind = Literal["signal", "hygiene"]
Limit = Callable[[StageNorm], int | None]


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


#: The days of a stage's norm that are a rule's limit, by rule.
LIMITS: Mapping[str, Limit] = {
    **dict.fromkeys(CLOCKED, lambda norm: norm.stalled_after),
    SLOWING: lambda norm: norm.slowing_after,
    PACE: lambda norm: norm.fastest_win,
    PAUSE: lambda norm: norm.pauses.days if norm.pauses else None,
}


def learned_limit(code: str, norms: Norms | None) -> str:
    """What was learned of a rule's limit, stage by stage; empty where nothing was."""
    limit = LIMITS.get(code)
    if norms is None or norms.tier == 0 or limit is None:
        return ""
    everybody = by_stage(BETWEEN, norms.stages.values(), limit)
    return joined(
        BETWEEN,
        [
            *([everybody] if everybody else ()),
            *of_kinds(norms, limit),
        ],
    )


def of_kinds(norms: Norms, limit: Limit) -> Iterator[Said]:
    """The limits of deals of one kind where they are not everybody's."""
    for stages in norms.segments.values():
        own = [
            norm
            for stage, norm in stages.items()
            if norm.kind and limit(norm) != limit(norms.stages[stage])
        ]
        if told := by_stage(COMMA, own, limit):
            yield say("{kind}: {limits}", kind=own[0].kind, limits=told)


def by_stage(between: str, stages: Iterable[StageNorm], limit: Limit) -> Said:
    """The days of every stage that was learned about."""
    return joined(
        between,
        [
            say("{stage} {days}", stage=norm.stage, days=many(days, "day"))
            for norm in stages
            if norm.learned and (days := limit(norm)) is not None
        ],
    )


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
