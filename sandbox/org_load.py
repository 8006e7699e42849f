"""From a folder of CSV files to typed tables.

A file's columns are the fields of its object. What the catalogue knows about a field
is kept; ``schema.json`` decides the type; a column that neither knows is guessed from
its first values. Stamps that a file lacks are taken from those that it has.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

import duckdb

from sandbox.errors import OrgError
from sandbox.org_files import (
    fault_of,
    guess,
    header_of,
    object_files,
    open_text,
    rows_of,
)
from sandbox.schema import ID, STAMPS, Field, SObject, load_schema, make_field
from sandbox.schema_ids import ALPHABET, CHECK, LONG, SHORT
from sandbox.schema_standard import STANDARD


#: How many rows are looked at to guess the type of an unknown column.
SAMPLE: Final = 200

#: What a record without any stamp is said to have been made at.
LONG_AGO: Final = "TIMESTAMP '2000-01-01'"

#: Fields that need a feature; they exist only where a file has them.
FEATURES: Final = frozenset(
    [
        "CurrencyIsoCode",
        "DefaultCurrencyIsoCode",
        "LastActivityInDays",
        "LastStageChangeInDays",
    ]
)

#: What each letter of an id is: 1 in upper case; and all fives of them, in the order
#: of the checksum characters.
CAPITAL: Final = "".join(str(int(letter.isupper())) for letter in ALPHABET)
FIVES: Final = " ".join(f"{number:05b}"[::-1] for number in range(32))

#: Key prefixes of custom objects are given out from here.
CUSTOM_PREFIX: Final = "a{:02d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file, the object that it holds, and the fields of its columns in order."""

    path: Path
    sobject: SObject
    columns: tuple[Field, ...]


def load(con: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, SObject]:
    """Read a folder into ``con``; the objects of the organisation by lower name."""
    sources = plan(folder)
    objects = {
        name: without_features(sobject)
        for name, sobject in STANDARD.items()
        if not sobject.optional
    } | {name: source.sobject for name, source in sources.items()}
    for sobject in objects.values():
        con.execute(table_of(sobject))
    for source in sources.values():
        fill(con, source)
    return objects


def without_features(sobject: SObject) -> SObject:
    """A standard object as it is in an organisation that has bought nothing extra."""
    return sobject.with_fields(f for f in sobject.fields if f.name not in FEATURES)


def plan(folder: Path) -> dict[str, Source]:
    """What each file of a folder holds, before any row is read."""
    declared = {name.lower(): fields for name, fields in load_schema(folder).items()}
    sources: dict[str, Source] = {}
    for number, (name, path) in enumerate(object_files(folder).items()):
        known = STANDARD.get(name.lower()) or unknown(name, number)
        typed = {k.lower(): v for k, v in declared.get(name.lower(), {}).items()}
        columns = columns_of(path, known, typed)
        sobject = known.with_fields(fields_of(columns, known))
        sources[name.lower()] = Source(path=path, sobject=sobject, columns=columns)
    return sources


def unknown(name: str, number: int) -> SObject:
    """An object that the catalogue does not know; its fields come from its file."""
    label = name.removesuffix("__c").replace("_", " ")
    return SObject(
        name=name,
        label=label,
        plural=f"{label}s",
        prefix=CUSTOM_PREFIX.format(number),
        custom=name.endswith("__c"),
        undeletable=True,
        searchable=True,
        triggerable=True,
        fields=(ID, *(f for f in STANDARD["account"].fields if stamp(f))),
    )


def stamp(field: Field) -> bool:
    """Whether the stand-in fills the field in itself."""
    return field.name.lower() in STAMPS


def columns_of(
    path: Path, known: SObject, declared: Mapping[str, str]
) -> tuple[Field, ...]:
    """The field behind every column of a file."""
    names = header_of(path)
    sample: dict[str, list[str]] = {}
    if any(n.lower() not in declared and not known.has(n) for n in names):
        with open_text(path) as text:
            rows = [row for _, row in islice(rows_of(path, text), 1, SAMPLE)]
        full = [row for row in rows if len(row) == len(names)]
        sample = {n: [row[i] for row in full] for i, n in enumerate(names)}
    return tuple(
        field_of(name, known.field(name), declared.get(name.lower()), sample)
        for name in names
    )


def field_of(
    name: str,
    known: Field | None,
    declared: str | None,
    sample: Mapping[str, Sequence[str]],
) -> Field:
    """A column as a field: the catalogue's word on it where the types agree."""
    type_, _, targets = (declared or "").partition(":")
    if known is not None and type_ in {"", known.type}:
        more = [t for t in targets.split("|") if t and t not in known.reference_to]
        return replace(known, reference_to=(*known.reference_to, *more))
    if known is not None and known.type in {"anyType", "id", "combobox"}:
        return known
    is_name = name.lower() == "name"
    made = make_field(
        name,
        type_ or guess(sample.get(name, ())),
        targets.split("|") if targets else (),
        name_field=is_name,
    )
    if is_name:
        made = replace(made, nillable=False)
    return made if known is None else replace(made, label=known.label, name=known.name)


