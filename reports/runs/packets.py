"""One rep's packet from a reading: page, message, letters, and what is kept of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from reports.delivery.clocked import clock_text
from reports.delivery.frozen import freeze, thaw
from reports.delivery.outcomes import Readings, outcomes
from reports.delivery.promises import aged, marked, proposals_of, raised
from reports.delivery.records import (
    DeliveryKey,
    Letter,
    LetterKind,
    Proposal,
    Review,
)
from reports.findings import Message, Packet
from reports.judgement.contexts import local_day
from reports.judgement.policy import Policy
from reports.judgement.proof import Track
from reports.model import Book, Person, UserId
from reports.packet.agenda import problems
from reports.packet.assemble import assemble
from reports.packet.turns import NO_TURNS, Turns
from reports.runs.reading import Reading
from reports.said import capital
from reports.words.render import Renderer


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What all packets of a round have in common."""

    cycle: str
    held_on: date
    policy: Policy
    renderer: Renderer
    rules: str  #: which version of the rules is in force
    late: str = ""  #: how late the packets are, for their readers
    ops: tuple[str, ...] = ()  #: who gets what nobody else can
    track: Track | None = None  #: how right the stage clock has been


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What the ledger knows about a rep's earlier reviews."""

    last: Review | None = None
    turns: Turns = NO_TURNS
    proposals: tuple[Proposal, ...] = ()  #: not settled yet
    reviews: tuple[Review, ...] = ()  #: the latest ones, newest first
    reminded: datetime | None = None  #: when the rep was asked to put fields right


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A packet with all that follows from it."""

    packet: Packet
    message: Message
    letters: tuple[Letter, ...]
    review: Review
    proposals: tuple[Proposal, ...]
    became: Readings  #: of earlier proposals
    remarks: tuple[str, ...] = ()  #: who does not get it as usual, and why


def make(reading: Reading, rep_id: UserId, frame: Frame, memory: Memory) -> Made:
    """The packet of one rep."""
    book = reading.book
    before = thaw(memory.last.frozen) if memory.last else None
    became = readings(reading, rep_id, memory.proposals, frame.policy)
    held = aged(became.unkept, memory.reviews, frame.cycle)
    packet = assemble(
        book,
        reading.judged,
        rep_id,
        cycle=frame.cycle,
        snapshot=reading.snapshot,
        policy=frame.policy,
        before=before,
        promises=became.shown,
        turns=memory.turns,
        reminded=memory.reminded,
    )
    packet = marked(with_raised(packet, held, book), held)
    if frame.track:
        packet = replace(packet, proof=frame.track.line)
    if frame.late:
        packet = replace(packet, notes=(capital(frame.late), *packet.notes))
    ops = [at_address(address, book) for address in frame.ops]
    people, remarks = addressees(packet, ops)
    (_, message, _), *told = frame.renderer.told(
        [packet.rep, *people], lambda renderer: renderer.packet(packet)
    )
    return Made(
        packet=packet,
        message=message,
        letters=tuple(
            letter(packet, one, deals=own(book, rep_id, before), rules=frame.rules)
            for one in told
        ),
        review=review_of(reading, packet, frame),
        proposals=(*held, *proposals_of(packet, held)),
        became=became,
        remarks=tuple(remarks),
    )


def readings(
    reading: Reading, rep_id: UserId, proposals: Sequence[Proposal], policy: Policy
) -> Readings:
    """What became of what was proposed to a rep at earlier reviews."""
    book, captures = reading.book, reading.norms.capture
    capture = captures.get(rep_id)
    rep = book.people.get(rep_id)
    return outcomes(
        proposals,
        reading.taken,
        book,
        today=local_day(book.as_of, rep.zone if rep else book.org.zone, book.org.zone),
        decider_words=policy.decider_words,
        unbelieved=(rep_id,) if capture and not capture.trusted else (),
    )


def with_raised(packet: Packet, held: Sequence[Proposal], book: Book) -> Packet:
    """The packet with what is unkept after three reviews, for the manager, first."""
    due = max((item.due for item in packet.actions), default=packet.today)
    found = raised(held, book, due=due)
    about = {item.deal_id for item in found}
    rest = [item for item in packet.actions if item.deal_id not in about]
    most = max(len(packet.actions), len(found))
    return replace(packet, actions=(*found, *rest)[:most]) if found else packet


def addressees(packet: Packet, ops: list[Person]) -> tuple[list[Person], list[str]]:
    """Who gets the packet; and who does not, and why.

    A rep who cannot be reached is stood in for by the manager, and where there is
    no manager either, by ops.
    """
    rep, manager = packet.rep, packet.manager
    people = {one.email: one for one in (rep, manager) if one and not unreachable(one)}
    if people:
        return list(people.values()), list(alone(rep, manager))
    remark = f"{rep.name}: neither owner nor manager can be written to: it goes to ops"
    return ops, [remark]


def at_address(address: str, book: Book) -> Person:
    """Operations at an address, who read as its user does, or as the organisation."""
    org, wanted = book.org, address.casefold()
    users = (one for one in book.people.values() if one.active)
    user = next((one for one in users if (one.email or "").casefold() == wanted), None)
    like = user or org
    return Person(
        id=UserId(""),
        name="Operations",
        email=address,
        active=True,
        zone=like.zone,
        locale=like.locale,
        language=like.language,
    )


def alone(rep: Person, manager: Person | None) -> Iterator[str]:
    """Why a packet went to one of the two only."""
    if reason := unreachable(rep):
        yield f"{reason}: that packet goes to the manager alone"
    if manager is None:
        yield f"{rep.name} has no active manager: that packet goes to the rep alone"
    elif reason := unreachable(manager):
        yield f"{reason}: the packet of {rep.name} goes to the rep alone"


def unreachable(person: Person) -> str | None:
    """Why somebody cannot be written to; None when they can."""
    if not person.active:
        return f"{person.name} is not an active user"
    return None if person.email else f"{person.name} has no email address"


def own(book: Book, rep_id: UserId, before: Book | None) -> frozenset[str]:
    """The deals that may be in a rep's packet: theirs now, or at the last review."""
    deals = (*book.deals, *book.closed, *(before.deals if before else ()))
    return frozenset(deal.id for deal in deals if deal.owner_id == rep_id)


