"""What an administrator is told to grant is what the catalogue reads."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import pytest

from reports.delivery.records import Proposal, TaskState, TaskWrite
from reports.findings import OwnerKind
from reports.model import OpportunityId, UserId
from reports.runs.tasks import fields_of
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


def test_the_setup_page_lists_every_field_that_a_task_is_entered_with() -> None:
    (line,) = [
        line
        for line in PAGE.read_text("utf-8").splitlines()
        if "*Edit Access* on" in line
    ]
    write = TaskWrite(
        proposal=a_proposal(),
        owner_id=UserId("005Hs00000ADAAAIA5"),
        state=TaskState.PLANNED,
        at=datetime(2026, 11, 24, tzinfo=UTC),
    )

    assert re.findall(r"\*\*(\w+)\*\*", line) == list(fields_of(write))


def test_who_may_write_is_told_apart_from_who_may_read() -> None:
    page = PAGE.read_text("utf-8")
    write = page.partition("write_tasks = true")[2].partition("<!-- fields")[0]

    assert "*Create* on Task" in write
    assert "*Read* (and nothing else)" in page


def a_proposal() -> Proposal:
    return Proposal(
        id="AAAAAAAA",
        cycle="2026-11-24",
        rep_id=UserId("005Hs00000ADAAAIA5"),
        deal_id=OpportunityId("006Hs00001AAAAAIA5"),
        obstacle="silent",
        what="Book a meeting with the buyer",
        owner=OwnerKind.REP,
        due=date(2026, 12, 1),
        metric="",
        proposed_at=datetime(2026, 11, 24, tzinfo=UTC),
    )
