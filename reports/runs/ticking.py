"""What is due now: the cadence's moments minus what the ledger has settled."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from reports.delivery.cadence import Cadence
from reports.delivery.due import Due, alerts_due, due
from reports.delivery.ledger import Ledger
from reports.delivery.pattern import Weekday
from reports.model import Book, UserId
from reports.packet.assemble import reps_of
from reports.runs.rounds import fiscal_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A kind of letter that is due for some reps."""

    due: Due
    reps: frozenset[UserId]  #: empty: it is for ops

    @property
    def cycle(self) -> str:
        """The cycle it belongs to."""
        return self.due.occasion.cycle


def jobs_due(
    book: Book,
    cadence: Cadence,
    ledger: Ledger,
    *,
    since: datetime,
    weekday: Weekday,
) -> list[Job]:
    """Everything that is due as of the book and not settled, earliest first."""
    found = [
        *for_reps(book, cadence, ledger, since),
        *for_ops(book, cadence, ledger, since, weekday),
    ]
    return sorted(found, key=lambda job: (job.due.at, job.due.kind))


def for_reps(
    book: Book, cadence: Cadence, ledger: Ledger, since: datetime
) -> Iterator[Job]:
    """What reps are due, those together who are due the same at the same time."""
    together: dict[tuple[Cadence, str], set[UserId]] = defaultdict(set)
    for rep_id in everybody(book):
        rep = book.people[rep_id]
        boss = book.people.get(rep.manager_id) if rep.manager_id else None
        own = cadence.of_team(boss.email if boss else None)
        together[own, own.zone or rep.zone].add(rep_id)
    for (own, zone), reps in together.items():
        for one in due(own, book.as_of, zone, since=since, fiscal=fiscal_of(book.org)):
            left = reps - settled(ledger, one)
            if left:
                yield Job(due=one, reps=frozenset(left))


def everybody(book: Book) -> Iterable[UserId]:
    """Everybody who is reviewed."""
    reps, _ = reps_of(book)
    return reps


def settled(ledger: Ledger, one: Due) -> set[UserId]:
    """The reps for whom nothing is left to do."""
    sent = ledger.deliveries(one.occasion.cycle, one.kind)
    return {UserId(delivery.key.rep_id) for delivery in sent} | done(ledger, one)


def done(ledger: Ledger, one: Due) -> set[UserId]:
    """The reps for whom earlier runs did what there was to do, if only to skip it."""
    last = ledger.last_run(run_of(one))
    return {UserId(rep) for rep in last.summary["reps"]} if last else set()


def note(ledger: Ledger, job: Job, reps: Iterable[UserId], said: str) -> None:
    """Keep that a job is done for these reps, so that no later run takes it up."""
    together = done(ledger, job.due) | set(reps)
    ledger.keep_run(
        run_of(job.due),
        job.due.now,
        job.due.now,
        {"reps": sorted(together), "said": said},
    )


def run_of(one: Due) -> str:
    """The name under which the ledger keeps that a job was done."""
    return f"{one.kind} {one.occasion.cycle}"


def for_ops(
    book: Book,
    cadence: Cadence,
    ledger: Ledger,
    since: datetime,
    weekday: Weekday,
) -> Iterator[Job]:
    """The checks of the data that were not made yet."""
    for one in alerts_due(
        cadence, book.as_of, book.org.zone, since=since, weekday=weekday
    ):
        if ledger.last_run(run_of(one)) is None:
            yield Job(due=one, reps=frozenset())
