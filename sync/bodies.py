"""Bodies that are whole: cut, garbled or endless ones raise instead of being used.

``requests`` accepts half of a gzip stream as long as its frame is right; we
decompress ourselves, and want to see the end of it.
"""

import zlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sync.deadline import seconds_left


#: Bytes that are read at a time.
CHUNK: Final = 1 << 18

#: More than this in one answer is not a page of records but an attack or a bug.
LARGEST: Final = 512 << 20

#: zlib's name for "gzip or zlib, whichever it is".
ANY_WRAPPER: Final = 32 + zlib.MAX_WBITS


class CutError(Exception):
    """A body is not whole."""


def pieces(raw: Any, headers: Mapping[str, str]) -> Iterator[bytes]:
    """The body of a raw response, decompressed, checked to be whole."""
    yield from decoded(framed(raw, headers), headers.get("Content-Encoding", ""))


def framed(raw: Any, headers: Mapping[str, str]) -> Iterator[bytes]:
    """The bytes on the wire; as many as were announced."""
    got = 0
    while chunk := raw.read(CHUNK, decode_content=False):
        seconds_left()
        got += len(chunk)
        yield chunk
    announced = headers.get("Content-Length", "")
    if announced.isdigit() and got != int(announced):
        raise CutError(f"{got} of {announced} bytes arrived")


def decoded(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """The bytes meant; the compressed stream must come to its end."""
    match encoding.strip().lower():
        case "" | "identity":
            yield from limited(chunks)
        case "gzip" | "x-gzip" | "deflate":
            yield from limited(inflated(chunks))
        case other:
            raise CutError(
                f"the body is encoded as {other!r}, which we did not ask for"
            )


def inflated(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Decompress; several streams may follow each other."""
    stream, seen = zlib.decompressobj(ANY_WRAPPER), False
    try:
        for chunk in chunks:
            data, seen = chunk, True
            while data:
                if stream.eof:
                    stream = zlib.decompressobj(ANY_WRAPPER)
                yield stream.decompress(data, CHUNK * 4)
                data = stream.unconsumed_tail or stream.unused_data
    except zlib.error as error:
        raise CutError(f"the compressed body is damaged: {error}") from error
    if seen and not stream.eof:
        raise CutError("the compressed body ends in the middle")


def limited(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Refuse to unpack without end."""
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > LARGEST:
            raise CutError(f"the body is larger than {LARGEST >> 20} MB")
        yield chunk
