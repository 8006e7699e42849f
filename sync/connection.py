"""How to reach an org and how to log in to it: values only."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from sync.errors import NotAllowed


#: The ways to log in, and what each cannot do without.
NEEDS: Final = {
    "client_credentials": ("client_id", "client_secret"),
    "jwt": ("client_id", "username", "private_key"),
    "password": ("username", "password"),
    "access_token": ("access_token",),
}

#: Where a person puts a value that is missing.
PLACES: Final = {
    "client_id": "[salesforce] client_id",
    "username": "[salesforce] username",
    "client_secret": "DEALPACKET_CLIENT_SECRET",
    "password": "DEALPACKET_PASSWORD",
    "private_key": "DEALPACKET_PRIVATE_KEY",
    "access_token": "DEALPACKET_ACCESS_TOKEN",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """An org and the credentials for it; secrets stay out of its representation."""

    login_url: str
    auth: str = "client_credentials"
    client_id: str | None = None
    username: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    security_token: str | None = field(default=None, repr=False)
    private_key: str | None = field(default=None, repr=False)
    access_token: str | None = field(default=None, repr=False)
    ca_file: Path | None = None  #: a certificate authority besides the usual ones
    api_version: str = "66.0"
    part_rows: int = 100_000  #: of a bulk result, fetched again when it breaks off
    connect_timeout: float = 10.0  #: seconds
    read_timeout: float = 130.0  #: seconds until the next byte
    deadline: float = 600.0  #: seconds for one request and its answer

    @property
    def origin(self) -> str:
        """The login URL without path: ``https://host[:port]``."""
        return origin_of(self.login_url)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be printed."""
        values = (
            self.client_secret,
            self.password,
            self.security_token,
            self.private_key,
            self.access_token,
        )
        return tuple(value for value in values if value)

    def check(self) -> None:
        """Complain about what is missing before anything is sent."""
        if self.auth not in NEEDS:
            known = ", ".join(NEEDS)
            raise NotAllowed(
                f"there is no way to log in called {self.auth!r}",
                remedy=f"set [salesforce] auth to one of {known}",
            )
        if not re.fullmatch(r"\d{2,3}\.0", self.api_version):
            raise NotAllowed(
                f"{self.api_version!r} is not a version of the API",
                remedy="write it like 66.0",
            )
        for name in NEEDS[self.auth]:
            if not getattr(self, name):
                raise NotAllowed(
                    f"logging in with auth = {self.auth!r} needs {name}",
                    remedy=f"set {PLACES[name]}",
                )


def origin_of(url: str) -> str:
    """Scheme, host and port of an https address, in lower case."""
    parts = urlsplit(url if "://" in url else f"https://{url}")
    if parts.scheme != "https" or not parts.hostname or parts.username:
        raise NotAllowed(
            "login_url is not the address of an org",
            remedy="set [salesforce] login_url to https://YOUR-DOMAIN.my.salesforce.com",
        )
    try:
        port = parts.port
    except ValueError as error:
        raise NotAllowed(
            "login_url has an impossible port", remedy="check [salesforce] login_url"
        ) from error
    host = parts.hostname.lower()
    host = f"[{host}]" if ":" in host else host
    return f"https://{host}" if port in {None, 443} else f"https://{host}:{port}"
