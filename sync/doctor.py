"""What stands between us and good packets: one check each, with the remedy."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from sync.cloud import Page, Query, Shape
from sync.errors import LoginRefused, SyncError
from sync.objects import CATALOGUE
from sync.pages import PAGES
from sync.plan import Item, make_item


#: A clock that is further off than this makes "today" doubtful.
SKEW: Final = timedelta(seconds=60)

#: Calls of a sync that has nothing to page through.
BASE_CALLS: Final = 10
ROWS_A_CALL: Final = 2_000

GRANT: Final = "grant the integration user's permission set Read on it"

EMAILS: Final = (
    "SELECT COUNT(Id) howMany FROM EmailMessage WHERE MessageDate = LAST_N_DAYS:30"
)
MOVED: Final = (
    "SELECT COUNT(Id) howMany FROM Opportunity WHERE LastActivityDate = LAST_N_DAYS:30"
)
LIVE: Final = (
    "SELECT COUNT(Id) howMany FROM Opportunity "
    "WHERE IsClosed = false OR CloseDate >= LAST_N_DAYS:400"
)
SEES_ALL: Final = "SELECT PermissionsViewAllData FROM UserPermissionAccess LIMIT 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool | None  #: None: it works without, or could not be found out
    detail: str
    remedy: str = ""


class Patient(Protocol):
    """What the doctor needs of an org."""

    @property
    def instance_url(self) -> str:
        """Where the org is."""

    @property
    def version(self) -> str:
        """The API version in use."""

    @property
    def notes(self) -> Sequence[str]:
        """What a person should know about the connection."""

    @property
    def server_time(self) -> datetime:
        """The moment that the server last named."""

    def describe(self, names: Sequence[str]) -> Mapping[str, Shape | None]:
        """The objects as they are shown to us."""

    def query(self, query: Query) -> Page:
        """The first page of one query."""

    def limits(self) -> Mapping[str, Any]:
        """What the org may use and has left."""


def examine(
    cloud: Patient,
    *,
    now: datetime | None = None,
    extra_fields: Mapping[str, Sequence[str]] | None = None,
) -> list[Check]:
    """Every check; ``now`` is our own clock's moment, to compare with the server's."""
    checks = [
        Check(name="connection", ok=True, detail=f"logged in to {cloud.instance_url}"),
        version(cloud),
        clock(cloud.server_time, now),
        sight(cloud),
    ]
    shapes = looked_at(cloud)
    if isinstance(shapes, Check):
        return [*checks, shapes]
    items = [
        make_item(obj, shapes[obj.name], (extra_fields or {}).get(obj.name, ()))
        for obj in CATALOGUE
    ]
    for item in items:
        checks += visible(item)
    known = {item.obj.name for item in items if not item.absent}
    return [*checks, capture(cloud, known), quota(cloud)]


def version(cloud: Patient) -> Check:
    """Which version the org speaks with us."""
    note = "; ".join(cloud.notes)
    return Check(
        name="API version",
        ok=None if note else True,
        detail=note or f"v{cloud.version}",
        remedy="nothing to do: the newer version comes with the next release"
        if note
        else "",
    )


def clock(server: datetime, ours: datetime | None) -> Check:
    """How far our clock is from the server's."""
    if ours is None:
        return Check(
            name="clock", ok=None, detail=f"the server says {server:%H:%M} UTC"
        )
    off = abs(ours - server)
    return Check(
        name="clock",
        ok=off <= SKEW,
        detail=f"{off.total_seconds():.0f} s from Sales Cloud's",
        remedy="" if off <= SKEW else "set this machine's clock by NTP",
    )


def sight(cloud: Patient) -> Check:
    """Whether the integration user sees all records or only its own."""
    name = "record visibility"
    try:
        page = cloud.query(Query(soql=SEES_ALL))
        sees = bool(page.records and page.records[0]["PermissionsViewAllData"])
    except LoginRefused:
        raise
    except SyncError:
        return Check(
            name=name,
            ok=None,
            detail="whether the integration user has View All Data is not shown",
            remedy="make sure that it has: packets of half a pipeline look whole",
        )
    return Check(
        name=name,
        ok=True if sees else None,
        detail="View All Data" if sees else "the integration user lacks View All Data",
        remedy=""
        if sees
        else "assign it, or View All on Opportunity, Account and Contact and Access "
        "Activities",
    )


def looked_at(cloud: Patient) -> Mapping[str, Shape | None] | Check:
    """What the org looks like, or why we cannot tell."""
    try:
        return cloud.describe([obj.name for obj in CATALOGUE])
    except LoginRefused:
        raise
    except SyncError as error:
        return Check(
            name="objects", ok=False, detail=error.message, remedy=error.remedy
        )


def visible(item: Item) -> Iterator[Check]:
    """Whether an object and its fields can be read."""
    name, feature = item.obj.name, item.obj.feature
    if item.absent:
        lost = f"; it would give {feature}" if feature else ""
        yield Check(
            name=name,
            ok=False if item.obj.required else None,
            detail=f"{item.absent}{lost}",
            remedy=f"if the org has it, {GRANT} and on its fields",
        )
        return
    yield Check(name=name, ok=True, detail=f"{len(item.columns)} fields")
    mistaken = item.mistaken
    if missed := [field for field in item.missed if field not in mistaken]:
        yield Check(
            name=f"{name} fields",
            ok=None,
            detail=f"not in the org or hidden: {', '.join(missed)}",
            remedy="where the org has them, grant Read on these fields",
        )
    for field in mistaken:
        yield Check(
            name=f"{name}.{field}",
            ok=False,
            detail=f"the configuration asks for it, and {item.hidden[field]}",
            remedy="correct its API name in the configuration, or grant Read on it",
        )


def capture(cloud: Patient, known: set[str]) -> Check:
    """Whether emails reach Sales Cloud, or live beside it."""
    name = "activity capture"
    try:
        emails = count(cloud, EMAILS) if "EmailMessage" in known else 0
        moved = count(cloud, MOVED)
    except LoginRefused:
        raise
    except SyncError as error:
        return Check(name=name, ok=None, detail=error.message, remedy=error.remedy)
    if emails or not moved:
        said = f"{emails:,} emails in 30 days"
        return Check(name=name, ok=True if emails else None, detail=said)
    return Check(
        name=name,
        ok=False,
        detail=f"no emails in 30 days, yet {moved:,} deals had activity: email is "
        "probably captured outside of Sales Cloud",
        remedy="switch on Sync Email as Salesforce Activity in Einstein Activity "
        "Capture; until then silence is not held against a deal",
    )


def quota(cloud: Patient) -> Check:
    """How many calls are left today, and what one sync costs."""
    name = "API calls"
    try:
        daily = cloud.limits()["DailyApiRequests"]
        left, most = int(daily["Remaining"]), int(daily["Max"])
        cost = BASE_CALLS + min(count(cloud, LIVE) // ROWS_A_CALL, PAGES)
    except LoginRefused:
        raise
    except (SyncError, KeyError, TypeError, ValueError):
        return Check(
            name=name,
            ok=None,
            detail="the limits are not shown",
            remedy="assign View Setup and Configuration to the integration user",
        )
    enough = left > most * 0.2 + cost
    return Check(
        name=name,
        ok=enough,
        detail=f"{left:,} of {most:,} left today; a daily sync costs about {cost}",
        remedy="" if enough else "wait, or find out which integration uses them up",
    )


def count(cloud: Patient, soql: str) -> int:
    """How many rows a counting query finds."""
    return int(cloud.query(Query(soql=soql)).records[0]["howMany"])
