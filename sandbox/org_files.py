"""The files of a folder that stand for objects, and what exactly is wrong with one.

Reading is the database's work; only after it has refused a file is the file walked
again here, row by row, to name the line that a person must correct.
"""

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from sandbox.errors import OrgError
from sandbox.schema import Field
from sandbox.schema_ids import is_id


#: A cell may be as long as the service's longest text field, and then some.
csv.field_size_limit(64 * 1024 * 1024)

OBJECT_NAME: Final = re.compile(r"[A-Za-z]\w*", re.ASCII)
TRUTHS: Final = {"true", "false", "1", "0"}
REMEDIES: Final = {
    "boolean": "write true or false",
    "date": "write YYYY-MM-DD",
    "datetime": "write YYYY-MM-DDThh:mm:ss.000+0000",
    "id": "write an id of 15 or 18 letters and digits",
    "reference": "write an id of 15 or 18 letters and digits",
}


def object_files(folder: Path) -> dict[str, Path]:
    """The files of a folder by the object that they hold."""
    if not folder.is_dir():
        raise OrgError(f"{folder}: there is no such folder; name one with CSV files")
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        name = path.name.removesuffix(".gz")
        if not name.endswith(".csv"):
            continue
        name = name.removesuffix(".csv")
        if not OBJECT_NAME.fullmatch(name):
            raise OrgError(f"{path}: {name!r} cannot name an object; rename the file")
        if name.lower() in {known.lower() for known in found}:
            raise OrgError(f"{path}: {name} has two files; remove one")
        found[name] = path
    return found


def open_text(path: Path) -> io.TextIOWrapper:
    """The file as text, unpacked, its line ends untouched."""
    raw = gzip.GzipFile(path) if path.suffix == ".gz" else path.open("rb")
    return io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")


def header_of(path: Path) -> list[str]:
    """The column names of a file."""
    with open_text(path) as text:
        names = next(rows_of(path, text), (1, []))[1]
    if not names:
        raise OrgError(f"{path}: the file is empty; its first line must name fields")
    lower = [name.lower() for name in names]
    for name in names:
        if not OBJECT_NAME.fullmatch(name):
            raise OrgError(f"{path} line 1: {name!r} cannot name a field; rename it")
        if lower.count(name.lower()) > 1:
            raise OrgError(f"{path} line 1: column {name} appears twice; remove one")
    if "id" not in lower:
        raise OrgError(f"{path} line 1: there is no column Id; every record needs one")
    return names


def rows_of(path: Path, text: io.TextIOWrapper) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of the line on which it begins."""
    reader = csv.reader(text, strict=True)
    begins = 1
    while True:
        try:
            row = next(reader, None)
        except (csv.Error, UnicodeDecodeError, OSError, EOFError, zlib.error) as error:
            raise OrgError(
                f"{path} line {begins}: cannot be read as UTF-8 CSV ({error});"
                " save it again as UTF-8 with quoted cells"
            ) from error
        if row is None:
            return
        yield begins, row
        begins = reader.line_num + 1


def fault_of(path: Path, fields: Sequence[Field]) -> OrgError | None:
    """The first broken row of a file as an error, or none."""
    seen: dict[str, int] = {}
    id_place = next(i for i, f in enumerate(fields) if f.name.lower() == "id")
    with open_text(path) as text:
        rows = rows_of(path, text)
        next(rows)
        for line, row in rows:
            if not row:
                continue
            if fault := fault_in(row, fields):
                return OrgError(f"{path} line {line}: {fault}")
            key = row[id_place][:15]
            if key in seen:
                return OrgError(
                    f"{path} line {line}: column Id: {row[id_place]!r} is already on"
                    f" line {seen[key]}; remove one of the two"
                )
            seen[key] = line
    return None


def fault_in(row: Sequence[str], fields: Sequence[Field]) -> str | None:
    """What is wrong with a row, in words that say what to do."""
    if len(row) != len(fields):
        return (
            f"{len(row)} columns where the first line names {len(fields)};"
            " quote cells that contain commas or line ends"
        )
    for value, field in zip(row, fields, strict=True):
        if not value:
            if field.name.lower() == "id":
                return "column Id: is empty; every record needs an id"
        elif not parses(value, field.type):
            remedy = REMEDIES.get(field.type, "write a number")
            return f"column {field.name}: {value!r} is not a {field.type}; {remedy}"
    return None


def parses(value: str, type_: str) -> bool:
    """Whether a cell can be a value of a field of that type."""
    match type_:
        case "id" | "reference":
            return is_id(value)
        case "boolean":
            return value.lower() in TRUTHS
        case "int" | "long":
            return bool(re.fullmatch(r"[+-]?\d{1,18}(\.0*)?", value))
        case "double" | "percent" | "currency":
            return is_number(value)
        case "date" | "datetime":
            return is_moment(value, whole_day=type_ == "date")
    return True


def is_number(value: str) -> bool:
    """Whether a cell is a number that a field can hold."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return False
    return number.is_finite() and abs(number) < 10**18


def is_moment(value: str, *, whole_day: bool) -> bool:
    """Whether a cell is a day, or a moment."""
    try:
        if whole_day:
            return len(value) == len("YYYY-MM-DD") and bool(date.fromisoformat(value))
        return bool(datetime.fromisoformat(value))
    except ValueError:
        return False


def guess(values: Sequence[str]) -> str:
    """The field type that every one of some sample values fits."""
    filled = [value for value in values if value]
    if not filled:
        return "string"
    if all(value.lower() in {"true", "false"} for value in filled):
        return "boolean"
    for type_ in ("date", "datetime"):
        if all(is_moment(value, whole_day=type_ == "date") for value in filled):
            return type_
    plain = all(not re.match(r"[+-]?0\d", value) for value in filled)
    if plain and all(is_number(value) for value in filled):
        return "double"
    return "string"
