"""What a client sends as a field's value, checked and turned into a column's value."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from sandbox.errors import ApiError
from sandbox.schema import Field, SObject
from sandbox.schema_ids import full_id, is_id


NUMBERS: Final = frozenset(["currency", "double", "percent", "int", "long"])


def fields_of(
    sobject: SObject, values: Mapping[str, Any], *, creating: bool
) -> dict[Field, Any]:
    """The fields that a write names; refuses those that cannot be written."""
    found: dict[Field, Any] = {}
    for name, value in values.items():
        field = sobject.field(name)
        if field is None:
            raise ApiError(
                400,
                "INVALID_FIELD",
                f"No such column '{name}' on sobject of type {sobject.name}",
            )
        found[field] = value
    closed = [f.name for f in found if not (f.createable if creating else f.updateable)]
    if closed:
        raise ApiError(
            400,
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            f"Unable to create/update fields: {', '.join(closed)}. Please check the"
            " security settings of this field and verify that it is read/write for"
            " your profile or permission set.",
            tuple(closed),
        )
    return found


def refuse_missing(
    sobject: SObject, given: Mapping[Field, Any], *, creating: bool
) -> None:
    """Refuse a write that leaves a required field empty."""
    missing = tuple(
        f.name
        for f in sobject.fields
        if f.required and (f in given or creating) and given.get(f) in {None, ""}
    )
    if missing:
        raise ApiError(
            400,
            "REQUIRED_FIELD_MISSING",
            f"Required fields are missing: [{', '.join(missing)}]",
            missing,
        )


def stored(field: Field, value: Any) -> Any:
    """A JSON value as the column holds it; ApiError where it is of another type."""
    if value is None or value == "":
        return False if field.type == "boolean" else None
    if field.type in {"id", "reference"}:
        return id_value(field, value)
    if field.type in NUMBERS:
        return number_value(field, value)
    match field.type:
        case "boolean":
            return truth(field, value)
        case "date" | "datetime":
            return moment_value(field, value)
    return text_value(field, value)


def id_value(field: Field, value: Any) -> str:
    """An id of 18 characters."""
    if not isinstance(value, str) or not is_id(value):
        raise ApiError(
            400,
            "MALFORMED_ID",
            f"{field.label}: id value of incorrect type: {value}",
            (field.name,),
        )
    return full_id(value)


def number_value(field: Field, value: Any) -> Decimal | int | float:
    """A number that the field can hold."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise unreadable(field, value)
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise unreadable(field, value) from error
    if not number.is_finite() or (
        field.type in {"int", "long"} and number != number.to_integral_value()
    ):
        raise unreadable(field, value)
    if abs(number) >= 10**18:
        raise ApiError(
            400,
            "NUMBER_OUTSIDE_VALID_RANGE",
            f"{field.label}: value outside of valid range on numeric field: {value}",
            (field.name,),
        )
    if field.type == "currency":
        return number
    return int(number) if field.type in {"int", "long"} else float(number)


def truth(field: Field, value: Any) -> bool:
    """True or false."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    raise unreadable(field, value)


def moment_value(field: Field, value: Any) -> date | datetime:
    """A day, or a moment in UTC without its zone."""
    try:
        if field.type == "date":
            return date.fromisoformat(str(value)[:10])
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise unreadable(field, value) from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)


def text_value(field: Field, value: Any) -> str:
    """A text that fits, and is a choice where only choices fit."""
    if isinstance(value, dict | list):
        raise unreadable(field, value)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if field.length and len(text) > field.length:
        raise ApiError(
            400,
            "STRING_TOO_LONG",
            f"{field.label}: data value too large: {text} (max length={field.length})",
            (field.name,),
        )
    if field.restricted and field.picklist and text not in field.picklist:
        raise ApiError(
            400,
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            f"{field.label}: bad value for restricted picklist field: {text}",
            (field.name,),
        )
    return text


def unreadable(field: Field, value: Any) -> ApiError:
    """A JSON value of the wrong type."""
    match value:
        case bool():
            kind = f"VALUE_{str(value).upper()}"
        case int():
            kind = "VALUE_NUMBER_INT"
        case float():
            kind = "VALUE_NUMBER_FLOAT"
        case dict():
            kind = "START_OBJECT"
        case list():
            kind = "START_ARRAY"
        case _:
            kind = "VALUE_STRING"
    return ApiError(
        400,
        "JSON_PARSER_ERROR",
        f"Cannot deserialize instance of {field.type} from {kind} value {value} or"
        " request may be missing a required field at [line:1, column:1]",
    )
