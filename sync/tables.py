"""The mirror's tables as SQL text: how they are made, filled, merged and compared.

Names come from the catalogue or from describe. Every statement works on one object:
``page`` is what came over the wire (text), ``stage`` what was made of it (typed),
``newest`` the stage with one row an id, whatever its table is called.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sync.moments import naive
from sync.objects import CATALOGUE, Field, SObject
from sync.values import typed


#: Raise it when the tables change: older mirrors are rebuilt from Sales Cloud.
SCHEMA_VERSION: Final = "3"

BOOKKEEPING: Final = """
create table mirror_meta (name varchar, value varchar);
create table mirror_object (
  name varchar, available boolean, rows bigint, watermark timestamp,
  loaded_at timestamp, status varchar, reason varchar, columns varchar
);
create table mirror_field (
  object varchar, name varchar, type varchar, available boolean, reason varchar
);
create table mirror_problem (
  object varchar, record_id varchar, field varchar, value varchar, because varchar
);
create table mirror_describe (
  object varchar, described_at timestamp, shape varchar
);
create table mirror_job (
  object varchar, job_id varchar, version varchar, columns varchar,
  made_at timestamp, since timestamp, watermark timestamp, deleted varchar
);
create table mirror_run (
  ended_at timestamp, object varchar, status varchar, rows bigint, deleted bigint,
  calls bigint, compared bigint, drifted bigint, watermark timestamp,
  lag_seconds bigint, reason varchar
);
create table mirror_choice (
  object varchar, field varchar, value varchar, active boolean, first_seen timestamp
);
create table mirror_part (
  job_id varchar, address varchar, following varchar, rows bigint
);
"""

#: Fields of opportunities whose old values Sales Cloud may not keep.
WATCHED: Final = (
    "StageName",
    "Amount",
    "CloseDate",
    "NextStep",
    "OwnerId",
    "ForecastCategoryName",
    "Probability",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a finished reading of an object brings besides its rows."""

    at: datetime  #: the server's moment
    watermark: datetime | None
    columns: Sequence[str]  #: fields that were read
    deleted: Mapping[str, datetime] = field(default_factory=dict)
    why_deleted: str = "deleted"
    complete: bool = False  #: everything was read: what is missing is gone


def create_schema() -> str:
    """Every table of an empty mirror."""
    rows = "".join(
        f"insert into mirror_object values ('{obj.name}', false, 0, null, null, "
        "'never', 'not read yet', '');"
        for obj in CATALOGUE
    )
    tables = "".join(create_table(obj, obj.table) for obj in CATALOGUE)
    meta = f"insert into mirror_meta values ('schema', '{SCHEMA_VERSION}');"
    return BOOKKEEPING + tables + rows + meta


def create_table(obj: SObject, table: str, how: str = "create table") -> str:
    """An empty table for the rows of an object."""
    columns = ", ".join(f'"{f.name}" {f.type}' for f in obj.fields)
    return f"{how} {table} ({columns}, gone_at timestamp, gone_why varchar);"


def retype(obj: SObject, field: Field) -> str:
    """Make a column anew; all rows are read again, for none has a value there."""
    return (
        f'alter table {obj.table} drop column if exists "{field.name}"; '
        f'alter table {obj.table} add column "{field.name}" {field.type}; '
        f"update mirror_object set columns = replace(' ' || columns || ' ', "
        f"' {field.name} ', ' ') where name = '{obj.name}'; " + drop_job(obj)
    )


def create_stage(obj: SObject, stage: str, *, lasting: bool) -> str:
    """Tables for rows on their way in, and for what is wrong with them."""
    how = "create table if not exists" if lasting else "create or replace temp table"
    return (
        create_table(obj, stage, how)
        + f"{how} {stage}_problem as from mirror_problem limit 0;"
    )


def job_stage(obj: SObject) -> str:
    """Where a job's rows wait until all of them have arrived."""
    return f"job_{obj.name.lower()}"


def drop_job(obj: SObject) -> str:
    """Forget a job and the rows that wait."""
    stage = job_stage(obj)
    return (
        "delete from mirror_part where job_id in "
        f"(select job_id from mirror_job where object = '{obj.name}');"
        f"delete from mirror_job where object = '{obj.name}';"
        f"drop table if exists {stage}; drop table if exists {stage}_problem;"
    )


