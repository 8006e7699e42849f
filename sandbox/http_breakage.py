"""Broken HTTP: responses that end too early, lie about their framing, or never come.

Each shape turns a status line, headers and a body into the raw bytes that are sent
before the connection is closed.
"""

import gzip
from collections.abc import Sequence
from typing import Final


CRLF: Final = b"\r\n"

#: Shapes whose headers describe a whole, healthy body.
HEALTHY: Final = frozenset({"drip", "drip_headers", "drop_body"})


def raw(
    shape: str, line: bytes, headers: Sequence[tuple[str, str]], body: bytes
) -> bytes:
    """The bytes that a client gets instead of a proper response."""
    if shape in {"drop", "hang"}:
        return b""
    if shape == "bad_status_line":
        return b"HTTP/1.1 OK\r\n" + head(headers, length=len(body)) + body
    if shape.startswith("gzip_"):
        framing, sent, length = zipped(shape, body)
        headers = [*headers, ("Content-Encoding", "gzip")]
    else:
        framing, sent, length = plain(shape, body)
    if framing == "chunked":
        headers = [*headers, ("Transfer-Encoding", "chunked")]
        return line + head(headers) + chunk(sent) + b"0\r\n\r\n"
    if framing == "unfinished":
        headers = [*headers, ("Transfer-Encoding", "chunked")]
        return line + head(headers) + chunk(sent)
    return line + head(headers, length=length) + sent


def plain(shape: str, body: bytes) -> tuple[str, bytes, int | None]:
    """Framing, bytes and promised length of an uncompressed shape."""
    half = body[: len(body) // 2]
    match shape:
        case "length_half":
            return "", half, len(body)
        case "close_half":
            return "", half, None
        case "chunked_unfinished":
            return "unfinished", half, None
        case "chunked_half":
            return "chunked", half, None
    return "", body, len(body)


def zipped(shape: str, body: bytes) -> tuple[str, bytes, int | None]:
    """Framing, bytes and promised length of a compressed shape."""
    packed = gzip.compress(body, mtime=0)
    half = packed[: len(packed) // 2]
    match shape:
        case "gzip_half":
            return "", half, len(packed)
        case "gzip_length_half":
            return "", half, len(half)
        case "gzip_close_half":
            return "", half, None
        case "gzip_chunked_half":
            return "chunked", half, None
        case "gzip_crc":
            return "", packed[:-8] + bytes(4) + packed[-4:], len(packed)
    return "", body, len(body)  # gzip_plain


def head(headers: Sequence[tuple[str, str]], *, length: int | None = None) -> bytes:
    """The header block; the connection always closes after a broken response."""
    every = [*headers, ("Connection", "close")]
    if length is not None:
        every.append(("Content-Length", str(length)))
    lines = [f"{name}: {value}\r\n".encode("latin-1") for name, value in every]
    return b"".join(lines) + CRLF


def chunk(data: bytes) -> bytes:
    """One chunk of a chunked body; nothing for nothing, which would end it."""
    return f"{len(data):x}\r\n".encode() + data + CRLF if data else b""
