import csv
import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sync.cloud import Query
from sync.objects import CATALOGUE
from sync.reader import Downloads
from sync.report import Report
from sync.store import Mirror
from tests.sync_clouds import World, a_world
from tests.sync_orgs import deal


MANY = 2_100  #: more than a page of REST
KEPT = 1_890  #: of which so many are not in the recycle bin

OPPORTUNITY = next(obj for obj in CATALOGUE if obj.name == "Opportunity")

SHAPES = [
    "length_half",
    "close_half",
    "chunked_unfinished",
    "chunked_half",
    "gzip_length_half",
    "gzip_half",
    "gzip_close_half",
    "gzip_chunked_half",
    "gzip_crc",
    "gzip_plain",
    "bad_status_line",
    "drop",
    "drop_body",
    "duplicate_page",
    "wrong_count",
]


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with a_world(tmp_path_factory.mktemp("big"), deals=MANY, bulk_page=700) as made:
        yield made


@pytest.fixture
def world(big: World, tmp_path: Path) -> Iterator[World]:
    """The big org and a mirror of one's own."""
    yield World(big.sandbox, tmp_path / "mirror.duckdb")
    big.plant()


def in_bulk(world: World) -> Report:
    """Sync with bulk jobs for everything longer than a page."""
    return world.sync(pages=0)


def held(world: World) -> int:
    ((count,),) = world.rows("select count(*) from sf_opportunity")
    return int(count)


def test_a_long_answer_comes_in_bulk_and_the_job_is_removed(world: World) -> None:
    report = in_bulk(world)

    assert (report.status, held(world)) == ("complete", MANY)
    assert [r.method for r in world.sandbox.log if "/jobs/query" in r.path].count(
        "DELETE"
    ) == 1


def test_every_call_about_a_job_is_its_objects(world: World) -> None:
    before = len(world.sandbox.log)

    report = world.sync(pages=0, cloud=world.connect(part_rows=100))

    made = [r.path for r in world.sandbox.log[before:] if "/jobs/query" in r.path]
    (deals,) = [one for one in report.objects if one.name == "Opportunity"]
    assert len(made) > 6
    assert deals.calls == len(made)


def test_bulk_and_pages_bring_the_same_rows(world: World) -> None:
    in_bulk(world)
    in_parts = world.rows("from sf_opportunity order by Id")

    world.sync(full=True)

    assert world.rows("from sf_opportunity order by Id") == in_parts


@pytest.mark.parametrize("shape", SHAPES)
def test_a_damaged_part_is_fetched_again(
    world: World, tmp_path: Path, shape: str
) -> None:
    cloud = world.connect()
    job = cloud.start_job(Query(soql="SELECT Id, Name FROM Opportunity"))
    world.plant({"effect": shape, "path": "/results", "nth": 1})

    with Mirror.open(world.path) as mirror:
        stage = mirror.stage(OPPORTUNITY, ["Id", "Name"])
        with Downloads(cloud, tmp_path) as downloads:
            downloads.watch(job)
            downloads.read(job, stage, lambda _: None)

        assert (stage.distinct, stage.arrived) == (KEPT, KEPT)


def test_a_part_that_is_never_whole_fails_the_object(world: World) -> None:
    world.plant({"effect": "wrong_count", "path": "/results"})

    report = in_bulk(world)

    assert report.status == "incomplete"
    assert held(world) == 0


def test_an_expired_cursor_begins_the_object_again(world: World) -> None:
    world.plant({"effect": "expired_cursor", "path": "/query(All)?/[^?]+$", "times": 1})

    report = world.sync()

    assert (report.status, held(world)) == ("complete", MANY)


def test_a_page_that_comes_twice_is_counted_once(world: World) -> None:
    world.plant({"effect": "duplicate_page", "path": "/query(All)?/[^?]+$"})

    report = world.sync()

    assert (report.status, held(world)) == ("complete", MANY)


def test_pages_of_two_hundred_rows_bring_the_same(tmp_path: Path) -> None:
    with a_world(tmp_path, deals=900) as wide:
        wide.widen()

        report = wide.sync()

        assert (report.status, held(wide)) == ("complete", 900)
        assert (
            sum(r.path.rpartition("/")[2].startswith("01g") for r in wide.sandbox.log)
            == 4
        )


def test_a_next_page_on_another_host_fails_the_object_alone(world: World) -> None:
    world.plant(
        {"effect": "status", "status": 400, "code": "NO", "path": "/composite"},
        {"effect": "foreign_next", "path": "/query"},
    )

    report = world.sync()

    failed = {one.name: one.reason for one in report.objects if one.status == "failed"}
    assert failed == {"Opportunity": "the address of the next page leads elsewhere"}


def test_a_real_org_arrives_as_its_files_say(tmp_path: Path, bank2012: Path) -> None:
    moment = datetime(2012, 3, 14, tzinfo=UTC)
    with a_world(tmp_path, org=bank2012, now=moment) as world:
        report = world.sync(catalogue=CATALOGUE)

        assert report.status == "complete"
        assert (report.drift.checked, report.drift.drifted) == (13_087, 0)
        assert world.rows("from mirror_problem") == []
        for name in ("Opportunity", "OpportunityHistory", "Task", "EmailMessage"):
            assert columns_of(world, name) == columns_in(bank2012, name)


def columns_of(world: World, name: str) -> set[tuple[str, ...]]:
    stamp = "strftime(SystemModstamp, '%Y-%m-%dT%H:%M:%S')"
    return set(world.rows(f"from sf_{name} select Id, {stamp}"))


def columns_in(folder: Path, name: str) -> set[tuple[str, ...]]:
    with gzip.open(folder / f"{name}.csv.gz", "rt", encoding="utf-8") as file:
        return {(r["Id"], r["SystemModstamp"][:19]) for r in csv.DictReader(file)}


def test_a_query_that_is_too_slow_is_asked_in_bulk(world: World) -> None:
    world.plant(
        {
            "effect": "status",
            "status": 400,
            "code": "QUERY_TIMEOUT",
            "path": r"FROM(%20|\+)Opportunity$",
        },
        {"effect": "status", "status": 400, "code": "NO", "path": "/composite"},
    )

    before = world.asked("/jobs/query", "POST")

    report = world.sync()

    assert (report.status, held(world)) == ("complete", MANY)
    assert world.asked("/jobs/query", "POST") == before + 1


def test_an_object_that_bulk_does_not_know_is_paged_through(world: World) -> None:
    world.plant(
        {
            "effect": "status",
            "status": 400,
            "code": "INVALIDENTITY",
            "method": "POST",
            "path": "/jobs/query",
        }
    )

    report = in_bulk(world)

    assert (report.status, held(world)) == ("complete", MANY)


def test_the_check_itself_can_come_in_bulk(tmp_path: Path) -> None:
    with a_world(tmp_path, deals=2_400) as world:
        report = in_bulk(world)

        assert (report.drift.checked, report.drift.drifted) == (2_160, 0)


def test_rows_that_vanish_in_masses_are_not_believed(tmp_path: Path) -> None:
    with a_world(tmp_path, deals=500) as world:
        world.sync()
        for number in range(1, 251):
            world.org.erase("Opportunity", deal(number))

        report = world.sync()

        (told,) = [one for one in report.objects if one.name == "Opportunity"]
        assert (told.status, told.deleted) == ("failed", 0)
        assert "no longer shown to the integration user" in told.reason
        assert world.sync(full=True).status == "complete"
