"""The commands that need no org: a sandbox to serve, and the demo of everything."""

import shutil
import signal
import threading
from argparse import Namespace
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from console.output import complain, say
from console.progress import watch
from console.summaries import sync_lines
from desk.wiring import at_work, brought_up, office_of, outlet_of, unfinished
from desk.world import Stop, World
from reports.delivery.cadence import Cadence
from reports.delivery.ledger import Ledger
from reports.delivery.marks import marker
from reports.delivery.records import Proposal
from reports.judgement.policy import Policy
from reports.packet.assemble import reps_of
from reports.runs.outcome import Outcome
from reports.runs.rounds import Order
from sandbox.clock import Clock
from sandbox.credentials import CLIENT_ID, CLIENT_SECRET
from sandbox.errors import ApiError
from sandbox.faults import Faults
from sandbox.server import Sandbox
from sandbox.standing import Standing, stand
from settings import Data, Delivery, Hygiene, Run, Salesforce, Settings


DONE, SOME_FAILED = 0, 1

#: Whatever the demo makes lies in a folder with this file.
MARK = ".dealpacket-demo"

#: How long before the demo's review an earlier one is supposed to have been.
EARLIER = timedelta(days=14)

#: Of how many proposals one is taken on, and of how many of those one is finished.
TAKEN, FINISHED = 3, 4


def sandbox(args: Namespace, world: World) -> int:
    """Serve a stand-in until interrupted."""
    standing = stand(
        args.org, seed=args.seed, reps=args.reps, now=args.now, today=world.clock()
    )
    faults = Faults.load(args.faults) if args.faults else Faults()
    stopped = threading.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: stopped.set())
    served = Sandbox(
        standing.org, clock=Clock(standing.now), port=args.port, faults=faults
    )
    with served:
        say([served.base_url, str(served.ca_file)])
        complain([f"client id {CLIENT_ID}, secret {CLIENT_SECRET}; Ctrl-C ends it"])
        stopped.wait()
    return DONE


def demo(args: Namespace, world: World) -> int:
    """Sandbox, sync, packets, alerts and archive into a folder."""
    began = world.clock()
    folder = cleared(args.out)
    complain(["Making up a sales organisation ..."] if args.org is None else [])
    now = args.as_of if args.org is None else None
    standing = stand(args.org, seed=args.seed, reps=args.reps, now=now, today=began)
    as_of = args.as_of or standing.now
    with Sandbox(standing.org, clock=Clock(standing.now)) as served:
        settings = settings_for(served, folder)
        with at_work(settings, began) as ledger:
            left = synced(settings, ledger)
            before = remembered(settings, ledger, world, as_of - EARLIER)
            if args.org is None and taken(standing, before, as_of):
                left = synced(settings, ledger)
            outcomes = reviewed(settings, ledger, world, as_of)
    for name, outcome in outcomes:
        say(f"{name}: {line}" for line in outcome.lines())
    troubles = [*left, *(line for _, done in outcomes for line in done.troubles)]
    complain(f"failed: {line}" for line in troubles)
    took = (world.clock() - began).total_seconds()
    say([f"All as of {as_of:%Y-%m-%d %H:%M} UTC, in {took:.0f} s."])
    say([str(folder / "index.html")])
    return SOME_FAILED if troubles else DONE


def synced(settings: Settings, ledger: Ledger) -> Sequence[str]:
    """Bring the mirror up to the sandbox's now; say what came, answer what did not."""
    with watch("rows") as progress:
        report = brought_up(settings, ledger, progress)
    say(sync_lines(report.as_json()))
    return unfinished(report)


def remembered(
    settings: Settings, ledger: Ledger, world: World, as_of: datetime
) -> list[Proposal]:
    """Keep a review of two weeks ago as if it had been held; what it proposed."""
    nowhere = outlet_of(settings, ledger, world.clock, dry=True)
    office = office_of(settings, ledger, nowhere, world.each)
    order = Order(as_of=as_of)
    office.remember(office.read(order), order)
    return ledger.proposals()


def taken(standing: Standing, proposals: Sequence[Proposal], as_of: datetime) -> int:
    """Let the made-up people take on some of it, and finish some of that.

    A deal that has gone meanwhile can take no task: those are not counted.
    """
    made = 0
    for number, one in enumerate(proposals[::TAKEN]):
        with suppress(ApiError):
            take(standing, one, as_of, finished=number % FINISHED == 0)
            made += 1
    return made


def take(standing: Standing, one: Proposal, as_of: datetime, *, finished: bool) -> None:
    """Make the task that the link in a packet makes, on the day after the review."""
    org, at = standing.org, one.proposed_at + timedelta(hours=20)
    values = {
        "Subject": f"{one.what} {marker(one.id)}",
        "WhatId": one.deal_id,
        "OwnerId": one.rep_id,
        "ActivityDate": one.due.isoformat(),
        "Status": "Not Started",
    }
    task = org.create("Task", values, now=at)
    if finished:
        org.update("Task", task, {"Status": "Completed"}, now=at + timedelta(days=3))
    org.update("Task", task, {"Priority": "High"}, now=as_of)


def cleared(folder: Path) -> Path:
    """The folder, without what an earlier demo left; others' files are not touched."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise Stop(f"{folder} holds files of others: name another with --out")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()
    return folder


def settings_for(served: Sandbox, folder: Path) -> Settings:
    """Settings that lead to the sandbox and keep everything in the folder."""
    return Settings(
        path=folder / "dealpacket.toml",
        salesforce=Salesforce(
            login_url=served.base_url,
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            ca_file=served.ca_file,
        ),
        data=Data(folder=folder / "data"),
        delivery=Delivery(folder=folder / "outbox"),
        hygiene=Hygiene(recipients=("revops@example.com",)),
        review=Cadence(),
        run=Run(),
        policy=Policy(),
    )


def reviewed(
    settings: Settings, ledger: Ledger, world: World, as_of: datetime
) -> list[tuple[str, Outcome]]:
    """Packets and alerts, measured against the review two weeks earlier."""
    outlet = outlet_of(settings, ledger, world.clock)
    with watch("packets") as progress:
        office = replace(
            office_of(settings, ledger, outlet, world.each),
            archive=settings.path.parent,
            watch=lambda _: progress.advance("Packets", 1),
        )
        order = Order(as_of=as_of)
        reading = office.read(order)
        progress.start("Packets", len(reps_of(reading.book)[0]))
        packets = office.packets(reading, order)
        progress.finish("Packets", "")
    return [("Packets", packets), ("Data hygiene", office.hygiene(reading, order))]
