"""Which flaws a deal's record has: drawn once, then every writer honours them.

Whether a record breaks a hygiene rule in the end is read from its values, not from
its flaws: one may hide another.
"""

from enum import StrEnum
from typing import Final

from sandbox.world.dice import Dice
from sandbox.world.states import Story


class Flaw(StrEnum):
    """What is wrong with a record, though not with the deal."""

    AMOUNT_MISSING = "amount_missing"
    AMOUNT_PLACEHOLDER = "amount_placeholder"
    AMOUNT_VS_LINES = "amount_vs_lines"
    WON_ZERO = "won_zero"
    MONEY_INVALID = "money_invalid"
    CLOSE_FAR = "close_far"
    CLOSED_FUTURE = "closed_future"
    NEXT_STEP_EMPTY = "next_step_empty"
    NEXT_STEP_STALE = "next_step_stale"
    NO_CONTACT_ROLE = "no_contact_role"
    NO_PRIMARY = "no_primary"
    NO_DECIDER = "no_decider"
    NO_ACCOUNT = "no_account"
    PROBABILITY = "prob_vs_stage"
    CATEGORY = "category_vs_stage"
    STAGE_JUMP = "stage_jump"
    BOUNCE = "stage_bounce"
    REOPENED = "reopened"
    NO_LOSS_REASON = "loss_reason_missing"
    ATTRIBUTION = "attribution"
    ACTIVITY_DATES = "activity_dates"
    DELETED = "deleted"


#: How often, for somebody who is neither careful nor careless.
_ANY: Final = (
    (Flaw.AMOUNT_MISSING, 0.05),
    (Flaw.AMOUNT_PLACEHOLDER, 0.025),
    (Flaw.AMOUNT_VS_LINES, 0.03),
    (Flaw.MONEY_INVALID, 0.004),
    (Flaw.NEXT_STEP_EMPTY, 0.1),
    (Flaw.NEXT_STEP_STALE, 0.14),
    (Flaw.NO_CONTACT_ROLE, 0.11),
    (Flaw.NO_PRIMARY, 0.08),
    (Flaw.NO_DECIDER, 0.12),
    (Flaw.NO_ACCOUNT, 0.025),
    (Flaw.STAGE_JUMP, 0.02),
    (Flaw.BOUNCE, 0.03),
    (Flaw.ATTRIBUTION, 0.12),
    (Flaw.DELETED, 0.008),
)
_OPEN: Final = (
    (Flaw.CLOSE_FAR, 0.015),
    (Flaw.PROBABILITY, 0.05),
    (Flaw.CATEGORY, 0.04),
    (Flaw.ACTIVITY_DATES, 0.02),
)
_CLOSED: Final = ((Flaw.CLOSED_FUTURE, 0.05), (Flaw.REOPENED, 0.03))
_WON: Final = ((Flaw.WON_ZERO, 0.02),)
_LOST: Final = ((Flaw.NO_LOSS_REASON, 0.25),)


def flaws_of(dice: Dice, story: Story, sloppy: float) -> frozenset[Flaw]:
    """The flaws of one deal's record."""
    table = list(_ANY)
    if story.closed is None:
        table += _OPEN
    else:
        table += _CLOSED + (_WON if story.won else _LOST)
    return frozenset(flaw for flaw, often in table if dice.random() < often * sloppy)
