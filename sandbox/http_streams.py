"""Streams of bytes on their way to the wire: compressed, in pieces worth sending."""

import zlib
from collections.abc import Iterator
from typing import Final


#: Pieces of a stream are gathered until they are worth a write of their own.
GATHERED: Final = 64 * 1024


def zipped(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """A stream of bytes, compressed as one gzip member."""
    packer = zlib.compressobj(level=1, wbits=31)
    for piece in pieces:
        yield packer.compress(piece)
    yield packer.flush()


def gathered(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces that are worth sending."""
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= GATHERED:
            yield b"".join(held)
            held, size = [], 0
    if size:
        yield b"".join(held)
