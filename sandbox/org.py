"""An organisation: objects and their records in an in-memory database.

Queries read a snapshot each; writes take turns. Moments are UTC. Whoever writes says
when and as whom.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import Any, Final
from zoneinfo import ZoneInfo

import duckdb

from sandbox.errors import ApiError
from sandbox.org_load import load
from sandbox.schema import SObject
from sandbox.soql.dates import Calendar
from sandbox.soql.execute import execute
from sandbox.soql.filters import Moments
from sandbox.soql.result import Result


#: A moment for questions to which the time does not matter.
LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(slots=True, kw_only=True)
class Org:
    """A Sales Cloud organisation that holds what a folder gave it."""

    sobjects: Mapping[str, SObject]
    con: duckdb.DuckDBPyConnection = field(repr=False)
    lock: RLock = field(default_factory=RLock, repr=False)
    #: Moments at which transactions began that have not ended yet.
    open_transactions: list[datetime] = field(default_factory=list)

    @classmethod
    def load(cls, folder: Path) -> "Org":
        """Read ``<SObject>.csv[.gz]`` and ``schema.json``; OrgError if it cannot be."""
        con = duckdb.connect()
        con.execute("SET TimeZone = 'UTC'")
        return cls(sobjects=load(con, folder), con=con)

    def sobject(self, name: str) -> SObject:
        """The object of that name in any case; ApiError 404 where there is none."""
        found = self.sobjects.get(name.lower())
        if found is None:
            raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
        return found

    def query(
        self,
        soql: str,
        *,
        now: datetime,
        all_rows: bool = False,
        bulk: bool = False,
        user_id: str | None = None,
    ) -> Result:
        """The answer to a query, as of this moment."""
        return execute(
            self.con.cursor(),
            soql,
            self.sobjects,
            moments=self.moments(now),
            now=now,
            all_rows=all_rows,
            bulk=bulk,
        )

    def moments(self, now: datetime) -> Moments:
        """What date literals mean here at a moment."""
        row = self.con.cursor().execute(
            'SELECT "TimeZoneSidKey", "FiscalYearStartMonth", "DefaultLocaleSidKey"'
            ' FROM "Organization"'
        ).fetchone() or ("UTC", 1, "en_US")
        zone = ZoneInfo(row[0] or "UTC")
        today = now.astimezone(zone).date()
        calendar = Calendar(
            today=today, fiscal_start=row[1] or 1, locale=row[2] or "en_US"
        )
        return Moments(calendar=calendar, zone=zone)

    def record(
        self, name: str, record_id: str, fields: Sequence[str] | None = None
    ) -> dict[str, Any]:
        """One record as REST shows it; ApiError 404 where there is none."""
        sobject = self.sobject(name)
        chosen = fields or [f.name for f in sobject.fields]
        found = self.query(
            f"SELECT {', '.join(chosen)} FROM {sobject.name} WHERE Id = '{record_id}'",
            now=LONG_AGO,
        )
        if not found.total:
            raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
        return found.records(0, 1)[0]
