"""What a literal means for the field that it is compared with; refuses other types."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sandbox.errors import ApiError
from sandbox.schema import Field
from sandbox.schema_ids import SHORT, is_id
from sandbox.soql.refusals import refuse
from sandbox.soql.strings import plain
from sandbox.soql.tree import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Operand:
    """The left side of a comparison: what it is called, its field type, its SQL."""

    name: str
    type: str
    sql: str
    at: int
    field: Field | None = None


#: Types that are compared as text.
TEXTUAL: Final = frozenset(
    [
        "anyType",
        "base64",
        "combobox",
        "email",
        "encryptedstring",
        "multipicklist",
        "phone",
        "picklist",
        "string",
        "textarea",
        "url",
    ]
)


#: How a refusal names a field's type.
SPOKEN: Final = {
    "boolean": "boolean",
    "int": "int",
    "long": "long",
    "double": "double",
    "percent": "double",
    "currency": "double",
    "date": "date",
    "datetime": "dateTime",
    "time": "time",
}


def is_null(value: Literal) -> bool:
    """Null, or the empty text, which is the same to the service."""
    return (value.kind == "word" and value.value == "NULL") or (
        value.kind == "text" and value.value == ""
    )


def value_of(text: str, operand: Operand, value: Literal) -> Any:
    """A literal as a value of the operand's type; refuses any other type."""
    kind = value.kind
    match operand.type:
        case "boolean" if kind == "word" and value.value in {"TRUE", "FALSE"}:
            return value.value == "TRUE"
        case "date" if kind == "date":
            return value.value
        case "datetime" if kind == "datetime" and isinstance(value.value, datetime):
            return value.value.replace(tzinfo=None)
        case "currency" | "double" | "percent" | "int" | "long" if kind == "number":
            return value.value
        case "currency" if kind == "money":
            return value.value
        case type_ if type_ in TEXTUAL and kind == "text":
            return plain(str(value.value))
    raise wrong_type(text, operand, value)


def id_of(text: str, operand: Operand, value: Literal) -> str:
    """The first 15 characters of an id."""
    if value.kind != "text":
        raise wrong_type(text, operand, value)
    if not is_id(str(value.value)):
        raise wrong_operator(text, operand, f"invalid ID field: {value.value}")
    return str(value.value)[:SHORT]


def wrong_operator(text: str, operand: Operand, reason: str) -> ApiError:
    """A comparison that the field's type does not know."""
    return refuse("INVALID_QUERY_FILTER_OPERATOR", text, operand.at, reason)


def wrong_type(text: str, operand: Operand, value: Literal) -> ApiError:
    """A value that is not of the field's type."""
    kind = SPOKEN.get(operand.type, "string")
    quotes = "should be" if kind == "string" else "should not be"
    if kind in {"string", "id"} and value.kind == "text":
        quotes = "should be"
    return refuse(
        "INVALID_FIELD",
        text,
        operand.at,
        f"value of filter criterion for field '{operand.name}' must be of type"
        f" {kind} and {quotes} enclosed in quotes",
    )
