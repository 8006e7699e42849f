"""A handful of records on which the meaning of a query can be read off by eye."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sandbox.errors import ApiError
from sandbox.org import Org
from sandbox.schema_ids import numbered
from tests.sandbox_orgs import write


#: A Tuesday in the fourth quarter; the fiscal year begins in February.
NOW = datetime(2026, 11, 24, 9, 30, 20, tzinfo=UTC)

ADA, BOB, ROBOT = (numbered("005", n) for n in (1, 2, 3))
ACME, BETA, GONE = (numbered("001", n) for n in (1, 2, 3))
CARL = numbered("003", 1)
DEAL = {n: numbered("006", n) for n in range(1, 7)}
TASK = {n: numbered("00T", n) for n in range(1, 5)}
EVENT = {n: numbered("00U", n) for n in range(1, 3)}

STAMPS = "CreatedDate LastModifiedDate SystemModstamp"


def stamps(day: str) -> tuple[str, str, str]:
    moment = f"{day}T12:00:00.000Z"
    return moment, moment, moment


def write_small_org(folder: Path) -> Path:
    """Two accounts, six deals (one deleted), activities old and new."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (header, rows) in TABLES.items():
        write(folder / f"{name}.csv", header, rows)
    (folder / "schema.json").write_text(
        '{"Opportunity": {"Products__c": "multipicklist", "Notes__c": "textarea"}}',
        encoding="utf-8",
    )
    return folder


TABLES: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
    "Organization": (
        "Id Name FiscalYearStartMonth TimeZoneSidKey DefaultLocaleSidKey",
        [(numbered("00D", 1), "Acme", 2, "America/New_York", "en_US")],
    ),
    "User": (
        f"Id Name Username IsActive ManagerId {STAMPS}",
        [
            (ADA, "Ada", "ada@acme.example", "true", BOB, *stamps("2025-01-01")),
            (BOB, "Bob", "bob@acme.example", "true", "", *stamps("2025-01-01")),
            (ROBOT, "Robot", "robot@acme.example", "false", "", *stamps("2025-01-01")),
        ],
    ),
    "OpportunityStage": (
        "Id MasterLabel ApiName IsActive SortOrder IsClosed IsWon DefaultProbability",
        [
            (numbered("01J", 1), "Qualify", "Qualify", "true", 1, "false", "false", 10),
            (numbered("01J", 2), "Agree", "Agree", "true", 2, "false", "false", 60),
            (numbered("01J", 3), "Won", "Won", "true", 3, "true", "true", 100),
        ],
    ),
    "Account": (
        f"Id IsDeleted Name Industry OwnerId BillingCity BillingCountry {STAMPS}",
        [
            (ACME, "false", "Acme", "Banking", ADA, "Ulm", "DE", *stamps("2026-01-05")),
            (BETA, "false", "beta 50% off", "", BOB, "", "", *stamps("2026-02-05")),
            (GONE, "true", "Gone", "Energy", BOB, "", "", *stamps("2026-03-05")),
        ],
    ),
    "Contact": (
        f"Id IsDeleted AccountId Name LastName Email {STAMPS}",
        [(CARL, "false", ACME, "Carl", "Carl", "carl@acme.example",
          *stamps("2026-01-06"))],
    ),
    "Opportunity": (
        ("Id IsDeleted AccountId Name StageName Amount CloseDate IsClosed OwnerId "
        f"Products__c Notes__c Description {STAMPS}"),
        [
            (DEAL[1], "false", ACME, "Alpha", "Qualify", 100, "2026-11-23", "false",
             ADA, "Pumps;Valves", "n", "d", *stamps("2026-11-20")),
            (DEAL[2], "false", ACME, "alpha two", "Agree", 250.5, "2026-12-31",
             "false", ADA, "Valves", "n", "d", *stamps("2026-10-31")),
            (DEAL[3], "false", BETA, "Gamma", "Won", 1000, "2026-11-24", "true",
             BOB, "Pumps", "", "", *stamps("2026-11-24")),
            (DEAL[4], "false", "", "It's", "Qualify", "", "2027-02-01", "false",
             BOB, "", "", "", *stamps("2026-09-01")),
            (DEAL[5], "true", ACME, "Deleted", "Qualify", 5, "2026-11-01", "false",
             ADA, "", "", "", *stamps("2026-11-02")),
            (DEAL[6], "false", BETA, "Zeta", "Unknown", 0, "2025-11-24", "false",
             ROBOT, "", "", "", *stamps("2026-01-31")),
        ],
    ),
    "Task": (
        ("Id IsDeleted WhatId WhoId Subject Status IsClosed ActivityDate OwnerId "
        f"Priority {STAMPS}"),
        [
            (TASK[1], "false", DEAL[1], CARL, "Call", "Completed", "true",
             "2026-11-20", ADA, "Normal", *stamps("2026-11-20")),
            (TASK[2], "false", ACME, "", "Mail", "Not Started", "false",
             "2026-12-01", ADA, "Normal", *stamps("2026-11-21")),
            (TASK[3], "false", DEAL[1], "", "Old call", "Completed", "true",
             "2025-01-20", ADA, "Normal", *stamps("2025-01-20")),
            (TASK[4], "false", DEAL[2], "", "Old and open", "Not Started", "false",
             "2025-01-20", BOB, "Normal", *stamps("2025-01-20")),
        ],
    ),
    "Event": (
        "Id IsDeleted WhatId Subject StartDateTime EndDateTime OwnerId " + STAMPS,
        [
            (EVENT[1], "false", DEAL[1], "Demo", "2026-11-25T15:00:00.000Z",
             "2026-11-25T16:00:00.000Z", ADA, *stamps("2026-11-20")),
            (EVENT[2], "false", DEAL[1], "Kick-off", "2025-02-25T15:00:00.000Z",
             "2025-02-25T16:00:00.000Z", ADA, *stamps("2025-02-25")),
        ],
    ),
    "OpportunityContactRole": (
        f"Id IsDeleted OpportunityId ContactId Role IsPrimary {STAMPS}",
        [(numbered("00K", 1), "false", DEAL[1], CARL, "Decision Maker", "true",
          *stamps("2026-11-20"))],
    ),
}  # fmt: skip


def ask(org: Org, soql: str, **options: Any) -> list[dict[str, Any]]:
    """The records of a query as REST shows them, without their attributes."""
    result = org.query(soql, now=NOW, user_id=ADA, **options)
    return [bare(record) for record in result.records(0, result.total)]


def bare(value: Any) -> Any:
    """A value of the answer without the attributes of the records in it."""
    match value:
        case dict():
            return {k: bare(v) for k, v in value.items() if k != "attributes"}
        case list():
            return [bare(v) for v in value]
    return value


def refusal(org: Org, soql: str, **options: Any) -> ApiError:
    """What a query is refused with."""
    try:
        org.query(soql, now=NOW, user_id=ADA, **options)
    except ApiError as error:
        return error
    raise AssertionError(f"this was not refused: {soql}")
