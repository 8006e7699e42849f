"""The one door to simple-salesforce: an org, asked in as few calls as possible.

The library builds requests and reads answers; the guarded session underneath sends
them. It is given a placeholder instead of the token.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceError

from sync.answers import LOG_REACHES, choose, page, path_of, shape, span, window
from sync.auth import logins
from sync.bulk import BulkJobs
from sync.cloud import Job, Page, Part, Query, Shape, Since, Window
from sync.composite import Together
from sync.connection import Connection
from sync.errors import NotAllowed, ObjectUnknown, SyncError, TryAgain, Unexpected
from sync.patience import LOGIN, AllowancePolicy, Patience
from sync.tokens import Tokens
from sync.transport import GuardedSession


#: The only addresses of further pages that are followed.
NEXT_PAGE: Final = re.compile(
    r"/services/data/v\d{2,3}\.\d/(?:query|queryAll)/[\w-]{1,200}\Z"
)

#: An answer that cannot be read is asked for again, this often in all.
READINGS: Final = 3

#: A query longer than this travels in the body of a composite request.
LONGEST_ADDRESS: Final = 6_000

T = TypeVar("T")


class SalesCloud:
    """An org that we are logged in to."""

    def __init__(self, session: GuardedSession, origin: str, version: str) -> None:
        self.version = version
        self.session = session
        self.notes: tuple[str, ...] = ()
        self._library = Salesforce(
            instance=origin.removeprefix("https://"),
            session_id="placeholder",
            session=session,
            version=version,
            parse_float=str,  # digits as they were sent; the mirror makes decimals
            object_pairs_hook=None,
        )
        self._together = Together(self.rest, version)
        self._bulk = BulkJobs(self, session.part_rows)

    @classmethod
    def connect(
        cls,
        connection: Connection,
        *,
        patience: Patience | None = None,
        allowance: AllowancePolicy | None = None,
    ) -> Self:
        """Log in and find out which version the org speaks."""
        connection.check()
        door = GuardedSession(connection, patience=LOGIN)
        tokens = Tokens(logins(connection, door))
        session = GuardedSession(
            connection, tokens=tokens, patience=patience, allowance=allowance
        )
        origin = tokens.current()[0].origin
        version, note = choose(versions(session, origin), connection.api_version)
        cloud = cls(session, origin, version)
        cloud.notes = (note,) if note else ()
        if connection.auth in {"access_token", "password"}:
            cloud.rest("GET", "")  # a token from elsewhere may be worth nothing
        return cloud

    @property
    def instance_url(self) -> str:
        """Where the org is; it may move while we talk to it."""
        return self.session.home

    @property
    def calls(self) -> int:
        """API calls made so far."""
        return self.session.allowance.ours

    @property
    def server_time(self) -> datetime:
        """The moment that the server last named."""
        if self.session.server.moment is None:
            raise Unexpected("Sales Cloud does not say what time it is")
        return self.session.server.moment

    def describe(self, names: Sequence[str]) -> dict[str, Shape | None]:
        """The objects as they are shown to us; None where the org has none such."""
        paths = {name: f"sobjects/{name}/describe" for name in names}
        shapes: dict[str, Shape | None] = {}
        for name, told in self._together.ask(paths).items():
            if isinstance(told, ObjectUnknown) or type(told) is NotAllowed:
                shapes[name] = None
            elif isinstance(told, SyncError):
                raise told
            else:
                shapes[name] = shape(name, told)
        return shapes

    def windows(self, asked: Sequence[Since]) -> dict[str, Window | SyncError]:
        """The change logs of several objects, up to the server's now."""
        end = self.server_time
        paths = {}
        for since in asked:
            start = max(since.start, end - LOG_REACHES)
            logs = ("updated", "deleted") if since.deletable else ("updated",)
            for log in logs:
                begin = start if log == "deleted" else end - timedelta(minutes=3)
                paths[f"{since.name}.{log}"] = (
                    f"sobjects/{since.name}/{log}/?{span(begin, end)}"
                )
        told = self._together.ask(paths)
        return {since.name: window(since, end, told) for since in asked}

    def first_pages(self, queries: Mapping[str, Query]) -> dict[str, Page | SyncError]:
        """The first page of each query, up to five queries a call."""
        told = self._together.ask({name: path_of(q) for name, q in queries.items()})
        return {
            name: value if isinstance(value, SyncError) else page(value)
            for name, value in told.items()
        }

    def query(self, query: Query) -> Page:
        """The first page of one query."""
        if len(query.soql) > LONGEST_ADDRESS:
            answer = self.first_pages({"q": query})["q"]
            if isinstance(answer, SyncError):
                raise answer
            return answer
        return page(
            self._ask(
                lambda: self._library.query(
                    query.soql, include_deleted=query.everything
                )
            )
        )

    def more(self, following: str) -> Page:
        """The next page of a query."""
        if not NEXT_PAGE.match(following):
            raise Unexpected("the address of the next page leads elsewhere")
        return page(
            self._ask(
                lambda: self._library.query_more(following, identifier_is_url=True)
            )
        )

    def start_job(self, query: Query) -> str:
        """Begin a bulk query; its id."""
        return self._bulk.start(query)

    def finish_job(self, job_id: str) -> Job:
        """Wait until a bulk query is complete."""
        return self._bulk.finish(job_id)

    def parts(self, job: Job) -> list[str]:
        """Addresses of all parts of a complete job, or of the first alone."""
        return self._bulk.parts(job)

    def part(self, job: Job, address: str, folder: Path) -> Part:
        """Fetch a part of a complete job's rows into a file."""
        return self._bulk.part(job, address, folder)

    def forget_job(self, job_id: str) -> None:
        """Remove a job and its results from the org."""
        self._bulk.forget(job_id)

    def limits(self) -> Mapping[str, Any]:
        """What the org may use and has left, by name."""
        answer = self._ask(self._library.limits)
        if not isinstance(answer, Mapping):
            raise Unexpected("the limits are not an object")
        return answer

    def rest(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> Any:
        """Call a path under the API version."""
        sent: dict[str, Any] = {"json": body} if body is not None else {}
        return self._ask(lambda: self._library.restful(path, method=method, **sent))

    def fetch(self, path: str, file: Path) -> Mapping[str, str]:
        """Stream an answer into a file; its headers."""
        url = f"{self.instance_url}/services/data/v{self.version}/{path}"
        return self.session.download(url, file).headers

    def create_task(self, fields: Mapping[str, Any]) -> str:
        """Enter a task, the one thing that is ever written; its record id.

        Asked once: after TryAgain, whether it was entered is not known.
        """
        try:
            told = self._library.restful("sobjects/Task", method="POST", json=fields)
        except ValueError as error:
            raise TryAgain("the answer to a new task cannot be read") from error
        except SalesforceError as error:
            raise Unexpected(f"simple-salesforce: HTTP {error.status}") from error
        if not isinstance(told, Mapping) or not isinstance(told.get("id"), str):
            raise TryAgain("the answer to a new task does not say its id")
        return str(told["id"])

    def _ask(self, question: Callable[[], T]) -> T:
        """Ask, and ask again when the answer cannot be read."""
        for _ in range(READINGS):
            try:
                return question()
            except ValueError:
                continue
            except SalesforceError as error:
                raise Unexpected(f"simple-salesforce: HTTP {error.status}") from error
        raise TryAgain(f"{self.instance_url} sent {READINGS} answers that are not JSON")


def versions(session: GuardedSession, origin: str) -> list[str]:
    """The API versions that the org speaks; asking is free."""
    cause: Exception | None = None
    for _ in range(READINGS):
        try:
            told = session.get(f"{origin}/services/data/").json()
            return [str(row["version"]) for row in told]
        except (ValueError, KeyError, TypeError) as error:
            cause = error
    raise Unexpected(
        f"{origin} does not list its API versions as an org does",
        remedy="set [salesforce] login_url to https://YOUR-DOMAIN.my.salesforce.com",
    ) from cause
