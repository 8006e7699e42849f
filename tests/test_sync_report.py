"""What a sync tells those who watch, and those who read its report afterwards."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sync.cloud import Shape
from sync.errors import NotAllowed
from sync.objects import CATALOGUE, Kind, parse
from sync.plan import make_plan
from sync.report import Drift, ObjectReport, Report
from tests.sync_clouds import World, a_world


OPPORTUNITY = next(obj for obj in CATALOGUE if obj.name == "Opportunity")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with a_world(tmp_path) as made:
        yield made


class Watching:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[Any, ...]] = []

    def start(self, name: str, total: int | None) -> None:
        self.told.append(("start", name, total))

    def advance(self, name: str, rows: int) -> None:
        self.told.append(("advance", name, rows))

    def finish(self, name: str, note: str) -> None:
        self.told.append(("finish", name, note))


def test_a_report_as_json_has_the_agreed_shape() -> None:
    report = Report(
        status="incomplete",
        api_calls=7,
        objects=(
            ObjectReport(
                name="Opportunity",
                rows=3,
                deleted=1,
                calls=2,
                watermark=datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
            ),
            ObjectReport(name="Task", status="failed", reason="no"),
        ),
        drift=Drift(checked=20, drifted=1),
        at=datetime(2026, 11, 24, 9, 31, tzinfo=UTC),
    )

    assert report.as_json() == {
        "status": "incomplete",
        "api_calls": 7,
        "objects": [
            {
                "name": "Opportunity",
                "rows": 3,
                "deleted": 1,
                "calls": 2,
                "watermark": "2026-11-24T09:30:00Z",
                "lag_seconds": 60,
                "compared": 0,
                "drifted": 0,
                "status": "complete",
                "reason": "",
            },
            {
                "name": "Task",
                "rows": 0,
                "deleted": 0,
                "calls": 0,
                "watermark": None,
                "lag_seconds": None,
                "compared": 0,
                "drifted": 0,
                "status": "failed",
                "reason": "no",
            },
        ],
        "drift": {"checked": 20, "drifted": 1},
        "notes": [],
    }


def test_whoever_watches_hears_of_every_object_once(world: World) -> None:
    watching = Watching()

    world.sync(progress=watching)

    about = [told for told in watching.told if told[1] == "Opportunity"]
    assert about == [
        ("start", "Opportunity", 40),
        ("advance", "Opportunity", 40),
        ("finish", "Opportunity", ""),
    ]


def test_an_object_that_fails_says_so_to_whoever_watches(world: World) -> None:
    watching = Watching()
    world.plant(
        {
            "effect": "status",
            "status": 400,
            "code": "MALFORMED_QUERY",
            "path": r"FROM(%20|\+)Task",
        },
        {"effect": "status", "status": 400, "code": "NO", "path": "/composite"},
    )

    world.sync(progress=watching)

    (said,) = [told for told in watching.told if told[:2] == ("finish", "Task")]
    assert "MALFORMED_QUERY" in said[2]


def shapes(**changes: Any) -> dict[str, Shape | None]:
    """Every object as the catalogue wishes it, but for ``changes``."""
    wished = {
        obj.name: Shape(name=obj.name, fields={f.name: "string" for f in obj.fields})
        for obj in CATALOGUE
    }
    return {**wished, **changes}


def without(name: str) -> Shape:
    fields = {f.name: "string" for f in OPPORTUNITY.fields if f.name != name}
    return Shape(name="Opportunity", fields=fields)


def test_everything_is_read_when_everything_is_shown() -> None:
    assert [item for item in make_plan(shapes(), {}) if item.hidden] == []


def test_an_optional_field_that_is_hidden_leaves_the_object_readable() -> None:
    plan = {i.obj.name: i for i in make_plan(shapes(Opportunity=without("Amount")), {})}

    assert list(plan["Opportunity"].hidden) == ["Amount"]
    assert "Amount" not in plan["Opportunity"].columns


def test_a_required_field_that_is_hidden_names_the_permission() -> None:
    with pytest.raises(NotAllowed, match=r"Opportunity: StageName.*permission set"):
        make_plan(shapes(Opportunity=without("StageName")), {})


def test_an_optional_object_without_its_required_field_is_left_out() -> None:
    task = Shape(name="Task", fields={"Id": "id"})
    plan = {i.obj.name: i for i in make_plan(shapes(Task=task), {})}

    assert "WhatId" in plan["Task"].absent


def test_a_configured_field_has_the_type_that_the_org_gives_it() -> None:
    fields = {f.name: "string" for f in OPPORTUNITY.fields} | {"Margin__c": "currency"}
    opportunity = Shape(name="Opportunity", fields=fields)

    plan = make_plan(
        shapes(Opportunity=opportunity), {"Opportunity": ["margin__c", "Name"]}
    )

    item = next(i for i in plan if i.obj.name == "Opportunity")
    assert (item.columns[-1], item.obj.fields[-1].kind) == ("Margin__c", Kind.MONEY)


def test_a_configured_field_of_many_parts_is_refused() -> None:
    fields = {f.name: "string" for f in OPPORTUNITY.fields} | {"Place__c": "location"}
    opportunity = Shape(name="Opportunity", fields=fields)

    with pytest.raises(NotAllowed, match="location"):
        make_plan(shapes(Opportunity=opportunity), {"Opportunity": ["Place__c"]})


def test_a_row_of_the_catalogue_is_read_as_it_is_meant() -> None:
    stamp, *others = parse("SystemModstamp! Amount:currency IsWon IsoCode Name")

    assert (stamp.kind, stamp.required) == (Kind.MOMENT, True)
    assert [field.kind for field in others] == [
        Kind.MONEY,
        Kind.BOOLEAN,
        Kind.TEXT,
        Kind.TEXT,
    ]
