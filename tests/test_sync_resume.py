"""A bulk job outlives the sync that began it: nothing is fetched or asked for twice."""

import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.bulk import locator
from sync.report import Report
from tests.sync_clouds import World, a_world


ROOT = Path(__file__).resolve().parent.parent
DEALS = 2_100
PART = 300  #: rows, so that the result has seven parts

#: What a sync of its own process is made of.
CHILD = """
    import sys
    from pathlib import Path
    from sync.client import SalesCloud
    from sync.connection import Connection
    from sync.journal import Forgetful
    from sync.pull import pull
    from sync.report import Unwatched
    from sync.store import Mirror
    from tests.sync_clouds import SMALL

    url, ca_file, path, client_id, client_secret, part_rows = sys.argv[1:]
    cloud = SalesCloud.connect(
        Connection(
            login_url=url,
            client_id=client_id,
            client_secret=client_secret,
            ca_file=Path(ca_file),
            part_rows=int(part_rows),
        )
    )
    with Mirror.open(Path(path)) as mirror:
        pull(
            cloud,
            mirror,
            journal=Forgetful(),
            progress=Unwatched(),
            pages=0,
            catalogue=SMALL,
        )
"""


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("resume")
    with a_world(folder, deals=DEALS, bulk_page=PART) as made:
        yield made


@pytest.fixture
def world(big: World, tmp_path: Path) -> Iterator[World]:
    """The big org and a mirror of one's own."""
    yield World(big.sandbox, tmp_path / "mirror.duckdb")
    big.plant()


def in_parts(world: World, **options: Any) -> Report:
    """Sync with bulk jobs for what is longer than a page, in small parts."""
    return world.sync(cloud=world.connect(part_rows=PART), pages=0, **options)


def held(world: World) -> int:
    ((count,),) = world.rows("select count(*) from sf_opportunity")
    return int(count)


def parts_here(world: World) -> int:
    ((count,),) = world.rows("select count(*) from mirror_part")
    return int(count)


def test_parts_are_listed_and_all_of_them_arrive(world: World) -> None:
    report = in_parts(world)

    assert (report.status, held(world)) == ("complete", DEALS)
    assert (world.asked("/resultPages"), world.asked("/results")) == (2, 7)


def test_a_sync_that_was_killed_goes_on_where_it_was(world: World) -> None:
    last = f"locator={locator(1_800)}"
    world.plant({"effect": "hang", "path": last, "delay": 20})
    before = world.asked("/jobs/query", "POST")
    kill_before_the_last_part(world)
    world.plant()
    assert parts_here(world) == 6
    fetched = world.asked("/results")

    report = in_parts(world)

    assert (report.status, held(world), parts_here(world)) == ("complete", DEALS, 0)
    assert world.asked("/jobs/query", "POST") == before + 1
    assert world.asked("/results") - fetched == 1


def kill_before_the_last_part(world: World) -> None:
    """Run a sync of its own, and kill it when that part alone is still missing."""
    facts = world.connection()
    arguments = [
        str(facts.login_url),
        str(facts.ca_file),
        str(world.path),
        str(facts.client_id),
        str(facts.client_secret),
        str(PART),
    ]
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(CHILD), *arguments], cwd=ROOT
    ) as child:
        while child.poll() is None and not stuck(world):
            time.sleep(0.02)
        child.kill()


def stuck(world: World) -> bool:
    """Whether one part is waited for, and the others' files are used up."""
    files = list(world.path.parent.glob(".sync-*/*.csv"))
    return bool(world.sandbox.faults.struck[0]) and len(files) == 1
