"""A real organisation as of 1 March 2012, counted again from its CSV files."""

import csv
import gzip
from collections import Counter, defaultdict
from datetime import UTC, datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from reports.facts.book import read_book
from reports.facts.engine import open_duckdb
from reports.model import Book
from tests.conftest import foreign
from tests.mirrors import load_folder


T = datetime(2012, 3, 1, tzinfo=UTC)
CUT = "2012-03-01T00:00:00.000+0000"  # text of one shape compares like the moment


@pytest.fixture(scope="module")
def folder() -> Path:
    return foreign("orgs", "bank2012")


@pytest.fixture(scope="module")
def mirror(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return load_folder(tmp_path_factory.mktemp("bank") / "mirror.duckdb", folder)


@pytest.fixture(scope="module")
def book(mirror: Path) -> Book:
    with open_duckdb(mirror) as engine:
        return read_book(engine, T)


@cache
def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with gzip.open(folder / f"{name}.csv.gz", "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def histories(folder: Path) -> dict[str, list[dict[str, str]]]:
    """The history rows of every deal up to the moment, oldest first."""
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    history = sorted(
        rows(folder, "OpportunityHistory"), key=lambda r: (r["CreatedDate"], r["Id"])
    )
    for row in history:
        if row["CreatedDate"] <= CUT:
            found[row["OpportunityId"]].append(row)
    return found


def last_states(folder: Path) -> dict[str, dict[str, str]]:
    """The last history row of every deal up to the moment."""
    return {deal: found[-1] for deal, found in histories(folder).items()}


@pytest.fixture(scope="module")
def open_then(folder: Path) -> dict[str, dict[str, str]]:
    closed = {
        row["ApiName"]
        for row in rows(folder, "OpportunityStage")
        if row["IsClosed"] == "true"
    }
    return {
        deal: row
        for deal, row in last_states(folder).items()
        if row["StageName"] not in closed
    }


def test_the_open_deals_are_those_that_history_leaves_open(
    book: Book, open_then: dict[str, dict[str, str]]
) -> None:
    assert {deal.id for deal in book.deals} == set(open_then)
    assert len(book.deals) == 932
    assert book.problems == ()


def test_stage_amount_and_close_date_are_those_of_the_day(
    book: Book, open_then: dict[str, dict[str, str]]
) -> None:
    ours = {
        d.id: (d.stage.name, d.amount and float(d.amount), str(d.close_date))
        for d in book.deals
    }

    assert ours == {
        deal: (row["StageName"], float(row["Amount"]), row["CloseDate"])
        for deal, row in open_then.items()
    }


def test_owners_are_those_of_the_file(book: Book, folder: Path) -> None:
    owners = {row["Id"]: row["OwnerId"] for row in rows(folder, "Opportunity")}

    assert {d.id: d.owner_id for d in book.deals} == {
        d.id: owners[d.id] for d in book.deals
    }
    assert {d.owner_id for d in book.deals} <= set(book.people)


def test_calls_are_counted_up_to_the_moment(book: Book, folder: Path) -> None:
    calls = Counter(
        row["WhatId"]
        for row in rows(folder, "Task")
        if row["TaskSubtype"] == "Call" and row["CompletedDateTime"] <= CUT
    )

    assert {d.id: d.calls for d in book.deals} == {
        d.id: calls[d.id] for d in book.deals
    }
    assert sum(d.calls for d in book.deals) > 5000


def test_emails_are_counted_up_to_the_moment(book: Book, folder: Path) -> None:
    mails = Counter(
        (row["RelatedToId"], row["Incoming"] == "true")
        for row in rows(folder, "EmailMessage")
        if row["MessageDate"] <= CUT
    )

    assert {d.id: d.emails for d in book.deals} == {
        d.id: mails[d.id, True] + mails[d.id, False] for d in book.deals
    }
    assert {d.id for d in book.deals if d.last_inbound} == {
        d.id for d in book.deals if mails[d.id, True]
    }


def test_a_deal_that_closed_on_5_march_is_open(book: Book, folder: Path) -> None:
    later = {
        row["Id"]
        for row in rows(folder, "Opportunity")
        if row["IsClosed"] == "true"
        and row["LastStageChangeDate"].startswith("2012-03-05")
        and row["CreatedDate"] <= CUT
    }

    assert len(later) > 10
    assert later <= {deal.id for deal in book.deals}


def test_days_in_stage_are_days_on_the_bank_s_wall(book: Book, folder: Path) -> None:
    wall = ZoneInfo(rows(folder, "Organization")[0]["TimeZoneSidKey"])
    days: dict[str, int] = {}
    for deal, history in histories(folder).items():
        stages = [
            (stage, next(found)["CreatedDate"])
            for stage, found in groupby(history, key=lambda row: row["StageName"])
        ]
        if len({stage for stage, _ in stages}) == len(stages):  # never came back
            entered = datetime.fromisoformat(stages[-1][1]).astimezone(wall).date()
            days[deal] = (T.astimezone(wall).date() - entered).days

    ours = {d.id: d.days_in_stage for d in book.deals if d.id in days}
    assert len(ours) > 900
    assert ours == {deal: days[deal] for deal in ours}


def test_closed_deals_know_when_and_how(book: Book, folder: Path) -> None:
    ended = {
        row["OpportunityId"]: (row["CreatedDate"], row["StageName"] == "Approved")
        for row in last_states(folder).values()
    }

    assert {
        d.id: (d.closed_at and f"{d.closed_at:%Y-%m-%dT%H:%M:%S.000+0000}", d.is_won)
        for d in book.closed
    } == {d.id: ended[d.id] for d in book.closed}
    assert len(book.closed) + len(book.deals) == len(ended)


def test_two_readings_are_equal(mirror: Path) -> None:
    early = datetime(2011, 11, 1, tzinfo=UTC)
    with open_duckdb(mirror) as engine:
        book = read_book(engine, early)

        assert len(book.deals) > 400
        assert read_book(engine, early) == book
