"""Activities in words: what they went with, never what they caused."""

from reports.judgement.habits import KINDS, TIER, Contacts, Habit, habits
from reports.judgement.policy import Tiers
from reports.model import Book
from reports.normal import Norms
from reports.said import many, percent


MOST = 3
#: Smaller chances are not told apart.
LEAST = 0.01
NAMES = {
    "email": "An e-mail to the buyer",
    "answer": "An e-mail from the buyer",
    "call": "A call that was not a conversation",
    "talk": "A conversation by phone",
    "meeting": "A meeting",
    "people": "Contact with two people or more",
}


def habits_told(
    book: Book, norms: Norms, tiers: Tiers, contacts: Contacts
) -> tuple[str, ...]:
    """At most three sentences, or one that says why there are none."""
    if norms.tier < TIER:
        return (too_few(norms, tiers),)
    if not norms.any_activity:
        return ("Not looked at: no activity has ever been logged.",)
    found = habits(book, contacts)
    if found:
        return tuple(told(habit) for habit in found[:MOST])
    nothing = (
        f"Of {len(KINDS)} kinds of activity on {many(len(contacts), 'deal')}, none "
        "went with moves to a later stage more or less often than chance would have it."
    )
    return (nothing,)


def too_few(norms: Norms, tiers: Tiers) -> str:
    """What is missing of the tier from which on activities are compared."""
    return (
        f"Which activities went with progress is told from tier {TIER} on, with "
        f"{tiers.segments_closed} closed deals of which {tiers.segments_side} each are "
        f"won and lost; so far {norms.won:,} won and {norms.closed - norms.won:,} lost."
    )


def told(habit: Habit) -> str:
    """The crude ratio beside the one among like deals."""
    return (
        f"{NAMES[habit.kind]} went with {habit.adjusted:.2f} times as many moves to a "
        f"later stage within two weeks, among deals alike in stage, time and earlier "
        f"contact (95 % {habit.low:.2f} to {habit.high:.2f}, "
        f"{many(habit.deals, 'deal')}; crude {habit.crude:.2f}; false discovery "
        f"{percent(habit.q) if habit.q >= LEAST else 'under 1 %'}). It need not be the "
        "cause."
    )
