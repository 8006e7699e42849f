"""How the service words a refusal of a query: the place, a caret, the reason."""

from typing import Final

from sandbox.errors import ApiError


#: How much of the query is shown on each side of the caret, to whole words.
CONTEXT: Final = 30

SEPARATORS: Final = " \t\r\n,"

WSDL: Final = (
    "Please reference your WSDL or the describe call for the appropriate names."
)


def excerpt(text: str, at: int) -> tuple[str, int]:
    """The part of a query around ``at``, and where in it the caret belongs."""
    start = max(0, at - CONTEXT)
    while start > 0 and text[start - 1] not in SEPARATORS:
        start -= 1
    end = min(len(text), at + CONTEXT)
    while end < len(text) and text[end] not in SEPARATORS:
        end += 1
    shown = "".join(" " if c in "\r\n\t" else c for c in text[start:end])
    return shown, at - start


def place(text: str, at: int) -> str:
    """Row and column as the service counts them, both from one."""
    row = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    return f"Row:{row}:Column:{column}"


def refuse(code: str, text: str, at: int, reason: str) -> ApiError:
    """A refusal that points at a place of the query."""
    shown, caret = excerpt(text, at)
    return ApiError(
        400, code, f"\n{shown}\n{' ' * caret}^\nERROR at {place(text, at)}\n{reason}"
    )


def malformed(text: str, at: int, reason: str) -> ApiError:
    """A query that is not SOQL."""
    return refuse("MALFORMED_QUERY", text, at, reason)


def no_such_column(text: str, at: int, name: str, entity: str) -> ApiError:
    """A field that the object does not have, or does not show."""
    return refuse(
        "INVALID_FIELD",
        text,
        at,
        f"No such column '{name}' on entity '{entity}'. If you are attempting to use a"
        " custom field, be sure to append the '__c' after the custom field name."
        f" {WSDL}",
    )


def no_such_relationship(text: str, at: int, name: str) -> ApiError:
    """A field path through a relationship that does not exist."""
    return refuse(
        "INVALID_FIELD",
        text,
        at,
        f"Didn't understand relationship '{name}' in field path. If you are attempting"
        " to use a custom relationship, be sure to append the '__r' after the custom"
        f" relationship name. {WSDL}",
    )


def no_such_children(text: str, at: int, name: str) -> ApiError:
    """A subquery over a relationship that does not exist."""
    return refuse(
        "INVALID_TYPE",
        text,
        at,
        f"Didn't understand relationship '{name}' in FROM part of query call. If you"
        " are attempting to use a custom relationship, be sure to append the '__r'"
        f" after the custom relationship name. {WSDL}",
    )


def no_such_type(text: str, at: int, name: str) -> ApiError:
    """An object that does not exist here."""
    return refuse(
        "INVALID_TYPE",
        text,
        at,
        f"sObject type '{name}' is not supported. If you are attempting to use a custom"
        f" object, be sure to append the '__c' after the entity name. {WSDL}",
    )
