"""One tick: what was left, then what is due, each once."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from reports.delivery.pattern import Weekday
from reports.delivery.post import Post
from reports.delivery.records import LetterKind
from reports.runs.doubts import Doubts, told_before
from reports.runs.office import Office
from reports.runs.outcome import Outcome
from reports.runs.outlets import Sent
from reports.runs.readers import no_longer
from reports.runs.reading import Reading, stale, troubled
from reports.runs.rounds import Order
from reports.runs.ticking import Job, jobs_due, note
from reports.said import Said, say


def tick_round(  # noqa: PLR0913 - what is due depends on them all, three by name
    office: Office,
    post: Post,
    now: datetime,
    *,
    most: timedelta,
    weekday: Weekday,
    unread: str = "",
) -> dict[str, Any]:
    """Do everything that is due; the result says what was done, skipped and failed.

    Data that are older than ``most`` hold everything back but what was made before,
    and the alert that tells ops so. ``unread`` says why there was no sync.
    """
    last = office.ledger.last_run("tick")
    doubts = Doubts(
        waiting=post.recover(),
        before=told_before(last.summary) if last else {},
        now=now,
    )
    reading = office.read(Order(as_of=now))
    unwanted = partial(no_longer, reading.book, office.house.ops)
    left = Sent(post.resume(now, unwanted))
    lines = [f"left from before: {left.tally.sentence}"] if left.tally.results else []
    lines += doubts.lines
    failed = [*left.troubles, *doubts.failed]
    because = stale(reading.book, now, most)
    failed += [f"held: {because}"] if because else []
    reading = troubled(reading, whole_troubles(unread, because))
    since = last.started if last else now
    results = all_done(office, reading, since, weekday, held=because is not None)
    lines = lines if results or lines or because else ["Nothing is due."]
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
        "reps_skipped": [
            {"rep": skip.rep, "reason": skip.reason} for skip in outcome.skips
        ],
        "because": job.due.because or job.due.occasion.because,
    }


def whole_troubles(unread: str, because: Said | None) -> list[Said]:
    """What keeps the run from its work as a whole, as ops read it in the alert."""
    found = []
    if unread:
        found.append(say("Sales Cloud could not be read: {reason}.", reason=unread))
    if because is not None:
        found.append(
            say("Letters to reps and managers are held: {reason}.", reason=because)
        )
    return found


def all_done(
    office: Office,
    reading: Reading,
    since: datetime,
    weekday: Weekday,
    *,
    held: bool,
) -> list[tuple[Job, Outcome]]:
    """Do what is due, and say of each what came of it; when held, for ops only."""
    due = jobs_due(
        reading.book,
        office.house.cadence,
        office.ledger,
        since=since,
        weekday=weekday,
        rehearsal=not office.outlet.real,
    )
    return [
        (job, do(office, reading, job, always=held))
        for job in due
        if not (held and job.reps)
    ]


def do(office: Office, reading: Reading, job: Job, *, always: bool) -> Outcome:
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
    outcome = made(office, reading, job, order, always=always)
    if job.rehearsal:
        job = replace(job, reps=job.reps - outcome.undone)
    if not outcome.failures or (job.rehearsal and job.reps):
        note(office.ledger, job, outcome.sent.tally.sentence)
    return outcome


def made(
    office: Office, reading: Reading, job: Job, order: Order, *, always: bool
) -> Outcome:
    """The letters of a job; the alert ``always``, or when it has news."""
    match job.due.kind:
        case LetterKind.PACKET:
            return office.packets(reading, order)
        case LetterKind.REMINDER:
            return office.reminders(reading, order)
        case LetterKind.FOLLOW_UP:
            return office.follow_up(reading, order)
    first = office.ledger.last_alert(reading.book.as_of) is None
    always = always or job.due.weekly or first
    return office.alert(reading, wanted=lambda one: always or bool(one.crossed))
