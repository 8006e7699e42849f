"""What follows from a field's type: how it is stored, described and may be used."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One of the service's field types."""

    soap: str
    #: The column type behind it.
    store: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    digits: int = 0
    filterable: bool = True
    groupable: bool = True
    sortable: bool = True
    aggregatable: bool = True
    extra: str | None = None

    @property
    def textual(self) -> bool:
        """Compared without regard to case, and quoted in a query."""
        return self.store == "VARCHAR"

    @property
    def numeric(self) -> bool:
        """Written in a query as a bare number."""
        return self.store in {"BIGINT", "DOUBLE", MONEY}


#: Eighteen digits before the point: what a currency field can be made to hold.
MONEY: Final = "DECIMAL(24,6)"


def _text(length: int = 255, **more: bool | str) -> Kind:
    return Kind(soap="xsd:string", store="VARCHAR", length=length, **more)  # type: ignore[arg-type]


KINDS: Final[Mapping[str, Kind]] = {
    "id": Kind(soap="tns:ID", store="VARCHAR", length=18),
    "reference": Kind(soap="tns:ID", store="VARCHAR", length=18),
    "string": _text(),
    "picklist": _text(),
    "combobox": _text(),
    "email": _text(80),
    "phone": _text(40),
    "url": _text(),
    "encryptedstring": _text(175, filterable=False, groupable=False, sortable=False),
    "multipicklist": _text(4099, groupable=False, sortable=False),
    "textarea": _text(
        32000,
        filterable=False,
        groupable=False,
        sortable=False,
        aggregatable=False,
        extra="plaintextarea",
    ),
    "base64": Kind(
        soap="xsd:base64Binary",
        store="VARCHAR",
        filterable=False,
        groupable=False,
        sortable=False,
        aggregatable=False,
    ),
    "anyType": Kind(
        soap="xsd:anyType",
        store="VARCHAR",
        filterable=False,
        groupable=False,
        sortable=False,
        aggregatable=False,
    ),
    "address": Kind(
        soap="urn:address",
        store="VARCHAR",
        groupable=False,
        sortable=False,
        aggregatable=False,
    ),
    "boolean": Kind(soap="xsd:boolean", store="BOOLEAN", aggregatable=False),
    "int": Kind(soap="xsd:int", store="BIGINT", digits=8),
    "long": Kind(soap="xsd:long", store="BIGINT", digits=18),
    "double": Kind(
        soap="xsd:double", store="DOUBLE", precision=18, scale=2, groupable=False
    ),
    "percent": Kind(
        soap="xsd:double", store="DOUBLE", precision=3, scale=0, groupable=False
    ),
    "currency": Kind(
        soap="xsd:double", store=MONEY, precision=18, scale=2, groupable=False
    ),
    "date": Kind(soap="xsd:date", store="DATE"),
    "datetime": Kind(soap="xsd:dateTime", store="TIMESTAMP", groupable=False),
    "time": Kind(soap="xsd:time", store="TIME", groupable=False, aggregatable=False),
}
