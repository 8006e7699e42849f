"""Moments as Sales Cloud, the mirror and people write them."""

from datetime import UTC, datetime


def naive(moment: datetime | None) -> datetime | None:
    """A moment as the mirror keeps it: UTC, without zone."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment else None


def utc(moment: datetime | None) -> datetime | None:
    """A moment as the mirror keeps it, with its zone."""
    return moment.replace(tzinfo=UTC) if moment else None


def moment_text(moment: datetime) -> str:
    """A moment as change logs want it: to the second, with its zone."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}+00:00"


def parse_moment(text: str) -> datetime:
    """A moment as REST writes it."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z").astimezone(UTC)
