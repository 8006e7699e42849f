"""Every rule with its threshold in force, for ``dealpacket rules`` and the legend."""

from dataclasses import dataclass
from typing import Literal

from reports.judgement.hygiene import HYGIENE
from reports.judgement.policy import Policy
from reports.judgement.signals import SIGNALS
from reports.normal import Norms


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCard:
    """What is printed about a rule."""

    code: str
    sentence: str
    kind: Literal["signal", "hygiene"]
    threshold: str
    source: str


#: Signals whose limit the stage clock sets once it has learned enough.
CLOCKED = frozenset(
    {
        "over-the-clock",
        "slowing",
        "stalled-buyer-silent",
        "stalled-nothing-scheduled",
        "stalled-rep-silent",
    }
)


def rules(policy: Policy, norms: Norms | None = None) -> tuple[RuleCard, ...]:
    """Every rule as ``policy``, and what was learned, have it."""
    learned = norms is not None and norms.tier > 0
    return (
        *(
            RuleCard(
                code=rule.code,
                sentence=rule.title,
                kind="signal",
                threshold=stage_limits(norms)
                if norms and rule.code in CLOCKED
                else rule.limit(policy),
                source="learned"
                if learned and rule.code in CLOCKED
                else rule.source(policy),
            )
            for rule in SIGNALS
        ),
        *(
            RuleCard(
                code=rule.code,
                sentence=rule.title,
                kind="hygiene",
                threshold=rule.limit(policy),
                source=rule.source(policy),
            )
            for rule in HYGIENE
        ),
    )


def stage_limits(norms: Norms) -> str:
    """The stall day of every stage."""
    return "; ".join(
        f"{name} {norm.stalled_after} days"
        for name, norm in norms.stages.items()
        if norm.stalled_after is not None
    )


#: With every default.
RULES: tuple[RuleCard, ...] = rules(Policy())
