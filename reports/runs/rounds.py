"""A round of packets: whose, in which cycle, and what the ledger remembers of each."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from reports.delivery.cadence import Cadence
from reports.delivery.fiscal import Fiscal
from reports.delivery.ledger import Ledger
from reports.delivery.occasions import next_review
from reports.delivery.promises import newly_taken
from reports.delivery.records import DeliveryKey, LetterKind
from reports.findings import Skip
from reports.judgement.contexts import local_day
from reports.judgement.policy import Policy
from reports.judgement.proof import Dated, Track
from reports.model import Book, OpportunityId, Organisation, Person, UserId
from reports.packet.assemble import reps_of
from reports.packet.turns import Turn, turns_of
from reports.runs.brakes import Brakes
from reports.runs.packets import Frame, Made, Memory
from reports.runs.reading import Reading, organisation_at, read
from reports.words.render import Renderer
from reports.words.voice import ENGLISH, Voice
from reports.words.voices import Voices


#: Earlier reviews that the next one looks back on: those of half a year.
REMEMBERED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What an installation brings to every round."""

    mirror: Path
    policy: Policy
    cadence: Cadence = field(default_factory=Cadence)
    ops: tuple[str, ...] = ()
    brakes: Brakes = field(default_factory=Brakes)  #: what holds a whole round
    write_tasks: bool = False  #: whether next week's steps become tasks
    templates: Path | None = None  #: of the installation, instead of ours
    voices: Voices = field(default_factory=Voices)  #: in which readers are written to

    @property
    def rules(self) -> str:
        """Which version of the rules is in force; equal thresholds, equal name."""
        return sha256(repr(self.policy).encode()).hexdigest()[:8]

    def voice(self, as_of: datetime) -> Voice:
        """In which everybody is spoken to; English before the first sync."""
        org = organisation_at(self.mirror, as_of)
        return self.voices.of_house(org) if org else ENGLISH

    def renderer(self, reading: Reading) -> Renderer:
        """What writes the letters of a round."""
        house = self.voices.of_house(reading.book.org)
        return Renderer(reading.base_url, self.templates, house, self.voices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked of a round."""

    as_of: datetime
    cycle: str | None = None  #: None: that of the next review by the cadence
    rep: str | None = None  #: the address of the only rep
    reps: frozenset[UserId] | None = None  #: only these; None: all
    late: str = ""


class UnknownRep(Exception):  # noqa: N818  # a wish that cannot be met
    """Nobody in Sales Cloud has that address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A round that can begin."""

    reading: Reading
    frame: Frame
    reps: tuple[UserId, ...]
    skips: tuple[Skip, ...]


def prepare(house: House, ledger: Ledger, order: Order) -> Round:
    """Read the mirror and settle whose packets are made, and for which review."""
    reading = read_for(house, ledger, order)
    return frame_round(house, reading, order)


def read_for(house: House, ledger: Ledger, order: Order) -> Reading:
    """Read and judge the mirror with what the ledger knows."""

    def flagged(book: Book) -> Mapping[OpportunityId, int]:
        return ledger.flag_counts(order.as_of, occasion_of(house, book, order)[0])

    found = read(
        house.mirror,
        order.as_of,
        house.policy,
        journal=ledger.journal(order.as_of),
        flagged=flagged,
    )
    return tracked(house, found, ledger)


def frame_round(house: House, reading: Reading, order: Order) -> Round:
    """A round over what was read."""
    cycle, held_on = occasion_of(house, reading.book, order)
    reps, skips = reps_of(reading.book)
    if order.rep is not None:
        wanted = rep_named(reading.book.people.values(), order.rep)
        reps = [rep for rep in reps if rep == wanted]
        skips = [skip for skip in skips if skip.rep.casefold() == order.rep.casefold()]
    if order.reps is not None:
        reps = [rep for rep in reps if rep in order.reps]
        skips = []
    return Round(
        reading=reading,
        frame=Frame(
            cycle=cycle,
            held_on=held_on,
            policy=house.policy,
            renderer=house.renderer(reading),
            rules=house.rules,
            ops=house.ops,
            late=order.late,
            track=reading.track,
        ),
        reps=tuple(reps),
        skips=tuple(skips),
    )


def tracked(house: House, reading: Reading, ledger: Ledger) -> Reading:
    """The same with how right the stage clock has been, by what packets kept of it."""
    kept = ledger.clock_flags(reading.book.as_of)
    stored = [Dated(at=at, tier=tier, flags=flags) for at, tier, flags in kept]
    return replace(reading, track=Track(reading.book, house.policy, stored))


def occasion_of(house: House, book: Book, order: Order) -> tuple[str, date]:
    """The cycle of a round, and the day of its review."""
    today = local_day(order.as_of, house.cadence.zone or book.org.zone)
    if order.cycle is None:
        meeting = next_review(house.cadence, today, fiscal_of(book.org))
        return (meeting.cycle, meeting.on) if meeting else (today.isoformat(), today)
    try:
        return order.cycle, date.fromisoformat(order.cycle)
    except ValueError:
        return order.cycle, today


def fiscal_of(org: Organisation) -> Fiscal:
    """The organisation's fiscal year."""
    return Fiscal(start_month=org.fiscal_start_month, quarters=org.quarters)


def rep_named(people: Iterable[Person], address: str) -> UserId:
    """The user with an address; an active one, if several have it."""
    found = [
        person
        for person in people
        if (person.email or "").casefold() == address.casefold()
    ]
    if not found:
        raise UnknownRep(
            f"nobody in the mirror has the address {address}: check it, or run "
            "`dealpacket sync` if the user is new"
        )
    return max(found, key=lambda person: (person.active, person.id)).id


def memory_of(ledger: Ledger, rep: Person, frame: Frame, as_of: datetime) -> Memory:
    """What the ledger knows about a rep's earlier reviews."""
    reviews = tuple(ledger.reviews(rep.id, as_of, frame.cycle, most=REMEMBERED))
    agendas = [Turn(discussed=one.discussed, flagged=one.flagged) for one in reviews]
    return Memory(
        last=reviews[0] if reviews else None,
        turns=turns_of(agendas),
        proposals=tuple(ledger.proposals_at(rep.id, frame.cycle, as_of)),
        reviews=reviews,
        reminded=reminded_at(ledger, rep, frame.cycle, as_of),
    )


def reminded_at(
    ledger: Ledger, rep: Person, cycle: str, as_of: datetime
) -> datetime | None:
    """When a rep was reminded before the review of a cycle; None: not by then."""
    key = DeliveryKey(
        cycle=cycle,
        kind=LetterKind.REMINDER,
        rep_id=rep.id,
        recipient=rep.email or "",
    )
    reminder = ledger.delivery(key)
    return (
        reminder.waiting_since if reminder and reminder.waiting_since < as_of else None
    )


def keep(ledger: Ledger, reading: Reading, packets: Iterable[Made]) -> None:
    """Keep what the next reviews are measured against."""
    for proposal in newly_taken(ledger.proposals(), reading.taken):
        if proposal.taken_by and proposal.taken_at:
            ledger.take(proposal.id, proposal.taken_by, proposal.taken_at)
    for made in packets:
        ledger.keep_review(made.review)
        ledger.keep_proposals(made.proposals)
        for one in made.became.settled:
            ledger.settle_promise(
                one.proposal.id,
                one.promise.outcome.value,
                json.dumps({"cycle": made.packet.cycle, **seen(one.promise.evidence)}),
                reading.book.as_of,
            )


def seen(evidence: Iterable[Any]) -> dict[str, list[dict[str, str | None]]]:
    """Evidence as it is kept."""
    return {
        "evidence": [
            {
                "text": one.text,
                "record_id": one.record_id,
                "on": one.on.isoformat() if one.on else None,
            }
            for one in evidence
        ]
    }
