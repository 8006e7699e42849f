"""What a request or a folder is refused with.

* ApiError -- a request that the service answers with an error body
* OrgError -- a folder that cannot be served; the message names place and remedy
"""

from typing import Any, Final


#: Refusals of a write always list fields, even none.
OF_WRITES: Final = frozenset(
    [
        "DUPLICATE_VALUE",
        "ENTITY_IS_DELETED",
        "FIELD_INTEGRITY_EXCEPTION",
        "INVALID_CROSS_REFERENCE_KEY",
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "MALFORMED_ID",
        "STRING_TOO_LONG",
    ]
)


class ApiError(Exception):
    """A refusal in the words of the service: status, code, message, fields."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        fields: tuple[str, ...] = (),
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.fields = fields

    def as_json(self) -> list[dict[str, Any]]:
        """The body of the answer; ``fields`` only where a field is to blame."""
        body: dict[str, Any] = {"message": self.message, "errorCode": self.code}
        if self.fields or self.code in OF_WRITES:
            body["fields"] = list(self.fields)
        return [body]


class OrgError(Exception):
    """A folder that cannot be served as an organisation."""
