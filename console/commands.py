"""The commands with their options, as ``--help`` tells them."""

import argparse
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from textwrap import fill
from typing import Any

from console.abouts import ABOUTS
from console.kinds import address, at_least, moment


EXIT_CODES = """\
exit codes: 0 done; 1 some of it failed (named on stderr); 2 cannot start
(configuration, connection, permission)"""

#: How wide descriptions are.
WIDTH = 78

AS_OF = "a day (its first moment, UTC) or a moment; default: now"


def parser() -> argparse.ArgumentParser:
    """Every command with its options."""
    top = argparse.ArgumentParser(
        prog="dealpacket",
        description="Pipeline review packets from Sales Cloud: which deals stopped, "
        "why,\nand what to do next week.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument(
        "--config",
        type=Path,
        default=Path("dealpacket.toml"),
        metavar="FILE",
        help="the configuration; default: ./dealpacket.toml",
    )
    top.add_argument(
        "--verbose",
        action="store_true",
        help="say on stderr what ran, how long, and where an error arose",
    )
    top.add_argument("--version", action="version", version=f"dealpacket {release()}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (about, options) in COMMANDS.items():
        one = commands.add_parser(
            name,
            help=about,
            description=f"{sentence(about)}\n\n{fill(ABOUTS[name], WIDTH)}",
            epilog=EXIT_CODES,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        for option in options:
            option(one)
    return top


def sentence(about: str) -> str:
    """What a command does, with a capital and an end."""
    end = "" if about.endswith("?") else "."
    return fill(f"{about[0].upper()}{about[1:]}{end}", WIDTH)


def release() -> str:
    """The installed version."""
    try:
        return version("dealpacket")
    except PackageNotFoundError:
        return "(from a checkout)"


Option = Callable[[argparse.ArgumentParser], object]


def option(*names: str, **more: Any) -> Option:
    """An option, to be added to the commands that have it."""
    return lambda to: to.add_argument(*names, **more)


def folder(**more: Any) -> Option:
    """The option that names a folder for results."""
    return option("--out", type=Path, metavar="DIR", **more)


SEED = option(
    "--seed",
    type=at_least(0),
    default=1,
    metavar="N",
    help="of the made-up org; default: 1",
)
REPS = option(
    "--reps",
    type=at_least(1),
    default=40,
    metavar="N",
    help="how many reps to make up; default: 40",
)
ORG = option(
    "--org",
    type=Path,
    metavar="DIR",
    help="a folder of CSV files instead of a made-up org",
)
JSON = option("--json", action="store_true", help="print the result as JSON")
WHEN = option("--as-of", type=moment, metavar="DATE", help=AS_OF)
REP = option("--rep", type=address, metavar="EMAIL", help="only this rep")
DRY_RUN = option(
    "--dry-run", action="store_true", help="make everything, send and record nothing"
)
TO = option(
    "--to",
    type=address,
    metavar="ADDR",
    help="send every message to this address instead: a rehearsal",
)
ANYWAY = option(
    "--anyway",
    action="store_true",
    help="send a round that is held for its size or for what failed in it",
)
FILES = folder(
    help="write the messages as files into this folder; nothing is sent or recorded"
)

#: Every command: what it does, and its options.
COMMANDS: dict[str, tuple[str, Sequence[Option]]] = {
    "demo": (
        "sandbox, sync, packets, alerts and archive in one go, without configuration",
        (
            folder(default=Path("demo"), help="where everything goes; default: ./demo"),
            ORG,
            WHEN,
            REPS,
            SEED,
        ),
    ),
    "sandbox": (
        ("serve a stand-in for Sales Cloud on loopback until interrupted"),
        (
            ORG,
            SEED,
            REPS,
            option(
                "--port",
                type=at_least(0),
                default=0,
                metavar="P",
                help="where it listens; default: any that is free",
            ),
            option(
                "--now",
                type=moment,
                metavar="ISO",
                help="the moment it believes it is; default: now, or the newest record",
            ),
            option(
                "--faults",
                type=Path,
                metavar="FILE",
                help="faults to plant, as JSON or TOML (docs/sandbox.md)",
            ),
        ),
    ),
    "init": (
        "write a commented dealpacket.toml, asking only what cannot be found out",
        (),
    ),
    "doctor": (
        (
            "check connection, permissions, fields, activity capture, quota, mail "
            "and disk: a line each, with the remedy"
        ),
        (),
    ),
    "sync": (
        "bring the mirror up to now",
        (
            option("--full", action="store_true", help="read everything again"),
            JSON,
        ),
    ),
    "packets": (
        "make and send the review packets of a cycle",
        (
            WHEN,
            REP,
            option(
                "--cycle",
                metavar="NAME",
                help="the cycle they belong to; default: that of the next review",
            ),
            DRY_RUN,
            TO,
            FILES,
            ANYWAY,
            JSON,
        ),
    ),
    "hygiene": (
        "make and send the data-hygiene alert for ops and the reminders for reps",
        (WHEN, DRY_RUN, TO, FILES, ANYWAY, JSON),
    ),
    "followup": (
        "make and send the end-of-week check-in on open promises",
        (WHEN, DRY_RUN, TO, ANYWAY, JSON),
    ),
    "tick": ("do everything that is due now, once", (JSON,)),
    "run": ("tick on a schedule until stopped", ()),
    "calendar": (
        "list the coming reviews, and why each date",
        (
            option(
                "--from",
                dest="start",
                type=moment,
                metavar="DATE",
                help="default: today",
            ),
            option(
                "--count",
                type=at_least(1),
                default=8,
                metavar="N",
                help="how many; default: 8",
            ),
            REP,
            option(
                "--ics",
                action="store_true",
                help="print a calendar file; with --rep, rep and manager are invited",
            ),
        ),
    ),
    "backtest": (
        "did flagged deals do worse than unflagged ones?",
        (
            option(
                "--as-of",
                type=moment,
                metavar="DATE",
                help="the moment of the flags; default: the horizon before now",
            ),
            option(
                "--horizon",
                type=at_least(1),
                metavar="DAYS",
                help="days until outcomes are read; default: learned, or 90",
            ),
            JSON,
        ),
    ),
    "rules": (
        (
            "list every signal and hygiene rule with the threshold in force and "
            "where it comes from"
        ),
        (JSON,),
    ),
    "replay": (
        "write a past packet again, byte for byte",
        (
            option(
                "--cycle",
                required=True,
                metavar="NAME",
                help="the cycle it was sent in",
            ),
            REP,
            folder(required=True, help="where the files go"),
        ),
    ),
    "deliveries": (
        "list deliveries that wait for a person, and release or drop one",
        (
            option(
                "--release",
                metavar="ID",
                help="send this one (again): it did not arrive",
            ),
            option("--drop", metavar="ID", help="never send this one (again)"),
            JSON,
        ),
    ),
}
