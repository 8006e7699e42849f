"""The wire: HTTP/1.1 over TLS on loopback, keep-alive, gzip, chunked answers.

Knows nothing of Sales Cloud: it turns bytes into an ``Incoming``, asks for the answer,
and puts it on the wire, whole or broken.
"""

import contextlib
import gzip
import socket
import ssl
import sys
import threading
import zlib
from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Protocol

from sandbox.errors import ApiError
from sandbox.faults import LONGEST, SHAPES, Rule
from sandbox.http_breakage import chunk, raw
from sandbox.http_messages import HTML, Answer, Incoming, refusal
from sandbox.http_streams import gathered, zipped
from sandbox.proxy import Tunnel


#: Longer addresses are refused, and longer address and headers together.
LONGEST_URI: Final = 16_384
#: No request body is longer.
LONGEST_BODY: Final = 100 * 1024 * 1024
#: Shorter answers are not worth compressing.
WORTH_ZIPPING: Final = 500
#: An idle connection is closed after so many seconds.
IDLE: Final = 120.0
#: What a TLS connection begins with.
HELLO: Final = b"\x16"


class Desk(Protocol):
    """Who answers."""

    def now(self) -> datetime:
        """The moment for the Date header."""

    def serve(self, incoming: Incoming) -> tuple[Answer, Rule | None]:
        """The answer to a request, and the fault that must befall it on the way."""


