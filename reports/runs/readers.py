"""Whether a letter from before is still for the one it was written to."""

from reports.delivery.records import Delivery, LetterKind
from reports.model import Book, Person, UserId


#: Letters about one rep, that only the rep and the rep's manager read.
OF_A_REP = frozenset({LetterKind.PACKET, LetterKind.REMINDER, LetterKind.FOLLOW_UP})


def no_longer(book: Book, ops: tuple[str, ...], delivery: Delivery) -> str:
    """Why a letter is not for its reader any more; empty when it is.

    It may have waited for days: people leave, and teams get other managers.
    """
    key = delivery.key
    if key.kind is LetterKind.HYGIENE or key.recipient.casefold() in known(ops):
        return ""
    users = [
        one
        for one in book.people.values()
        if (one.email or "").casefold() == key.recipient.casefold()
    ]
    if not users:
        return "no user has this address any more"
    active = [one for one in users if one.active]
    if not active:
        return f"{users[0].name} is no longer an active user"
    rep = book.people.get(UserId(key.rep_id))
    if key.kind in OF_A_REP and rep and not any(reads(one, rep) for one in active):
        return (
            f"{active[0].name} is no longer the manager of {rep.name}: "
            "`dealpacket packets --rep` writes to who is"
        )
    return ""


def known(addresses: tuple[str, ...]) -> frozenset[str]:
    """Addresses as they are compared."""
    return frozenset(one.casefold() for one in addresses)


def reads(person: Person, rep: Person) -> bool:
    """Whether somebody is the rep, or who manages the rep."""
    return person.id in {rep.id, rep.manager_id}
