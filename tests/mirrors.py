"""Mirrors made by hand: a DuckDB file with every table, from rows or from CSV files."""

# ruff: noqa: S608 - every name in a statement comes from TABLES

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import chain, groupby
from pathlib import Path
from typing import Any

import duckdb

from reports.facts.engine import DuckDB


#: Every table of the mirror with its columns; what has no type is text.
TABLES: Mapping[str, str] = {
    "Organization": """Id Name FiscalYearStartMonth:bigint TimeZoneSidKey
        DefaultLocaleSidKey LanguageLocaleKey UsesStartDateAsFiscalYearName:boolean
        IsSandbox:boolean SystemModstamp:timestamp""",
    "User": """Id Name FirstName LastName Username Email IsActive:boolean ManagerId
        UserRoleId TimeZoneSidKey LocaleSidKey LanguageLocaleKey Title UserType
        CreatedDate:timestamp LastModifiedDate:timestamp SystemModstamp:timestamp""",
    "UserRole": "Id Name ParentRoleId SystemModstamp:timestamp",
    "OpportunityStage": """Id MasterLabel ApiName IsActive:boolean SortOrder:bigint
        IsClosed:boolean IsWon:boolean ForecastCategory ForecastCategoryName
        DefaultProbability:number SystemModstamp:timestamp""",
    "RecordType": """Id Name DeveloperName SobjectType IsActive:boolean
        SystemModstamp:timestamp""",
    "CurrencyType": """Id IsoCode ConversionRate:number IsCorporate:boolean
        IsActive:boolean SystemModstamp:timestamp""",
    "DatedConversionRate": """Id IsoCode ConversionRate:number StartDate:date
        NextStartDate:date SystemModstamp:timestamp""",
    "Period": """Id Type Number:bigint StartDate:date EndDate:date FullyQualifiedLabel
        IsForecastPeriod:boolean SystemModstamp:timestamp""",
    "Account": """Id IsDeleted:boolean Name Type Industry OwnerId ParentId Website Phone
        CreatedDate:timestamp LastModifiedDate:timestamp SystemModstamp:timestamp""",
    "Contact": """Id IsDeleted:boolean AccountId OwnerId Name FirstName LastName Title
        Email Phone MobilePhone EmailBouncedDate:timestamp CreatedDate:timestamp
        LastModifiedDate:timestamp SystemModstamp:timestamp""",
    "Opportunity": """Id IsDeleted:boolean AccountId RecordTypeId Name StageName
        Amount:money CurrencyIsoCode Probability:number CloseDate:date Type NextStep
        LeadSource CampaignId IsClosed:boolean IsWon:boolean ForecastCategory
        ForecastCategoryName HasOpportunityLineItem:boolean OwnerId
        CreatedDate:timestamp CreatedById LastModifiedDate:timestamp LastModifiedById
        SystemModstamp:timestamp LastActivityDate:date LastStageChangeDate:timestamp
        PushCount:bigint FiscalYear:bigint FiscalQuarter:bigint Loss_Reason__c""",
    "OpportunityHistory": """Id IsDeleted:boolean OpportunityId StageName Amount:money
        PrevAmount:money CloseDate:date PrevCloseDate:date Probability:number
        ForecastCategory CurrencyIsoCode CreatedById CreatedDate:timestamp
        SystemModstamp:timestamp""",
    "OpportunityFieldHistory": """Id IsDeleted:boolean OpportunityId Field OldValue
        NewValue CreatedById CreatedDate:timestamp""",
    "OpportunityContactRole": """Id IsDeleted:boolean OpportunityId ContactId Role
        IsPrimary:boolean CreatedDate:timestamp LastModifiedDate:timestamp
        SystemModstamp:timestamp""",
    "OpportunityTeamMember": """Id IsDeleted:boolean OpportunityId UserId TeamMemberRole
        CreatedDate:timestamp SystemModstamp:timestamp""",
    "OpportunityLineItem": """Id IsDeleted:boolean OpportunityId Name Quantity:number
        UnitPrice:money TotalPrice:money ServiceDate:date CurrencyIsoCode
        CreatedDate:timestamp SystemModstamp:timestamp""",
    "Task": """Id IsDeleted:boolean IsArchived:boolean WhoId WhatId AccountId Subject
        Status Priority IsClosed:boolean TaskSubtype Type CallType
        CallDurationInSeconds:bigint CallDisposition ActivityDate:date
        CompletedDateTime:timestamp OwnerId IsRecurrence:boolean CreatedDate:timestamp
        CreatedById LastModifiedDate:timestamp SystemModstamp:timestamp""",
    "Event": """Id IsDeleted:boolean IsArchived:boolean WhoId WhatId AccountId Subject
        StartDateTime:timestamp EndDateTime:timestamp ActivityDate:date
        DurationInMinutes:bigint IsAllDayEvent:boolean IsChild:boolean
        IsGroupEvent:boolean IsRecurrence:boolean Type EventSubtype OwnerId
        CreatedDate:timestamp CreatedById LastModifiedDate:timestamp
        SystemModstamp:timestamp""",
    "EventRelation": """Id IsDeleted:boolean EventId RelationId IsParent:boolean
        IsInvitee:boolean IsWhat:boolean Status CreatedDate:timestamp
        SystemModstamp:timestamp""",
    "EmailMessage": """Id IsDeleted:boolean RelatedToId ActivityId Incoming:boolean
        Status Subject FromAddress ToAddress MessageDate:timestamp IsBounced:boolean
        AutomationType CreatedById CreatedDate:timestamp LastModifiedDate:timestamp
        SystemModstamp:timestamp""",
    "ForecastingQuota": """Id QuotaOwnerId PeriodId StartDate:date QuotaAmount:money
        IsAmount:boolean CurrencyIsoCode SystemModstamp:timestamp""",
}
TYPES = {"money": "decimal(20,2)", "number": "decimal(22,4)"}

