"""What the texts of a page mean, as SQL: values, and texts that are none."""

from collections.abc import Sequence
from typing import Final

from sync.kinds import WHOLE, Field, Kind, SObject


#: What a text must look like to be a moment: Sales Cloud speaks UTC only.
UTC_MOMENT: Final = r"[0-9-]{10}T[0-9:]{8}(\.[0-9]+)?(Z|[+-]00:?00)?"

#: Why a text is not a value, for the reader of a problem.
NOT_A: Final = {
    Kind.BOOLEAN: "is neither true nor false",
    Kind.DATE: "is not a day of the calendar",
    Kind.MOMENT: "is not a moment in UTC",
    Kind.MONEY: f"is not an amount of at most {WHOLE} digits before the point",
    Kind.NUMBER: f"is not a number of at most {WHOLE} digits before the point",
    Kind.RATE: f"is not a rate of at most {WHOLE} digits before the point",
    Kind.INTEGER: "is not a whole number",
}

RECORD_ID: Final = "[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?"


def typed(field: Field) -> str:
    """The value that a column of text means, or null."""
    text = f"nullif(\"{field.name}\", '')"
    match field.kind:
        case Kind.TEXT:
            return text
        case Kind.MOMENT:
            cast = f"try_cast({text} as TIMESTAMP)"
            return (
                f"case when regexp_full_match({text}, '{UTC_MOMENT}') then {cast} end"
            )
    return f"try_cast({text} as {field.type})"


def as_it_is(field: Field) -> str:
    """The value of a column that has its type already."""
    return f'"{field.name}"'


def count_ids(stage: str) -> str:
    """How many different ids there are, and how many rows have none that is usable."""
    usable = f"coalesce(regexp_full_match(\"Id\", '{RECORD_ID}'), false)"
    return (
        f'select count(distinct "Id"), count(*) filter (where not {usable}) '
        f"from {stage}"
    )


def count_texts(fields: Sequence[Field], page: str) -> str:
    """How many texts each column holds."""
    counts = ", ".join(f"count(nullif(\"{f.name}\", ''))" for f in fields)
    return f"select {counts} from {page}"


def count_values(fields: Sequence[Field], stage: str) -> str:
    """How many values each column holds."""
    counts = ", ".join(f'count("{f.name}")' for f in fields)
    return f"select {counts} from {stage}"


def note_bad(stage: str, obj: SObject, field: Field, page: str) -> str:
    """Remember the texts of a column that are not values."""
    return (
        f"insert into {stage}_problem select '{obj.name}', \"Id\", '{field.name}', "
        f"\"{field.name}\", '{NOT_A[field.kind]}' from {page} where {is_bad(field)}"
    )


def is_bad(field: Field) -> str:
    """Whether a text is there and is not a value."""
    return f"nullif(\"{field.name}\", '') is not null and {typed(field)} is null"


def count_rounded(fields: Sequence[Field], page: str) -> str:
    """How many texts of each column have more decimals than it keeps."""
    counts = ", ".join(f"count(*) filter (where {is_rounded(f)})" for f in fields)
    return f"select {counts} from {page}"


def note_rounded(stage: str, obj: SObject, field: Field, page: str) -> str:
    """Remember the texts of a column that were rounded."""
    return (
        f"insert into {stage}_problem select '{obj.name}', \"Id\", '{field.name}', "
        f"\"{field.name}\", 'was rounded to {field.decimals} decimals' "
        f"from {page} where {is_rounded(field)}"
    )


def is_rounded(field: Field) -> str:
    """Whether a text says more than the value that is made of it."""
    exact = f"try_cast(nullif(\"{field.name}\", '') as DECIMAL(38,{WHOLE}))"
    return f"coalesce({exact} <> {typed(field)}, false)"
