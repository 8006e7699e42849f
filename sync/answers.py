"""Answers of Sales Cloud as values, and the addresses of questions."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode

from sync.cloud import Page, Query, Shape, Since, Window
from sync.errors import NotAllowed, SyncError, Unexpected
from sync.moments import moment_text, parse_moment


#: The change logs are asked up to this long ago at most; they forget after 15 days.
LOG_REACHES: Final = timedelta(days=14)


def choose(spoken: Sequence[str], wanted: str) -> tuple[str, str]:
    """The version to use, and a note if it is not the one that was wanted."""
    if wanted in spoken:
        return wanted, ""
    older = [v for v in spoken if float(v) < float(wanted)]
    if not older:
        raise NotAllowed(
            f"the org does not speak API version {wanted}",
            remedy=f"it speaks {', '.join(spoken) or 'none'}",
        )
    best = max(older, key=float)
    return best, f"the org speaks API version {best}, not yet {wanted}"


def shape(name: str, told: Mapping[str, Any]) -> Shape:
    """An object from its describe answer."""
    try:
        fields = {str(f["name"]): str(f["type"]) for f in told["fields"]}
        choices = {
            str(f["name"]): [str(v["value"]) for v in values if v.get("active", True)]
            for f in told["fields"]
            if (values := f.get("picklistValues"))
        }
        scales = {
            str(f["name"]): int(decimals)
            for f in told["fields"]
            if (decimals := f.get("scale"))
        }
    except (KeyError, TypeError, ValueError) as error:
        raise Unexpected(
            f"{name} is described in a shape that we do not know"
        ) from error
    return Shape(
        name=name,
        fields=fields,
        replicable=bool(told.get("replicateable", True)),
        choices=choices,
        scales=scales,
    )


def page(told: Any) -> Page:
    """A page from a query answer."""
    try:
        records, total, done = told["records"], int(told["totalSize"]), told["done"]
    except (KeyError, TypeError, ValueError) as error:
        raise Unexpected(
            "a query was answered in a shape that we do not know"
        ) from error
    following = None if done else told.get("nextRecordsUrl")
    if not isinstance(records, list) or (not done and not following):
        raise Unexpected("a query's answer has rows left and does not say where")
    return Page(records=records, total=total, following=following)


def path_of(query: Query) -> str:
    """Where a query is asked."""
    resource = "queryAll" if query.everything else "query"
    return f"{resource}/?{urlencode({'q': query.soql}, quote_via=quote)}"


def span(start: datetime, end: datetime) -> str:
    """The parameters of a change log."""
    return urlencode({"start": moment_text(start), "end": moment_text(end)})


def window(since: Since, end: datetime, told: Mapping[str, Any]) -> Window | SyncError:
    """The change logs of one object; an error if one could not be read."""
    updated = told[f"{since.name}.updated"]
    deleted = told.get(f"{since.name}.deleted")
    for log in (updated, deleted):
        if isinstance(log, SyncError):
            return log
    try:
        covered = [log["latestDateCovered"] for log in (updated, deleted) if log]
        earliest = deleted["earliestDateAvailable"] if deleted else None
        return Window(
            latest=min(map(parse_moment, covered)),
            deleted={
                str(row["id"]): parse_moment(row["deletedDate"])
                for row in (deleted or {}).get("deletedRecords", ())
            },
            complete=since.start >= end - LOG_REACHES
            and (earliest is None or parse_moment(earliest) <= since.start),
        )
    except (KeyError, TypeError, ValueError):
        return Unexpected(f"the change log of {since.name} has an unknown shape")
