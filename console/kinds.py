"""What an option's text must be, and what it becomes."""

import argparse
from collections.abc import Callable
from datetime import UTC, datetime


def moment(text: str) -> datetime:
    """A day as its first moment in UTC, or a moment with its zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither a day (2026-11-24) nor a moment "
            "(2026-11-24T18:00:00Z)"
        ) from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def at_least(least: int) -> Callable[[str], int]:
    """A whole number that is large enough."""

    def number(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(
                f"{text!r} is not a whole number of {least} or more"
            )
        return int(text)

    return number


def address(text: str) -> str:
    """An email address."""
    name, _, domain = text.rpartition("@")
    if not name or "." not in domain or any(c.isspace() for c in text):
        raise argparse.ArgumentTypeError(f"{text!r} is not an email address")
    return text
