"""Versions, the list of resources, limits, queries and their further pages."""

from typing import Any, Final

from sandbox.errors import ApiError
from sandbox.http_messages import Answer, Page
from sandbox.routes.auth import identity_url
from sandbox.service import NEWEST, OLDEST, Call, Service, route
from sandbox.soql.result import Result


#: Rows in a page: at least, at most and unless the client says otherwise.
LEAST: Final = 200
MOST: Final = 2_000

SEASONS: Final = ("Winter", "Spring", "Summer")


def versions(service: Service, call: Call) -> Answer:
    """Every version that is served."""
    del service, call
    return Answer(content=[version(n) for n in range(OLDEST, NEWEST + 1)])


def version(number: int) -> dict[str, str]:
    """A version with the release that brought it."""
    year, season = divmod(number - 20, 3)
    label = f"{SEASONS[season]} '{year + 11}"
    return {
        "label": label,
        "url": f"/services/data/v{number}.0",
        "version": f"{number}.0",
    }


RESOURCES: Final = (
    "sobjects",
    "query",
    "queryAll",
    "limits",
    "composite",
    "jobs",
    "recent",
    "ui-api",
    "search",
    "tooling",
    "chatter",
)


def resources(service: Service, call: Call) -> Answer:
    """What there is in a version."""
    known = {name: f"{call.base}/{name}" for name in RESOURCES}
    return Answer(content={**known, "identity": identity_url(service)})


def query(service: Service, call: Call) -> Answer:
    """The first page of a query."""
    soql = call.incoming.params.get("q", "")
    if not soql.strip():
        raise ApiError(400, "MALFORMED_QUERY", "A query string has to be specified")
    result = service.org.query(
        soql,
        now=service.now(),
        all_rows="queryall" in call.incoming.path.lower().split("/"),
        user_id=service.user_id,
    )
    return Answer(content=page(service, call, result, None))


def more(service: Service, call: Call) -> Answer:
    """A further page of a query."""
    name, result, start = service.cursors.find(call.parts["locator"])
    return Answer(content=page(service, call, result, (name, start)))


def page(
    service: Service, call: Call, result: Result, at: tuple[str, int] | None
) -> Page:
    """A page from ``at``: a cursor's name and a place, or the beginning."""
    name, start = at or ("", 0)
    stop = start + page_size(call, result)
    records = result.records(start, stop, version=call.version)
    following = None
    if stop < result.total and records:
        name = name or service.cursors.hold(result)
        following = f"{call.base}/query/{name}-{stop}"
    elif not name:
        result.close()
    return Page(total=result.total, records=records, following=following)


def page_size(call: Call, result: Result) -> int:
    """How many rows fit in a page: what was asked for, less if they are wide."""
    if result.wide:
        return LEAST
    for option in call.incoming.header("Sforce-Query-Options").split(","):
        key, _, value = option.partition("=")
        if key.strip().lower() == "batchsize" and value.strip().isdecimal():
            return min(max(int(value), LEAST), MOST)
    return MOST


#: What limits there are besides the daily calls: name and allowance.
LIMITS: Final = {
    "ConcurrentAsyncGetReportInstances": 200,
    "DailyAsyncApexExecutions": 250_000,
    "DailyBulkApiBatches": 15_000,
    "DailyBulkV2QueryFileStorageMB": 976_562,
    "DailyBulkV2QueryJobs": 10_000,
    "DailyGenericStreamingApiEvents": 10_000,
    "DailyStreamingApiEvents": 10_000,
    "DataStorageMB": 1_073,
    "FileStorageMB": 1_073,
    "HourlyAsyncReportRuns": 1_200,
    "HourlySyncReportRuns": 500,
    "MassEmail": 5_000,
    "SingleEmail": 5_000,
}


def limits(service: Service, call: Call) -> Answer:
    """The allowances and what is left of them."""
    del call
    told: dict[str, Any] = {
        name: {"Max": most, "Remaining": most} for name, most in LIMITS.items()
    }
    left = service.quota - service.api_calls
    told["DailyApiRequests"] = {"Max": service.quota, "Remaining": left}
    jobs = len(service.jobs.all())
    told["DailyBulkV2QueryJobs"]["Remaining"] -= jobs
    return Answer(content=dict(sorted(told.items())))


def record_count(service: Service, call: Call) -> Answer:
    """About how many records objects have; unknown objects are left out."""
    asked = call.incoming.params.get("sObjects", "")
    names = (
        [n.strip() for n in asked.split(",")] if asked else list(service.org.sobjects)
    )
    known = service.org.sobjects
    found = sorted({known[n.lower()].name for n in names if n.lower() in known})
    counts = [{"count": count(service, name), "name": name} for name in found]
    return Answer(content={"sObjects": counts})


def count(service: Service, name: str) -> int:
    """How many records an object has."""
    try:
        result = service.org.query(f"SELECT COUNT() FROM {name}", now=service.now())
    except ApiError:
        return 0
    result.close()
    return result.total


def refused(service: Service, call: Call) -> Answer:
    """A resource that the real service has and a sandbox does not."""
    del service
    what = call.parts.get("resource", call.incoming.path)
    message = f"The sandbox does not serve {what}; docs/sandbox.md says what it does"
    raise ApiError(403, "FUNCTIONALITY_NOT_ENABLED", message)


def recent(service: Service, call: Call) -> Answer:
    """Records that the user saw lately: an integration user sees none."""
    del service, call
    return Answer(content=[])


def me(service: Service, call: Call) -> Answer:
    """The user as Chatter knows them."""
    me_url = f"{call.base}/chatter/users/{service.user_id}"
    told = {
        "id": service.user_id,
        "type": "User",
        "name": "Integration User",
        "username": "integration@sandbox.example",
        "email": "integration@sandbox.example",
        "isActive": True,
        "url": me_url,
    }
    return Answer(content=told)


#: Resources of the real service that are refused by name; all else does not exist.
REFUSED: Final = (
    "(?P<resource>tooling|search|parameterizedSearch|analytics|wave|connect|process"
    "|actions|metadata|quickActions|event|support|smartdatadiscovery|graphql|async"
    "|jobs/ingest|composite/graph|composite/tree|ui-api|chatter)"
)

DATA: Final = "/services/data/v{version}"
REFUSALS: Final = (
    route(f"{DATA}/{REFUSED}", refused, "GET", "POST"),
    route(f"{DATA}/{REFUSED}/{{rest...}}", refused, "GET", "POST", "PATCH", "DELETE"),
)
ROUTES: Final = (
    route("/services/data", versions, counted=False, proof=""),
    route(DATA, resources),
    route(f"{DATA}/query", query),
    route(f"{DATA}/queryAll", query),
    route(f"{DATA}/query/{{locator}}", more),
    route(f"{DATA}/queryAll/{{locator}}", more),
    route(f"{DATA}/limits", limits),
    route(f"{DATA}/limits/recordCount", record_count),
    route(f"{DATA}/recent", recent),
    route(f"{DATA}/chatter/users/me", me),
)
