"""What the reader must know about the data before believing the page."""

from collections.abc import Iterator
from datetime import timedelta

from reports.judgement.judge import Judged
from reports.judgement.policy import Policy
from reports.model import Book, Deal, Person
from reports.said import Said, many, say, unstopped


#: Data older than this are worth a warning.
STALE = timedelta(hours=24)


def notes(
    book: Book,
    judged: Judged,
    rep: Person,
    manager: Person | None,
    policy: Policy,
) -> tuple[Said, ...]:
    """The notes of one packet, the most important first."""
    mine = [deal for deal in book.deals if deal.owner_id == rep.id]
    return (
        *about_capture(judged, rep),
        *about_age(book),
        *about_tier(judged, policy),
        *about_money(mine, book.org.currency),
        *about_readers(book, rep, manager),
    )


def about_capture(judged: Judged, rep: Person) -> Iterator[Said]:
    """Silence that cannot be believed is not held against a deal."""
    capture = judged.norms.capture.get(rep.id)
    if rep.active and capture is not None and not capture.trusted:
        yield say(
            "Activity may be missing in Sales Cloud: {reason}. So no deal here is "
            "called silent; operations have been told.",
            reason=unstopped(capture.because),
        )


def about_age(book: Book) -> Iterator[Said]:
    """Data that are a day old or more, by their oldest object."""
    loads = [
        (loaded, name)
        for name, loaded in book.data_as_of.items()
        if book.as_of - loaded >= STALE
    ]
    if loads:
        loaded, name = min(loads)
        hours = (book.as_of - loaded) // timedelta(hours=1)
        yield say(
            "The data are not fresh: {object} was read {hours} before.",
            object=name,
            hours=many(hours, "hour"),
        )


def about_tier(judged: Judged, policy: Policy) -> Iterator[Said]:
    """Thresholds that are not learned say so."""
    norms = judged.norms
    if norms.tier == 0:
        yield say(
            "Thresholds are defaults: {won} of {closed} closed are too few to learn "
            "from (it takes {least} of {of}).",
            won=many(norms.won, "won deal"),
            closed=norms.closed,
            least=policy.tiers.won,
            of=policy.tiers.closed,
        )


def about_money(mine: list[Deal], corporate: str) -> Iterator[Said]:
    """Amounts that are missing, cannot be converted, or had to be."""
    empty = sum(deal.amount is None for deal in mine)
    unrated = sum(deal.amount is not None and deal.amount_base is None for deal in mine)
    if empty:
        yield say(
            "{deals} without an amount: counted, but in no sum of money.",
            deals=many(empty, "deal"),
        )
    if not unrated and len({deal.currency for deal in mine if deal.amount}) > 1:
        yield say(
            "Sums over currencies are in {currency}, at the rates of Sales Cloud.",
            currency=corporate,
        )
    if unrated:
        yield say(
            "{deals} in a currency without a conversion rate: sums are by currency.",
            deals=many(unrated, "deal"),
        )


def about_readers(book: Book, rep: Person, manager: Person | None) -> Iterator[Said]:
    """Why the page did not go to both."""
    if reason := out_of_reach(rep):
        yield (
            say("{reason}: this went to the manager alone.", reason=reason)
            if manager and manager.email
            else say("{reason}: this went to operations.", reason=reason)
        )
    elif manager is None:
        reason = no_manager(book, rep)
        yield say("{reason}: this went to the rep alone.", reason=reason)


def out_of_reach(rep: Person) -> Said | None:
    """Why the owner of the deals cannot be written to; None when they can."""
    if not rep.active:
        return say("The owner is not an active user; the deals need another owner")
    return None if rep.email else say("The owner has no email address in Sales Cloud")


def no_manager(book: Book, rep: Person) -> Said:
    """Why there is nobody to hold the review with."""
    if rep.manager_id is None:
        return say("No manager is entered in Sales Cloud")
    if rep.manager_id in book.people:
        return say("The manager is not an active user")
    return say("The manager's user cannot be read")
