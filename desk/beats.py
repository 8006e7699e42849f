"""What each beat of ``run`` does: a tick, a line for each event, a sign of life."""

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

from console.output import event
from desk.rounds import ticked
from desk.wiring import unfinished
from desk.world import Stop, World
from reports.delivery.ledger.errors import LedgerError
from reports.delivery.lock import Held
from reports.delivery.post import Post
from reports.delivery.records import Delivery
from reports.facts.engine import FactsError
from reports.words.guarded import TemplateMistake
from settings import Settings
from sync.errors import MirrorError, SyncError
from sync.report import Report


#: Seconds that the ping may take; nobody waits for a monitor.
PING = 10

#: A tick that ends with one of these is tried again at the next beat.
PASSING = (
    SyncError,
    MirrorError,
    FactsError,
    LedgerError,
    Held,
    Stop,
    TemplateMistake,
    OSError,
)


class Beats:
    """Ticks, one at a time, until stopped."""

    def __init__(self, settings: Settings, world: World) -> None:
        self.settings = settings
        self.world = world
        self.stopped = threading.Event()
        self._post: Post | None = None

    def stop(self) -> None:
        """Finish the letter at hand, begin no other, and end."""
        self.stopped.set()
        if self._post is not None:
            self._post.stop()

    def beat(self) -> None:
        """Tick once, and say what happens as it does, a line of JSON an event."""
        try:
            done = ticked(
                self.settings,
                self.world,
                quiet=True,
                begun=self._begun,
                synced=self._synced,
            )
        except PASSING as error:
            done = {"done": [], "failed": [str(error)]}
        finally:
            self._post = None
        self._rounds(done["done"])
        how = "failed" if done["failed"] else "ticked"
        now = self._said(how, done=done["done"], failed=done["failed"])
        if done["failed"]:
            return
        sign(self.settings.data.heartbeat, now)
        if self.settings.run.ping and (lost := ping(self.settings.run.ping)):
            self._said("ping failed", because=lost)

    def _begun(self, post: Post) -> None:
        self._post = post
        post.heard = self._letter
        post.stopping = self.stopped.is_set()

    def _said(self, what: str, **about: Any) -> str:
        """Print an event; the result is its moment."""
        now = self.world.clock().isoformat(timespec="seconds")
        event(at=now, event=what, **about)
        return now

    def _synced(self, report: Report) -> None:
        """How far a sync came."""
        self._said(
            "synced",
            status=report.status,
            api_calls=report.api_calls,
            rows=sum(one.rows for one in report.objects),
            deleted=sum(one.deleted for one in report.objects),
            unfinished=unfinished(report),
        )

    def _letter(self, delivery: Delivery) -> None:
        """What became of a letter."""
        key = delivery.key
        self._said(
            "letter",
            kind=str(key.kind),
            cycle=key.cycle,
            recipient=key.recipient,
            message_id=delivery.message_id,
            state=str(delivery.state),
            because=delivery.reason or "",
        )

    def _rounds(self, done: list[Mapping[str, Any]]) -> None:
        """Who was left out of a round and why, and rounds that came too late."""
        for one in done:
            about = {"kind": one["kind"], "cycle": one["cycle"]}
            for skip in one["reps_skipped"]:
                self._said("skipped", **about, rep=skip["rep"], because=skip["reason"])
            if one["skipped"]:
                self._said("skipped", **about, because=one["because"])


def sign(heartbeat: Path, now: str) -> None:
    """Leave a sign of life, for the owner of the other files only."""
    heartbeat.touch(mode=0o600)
    heartbeat.write_text(f"{now}\n", encoding="utf-8")


def ping(url: str) -> str:
    """Tell the monitor that all is well; what it did not hear is no failure of ours.

    The result is what kept it from hearing, empty when nothing did.
    """
    try:
        requests.get(url, timeout=PING, allow_redirects=False)
    except requests.RequestException as error:
        return type(error).__name__
    return ""
