"""The commands that bring data in and letters out: sync, packets, and their like."""

from argparse import Namespace
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from console.output import complain, say, say_json
from console.progress import watch
from console.summaries import sync_lines
from desk.tasks import entered
from desk.wiring import (
    at_work,
    brought_up,
    office_of,
    outlet_of,
    post_of,
    unfinished,
)
from desk.world import Stop, World
from reports.delivery.ledger import Ledger
from reports.delivery.lock import Held
from reports.delivery.post import Post
from reports.runs.office import Office
from reports.runs.outcome import Outcome
from reports.runs.outlets import People
from reports.runs.reading import Reading, stale
from reports.runs.rounds import Order
from reports.runs.tasks import Entered
from reports.runs.ticks import tick_round
from reports.words.archive import forget
from settings import Settings
from sync.errors import SyncError
from sync.report import Report


DONE, SOME_FAILED = 0, 1

#: For so long after the last sync, a tick that cannot sync does nothing else either.
PATIENCE = timedelta(hours=2)

Action = Callable[[Office, Reading, Order], Outcome]


def unheard(report: Report) -> None:
    """Nobody follows what a sync does."""


def sync(args: Namespace, world: World) -> int:
    """Bring the mirror up to now."""
    settings, started = world.settings(args, logging_in=True), world.clock()
    with at_work(settings, started) as ledger:
        with watch("rows", quiet=args.json) as progress:
            report = brought_up(settings, ledger, progress, full=args.full)
        told = report.as_json()
        ledger.keep_run("sync", started, world.clock(), told)
    if args.json:
        say_json(told)
    else:
        say(sync_lines(told))
    complain(f"failed: {line}" for line in unfinished(report))
    return DONE if report.status == "complete" else SOME_FAILED


def packets(args: Namespace, world: World) -> int:
    """The review packets of a cycle."""
    return round_of(args, world, Office.packets)


def hygiene(args: Namespace, world: World) -> int:
    """The data-hygiene alert and the reminders."""
    return round_of(args, world, Office.hygiene)


def followup(args: Namespace, world: World) -> int:
    """The end-of-week check-in."""
    return round_of(args, world, Office.follow_up)


def round_of(args: Namespace, world: World, action: Action) -> int:
    """One round by hand: read, make, send, tell."""
    settings, now = world.settings(args), world.clock()
    if settings.write_tasks:
        settings = world.settings(args, logging_in=True)
    order = Order(
        as_of=args.as_of or now,
        cycle=getattr(args, "cycle", None),
        rep=getattr(args, "rep", None),
    )
    out = getattr(args, "out", None)
    with at_work(settings, now) as ledger:
        outlet = outlet_of(
            settings, ledger, world.clock, to=args.to, out=out, dry=args.dry_run
        )
        if isinstance(outlet, People):
            world.when_ended(outlet.post.stop)
            complain(f"note: {one.sentence}" for one in outlet.post.recover())
        office = office_of(settings, ledger, outlet, world.each, anyway=args.anyway)
        reading = office.read(order)
        most = timedelta(hours=settings.delivery.max_age_hours)
        because = None if args.as_of else stale(reading.book, now, most)
        if because and isinstance(outlet, People):
            raise Stop(because)
        outcome = action(office, reading, order)
        if action is Office.packets and outlet.real:
            tasks = entered(settings, ledger, world, now)
            outcome.remarks += tasks.lines
            outcome.failures += tasks.troubles
    complain([f"note: {because}"] if because else [])
    return tell(outcome, as_json=args.json)


def tell(outcome: Outcome, *, as_json: bool) -> int:
    """Say what a round did; what failed goes to standard error."""
    if as_json:
        say_json(outcome.json)
    else:
        say(outcome.lines())
    complain(f"failed: {line}" for line in outcome.troubles)
    return SOME_FAILED if outcome.troubles else DONE


def tick(args: Namespace, world: World) -> int:
    """Everything that is due now, once."""
    settings = world.settings(args, logging_in=True)
    try:
        done = ticked(
            settings,
            world,
            quiet=args.json,
            begun=lambda post: world.when_ended(post.stop),
        )
    except Held as held:
        if args.json:
            say_json({"lines": [f"nothing done: {held}"], "done": [], "failed": []})
        complain([f"nothing done: {held}"])
        return DONE
    if args.json:
        say_json(done)
    else:
        say(done["lines"])
    complain(f"failed: {line}" for line in done["failed"])
    return SOME_FAILED if done["failed"] else DONE


def ticked(
    settings: Settings,
    world: World,
    *,
    quiet: bool,
    begun: Callable[[Post], None],
    synced: Callable[[Report], None] = unheard,
) -> dict[str, Any]:
    """One tick: sync, go on with what was left, then what is due.

    ``synced`` is told what the sync did, and ``begun`` is given the post, for whoever
    may want it to stop or follow its letters.
    """
    now = world.clock()
    with at_work(settings, now) as ledger:
        report = freshened(settings, ledger, world, quiet=quiet)
        if isinstance(report, Report):
            synced(report)
        outlet = People(post_of(settings, ledger, world.clock))
        begun(outlet.post)
        office = office_of(settings, ledger, outlet, world.each)
        done = tick_round(
            office,
            outlet.post,
            world.clock(),
            most=timedelta(hours=settings.delivery.max_age_hours),
            weekday=settings.hygiene.weekday,
            unread=report if isinstance(report, str) else "",
        )
        tasks = entered(settings, ledger, world, now) if outlet.real else Entered()
        done["lines"] += tasks.lines
        missed = [report] if isinstance(report, str) else unfinished(report)
        done["failed"] = [*missed, *done["failed"], *tasks.troubles]
        ledger.keep_run("tick", now, world.clock(), done)
        before = now - timedelta(days=settings.delivery.retention_days)
        ledger.forget(before)
        ledger.forget_reviews(before)
        voice = office.house.voice(now)
        forget(settings.data.archive, before.date(), voice=voice)
    return done


def freshened(
    settings: Settings, ledger: Ledger, world: World, *, quiet: bool
) -> Report | str:
    """Sync; or say why it could not, where there is something to go on with.

    The next tick may be luckier, so the first ones only fail. After hours, what was
    read before is better than no packet, and what is too old is held by its age.
    """
    now, last = world.clock(), ledger.last_run("sync")
    try:
        with watch("rows", quiet=quiet) as progress:
            report = brought_up(settings, ledger, progress)
    except SyncError as error:
        if last is None or now - last.started < PATIENCE:
            raise
        return str(error)
    ledger.keep_run("sync", now, world.clock(), report.as_json())
    return report
