"""One guarded session under the unmodified simple-salesforce.

Every request has time-outs and a deadline, is tried again when that can help, and
stays on the org's own host; the access token is put in here, so nobody else ever
holds it. simple-salesforce believes in a placeholder.
"""

import ssl
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from sync.bodies import CutError, pieces
from sync.calls import Call, ServerClock, without_origin
from sync.connection import Connection, origin_of
from sync.deadline import PunctualSocket, deadline
from sync.errors import AllowanceSpent, LoginRefused, NotAllowed, TryAgain, Unexpected
from sync.patience import Allowance, AllowancePolicy, Patience, Retries
from sync.refusals import Refusal, read_refusal
from sync.tokens import Token, Tokens


#: Request headers that no answer needs and that cost or leak.
UNWANTED: Final = frozenset({"authorization", "x-prettyprint", "x-sfdc-session"})

#: Connections that are kept open, one for each thread that may be busy.
CONNECTIONS: Final = 16


class TrustingAdapter(HTTPAdapter):
    """Connects over TLS as our context says, whatever the environment would."""

    def __init__(self, ca_pem: str | None) -> None:
        self._context = trusting(ca_pem)
        super().__init__(pool_maxsize=CONNECTIONS)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make connections with our context."""
        super().init_poolmanager(*args, **options, ssl_context=self._context)

    def cert_verify(self, conn: Any, *_: Any, **__: Any) -> None:
        """Verify always; the authorities are in the context already."""
        conn.cert_reqs = "CERT_REQUIRED"


class GuardedSession(requests.Session):
    """A session for one org: it raises ``SyncError`` or returns a whole answer."""

    def __init__(
        self,
        connection: Connection,
        *,
        tokens: Tokens | None = None,
        patience: Patience | None = None,
        allowance: AllowancePolicy | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__()
        self.trust_env = False
        self.server = ServerClock()
        self.allowance = Allowance(allowance or AllowancePolicy())
        self.retries = Retries(patience or Patience(), sleep)
        self.part_rows = connection.part_rows
        self._connection = connection
        self._tokens = tokens
        self.mount("https://", TrustingAdapter(ca_text(connection)))
        self.headers["User-Agent"] = "dealpacket"
        self.headers["Accept-Encoding"] = "gzip"

    @property
    def home(self) -> str:
        """The origin of the org that we are logged in to."""
        return (
            self._tokens.current()[0].origin
            if self._tokens
            else self._connection.origin
        )

    def request(self, *args: Any, **options: Any) -> requests.Response:
        """Send a request as ``requests`` does, guarded."""
        method, url = (*args, options.pop("method", ""), options.pop("url", ""))[:2]
        return self._guarded(
            Call(method=str(method).upper(), url=str(url), options=options)
        )

    def download(self, url: str, path: Path, **options: Any) -> requests.Response:
        """Stream the body of a GET into a file."""
        return self._guarded(Call(method="GET", url=url, options=options, into=path))

    def _guarded(self, call: Call) -> requests.Response:
        attempt, renewed = 1, False
        while True:
            self.allowance.check()
            token, generation = self._tokens.current() if self._tokens else (None, 0)
            try:
                answer = self._once(call, token)
                refusal = self._refusal(call, answer, token)
            except TryAgain as error:
                problem, asked = error, None
            else:
                if refusal is None:
                    self.retries.worked()
                    return answer
                if refusal.expired and self._tokens:
                    if renewed:
                        self._tokens.close(refused_again(refusal))
                    else:
                        self._tokens.renew(generation)
                    renewed = True
                    continue
                problem, asked = self._again(call, refusal), retry_after(answer)
            if not call.repeatable or not self.retries.another(attempt, asked):
                raise problem
            attempt += 1

    def _once(self, call: Call, token: Token | None) -> requests.Response:
        """Send it once, and read all of the answer before the deadline."""
        url, headers = self._addressed(call, token)
        limits = (self._connection.connect_timeout, self._connection.read_timeout)
        options = {**call.options, "headers": headers, "timeout": limits}
        options |= {"allow_redirects": False, "stream": True, "verify": True}
        try:
            with deadline(self._connection.deadline):
                if call.counted:
                    self.allowance.count()
                answer = super().request(call.method, url, **options)
                with answer:
                    read_whole(answer, call.into)
        except requests.exceptions.SSLError as error:
            raise tls_error(error, url) from error
        except (
            requests.exceptions.RequestException,
            urllib3.exceptions.HTTPError,
            CutError,
            ConnectionError,
            TimeoutError,
        ) as error:
            raise unreachable(error, url) from error
        self.cookies.clear()
        self.server.heard(answer.headers.get("Date"))
        self.allowance.heard(answer.headers.get("Sforce-Limit-Info"))
        return answer

    def _addressed(self, call: Call, token: Token | None) -> tuple[str, dict[str, str]]:
        """Where the request goes, and its headers with the token in force."""
        given = call.options.get("headers") or {}
        origin = origin_of(call.url)
        if self._tokens is None or token is None:
            self._stay(origin, self._connection.origin)
            return call.url, dict(given)
        headers = {k: v for k, v in given.items() if k.lower() not in UNWANTED}
        headers["Authorization"] = f"Bearer {token.value}"
        if origin in self._tokens.origins:  # the org may have moved since
            return token.origin + without_origin(call.url), headers
        self._stay(origin, token.origin)
        return call.url, headers

    def _stay(self, origin: str, home: str) -> None:
        if origin != home:
            raise Unexpected(f"refused to send to {origin} what is meant for {home}")

    def _refusal(
        self, call: Call, answer: requests.Response, token: Token | None
    ) -> Refusal | None:
        """What the answer refuses, if it refuses; without a secret that it repeats."""
        if answer.status_code < 300:  # noqa: PLR2004
            return None
        if answer.status_code < 400:  # noqa: PLR2004
            raise Unexpected(
                f"{call.method} {call.path} was redirected, and the token stays here",
                remedy="set [salesforce] login_url to the org's My Domain",
            )
        body = call.into.read_bytes() if call.into else answer.content
        for secret in (*self._connection.secrets, *([token.value] if token else ())):
            body = body.replace(secret.encode(), b"***")
        return read_refusal(answer.status_code, body)

    def _again(self, call: Call, refusal: Refusal) -> TryAgain:
        """The refusal as an error that may pass; any other is raised."""
        error = refusal.error(f"{call.method} {call.path}")
        if isinstance(error, AllowanceSpent):
            self.allowance.exhaust()
        if not isinstance(error, TryAgain):
            raise error
        return error


def read_whole(answer: requests.Response, into: Path | None) -> None:
    """Read the body, complete or not at all."""
    chunks = pieces(answer.raw, answer.headers)
    if into is None:
        answer._content = b"".join(chunks)  # noqa: SLF001 -- where requests keeps it
    else:
        with into.open("wb") as file:
            file.writelines(chunks)
        answer._content = b""  # noqa: SLF001
    answer._content_consumed = True  # type: ignore[attr-defined] # noqa: SLF001


def refused_again(refusal: Refusal) -> LoginRefused:
    """A fresh login that is refused: no third one would help."""
    said = refusal.message or refusal.code or f"HTTP {refusal.status}"
    return LoginRefused(
        f"Sales Cloud refuses a login that it has just granted: {said}",
        remedy="check the integration user's session settings and IP ranges",
        code=refusal.code,
    )


def retry_after(answer: requests.Response) -> float | None:
    """The seconds that the server asks us to wait, if it does."""
    asked = answer.headers.get("Retry-After", "")
    return float(asked) if asked.isdigit() else None


@lru_cache(maxsize=4)
def trusting(ca_pem: str | None) -> ssl.SSLContext:
    """A TLS context that trusts the usual authorities and those in ``ca_pem``.

    Usual are the machine's own and, where it has none, those that requests brings.
    """
    context = ssl.create_default_context()
    context.load_verify_locations(cafile=DEFAULT_CA_BUNDLE_PATH)
    context.sslsocket_class = PunctualSocket
    if ca_pem:
        context.load_verify_locations(cadata=ca_pem)
    return context


def ca_text(connection: Connection) -> str | None:
    """The extra certificate authority."""
    if connection.ca_file is None:
        return None
    try:
        text = connection.ca_file.read_text("ascii")
        trusting(text)
    except (OSError, ValueError) as error:
        raise NotAllowed(
            f"{connection.ca_file} cannot be used as a certificate authority: {error}",
            remedy="set [salesforce] ca_file to a file in PEM format",
        ) from error
    return text


def tls_error(error: Exception, url: str) -> NotAllowed | TryAgain:
    """A TLS handshake that failed: a matter of trust, or of the network."""
    host = urlsplit(url).netloc
    if "CERTIFICATE_VERIFY_FAILED" in str(error) or "doesn't match" in str(error):
        return NotAllowed(
            f"the certificate of {host} is not trusted",
            remedy="if a private authority or a company proxy signs it, set "
            "[salesforce] ca_file to that authority's certificate (PEM)",
        )
    return TryAgain(f"the connection to {host} broke off: {reason(error)}")


def unreachable(error: Exception, url: str) -> TryAgain:
    """A request that did not get through, or an answer that did not."""
    host = urlsplit(url).netloc
    if isinstance(error, requests.exceptions.ConnectionError):
        remedy = "check [salesforce] login_url and the network"
        if isinstance(error, requests.exceptions.ConnectTimeout):
            return TryAgain(f"{host} does not answer", remedy=remedy)
        return TryAgain(f"cannot reach {host}: {reason(error)}", remedy=remedy)
    if isinstance(error, CutError):
        return TryAgain(f"the answer of {host} is not whole: {error}")
    return TryAgain(f"the answer of {host} took too long or broke off: {reason(error)}")


def reason(error: BaseException) -> str:
    """The innermost cause in a few words: wrappers quote addresses and objects."""
    seen = error
    while True:
        inner = getattr(seen, "reason", None) or seen.__cause__ or seen.__context__
        if not isinstance(inner, BaseException):
            break
        seen = inner
    text = getattr(seen, "strerror", None) or str(seen).rpartition(": ")[2]
    return text[:160] or type(seen).__name__
