"""Money and moments as plain JSON values."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any


Json = dict[str, Any]


def moment(when: datetime) -> str:
    """An aware moment in UTC, to the second."""
    return f"{when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def amount(value: Decimal | None) -> str | None:
    """Money as a decimal string, with at least two places."""
    if value is None:
        return None
    places = max(2, -int(value.as_tuple().exponent))
    return f"{value:.{places}f}"
