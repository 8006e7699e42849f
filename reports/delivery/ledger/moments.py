"""Moments and days as the ledger keeps them: text that sorts as time does."""

from datetime import UTC, datetime


def kept(moment: datetime) -> str:
    """An aware moment as text, in UTC and always of the same length."""
    if moment.tzinfo is None:
        raise ValueError("the ledger keeps aware moments only")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def kept_if_any(moment: datetime | None) -> str | None:
    """The same for a moment that may be missing."""
    return None if moment is None else kept(moment)


def moment(text: str) -> datetime:
    """A kept moment."""
    return datetime.fromisoformat(text)


def moment_if_any(text: str | None) -> datetime | None:
    """A kept moment that may be missing."""
    return None if text is None else moment(text)
