"""What is wrong with a policy although each of its values is possible."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from reports.judgement.policy import KINDS, Agenda, Policy
from reports.judgement.readiness import PREDICATES


LONGEST_REVIEW: Final = 30  #: minutes; a longer one is not held

#: What must hold between the values of a policy, and the words for it.
CONSISTENT: Final[tuple[tuple[Callable[[Policy], bool], str], ...]] = (
    (
        lambda policy: policy.agenda.total <= LONGEST_REVIEW,
        f"agenda: total is more than {LONGEST_REVIEW} minutes",
    ),
    (
        lambda policy: blocks(policy.agenda) <= policy.agenda.total,
        "agenda: its blocks (changes to commitments) take longer than total",
    ),
    (
        lambda policy: policy.agenda.reserve < policy.agenda.deals,
        "agenda: reserve leaves no minute of deals",
    ),
    (
        lambda policy: 0 < policy.clock.stalled < policy.clock.slowing < 1,
        "clock: stalled must be less than slowing, and both between 0 and 1",
    ),
    (
        lambda policy: (
            policy.clock.windows != ()
            and policy.clock.windows == tuple(sorted(set(policy.clock.windows)))
        ),
        "clock: windows must be numbers of days that rise",
    ),
    (
        lambda policy: set(policy.clock.kinds) <= set(KINDS),
        f"clock: kinds may be {', '.join(KINDS)}",
    ),
    (
        lambda policy: policy.milestones.proposal != (),
        "milestones: proposal needs a word",
    ),
)


def policy_mistakes(policy: Policy) -> tuple[str, ...]:
    """Every contradiction in ``policy``, as a sentence with its key."""
    return (
        *(wrong for holds, wrong in CONSISTENT if not holds(policy)),
        *question_mistakes(policy),
        *evidence_mistakes(policy),
    )


def blocks(agenda: Agenda) -> int:
    """The minutes of the fixed blocks together."""
    return (
        agenda.changes
        + agenda.promises
        + agenda.deals
        + agenda.hygiene
        + agenda.commitments
    )


def question_mistakes(policy: Policy) -> Iterator[str]:
    """Questions that would never be asked, or that nothing can answer."""
    for row in policy.questions:
        if not row.stages and row.phase is None:
            yield "questions: a row needs stages or a phase"
        for question in row.questions:
            if not question.all_of:
                yield f"questions: {question.text!r} needs all_of, what answers it"
            yield from unknown("questions", question.all_of)


def evidence_mistakes(policy: Policy) -> Iterator[str]:
    """Evidence that is required and that nothing can show."""
    for row in policy.evidence:
        yield from unknown("evidence", row.all_of)


def unknown(key: str, names: Iterable[str]) -> Iterator[str]:
    """Names that are no predicates."""
    known = ", ".join(sorted(PREDICATES))
    for name in names:
        if name not in PREDICATES:
            yield f"{key}: {name!r} answers nothing; there are {known}"
