"""Kill the sender and count what its receivers got: ``python -m bench.kills``.

Every order of claiming, sending and marking is killed before and after each of its
steps, and then at random moments. After each kill another run finishes the cycle; the
receiving server's list is compared with the ledger. docs/delivery.md keeps the table.
"""

import argparse
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from bench.recorder import arrived, recording
from bench.senders import ORDERS, Place, Steps, letters
from reports.delivery.ledger import Ledger
from reports.delivery.ledger.errors import LedgerError
from reports.delivery.lock import Held
from reports.delivery.records import State


#: So many runs at the same instant are a crowd.
CROWD = 3
#: What a process wrote outlives it here too: killing it loses nothing of the kernel's.
MEMORY = Path("/dev/shm")  # noqa: S108  # a folder of its own is made in it
COLUMNS = (
    *("campaign", "cycles", "letters", "kills", "duplicates", "lost", "stuck"),
    *("in_doubt", "in_doubt_arrived"),
)


@dataclass(slots=True)
class Count:
    """What came of a campaign."""

    campaign: str
    cycles: int = 0
    letters: int = 0
    kills: int = 0
    duplicates: int = 0  #: letters that arrived more than once
    lost: int = 0  #: did not arrive, and the ledger says that they did
    stuck: int = 0  #: neither sent nor in doubt when all was done
    in_doubt: int = 0
    in_doubt_arrived: int = 0

    def add(self, place: Place) -> None:
        """Compare a finished cycle's ledger with what the server got."""
        times = arrived(place.folder / "log")
        with Ledger.open(place.folder / "ledger.db") as ledger:
            found = ledger.deliveries()
        for one in found:
            doubt, got = one.state is State.IN_DOUBT, times[one.message_id]
            self.duplicates += got > 1
            self.lost += not got and one.state is State.ACCEPTED
            self.stuck += one.state not in {State.ACCEPTED, State.IN_DOUBT}
            self.in_doubt += doubt
            self.in_doubt_arrived += doubt and got > 0
        self.cycles += 1
        self.letters += len(place.cycle)
        self.stuck += len(place.cycle) - len(found)


class Campaign:
    """Cycles that are sent in one order, each from a ledger and to a server anew."""

    def __init__(self, name: str, cycle: int, until: float) -> None:
        self.count = Count(campaign=name)
        self._order = ORDERS[name]
        self._cycle = cycle
        self._until = until

    def at_every_step(self) -> Count:
        """Kill before and after each step."""
        steps = Steps()
        with self._place() as place:
            place.run(steps)
        for step in range(1, steps.taken + 1):
            with self._cycles() as place:
                self._killed(start(place, step))
        return self.count

    def at_random(self, rounds: int, random: Random) -> Count:
        """Kill at random moments, so many times or until time is up."""
        with self._place() as place:
            began = time.monotonic()
            end(start(place))
            usual = time.monotonic() - began
        for _ in range(rounds):
            if time.monotonic() > self._until:
                break
            with self._cycles() as place:
                child = start(place)
                time.sleep(random.uniform(0, usual))
                os.kill(child, signal.SIGKILL)
                self._killed(child)
        return self.count

    def in_a_crowd(self, rounds: int, *, machines: bool) -> Count:
        """Start several runs at once; on machines of their own, no lock helps."""
        self.count.campaign += f", {CROWD} {'machines' if machines else 'runs'} at once"
        for _ in range(rounds):
            with self._cycles() as place:
                names = [
                    f"machine{number}" if machines else "" for number in range(CROWD)
                ]
                for child in [start(place, machine=name) for name in names]:
                    end(child)
        return self.count

    def _killed(self, child: int) -> None:
        self.count.kills += end(child) == -signal.SIGKILL

    @contextmanager
    def _cycles(self) -> Iterator[Place]:
        """A cycle that is counted after another run, which nothing disturbs."""
        with self._place() as place:
            yield place
            if end(start(place)):
                raise RuntimeError("a run that nothing disturbed has failed")
            self.count.add(place)

    @contextmanager
    def _place(self) -> Iterator[Place]:
        with (
            TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder,
            recording(Path(folder, "log")) as port,
        ):
            yield Place(
                folder=Path(folder),
                port=port,
                cycle=letters(self._cycle),
                order=self._order,
            )


def start(place: Place, step: int | None = None, machine: str = "") -> int:
    """A run in a process of its own, killed at a step."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        place.run(Steps(step), machine)
        code = 0
    except (Held, LedgerError):  # somebody else is at work
        code = 0
    finally:
        os._exit(code)


def end(child: int) -> int:
    """Wait for a run; how it ended, negative for a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def campaigns(given: argparse.Namespace) -> Iterator[Count]:
    """Everything that was asked for, one after the other."""
    until = time.monotonic() + given.minutes * 60
    random = Random(given.seed)  # noqa: S311  # moments, not secrets
    for name in ORDERS:
        campaign = Campaign(name, given.letters, until)
        if given.steps:
            campaign.at_every_step()
        yield campaign.at_random(given.random, random)
    for machines in (False, True):
        if given.crowds:
            campaign = Campaign(next(iter(ORDERS)), given.letters, until)
            yield campaign.in_a_crowd(given.crowds, machines=machines)


def row(values: list[str]) -> str:
    """A row of a Markdown table."""
    return f"| {' | '.join(values)} |"


def main() -> None:
    """Run the campaigns and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--random", type=int, default=200, help="random kills an order")
    parser.add_argument("--steps", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--crowds", type=int, default=20, help="cycles sent by several")
    parser.add_argument("--letters", type=int, default=6, help="letters a cycle")
    parser.add_argument("--minutes", type=float, default=15, help="when to stop")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    counts = [asdict(count) for count in campaigns(given)]
    if given.json:
        print(json.dumps(counts))
        return
    print(row([name.replace("_", " ") for name in COLUMNS]))
    print(row(["---", *("--:" for _ in COLUMNS[1:])]))
    for count in counts:
        print(row([str(count[name]) for name in COLUMNS]))


if __name__ == "__main__":
    main()
