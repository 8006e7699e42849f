"""What only jobs may touch, lent to a command."""

from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from reports.runs.each import Each
from settings import Settings, load


Clock = Callable[[], datetime]

#: Takes what is to be done when somebody asks the process to end.
WhenEnded = Callable[[Callable[[], None]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What only jobs may touch, lent to a command."""

    clock: Clock
    environ: Mapping[str, str]
    each: Each  #: goes through reps; the failure of one is not the others'
    when_ended: WhenEnded

    def settings(self, args: Namespace, *, logging_in: bool = False) -> Settings:
        """The configuration of a command; secrets of Sales Cloud for who logs in."""
        return load(args.config, self.environ, logging_in=logging_in)


class Stop(Exception):  # noqa: N818 - what the user is told, and no failure of ours
    """A command cannot begin; the message says why and what to do."""
