"""The commands before the first run: init and doctor."""

import os
import shutil
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from console.output import complain, say
from console.summaries import check_lines
from desk.wiring import channel_of, fields_of
from desk.world import Stop, World
from reports.delivery.channels import DeliveryError
from reports.delivery.channels.smtp import Smtp
from reports.delivery.ledger import Ledger
from reports.delivery.ledger.errors import LedgerError
from reports.words.own import template_mistakes
from settings import Settings, template
from sync.client import SalesCloud
from sync.doctor import Check, examine
from sync.errors import SyncError


DONE, SOME_FAILED, CANNOT_START = 0, 1, 2

#: What cannot be found out, and how it is asked.
ASKED = (
    (
        ("salesforce", "login_url"),
        "My Domain URL of the org",
        "https://YOUR-DOMAIN.my.salesforce.com",
    ),
    (
        ("salesforce", "client_id"),
        "Consumer key of the External Client App",
        "YOUR-CONSUMER-KEY",
    ),
)

#: Free space below this is worth a line.
ROOM = 1 << 30


def init(args: Namespace, world: World) -> int:
    """Write a commented configuration, asking only what cannot be found out."""
    del world
    path: Path = args.config
    if path.exists():
        raise Stop(f"{path} exists already: edit it, or name another with --config")
    answers = {key: asked(question, usual) for key, question, usual in ASKED}
    path.write_text(template(answers), encoding="utf-8")
    path.chmod(0o600)
    say(
        [
            f"Wrote {path}. Next:",
            "  export DEALPACKET_CLIENT_SECRET=...   # secrets stay out of the file",
            "  dealpacket doctor                     # one line a permission",
            "  dealpacket sync",
            "  dealpacket packets --dry-run --out preview",
        ]
    )
    return DONE


def asked(question: str, usual: str) -> str:
    """What somebody at a terminal answers; elsewhere, a place to fill in."""
    if not sys.stdin.isatty():
        return usual
    return input(f"{question} [{usual}]: ").strip() or usual


def doctor(args: Namespace, world: World) -> int:
    """Check everything a run needs, a line each."""
    settings = world.settings(args, logging_in=True)
    checks = [*org_checks(settings, world), *local_checks(settings)]
    say(check_lines((one.name, one.ok, one.detail, one.remedy) for one in checks))
    bad = [one.name for one in checks if one.ok is False]
    if not bad:
        return DONE
    complain([f"failed: {', '.join(bad)}"])
    return CANNOT_START if bad == ["connection"] else SOME_FAILED


def org_checks(settings: Settings, world: World) -> list[Check]:
    """Connection, permissions, fields, activity capture, allowance."""
    try:
        cloud = SalesCloud.connect(settings.salesforce)
        return examine(cloud, now=world.clock(), extra_fields=fields_of(settings))
    except SyncError as error:
        return [
            Check(
                name="connection", ok=False, detail=error.message, remedy=error.remedy
            )
        ]


def local_checks(settings: Settings) -> Iterator[Check]:
    """The ledger, mail, and the disk."""
    folder = settings.data.folder
    yield ledger_check(settings)
    yield mail_check(settings)
    yield from template_checks(settings.delivery.templates)
    free = shutil.disk_usage(nearest(folder)).free
    yield Check(
        name="disk",
        ok=True if free > ROOM else None,
        detail=f"{free / 1e9:.1f} GB free at {folder}",
        remedy="" if free > ROOM else "make room: mirror and ledger grow with the org",
    )


def ledger_check(settings: Settings) -> Check:
    """Whether the ledger can be opened, and the data folder written."""
    path = settings.data.ledger
    if not path.exists():
        place = nearest(path.parent)
        fine = place.is_dir() and os.access(place, os.W_OK)
        return Check(
            name="ledger",
            ok=fine,
            detail=f"none yet at {path}; the first run makes it",
            remedy="" if fine else f"make {place} a folder that this user can write to",
        )
    try:
        Ledger.open(path).close()
    except LedgerError as error:
        return Check(name="ledger", ok=False, detail=str(error))
    return Check(name="ledger", ok=True, detail=f"{path}; back it up")


def mail_check(settings: Settings) -> Check:
    """Whether letters can leave."""
    channel = channel_of(settings)
    if not isinstance(channel, Smtp):
        return Check(
            name="mail",
            ok=None,
            detail=f"letters are written to {settings.delivery.folder}",
            remedy='set [delivery] channel = "smtp" to send them',
        )
    try:
        return Check(name="mail", ok=True, detail=channel.check())
    except DeliveryError as error:
        return Check(
            name="mail", ok=False, detail=str(error), remedy="check [smtp] and [imap]"
        )


def template_checks(own: Path | None) -> Iterator[Check]:
    """Whether templates of the installation can be used, where there are any."""
    if own is None:
        return
    mistakes = template_mistakes(own)
    yield Check(
        name="templates",
        ok=not mistakes,
        detail="; ".join(mistakes) or f"{own}: nothing is wrong with them",
        remedy="mend them, or take the file away" if mistakes else "",
    )


def nearest(folder: Path) -> Path:
    """The folder, or the next one above it that exists."""
    folder = folder.absolute()
    return next(one for one in (folder, *folder.parents) if one.exists())
