"""The sales process: Sales Cloud's standard stages, of which seven are in use."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage; ``days`` and ``refused`` say how deals behave in it."""

    name: str
    probability: int
    category: str  #: as labelled: Pipeline, Best Case, Commit, Closed, Omitted
    days: float = 0.0  #: median time that work in it takes while a deal moves
    refused: float = 0.0  #: how often the buyer says no at its end
    active: bool = True
    is_closed: bool = False
    is_won: bool = False

    @property
    def category_code(self) -> str:
        """ForecastCategory, which is spelled unlike ForecastCategoryName."""
        return CODES[self.category]


CODES: Final = {
    "Omitted": "Omitted",
    "Pipeline": "Pipeline",
    "Best Case": "BestCase",
    "Commit": "Forecast",
    "Closed": "Closed",
}


def _open(
    name: str, probability: int, category: str, days: float, refused: float
) -> Stage:
    return Stage(
        name=name,
        probability=probability,
        category=category,
        days=days,
        refused=refused,
    )


OPEN: Final = (
    _open("Prospecting", 10, "Pipeline", 8.0, 0.12),
    _open("Qualification", 10, "Pipeline", 14.0, 0.20),
    _open("Needs Analysis", 20, "Pipeline", 21.0, 0.14),
    _open("Value Proposition", 50, "Pipeline", 14.0, 0.10),
    _open("Id. Decision Makers", 60, "Best Case", 9.0, 0.07),
    _open("Proposal/Price Quote", 75, "Best Case", 26.0, 0.14),
    _open("Negotiation/Review", 90, "Commit", 18.0, 0.10),
)
#: A standard stage that this organisation retired.
RETIRED: Final = Stage(
    name="Perception Analysis", probability=70, category="Best Case", active=False
)
WON: Final = Stage(
    name="Closed Won", probability=100, category="Closed", is_closed=True, is_won=True
)
LOST: Final = Stage(
    name="Closed Lost", probability=0, category="Omitted", is_closed=True
)
ALL: Final = (*OPEN[:5], RETIRED, *OPEN[5:], WON, LOST)

QUALIFICATION: Final = 1
NEEDS: Final = 2
VALUE: Final = 3
PROPOSAL: Final = 5
LAST: Final = len(OPEN) - 1
