"""How rows are put in order: text regardless of case, choices in their own order."""

from typing import Final

from sandbox.soql.functions import Value
from sandbox.soql.tree import Ranking


#: Where the entries of a picklist come from that a folder sets up itself.
STAGES: Final = (
    '(SELECT min("SortOrder") FROM "OpportunityStage"'
    ' WHERE lower("MasterLabel") = lower({sql}))'
)


def ranked(value: Value, ranking: Ranking) -> str:
    """A value to sort by: text without regard to case, choices in their own order."""
    end = " DESC" if ranking.descending else ""
    end += f" NULLS {'LAST' if ranking.nulls_last else 'FIRST'}"
    sorts = [value.sql]
    if value.type not in {"id", "reference"} and value.textual:
        sorts = [f"lower({value.sql})"]
        if place := choice_place(value):
            sorts.insert(0, place)
    return ", ".join(sql + end for sql in sorts)


def choice_place(value: Value) -> str | None:
    """The place of a picklist's value among its choices, in SQL."""
    column = value.column
    if column is None or column.field.type != "picklist":
        return None
    if column.field.name == "StageName":
        place = STAGES.format(sql=value.sql)
    elif column.field.picklist:
        quoted = (c.replace("'", "''") for c in column.field.picklist)
        listed = ", ".join(f"'{c}'" for c in quoted)
        place = f"list_position([{listed}], {value.sql})"
    else:
        return None
    return f"CASE WHEN {value.sql} IS NOT NULL THEN coalesce({place}, 1000000) END"
