"""Data that are too old are held back, and it is said which and how old."""

from datetime import datetime, timedelta

import pytest

from reports.model import Book
from reports.runs.reading import stale
from tests.builders import AS_OF, a_book


DAY = timedelta(hours=24)


def read(**hours_ago: int) -> Book:
    loaded: dict[str, datetime] = {
        name: AS_OF - timedelta(hours=hours) for name, hours in hours_ago.items()
    }
    return a_book(data_as_of=loaded)


def test_data_of_the_last_day_may_be_sent() -> None:
    assert stale(read(Opportunity=24, OpportunityStage=1, User=2), AS_OF, DAY) is None


def test_older_data_are_held_and_named() -> None:
    because = stale(read(Opportunity=3, OpportunityStage=3, User=50), AS_OF, DAY)

    assert because == (
        "User was last read completely 50 hours ago, 24 are allowed: run "
        "`dealpacket sync`, or raise [delivery] max_age_hours"
    )


def test_an_object_that_packets_can_do_without_holds_nothing_back() -> None:
    book = read(Opportunity=3, OpportunityStage=3, User=3, VoiceCall=900)

    assert stale(book, AS_OF, DAY) is None


@pytest.mark.parametrize("name", ["Opportunity", "OpportunityStage", "User"])
def test_what_was_never_read_is_named(name: str) -> None:
    hours = {"Opportunity": 1, "OpportunityStage": 1, "User": 1}
    del hours[name]

    because = stale(read(**hours), AS_OF, DAY)

    assert because == (
        f"{name} have not been read completely yet: run `dealpacket sync`"
    )
