"""The mirror read and judged, as of one moment: what every round begins with."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from reports.delivery.frozen import known_ids, snapshot_id
from reports.facts.baselines import baselines
from reports.facts.book import Observed, read_book, read_organisation
from reports.facts.contacts import contacts_of
from reports.facts.engine import Engine, open_duckdb
from reports.facts.exchanges import exchanges
from reports.facts.fields import notes
from reports.facts.pause import paused
from reports.facts.taken import taken_tasks
from reports.facts.unfinished import unfinished
from reports.judgement.habits import Contacts, taught
from reports.judgement.hygiene_record import further_fields
from reports.judgement.judge import Judged, judge
from reports.judgement.norms import norms
from reports.judgement.pauses import with_pauses, won_lately
from reports.judgement.policy import Policy
from reports.judgement.proof import Track
from reports.judgement.snooze import rested
from reports.model import (
    Book,
    Exchange,
    OpportunityId,
    Organisation,
    Problem,
    TakenTask,
)
from reports.normal import Norms
from reports.said import Said, many, say


Counts = Mapping[OpportunityId, int]

#: How far back contacts of reps with their managers are read.
OF_LATE = timedelta(days=92)
#: The objects that no packet can do without.
NEEDED = ("Opportunity", "OpportunityStage", "User")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A book with everything judgement says about it."""

    book: Book
    judged: Judged
    snapshot: str
    known: str  #: the ids of all deals, for freezing
    base_url: str | None  #: of the links into Sales Cloud
    taken: tuple[TakenTask, ...] = ()
    contacts: Contacts = field(default_factory=dict)  #: that habits are learned from
    exchanges: tuple[Exchange, ...] = ()  #: of reps with their managers, of late
    unfinished: tuple[Problem, ...] = ()  #: what the last sync did not read to the end
    track: Track | None = None  #: how right the stage clock has been; worked out once

    @property
    def norms(self) -> Norms:
        """What is normal in this organisation."""
        return self.judged.norms


def never(book: Book) -> Counts:
    """No deal has been flagged before."""
    del book
    return MappingProxyType({})


def read(
    mirror: Path,
    as_of: datetime,
    policy: Policy,
    *,
    journal: Sequence[Observed] = (),
    flagged: Callable[[Book], Counts] = never,
) -> Reading:
    """Read and judge everything as of a moment.

    ``flagged`` says at how many reviews in a row a deal has had a problem.
    """
    with open_duckdb(mirror) as engine:
        book = read_book(engine, as_of, journal=journal, fields=further_fields(policy))
        snoozes = notes(engine, as_of, policy.snooze_field)
        taken = taken_tasks(engine, as_of)
        spoken = exchanges(engine, as_of - OF_LATE, as_of)
        missed = unfinished(engine, book.org)
        meta = {row["name"]: row["value"] for row in engine.query("meta")}
        with paused():
            usual, contacts = usual_of(engine, book, policy)
    with paused():
        judged = judge(book, usual, policy, flagged_before=flagged(book))
    return Reading(
        book=book,
        judged=replace(judged, reviews=rested(judged.reviews, book, snoozes)),
        snapshot=snapshot_id(book),
        known=known_ids(book),
        base_url=meta.get("instance_url"),
        taken=taken,
        contacts=contacts,
        exchanges=spoken,
        unfinished=missed,
    )


def norms_at(mirror: Path, as_of: datetime, policy: Policy) -> Norms:
    """What is normal in the organisation of a mirror."""
    with open_duckdb(mirror) as engine:
        return usual_of(engine, read_book(engine, as_of), policy)[0]


def usual_of(engine: Engine, book: Book, policy: Policy) -> tuple[Norms, Contacts]:
    """What is normal here, and the contacts that habits are learned from."""
    usual = norms(book, baselines(book), policy)
    moments = taught(book, usual)
    won = [deal.id for deal in won_lately(book, usual)]
    found = contacts_of(engine, book.as_of, [*moments, *won])
    usual = with_pauses(usual, book, found, policy)
    return usual, {deal_id: found[deal_id] for deal_id in moments}


def organisation_at(mirror: Path, as_of: datetime) -> Organisation | None:
    """The organisation of a mirror; None before the first sync."""
    if not mirror.exists():
        return None
    with open_duckdb(mirror) as engine:
        return read_organisation(engine, as_of)[0]


def stale(book: Book, now: datetime, most: timedelta) -> Said | None:
    """Why the data are too old to be sent; None when they are not.

    Only what no packet can do without counts. Other objects may be older: the page
    says of when they are.
    """
    missing = [name for name in NEEDED if name not in book.data_as_of]
    if missing:
        return say(
            "{objects} have not been read completely yet: run `dealpacket sync`",
            objects=", ".join(missing),
        )
    loaded, name = min((book.data_as_of[name], name) for name in NEEDED)
    age = now - loaded
    if age <= most:
        return None
    hours, allowed = (one // timedelta(hours=1) for one in (age, most))
    return say(
        "{object} was last read completely {hours} ago, {allowed} are allowed: run "
        "`dealpacket sync`, or raise [delivery] max_age_hours",
        object=name,
        hours=many(hours, "hour"),
        allowed=allowed,
    )


def troubled(reading: Reading, because: Iterable[Said]) -> Reading:
    """The same with what keeps the whole run from its work, to be told to ops first."""
    found = tuple(
        Problem(record_id=reading.book.org.id, object="Sales Cloud", because=one)
        for one in because
    )
    return replace(reading, unfinished=(*found, *reading.unfinished))
