"""A request as it was meant, and the moment at which the server says it answered."""

import email.utils
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit


#: Methods that may be repeated, and the POSTs that only read.
REPEATABLE: Final = frozenset({"GET", "HEAD", "DELETE"})
READING_POSTS: Final = ("/composite", "/jobs/query", "/oauth2/token")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request as it was meant, whatever host it ends up at."""

    method: str
    url: str
    options: Mapping[str, Any] = field(repr=False)  #: may hold credentials
    into: Path | None = None  #: a file for the body, instead of memory

    @property
    def path(self) -> str:
        """The path alone: a query may hold names."""
        return urlsplit(self.url).path

    @property
    def repeatable(self) -> bool:
        """Whether asking twice does no harm."""
        return self.method in REPEATABLE or (
            self.method == "POST" and self.path.rstrip("/").endswith(READING_POSTS)
        )

    @property
    def counted(self) -> bool:
        """Whether Sales Cloud counts it as an API call; the versions are free."""
        return self.path.startswith("/services/data/v")


@dataclass(slots=True)
class ServerClock:
    """The moment that the server last named."""

    moment: datetime | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def heard(self, header: str | None) -> None:
        """Note a ``Date`` header."""
        try:
            moment = email.utils.parsedate_to_datetime(header or "")
        except ValueError:
            return
        with self._lock:
            self.moment = moment.astimezone(UTC)


def without_origin(url: str) -> str:
    """Path and query of an address."""
    return urlsplit(url)._replace(scheme="", netloc="").geturl()
