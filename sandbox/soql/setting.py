"""What every level of a query shares: the text, the objects, the moment, who asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sandbox.schema import SObject
from sandbox.soql.dates import Moments


@dataclass(slots=True, kw_only=True)
class Setting:
    """What every level of a query shares."""

    text: str
    objects: Mapping[str, SObject]
    moments: Moments
    now: datetime
    all_rows: bool = False
    bulk: bool = False
    user_id: str | None = None
    params: dict[str, Any] = field(default_factory=dict)
    tables: int = 0

    def fresh(self) -> str:
        """A table name that the statement does not use yet."""
        self.tables += 1
        return f"t{self.tables - 1}"

    def separate(self) -> "Setting":
        """The same setting for a statement of its own."""
        return replace(self, params={}, tables=0)
