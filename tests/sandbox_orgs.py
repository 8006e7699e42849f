"""A small organisation for the sandbox's tests, and a sandbox that serves it."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from sandbox.clock import Clock
from sandbox.credentials import CLIENT_ID, CLIENT_SECRET
from sandbox.org import Org
from sandbox.schema_ids import numbered
from sandbox.server import Sandbox


NOW = datetime(2026, 11, 24, 9, 30, 20, tzinfo=UTC)
STAMP = "2026-11-20T15:04:05.000Z"
MONTH_AGO = "2026-10-25T00:00:00.000Z"

ADA = numbered("005", 1)
INTEGRATION = numbered("005", 2)
CALL = numbered("00T", 1)

#: Deals, of which every fiftieth is in the recycle bin.
DEALS = 4_500
KEPT = 4_410
ACCOUNTS = 60

#: Names that have hurt readers of CSV before.
AWKWARD = ('Say "hi", Ltd', "NA", "null", "two\nlines", "Ünïcode 株式会社", "00123")

VERSION = "66.0"
DATA = f"/services/data/v{VERSION}"


def deal_id(number: int) -> str:
    return numbered("006", number)


def write_org(folder: Path, *, deals: int = DEALS) -> Path:
    """The organisation as a folder of CSV files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (header, rows) in tables(deals).items():
        write(folder / f"{name}.csv", header, rows)
    return folder


STAGE = """Id MasterLabel ApiName IsActive SortOrder IsClosed IsWon
    ForecastCategoryName DefaultProbability"""
DEAL = "Id IsDeleted AccountId Name StageName Amount CloseDate IsClosed OwnerId"
STAMPS = ("CreatedDate", "LastModifiedDate", "SystemModstamp")
THEN = (STAMP, STAMP, STAMP)

Table = tuple[str, Sequence[Sequence[Any]]]


def tables(deals: int) -> dict[str, Table]:
    """What the organisation consists of: a header and rows per object."""
    stamps = " ".join(STAMPS)
    robot = "integration@sandbox.example"
    qualify, won, retired = (numbered("01J", n) for n in (1, 2, 3))
    return {
        "Organization": (
            "Id Name FiscalYearStartMonth TimeZoneSidKey DefaultLocaleSidKey",
            [(numbered("00D", 1), "Acme", 1, "Europe/Berlin", "en_US")],
        ),
        "User": (
            f"Id Name Username Email IsActive {stamps}",
            [
                (ADA, "Ada", "ada@acme.example", "ada@acme.example", "true", *THEN),
                (INTEGRATION, "Integration", robot, robot, "true", *THEN),
            ],
        ),
        "OpportunityStage": (
            STAGE,
            [
                (
                    qualify,
                    "Qualify",
                    "Qualify",
                    "true",
                    1,
                    "false",
                    "false",
                    "Open",
                    10,
                ),
                (won, "Won", "Won", "true", 2, "true", "true", "Closed", 100),
                (retired, "Old", "Old", "false", 3, "false", "false", "Pipeline", 5),
            ],
        ),
        "Account": (
            f"Id IsDeleted Name OwnerId {stamps}",
            [
                (numbered("001", n), "false", account_name(n), ADA, *THEN)
                for n in range(1, ACCOUNTS + 1)
            ],
        ),
        "Opportunity": (
            f"{DEAL} {stamps}",
            [deal(n) for n in range(1, deals + 1)],
        ),
        "Task": (
            f"Id IsDeleted WhatId Subject Status Priority OwnerId {stamps}",
            [
                (CALL, "false", deal_id(1), "Call", "Completed", "Normal", ADA, *THEN),
            ],
        ),
    }


def account_name(number: int) -> str:
    return AWKWARD[number] if number < len(AWKWARD) else f"Account {number}"


def deal(number: int) -> tuple[Any, ...]:
    gone = "true" if number % 50 == 0 else "false"
    account = numbered("001", number % ACCOUNTS + 1)
    changed = MONTH_AGO if number > 1 else STAMP
    return (
        deal_id(number),
        gone,
        account,
        f"Deal {number}",
        "Qualify",
        number * 1.25,
        "2026-12-31",
        "false",
        ADA,
        MONTH_AGO,
        changed,
        changed,
    )


def write(path: Path, header: str, rows: Sequence[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header.split())
        writer.writerows(rows)


@contextmanager
def serving(folder: Path, **options: Any) -> Iterator[Sandbox]:
    """A sandbox whose clock stands at NOW until it is set."""
    clock = Clock(NOW)
    clock.freeze()
    clock.set(NOW)
    with Sandbox(Org.load(folder), clock=clock, **options) as sandbox:
        yield sandbox


class Client(requests.Session):
    """A session that trusts the sandbox and asks it by path."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__()
        self.sandbox = sandbox
        self.trust_env = False
        self.verify = str(sandbox.ca_file)

    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> Any:
        if str(url).startswith("/"):
            url = f"{self.sandbox.base_url}{url}"
        kwargs.setdefault("timeout", 10)
        return super().request(method, url, *args, **kwargs)

    def log_in(self) -> "Client":
        form = {
            "grant_type": "client_credentials",
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
        }
        answer = self.post("/services/oauth2/token", data=form)
        self.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return self
