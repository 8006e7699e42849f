"""What the reader must know about the data before believing the page."""

from collections.abc import Iterator
from datetime import timedelta

from reports.judgement.judge import Judged
from reports.judgement.policy import Policy
from reports.model import Book, Deal, Person
from reports.said import many


#: Data older than this are worth a warning.
STALE = timedelta(hours=24)


def notes(
    book: Book,
    judged: Judged,
    rep: Person,
    manager: Person | None,
    policy: Policy,
) -> tuple[str, ...]:
    """The notes of one packet, the most important first."""
    mine = [deal for deal in book.deals if deal.owner_id == rep.id]
    return (
        *about_capture(judged, rep),
        *about_age(book),
        *about_tier(judged, policy),
        *about_money(mine, book.org.currency),
        *about_readers(book, rep, manager),
    )


def about_capture(judged: Judged, rep: Person) -> Iterator[str]:
    """Silence that cannot be believed is not held against a deal."""
    capture = judged.norms.capture.get(rep.id)
    if capture is not None and not capture.trusted:
        yield (
            f"Activity may be missing in Sales Cloud: {stopped(capture.because)} "
            "So no deal here is called silent; operations have been told."
        )


def about_age(book: Book) -> Iterator[str]:
    """Data that are a day old or more, by their oldest object."""
    loads = [
        (loaded, name)
        for name, loaded in book.data_as_of.items()
        if book.as_of - loaded >= STALE
    ]
    if loads:
        loaded, name = min(loads)
        hours = (book.as_of - loaded) // timedelta(hours=1)
        yield f"The data are not fresh: {name} was read {many(hours, 'hour')} before."


def about_tier(judged: Judged, policy: Policy) -> Iterator[str]:
    """Thresholds that are not learned say so."""
    norms = judged.norms
    if norms.tier == 0:
        yield (
            f"Thresholds are defaults: {many(norms.won, 'won deal')} of "
            f"{norms.closed} closed are too few to learn from (it takes "
            f"{policy.tiers.won} of {policy.tiers.closed})."
        )


def about_money(mine: list[Deal], corporate: str) -> Iterator[str]:
    """Amounts that are missing, cannot be converted, or had to be."""
    empty = sum(deal.amount is None for deal in mine)
    unrated = sum(deal.amount is not None and deal.amount_base is None for deal in mine)
    if empty:
        yield (
            f"{many(empty, 'deal')} without an amount: counted, but in no sum of money."
        )
    if not unrated and len({deal.currency for deal in mine if deal.amount}) > 1:
        yield f"Sums over currencies are in {corporate}, at the rates of Sales Cloud."
    if unrated:
        yield (
            f"{many(unrated, 'deal')} in a currency without a conversion rate: "
            "sums are by currency."
        )


def about_readers(book: Book, rep: Person, manager: Person | None) -> Iterator[str]:
    """Why the page did not go to both."""
    if reason := out_of_reach(rep):
        needs = "" if rep.active else "; the deals need another owner"
        to = "the manager alone" if manager and manager.email else "operations"
        yield f"{reason}{needs}: this went to {to}."
    elif manager is None:
        yield f"{no_manager(book, rep)}: this went to the rep alone."


def out_of_reach(rep: Person) -> str:
    """Why the owner of the deals cannot be written to; empty when they can."""
    if not rep.active:
        return "The owner is not an active user"
    return "" if rep.email else "The owner has no email address in Sales Cloud"


def no_manager(book: Book, rep: Person) -> str:
    """Why there is nobody to hold the review with."""
    if rep.manager_id is None:
        return "No manager is entered in Sales Cloud"
    if rep.manager_id in book.people:
        return "The manager is not an active user"
    return "The manager's user cannot be read"


def stopped(text: str) -> str:
    """The sentence with its full stop."""
    return text if text.endswith(".") else f"{text}."
