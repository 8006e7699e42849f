"""What the service works out by itself when a record is written.

An opportunity's stage decides whether it is closed and how likely it is; a task that
is completed is stamped; people get their full name.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from sandbox.org_store import Store
from sandbox.schema import SObject


Values = dict[str, Any]

#: A change of one of these writes a row of history.
TRACKED: Final = ("StageName", "Amount", "CloseDate", "Probability")


def derived(
    store: Store, sobject: SObject, old: Mapping[str, Any], new: Values, now: datetime
) -> Values:
    """What follows for other fields from new values; ``old`` is empty at creation."""
    rule = RULES.get(sobject.name)
    return rule(store, old, new, now) if rule else {}


def opportunity(
    store: Store, old: Mapping[str, Any], new: Values, now: datetime
) -> Values:
    """Stage, close date and amount decide the rest of a deal."""
    found: Values = {}
    row = {**old, **new}
    if "StageName" in new and new["StageName"] != old.get("StageName"):
        found |= of_stage(store, str(new["StageName"]), new)
        if old:
            found["LastStageChangeDate"] = now
    if "CloseDate" in new:
        found |= fiscal(store, new["CloseDate"])
        if pushed(old.get("CloseDate"), new["CloseDate"]):
            found["PushCount"] = (old.get("PushCount") or 0) + 1
    row |= found
    amount, probability = row.get("Amount"), row.get("Probability")
    expected = None if amount is None else float(amount) * (probability or 0) / 100
    return found | {"ExpectedRevenue": expected}


def of_stage(store: Store, stage: str, new: Values) -> Values:
    """What a stage says about a deal; a stage that is not set up says it is open."""
    stages = store.objects["opportunitystage"]
    rows = store.rows(stages, 'lower("MasterLabel") = lower(?)', stage)
    known = rows[0] if rows else {}
    found = {
        "IsClosed": bool(known.get("IsClosed")),
        "IsWon": bool(known.get("IsWon")),
        "ForecastCategory": known.get("ForecastCategory") or "Pipeline",
    }
    if "ForecastCategoryName" not in new:
        found["ForecastCategoryName"] = known.get("ForecastCategoryName") or "Pipeline"
    if "Probability" not in new:
        found["Probability"] = known.get("DefaultProbability") or 0.0
    return found


def fiscal(store: Store, close: date | None) -> Values:
    """Fiscal year and quarter of a close date."""
    if close is None:
        return {}
    organization = store.rows(store.objects["organization"], "true")
    company = organization[0] if organization else {}
    first = company.get("FiscalYearStartMonth") or 1
    months = close.year * 12 + close.month - first
    year, month = divmod(months, 12)
    named_by_end = first > 1 and not company.get("UsesStartDateAsFiscalYearName")
    year += 1 if named_by_end else 0
    quarter = month // 3 + 1
    return {
        "FiscalYear": year,
        "FiscalQuarter": quarter,
        "Fiscal": f"{year} {quarter}",
    }


def pushed(before: date | None, after: date | None) -> bool:
    """Whether a close date moved into a later month."""
    if before is None or after is None:
        return False
    return (after.year, after.month) > (before.year, before.month)


def task(store: Store, old: Mapping[str, Any], new: Values, now: datetime) -> Values:
    """The status decides whether a task is closed, and since when."""
    found: Values = {} if old else {"Status": "Not Started", "Priority": "Normal"}
    found = {k: v for k, v in found.items() if k not in new}
    status = new.get("Status", found.get("Status"))
    if status is not None:
        closed = status in closed_statuses(store)
        found["IsClosed"] = closed
        found["CompletedDateTime"] = (
            (old.get("CompletedDateTime") or now) if closed else None
        )
    if not old and "TaskSubtype" not in new:
        found["TaskSubtype"] = "Task"
    return found | account_of(store, old, new)


def closed_statuses(store: Store) -> set[str]:
    """The statuses of tasks that are done."""
    rows = store.rows(store.objects["taskstatus"], '"IsClosed"')
    return {str(row["MasterLabel"]) for row in rows} or {"Completed"}


def event(store: Store, old: Mapping[str, Any], new: Values, now: datetime) -> Values:  # noqa: ARG001
    """Start, end and duration agree with each other."""
    found: Values = {}
    row = {**old, **new}
    start, minutes = row.get("StartDateTime"), row.get("DurationInMinutes")
    end = row.get("EndDateTime")
    if start is not None:
        found |= {"ActivityDateTime": start, "ActivityDate": start.date()}
    if start is not None and "EndDateTime" in new and end is not None:
        found["DurationInMinutes"] = int((end - start).total_seconds() // 60)
    elif start is not None and minutes is not None:
        found["EndDateTime"] = start + timedelta(minutes=minutes)
    return found | account_of(store, old, new)


def account_of(store: Store, old: Mapping[str, Any], new: Values) -> Values:
    """The account of what, or else of whom, an activity is about."""
    if old and not {"WhatId", "WhoId"} & new.keys():
        return {}
    row = {**old, **new}
    for record_id in filter(None, (row.get("WhatId"), row.get("WhoId"))):
        for name in ("account", "opportunity", "contact", "case"):
            sobject = store.objects[name]
            if sobject.prefix == record_id[:3] and (
                found := store.row(sobject, record_id)
            ):
                key = "Id" if name == "account" else "AccountId"
                return {"AccountId": found.get(key)}
    return {"AccountId": None}


def person(store: Store, old: Mapping[str, Any], new: Values, now: datetime) -> Values:  # noqa: ARG001
    """First and last name make the full name."""
    row = {**old, **new}
    names = (row.get("FirstName"), row.get("LastName"))
    full = " ".join(n for n in names if n)
    return {"Name": full} if full else {}


RULES: Final[
    Mapping[str, Callable[[Store, Mapping[str, Any], Values, datetime], Values]]
] = {
    "Opportunity": opportunity,
    "Task": task,
    "Event": event,
    "Contact": person,
    "Lead": person,
    "User": person,
}


def history(
    store: Store, old: Mapping[str, Any], new: Mapping[str, Any], stamps: Values
) -> None:
    """A row of history when a deal is made or one of the tracked fields moves."""
    sobject = store.objects.get("opportunityhistory")
    if sobject is None or (old and all(old.get(f) == new.get(f) for f in TRACKED)):
        return
    moved = {f"Prev{f}": old.get(f) for f in ("Amount", "CloseDate") if old}
    kept = (*TRACKED, "ForecastCategory", "ExpectedRevenue", "CurrencyIsoCode")
    store.insert(
        sobject,
        {
            "Id": store.new_id(sobject),
            "OpportunityId": new["Id"],
            "IsDeleted": False,
            "CreatedDate": stamps["SystemModstamp"],
            "CreatedById": stamps.get("LastModifiedById"),
            "SystemModstamp": stamps["SystemModstamp"],
            **{f: new.get(f) for f in kept},
            **{k: v for k, v in moved.items() if v != new.get(k[4:])},
        },
    )
