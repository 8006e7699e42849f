"""Who may come in, by which proof, and for how long.

The credentials are constants on purpose: a sandbox holds nothing worth guarding, and
everyone who tries it needs to know them.
"""

import base64
import json
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509 import load_pem_x509_certificate

from sandbox.clock import Clock


CLIENT_ID: Final = "sandbox-client"
CLIENT_SECRET: Final = "sandbox-secret"  # noqa: S105 -- see above
USERNAME: Final = "integration@sandbox.example"
PASSWORD: Final = "sandbox-password"  # noqa: S105
SECURITY_TOKEN: Final = "sandbox-token"  # noqa: S105
REFRESH_TOKEN: Final = "sandbox-refresh-token"  # noqa: S105

#: Hosts that an assertion may be addressed to, besides the sandbox itself.
LOGIN_HOSTS: Final = ("https://login.salesforce.com", "https://test.salesforce.com")


class Refused(Exception):  # noqa: N818 -- it is an answer, not a fault
    """A login that is answered with an OAuth error."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description


@dataclass(slots=True)
class Sessions:
    """The access tokens in force; each lives ``life`` after its last use."""

    clock: Clock
    org_id: str
    life: timedelta | None = timedelta(hours=2)
    _used: dict[str, datetime] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def open(self) -> str:
        """A new access token."""
        token = f"{self.org_id[:15]}!AQ{secrets.token_hex(40)}"
        with self._lock:
            self._used[token] = self.clock.now()
        return token

    def alive(self, token: str) -> bool:
        """Whether a token opens the door; using it keeps it alive."""
        now = self.clock.now()
        with self._lock:
            used = self._used.get(token)
            if used is None:
                return False
            if self.life is not None and now - used >= self.life:
                del self._used[token]
                return False
            self._used[token] = max(used, now)
            return True

    def close(self, token: str) -> bool:
        """Revoke one token; whether there was such a token."""
        with self._lock:
            return self._used.pop(token, None) is not None

    def close_all(self) -> None:
        """Revoke every token."""
        with self._lock:
            self._used.clear()


@cache
def made_key() -> rsa.RSAPrivateKey:
    """The key of every sandbox in this process: to make one takes long."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(slots=True)
class Keys:
    """Public keys whose owners may sign assertions."""

    _keys: list[rsa.RSAPublicKey] = field(default_factory=list)

    def register(self, pem: bytes) -> None:
        """Trust a public key, or the key of a certificate."""
        certified = b"BEGIN CERTIFICATE" in pem
        key = (
            load_pem_x509_certificate(pem).public_key()
            if certified
            else serialization.load_pem_public_key(pem)
        )
        if not isinstance(key, rsa.RSAPublicKey):
            message = "an assertion is signed with RSA (RS256)"
            raise ValueError(message)  # noqa: TRY004 -- the PEM is wrong, not its type
        self._keys.append(key)

    def private_key(self) -> bytes:
        """A private key whose public half is trusted from now on."""
        key = made_key()
        self._keys.append(key.public_key())
        return key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Whether one of the trusted keys signed ``message``."""
        return any(verifies(key, message, signature) for key in self._keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doorkeeper:
    """Checks what a client shows; gives nothing out itself."""

    clock: Clock
    keys: Keys
    knows_user: Callable[[str], bool]
    audiences: Callable[[], tuple[str, ...]]

    def client(self, client_id: str, secret: str | None) -> None:
        """Check an application's id and secret."""
        if client_id != CLIENT_ID:
            raise Refused("invalid_client_id", "client identifier invalid")
        if secret != CLIENT_SECRET:
            raise Refused("invalid_client", "invalid client credentials")

    def password(self, username: str, password: str) -> None:
        """Check a user's password, with the security token appended or not."""
        if username.lower() != USERNAME or password not in {
            PASSWORD,
            PASSWORD + SECURITY_TOKEN,
        }:
            raise Refused("invalid_grant", "authentication failure")

    def assertion(self, token: str) -> None:
        """Check a signed assertion: issuer, signature, user, audience, expiry."""
        claims = self._claims(token)
        if claims.get("iss") != CLIENT_ID:
            raise Refused("invalid_client_id", "client identifier invalid")
        message, _, signature = token.rpartition(".")
        if not self.keys.signed(message.encode(), unpadded(signature)):
            raise Refused("invalid_grant", "invalid assertion")
        audience = claims.get("aud")
        if not isinstance(audience, str) or not self._addressed(audience):
            raise Refused("invalid_grant", "audience is invalid")
        user = claims.get("sub", claims.get("prn"))
        if not isinstance(user, str) or not self.knows_user(user):
            raise Refused("invalid_grant", "user hasn't approved this consumer")
        self._expiry(claims.get("exp"))

    def _claims(self, token: str) -> Mapping[str, Any]:
        try:
            head, body, _ = token.split(".")
            header, claims = (json.loads(unpadded(part)) for part in (head, body))
        except ValueError as error:
            raise Refused("invalid_grant", "invalid assertion") from error
        if (
            not isinstance(header, dict)
            or not isinstance(claims, dict)
            or header.get("alg") != "RS256"
        ):
            raise Refused("invalid_grant", "invalid assertion")
        return claims

    def _addressed(self, audience: str) -> bool:
        plain = audience.rstrip("/")
        return plain in {*LOGIN_HOSTS, *self.audiences()} or (
            plain.startswith("https://") and plain.endswith(".my.salesforce.com")
        )

    def _expiry(self, expires: object) -> None:
        try:
            seconds = float(str(expires))
        except ValueError as error:
            raise Refused("invalid_grant", "invalid assertion") from error
        if seconds <= self.clock.now().timestamp():
            raise Refused("invalid_grant", "assertion has expired")


def verifies(key: rsa.RSAPublicKey, message: bytes, signature: bytes) -> bool:
    """Whether ``key`` made the RS256 signature of ``message``."""
    try:
        key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def unpadded(text: str) -> bytes:
    """Base64 for addresses, without its padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
