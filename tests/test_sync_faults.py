"""Every request of a sync fails once, in every way: nothing is lost, nothing twice."""

import itertools
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sync.report import COMPLETE
from tests.sync_clouds import World, a_world
from tests.sync_orgs import ADA, deal


#: Effects that a sync must get over by itself.
PASSING: list[dict[str, Any]] = [
    {"effect": "status", "status": 503},
    {"effect": "status", "status": 429, "headers": {"Retry-After": "0"}},
    {"effect": "status", "status": 500, "code": "UNKNOWN_EXCEPTION"},
    {"effect": "drop"},
    {"effect": "drop_body", "bytes": 40},
    {"effect": "gzip_half"},
    {"effect": "gzip_crc"},
    {"effect": "chunked_unfinished"},
    {"effect": "expire"},
    {"effect": "empty"},
    {"effect": "html"},
]

TABLES = ("opportunity", "account", "task", "opportunitycontactrole", "user")


@pytest.fixture(scope="module")
def org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with a_world(tmp_path_factory.mktemp("faults")) as made:
        yield made


def content(world: World) -> list[list[tuple[Any, ...]]]:
    return [world.rows(f"from sf_{table} order by Id") for table in TABLES]


def requests_of(world: World) -> int:
    """How many requests a sync takes."""
    before = len(world.sandbox.log)
    world.sync()
    return len(world.sandbox.log) - before


def test_a_fault_at_any_request_of_a_first_sync_is_got_over(
    org: World, tmp_path: Path
) -> None:
    calm = World(org.sandbox, tmp_path / "calm.duckdb")
    number, whole = requests_of(calm), content(calm)

    for nth, fault in zip(range(1, number + 1), itertools.cycle(PASSING), strict=False):
        world = World(org.sandbox, tmp_path / f"{nth}.duckdb")
        world.plant({**fault, "nth": nth})
        report = world.sync()
        world.plant()

        assert (nth, fault, report.status) == (nth, fault, COMPLETE)
        assert content(world) == whole


def test_a_stop_at_any_request_of_a_delta_is_made_good_by_the_next(
    org: World, tmp_path: Path
) -> None:
    world = World(org.sandbox, tmp_path / "mirror.duckdb")
    world.sync()
    number = 6
    for nth in range(3, number + 1):
        world.clock.advance(timedelta(hours=1))
        org.org.update(
            "Opportunity",
            deal(nth),
            {"Amount": nth},
            now=world.clock.now(),
            user_id=ADA,
        )
        world.clock.advance(timedelta(hours=1))
        world.plant({"effect": "quota", "nth": nth})
        world.sync()
        world.plant()
        world.sync()

    assert world.rows(
        "select Amount from sf_opportunity where Id between ? and ? order by Id",
        [deal(3), deal(number)],
    ) == [(nth,) for nth in range(3, number + 1)]
    assert {(c.record_id, c.new) for c in world.diary.changes} == {
        (deal(nth), f"{nth}.00") for nth in range(3, number + 1)
    }
