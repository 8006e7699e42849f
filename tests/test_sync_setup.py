"""What an administrator is told to grant is what the catalogue reads."""

from pathlib import Path
from typing import Final

import pytest

from sync.objects import CATALOGUE, SObject


PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "salesforce-setup.md"
BEGIN: Final = "<!-- fields: begin -->\n"
END: Final = "<!-- fields: end -->\n"

#: Whoever sees a record sees these; no permission set can hide them.
ALWAYS: Final = frozenset(
    {
        "Id",
        "IsDeleted",
        "IsArchived",
        "CreatedDate",
        "CreatedById",
        "LastModifiedDate",
        "LastModifiedById",
        "SystemModstamp",
    }
)


def table() -> str:
    """Object by object, the fields to grant and what for."""
    head = "| object | fields to grant Read on | what it gives |\n|---|---|---|\n"
    return head + "".join(map(row, CATALOGUE))


def row(obj: SObject) -> str:
    fields = ", ".join(
        f"**{f.name}**" if f.required else f.name
        for f in obj.fields
        if f.name not in ALWAYS
    )
    gives = "no packet without it" if obj.required else obj.feature
    return f"| {obj.name} | {fields} | {gives} |\n"


def test_the_setup_page_lists_every_field_that_is_read(
    request: pytest.FixtureRequest,
) -> None:
    page = PAGE.read_text("utf-8")
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    if request.config.getoption("--update-golden"):
        page = before + BEGIN + table() + END + after
        PAGE.write_text(page, encoding="utf-8")

    assert page == before + BEGIN + table() + END + after
