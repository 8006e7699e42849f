import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sync.errors import MirrorError, NotAllowed
from sync.journal import Forgetful
from sync.objects import CATALOGUE
from sync.report import ObjectReport, Report
from tests.sync_clouds import NOW, World, a_world
from tests.sync_orgs import ADA, AWKWARD, BO, account, deal, role, task, write_org


PRESENT = "select Id from sf_{} where gone_at is null order by 1"


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[World]:
    """A world before its first sync."""
    with a_world(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mirror after the first sync."""
    with a_world(tmp_path_factory.mktemp("first")) as made:
        made.sync()
        return made.path


@pytest.fixture
def world(fresh: World, first: Path) -> World:
    """A world after its first sync."""
    fresh.path.parent.mkdir()
    shutil.copy(first, fresh.path)
    return fresh


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Report]]:
    """A world after its first sync, only to be looked at."""
    with a_world(tmp_path_factory.mktemp("synced")) as made:
        yield made, made.sync(catalogue=CATALOGUE)


def about(report: Report, name: str) -> ObjectReport:
    return next(one for one in report.objects if one.name == name)


def present(world: World, name: str) -> set[str]:
    return {id_ for (id_,) in world.rows(PRESENT.format(name))}


def later(world: World, minutes: float) -> datetime:
    """Let time pass in the org."""
    world.clock.advance(timedelta(minutes=minutes))
    return world.clock.now()


def test_a_first_sync_brings_every_row(synced: tuple[World, Report]) -> None:
    world, report = synced

    assert (report.status, about(report, "Opportunity").rows) == ("complete", 40)
    assert world.rows(
        "select Name, Amount, CloseDate, IsClosed, SystemModstamp from sf_opportunity "
        "where Id = ?",
        [deal(1)],
    ) == [
        (
            "Deal 1",
            Decimal("1.25"),
            date(2026, 12, 31),
            False,
            datetime(2026, 11, 20, 15, 4, 5),  # noqa: DTZ001 -- as the mirror keeps it
        )
    ]


def test_the_mirror_knows_where_its_org_is(synced: tuple[World, Report]) -> None:
    world, _ = synced

    assert world.rows("select value from mirror_meta where name = 'instance_url'") == [
        (world.sandbox.base_url,)
    ]


def test_rows_in_the_recycle_bin_come_as_gone(synced: tuple[World, Report]) -> None:
    world, report = synced

    assert about(report, "Opportunity").deleted == 4
    assert deal(10) not in present(world, "opportunity")


def test_awkward_names_survive(synced: tuple[World, Report]) -> None:
    world, _ = synced

    names = world.rows("select Name from sf_account order by Id")
    assert tuple(name for (name,) in names) == AWKWARD


def test_archived_activities_are_read(synced: tuple[World, Report]) -> None:
    world, _ = synced

    assert present(world, "task") == {task(1), task(2)}


def test_every_table_and_column_of_the_catalogue_exists(
    synced: tuple[World, Report],
) -> None:
    world, _ = synced

    assert world.rows("select CurrencyIsoCode, PushCount from sf_opportunity limit 1")
    assert world.rows("select count(*) from sf_forecastingquota") == [(0,)]


def test_a_second_sync_changes_nothing(world: World) -> None:
    before = world.rows("from sf_opportunity order by Id")
    later(world, 60)

    report = world.sync()

    assert (report.status, about(report, "Opportunity").rows) == ("complete", 0)
    assert world.rows("from sf_opportunity order by Id") == before


def test_what_was_made_and_changed_arrives(world: World) -> None:
    now = later(world, 60)
    made = world.org.create(
        "Opportunity",
        {"Name": "New", "StageName": "Qualify", "CloseDate": "2027-01-31"},
        now=now,
        user_id=ADA,
    )
    world.org.update("Opportunity", deal(1), {"Amount": 99}, now=now, user_id=ADA)
    later(world, 60)

    report = world.sync()

    assert about(report, "Opportunity").rows == 2
    assert world.rows(
        "select Id, Amount from sf_opportunity where Id in (?, ?) "
        "order by Amount nulls last",
        [deal(1), made],
    ) == [(deal(1), Decimal(99)), (made, None)]


def test_what_was_deleted_is_marked_and_stays_readable(world: World) -> None:
    world.org.delete("Opportunity", deal(1), now=later(world, 60))
    later(world, 60)

    report = world.sync()

    assert about(report, "Opportunity").deleted == 1
    assert world.rows(
        "select Name, gone_why from sf_opportunity where Id = ?", [deal(1)]
    ) == [("Deal 1", "deleted")]


def test_what_was_undeleted_is_there_again(world: World) -> None:
    world.org.delete("Opportunity", deal(1), now=later(world, 60))
    world.sync()
    world.org.undelete("Opportunity", deal(1), now=later(world, 60))
    later(world, 60)

    world.sync()

    assert deal(1) in present(world, "opportunity")


def test_what_was_deleted_and_undeleted_between_two_syncs_is_there(
    world: World,
) -> None:
    world.org.delete("Opportunity", deal(1), now=later(world, 10))
    world.org.undelete("Opportunity", deal(1), now=later(world, 10))
    later(world, 60)

    world.sync()

    assert deal(1) in present(world, "opportunity")


def test_a_deal_that_vanished_without_trace_is_found_by_the_check(
    world: World,
) -> None:
    world.org.erase("Opportunity", deal(1))
    later(world, 60)

    report = world.sync()

    assert (report.drift.checked, report.drift.drifted) == (35, 1)
    assert world.rows(
        "select gone_why from sf_opportunity where Id = ?", [deal(1)]
    ) == [("purged, merged or hidden from the integration user",)]


def test_a_contact_role_that_vanished_without_trace_is_found(world: World) -> None:
    world.org.erase("OpportunityContactRole", role(2))
    later(world, 60)

    world.sync()

    assert present(world, "opportunitycontactrole") == {role(1), role(3)}


def test_a_row_that_commits_late_is_found(world: World) -> None:
    stamped = later(world, 60)
    later(world, 60)
    world.sync()
    world.org.put("Opportunity", [late_deal(stamped)])
    later(world, 60)

    report = world.sync()

    assert report.drift.drifted == 1
    assert deal(900) in present(world, "opportunity")


def late_deal(stamped: datetime) -> dict[str, Any]:
    moment = f"{stamped:%Y-%m-%dT%H:%M:%S}.000Z"
    return {
        "Id": deal(900),
        "IsDeleted": False,
        "Name": "Late",
        "StageName": "Qualify",
        "CloseDate": "2026-12-31",
        "IsClosed": False,
        "IsWon": False,
        "OwnerId": ADA,
        "CreatedDate": moment,
        "LastModifiedDate": moment,
        "SystemModstamp": moment,
    }


def test_old_values_reach_the_journal(world: World) -> None:
    world.org.update(
        "Opportunity",
        deal(1),
        {"CloseDate": "2027-01-31", "Amount": 5000, "OwnerId": BO},
        now=later(world, 60),
        user_id=ADA,
    )
    later(world, 60)

    world.sync()

    seen = {(c.record_id, c.field, c.old, c.new) for c in world.diary.changes}
    assert seen == {
        (deal(1), "CloseDate", "2026-12-31", "2027-01-31"),
        (deal(1), "Amount", "1.25", "5000.00"),
        (deal(1), "OwnerId", ADA, BO),
    }
    assert {c.at for c in world.diary.changes} == {NOW + timedelta(minutes=60)}


def test_a_first_sync_observes_nothing(synced: tuple[World, Report]) -> None:
    world, _ = synced

    assert world.diary.changes == []


def test_a_journal_that_fails_keeps_the_old_value_in_the_mirror(world: World) -> None:
    world.org.update(
        "Opportunity", deal(1), {"Amount": 5000}, now=later(world, 60), user_id=ADA
    )
    later(world, 60)

    with pytest.raises(OSError, match="disk"):
        world.sync(journal=FullDisk())
    assert world.rows("select Amount from sf_opportunity where Id = ?", [deal(1)]) == [
        (Decimal("1.25"),)
    ]


class FullDisk(Forgetful):
    """A journal that cannot keep changes."""

    def observe(self, changes: Any) -> None:
        del changes
        raise OSError("disk full")


def test_a_full_sync_marks_what_is_no_longer_there(world: World) -> None:
    world.org.erase("Task", task(1))

    report = world.sync(full=True)

    assert about(report, "Task").deleted == 1
    assert present(world, "task") == {task(2)}


def test_a_gap_longer_than_the_delete_log_is_swept(world: World) -> None:
    world.org.erase("Account", account(1))
    later(world, 60 * 24 * 20)

    world.sync()

    assert account(1) not in present(world, "account")


def test_the_cursor_is_the_servers(synced: tuple[World, Report]) -> None:
    _, report = synced

    mark = about(report, "Opportunity").watermark
    assert mark is not None
    assert NOW - timedelta(minutes=1) <= mark <= NOW + timedelta(minutes=1)


def test_a_daily_delta_costs_at_most_ten_calls(fresh: World) -> None:
    fresh.catalogue = CATALOGUE
    fresh.sync()
    later(fresh, 60 * 24)
    before = fresh.sandbox.api_calls

    report = fresh.sync()

    assert fresh.sandbox.api_calls - before == report.api_calls <= 10


def test_an_object_that_fails_leaves_the_others_alone(fresh: World) -> None:
    fresh.plant(
        {
            "effect": "status",
            "status": 400,
            "code": "MALFORMED_QUERY",
            "path": r"FROM(%20|\+)Task",
        },
        {"effect": "status", "status": 400, "code": "NO", "path": "/composite"},
    )

    report = fresh.sync()

    assert report.status == "incomplete"
    assert {o.name for o in report.objects if o.status == "failed"} == {"Task"}
    fresh.plant()
    assert fresh.sync().status == "complete"


def test_an_org_that_refuses_composite_is_asked_one_by_one(fresh: World) -> None:
    fresh.plant({"effect": "status", "status": 400, "code": "NO", "path": "/composite"})

    report = fresh.sync()

    assert (report.status, about(report, "Opportunity").rows) == ("complete", 40)


def test_a_spent_allowance_makes_the_run_incomplete_and_the_next_one_whole(
    fresh: World,
) -> None:
    fresh.plant({"effect": "quota", "path": "/composite", "nth": [3]})

    report = fresh.sync()

    assert report.status == "incomplete"
    assert "skipped" in {one.status for one in report.objects}
    fresh.plant()
    assert fresh.sync().status == "complete"
    assert len(present(fresh, "opportunity")) == 36


def test_a_missing_required_object_names_the_permission(tmp_path: Path) -> None:
    folder = write_org(tmp_path / "org")
    (folder / "Opportunity.csv").write_text("Id,Name\n", encoding="utf-8")
    with (
        a_world(tmp_path, org=folder) as world,
        pytest.raises(NotAllowed, match=r"Opportunity.*CloseDate"),
    ):
        world.sync()


def test_a_mirror_of_another_org_is_not_overwritten(
    world: World, tmp_path: Path
) -> None:
    folder = write_org(tmp_path / "other", organisation=2)
    with a_world(tmp_path / "another", org=folder) as other:
        other.path = world.path

        with pytest.raises(MirrorError, match="the data of org"):
            other.sync()


def test_a_configured_field_becomes_a_column(fresh: World) -> None:
    report = fresh.sync(extra_fields={"Opportunity": ["Region__c"]})

    assert "Region__c" in about(report, "Opportunity").reason
    assert fresh.rows("select Region__c from sf_opportunity limit 1") == [(None,)]


def hide(world: World, name: str, field: str) -> None:
    """Take a field away from whoever asks."""
    obj = world.org.sobjects[name.lower()]
    left = obj.with_fields(f for f in obj.fields if f.name != field)
    world.org.sobjects = {**world.org.sobjects, name.lower(): left}


def test_a_field_that_was_withdrawn_leaves_its_column_empty(world: World) -> None:
    hide(world, "Opportunity", "Amount")

    report = world.sync()

    assert report.status == "complete"
    assert "Amount" in about(report, "Opportunity").reason
    assert world.rows("select count(Amount) from sf_opportunity") == [(0,)]


def test_an_object_that_was_withdrawn_is_absent_until_it_is_back(world: World) -> None:
    shown = dict(world.org.sobjects)
    world.org.sobjects = {n: obj for n, obj in shown.items() if n != "contact"}
    gone = world.sync()
    later(world, 60 * 25)
    still_gone = world.sync()
    world.org.sobjects = shown
    back = world.sync()

    assert [one.status for one in (gone, still_gone, back)] == ["complete"] * 3
    assert [about(one, "Contact").status for one in (gone, still_gone, back)] == [
        *["absent"] * 2,
        "complete",
    ]
    assert "without who the buyers are" in about(gone, "Contact").reason
    assert len(present(world, "contact")) == 3


def test_a_field_that_was_granted_is_read_for_every_row(fresh: World) -> None:
    shown = dict(fresh.org.sobjects)
    hide(fresh, "Opportunity", "Amount")
    fresh.sync()
    fresh.org.sobjects = shown
    later(fresh, 60 * 25)

    fresh.sync()

    assert fresh.rows("select count(Amount) from sf_opportunity") == [(40,)]


def test_a_field_that_comes_or_goes_is_not_taken_for_changes(world: World) -> None:
    shown = dict(world.org.sobjects)
    hide(world, "Opportunity", "Amount")
    world.sync()
    world.org.sobjects = shown
    later(world, 60 * 25)
    world.sync()

    assert world.diary.changes == []


def test_an_org_without_deals_is_an_ordinary_one(tmp_path: Path) -> None:
    with a_world(tmp_path, deals=0) as empty:
        report = empty.sync()

        assert (report.status, report.drift.checked) == ("complete", 0)
        assert empty.rows("select count(*) from sf_opportunity") == [(0,)]


def test_a_mirror_that_was_broken_is_read_anew_and_the_report_says_so(
    world: World,
) -> None:
    world.path.write_bytes(b"not a database")

    report = world.sync()

    assert "corrupt-1" in report.notes[0]
    assert len(present(world, "opportunity")) == 36
