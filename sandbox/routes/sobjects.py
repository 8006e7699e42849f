"""Objects and their records: describe, read, create, update, delete, what changed."""

import zlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, Final

from sandbox.describe import describe, global_describe, summary
from sandbox.errors import ApiError
from sandbox.http_messages import Answer, not_found, stamp
from sandbox.routes.data import DATA
from sandbox.schema import SObject
from sandbox.schema_ids import is_id
from sandbox.service import Call, Service, route


#: How far back changes and deletions can be asked for.
WINDOW: Final = timedelta(days=30)
#: How far back deletions are known; ``earliestDateAvailable`` says so.
REMEMBERED: Final = timedelta(days=15)

#: No object of a sandbox changes its fields while it runs.
DESCRIBED: Final = datetime(2020, 8, 14, 20, 53, 2, tzinfo=UTC)


def named(service: Service, call: Call) -> SObject:
    """The object that an address names."""
    return service.org.sobject(call.parts["sobject"])


def listed(service: Service, call: Call) -> Answer:
    """Every object in short."""
    return unchanged(call, global_describe(service.org, call.version))


def described(service: Service, call: Call) -> Answer:
    """An object in full."""
    told = describe(service.org, call.parts["sobject"], call.version)
    return unchanged(call, told)


def unchanged(call: Call, told: Mapping[str, Any]) -> Answer:
    """A description, or 304 for those who have it already."""
    tag = f'"{zlib.crc32(repr(told).encode()):08x}"'
    headers = {
        "ETag": tag,
        "Last-Modified": format_datetime(DESCRIBED, usegmt=True),
    }
    since = call.incoming.header("If-Modified-Since")
    if since:
        try:
            fresh = parsedate_to_datetime(since) >= DESCRIBED
        except (TypeError, ValueError):
            fresh = False
        if fresh:
            return Answer(status=304, headers=headers)
    return Answer(content=told, headers=headers)


def basics(service: Service, call: Call) -> Answer:
    """An object in short, with the records seen lately."""
    obj = named(service, call)
    told = summary(obj, call.version)
    return Answer(content={"objectDescribe": told, "recentItems": []})


def create(service: Service, call: Call) -> Answer:
    """A new record."""
    obj = named(service, call)
    values = without_attributes(call.incoming.fields())
    made = service.org.create(
        obj.name, values, now=service.now(), user_id=service.user_id
    )
    where = {"Location": f"{call.base}/sobjects/{obj.name}/{made}"}
    content = {"id": made, "success": True, "errors": []}
    return Answer(status=201, content=content, headers=where)


def read(service: Service, call: Call) -> Answer:
    """One record: all its fields, or those that are asked for."""
    obj = named(service, call)
    asked = call.incoming.params.get("fields")
    fields = [f.strip() for f in asked.split(",")] if asked else None
    record = service.org.record(obj.name, id_of(call), fields)
    return Answer(content=addressed(record, call))


def update(service: Service, call: Call) -> Answer:
    """Change a record."""
    obj = named(service, call)
    values = without_attributes(call.incoming.fields())
    now = service.now()
    service.org.update(obj.name, id_of(call), values, now=now, user_id=service.user_id)
    return Answer(status=204)


def delete(service: Service, call: Call) -> Answer:
    """Put a record into the recycle bin."""
    obj = named(service, call)
    service.org.delete(obj.name, id_of(call), now=service.now())
    return Answer(status=204)


def id_of(call: Call) -> str:
    """The id in the address; anything else is taken for an external id."""
    name = call.parts["id"]
    if not is_id(name):
        message = (
            f"Provided external ID field does not exist or is not accessible: {name}"
        )
        raise ApiError(404, "NOT_FOUND", message)
    return name


def by_key(service: Service, call: Call) -> Answer:
    """A record by the value of an external id field, or a field of a record."""
    obj = named(service, call)
    field = obj.field(call.parts["id"])
    if field is None or not (field.external_id or field.name.lower() == "id"):
        name = call.parts["id"]
        message = (
            f"Provided external ID field does not exist or is not accessible: {name}"
        )
        raise ApiError(404, "NOT_FOUND", message)
    value = call.parts["value"].replace("\\", "\\\\").replace("'", "\\'")
    soql = f"SELECT Id FROM {obj.name} WHERE {field.name} = '{value}'"
    result = service.org.query(soql, now=service.now())
    found = result.records(0, result.total)
    result.close()
    if not found:
        raise not_found()
    if len(found) > 1:
        urls = [f"{call.base}/sobjects/{obj.name}/{row['Id']}" for row in found]
        return Answer(status=300, content=urls)
    asked = call.incoming.params.get("fields")
    fields = [f.strip() for f in asked.split(",")] if asked else None
    record = service.org.record(obj.name, found[0]["Id"], fields)
    return Answer(content=addressed(record, call))


