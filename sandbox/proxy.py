"""A CONNECT proxy for clients that insist on Sales Cloud's own host names.

Tunnels every host of salesforce.com, and the sandbox's own address, to the sandbox;
refuses every other host. The certificate of the sandbox is valid for those names.
"""

import contextlib
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Protocol


#: A tunnel in which nothing moves is closed after so many seconds.
IDLE: Final = 660.0

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class Proxy(ThreadingHTTPServer):
    """Listens on a loopback port, speaks plain HTTP, knows only CONNECT."""

    daemon_threads = True

    def __init__(self, port: int, target: int) -> None:
        self.target = target
        self._ends: set[socket.socket] = set()
        self._workers: set[threading.Thread] = set()
        super().__init__(("127.0.0.1", port), Tunnel)

    @property
    def url(self) -> str:
        """What HTTPS_PROXY is set to."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a tunnel; remembered so that stopping can end it."""
        self._ends.add(request)
        self._workers.add(threading.current_thread())
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._ends.discard(request)
            self._workers.discard(threading.current_thread())

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A side that hangs up is no mishap."""

    def stop(self) -> None:
        """End every tunnel."""
        self.shutdown()
        for end in tuple(self._ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for worker in tuple(self._workers):
            worker.join(timeout=5)
        self.server_close()


class Leading(Protocol):
    """A server whose tunnels lead to a port."""

    @property
    def target(self) -> int:
        """The port of the sandbox."""


class Tunnel(BaseHTTPRequestHandler):
    """One connection of a client."""

    server: "Leading"  # type: ignore[assignment]
    protocol_version = "HTTP/1.1"

    def do_CONNECT(self) -> None:
        """Join the client with the sandbox, if it asked for a host of ours."""
        host, _, port = self.path.rpartition(":")
        self.close_connection = True
        if not self._served(host.strip("[]").lower(), port):
            self.send_error(403, "Only hosts of salesforce.com")
            return
        with socket.create_connection(("127.0.0.1", self.server.target)) as inner:
            self.send_response_only(200, "Connection established")
            self.end_headers()
            self.wfile.flush()
            inner.settimeout(IDLE)
            self.connection.settimeout(IDLE)
            back = threading.Thread(
                target=pump, args=(inner, self.connection), daemon=True
            )
            back.start()
            pump(self.connection, inner)
            back.join()

    def _served(self, host: str, port: str) -> bool:
        if host in LOOPBACK:
            return port == str(self.server.target)
        return port == "443" and (
            host == "salesforce.com" or host.endswith(".salesforce.com")
        )

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing is printed."""

    def date_time_string(self, timestamp: float | None = None) -> str:  # noqa: ARG002
        """No date: what a refusal says is true at any time."""
        return ""


def pump(source: socket.socket, sink: socket.socket) -> None:
    """Move bytes until a side is done, then tell the other."""
    with contextlib.suppress(OSError):
        while data := source.recv(64 * 1024):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
