"""Activities in words: what they went with, never what they caused."""

from reports.judgement.habits import KINDS, TIER, Contacts, Habit, habits
from reports.judgement.policy import Tiers
from reports.model import Book
from reports.normal import Norms
from reports.said import Said, many, mark, number, percent, say


MOST = 3
#: Smaller chances are not told apart.
LEAST = 0.01
NAMES = {
    "email": mark("An e-mail to the buyer"),
    "answer": mark("An e-mail from the buyer"),
    "call": mark("A call that was not a conversation"),
    "talk": mark("A conversation by phone"),
    "meeting": mark("A meeting"),
    "people": mark("Contact with two people or more"),
}


def habits_told(
    book: Book, norms: Norms, tiers: Tiers, contacts: Contacts
) -> tuple[Said, ...]:
    """At most three sentences, or one that says why there are none."""
    if norms.tier < TIER:
        return (too_few(norms, tiers),)
    if not norms.any_activity:
        return (say("Not looked at: no activity has ever been logged."),)
    found = habits(book, contacts)
    if found:
        return tuple(told(habit) for habit in found[:MOST])
    nothing = say(
        "Of {kinds} kinds of activity on {deals}, none went with moves to a later "
        "stage more or less often than chance would have it.",
        kinds=len(KINDS),
        deals=many(len(contacts), "deal"),
    )
    return (nothing,)


def too_few(norms: Norms, tiers: Tiers) -> Said:
    """What is missing of the tier from which on activities are compared."""
    return say(
        "Which activities went with progress is told from tier {tier} on, with "
        "{closed} of which {side} each are won and lost; so far {won} won and {lost} "
        "lost.",
        tier=TIER,
        closed=many(tiers.segments_closed, "closed deal"),
        side=tiers.segments_side,
        won=number(norms.won),
        lost=number(norms.closed - norms.won),
    )


def told(habit: Habit) -> Said:
    """The crude ratio beside the one among like deals."""
    return say(
        "{activity} went with {ratio} times as many moves to a later stage within two "
        "weeks, among deals alike in stage, time and earlier contact (95 % {low} to "
        "{high}, {deals}; crude {crude}; false discovery {chance}). It need not be the "
        "cause.",
        activity=say(NAMES[habit.kind]),
        ratio=number(habit.adjusted, 2),
        low=number(habit.low, 2),
        high=number(habit.high, 2),
        deals=many(habit.deals, "deal"),
        crude=number(habit.crude, 2),
        chance=percent(habit.q)
        if habit.q >= LEAST
        else say("under {share}", share=percent(LEAST)),
    )