def without_attributes(values: Mapping[str, Any]) -> dict[str, Any]:
    """A record's fields alone."""
    return {name: value for name, value in values.items() if name != "attributes"}


def addressed(record: dict[str, Any], call: Call) -> dict[str, Any]:
    """A record whose own address is of the version that was asked."""
    kind = record["attributes"]["type"]
    url = f"{call.base}/sobjects/{kind}/{record['Id']}" if "Id" in record else None
    if url is not None:
        record["attributes"]["url"] = url
    return record


def updated(service: Service, call: Call) -> Answer:
    """Ids of the records that changed, and up to when that is known."""
    obj = replicated(service, call)
    start, end = window(service, call)
    covered = latest_covered(service, end)
    ids = service.org.updated(obj.name, start, end)
    return Answer(content={"ids": ids, "latestDateCovered": stamp(covered)})


def deleted(service: Service, call: Call) -> Answer:
    """Ids of the records that were deleted, since when and up to when that is known."""
    obj = replicated(service, call)
    start, end = window(service, call)
    earliest = minute(service.now() - REMEMBERED)
    rows = service.org.deleted(obj.name, max(start, earliest), end)
    told = {
        "deletedRecords": [{"id": i, "deletedDate": stamp(at)} for i, at in rows],
        "earliestDateAvailable": stamp(earliest),
        "latestDateCovered": stamp(latest_covered(service, end)),
    }
    return Answer(content=told)


def replicated(service: Service, call: Call) -> SObject:
    """The object that is named, if its changes are tracked."""
    obj = named(service, call)
    if not obj.replicateable:
        message = f"The entity {obj.name} does not support replication"
        raise ApiError(400, "INVALID_TYPE_FOR_OPERATION", message)
    return obj


def window(service: Service, call: Call) -> tuple[datetime, datetime]:
    """The span that is asked about, in whole minutes as the service counts."""
    start, end = (minute(moment(call, name)) for name in ("start", "end"))
    if start >= end:
        message = "startDate must be before endDate and more than one minute apart"
        raise ApiError(400, "INVALID_REPLICATION_DATE", message)
    if start < minute(service.now() - WINDOW):
        message = f"startDate cannot be more than {WINDOW.days} days ago"
        raise ApiError(400, "INVALID_REPLICATION_DATE", message)
    return start, end


def moment(call: Call, name: str) -> datetime:
    """A moment from the query string; it must name its zone."""
    text = call.incoming.params.get(name, "")
    try:
        parsed = datetime.fromisoformat(text)
        universal = parsed.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        message = f"{name}: '{text}' is not a valid ISO 8601 date and time"
        raise ApiError(400, "INVALID_REPLICATION_DATE", message) from error
    if parsed.tzinfo is None:
        message = f"{name}: '{text}' has no time zone"
        raise ApiError(400, "INVALID_REPLICATION_DATE", message)
    return universal


def minute(at: datetime) -> datetime:
    """The minute of a moment."""
    return at.replace(second=0, microsecond=0)


def latest_covered(service: Service, end: datetime) -> datetime:
    """The moment up to which every change is visible: open transactions hold it."""
    return minute(min(end, service.now(), *service.org.open_transactions))


ONE: Final = f"{DATA}/sobjects/{{sobject}}"
ROUTES: Final = (
    route(f"{DATA}/sobjects", listed),
    route(ONE, basics),
    route(ONE, create, "POST"),
    route(f"{ONE}/describe", described),
    route(f"{ONE}/updated", updated),
    route(f"{ONE}/deleted", deleted),
    route(f"{ONE}/{{id}}", read),
    route(f"{ONE}/{{id}}", update, "PATCH"),
    route(f"{ONE}/{{id}}", delete, "DELETE"),
    route(f"{ONE}/{{id}}/{{value}}", by_key),
)
