"""Mail servers on loopback: a real one with a script, and one that only breaks."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword


HOST = "127.0.0.1"
PASSWORD = "canary-5ecret"


@dataclass
class Mailroom:
    """What a server was told, and what it is to answer; '' drops the connection."""

    letters: list[tuple[str, str, bytes]] = field(default_factory=list)
    passwords: list[bytes] = field(default_factory=list)
    connections: int = 0
    lets_in: int = 1000  #: so many connections, and no other
    on_mail: list[str] = field(default_factory=list)
    on_recipient: dict[str, list[str]] = field(default_factory=dict)
    on_data: list[str] = field(default_factory=list)
    pause: float = 0.0  #: between the final dot and the answer

    async def handle_EHLO(  # noqa: N802  # the library's own signature
        self, server: Any, session: Any, _envelope: Any, hostname: str, said: Any
    ) -> list[str]:
        self.connections += 1
        if self.connections > self.lets_in:
            return [drop(server)]
        session.host_name = hostname
        return list(said)

    async def handle_MAIL(  # noqa: N802
        self, server: Any, _session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        answer = self.on_mail.pop(0) if self.on_mail else "250 OK"
        if answer.startswith("250"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer or drop(server)

    async def handle_RCPT(  # noqa: N802
        self, server: Any, _session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        answers = self.on_recipient.get(address, [])
        answer = answers.pop(0) if answers else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return answer or drop(server)

    async def handle_DATA(  # noqa: N802
        self, server: Any, _session: Any, envelope: Any
    ) -> str:
        answer = self.on_data.pop(0) if self.on_data else "250 queued as 77"
        if answer.startswith(("250", "999")) or not answer:
            content = envelope.original_content
            self.letters.append((envelope.mail_from, envelope.rcpt_tos[0], content))
        await asyncio.sleep(self.pause)
        return answer or drop(server)

    def authenticate(
        self, _server: Any, _session: Any, _envelope: Any, _kind: str, given: Any
    ) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.passwords.append(given.password)
        right = given.password == PASSWORD.encode()
        return AuthResult(success=right, handled=right)


def drop(server: Any) -> str:
    server.transport.abort()
    return "421 never read"


@dataclass(frozen=True)
class Authority:
    """A certificate authority, and what clients and servers make of it."""

    ca: trustme.CA = field(default_factory=trustme.CA)

    def server(self, name: str = HOST) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.ca.issue_cert(name).configure_cert(context)
        return context


@contextmanager
def serving(mailroom: Mailroom, **options: Any) -> Iterator[int]:
    """A real SMTP server; the port that it listens on."""
    controller = Controller(mailroom, hostname=HOST, port=free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def free_port() -> int:
    with socket.create_server((HOST, 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def breaking(script: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that does to each connection what the script says, then closes it."""
    with socket.create_server((HOST, 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    try:
                        script(connection)
                    except OSError:
                        continue

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(timeout=5)


def say(connection: socket.socket, *lines: str) -> None:
    """Greet, then answer one command with each line; '' answers with silence."""
    connection.sendall(b"220 ready\r\n")
    with connection.makefile("rb") as commands:
        for line in lines:
            commands.readline()
            connection.sendall(line.encode() + b"\r\n" if line else b"")
