"""A headless Chromium, driven over a pair of pipes; the standard library is enough."""

import base64
import json
import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self


NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = (
    "Chromium was not found on PATH. On Debian or Ubuntu: apt-get install chromium; "
    "elsewhere install Chromium or Chrome so that one of these starts it: "
    f"{', '.join(NAMES)}."
)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-component-update",
    "--disable-background-networking",
    "--no-first-run",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
    "about:blank",
)
#: Where a browser that is driven by pipes reads and writes.
READS, WRITES = 3, 4
#: How high its window is.
HIGH = 900


class ChromiumError(RuntimeError):
    """The browser is missing, or did not do what it was asked."""


def find() -> str:
    """The path of the browser."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    raise ChromiumError(MISSING)


class Chromium:
    """One browser with one page; close it with ``with``."""

    def __init__(self) -> None:
        self.path = find()
        self.count = 0

    def __enter__(self) -> Self:
        self.profile = TemporaryDirectory(prefix="looks-")
        asks_read, self.asks = os.pipe()
        self.tells, tells_write = os.pipe()
        self.pid = os.posix_spawn(
            self.path,
            [self.path, f"--user-data-dir={self.profile.name}", *FLAGS],
            dict(os.environ),
            file_actions=[
                # First out of each other's way, then to where they are looked for.
                (os.POSIX_SPAWN_DUP2, asks_read, 20),
                (os.POSIX_SPAWN_DUP2, tells_write, 21),
                (os.POSIX_SPAWN_DUP2, 20, READS),
                (os.POSIX_SPAWN_DUP2, 21, WRITES),
                (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
            ],
        )
        os.close(asks_read)
        os.close(tells_write)
        self.held = b""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self.session: str | None = attached["sessionId"]
        self.call("Page.enable")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self.asks)
        os.waitpid(self.pid, 0)
        os.close(self.tells)
        self.profile.cleanup()

    session: str | None = None

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Ask the browser and wait for its answer."""
        self.count += 1
        ask = {"id": self.count, "method": method, "params": params}
        if self.session:
            ask["sessionId"] = self.session
        os.write(self.asks, json.dumps(ask).encode() + b"\0")
        while True:
            told = self.next()
            if told.get("id") == self.count:
                if "error" in told:
                    raise ChromiumError(f"{method}: {told['error']['message']}")
                result: dict[str, Any] = told["result"]
                return result

    def wait(self, event: str) -> None:
        """Wait for something to happen in the page."""
        while self.next().get("method") != event:
            pass

    def next(self) -> dict[str, Any]:
        """The next thing that the browser says."""
        while b"\0" not in self.held:
            more = os.read(self.tells, 1 << 20)
            if not more:
                raise ChromiumError("the browser went away")
            self.held += more
        one, _, self.held = self.held.partition(b"\0")
        told: dict[str, Any] = json.loads(one)
        return told

    def open(self, url: str, *, width: int, dark: bool, media: str = "screen") -> None:
        """Show an address as a device of that width and scheme would."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=HIGH,
            deviceScaleFactor=1,
            mobile=False,
        )
        scheme = "dark" if dark else "light"
        self.call(
            "Emulation.setEmulatedMedia",
            media=media,
            features=[{"name": "prefers-color-scheme", "value": scheme}],
        )
        self.call("Page.navigate", url=url)
        self.wait("Page.loadEventFired")

    def run(self, script: str) -> Any:
        """Run a script in the page; what it promises, as JSON has it."""
        told = self.call(
            "Runtime.evaluate",
            expression=script,
            awaitPromise=True,
            returnByValue=True,
        )
        if "exceptionDetails" in told:
            raise ChromiumError(f"the script failed: {told['exceptionDetails']}")
        return told["result"].get("value")

    def size(self) -> tuple[int, int]:
        """How wide and how high the page is."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        return round(size["width"]), round(size["height"])

    def shoot(self, path: Path, *, most: int = 12_000) -> tuple[int, int]:
        """Write a picture of the whole page, down to ``most``; return its size."""
        width, height = self.size()
        area = {"x": 0, "y": 0, "width": width, "height": min(height, most), "scale": 1}
        shot = self.call(
            "Page.captureScreenshot",
            format="png",
            clip=area,
            # Of a page within its window, one from right to left would be shifted.
            captureBeyondViewport=height > HIGH,
        )
        path.write_bytes(base64.b64decode(shot["data"]))
        return width, height

    def pdf(self, path: Path) -> None:
        """Write the page as it is printed on A4."""
        told = self.call(
            "Page.printToPDF", paperWidth=8.27, paperHeight=11.69, printBackground=True
        )
        path.write_bytes(base64.b64decode(told["data"]))
