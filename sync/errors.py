"""Everything that can go wrong while talking to Sales Cloud or keeping the mirror.

* SyncError
  * TryAgain           -- the next attempt may succeed: time-out, 5xx, half a body
    * NotWhole         -- fewer rows arrived than were announced
  * NotAllowed         -- credentials, permission or allowance; a person must act
    * LoginRefused     -- Sales Cloud does not let us in; no further call is made
    * AllowanceSpent   -- no API calls left for us today; no further call is made
  * Unexpected         -- Sales Cloud answered in a shape that we do not know
    * TooSlow          -- a query takes too long this way; ask in bulk
    * CursorGone       -- a page of a query is no longer there; begin it again
    * FieldUnknown     -- a field went away since the org was last described
    * ObjectUnknown    -- so did an object
* MirrorError          -- the mirror's file cannot be used; another one can be made
"""


class SyncError(Exception):
    """Sales Cloud could not be read; ``remedy`` says what a person can do."""

    def __init__(self, message: str, *, remedy: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.code = code

    def __str__(self) -> str:
        return f"{self.message} ({self.remedy})" if self.remedy else self.message


class TryAgain(SyncError):  # noqa: N818 -- leaves say what the caller should do
    """The next attempt may succeed."""


class NotWhole(TryAgain):
    """Fewer rows arrived than were announced."""


class NotAllowed(SyncError):  # noqa: N818 -- likewise
    """Credentials, a permission or the allowance is missing; a person must act."""


class LoginRefused(NotAllowed):
    """Sales Cloud does not let us in."""


class AllowanceSpent(NotAllowed):
    """No API calls are left for us; the next window has some."""


class Unexpected(SyncError):  # noqa: N818 -- likewise
    """Sales Cloud answered in a shape that we do not know."""


class TooSlow(Unexpected):
    """A query takes Sales Cloud too long to answer at once."""


class CursorGone(Unexpected):
    """The next page of a query cannot be fetched any more."""


class FieldUnknown(Unexpected):
    """A query names a field that the integration user cannot see."""


class ObjectUnknown(Unexpected):
    """The org has no such object, or hides it."""


class MirrorError(Exception):
    """The mirror's file cannot be used; says which, why, and what to do."""
