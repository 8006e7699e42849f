"""The one page for a group: a deal that several people sell together.

It is cut out of the owner's packet, so it says the same, and holds nothing of any
other deal. Everybody who sells it gets it once, and their managers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from reports.findings import DealReview, Packet
from reports.model import Book, Person
from reports.packet.assemble import manager_of


@dataclass(frozen=True, slots=True, kw_only=True)
class DealSheet:
    """One deal with everybody who sells it."""

    packet: Packet  #: the owner's, with nothing but this deal in it
    team: tuple[Person, ...]  #: who sells it besides the owner, by name
    managers: tuple[Person, ...]

    @property
    def review(self) -> DealReview:
        """The deal with everything that is said about it."""
        return self.packet.deals[0]

    @property
    def sellers(self) -> tuple[Person, ...]:
        """The owner, then the others."""
        return self.packet.rep, *self.team

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody who gets the sheet, once: those who can be reached."""
        everybody = {one.id: one for one in (*self.sellers, *self.managers)}
        return tuple(one for one in everybody.values() if one.active and one.email)


def deal_sheets(packets: Iterable[Packet], book: Book) -> tuple[DealSheet, ...]:
    """A sheet for each deal on an agenda that somebody besides its owner sells."""
    return tuple(
        DealSheet(
            packet=only(packet, review),
            team=team,
            managers=managers(book, (packet.rep, *team)),
        )
        for packet in packets
        for review in packet.focus
        if (team := team_of(book, review))
    )


def team_of(book: Book, review: DealReview) -> tuple[Person, ...]:
    """The active members of the opportunity team, by name.

    Neither the owner nor the owner's manager, who talk about it anyway.
    """
    deal = review.deal
    owner = book.people.get(deal.owner_id)
    besides = {deal.owner_id, owner.manager_id if owner else None}
    known = (book.people.get(member) for member in deal.team)
    found = {
        one.id: one for one in known if one and one.active and one.id not in besides
    }
    return tuple(sorted(found.values(), key=lambda one: (one.name, one.id)))


def managers(book: Book, sellers: Sequence[Person]) -> tuple[Person, ...]:
    """The managers of those who sell it, once, none who sells it too."""
    selling = {one.id for one in sellers}
    found = {
        boss.id: boss
        for one in sellers
        if (boss := manager_of(book, one)) and boss.id not in selling
    }
    return tuple(found.values())


def only(packet: Packet, review: DealReview) -> Packet:
    """The packet with nothing in it but one deal."""
    own = review.deal.id
    return replace(
        packet,
        agenda=tuple(item for item in packet.agenda if item.deal_id == own),
        focus=(review,),
        deals=(review,),
        actions=review.actions,
        promises=tuple(one for one in packet.promises if one.deal_id == own),
        changes=tuple(one for one in packet.changes if one.deal_id == own),
        notes=(),
        balances=(),
        standing=None,
        to_fill=tuple(one for one in packet.to_fill if one.deal_id == own),
        names={own: review.deal.name},
        norms={deal: norm for deal, norm in packet.norms.items() if deal == own},
    )
