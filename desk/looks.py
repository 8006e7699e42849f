"""The commands that only look: calendar, backtest, replay, deliveries."""

from argparse import Namespace

from console.output import complain, say, say_json, write
from console.summaries import backtest_lines
from desk.wiring import at_work
from desk.world import Stop, World
from reports.delivery.channels.folder import Folder
from reports.delivery.invitations import ics
from reports.delivery.occasions import occasions
from reports.runs.backtests import looked_back, stored_flags
from reports.runs.meetings import Meetings, meetings_of
from reports.runs.reading import organisation_at
from reports.runs.replays import again, waiting
from reports.runs.rounds import fiscal_of


DONE, SOME_FAILED = 0, 1


def calendar(args: Namespace, world: World) -> int:
    """The coming reviews, and why each date; one rep's, or all."""
    settings, now = world.settings(args), world.clock()
    org = organisation_at(settings.data.mirror, now)
    found = Meetings(
        cadence=settings.review,
        zone=settings.review.zone or (org.zone if org else "UTC"),
    )
    if args.rep:
        found = meetings_of(settings.data.mirror, now, settings.review, args.rep)
    start = (args.start or now).date()
    year = fiscal_of(org) if org else None
    days = occasions(found.cadence, start, fiscal=year, count=args.count)
    if args.ics:
        write(
            ics(
                days,
                at=found.cadence.at,
                zone=found.zone,
                stamp=now,
                attendees=found.attendees,
            )
        )
        return DONE
    say(f"{one.on:%a %Y-%m-%d}  {one.kind:<10}  {one.because}" for one in days)
    return DONE


def backtest(args: Namespace, world: World) -> int:
    """Say whether flagged deals did worse than unflagged ones."""
    settings, now = world.settings(args), world.clock()
    if args.as_of and args.as_of >= now:
        raise Stop("--as-of lies ahead: name a day whose deals have had time to end")
    found = looked_back(
        settings.data.mirror,
        now,
        settings.policy,
        then=args.as_of,
        days=args.horizon,
        stored=stored_flags(settings.data.ledger, now),
    )
    if args.json:
        say_json(found.as_json())
        return DONE
    say(backtest_lines(found.as_json()))
    return DONE


def replay(args: Namespace, world: World) -> int:
    """A past packet again, byte for byte."""
    settings = world.settings(args)
    with at_work(settings, world.clock()) as ledger:
        found = again(ledger, args.cycle, args.rep, Folder(args.out))
    if not found.names:
        raise Stop(
            f"no packet of cycle {args.cycle} is kept"
            + (f" for {args.rep}" if args.rep else "")
            + f"; known cycles: {', '.join(found.cycles) or 'none'}"
        )
    say([f"{len(found.names):,} letters written again to {args.out}"])
    complain(f"failed: {line}" for line in found.forgotten)
    return SOME_FAILED if found.forgotten else DONE


def deliveries(args: Namespace, world: World) -> int:
    """Deliveries that wait for a person; one of them released or dropped."""
    settings, now = world.settings(args), world.clock()
    with at_work(settings, now) as ledger:
        if args.release:
            ledger.release(args.release, now)
        if args.drop:
            ledger.drop(args.drop, now)
        found = waiting(ledger)
    if args.json:
        say_json(found)
        return DONE
    say(
        f"{one['message_id']}  {one['kind']} of {one['cycle']} to {one['recipient']}: "
        f"{one['state']}: {one['reason']}"
        for one in found
    )
    if not found:
        say(["Nothing waits for a person."])
    return DONE
