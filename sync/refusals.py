"""What Sales Cloud's refusals mean, by error code rather than by HTTP status.

403 alone may be a missing permission or an allowance that is spent; 400 a query
that is too slow or a field that went away. The table says which is which.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sync.errors import (
    AllowanceSpent,
    CursorGone,
    FieldUnknown,
    LoginRefused,
    NotAllowed,
    ObjectUnknown,
    SyncError,
    TooSlow,
    TryAgain,
    Unexpected,
)


#: Answers that may be different the next time, whatever their body says.
PASSING: Final = frozenset({420, 429, 500, 502, 503, 504})

GRANT: Final = "grant the integration user's permission set read access"

#: Error code -> what the caller should do, and what a person can do.
MEANINGS: Final[Mapping[str, tuple[type[SyncError], str]]] = {
    "REQUEST_LIMIT_EXCEEDED": (
        AllowanceSpent,
        "the rest is fetched by the next sync; the allowance rolls over 24 h",
    ),
    "SERVER_UNAVAILABLE": (TryAgain, ""),
    "UNKNOWN_EXCEPTION": (TryAgain, ""),
    "UNABLE_TO_LOCK_ROW": (TryAgain, ""),
    "QUERY_TIMEOUT": (TooSlow, ""),
    "QUERY_TOO_COMPLICATED": (TooSlow, ""),
    "EXCEEDED_ID_LIMIT": (TooSlow, ""),
    "INVALID_QUERY_LOCATOR": (CursorGone, ""),
    "INVALID_FIELD": (FieldUnknown, GRANT),
    "INVALID_TYPE": (ObjectUnknown, GRANT),
    "NOT_FOUND": (ObjectUnknown, GRANT),
    "INSUFFICIENT_ACCESS": (NotAllowed, GRANT),
    "INSUFFICIENT_ACCESS_OR_READONLY": (NotAllowed, GRANT),
    "OPERATION_TOO_LARGE": (
        NotAllowed,
        "assign View All Data to the integration user",
    ),
    "API_CURRENTLY_DISABLED": (
        NotAllowed,
        "assign API Enabled to the integration user",
    ),
    "API_DISABLED_FOR_ORG": (
        NotAllowed,
        "assign API Enabled to the integration user; some editions have no API",
    ),
    "UNSUPPORTED_API_VERSION": (NotAllowed, "choose another API version"),
    "INVALID_LOGIN": (Unexpected, ""),
    "INVALID_OPERATION": (Unexpected, ""),
    "LOGIN_MUST_USE_SECURITY_TOKEN": (Unexpected, ""),
    "UNSUPPORTED_CLIENT": (NotAllowed, "allow TLS 1.2 clients"),
}

#: OAuth's words for a refused login -> what a person can do, by way to log in.
LOGIN_REMEDIES: Final[Mapping[tuple[str, str], str]] = {
    ("invalid_client_id", ""): "check [salesforce] client_id: the consumer key of the "
    "External Client App in this org",
    ("invalid_client", ""): "check DEALPACKET_CLIENT_SECRET and the External Client "
    "App's client credentials flow and Run-As user",
    ("invalid_grant", "client_credentials"): "check DEALPACKET_CLIENT_SECRET, that the "
    "External Client App's client credentials flow is enabled, that its Run-As user "
    "is active, and that login_url is the org's My Domain",
    ("invalid_grant", "jwt"): "check DEALPACKET_PRIVATE_KEY against the certificate of "
    "the External Client App, that the user is active and pre-authorised by a "
    "permission set, and login_url",
    ("invalid_grant", "password"): "check [salesforce] username, DEALPACKET_PASSWORD "
    "and DEALPACKET_SECURITY_TOKEN; orgs made since Summer '23 refuse this way to log "
    'in: use auth = "client_credentials"',
    ("inactive_user", ""): "activate the integration user",
    ("inactive_org", ""): "the org is suspended: ask Salesforce",
    ("unsupported_grant_type", ""): "enable this flow in the External Client App",
    ("rate_limit_exceeded", ""): "too many logins in an hour: wait before the next one",
    ("INVALID_LOGIN", "password"): "check [salesforce] username, DEALPACKET_PASSWORD "
    "and DEALPACKET_SECURITY_TOKEN",
    ("LOGIN_MUST_USE_SECURITY_TOKEN", "password"): "set DEALPACKET_SECURITY_TOKEN",
    ("INVALID_OPERATION", "password"): "SOAP login is off in this org: use "
    'auth = "client_credentials"',
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An error answer, as far as it can be read."""

    status: int
    code: str = ""
    message: str = ""

    @property
    def expired(self) -> bool:
        """Whether the login is over, rather than the request wrong."""
        return self.status == 401 or self.code in {  # noqa: PLR2004
            "INVALID_SESSION_ID",
            "InvalidSessionId",
        }

    def error(self, what: str) -> SyncError:
        """The error that says what to do about it; ``what`` was asked for."""
        kind, remedy = MEANINGS.get(self.code, (self._by_status(), ""))
        if kind is AllowanceSpent and "Concurrent" in self.message:
            kind, remedy = TryAgain, ""
        said = f"{self.code}: {self.message}" if self.code else f"HTTP {self.status}"
        return kind(f"{what}: {said}", remedy=remedy, code=self.code)

    def _by_status(self) -> type[SyncError]:
        if self.status in PASSING or (self.status == 406 and not self.message):  # noqa: PLR2004
            return TryAgain
        return NotAllowed if self.status == 403 else Unexpected  # noqa: PLR2004


def read_refusal(status: int, body: bytes) -> Refusal:
    """The refusal in an answer: JSON of either shape, XML, or just a status."""
    try:
        value = json.loads(body)
    except ValueError:
        return _from_text(status, body)
    return refusal_in(status, value)


def refusal_in(status: int, value: Any) -> Refusal:
    """The refusal in a JSON value, as composite requests quote it."""
    first = value[0] if isinstance(value, list) and value else value
    if not isinstance(first, Mapping):
        return Refusal(status=status)
    code = first.get("errorCode", first.get("error", first.get("exceptionCode", "")))
    text = first.get("message", first.get("error_description", ""))
    return Refusal(status=status, code=tidy(code), message=tidy(text))


def _from_text(status: int, body: bytes) -> Refusal:
    text = body[:4000].decode("utf-8", "replace")
    code = re.search(r"<(?:\w+:)?exceptionCode>([^<]+)<", text)
    message = re.search(r"<(?:\w+:)?exceptionMessage>([^<]+)<", text)
    return Refusal(
        status=status,
        code=tidy(code[1]) if code else "",
        message=tidy(message[1]) if message else "",
    )


def login_refused(auth: str, code: str, message: str) -> LoginRefused:
    """A login that Sales Cloud refused, and what a person can do."""
    remedy = LOGIN_REMEDIES.get((code, auth)) or LOGIN_REMEDIES.get((code, ""), "")
    return LoginRefused(
        f"Sales Cloud refused the login: {tidy(message) or code}",
        remedy=remedy or "check [salesforce] and the credentials in the environment",
        code=code,
    )


def tidy(text: object, longest: int = 240) -> str:
    """One printable line of somebody else's text."""
    line = " ".join(str(text).split())
    plain = "".join(char for char in line if char.isprintable())
    return plain if len(plain) <= longest else f"{plain[:longest]}..."
