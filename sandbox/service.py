"""The stand-in as one object: whom it lets in, what it counts, who answers what.

A request is looked up in a table of routes; everything around the answer itself
(faults, sessions, versions, the daily allowance, the log) happens here, once.
"""

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from sandbox.bulk import Jobs
from sandbox.bulk_xml import document
from sandbox.clock import Clock
from sandbox.credentials import Doorkeeper, Keys, Sessions
from sandbox.cursors import Cursors
from sandbox.errors import ApiError
from sandbox.faults import ANSWERS, CHANGES, Faults, Rule
from sandbox.faults_effects import changed, instead
from sandbox.http_messages import XML, Answer, Incoming, not_found, refusal
from sandbox.org import Org


#: The versions that are served, and those that were retired.
OLDEST: Final = 31
NEWEST: Final = 68
RETIRED: Final = range(5, OLDEST)

#: Where checks from outside control a sandbox; never counted, logged or broken.
CONTROL: Final = "/sandbox/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A line of the log: what was asked, how it was answered, whether it counted."""

    method: str
    path: str
    status: int
    counted: bool
    query: str = ""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request as a route sees it."""

    incoming: Incoming
    parts: Mapping[str, str]
    token: str = ""

    @property
    def version(self) -> str:
        """The version of the address, such as 66.0."""
        return self.parts.get("version", f"{NEWEST}.0")

    @property
    def base(self) -> str:
        """What addresses of this version begin with."""
        return f"/services/data/v{self.version}"


Respond = Callable[["Service", Call], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Which requests a function answers, and what they need."""

    pattern: re.Pattern[str]
    respond: Respond
    methods: tuple[str, ...] = ("GET",)
    counted: bool = True
    #: Header that proves who asks: Authorization, X-SFDC-Session, or none.
    proof: str = "Authorization"


def route(
    path: str,
    respond: Respond,
    *methods: str,
    counted: bool = True,
    proof: str = "Authorization",
) -> Route:
    """A route for ``path``: ``{name}`` is one segment, ``{name...}`` is the rest."""
    pattern = re.sub(r"\{(\w+)\.\.\.\}", r"(?P<\1>.+)", path)
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)
    return Route(
        pattern=re.compile(pattern + "/?", re.IGNORECASE),
        respond=respond,
        methods=methods or ("GET",),
        counted=counted,
        proof=proof,
    )


