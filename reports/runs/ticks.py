"""One tick: what was left, then what is due, each once."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from reports.delivery.pattern import Weekday
from reports.delivery.post import Post
from reports.delivery.records import LetterKind
from reports.runs.doubts import Doubts, told_before
from reports.runs.office import Office
from reports.runs.outcome import Outcome
from reports.runs.outlets import Sent
from reports.runs.reading import Reading, stale
from reports.runs.rounds import Order
from reports.runs.ticking import Job, jobs_due, note


def tick_round(
    office: Office, post: Post, now: datetime, *, most: timedelta, weekday: Weekday
) -> dict[str, Any]:
    """Do everything that is due; the result says what was done, skipped and failed.

    Data that are older than ``most`` hold everything back but what was made before.
    """
    last = office.ledger.last_run("tick")
    doubts = Doubts(
        waiting=post.recover(),
        before=told_before(last.summary) if last else {},
        now=now,
    )
    left = Sent(post.resume(now))
    lines = [f"left from before: {left.tally.sentence}"] if left.tally.results else []
    lines += doubts.lines
    failed = [*left.troubles, *doubts.failed]
    reading = office.read(Order(as_of=now))
    results: list[tuple[Job, Outcome]] = []
    if because := stale(reading.book, now, most):
        failed.append(f"held: {because}")
    else:
        since = last.started if last else now
        results = all_done(office, reading, since, weekday)
        lines = lines if results or lines else ["Nothing is due."]
    for job, outcome in results:
        about = f"{job.due.kind} of {job.cycle}"
        lines += [f"{about}: {line}" for line in outcome.lines()]
        failed += [f"{about}: {line}" for line in outcome.troubles]
    return {
        "lines": lines,
        "done": [told(job, outcome) for job, outcome in results],
        "failed": failed,
        "doubts": doubts.kept(office.ledger.in_doubt()),
    }


def told(job: Job, outcome: Outcome) -> dict[str, Any]:
    """What a job did, in the result of a tick."""
    return {
        "kind": str(job.due.kind),
        "cycle": job.cycle,
        "made": outcome.made,
        "sent": outcome.sent.tally.sent,
        "skipped": job.due.too_late,
        "because": job.due.because or job.due.occasion.because,
    }


def all_done(
    office: Office, reading: Reading, since: datetime, weekday: Weekday
) -> list[tuple[Job, Outcome]]:
    """Do what is due, and say of each what came of it."""
    due = jobs_due(
        reading.book,
        office.house.cadence,
        office.ledger,
        since=since,
        weekday=weekday,
        rehearsal=not office.outlet.real,
    )
    return [(job, do(office, reading, job)) for job in due]


def do(office: Office, reading: Reading, job: Job) -> Outcome:
    """What is due, done; or skipped with a reason where it is too late."""
    order = Order(
        as_of=reading.book.as_of,
        cycle=job.cycle,
        reps=job.reps,
        late=job.due.because,
    )
    if job.due.too_late:
        said = f"skipped: {job.due.because}"
        note(office.ledger, job, said)
        return Outcome(json={}, remarks=[said])
    outcome = made(office, reading, job, order)
    if job.rehearsal:
        job = replace(job, reps=job.reps - outcome.undone)
    if not outcome.failures or (job.rehearsal and job.reps):
        note(office.ledger, job, outcome.sent.tally.sentence)
    return outcome


def made(office: Office, reading: Reading, job: Job, order: Order) -> Outcome:
    """The letters of a job."""
    match job.due.kind:
        case LetterKind.PACKET:
            return office.packets(reading, order)
        case LetterKind.REMINDER:
            return office.reminders(reading, order)
        case LetterKind.FOLLOW_UP:
            return office.follow_up(reading, order)
    first = office.ledger.last_alert(reading.book.as_of) is None
    always = job.due.weekly or first
    return office.alert(reading, wanted=lambda one: always or bool(one.crossed))
