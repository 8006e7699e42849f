"""The mail server that takes our letters: how to reach it, how fast, how patiently."""

import ipaddress
import socket
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal


Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """A mail server; a mistake in it is a ValueError."""

    host: str
    port: int = 587
    security: Security = "starttls"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None  #: an extra certificate authority
    hello: str = ""  #: our name; empty: the machine's

    def __post_init__(self) -> None:
        if self.security == "none" and not is_loopback(self.host):
            raise ValueError(
                f'[smtp] security = "none" is for loopback only, not for {self.host}; '
                'use "starttls" or "tls"'
            )
        if (self.username is None) != (self.password is None):
            raise ValueError(
                "[smtp] username and DEALPACKET_SMTP_PASSWORD go together: "
                "give both or neither"
            )

    @property
    def place(self) -> str:
        """Host and port, for sentences."""
        return f"{self.host}:{self.port}"

    @property
    def our_name(self) -> str:
        """What we greet with: never looked up, which could take long."""
        return self.hello or socket.gethostname() or "localhost"

    def context(self) -> ssl.SSLContext:
        """TLS that checks certificate and host name."""
        context = ssl.create_default_context()
        if self.ca_file is not None:
            context.load_verify_locations(self.ca_file)
        return context


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How many letters a server takes; the defaults suit Exchange Online."""

    letters: int = 30
    seconds: float = 60.0
    on_one_connection: int = 100
    connections: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait for an answer, in seconds.

    After the final dot the server may be at work on a letter that it has: giving up
    early is how mail comes to be sent twice (RFC 5321, 4.5.3.2.6).
    """

    command: float = 30.0
    after_dot: float = 600.0


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