def fields_of(columns: Sequence[Field], known: SObject) -> Iterable[Field]:
    """A file's fields and the system fields that its object has anyway."""
    present = {field.name.lower() for field in columns}
    yield from columns
    for field in known.fields:
        if stamp(field) and field.name.lower() not in present:
            yield field


def table_of(sobject: SObject) -> str:
    """The statement that makes an object's table."""
    columns = ", ".join(f'"{f.name}" {f.kind.store}' for f in sobject.fields)
    return f'CREATE TABLE "{sobject.name}" ({columns})'


def fill(con: duckdb.DuckDBPyConnection, source: Source) -> None:
    """Read one file; a broken row becomes an error that names it."""
    try:
        con.execute(insertion(source), {"path": str(source.path)})
        refuse_twins(con, source)
    except (duckdb.Error, OrgError) as error:
        if fault := fault_of(source.path, source.columns):
            raise fault from error
        raise OrgError(f"{source.path}: cannot be read ({error})") from error


def insertion(source: Source) -> str:
    """The statement that reads a file into its table."""
    columns = ", ".join(f"'{f.name}': 'VARCHAR'" for f in source.columns)
    present = {f.name.lower(): f for f in source.columns}
    values = ", ".join(
        typed(present[field.name.lower()])
        if field.name.lower() in present
        else default(field, present)
        for field in source.sobject.fields
    )
    return f"""
        INSERT INTO "{source.sobject.name}" SELECT {values} FROM read_csv(
            $path, columns = {{{columns}}}, header = true, delim = ',', quote = '"',
            escape = '"', auto_detect = false, strict_mode = true,
            max_line_size = 67108864, nullstr = '')
    """


def typed(field: Field) -> str:
    """A cell as a value of its field."""
    cell = f'"{field.name}"'
    match field.type:
        case "id" | "reference":
            return (
                f"CASE WHEN {cell} IS NULL THEN NULL"
                f" WHEN NOT {cell} ~ '[A-Za-z0-9]*' THEN error('not an id')"
                f" WHEN length({cell}) = {LONG} THEN {cell}"
                f" WHEN length({cell}) = {SHORT} THEN {lengthened(cell)}"
                " ELSE error('not an id') END"
            )
        case "datetime":
            return f"CAST(CAST({cell} AS TIMESTAMPTZ) AS TIMESTAMP)"
        case "double" | "percent":
            return (
                f"CASE WHEN isfinite(CAST({cell} AS DOUBLE)) OR {cell} IS NULL"
                f" THEN CAST({cell} AS DOUBLE) ELSE error('not a number') END"
            )
        case "boolean":
            return f"coalesce(CAST({cell} AS BOOLEAN), false)"
    return f"CAST({cell} AS {field.kind.store})"


def lengthened(cell: str) -> str:
    """A 15-character id with its checksum, in SQL.

    Of each five letters, those in upper case are looked up among the 32 possibilities.
    """
    parts = [cell]
    for start in (1, 6, 11):
        capitals = f"translate(substr({cell}, {start}, 5), '{ALPHABET}', '{CAPITAL}')"
        parts.append(f"substr('{CHECK}', 1 + strpos('{FIVES}', {capitals}) // 6, 1)")
    return " || ".join(parts)


def default(field: Field, present: Mapping[str, Field]) -> str:
    """What a system field holds when the file has no such column."""
    match field.name.lower():
        case "isdeleted":
            return "false"
        case "createddate" | "lastmodifieddate" | "systemmodstamp" as name:
            order = ["systemmodstamp", "lastmodifieddate", "createddate"]
            if name == "createddate":
                order.reverse()
            found = [typed(present[n]) for n in order if n in present]
            return f"coalesce({', '.join([*found, LONG_AGO])})"
        case "createdbyid" | "lastmodifiedbyid":
            order = ["lastmodifiedbyid", "createdbyid", "ownerid"]
            found = [typed(present[n]) for n in order if n in present]
            return f"coalesce({', '.join([*found, 'NULL'])})"
    return "NULL"


def refuse_twins(con: duckdb.DuckDBPyConnection, source: Source) -> None:
    """Every record has an id, and its own."""
    found = con.execute(
        f'SELECT count(*) - count(DISTINCT left("Id", 15)) FROM "{source.sobject.name}"'
    ).fetchone()
    if found and found[0]:
        raise OrgError(f"{source.path}: ids are missing or appear twice")
