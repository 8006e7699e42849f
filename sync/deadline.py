"""TLS sockets that keep a deadline for a whole request, however slowly it drips.

A read time-out starts anew with every byte. Here every read may take no longer than
what is left of the deadline of the request that the thread is busy with.
"""

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class _Busy(threading.local):
    """When the request that this thread is busy with must be over."""

    ends: float | None = None


_BUSY = _Busy()


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Let every read of this thread fail once ``seconds`` are over."""
    before, _BUSY.ends = _BUSY.ends, time.monotonic() + seconds
    try:
        yield
    finally:
        _BUSY.ends = before


def seconds_left() -> float | None:
    """What is left for the current request; raises when nothing is."""
    if _BUSY.ends is None:
        return None
    left = _BUSY.ends - time.monotonic()
    if left <= 0:
        raise TimeoutError("the request took longer than its deadline")
    return left


class PunctualSocket(ssl.SSLSocket):
    """A TLS socket whose reads end with the deadline."""

    def recv_into(self, *args: Any, **options: Any) -> int:
        """Read, but no longer than the request has left."""
        left, usual = seconds_left(), self.gettimeout()
        if left is None or (usual is not None and usual <= left):
            return super().recv_into(*args, **options)
        self.settimeout(left)
        try:
            return super().recv_into(*args, **options)
        finally:
            self.settimeout(usual)
