"""An organisation: objects and their records in an in-memory database.

Queries read a snapshot each; writes take turns. Moments are UTC. Whoever writes says
when and as whom.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import duckdb

from sandbox.errors import ApiError
from sandbox.org_load import load
from sandbox.org_store import Store, Transaction
from sandbox.org_write import create, delete, live, put, undelete, update
from sandbox.schema import SObject
from sandbox.soql.dates import Calendar, Moments
from sandbox.soql.execute import execute
from sandbox.soql.result import Result
from sandbox.soql.setting import Setting


#: What says when a record last changed, best first.
STAMPS: Final = ("SystemModstamp", "LastModifiedDate", "CreatedDate")

#: A moment for questions to which the time does not matter.
LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(slots=True, kw_only=True)
class Org:
    """A Sales Cloud organisation that holds what a folder gave it."""

    sobjects: Mapping[str, SObject]
    store: Store = field(repr=False)
    #: Moments at which transactions began that have not ended yet.
    open_transactions: list[datetime] = field(default_factory=list)

    @classmethod
    def load(cls, folder: Path) -> "Org":
        """Read ``<SObject>.csv[.gz]`` and ``schema.json``; OrgError if it cannot be."""
        con = duckdb.connect()
        con.execute("SET TimeZone = 'UTC'")
        objects = load(con, folder)
        return cls(sobjects=objects, store=Store(con=con, objects=objects))

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
        setting = Setting(
            text=soql,
            objects=self.sobjects,
            moments=self.moments(now),
            now=now,
            all_rows=all_rows,
            bulk=bulk,
            user_id=user_id,
        )
        return execute(self.store.reader(), setting)

    def moments(self, now: datetime) -> Moments:
        """What date literals mean here at a moment."""
        return Moments(look=lambda: self._calendar(now))

    def _calendar(self, now: datetime) -> tuple[Calendar, ZoneInfo]:
        rows = self.store.rows(self.sobjects["organization"], "true")
        company = rows[0] if rows else {}
        zone = zone_of(company.get("TimeZoneSidKey"))
        calendar = Calendar(
            today=now.astimezone(zone).date(),
            fiscal_start=company.get("FiscalYearStartMonth") or 1,
            locale=company.get("DefaultLocaleSidKey") or "en_US",
        )
        return calendar, zone

    def record(
        self, name: str, record_id: str, fields: Sequence[str] | None = None
    ) -> dict[str, Any]:
        """One record as REST shows it; ApiError 404 where there is none."""
        sobject = self.sobject(name)
        live(self.store, sobject, record_id)
        for asked in fields or ():
            if "." not in asked and not sobject.has(asked):
                raise ApiError(
                    400,
                    "INVALID_FIELD",
                    f"No such column '{asked}' on sobject of type {sobject.name}",
                )
        chosen = fields or [f.name for f in sobject.fields]
        found = self.query(
            f"SELECT {', '.join(chosen)} FROM {sobject.name}"
            f" WHERE Id = '{record_id}' ALL ROWS",
            now=LONG_AGO,
        )
        return found.records(0, 1)[0]

    def create(
        self,
        name: str,
        values: Mapping[str, Any],
        *,
        now: datetime,
        user_id: str | None = None,
    ) -> str:
        """Make a record; its id."""
        sobject = self.sobject(name)
        return create(self.store, sobject, values, now=now, user_id=user_id)

    def update(
        self,
        name: str,
        record_id: str,
        values: Mapping[str, Any],
        *,
        now: datetime,
        user_id: str | None = None,
    ) -> None:
        """Change some fields of a record."""
        sobject = self.sobject(name)
        update(self.store, sobject, record_id, values, now=now, user_id=user_id)

    def delete(self, name: str, record_id: str, *, now: datetime) -> None:
        """Put a record into the recycle bin, with what depends on it."""
        delete(self.store, self.sobject(name), record_id, now=now)

    def undelete(self, name: str, record_id: str, *, now: datetime) -> None:
        """Take a record out of the recycle bin, with what went in with it."""
        undelete(self.store, self.sobject(name), record_id, now=now)

    def erase(self, name: str, record_id: str) -> None:
        """Remove a record without a trace: not even ``deleted`` knows of it."""
        self.store.remove(self.sobject(name), record_id)

    def put(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write rows as they are, stamps included, past every rule."""
        put(self.store, self.sobject(name), rows)

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Writes that others see together, and that can be undone together."""
        return self.store.transaction()

    def updated(self, name: str, start: datetime, end: datetime) -> list[str]:
        """Ids of the records that changed from ``start`` until before ``end``."""
        return [i for i, _ in self._stamped(name, start, end, deleted=False)]

    def deleted(
        self, name: str, start: datetime, end: datetime
    ) -> list[tuple[str, datetime]]:
        """Ids and moments of what was deleted from ``start`` until before ``end``."""
        found = self._stamped(name, start, end, deleted=True)
        return [(i, at.replace(tzinfo=UTC)) for i, at in found]

    def _stamped(
        self, name: str, start: datetime, end: datetime, *, deleted: bool
    ) -> list[tuple[str, datetime]]:
        sobject = self.sobject(name)
        stamp = next((f for f in STAMPS if sobject.has(f)), None)
        if stamp is None or (deleted and not sobject.has("IsDeleted")):
            return []
        where = f'"{stamp}" >= ? AND "{stamp}" < ?'
        if sobject.has("IsDeleted"):
            where += f' AND coalesce("IsDeleted", false) = {str(deleted).lower()}'
        found = self.store.reader().execute(
            f'SELECT "Id", "{stamp}" FROM "{sobject.name}" WHERE {where}'
            f' ORDER BY "{stamp}", "Id"',
            [naive(start), naive(end)],
        )
        return found.fetchall()


def zone_of(name: str | None) -> ZoneInfo:
    """A time zone; UTC where a folder names none, or none that there is."""
    try:
        return ZoneInfo(name or "UTC")
    except (ValueError, ZoneInfoNotFoundError):
        return ZoneInfo("UTC")


def naive(moment: datetime) -> datetime:
    """A moment as the tables hold it: in UTC, without its zone."""
    return moment.astimezone(UTC).replace(tzinfo=None)
