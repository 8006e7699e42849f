"""OAuth: tokens for four grants, revocation, introspection, who the user is."""

import base64
import binascii
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from urllib.parse import unquote

from sandbox.credentials import REFRESH_TOKEN, USERNAME, Refused
from sandbox.http_messages import Answer
from sandbox.service import NEWEST, Call, Service, route


#: How long a session that never ends is said to live on.
ENDLESS: Final = timedelta(hours=2)

JWT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def token(service: Service, call: Call) -> Answer:
    """An access token for whoever proves to be allowed one."""
    form = call.incoming.form()
    try:
        scope = grant(service, form, *client_of(call, form))
    except Refused as refused:
        told = {"error": refused.error, "error_description": refused.description}
        return Answer(status=400, content=told, headers=NO_STORE)
    return Answer(content=opened(service, scope), headers=NO_STORE)


NO_STORE: Final = {"Cache-Control": "no-cache, no-store", "Pragma": "no-cache"}


def grant(
    service: Service, form: Mapping[str, str], client: str, secret: str | None
) -> str:
    """Check a request for a token; returns the scope it is given."""
    keeper = service.doorkeeper
    match form.get("grant_type"):
        case "client_credentials":
            keeper.client(client, secret)
            return "api id"
        case "password":
            keeper.client(client, secret)
            keeper.password(form.get("username", ""), form.get("password", ""))
            return ""
        case "refresh_token":
            keeper.client(client, secret)
            if form.get("refresh_token") != REFRESH_TOKEN:
                raise Refused("invalid_grant", "expired access/refresh token")
            return "refresh_token api id"
        case grant_type if grant_type == JWT:
            keeper.assertion(form.get("assertion", ""))
            return "api id"
        case None | "":
            raise Refused("unsupported_grant_type", "grant type not supported")
    raise Refused("unsupported_grant_type", "grant type not supported")


def client_of(call: Call, form: Mapping[str, str]) -> tuple[str, str | None]:
    """The application's id and secret, from the header or from the form."""
    scheme, _, text = call.incoming.header("Authorization").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(text).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise Refused("invalid_client", "invalid client credentials") from error
        return unquote(name), unquote(secret)
    return form.get("client_id", ""), form.get("client_secret")


def opened(service: Service, scope: str) -> dict[str, str]:
    """A new session as a token answer."""
    issued = f"{service.now().timestamp() * 1000:.0f}"
    answer = {
        "access_token": service.sessions.open(),
        "signature": base64.b64encode(issued.encode()).decode(),
        "instance_url": service.base_url,
        "id": identity_url(service),
        "token_type": "Bearer",
        "issued_at": issued,
    }
    return answer | ({"scope": scope} if scope else {})


def identity_url(service: Service) -> str:
    """Where the user's identity is told."""
    return f"{service.base_url}/id/{service.org_id}/{service.user_id}"


def revoke(service: Service, call: Call) -> Answer:
    """End a session."""
    if service.sessions.close(call.incoming.form().get("token", "")):
        return Answer(content=b"")
    told = {"error": "unsupported_token_type", "error_description": "invalid token"}
    return Answer(status=400, content=told)


def introspect(service: Service, call: Call) -> Answer:
    """Whether a token is alive, told to applications only."""
    form = call.incoming.form()
    try:
        service.doorkeeper.client(*client_of(call, form))
    except Refused as refused:
        told = {"error": refused.error, "error_description": refused.description}
        return Answer(status=401, content=told)
    if not service.sessions.alive(form.get("token", "")):
        return Answer(content={"active": False})
    seconds = int(service.now().timestamp())
    alive = {
        "active": True,
        "scope": "api id",
        "client_id": form.get("client_id", ""),
        "username": USERNAME,
        "sub": identity_url(service),
        "token_type": "access_token",
        "exp": seconds + int((service.sessions.life or ENDLESS).total_seconds()),
        "iat": seconds,
        "nbf": seconds,
    }
    return Answer(content=alive)


def identity(service: Service, call: Call) -> Answer:
    """Who the session's user is."""
    del call
    return Answer(content=told_of(service))


def userinfo(service: Service, call: Call) -> Answer:
    """The same in the words of OpenID Connect."""
    del call
    known = told_of(service)
    told = {
        "sub": known["id"],
        "user_id": known["user_id"],
        "organization_id": known["organization_id"],
        "preferred_username": known["username"],
        "nickname": known["nick_name"],
        "name": known["display_name"],
        "email": known["email"],
        "email_verified": True,
        "given_name": known["first_name"],
        "family_name": known["last_name"],
        "zoneinfo": known["timezone"],
        "active": True,
        "user_type": known["user_type"],
        "language": known["language"],
        "locale": known["locale"],
        "utcOffset": 0,
        "updated_at": known["last_modified_date"],
        "is_app_installed": True,
        "urls": known["urls"],
    }
    return Answer(content=told)


def told_of(service: Service) -> dict[str, Any]:
    """What the identity service knows of the user."""
    base = service.base_url
    data = f"{base}/services/data/v{{version}}"
    return {
        "id": identity_url(service),
        "asserted_user": True,
        "user_id": service.user_id,
        "organization_id": service.org_id,
        "username": USERNAME,
        "nick_name": "integration",
        "display_name": "Integration User",
        "email": USERNAME,
        "email_verified": True,
        "first_name": "Integration",
        "last_name": "User",
        "timezone": "UTC",
        "active": True,
        "user_type": "STANDARD",
        "language": "en_US",
        "locale": "en_US",
        "utcOffset": 0,
        "last_modified_date": f"{service.now():%Y-%m-%dT%H:%M:%SZ}",
        "is_app_installed": True,
        "urls": {
            "enterprise": f"{base}/services/Soap/c/{{version}}/{service.org_id[:15]}",
            "partner": f"{base}/services/Soap/u/{{version}}/{service.org_id[:15]}",
            "rest": f"{data}/",
            "sobjects": f"{data}/sobjects/",
            "search": f"{data}/search/",
            "query": f"{data}/query/",
            "recent": f"{data}/recent/",
            "profile": f"{base}/{service.user_id}",
            "custom_domain": base,
        },
    }


def discovery(service: Service, call: Call) -> Answer:
    """What the authorisation service offers, for clients that look it up."""
    del call
    base = service.base_url
    told = {
        "issuer": base,
        "token_endpoint": f"{base}/services/oauth2/token",
        "revocation_endpoint": f"{base}/services/oauth2/revoke",
        "introspection_endpoint": f"{base}/services/oauth2/introspect",
        "userinfo_endpoint": f"{base}/services/oauth2/userinfo",
        "grant_types_supported": [
            "client_credentials",
            "password",
            "refresh_token",
            JWT,
        ],
        "latest_api_version": f"{NEWEST}.0",
    }
    return Answer(content=told)


OAUTH: Final = "/services/oauth2"
ROUTES: Final = (
    route(f"{OAUTH}/token", token, "POST", counted=False, proof=""),
    route(f"{OAUTH}/revoke", revoke, "GET", "POST", counted=False, proof=""),
    route(f"{OAUTH}/introspect", introspect, "POST", counted=False, proof=""),
    route(f"{OAUTH}/userinfo", userinfo, "GET", "POST", counted=False),
    route("/id/{org}/{user}", identity, "GET", "POST", counted=False),
    route(
        "/.well-known/openid-configuration",
        discovery,
        "GET",
        counted=False,
        proof="",
    ),
)
