"""The commands and the schedule: where rooms, clock and environment meet."""

import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from platform import python_version
from typing import TYPE_CHECKING, TypeVar

from console.commands import parser, release
from console.output import complain


if TYPE_CHECKING:
    from argparse import Namespace

    from desk.world import WhenEnded, World

Item = TypeVar("Item")
Found = TypeVar("Found")

DONE, SOME_FAILED, CANNOT_START = 0, 1, 2

#: Where each command is: its module is loaded when it is called, and not before.
COMMANDS = {
    "demo": "desk.demo",
    "sandbox": "desk.demo",
    "init": "desk.setup",
    "doctor": "desk.setup",
    "sync": "desk.rounds",
    "packets": "desk.rounds",
    "hygiene": "desk.rounds",
    "followup": "desk.rounds",
    "tick": "desk.rounds",
    "run": "jobs",
    "calendar": "desk.looks",
    "backtest": "desk.looks",
    "rules": "desk.rulebook",
    "replay": "desk.looks",
    "deliveries": "desk.looks",
}

#: What stops a command before anything is done, by module and name.
STOPS = (
    ("desk.world", "Stop"),
    ("settings", "SettingsError"),
    ("sync.errors", "SyncError"),
    ("sync.errors", "MirrorError"),
    ("reports.facts.engine", "FactsError"),
    ("reports.delivery.channels", "DeliveryError"),
    ("reports.delivery.frozen", "FrozenError"),
    ("reports.delivery.ledger.errors", "LedgerError"),
    ("reports.delivery.lock", "Held"),
    ("reports.runs.rounds", "UnknownRep"),
    ("reports.words.guarded", "TemplateMistake"),
    ("sandbox.errors", "OrgError"),
    ("sandbox.faults", "FaultError"),
)


def clock() -> datetime:
    """The moment it is: the only place that asks."""
    return datetime.now(UTC)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the result is the exit code."""
    args = parser().parse_args(argv)
    os.umask(0o077)
    began = clock()
    if args.verbose:
        about = f"dealpacket {release()}, Python {python_version()}"
        complain([f"{about}, configuration {args.config.absolute()}"])
    with ending() as when_ended:
        code = called(args, when_ended)
    if args.verbose:
        took = (clock() - began).total_seconds()
        complain([f"{args.command}: exit code {code} after {took:.1f} s"])
    return code


def called(args: "Namespace", when_ended: "WhenEnded") -> int:
    """Call the command; what stops it is told in a sentence, not with a traceback."""
    try:
        from desk.world import World

        world = World(
            clock=clock,
            environ=os.environ,
            each=partial(each, tell=args.verbose),
            when_ended=when_ended,
        )
        command = getattr(import_module(COMMANDS[args.command]), args.command)
        return int(command(args, world))
    except stops() as error:
        complain(f"dealpacket: {line}" for line in str(error).splitlines())
        complain(causes(error) if args.verbose else [])
        return CANNOT_START
    except BrokenPipeError:  # whoever read the result has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        about = f"{error.filename}: " if error.filename else ""
        said = error.strerror or error
        complain([f"dealpacket: {about}{said}; see to the folder, its owner and disk"])
        return CANNOT_START
    except KeyboardInterrupt:
        complain(["dealpacket: interrupted; the next run goes on from here"])
        return SOME_FAILED


def stops() -> tuple[type[Exception], ...]:
    """The errors of the rooms that a command has entered."""
    return tuple(
        getattr(sys.modules[module], name)
        for module, name in STOPS
        if module in sys.modules
    )


def causes(error: BaseException) -> Iterator[str]:
    """What lies behind an error and where it arose; not its words, which may tell."""
    told: set[int] = set()
    behind: BaseException | None = error
    while behind is not None and id(behind) not in told:
        told.add(id(behind))
        for place in traceback.extract_tb(behind.__traceback__)[-1:]:
            where = f"{place.name}, {place.filename}:{place.lineno}"
            yield f"because: {type(behind).__name__} in {where}"
        behind = behind.__cause__ or behind.__context__


@contextmanager
def ending() -> "Iterator[WhenEnded]":
    """Lend a way to say what is done when the process is asked to end."""
    before = signal.getsignal(signal.SIGTERM)

    def when_ended(action: Callable[[], None]) -> None:
        signal.signal(signal.SIGTERM, lambda *_: action())

    try:
        yield when_ended
    finally:
        if signal.getsignal(signal.SIGTERM) is not before:
            signal.signal(signal.SIGTERM, before)


def each(
    items: Iterable[Item],
    action: Callable[[Item], Found],
    failures: list[str],
    name: Callable[[Item], str],
    *,
    tell: bool = False,
) -> Iterator[Found]:
    """Do it for every item; one that fails is named, and the others go on."""
    for item in items:
        try:
            found = action(item)
        except Exception as error:  # noqa: BLE001 - one failure must not stop the rest
            failures.append(f"{name(item)}: {type(error).__name__}: {error}")
            complain(traceback.format_exc().splitlines() if tell else [])
        else:
            yield found


def run(args: "Namespace", world: "World") -> int:
    """Tick on a schedule until stopped: the scheduler is a clock, not a memory."""
    from apscheduler.schedulers.background import BackgroundScheduler

    from desk.beats import Beats

    beats = Beats(world.settings(args, logging_in=True), world)
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: beats.stop())
    scheduler = BackgroundScheduler(timezone=UTC)
    scheduler.add_job(
        beats.beat,
        "interval",
        minutes=beats.settings.run.every_minutes,
        next_run_time=clock(),
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    scheduler.start()
    beats.stopped.wait()
    scheduler.shutdown(wait=True)
    return DONE


if __name__ == "__main__":
    sys.exit(main())
