"""The questions that a sync asks, as SOQL.

Names come from the catalogue or were found in describe; values are ids that were
checked and moments that we format.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sync.objects import SObject, Vanishing


#: 15 characters, or 18 with the checksum.
RECORD_ID: Final = re.compile(r"[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?\Z")

#: Ids in one condition: keeps a query under the limit of a WHERE clause (4,000).
IDS_AT_ONCE: Final = 150


def rows(
    obj: SObject,
    columns: Sequence[str],
    *,
    since: datetime | None = None,
    ordered: bool = True,
) -> str:
    """All rows, or those that changed at or after a moment, oldest change first."""
    cursor = obj.cursor if obj.cursor in columns else None
    where = f" WHERE {cursor} >= {literal(since)}" if cursor and since else ""
    order = f" ORDER BY {cursor}, Id" if cursor and ordered else ""
    return f"SELECT {', '.join(columns)} FROM {obj.name}{where}{order}"


def by_id(obj: SObject, columns: Sequence[str], ids: Sequence[str]) -> str:
    """These rows."""
    quoted = ", ".join(f"'{id_}'" for id_ in ids if RECORD_ID.match(id_))
    return f"SELECT {', '.join(columns)} FROM {obj.name} WHERE Id IN ({quoted})"


def stamps(obj: SObject, columns: Sequence[str]) -> str:
    """The ids of all rows, and their stamps if they have any."""
    return f"SELECT {', '.join(columns)} FROM {obj.name}{not_deleted(obj)}"


def how_many(obj: SObject) -> str:
    """How many rows there are."""
    return f"SELECT COUNT(Id) howMany FROM {obj.name}{not_deleted(obj)}"


def not_deleted(obj: SObject) -> str:
    """What leaves out the recycle bin where archived rows are asked for, too."""
    return " WHERE IsDeleted = false" if with_archive(obj) else ""


def with_archive(obj: SObject) -> bool:
    """Whether rows may be archived, so that only ``queryAll`` sees them all.

    IsDeleted of objects whose rows vanish silently is not to be trusted.
    """
    return obj.vanishing is Vanishing.LOGGED and obj.deletable


def stamps_of_live_deals() -> str:
    """Ids and stamps of open and recently closed opportunities."""
    return (
        "SELECT Id, SystemModstamp FROM Opportunity "
        "WHERE IsClosed = false OR CloseDate >= LAST_N_DAYS:400"
    )


def literal(moment: datetime) -> str:
    """A moment as SOQL writes it."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z"
