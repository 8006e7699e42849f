"""No leakage: whatever happens after a moment, the book as of it stays the same.

A made-up Sales Cloud lives through random events and is mirrored twice: at the
moment, and at the end of its life. Both books as of the moment must be equal. So
must be what is known of it when Sales Cloud has noted its changes more than once.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.facts.book import read_book
from reports.judgement.clock import Clock, Settings, fit
from reports.judgement.history import spells
from reports.judgement.window import open_stages
from reports.model import Book
from tests.mirrors import HEALTHY, engine_of


START = datetime(2026, 2, 1)  # noqa: DTZ001 - as the mirror keeps it
T = START + timedelta(hours=500)
DEALS = ("006000000000001AAA", "006000000000002AaA", "006000000000002aAA")
OWNERS = ("005000000000ADAAAA", "005000000000BO0AAA")
CONTACTS = ("003000000000001AAA", "003000000000002AAA")
CLOSED = {"Won", "Lost"}
WATCHED = {"OwnerId": "Owner", "NextStep": "NextStep"}


@dataclass(frozen=True)
class Seen:
    """A change as a sync observes it."""

    record_id: str
    field: str
    at: datetime
    old: str | None
    new: str | None
    object: str = "Opportunity"


@dataclass
class Cloud:
    """A made-up Sales Cloud with its history, as a mirror would hold it."""

    tracks: bool  #: whether field history tracking is on
    rows: dict[str, dict[str, dict[str, Any]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    journal: list[Seen] = field(default_factory=list)

    def put(self, name: str, prefix: str, **fields: Any) -> str:
        found = f"{prefix}{len(self.rows[name]):012d}AAA"
        self.rows[name][found] = {"Id": found, **fields}
        return found

    def create(self, deal: str, at: datetime, amount: int | None) -> None:
        self.rows["Opportunity"][deal] = {
            "Id": deal,
            "Name": deal,
            "OwnerId": OWNERS[0],
            "StageName": "Discovery",
            "Amount": amount,
            "CloseDate": "2026-04-01",
            "NextStep": None,
            "IsClosed": False,
            "IsWon": False,
            "CreatedDate": at,
        }
        self.remember(deal, at, {})

    def change(self, deal: str, at: datetime, **new: Any) -> None:
        row = self.rows["Opportunity"][deal]
        old = {name: row[name] for name in new if row[name] != new[name]}
        row.update(new, LastModifiedDate=at)
        if "StageName" in old:
            row.update(
                LastStageChangeDate=at,
                IsClosed=row["StageName"] in CLOSED,
                IsWon=row["StageName"] == "Won",
            )
        if old.keys() & {"StageName", "Amount", "CloseDate"}:
            self.remember(deal, at, old)
        for name, before in old.items():
            was = None if before is None else str(before)
            self.journal.append(
                Seen(deal, name, at.replace(tzinfo=UTC), was, str(new[name]))
            )
            if self.tracks and name in WATCHED:
                self.put(
                    "OpportunityFieldHistory",
                    "017",
                    OpportunityId=deal,
                    Field=WATCHED[name],
                    OldValue=was,
                    NewValue=new[name],
                    CreatedDate=at,
                )

    def remember(self, deal: str, at: datetime, old: dict[str, Any]) -> None:
        row = self.rows["Opportunity"][deal]
        self.put(
            "OpportunityHistory",
            "008",
            OpportunityId=deal,
            StageName=row["StageName"],
            Amount=row["Amount"],
            CloseDate=row["CloseDate"],
            PrevAmount=old.get("Amount"),
            PrevCloseDate=old.get("CloseDate"),
            CreatedDate=at,
        )

    def lose(self, name: str, at: datetime, which: int) -> None:
        """Delete the row that ``which`` points at, if there is any."""
        alive = [row for row in self.rows[name].values() if "gone_at" not in row]
        if alive:
            alive[which % len(alive)]["gone_at"] = at


Event = tuple[str, int, int, int]  # what, hour, which deal, a number


def live(events: list[Event], until: datetime, *, tracks: bool) -> Cloud:
    """The cloud after everything up to a moment."""
    cloud = Cloud(tracks=tracks)
    for what, hour, which, number in events:
        at = START + timedelta(hours=hour)
        if at > until:
            break
        happen(cloud, what, at, DEALS[which], number)
    return cloud


def happen(cloud: Cloud, what: str, at: datetime, deal: str, number: int) -> None:
    exists = deal in cloud.rows["Opportunity"]
    if not exists:
        cloud.create(deal, at, number * 100 or None)
    elif what in {"StageName", "Amount", "CloseDate", "OwnerId", "NextStep"}:
        cloud.change(deal, at, **{what: VALUES[what](number)})
    elif what.startswith("lose "):
        cloud.lose(what.removeprefix("lose "), at, number)
    elif what == "complete":
        tasks = [t for t in cloud.rows["Task"].values() if not t["IsClosed"]]
        for task in tasks[:1]:
            task.update(IsClosed=True, CompletedDateTime=at, LastModifiedDate=at)
    else:
        record(cloud, what, at, deal, number)


VALUES: dict[str, Any] = {
    "StageName": lambda n: ["Discovery", "Proposal", "Negotiation", "Won", "Lost"][
        n % 5
    ],
    "Amount": lambda n: n * 100,
    "CloseDate": lambda n: str(date(2026, 4, 1) + timedelta(days=n * 9)),
    "OwnerId": lambda n: OWNERS[n % 2],
    "NextStep": lambda n: f"Step {n}",
}


def record(cloud: Cloud, what: str, at: datetime, deal: str, number: int) -> None:
    """Somebody writes an activity or a role down."""
    contact = CONTACTS[number % 2]
    target = {"WhatId": deal} if number % 3 else {"WhoId": contact}
    hours = timedelta(hours=(number - 4) * 30)
    if what == "task":
        cloud.put(
            "Task", "00T", TaskSubtype="Call", IsClosed=False, CreatedDate=at, **target
        )
    elif what == "call":
        seconds = {"CallDurationInSeconds": number * 40}
        done = {"IsClosed": True, "CompletedDateTime": at, "CreatedDate": at}
        cloud.put("Task", "00T", Type="Call", **seconds, **done, **target)
    elif what == "mail":
        cloud.put(
            "EmailMessage",
            "02s",
            RelatedToId=deal,
            Incoming=bool(number % 2),
            FromAddress=f"{number}@globex.example",
            MessageDate=at + hours,
            CreatedDate=at,
        )
    elif what == "event":
        begin = at + hours
        end = begin + timedelta(hours=1)
        when = {"StartDateTime": begin, "EndDateTime": end, "CreatedDate": at}
        cloud.put("Event", "00U", **when, **target)
    elif what == "role":
        cloud.put(
            "OpportunityContactRole",
            "00K",
            OpportunityId=deal,
            ContactId=contact,
            CreatedDate=at,
        )


KINDS = (
    "StageName", "Amount", "CloseDate", "OwnerId", "NextStep", "task", "call", "mail",
    "event", "role", "complete", "lose Opportunity", "lose Task", "lose EmailMessage",
    "lose Event", "lose OpportunityContactRole",
)  # fmt: skip

lives = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.integers(0, 1000),
        st.integers(0, 2),
        st.integers(0, 9),
    ),
    min_size=30,
    max_size=60,
).map(lambda events: sorted(events, key=lambda event: event[1]))


def read(cloud: Cloud, seed: int) -> Book:
    """The book as of T of a mirror whose rows lie in an order of their own."""
    tables = {name: list(rows.values()) for name, rows in cloud.rows.items()}
    tables["User"] = [{**HEALTHY["User"][0], "Id": owner} for owner in OWNERS]
    for rows in tables.values():
        Random(seed).shuffle(rows)  # noqa: S311 - an order, not a secret
    tables.setdefault("Opportunity", [])
    with engine_of(**tables) as engine:
        return read_book(engine, T.replace(tzinfo=UTC), journal=cloud.journal)


@given(lives, st.booleans(), st.integers(0, 99))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_happens_later_changes_nothing(
    events: list[Event],
    tracks: bool,  # noqa: FBT001 - hypothesis names its arguments
    seed: int,
) -> None:
    then = read(live(events, T, tracks=tracks), seed)
    now = read(live(events, datetime.max, tracks=tracks), seed + 1)  # noqa: DTZ901

    assert repr(now) == repr(then)


def without_records(book: Book) -> str:
    """The book without the ids of history rows, of which one is as good as another."""
    return re.sub(r"008\w{15}", "", repr(book))


def noted_again(cloud: Cloud, seconds: int, *, first: bool) -> None:
    """Each change is in history once more: its row ``first``, or after, by the ids."""
    noted = list(cloud.rows["OpportunityHistory"].values())
    last = {(row["OpportunityId"], row["CreatedDate"]): row["Id"] for row in noted}
    rows: dict[str, dict[str, Any]] = {}
    for number, row in enumerate(noted):
        is_last = last[row["OpportunityId"], row["CreatedDate"]] == row["Id"]
        if is_last or not seconds:
            unchanged = {"PrevAmount": row["Amount"], "PrevCloseDate": row["CloseDate"]}
            again = {**row, **(unchanged if seconds else {})}
            again["CreatedDate"] += timedelta(seconds=seconds)
            again["Id"] = f"008{number * 10 + (4 if first else 6):012d}AAA"
            rows[again["Id"]] = again
        row["Id"] = f"008{number * 10 + 5:012d}AAA"
        rows[row["Id"]] = row
    cloud.rows["OpportunityHistory"] = rows


@given(lives, st.integers(0, 2), st.booleans(), st.integers(0, 99))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_history_that_is_noted_again_changes_nothing(
    events: list[Event],
    seconds: int,
    first: bool,  # noqa: FBT001 - hypothesis names its arguments
    seed: int,
) -> None:
    cloud = live(events, T - timedelta(hours=1), tracks=False)
    once = read(cloud, seed)
    noted_again(cloud, seconds, first=first)
    twice = read(cloud, seed + 1)

    assert without_records(twice) == without_records(once)
    assert clock_of(twice) == clock_of(once)


def clock_of(book: Book) -> Clock:
    """What the visits of the book teach."""
    return fit(spells(book), open_stages(book), book.as_of, Settings())
