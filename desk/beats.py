"""What each beat of ``run`` does: a tick, a line, a sign of life."""

import threading
from pathlib import Path

import requests

from console.output import event
from desk.rounds import ticked
from desk.world import Stop, World
from reports.delivery.ledger.errors import LedgerError
from reports.delivery.lock import Held
from reports.delivery.post import Post
from reports.facts.engine import FactsError
from reports.words.guarded import TemplateMistake
from settings import Settings
from sync.errors import MirrorError, SyncError


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
        """Tick once, and say what came of it in a line of JSON."""
        try:
            done = ticked(self.settings, self.world, quiet=True, begun=self._begun)
        except PASSING as error:
            done = {"done": [], "failed": [str(error)]}
        finally:
            self._post = None
        now = self.world.clock().isoformat(timespec="seconds")
        how = "failed" if done["failed"] else "ticked"
        event(at=now, event=how, done=done["done"], failed=done["failed"])
        if done["failed"]:
            return
        sign(self.settings.data.heartbeat, now)
        if self.settings.run.ping:
            ping(self.settings.run.ping, now)

    def _begun(self, post: Post) -> None:
        self._post = post
        post.stopping = self.stopped.is_set()


def sign(heartbeat: Path, now: str) -> None:
    """Leave a sign of life, for the owner of the other files only."""
    heartbeat.touch(mode=0o600)
    heartbeat.write_text(f"{now}\n", encoding="utf-8")


def ping(url: str, now: str) -> None:
    """Tell the monitor that all is well; that it is not there is no failure of ours."""
    try:
        requests.get(url, timeout=PING, allow_redirects=False)
    except requests.RequestException as error:
        event(at=now, event="ping failed", because=type(error).__name__)
