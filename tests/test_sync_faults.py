"""Every request of a sync fails once, in every way: nothing is lost, nothing twice.

A first sync has bulk jobs of several parts and further pages; a delta has changes of
every kind. The requests are counted in a run without faults, then each fails in turn.
"""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sync.objects import CATALOGUE
from sync.report import COMPLETE, INCOMPLETE
from sync.store import Mirror
from tests.sync_clouds import World, a_world
from tests.sync_orgs import ADA, deal, role


#: Effects that a request gets over by being made again, one after the other.
BROKEN: tuple[dict[str, Any], ...] = (
    {"effect": "status", "status": 503},
    {"effect": "gzip_half"},
    {"effect": "drop"},
    {"effect": "close_half"},  # of a CSV, too: whole lines are missing
)
GARBLED: tuple[dict[str, Any], ...] = (
    {"effect": "drop_body", "bytes": 40},
    {"effect": "status", "status": 500, "code": "UNKNOWN_EXCEPTION"},
    {"effect": "gzip_close_half"},
    {"effect": "length_half"},
)

#: An answer that the server holds back for longer than a read may take; then too many
#: requests at once; then the login has expired.
SILENT: tuple[dict[str, Any], ...] = (
    {"effect": "hang", "delay": 5.0},
    {"effect": "status", "status": 429, "headers": {"Retry-After": "0"}},
    {"effect": "expire"},
)
SHORTEST = 0.3

#: An object without which nothing goes, one that is watched, one that goes silently.
FEW = tuple(
    obj
    for obj in CATALOGUE
    if obj.name in {"Organization", "Opportunity", "OpportunityContactRole"}
)
DEALS = 260
PART = 100
QUESTIONS = (
    "select * exclude (gone_at) from sf_opportunity order by Id",
    "select * exclude (gone_at) from sf_opportunitycontactrole order by Id",
)

#: What the mirror holds.
Content = list[list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Start:
    """A mirror, and what an undisturbed sync makes of it in so many requests."""

    mirror: Path
    requests: int
    whole: Content


@pytest.fixture(scope="module")
def org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("faults")
    with a_world(folder, deals=DEALS, bulk_page=PART) as made:
        made.catalogue = FEW
        made.widen()
        yield made


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mirror before its first sync."""
    path = tmp_path_factory.mktemp("empty") / "mirror.duckdb"
    Mirror.open(path).close()
    return path


@pytest.fixture(scope="module")
def changed(org: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mirror of the org before it changed; the org has changed since."""
    path = tmp_path_factory.mktemp("changed") / "mirror.duckdb"
    sync(another(org, path))
    org.clock.advance(timedelta(hours=1))
    now = org.clock.now()
    org.org.update("Opportunity", deal(1), {"Amount": 99}, now=now, user_id=ADA)
    org.org.delete("Opportunity", deal(2), now=now)
    org.org.erase("Opportunity", deal(3))
    org.org.erase("OpportunityContactRole", role(2))
    org.clock.advance(timedelta(hours=1))
    return path


@pytest.fixture(scope="module")
def starts(org: World, empty: Path, changed: Path) -> dict[bool, Start]:
    """Where a first sync begins, and where a delta does."""
    return {True: start_of(org, empty), False: start_of(org, changed)}


def start_of(org: World, mirror: Path) -> Start:
    calm = copied(org, mirror.with_name("calm.duckdb"), mirror)
    before = len(org.sandbox.log)
    status, content = sync(calm)
    assert status == COMPLETE
    return Start(mirror, len(org.sandbox.log) - before, content)


@pytest.fixture(autouse=True)
def calm(org: World) -> Iterator[None]:
    yield
    org.plant()


def another(org: World, path: Path) -> World:
    """The same org, followed by another mirror."""
    return World(org.sandbox, path, catalogue=FEW)


def sync(world: World, **options: Any) -> tuple[str, Content]:
    """Sync in small parts, in bulk where there is more than a page of 200."""
    cloud = world.connect(part_rows=PART, **options)
    with Mirror.open(world.path) as mirror:
        report = world.sync_into(mirror, cloud, pages=0)
        return report.status, [mirror.rows(question) for question in QUESTIONS]


def faults_at(nth: int, effects: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The n-th request fails, and so do the next attempts, each in its way.

    The first request is the login, which is tried twice only.
    """
    chain = effects if nth > 1 else effects[:1]
    return [{**effect, "nth": nth + more} for more, effect in enumerate(chain)]


def copied(world: World, path: Path, start: Path) -> World:
    """A mirror that begins where another one is."""
    shutil.copy(start, path)
    return another(world, path)


@pytest.mark.parametrize(
    ("first", "effects", "patience"),
    [
        (True, BROKEN, {}),
        (True, SILENT, {"read_timeout": SHORTEST}),
        (False, GARBLED, {}),
        (False, SILENT, {"read_timeout": SHORTEST}),
    ],
    ids=["first", "first, silent", "delta", "delta, silent"],
)
def test_a_fault_at_any_request_is_got_over(  # noqa: PLR0913 -- all but two are fixtures
    org: World,
    starts: dict[bool, Start],
    tmp_path: Path,
    *,
    first: bool,
    effects: Sequence[dict[str, Any]],
    patience: dict[str, float],
) -> None:
    start = starts[first]
    found = []
    for nth in range(1, start.requests + 1):
        world = copied(org, tmp_path / f"{nth}.duckdb", start.mirror)
        world.plant(*faults_at(nth, effects))
        found.append(sync(world, **patience) == (COMPLETE, start.whole))
        world.plant()

    assert found == [True] * start.requests


@pytest.mark.parametrize(
    ("first", "path"), [(True, "/results"), (True, "/composite"), (False, "/composite")]
)
def test_an_answer_that_drips_beyond_its_deadline_is_asked_for_again(
    org: World,
    starts: dict[bool, Start],
    tmp_path: Path,
    *,
    first: bool,
    path: str,
) -> None:
    start = starts[first]
    world = copied(org, tmp_path / "dripped.duckdb", start.mirror)
    world.plant({"effect": "drip", "path": path, "delay": 0.05, "times": 1})

    assert sync(world, read_timeout=30.0, deadline=0.6) == (COMPLETE, start.whole)
    assert world.sandbox.faults.struck == [1]


@pytest.mark.parametrize("first", [True, False], ids=["first", "delta"])
def test_a_stop_at_any_request_is_made_good_by_the_next_sync(
    org: World, starts: dict[bool, Start], tmp_path: Path, *, first: bool
) -> None:
    start = starts[first]
    stopped, made_good = [], []
    for nth in range(3, start.requests + 1):  # the login and the versions are free
        world = copied(org, tmp_path / f"{nth}.duckdb", start.mirror)
        world.plant({"effect": "quota", "nth": nth})
        status, content = sync(world)
        world.plant()
        stopped.append(status == INCOMPLETE or content == start.whole)
        made_good.append(sync(world) == (COMPLETE, start.whole))

    assert stopped == made_good == [True] * (start.requests - 2)
