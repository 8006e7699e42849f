"""A Sales Cloud stand-in on loopback: HTTPS, its own certificate authority, a clock.

Behaves like an organisation of the real service towards clients that read; what it
answers, what it refuses and where it differs is told in docs/sandbox.md.
"""

import contextlib
import ssl
import tempfile
import threading
from dataclasses import KW_ONLY, dataclass, field
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import trustme

from sandbox.bulk import Jobs
from sandbox.clock import Clock
from sandbox.credentials import USERNAME, Doorkeeper, Keys, Sessions
from sandbox.cursors import Cursors
from sandbox.errors import ApiError
from sandbox.faults import Faults
from sandbox.http_server import Server
from sandbox.org import Org
from sandbox.proxy import Proxy
from sandbox.routes.table import ROUTES
from sandbox.schema_ids import numbered
from sandbox.service import Request, Service


#: The names that the certificate is valid for.
NAMES: Final = (
    "127.0.0.1",
    "localhost",
    "::1",
    "login.salesforce.com",
    "test.salesforce.com",
    "*.salesforce.com",
    "*.my.salesforce.com",
    "*.sandbox.my.salesforce.com",
    "*.develop.my.salesforce.com",
)

#: Who the organisation and the user are where the data do not say.
NO_ORG: Final = numbered("00D", 1)
NO_USER: Final = numbered("005", 1)


@dataclass
class Sandbox:
    """Serves ``org`` from ``start()`` to ``stop()``, or for a ``with`` block."""

    org: Org
    _: KW_ONLY
    clock: Clock
    #: 0 takes any free port; likewise for a proxy besides this port, which is one too.
    port: int = 0
    proxy: int | bool | None = None
    faults: Faults = field(default_factory=Faults)
    #: Where ca.pem and jwt-key.pem are written; without it, a temporary folder.
    folder: Path | None = None
    #: Calls that are allowed in a day.
    quota: int = 1_000_000
    #: A session ends so long after its last use; None: never.
    session_life: timedelta | None = timedelta(hours=2)
    #: Seconds until a bulk job is complete, and rows in a page of its results.
    bulk_delay: float = 0.0
    bulk_page: int = 100_000

    def start(self) -> Self:
        """Begin to serve."""
        self._cleanup = contextlib.ExitStack()
        folder = self.folder or Path(
            self._cleanup.enter_context(tempfile.TemporaryDirectory(prefix="sandbox-"))
        )
        folder.mkdir(parents=True, exist_ok=True)
        self.keys = Keys()
        self.ca_file = folder / "ca.pem"
        self.jwt_key_file = folder / "jwt-key.pem"
        self.jwt_key_file.write_bytes(self.keys.private_key())
        self.jwt_key_file.chmod(0o600)
        self._server = Server(self.port, certified(self.ca_file))
        self.port = self._server.server_address[1]
        self.service = self._service()
        self._server.desk = self.service
        self._run(self._server)
        self._proxy = None
        if self.proxy is not None and self.proxy is not False:
            wanted = 0 if self.proxy is True else self.proxy
            self._proxy = Proxy(wanted, self.port)
            self._run(self._proxy)
        return self

    def stop(self) -> None:
        """End serving; open connections are closed."""
        if self._proxy is not None:
            self._proxy.stop()
        self._server.stop()
        self.service.cursors.close()
        self.service.jobs.close()
        self._cleanup.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def base_url(self) -> str:
        """Where the sandbox is, such as https://127.0.0.1:8443."""
        return f"https://127.0.0.1:{self.port}"

    @property
    def proxy_url(self) -> str:
        """What HTTPS_PROXY is set to: the proxy's port, or else the sandbox's own."""
        if self._proxy is None:
            return f"http://127.0.0.1:{self.port}"
        return self._proxy.url

    @property
    def log(self) -> list[Request]:
        """Every request so far."""
        return self.service.log

    @property
    def api_calls(self) -> int:
        """How many calls counted against the daily allowance."""
        return self.service.api_calls

    def expire_sessions(self) -> None:
        """Make every client log in again."""
        self.service.sessions.close_all()

    def register_key(self, pem: bytes) -> None:
        """Let the owner of a key or certificate sign assertions."""
        self.keys.register(pem)

    def _service(self) -> Service:
        org_id = first(self.org, "SELECT Id FROM Organization", self.clock) or NO_ORG
        return Service(
            org=self.org,
            clock=self.clock,
            base_url=self.base_url,
            routes=ROUTES,
            faults=self.faults,
            sessions=Sessions(self.clock, org_id, self.session_life),
            keys=self.keys,
            doorkeeper=Doorkeeper(
                clock=self.clock,
                keys=self.keys,
                knows_user=self._knows,
                audiences=lambda: (self.base_url,),
            ),
            cursors=Cursors(self.clock),
            jobs=Jobs(clock=self.clock, delay=self.bulk_delay, page=self.bulk_page),
            org_id=org_id,
            user_id=integration_user(self.org, self.clock),
            quota=self.quota,
            wait=self._server.stopping.wait,
        )

    def _knows(self, username: str) -> bool:
        plain = username.replace("\\", "\\\\").replace("'", "\\'")
        soql = f"SELECT Id FROM User WHERE Username = '{plain}' AND IsActive = true"
        return username == USERNAME or first(self.org, soql, self.clock) is not None

    def _run(self, server: Server | Proxy) -> None:
        threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()


def certified(ca_file: Path) -> ssl.SSLContext:
    """A server's TLS context under a new authority, written to ``ca_file``."""
    authority = trustme.CA(organization_name="Sales Cloud sandbox")
    authority.cert_pem.write_to_path(str(ca_file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    authority.issue_cert(*NAMES).configure_cert(context)
    return context


def integration_user(org: Org, clock: Clock) -> str:
    """The id of the user that clients log in as: by name, or any active one."""
    named = f"SELECT Id FROM User WHERE Username = '{USERNAME}'"
    active = "SELECT Id FROM User WHERE IsActive = true ORDER BY Id LIMIT 1"
    return first(org, named, clock) or first(org, active, clock) or NO_USER


def first(org: Org, soql: str, clock: Clock) -> str | None:
    """The id of the first record that a query finds, if it can be asked at all."""
    try:
        result = org.query(soql, now=clock.now())
    except ApiError:
        return None
    with contextlib.closing(result):
        found = result.records(0, 1)
    return str(found[0]["Id"]) if found else None
