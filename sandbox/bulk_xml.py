"""Bulk API 1.0 in XML: small documents that say how jobs and batches are."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from xml.sax.saxutils import escape


NAMESPACE: Final = "http://www.force.com/2009/06/asyncapi/dataload"
HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>'


def document(name: str, values: Mapping[str, Any]) -> bytes:
    """A document with one element per value that there is."""
    inner = "".join(element(key, value) for key, value in values.items())
    return f'{HEAD}<{name}\n   xmlns="{NAMESPACE}">{inner}\n</{name}>'.encode()


def listed(name: str, item: str, rows: Iterable[Mapping[str, Any] | str]) -> bytes:
    """A document with one element per row."""
    parts = []
    for row in rows:
        if isinstance(row, str):
            parts.append(element(item, row))
        else:
            inner = "".join(element(key, value) for key, value in row.items())
            parts.append(f"\n <{item}>{inner}\n </{item}>")
    return f'{HEAD}<{name}\n   xmlns="{NAMESPACE}">{"".join(parts)}\n</{name}>'.encode()


def element(name: str, value: object) -> str:
    """An element, or nothing for no value."""
    if value is None:
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"\n <{name}>{escape(text)}</{name}>"


def records(sobject: str, columns: Iterable[str], rows: Iterable[Any]) -> bytes:
    """Records as a query result; empty values are nil."""
    names = list(columns)
    parts = []
    for row in rows:
        cells = "".join(
            f"<{n}>{escape(str(v))}</{n}>" if v != "" else f'<{n} xsi:nil="true"/>'
            for n, v in zip(names, row, strict=True)
        )
        parts.append(
            f'<records xsi:type="sObject"><type>{sobject}</type>{cells}</records>'
        )
    return "\n".join(parts).encode()


def opening() -> bytes:
    """What precedes the records of a query result."""
    schema = "http://www.w3.org/2001/XMLSchema-instance"
    return f'{HEAD}<queryResult xmlns="{NAMESPACE}" xmlns:xsi="{schema}">\n'.encode()
