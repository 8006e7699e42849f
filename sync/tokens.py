"""One access token for all threads, and one login for all that find it expired."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from sync.errors import LoginRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """Proof that we may call the org at ``origin``."""

    value: str = field(repr=False)
    origin: str  #: https://host[:port]


class Tokens:
    """The token in force. A refused login is remembered: nobody knocks twice."""

    def __init__(self, login: Callable[[], Token]) -> None:
        self._login = login
        self._lock = threading.Lock()
        self._token: Token | None = None
        self._refused: LoginRefused | None = None
        self.generation = 0
        self.origins: set[str] = set()

    def current(self) -> tuple[Token, int]:
        """The token in force and its generation."""
        with self._lock:
            if self._refused:
                raise self._refused
            token = self._token or self._renew()
            return token, self.generation

    def renew(self, generation: int) -> None:
        """Log in again, unless somebody has since that generation."""
        with self._lock:
            if self.generation == generation:
                self._renew()

    def close(self, error: LoginRefused) -> None:
        """Make no further calls; ``error`` says why."""
        with self._lock:
            self._refused = error

    def _renew(self) -> Token:
        if self._refused:
            raise self._refused
        try:
            self._token = self._login()
        except LoginRefused as error:
            self._refused = error
            raise
        self.generation += 1
        self.origins.add(self._token.origin)
        return self._token
