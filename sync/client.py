"""The one door to simple-salesforce: an org, asked in as few calls as possible.

The library builds requests and reads answers; the guarded session underneath sends
them. It is given a placeholder instead of the token.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self, TypeVar
from urllib.parse import quote, urlencode

from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceError

from sync.auth import logins
from sync.bulk import BulkJobs
from sync.cloud import Job, Page, Part, Query, Shape, Since, Window
from sync.composite import Together
from sync.connection import Connection
from sync.errors import NotAllowed, ObjectUnknown, SyncError, TryAgain, Unexpected
from sync.moments import moment_text, parse_moment
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

#: The change logs are asked up to this long ago at most; they forget after 15 days.
LOG_REACHES: Final = timedelta(days=14)

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
        self._bulk = BulkJobs(self)

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

    def part(self, job: Job, locator: str | None, folder: Path) -> Part:
        """Fetch a part of a complete job's rows into a file."""
        return self._bulk.part(job, locator, folder)

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
    try:
        told = session.get(f"{origin}/services/data/").json()
        return [str(row["version"]) for row in told]
    except (ValueError, KeyError, TypeError) as error:
        raise Unexpected(
            f"{origin} does not list its API versions as an org does",
            remedy="set [salesforce] login_url to https://YOUR-DOMAIN.my.salesforce.com",
        ) from error


def choose(spoken: Sequence[str], wanted: str) -> tuple[str, str]:
    """The version to use, and a note if it is not the one that was wanted."""
    if wanted in spoken:
        return wanted, ""
    older = [v for v in spoken if float(v) < float(wanted)]
    if not older:
        raise NotAllowed(
            f"the org does not speak API version {wanted}",
            remedy=f"it speaks {', '.join(spoken) or 'none'}",
        )
    best = max(older, key=float)
    return best, f"the org speaks API version {best}, not yet {wanted}"


def shape(name: str, told: Mapping[str, Any]) -> Shape:
    """An object from its describe answer."""
    try:
        fields = {str(f["name"]): str(f["type"]) for f in told["fields"]}
    except (KeyError, TypeError) as error:
        raise Unexpected(
            f"{name} is described in a shape that we do not know"
        ) from error
    return Shape(
        name=name, fields=fields, replicable=bool(told.get("replicateable", True))
    )


def page(told: Any) -> Page:
    """A page from a query answer."""
    try:
        records, total, done = told["records"], int(told["totalSize"]), told["done"]
    except (KeyError, TypeError, ValueError) as error:
        raise Unexpected(
            "a query was answered in a shape that we do not know"
        ) from error
    following = None if done else told.get("nextRecordsUrl")
    if not isinstance(records, list) or (not done and not following):
        raise Unexpected("a query's answer has rows left and does not say where")
    return Page(records=records, total=total, following=following)


def path_of(query: Query) -> str:
    """Where a query is asked."""
    resource = "queryAll" if query.everything else "query"
    return f"{resource}/?{urlencode({'q': query.soql}, quote_via=quote)}"


def span(start: datetime, end: datetime) -> str:
    """The parameters of a change log."""
    return urlencode({"start": moment_text(start), "end": moment_text(end)})


def window(since: Since, end: datetime, told: Mapping[str, Any]) -> Window | SyncError:
    """The change logs of one object; an error if one could not be read."""
    updated = told[f"{since.name}.updated"]
    deleted = told.get(f"{since.name}.deleted")
    for log in (updated, deleted):
        if isinstance(log, SyncError):
            return log
    try:
        covered = [log["latestDateCovered"] for log in (updated, deleted) if log]
        earliest = deleted["earliestDateAvailable"] if deleted else None
        return Window(
            latest=min(map(parse_moment, covered)),
            deleted={
                str(row["id"]): parse_moment(row["deletedDate"])
                for row in (deleted or {}).get("deletedRecords", ())
            },
            complete=since.start >= end - LOG_REACHES
            and (earliest is None or parse_moment(earliest) <= since.start),
        )
    except (KeyError, TypeError, ValueError):
        return Unexpected(f"the change log of {since.name} has an unknown shape")