def letter(
    packet: Packet,
    told: tuple[Person, Message, str],
    *,
    deals: frozenset[str],
    rules: str,
) -> Letter:
    """The packet for one reader, as it was told; answers go to rep and manager."""
    to, message, language = told
    return Letter(
        key=DeliveryKey(
            cycle=packet.cycle,
            kind=LetterKind.PACKET,
            rep_id=packet.rep.id,
            recipient=to.email or "",
        ),
        message=message,
        to_name=to.name,
        reply_to=reachable(packet.rep, packet.manager),
        at=packet.as_of,
        snapshot=packet.snapshot,
        deal_ids=deals,
        locale=language,
        rules=rules,
    )


def reachable(*people: Person | None) -> tuple[str, ...]:
    """The addresses of those who can be written to."""
    return tuple(
        one.email for one in people if one and one.email and not unreachable(one)
    )


def review_of(reading: Reading, packet: Packet, frame: Frame) -> Review:
    """What is kept of a review, so that the next one can be measured against it."""
    return Review(
        cycle=packet.cycle,
        rep_id=packet.rep.id,
        manager_id=packet.manager.id if packet.manager else None,
        held_on=frame.held_on,
        as_of=packet.as_of,
        snapshot=packet.snapshot,
        frozen=freeze(reading.book, packet.rep.id, known=reading.known),
        discussed=tuple(one.deal.id for one in packet.focus),
        flagged=tuple(one.deal.id for one in packet.deals if problems(one)),
        rules=frame.rules,
        clock=clock_text(packet.deals, packet.tier),
    )
