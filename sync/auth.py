"""The ways to log in: each is a function that asks for a token and returns it.

They run on a session of their own, pinned to the login host, and are tried at most
twice: a storm of logins locks users out.
"""

import base64
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlsplit

import requests
from simple_salesforce.exceptions import SalesforceAuthenticationFailed
from simple_salesforce.login import SalesforceLogin

from sync.connection import Connection, origin_of
from sync.errors import LoginRefused, SyncError, Unexpected
from sync.refusals import login_refused, tidy
from sync.tokens import Token
from sync.transport import GuardedSession


TOKEN_PATH: Final = "/services/oauth2/token"  # noqa: S105 -- a path

#: Seconds for which a signed assertion is good; Sales Cloud accepts up to 3 minutes.
ASSERTION_LIFE: Final = 170

NO_ORG: Final = "set [salesforce] login_url to https://YOUR-DOMAIN.my.salesforce.com"

#: The last version that has SOAP login.
SOAP_VERSION: Final = "64.0"


def logins(connection: Connection, session: GuardedSession) -> Callable[[], Token]:
    """The way to log in that the connection names."""
    connection.check()
    match connection.auth:
        case "client_credentials":
            return lambda: client_credentials(connection, session)
        case "jwt":
            return lambda: jwt_bearer(connection, session)
        case "password" if connection.client_id and connection.client_secret:
            return lambda: oauth_password(connection, session)
        case "password":
            return lambda: soap_password(connection, session)
    return once(connection)


def client_credentials(connection: Connection, session: GuardedSession) -> Token:
    """Log in as the Run-As user of an External Client App."""
    pair = f"{connection.client_id}:{connection.client_secret}"
    basic = base64.b64encode(pair.encode()).decode()
    return ask(
        connection,
        session,
        {"grant_type": "client_credentials"},
        {"Authorization": f"Basic {basic}"},
    )


def jwt_bearer(connection: Connection, session: GuardedSession) -> Token:
    """Log in with an assertion that we sign, by the server's clock rather than ours."""
    import jwt  # noqa: PLC0415 -- only this way needs it

    claims = {
        "iss": connection.client_id,
        "sub": connection.username,
        "aud": connection.origin,
        "exp": int(server_seconds(connection, session)) + ASSERTION_LIFE,
    }
    try:
        assertion = jwt.encode(claims, connection.private_key or "", algorithm="RS256")
    except (ValueError, TypeError, jwt.PyJWTError) as error:
        raise LoginRefused(
            "the private key cannot be used to sign",
            remedy="set DEALPACKET_PRIVATE_KEY to an unencrypted RSA key (PEM)",
        ) from error
    grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    return ask(connection, session, {"grant_type": grant, "assertion": assertion})


def oauth_password(connection: Connection, session: GuardedSession) -> Token:
    """Log in with a user's password and an app's secret."""
    return ask(
        connection,
        session,
        {
            "grant_type": "password",
            "client_id": connection.client_id,
            "client_secret": connection.client_secret,
            "username": connection.username,
            "password": f"{connection.password}{connection.security_token or ''}",
        },
    )


def soap_password(connection: Connection, session: GuardedSession) -> Token:
    """Log in with a user's password alone, as long as Sales Cloud still allows it."""
    try:
        value, host = SalesforceLogin(
            username=connection.username,
            password=connection.password,
            security_token=connection.security_token or "",
            sf_version=SOAP_VERSION,
            session=session,
            scratch_url=connection.origin,
        )
    except SalesforceAuthenticationFailed as error:
        code = str(error.code or "").rpartition(":")[2]
        raise login_refused("password", code, error.auth_message) from error
    except SyncError as error:
        raise as_refusal(connection, error) from error
    return Token(value=value, origin=trusted(connection, f"https://{host}"))


def once(connection: Connection) -> Callable[[], Token]:
    """A token that somebody else fetched: good for one login."""
    token = Token(value=connection.access_token or "", origin=connection.origin)
    given = iter([token])

    def login() -> Token:
        for token in given:
            return token
        raise LoginRefused(
            "the access token has expired or was revoked",
            remedy="set DEALPACKET_ACCESS_TOKEN to a fresh one; an External Client App "
            'with auth = "client_credentials" renews it by itself',
            code="INVALID_SESSION_ID",
        )

    return login


def ask(
    connection: Connection,
    session: GuardedSession,
    form: Mapping[str, str | None],
    headers: Mapping[str, str] | None = None,
) -> Token:
    """Send a form to the token endpoint and read the token from the answer."""
    try:
        answer = session.post(
            connection.origin + TOKEN_PATH, data=form, headers=headers
        ).json()
        return Token(
            value=str(answer["access_token"]),
            origin=trusted(connection, str(answer["instance_url"])),
        )
    except (requests.exceptions.JSONDecodeError, KeyError, TypeError) as error:
        raise Unexpected(
            f"{connection.origin} does not answer as an org does",
            remedy=NO_ORG,
        ) from error
    except SyncError as error:
        raise as_refusal(connection, error) from error


def as_refusal(connection: Connection, error: SyncError) -> SyncError:
    """An OAuth error as a refused login; what may pass stays as it is."""
    if not isinstance(error, Unexpected):
        return error
    if not error.code:
        return Unexpected(error.message, remedy=NO_ORG)
    said = error.message.partition(f"{error.code}: ")[2]
    return login_refused(connection.auth, error.code, tidy(said) or error.code)


def trusted(connection: Connection, url: str) -> str:
    """The org's own origin, if it belongs to whoever we logged in to."""
    origin = origin_of(url)
    if origin != connection.origin and family(origin) != family(connection.origin):
        raise Unexpected(
            f"{connection.origin} sends us to {origin}, which is not its own"
        )
    return origin


def family(origin: str) -> str:
    """The domain that hosts of one owner share; an address shares none."""
    host = urlsplit(origin).hostname or ""
    if ":" in host or host.replace(".", "").isdigit():
        return origin
    return ".".join(host.split(".")[-2:])


def server_seconds(connection: Connection, session: GuardedSession) -> float:
    """The server's clock, in seconds: assertions are judged by it."""
    session.get(f"{connection.origin}/services/data/")
    moment = session.server.moment
    if moment is None:
        raise Unexpected(f"{connection.origin} does not say what time it is")
    return moment.timestamp()
