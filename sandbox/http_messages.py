"""What comes in over HTTP and what goes out, before anything is put on the wire."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

from sandbox.errors import ApiError


JSON: Final = "application/json;charset=UTF-8"
XML: Final = "application/xml"
CSV: Final = "text/csv; charset=UTF-8"
HTML: Final = "text/html;charset=UTF-8"

#: Records that are put into words at a time.
SLICE: Final = 250

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A request as a client meant it: path decoded, body decompressed."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def to(
        cls, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
    ) -> "Incoming":
        """A request to ``url``; header names are compared in lower case."""
        parts = urlsplit("//_" + url if url.startswith("/") else url)
        known = {name.lower(): value for name, value in headers.items()}
        path = unquote(parts.path)
        return cls(
            method=method, path=path, query=parts.query, headers=known, body=body
        )

    @property
    def target(self) -> str:
        """Path and query, as rules and the log see it."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def params(self) -> dict[str, str]:
        """The values of the query string."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    def header(self, name: str) -> str:
        """A header's value, or nothing."""
        return self.headers.get(name.lower(), "")

    def form(self) -> dict[str, str]:
        """The values of a form, whether in the body or in the query string."""
        text = self.body.decode("utf-8", "replace")
        return self.params | dict(parse_qsl(text, keep_blank_values=True))

    def json(self) -> Any:
        """The body as JSON."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise ApiError(400, "JSON_PARSER_ERROR", f"{error}") from error

    def fields(self) -> dict[str, Any]:
        """The body as a JSON object."""
        value = self.json()
        if not isinstance(value, dict):
            raise ApiError(400, "JSON_PARSER_ERROR", "The body must be a JSON object")
        return value


def items_of(body: Mapping[str, Any], name: str, kind: type[Item]) -> list[Item]:
    """A list in a body, empty if it is not there; every item must be of a kind."""
    found = body.get(name, [])
    if not isinstance(found, list) or not all(isinstance(i, kind) for i in found):
        noun = "texts" if kind is str else "objects"
        raise ApiError(400, "JSON_PARSER_ERROR", f"{name} must be a list of {noun}")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some of a query's records; ``following`` is the address of the next ones."""

    total: int
    records: list[dict[str, Any]]
    following: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The page as one value."""
        return {**self._head(), "records": self.records}

    def chunks(self) -> Iterator[bytes]:
        """The page as JSON, a slice of records at a time."""
        yield json.dumps(self._head()).removesuffix("}").encode() + b', "records": ['
        for start in range(0, len(self.records), SLICE):
            text = json.dumps(self.records[start : start + SLICE])
            yield (b"," if start else b"") + text[1:-1].encode()
        yield b"]}"

    def _head(self) -> dict[str, Any]:
        head: dict[str, Any] = {
            "totalSize": self.total,
            "done": self.following is None,
        }
        if self.following is not None:
            head["nextRecordsUrl"] = self.following
        return head


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A response: JSON unless ``content`` is bytes or a stream of bytes."""

    status: int = 200
    content: Any = None
    kind: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def value(self) -> Any:
        """The content as a composite request quotes it."""
        return (
            self.content.as_json() if isinstance(self.content, Page) else self.content
        )

    def encoded(self, *, pretty: bool = False) -> bytes | Iterator[bytes]:
        """What the body consists of; long pages come piece by piece."""
        match self.content:
            case None if self.status != 200:  # noqa: PLR2004
                return b""
            case bytes() | Iterator():
                return self.content
            case Page(records=records) if len(records) > SLICE:
                return self.content.chunks()
        if pretty:
            return json.dumps(self.value, indent=2, separators=(",", " : ")).encode()
        return json.dumps(self.value).encode()


def refusal(error: ApiError) -> Answer:
    """The answer to a request that was refused."""
    return Answer(status=error.status, content=error.as_json())


def not_found() -> ApiError:
    """No such resource."""
    return ApiError(404, "NOT_FOUND", "The requested resource does not exist")


def method_not_allowed(method: str, allowed: str) -> ApiError:
    """There is such a resource, and it does not do that."""
    message = f"HTTP Method '{method}' not allowed. Allowed are {allowed}"
    return ApiError(405, "METHOD_NOT_ALLOWED", message)


def stamp(moment: datetime) -> str:
    """A moment as REST writes it."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"