class Server(ThreadingHTTPServer):
    """Accepts connections on a loopback port and keeps track of them."""

    daemon_threads = True
    request_queue_size = 128

    #: Set before the first request; it needs to know the port.
    desk: Desk

    def __init__(self, port: int, context: ssl.SSLContext) -> None:
        self.context = context
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._workers: set[threading.Thread] = set()
        super().__init__(("127.0.0.1", port), Handler)

    def get_request(self) -> tuple[Any, Any]:
        """Accept; everything else is left to the connection's own thread."""
        plain, address = self.socket.accept()
        plain.settimeout(IDLE)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return plain, address

    @property
    def target(self) -> int:
        """Where a tunnel leads: back to this port."""
        return int(self.server_address[1])

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection over TLS; one that begins in plain text is a tunnel."""
        if request.recv(1, socket.MSG_PEEK) != HELLO:
            Tunnel(request, client_address, self)
            return
        secured = self.context.wrap_socket(
            request, server_side=True, do_handshake_on_connect=False
        )
        self._open.add(secured)
        try:
            Handler(secured, client_address, self)
        finally:
            self._open.discard(secured)
            self.shutdown_request(secured)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a connection; remembered so that stopping can end it."""
        self._open.add(request)
        self._workers.add(threading.current_thread())
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._open.discard(request)
            self._workers.discard(threading.current_thread())

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up or distrusts us is not our fault; the rest is."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def stop(self) -> None:
        """End serving and every open connection."""
        self.stopping.set()
        self.shutdown()
        for connection in tuple(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for worker in tuple(self._workers):
            worker.join(timeout=5)
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    wbufsize = 64 * 1024

    def setup(self) -> None:
        """Shake hands before anything else."""
        self.request.do_handshake()
        super().setup()

    def version_string(self) -> str:
        """The Server header."""
        return "sandbox"

    def date_time_string(self, timestamp: float | None = None) -> str:  # noqa: ARG002
        """The Date header, by the sandbox's clock."""
        return format_datetime(self.server.desk.now(), usegmt=True)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing is printed; the sandbox keeps a log of its own."""

    def __getattr__(self, name: str) -> Any:
        """Whatever the method, it is answered in the same place."""
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def _serve(self) -> None:
        refused = self._too_long()
        if refused is not None:
            self.close_connection = True
            self._send(refused, refused.encoded())
            return
        try:
            body = self._body()
        except ApiError as error:
            self.close_connection = True
            self._send(refusal(error), refusal(error).encoded())
            return
        incoming = Incoming.to(
            self.command, self.path, dict(self.headers.items()), body
        )
        answer, rule = self.server.desk.serve(incoming)
        encoded = answer.encoded(pretty=bool(incoming.header("X-PrettyPrint")))
        if rule is not None and rule.effect in SHAPES:
            self._break(answer, encoded, rule)
        else:
            self._send(answer, encoded)

    def _too_long(self) -> Answer | None:
        if len(self.path) > LONGEST_URI:
            page = b"<html><head><title>414 URI Too Long</title></head></html>"
            return Answer(status=414, content=page, kind=HTML)
        length = sum(len(name) + len(value) + 4 for name, value in self.headers.items())
        if len(self.path) + length > LONGEST_URI:
            page = (
                b"<html><head><title>431 Header Fields Too Large</title></head></html>"
            )
            return Answer(status=431, content=page, kind=HTML)
        return None

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            body = b"".join(self._chunks())
        else:
            length = self.headers.get("Content-Length", "0")
            if not length.isdigit() or int(length) > LONGEST_BODY:
                raise ApiError(413, "REQUEST_TOO_LARGE", "The request is too large")
            body = self.rfile.read(int(length))
        if self.headers.get("Content-Encoding", "").lower() == "gzip":
            try:
                return gzip.decompress(body)
            except (OSError, EOFError, zlib.error) as error:
                message = f"The body is not gzip: {error}"
                raise ApiError(400, "MALFORMED_REQUEST", message) from error
        return body

    def _chunks(self) -> Iterator[bytes]:
        left = LONGEST_BODY
        while True:
            line = self.rfile.readline(1024).partition(b";")[0].strip()
            try:
                size = int(line, 16)
            except ValueError as error:
                message = "The chunked body is malformed"
                raise ApiError(400, "MALFORMED_REQUEST", message) from error
            left -= size
            if left < 0:
                raise ApiError(413, "REQUEST_TOO_LARGE", "The request is too large")
            if size == 0:
                break
            yield self.rfile.read(size)
            self.rfile.readline(16)
        while self.rfile.readline(LONGEST_URI) not in {b"\r\n", b"\n", b""}:
            pass

    def _send(self, answer: Answer, body: bytes | Iterator[bytes]) -> None:
        zips = "gzip" in self.headers.get("Accept-Encoding", "").lower()
        zips = zips and "Content-Encoding" not in answer.headers
        bare = answer.status in {204, 304}
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if not bare:
            self.send_header("Content-Type", answer.kind)
        self.send_header("Vary", "Accept-Encoding")
        if self.close_connection:
            self.send_header("Connection", "close")
        if isinstance(body, bytes):
            self._send_whole(body, zips=zips and len(body) > WORTH_ZIPPING, bare=bare)
        else:
            self._send_stream(body, zips=zips)
        self.wfile.flush()

    def _send_whole(self, body: bytes, *, zips: bool, bare: bool) -> None:
        if zips:
            body = gzip.compress(body, compresslevel=1, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        if not bare:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and not bare:
            self.wfile.write(body)

    def _send_stream(self, body: Iterator[bytes], *, zips: bool) -> None:
        if zips:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        if self.command == "HEAD":
            return
        for piece in gathered(zipped(body) if zips else body):
            self.wfile.write(chunk(piece))
        self.wfile.write(b"0\r\n\r\n")

    def _break(self, answer: Answer, body: bytes | Iterator[bytes], rule: Rule) -> None:
        self.close_connection = True
        whole = body if isinstance(body, bytes) else b"".join(body)
        reason = self.responses.get(answer.status, ("",))[0]
        line = f"HTTP/1.1 {answer.status} {reason}\r\n"
        headers = [
            ("Date", self.date_time_string()),
            ("Content-Type", answer.kind),
            *answer.headers.items(),
        ]
        message = raw(rule.effect, line.encode(), headers, whole)
        match rule.effect:
            case "hang":
                self.server.stopping.wait(rule.delay or LONGEST)
            case "drop_body":
                self.wfile.write(message[: message.index(b"\r\n\r\n") + 4 + rule.bytes])
            case "drip" | "drip_headers":
                self._drip(message, rule)
            case _:
                self.wfile.write(message)
        self._hang_up(cleanly="close" in rule.effect)

    def _drip(self, message: bytes, rule: Rule) -> None:
        start = 0 if rule.effect == "drip_headers" else message.index(b"\r\n\r\n") + 4
        self.wfile.write(message[:start])
        pause = rule.delay or 0.05
        for count, at in enumerate(range(start, len(message), rule.bytes)):
            if count * pause > LONGEST or self.server.stopping.is_set():
                return
            self.wfile.write(message[at : at + rule.bytes])
            self.wfile.flush()
            self.server.stopping.wait(pause)

    def _hang_up(self, *, cleanly: bool) -> None:
        self.wfile.flush()
        if cleanly:  # the end of the stream is announced, as a careless server does
            self.request.settimeout(1.0)
            with contextlib.suppress(OSError, ValueError):
                self.request.unwrap()
