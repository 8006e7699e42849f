"""What is due now: the cadence's moments minus what the ledger has settled."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from reports.delivery.cadence import Cadence
from reports.delivery.due import Due, alerts_due, due
from reports.delivery.ledger import Ledger
from reports.delivery.pattern import Weekday
from reports.delivery.post import rehearsed
from reports.model import Book, UserId
from reports.packet.assemble import reps_of
from reports.runs.rounds import fiscal_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A kind of letter that is due for some reps."""

    due: Due
    reps: frozenset[UserId]  #: empty: it is for ops
    rehearsal: bool = False  #: done apart from the real one, and once as well

    @property
    def cycle(self) -> str:
        """The cycle it belongs to."""
        return self.due.occasion.cycle


def jobs_due(  # noqa: PLR0913 - one fact each, and three by name
    book: Book,
    cadence: Cadence,
    ledger: Ledger,
    *,
    since: datetime,
    weekday: Weekday,
    rehearsal: bool = False,
) -> list[Job]:
    """Everything that is due as of the book and not settled, earliest first.

    In a ``rehearsal`` what was rehearsed is settled too: each is rehearsed once.
    """
    everything = [
        *for_reps(book, cadence, since),
        *for_ops(book, cadence, since, weekday),
    ]
    found = (left(ledger, replace(job, rehearsal=rehearsal)) for job in everything)
    kept = [job for job in found if job is not None]
    return sorted(kept, key=lambda job: (job.due.at, job.due.kind))


def left(ledger: Ledger, job: Job) -> Job | None:
    """What is left of a job; None when nothing is."""
    if not job.reps:
        return None if ledger.last_run(run_of(job)) else job
    reps = job.reps - settled(ledger, job)
    return replace(job, reps=frozenset(reps)) if reps else None


def for_reps(book: Book, cadence: Cadence, since: datetime) -> Iterator[Job]:
    """What reps are due, those together who are due the same at the same time."""
    together: dict[tuple[Cadence, str], set[UserId]] = defaultdict(set)
    for rep_id in everybody(book):
        rep = book.people[rep_id]
        boss = book.people.get(rep.manager_id) if rep.manager_id else None
        own = cadence.of_team(boss.email if boss else None)
        together[own, own.zone or rep.zone].add(rep_id)
    for (own, zone), reps in together.items():
        for one in due(own, book.as_of, zone, since=since, fiscal=fiscal_of(book.org)):
            yield Job(due=one, reps=frozenset(reps))


def everybody(book: Book) -> Iterable[UserId]:
    """Everybody who is reviewed."""
    reps, _ = reps_of(book)
    return reps


def settled(ledger: Ledger, job: Job) -> set[UserId]:
    """The reps for whom nothing is left to do."""
    sent = ledger.deliveries(job.cycle, job.due.kind)
    return {UserId(delivery.key.rep_id) for delivery in sent} | done(ledger, job)


def done(ledger: Ledger, job: Job) -> set[UserId]:
    """The reps for whom earlier runs did what there was to do, if only to skip it."""
    last = ledger.last_run(run_of(job))
    return {UserId(rep) for rep in last.summary["reps"]} if last else set()


def note(ledger: Ledger, job: Job, said: str) -> None:
    """Keep that a job is done for its reps, so that no later run takes it up."""
    together = done(ledger, job) | job.reps
    ledger.keep_run(
        run_of(job),
        job.due.now,
        job.due.now,
        {"reps": sorted(together), "said": said},
    )


def run_of(job: Job) -> str:
    """The name under which the ledger keeps that a job was done."""
    cycle = rehearsed(job.cycle) if job.rehearsal else job.cycle
    return f"{job.due.kind} {cycle}"


def for_ops(
    book: Book, cadence: Cadence, since: datetime, weekday: Weekday
) -> Iterator[Job]:
    """The checks of the data."""
    for one in alerts_due(
        cadence, book.as_of, book.org.zone, since=since, weekday=weekday
    ):
        yield Job(due=one, reps=frozenset())