Rows = Mapping[str, Sequence[Mapping[str, Any]]]

DEAL = "006000000000001AAA"
ADA = "005000000000ADAAAA"

#: An organisation in London with a process of three open stages, one user and one
#: deal, which was created on 5 January 2026 and has not changed since.
HEALTHY: Rows = {
    "Organization": [
        {
            "Id": "00D000000000001AAA",
            "Name": "Acme",
            "TimeZoneSidKey": "Europe/London",
            "DefaultLocaleSidKey": "en_GB",
            "FiscalYearStartMonth": 1,
        }
    ],
    "OpportunityStage": [
        {
            "Id": f"01J00000000000{place}AAA",
            "MasterLabel": name,
            "ApiName": name,
            "IsActive": True,
            "SortOrder": place,
            "IsClosed": closed,
            "IsWon": won,
            "DefaultProbability": chance,
        }
        for place, name, closed, won, chance in (
            (1, "Discovery", False, False, 10),
            (2, "Proposal", False, False, 40),
            (3, "Negotiation", False, False, 75),
            (4, "Won", True, True, 100),
            (5, "Lost", True, False, 0),
        )
    ],
    "User": [
        {
            "Id": ADA,
            "Name": "Ada Lund",
            "Email": "ada@acme.example",
            "IsActive": True,
            "TimeZoneSidKey": "Europe/London",
            "CreatedDate": "2020-01-01 00:00:00",
        }
    ],
    "Opportunity": [
        {
            "Id": DEAL,
            "Name": "Globex renewal",
            "OwnerId": ADA,
            "StageName": "Discovery",
            "Amount": 1000,
            "CloseDate": "2026-06-30",
            "IsClosed": False,
            "IsWon": False,
            "CreatedDate": "2026-01-05 10:00:00",
        }
    ],
}


def columns_of(name: str) -> dict[str, str]:
    """The columns of a table with their SQL types."""
    pairs = [item.partition(":") for item in TABLES[name].split()]
    columns = {column: TYPES.get(kind, kind or "varchar") for column, _, kind in pairs}
    return columns | {"gone_at": "timestamp", "gone_why": "varchar"}