@dataclass(slots=True, kw_only=True)
class Service:
    """Everything that answers share."""

    org: Org
    clock: Clock
    base_url: str
    routes: tuple[Route, ...]
    faults: Faults
    sessions: Sessions
    keys: Keys
    doorkeeper: Doorkeeper
    cursors: Cursors
    jobs: Jobs
    org_id: str
    user_id: str
    quota: int
    wait: Callable[[float], object]
    api_calls: int = 0
    log: list[Request] = field(default_factory=list)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def now(self) -> datetime:
        """The moment it is in the sandbox."""
        return self.clock.now()

    def serve(self, incoming: Incoming) -> tuple[Answer, Rule | None]:
        """Answer a request from the wire, with the fault that befalls it."""
        incoming = disguised(incoming)
        if incoming.path.startswith(CONTROL):
            return self._answered(incoming, None)[0], None
        rule = self.faults.strike(incoming.method, incoming.target)
        if rule is not None and rule.delay and not rule.effect.startswith("drip"):
            self.wait(rule.delay)
        if rule is not None and rule.effect == "expire":
            self.sessions.close_all()
        answer, counted = self._answered(incoming, rule)
        if rule is not None and rule.effect in CHANGES:
            answer = changed(answer, rule)
        self._note(incoming, answer.status, counted=counted)
        return answer, rule

    def nested(self, incoming: Incoming) -> Answer:
        """Answer a part of a composite request: same rules, no session, no count."""
        try:
            found, parts = self.find(incoming)
            return found.respond(self, Call(incoming=incoming, parts=parts))
        except ApiError as error:
            return refusal(error)

    def count(self, calls: int) -> None:
        """Take calls out of the daily allowance."""
        with self._lock:
            if self.api_calls + calls > self.quota:
                message = "TotalRequests Limit exceeded."
                raise ApiError(403, "REQUEST_LIMIT_EXCEEDED", message)
            self.api_calls += calls

    def find(self, incoming: Incoming) -> tuple[Route, Mapping[str, str]]:
        """The route of a request."""
        allowed: list[str] = []
        for candidate in self.routes:
            match = candidate.pattern.fullmatch(incoming.path)
            if match is None:
                continue
            if "version" in match.groupdict():
                check_version(match["version"])
            method = "GET" if incoming.method == "HEAD" else incoming.method
            if method in candidate.methods:
                return candidate, match.groupdict()
            allowed += candidate.methods
        if not allowed:
            raise not_found()
        names = ", ".join(dict.fromkeys(allowed))
        message = f"HTTP Method '{incoming.method}' not allowed. Allowed are {names}"
        raise ApiError(405, "METHOD_NOT_ALLOWED", message)

    def usage(self) -> Mapping[str, str]:
        """The header that tells how much of the allowance is used."""
        return {"Sforce-Limit-Info": f"api-usage={self.api_calls}/{self.quota}"}

    def _answered(self, incoming: Incoming, rule: Rule | None) -> tuple[Answer, bool]:
        counted = False
        found = None
        try:
            found, parts = self.find(incoming)
            token = self._admitted(incoming, found)
            if found.counted:
                self.count(1)
                counted = True
            if rule is not None and rule.effect in ANSWERS - {"expire"}:
                answer = instead(rule)
            else:
                call = Call(incoming=incoming, parts=parts, token=token)
                answer = found.respond(self, call)
        except ApiError as error:
            answer = refusal(error)
            if found is not None and found.proof == "X-SFDC-Session":
                answer = in_bulk_words(error, incoming)
        if counted and found is not None and found.proof == "Authorization":
            answer = replace(answer, headers={**answer.headers, **self.usage()})
        return answer, counted

    def _admitted(self, incoming: Incoming, found: Route) -> str:
        if not found.proof:
            return ""
        token = incoming.header(found.proof)
        if found.proof == "Authorization":
            scheme, _, token = token.partition(" ")
            if token and scheme.lower() not in {"bearer", "oauth"}:
                raise ApiError(401, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE")
        if not self.sessions.alive(token.strip()):
            raise ApiError(401, "INVALID_SESSION_ID", "Session expired or invalid")
        return token.strip()

    def _note(self, incoming: Incoming, status: int, *, counted: bool) -> None:
        line = Request(
            method=incoming.method,
            path=incoming.path,
            query=incoming.query,
            status=status,
            counted=counted,
            at=self.clock.now(),
        )
        with self._lock:
            self.log.append(line)


def disguised(incoming: Incoming) -> Incoming:
    """A POST that asks to be taken for another method, taken for it."""
    method = incoming.params.get("_HttpMethod", "").upper()
    if incoming.method == "POST" and method in {"PATCH", "DELETE", "PUT"}:
        return replace(incoming, method=method)
    return incoming


def check_version(version: str) -> None:
    """Refuse versions that were retired or never existed."""
    number, _, rest = version.partition(".")
    if rest != "0" or not number.isdecimal():
        raise not_found()
    if int(number) in RETIRED:
        message = (
            "This API version is retired and no longer supported. "
            f"Use version {OLDEST}.0 or later."
        )
        raise ApiError(410, "UNSUPPORTED_API_VERSION", message)
    if not OLDEST <= int(number) <= NEWEST:
        raise not_found()


#: What Bulk API 1.0 calls the same mishaps.
BULK_NAMES: Final = {
    "INVALID_SESSION_ID": "InvalidSessionId",
    "UNSUPPORTED_API_VERSION": "InvalidVersion",
    "NOT_FOUND": "InvalidUrl",
    "METHOD_NOT_ALLOWED": "InvalidUrl",
    "REQUEST_LIMIT_EXCEEDED": "ExceededQuota",
    "JSON_PARSER_ERROR": "InvalidJob",
}


def in_bulk_words(error: ApiError, incoming: Incoming) -> Answer:
    """A refusal as Bulk API 1.0 words it: in XML, or JSON for those who speak it."""
    name = BULK_NAMES.get(error.code, error.code)
    told = {"exceptionCode": name, "exceptionMessage": error.message}
    status = 400 if error.status in {401, 404, 410} else error.status
    if "json" in incoming.header("Content-Type"):
        return Answer(status=status, content=told, kind="application/json")
    return Answer(status=status, content=document("error", told), kind=XML)
