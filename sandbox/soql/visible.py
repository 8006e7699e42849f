"""Which rows only a query for all of them sees: deleted ones and archived ones."""

from collections.abc import Mapping
from datetime import UTC, timedelta
from typing import Final

from sandbox.soql.scope import Reached
from sandbox.soql.setting import Setting
from sandbox.soql.tree import Query


#: Activities that have been over for so long are out of sight of a plain query.
ARCHIVED_AFTER: Final = timedelta(days=365)


#: What the age of an activity is counted from.
AGE: Final[Mapping[str, tuple[str, ...]]] = {
    "Task": ("ActivityDate", "CreatedDate"),
    "Event": ("EndDateTime", "ActivityDate", "StartDateTime"),
}


def hidden(setting: Setting, root: Reached, query: Query) -> list[str]:
    """What keeps deleted and archived rows out of sight."""
    if setting.all_rows or query.all_rows:
        return []
    found = []
    if root.sobject.has("IsDeleted"):
        found.append(f'{root.alias}."IsDeleted" IS NOT TRUE')
    if archived := archive_rule(setting, root):
        found.append(f"{archived} IS NOT TRUE")
    return found


def archive_rule(setting: Setting, root: Reached) -> str | None:
    """Which activities are archived: as the record says, or else by their age."""
    sobject, alias = root.sobject, root.alias
    if sobject.name not in {"Task", "Event"}:
        return None
    if sobject.has("IsArchived"):
        return f'{alias}."IsArchived"'
    dates = [f for f in AGE[sobject.name] if sobject.has(f)]
    if not dates or (sobject.name == "Task" and not sobject.has("IsClosed")):
        return None
    limit = setting.now.astimezone(UTC).replace(tzinfo=None) - ARCHIVED_AFTER
    setting.params["archived"] = limit
    moments = ", ".join(f'CAST({alias}."{f}" AS TIMESTAMP)' for f in dates)
    old = f"(coalesce({moments}) <= $archived"
    return f'{old} AND {alias}."IsClosed")' if sobject.name == "Task" else f"{old})"