def write_mirror(path: Path, rows: Rows, *, loaded_at: str | None = None) -> Path:
    """Write a mirror of plain rows: column to value, what is not given is null."""
    with duckdb.connect(str(path)) as connection:
        create(connection)
        for name, records in rows.items():
            insert(connection, name, records)
        register(connection, loaded_at)
    return path


def engine_of(**rows: Sequence[Mapping[str, Any]]) -> DuckDB:
    """The healthy organisation in memory, with these tables in place of its own.

    There is one such organisation at a time: the next one replaces it.
    """
    connection = memory()
    for name in TABLES:
        connection.execute(f"truncate sf_{name.lower()}")
    for name, records in {**HEALTHY, **rows}.items():
        insert(connection, name, records)
    return DuckDB(connection.cursor())


@cache
def memory() -> duckdb.DuckDBPyConnection:
    """A mirror in memory, made once: making its tables is what takes time."""
    connection = duckdb.connect(config={"threads": 1})
    create(connection)
    register(connection, None)
    return connection


def changed(**fields: Any) -> dict[str, Any]:
    """The healthy deal but for ``fields``."""
    return {**HEALTHY["Opportunity"][0], **fields}


def load_folder(path: Path, folder: Path, *, loaded_at: str | None = None) -> Path:
    """Write a mirror of an org folder: ``<SObject>.csv`` or ``.csv.gz``."""
    with duckdb.connect(str(path)) as connection:
        create(connection)
        for file in sorted(folder.glob("*.csv*")):
            copy(connection, file.name.partition(".")[0], file)
        register(connection, loaded_at)
    return path


def create(connection: duckdb.DuckDBPyConnection) -> None:
    for name in TABLES:
        columns = ", ".join(f"{c} {kind}" for c, kind in columns_of(name).items())
        connection.execute(f"create table sf_{name.lower()} ({columns})")
    connection.execute(
        "create table mirror_object (name varchar, available boolean, rows bigint, "
        "watermark timestamp, loaded_at timestamp, status varchar, reason varchar)"
    )
    connection.execute("create table mirror_meta (name varchar, value varchar)")
    connection.execute(
        "insert into mirror_meta values ('instance_url', 'https://acme.example')"
    )


def insert(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    records: Iterable[Mapping[str, Any]],
) -> None:
    for columns, alike in groupby(records, key=tuple):
        unknown = set(columns) - set(columns_of(name))
        assert not unknown, f"{name} has no {unknown}"
        rows = [list(record.values()) for record in alike]
        marks = ", ".join([f"({', '.join('?' for _ in columns)})"] * len(rows))
        connection.execute(
            f"insert into sf_{name.lower()} ({', '.join(columns)}) values {marks}",
            list(chain.from_iterable(rows)),
        )


def copy(connection: duckdb.DuckDBPyConnection, name: str, file: Path) -> None:
    """Load a CSV file as text and cast every column to the mirror's type."""
    source = f"read_csv('{file}', header = true, all_varchar = true, nullstr = '')"
    given = {row[0] for row in connection.execute(f"describe from {source}").fetchall()}
    wanted = {c: kind for c, kind in columns_of(name).items() if c in given}
    casts = ", ".join(f"{cast(c, kind)} as {c}" for c, kind in wanted.items())
    connection.execute(
        f"insert into sf_{name.lower()} ({', '.join(wanted)}) "
        f"select {casts} from {source}"
    )
    if "IsDeleted" in given and "SystemModstamp" in given:
        connection.execute(
            f"update sf_{name.lower()} set gone_at = SystemModstamp, "
            "gone_why = 'deleted' where IsDeleted"
        )


def cast(column: str, kind: str) -> str:
    if kind == "timestamp":
        return f"cast(replace({column}, '+0000', 'Z') as timestamp)"
    return f"cast({column} as {kind})"


def register(connection: duckdb.DuckDBPyConnection, loaded_at: str | None) -> None:
    for name in TABLES:
        connection.execute(
            "insert into mirror_object select ?, true, count(*), null, ?, 'complete', "
            f"null from sf_{name.lower()}",
            [name, loaded_at],
        )