def fill_stage(
    stage: str,
    obj: SObject,
    present: Sequence[str],
    page: str,
    value: Callable[[Field], str] = typed,
) -> str:
    """Put the rows of a page into the stage as values."""
    known = {f.name: value(f) for f in obj.fields if f.name in present}
    values = ", ".join(known.get(f.name, "null") for f in obj.fields)
    never = "cast(null as timestamp)"
    stamp = known.get("SystemModstamp") or known.get("CreatedDate") or never
    gone = (
        f"case when {known['IsDeleted']} then "
        f"coalesce({stamp}, timestamp '1970-01-01') end, "
        f"case when {known['IsDeleted']} then 'deleted' end"
        if "IsDeleted" in known
        else "null, null"
    )
    return f"insert into {stage} select {values}, {gone} from {page}"


def pick_newest(stage: str, obj: SObject) -> str:
    """The staged rows, one an id: the one that changed last."""
    latest = f'"{obj.cursor}" desc nulls last, ' if obj.cursor else ""
    order = f"{latest}rowid desc"
    return (
        f"create or replace temp table newest as select * from {stage} "
        f'qualify row_number() over (partition by "Id" order by {order}) = 1'
    )


def not_older(obj: SObject) -> str:
    """Whether a staged row may replace the mirror's; equal stamps may."""
    if obj.cursor is None:
        return "true"
    mine, theirs = f't."{obj.cursor}"', f'newest."{obj.cursor}"'
    return f"({mine} is null or {theirs} is null or {theirs} >= {mine})"


def merge(newest: str, obj: SObject) -> tuple[str, ...]:
    """Replace rows by their newer selves and add those that are new."""
    columns = ", ".join(f'"{f.name}"' for f in obj.fields)
    return (
        (
            f"delete from {obj.table} t using {newest} newest "
            f'where t."Id" = newest."Id" and {not_older(obj)}'
        ),
        (
            f"insert into {obj.table} ({columns}, gone_at, gone_why) "
            f"select {columns}, gone_at, gone_why from {newest} newest "
            f"where not exists (select 1 from {obj.table} t "
            f'where t."Id" = newest."Id")'
        ),
    )


def add(newest: str, obj: SObject) -> str:
    """Add rows where there are none."""
    columns = ", ".join(f'"{f.name}"' for f in obj.fields)
    names = f"{columns}, gone_at, gone_why"
    return f"insert into {obj.table} ({names}) select {names} from {newest}"


def adopt(stage: str, obj: SObject) -> str:
    """Let a stage in the file be the mirror's table, which holds nothing yet."""
    return f"drop table {obj.table}; alter table {stage} rename to {obj.table};"


def bury_logged(newest: str, obj: SObject) -> str:
    """Mark what the delete log names, unless it was changed or read since; ``$why``."""
    stamp = f't."{obj.cursor}"' if obj.cursor else "cast(null as timestamp)"
    return (
        f"update {obj.table} t set gone_at = logged.moment, gone_why = $why "
        'from logged where t."Id" = logged.id and t.gone_at is null '
        f"and ({stamp} is null or {stamp} <= logged.moment) "
        f'and t."Id" not in (select "Id" from {newest} where gone_at is null)'
    )


def bury_missing(newest: str, obj: SObject) -> str:
    """Mark what a complete reading did not find; ``$at`` and ``$why``."""
    return (
        f"update {obj.table} set gone_at = $at, gone_why = $why "
        f'where gone_at is null and "Id" not in (select "Id" from {newest})'
    )


def settled(load: Load, obj: SObject, rows: int | None = None) -> tuple[str, list[Any]]:
    """Note that an object was read to the end, up to a watermark."""
    sql = (
        "update mirror_object set available = true, status = 'complete', reason = '', "
        "rows = coalesce(?, rows), watermark = coalesce(?, watermark), loaded_at = ?, "
        "columns = ? where name = ?"
    )
    columns = " ".join(sorted(load.columns))
    return sql, [rows, naive(load.watermark), naive(load.at), columns, obj.name]


def changed(newest: str, obj: SObject, field: str) -> str:
    """Rows whose staged value of a field differs from the mirror's."""
    return (
        f"select t.\"Id\", '{field}', "
        'coalesce(newest."LastModifiedDate", newest."SystemModstamp", '
        "timestamp '1970-01-01'), "
        f"{plain('t', field)}, {plain('newest', field)} "
        f'from {obj.table} t join {newest} newest on t."Id" = newest."Id" '
        f'where {not_older(obj)} and t."{field}" is distinct from newest."{field}"'
    )


def plain(table: str, field: str) -> str:
    """A value as text; numbers without zeros that say nothing."""
    text = f'cast({table}."{field}" as varchar)'
    if field == "Probability":
        return rf"regexp_replace({text}, '\.?0+$', '')"
    return text
