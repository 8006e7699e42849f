"""A small sales organisation as CSV files, for following it through its changes."""

import csv
from pathlib import Path
from typing import Any, Final

from sandbox.schema_ids import numbered


ADA: Final = numbered("005", 1)
BO: Final = numbered("005", 2)
STAMP: Final = "2026-11-20T15:04:05.000Z"

#: Names that readers of CSV and of type hints stumble over.
AWKWARD: Final = (
    "NA",
    "null",
    "None",
    "00123",
    "two\nlines",
    'Say "hi", Ltd',
    "شركة النور",
    "Rakete 🚀",
    "a\x07bell",
)

STAMPS: Final = "CreatedDate LastModifiedDate SystemModstamp"
THEN: Final = (STAMP, STAMP, STAMP)

DEAL: Final = """Id IsDeleted AccountId Name StageName Amount Probability CloseDate
    NextStep IsClosed IsWon OwnerId"""
TASK: Final = """Id IsDeleted IsArchived WhatId Subject Status Priority IsClosed
    ActivityDate OwnerId"""


def deal(number: int) -> str:
    return numbered("006", number)


def account(number: int) -> str:
    return numbered("001", number)


def role(number: int) -> str:
    return numbered("00K", number)


def contact(number: int) -> str:
    return numbered("003", number)


def task(number: int) -> str:
    return numbered("00T", number)


def tables(
    deals: int, organisation: int
) -> dict[str, tuple[str, list[tuple[Any, ...]]]]:
    """A header and rows for each object."""
    robot = "integration@sandbox.example"
    return {
        "Organization": (
            "Id Name FiscalYearStartMonth TimeZoneSidKey SystemModstamp",
            [(numbered("00D", organisation), "Acme", 2, "Europe/Berlin", STAMP)],
        ),
        "User": (
            f"Id Name Username Email IsActive {STAMPS}",
            [
                (ADA, "Ada", "ada@acme.example", "ada@acme.example", "true", *THEN),
                (BO, "Robot", robot, robot, "true", *THEN),
            ],
        ),
        "OpportunityStage": (
            "Id MasterLabel ApiName IsActive SortOrder IsClosed IsWon SystemModstamp",
            [
                (
                    numbered("01J", 1),
                    "Qualify",
                    "Qualify",
                    True,
                    1,
                    False,
                    False,
                    STAMP,
                ),
                (numbered("01J", 2), "Won", "Won", True, 2, True, True, STAMP),
            ],
        ),
        "Account": (
            f"Id IsDeleted Name OwnerId {STAMPS}",
            [
                (account(n), False, name, ADA, *THEN)
                for n, name in enumerate(AWKWARD, start=1)
            ],
        ),
        "Contact": (
            f"Id IsDeleted AccountId LastName Score__c {STAMPS}",
            [
                (contact(n), False, account(1), f"Buyer {n}", score, *THEN)
                for n, score in enumerate(("7", "many", ""), start=1)
            ],
        ),
        "Opportunity": (
            f"{DEAL} {STAMPS}",
            [
                (
                    deal(n),
                    n % 10 == 0,
                    account(1),
                    f"Deal {n}",
                    "Qualify",
                    n * 1.25,
                    10,
                    "2026-12-31",
                    "",
                    False,
                    False,
                    ADA,
                    *THEN,
                )
                for n in range(1, deals + 1)
            ],
        ),
        "OpportunityContactRole": (
            f"Id IsDeleted OpportunityId ContactId Role IsPrimary {STAMPS}",
            [
                (role(n), False, deal(1), contact(n), "Buyer", n == 1, *THEN)
                for n in (1, 2, 3)
            ],
        ),
        "Task": (
            f"{TASK} {STAMPS}",
            [
                (
                    task(n),
                    False,
                    n == 2,
                    deal(1),
                    "Call",
                    "Completed",
                    "Normal",
                    True,
                    "2026-11-20",
                    ADA,
                    *THEN,
                )
                for n in (1, 2)
            ],
        ),
    }


def write_org(folder: Path, *, deals: int = 40, organisation: int = 1) -> Path:
    """The organisation as a folder of CSV files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (header, rows) in tables(deals, organisation).items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(header.split())
            writer.writerows([plain(value) for value in row] for row in rows)
    return folder


def plain(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value
