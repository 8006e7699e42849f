"""A real organisation as of 1 March 2012, counted again from its CSV files."""

import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

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


def rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    with gzip.open(folder / f"{name}.csv.gz", "rt", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def last_states(folder: Path) -> dict[str, dict[str, str]]:
    """The last history row of every deal up to the moment."""
    last: dict[str, dict[str, str]] = {}
    history = sorted(
        rows(folder, "OpportunityHistory"), key=lambda r: (r["CreatedDate"], r["Id"])
    )
    for row in history:
        if row["CreatedDate"] <= CUT:
            last[row["OpportunityId"]] = row
    return last


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


def test_two_readings_are_equal(mirror: Path, book: Book) -> None:
    with open_duckdb(mirror) as engine:
        assert read_book(engine, T) == book
