"""What every engine is asked: a made-up organisation, and every fact query of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from random import Random
from typing import Any

from reports.facts.book import read_book
from reports.facts.contacts import contacts_of
from reports.facts.engine import Engine
from reports.facts.exchanges import exchanges
from reports.facts.taken import marked_tasks, taken_tasks
from reports.facts.unfinished import unfinished
from reports.model import OpportunityId
from tests import mirrors
from tests.engines import Rows, tables_of
from tests.mirrors import HEALTHY
from tests.test_reports_facts_leakage import CONTACTS, DEALS, KINDS, OWNERS, T, live


AS_OF = T.replace(tzinfo=UTC)
FIELDS = ("CampaignId", "NextStep")
ADA, BO = OWNERS
BEFORE = T - timedelta(days=3)
MARK = "Call the sponsor [dp:k3x9]"
#: What random events do not bring about, so that no query is without an answer.
REST: Mapping[str, list[dict[str, Any]]] = {
    "Period": [
        {"Id": period, "Type": "Quarter", "StartDate": begin, "EndDate": end}
        for period, begin, end in (
            ("026A", "2025-12-28", "2026-03-28"),
            ("026B", "2026-03-29", "2026-06-27"),
        )
    ],
    "CurrencyType": [
        {"Id": "01LA", "IsoCode": "EUR", "ConversionRate": 1, "IsCorporate": True},
        {"Id": "01LB", "IsoCode": "USD", "ConversionRate": "1.25", "IsActive": True},
    ],
    "ForecastingQuota": [
        {
            "Id": "0J9A",
            "QuotaOwnerId": ADA,
            "PeriodId": "026A",
            "StartDate": "2025-12-28",
            "QuotaAmount": "90000.50",
            "IsAmount": True,
        }
    ],
    "OpportunityTeamMember": [
        {"Id": "00qA", "OpportunityId": DEALS[0], "UserId": BO, "CreatedDate": BEFORE}
    ],
    "OpportunityLineItem": [
        {
            "Id": "00kA",
            "OpportunityId": DEALS[0],
            "TotalPrice": "70.25",
            "CreatedDate": BEFORE,
        },
        {
            "Id": "00kB",
            "OpportunityId": DEALS[0],
            "UnitPrice": "999999999999999999.99",
            "Quantity": "999999999999999999.5",
            "CreatedDate": BEFORE,
        },
    ],
    "Opportunity": [
        {
            "Id": f"006I{number}",
            "Name": "Brought in",
            "OwnerId": ADA,
            "CreatedById": ADA,
            "StageName": "Proposal",
            "CloseDate": "2026-04-01",
            "IsClosed": False,
            "IsWon": False,
            "CreatedDate": BEFORE + timedelta(minutes=number),
        }
        for number in range(5)
    ],
    "EventRelation": [
        {"Id": "0REA", "EventId": "00UZ", "RelationId": BO, "CreatedDate": BEFORE}
    ],
    "Event": [
        {
            "Id": "00UZ",
            "OwnerId": ADA,
            "Subject": "1:1",
            "StartDateTime": BEFORE,
            "EndDateTime": BEFORE + timedelta(hours=1),
            "CreatedDate": BEFORE,
        }
    ],
    "Task": [
        {
            "Id": "00TY",
            "OwnerId": ADA,
            "CreatedById": BO,
            "WhatId": DEALS[1],
            "Subject": MARK,
            "IsClosed": True,
            "CompletedDateTime": BEFORE + timedelta(hours=7),
            "ActivityDate": "2026-02-25",
            "CreatedDate": BEFORE,
        },
        {
            "Id": "00TZ",
            "OwnerId": ADA,
            "WhatId": DEALS[0],
            "IsClosed": True,
            "CompletedDateTime": BEFORE,
            "ActivityDate": "2026-12-24",
            "CreatedDate": BEFORE,
        },
    ],
    "EmailMessage": [
        {
            "Id": "02sY",
            "FromAddress": "Bo@acme.example ",
            "ToAddress": "x@acme.example; ADA@acme.example",
            "Subject": "Globex",
            "MessageDate": BEFORE,
            "CreatedDate": BEFORE,
        },
        {
            "Id": "02sZ",
            "ActivityId": "00TZ",
            "Incoming": True,
            "FromAddress": "0@globex.example",
            "MessageDate": BEFORE,
            "CreatedDate": BEFORE,
        },
    ],
}


@dataclass(frozen=True)
class Case:
    """Tables, and the changes that syncs saw."""

    tables: Rows
    journal: list[Any]


@cache
def made_up() -> Case:
    """A life of many events; stamps have milliseconds, ids differ in case only."""
    chance = Random(26)  # noqa: S311 - an order, not a secret
    events = sorted(
        (
            (
                chance.choice(KINDS),
                chance.randint(0, 1000),
                chance.randint(0, len(DEALS) - 1),
                chance.randint(0, 9),
            )
            for _ in range(1500)
        ),
        key=lambda event: event[1],
    )
    events = [event for event in events if not event[0].startswith("lose Opp")]
    cloud = live(events, datetime.max, tracks=True)  # noqa: DTZ901
    tables = {name: list(rows.values()) for name, rows in cloud.rows.items()}
    for rows in tables.values():
        for row in rows:
            if row.get("CreatedDate"):
                row["CreatedDate"] += timedelta(milliseconds=chance.randint(0, 999))
    ada, bo = (
        {**HEALTHY["User"][0], "Id": owner, "TimeZoneSidKey": zone}
        for owner, zone in zip(OWNERS, ("Pacific/Auckland", None), strict=True)
    )
    tables["User"] = [{**ada, "ManagerId": BO}, {**bo, "Email": "bo@acme.example"}]
    tables["Contact"] = [
        {"Id": contact, "Name": contact, "Email": f"{place}@globex.example"}
        for place, contact in enumerate(CONTACTS)
    ]
    tables["Account"] = [
        {"Id": "001A", "Name": "Globex", "Website": "https://www.globex.example"},
        {"Id": "001a", "Name": " GLOBEX", "Website": "globex.example/contact"},
    ]
    for name, rows in REST.items():
        tables[name] = [*tables.get(name, ()), *rows]
    mirrors.engine_of(**tables)
    found = tables_of(mirrors.memory())
    columns, loads = found["mirror_object"]
    place = columns.index("loaded_at")
    ended = columns.index("status")
    found["mirror_object"] = (
        columns,
        [
            (
                *load[:place],
                BEFORE,
                *load[place + 1 : ended],
                *ending(load[0]),
                *tuple(load[ended + 2 :]),
            )
            for load in loads
        ],
    )
    return Case(found, cloud.journal)


def ending(name: str) -> tuple[str, str]:
    """How reading an object ended, and why."""
    return (
        ("failed", "no answer in 120 s") if name == "EmailMessage" else ("complete", "")
    )


def answers(
    engine: Engine, as_of: datetime, journal: list[Any], fields: tuple[str, ...]
) -> dict[str, str]:
    """One digest a part of all that is asked, so that a difference says where it is."""
    book = read_book(engine, as_of, journal=journal, fields=fields)
    ids = [OpportunityId(deal.id) for deal in (*book.deals, *book.closed)][:2000]
    parts = {
        "open": list(map(repr, book.deals)),
        "closed": list(map(repr, book.closed)),
        "people": list(map(repr, book.people.values())),
        "stages": list(map(repr, book.stages.values())),
        "problems": list(map(repr, book.problems)),
        "rest": [
            repr((book.org.id, book.org.currency, sorted(book.org.has))),
            repr((book.org.quarters, sorted(book.org.retired_currencies))),
            repr((book.quotas, sorted(book.fields), sorted(book.doubled_accounts))),
            repr((sorted(book.data_as_of.items()), book.closed_left_out)),
        ],
        "contacts": [repr(one) for one in contacts_of(engine, as_of, ids).items()],
        "exchanges": [
            repr((one.kind, one.record_id, one.subject, one.at, sorted(one.between)))
            for one in exchanges(engine, as_of - timedelta(days=92), as_of)
        ],
        "taken tasks": list(map(repr, taken_tasks(engine, as_of))),
        "marked tasks": list(map(repr, marked_tasks(engine))),
        "unfinished": list(map(repr, unfinished(engine, book.org))),
        "meta": list(map(repr, engine.query("meta"))),
    }
    return {
        name: f"{len(rows)} {sha256(repr(rows).encode()).hexdigest()[:16]}"
        for name, rows in parts.items()
    }
