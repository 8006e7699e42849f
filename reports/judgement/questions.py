"""Two or three yes/no questions per stage, as data.

Each question names predicates of ``readiness.PREDICATES``; all of them must be
true for a yes. A configuration may replace them without code.
"""

from dataclasses import dataclass

from reports.model import Phase, Stage
from reports.said import mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A yes/no question about a deal and the predicates that answer it."""

    text: str
    all_of: tuple[str, ...]  #: predicate names


@dataclass(frozen=True, slots=True, kw_only=True)
class StageQuestions:
    """What must be true before a deal leaves a stage."""

    stages: tuple[str, ...] = ()  #: stage names; none: every stage of ``phase``
    phase: Phase | None = None
    questions: tuple[Question, ...]

    def fits(self, stage: Stage) -> bool:
        """Whether these are the questions of ``stage``, by its name."""
        return stage.name.casefold() in {name.casefold() for name in self.stages}


def questions_for(
    stage: Stage, choices: tuple[StageQuestions, ...]
) -> tuple[Question, ...]:
    """The questions of ``stage``: by name, else by phase, else none."""
    for choice in choices:
        if choice.fits(stage):
            return choice.questions
    for choice in choices:
        if not choice.stages and choice.phase is stage.phase:
            return choice.questions
    return ()


#: What to know before a demo.
BEFORE_A_DEMO = (
    Question(
        text=mark("Has the buyer confirmed a problem we can solve?"),
        all_of=("buyer-replied-in-stage",),
    ),
    Question(
        text=mark("Is the decision maker identified and invited?"),
        all_of=("decision-maker-named", "meeting-booked"),
    ),
    Question(
        text=mark("Is there a budget, and a date by which they decide?"),
        all_of=("amount-entered", "close-date-ahead"),
    ),
)

#: The defaults.
QUESTIONS = (
    StageQuestions(
        stages=("Prospecting",),
        questions=(
            Question(
                text=mark("Has the buyer answered us?"),
                all_of=("buyer-replied",),
            ),
            Question(
                text=mark("Is there a person to talk to, with a way to reach them?"),
                all_of=("contact-reachable",),
            ),
        ),
    ),
    StageQuestions(stages=("Qualification",), questions=BEFORE_A_DEMO),
    StageQuestions(phase=Phase.EARLY, questions=BEFORE_A_DEMO),
    StageQuestions(
        phase=Phase.MID,
        questions=(
            Question(
                text=mark("Is the decision maker part of the conversation?"),
                all_of=("decision-maker-named", "buyer-replied-in-stage"),
            ),
            Question(
                text=mark("Is it clear what they would buy, and for how much?"),
                all_of=("products-entered", "amount-entered"),
            ),
            Question(
                text=mark("Is the next step agreed and dated?"),
                all_of=("next-step-dated",),
            ),
        ),
    ),
    StageQuestions(
        phase=Phase.LATE,
        questions=(
            Question(
                text=mark("Has the buyer answered the proposal?"),
                all_of=("buyer-replied-in-stage",),
            ),
            Question(
                text=mark("Does the price match what they would buy?"),
                all_of=("amount-matches-products",),
            ),
            Question(
                text=mark("Is the signing date agreed, with the decision maker?"),
                all_of=("close-date-ahead", "decision-maker-named", "next-step-dated"),
            ),
        ),
    ),
)
