"""Whether deals are closed as they end: a win rate that is too good, or too bad."""

from reports.judgement.policy import Tiers
from reports.model import Book, Problem
from reports.normal import Norms
from reports.said import Said, many, say


#: Beyond these shares of closed deals, what was won says little of the others.
MOST_WON, FEWEST_WON = 0.90, 0.05


def lopsided(book: Book, norms: Norms, tiers: Tiers) -> tuple[Problem, ...]:
    """One problem for ops, where closed deals cannot be all that ended."""
    if norms.closed < tiers.closed:
        return ()
    share = norms.won / norms.closed
    if share > MOST_WON:
        because = never_lost(norms)
    elif share < FEWEST_WON:
        because = hardly_won(norms)
    else:
        return ()
    return (Problem(record_id=book.org.id, object="Opportunity", because=because),)


def never_lost(norms: Norms) -> Said:
    """Wins are closed, and losses are left open or deleted."""
    return say(
        "{won} of {deals} were won: losses are probably not being closed out. What is "
        "learned from closed deals looks better than it is.",
        won=norms.won,
        deals=many(norms.closed, "closed deal"),
    )


def hardly_won(norms: Norms) -> Said:
    """Losses are closed in bulk, or wins are entered somewhere else."""
    return say(
        "Only {won} of {deals} were won: check whether deals are closed as lost in "
        "bulk, or wins are not entered. What is learned from them looks worse than "
        "it is.",
        won=norms.won,
        deals=many(norms.closed, "closed deal"),
    )
