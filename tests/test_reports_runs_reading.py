"""Data that are too old are held back, and it is said which and how old."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from reports.findings import Snooze
from reports.judgement.policy import Policy
from reports.model import Book, OpportunityId
from reports.runs import reading
from reports.runs.reading import stale
from tests.builders import AS_OF, a_book
from tests.mirrors import DEAL, HEALTHY, changed, write_mirror


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


@pytest.mark.parametrize(
    ("name", "resting"), [("LeadSource", True), ("Type", False), ("Gone__c", False)]
)
def test_a_deal_rests_by_the_field_that_the_policy_names(
    tmp_path: Path, name: str, *, resting: bool
) -> None:
    row = changed(LeadSource="[snooze 2026-03-20: waiting for legal]")
    mirror = write_mirror(tmp_path / "m.duckdb", {**HEALTHY, "Opportunity": [row]})
    moment = datetime(2026, 3, 10, 12, tzinfo=UTC)
    found = reading.read(mirror, moment, Policy(snooze_field=name))

    snooze = Snooze(until=date(2026, 3, 20), reason="waiting for legal")
    review = found.judged.reviews[OpportunityId(DEAL)]
    assert review.snooze == (snooze if resting else None)
