"""A pause of the garbage collector while a great many values are made.

Values have no cycles, so there is nothing to collect; looking for it again and again
takes a quarter of the time of reading a large organisation.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """Leave the collector off until the end of the block, if it was on."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
