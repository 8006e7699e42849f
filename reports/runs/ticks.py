"""One tick: what was left, then what is due, each once."""

from datetime import datetime, timedelta
from typing import Any

from reports.delivery.pattern import Weekday
from reports.delivery.post import Post
from reports.delivery.records import LetterKind
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
    doubts = post.recover()
    left = Sent(post.resume(now))
    lines = [f"left from before: {left.tally.sentence}"] if left.tally.results else []
    failed = [*left.troubles]
    failed += [
        f"{one.key.recipient}: {one.key.kind} of {one.key.cycle} may have arrived; "
        "look, then run `dealpacket deliveries`"
        for one in doubts
    ]
    reading = office.read(Order(as_of=now))
    if because := stale(reading.book, now, most):
        return {"lines": lines, "done": [], "failed": [*failed, f"held: {because}"]}
    last = office.ledger.last_run("tick")
    due = jobs_due(
        reading.book,
        office.house.cadence,
        office.ledger,
        since=last.started if last else now,
        weekday=weekday,
        rehearsal=not office.outlet.real,
    )
    done = []
    for job in due:
        outcome = do(office, reading, job)
        about = f"{job.due.kind} of {job.cycle}"
        lines += [f"{about}: {line}" for line in outcome.lines()]
        failed += [f"{about}: {line}" for line in outcome.troubles]
        done.append(
            {
                "kind": str(job.due.kind),
                "cycle": job.cycle,
                "made": outcome.made,
                "sent": outcome.sent.tally.sent,
                "skipped": job.due.too_late,
                "because": job.due.because or job.due.occasion.because,
            }
        )
    return {"lines": lines or ["Nothing is due."], "done": done, "failed": failed}


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
    if job.rehearsal or not outcome.failures:
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
