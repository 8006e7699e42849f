"""Where the stages that rules speak of are in an organisation's own process."""

from collections.abc import Iterable, Mapping

from reports.judgement.policy import Milestones
from reports.model import Phase, Stage


def milestones(stages: Iterable[Stage], words: Milestones) -> Mapping[str, int]:
    """The position from which each milestone counts as reached; never decreasing."""
    ordered = sorted(
        (stage for stage in stages if stage.position), key=lambda stage: stage.position
    )
    if not ordered:
        return {}
    places: dict[str, int] = {}
    least = 0
    for name, choices, otherwise in (
        ("qualification", words.qualification, min(2, len(ordered))),
        ("discovery", words.discovery, first_of(ordered, Phase.MID)),
        ("proposal", words.proposal, first_of(ordered, Phase.LATE)),
    ):
        found = named(ordered, choices) or otherwise
        least = places[name] = max(found, least)
    return places


def named(stages: list[Stage], words: tuple[str, ...]) -> int | None:
    """The position of the first stage whose name contains one of ``words``."""
    return next(
        (
            stage.position
            for stage in stages
            if any(word in stage.name.casefold() for word in words)
        ),
        None,
    )


def first_of(stages: list[Stage], phase: Phase) -> int:
    """The position of the first stage of ``phase`` or, without any, the last one."""
    return next(
        (stage.position for stage in stages if stage.phase is phase),
        stages[-1].position,
    )
