"""Many records in one call: read, create, update, delete."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from sandbox.errors import ApiError
from sandbox.http_messages import Answer, items_of
from sandbox.routes.data import DATA
from sandbox.routes.sobjects import addressed, named, without_attributes
from sandbox.service import Call, Service, route


#: Records in a collection, and ids in one that is read.
MOST: Final = 200
MOST_IDS: Final = 2_000

ROLLED_BACK: Final = {
    "statusCode": "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "message": (
        "Record rolled back because not all records were valid "
        "and the request was using AllOrNone header"
    ),
    "fields": [],
}

Act = Callable[[], str]


def read(service: Service, call: Call) -> Answer:
    """Records by their ids, in that order; null for those that are not there."""
    obj = named(service, call)
    if call.incoming.method == "POST":
        body = call.incoming.fields()
        ids, fields = items_of(body, "ids", str), items_of(body, "fields", str)
    else:
        params = call.incoming.params
        ids, fields = split(params.get("ids")), split(params.get("fields"))
    if not ids or not fields:
        raise ApiError(400, "MALFORMED_QUERY", "The ids and fields are required")
    if len(ids) > MOST_IDS:
        message = f"The request can\u2019t contain more than {MOST_IDS} ids."
        raise ApiError(400, "EXCEEDED_ID_LIMIT", message)
    return Answer(content=[found(service, call, obj.name, i, fields) for i in ids])


def found(
    service: Service, call: Call, name: str, record_id: str, fields: Sequence[str]
) -> dict[str, Any] | None:
    """A record, or nothing if it is not there."""
    try:
        wanted = {field.lower(): field for field in ("Id", *fields)}
        record = service.org.record(name, record_id, list(wanted.values()))
    except ApiError as error:
        if error.code in {"NOT_FOUND", "ENTITY_IS_DELETED", "MALFORMED_ID"}:
            return None
        raise
    return addressed(record, call)


def split(text: str | None) -> list[str]:
    """The parts of a comma-separated list."""
    return [part.strip() for part in text.split(",")] if text else []


def create(service: Service, call: Call) -> Answer:
    """New records."""
    return each(service, call, creating)


def update(service: Service, call: Call) -> Answer:
    """Changes to records."""
    return each(service, call, updating)


Plan = Callable[[Service, dict[str, Any]], Act]


def each(service: Service, call: Call, plan: Plan) -> Answer:
    """Do one thing with every record of the body."""
    body = call.incoming.fields()
    records = items_of(body, "records", dict)
    if not records:
        message = "At least 1 record is required"
        raise ApiError(400, "REQUIRED_FIELD_MISSING", message)
    within_limit(records)
    acts = [plan(service, record) for record in records]
    return Answer(content=done(service, acts, whole=bool(body.get("allOrNone"))))


def delete(service: Service, call: Call) -> Answer:
    """Put records into the recycle bin."""
    params = call.incoming.params
    ids = split(params.get("ids"))
    if not ids:
        raise ApiError(400, "REQUIRED_FIELD_MISSING", "At least 1 id is required")
    within_limit(ids)
    acts = [deleting(service, record_id) for record_id in ids]
    whole = params.get("allOrNone", "false").lower() == "true"
    return Answer(content=done(service, acts, whole=whole))


def within_limit(things: Sequence[Any]) -> None:
    """Refuse collections that are too large."""
    if len(things) > MOST:
        message = f"cannot submit more than {MOST} records into this call"
        message = f"record limit reached. {message}"
        raise ApiError(400, "EXCEEDED_ID_LIMIT", message)


def creating(service: Service, record: dict[str, Any]) -> Act:
    """What makes a record."""

    def act() -> str:
        values = without_attributes(record)
        now, user = service.now(), service.user_id
        return service.org.create(kind(record), values, now=now, user_id=user)

    return act


def updating(service: Service, record: dict[str, Any]) -> Act:
    """What changes a record."""

    def act() -> str:
        values = without_attributes(record)
        key = next((name for name in values if name.lower() == "id"), None)
        if key is None:
            message = "Id not specified in an update call"
            raise ApiError(400, "MISSING_ARGUMENT", message)
        record_id = str(values.pop(key))
        now, user = service.now(), service.user_id
        service.org.update(kind(record), record_id, values, now=now, user_id=user)
        return record_id

    return act


def deleting(service: Service, record_id: str) -> Act:
    """What deletes the record of an id, whatever it is."""

    def act() -> str:
        prefix = record_id[:3]
        for obj in service.org.sobjects.values():
            if obj.prefix == prefix:
                service.org.delete(obj.name, record_id, now=service.now())
                return record_id
        raise ApiError(400, "MALFORMED_ID", f"malformed id {record_id}")

    return act


def kind(record: dict[str, Any]) -> str:
    """The object that a record says it belongs to."""
    attributes = record.get("attributes")
    name = attributes.get("type") if isinstance(attributes, dict) else None
    if not isinstance(name, str):
        message = "The record's attributes must name its type"
        raise ApiError(400, "INVALID_INPUT", message)
    return name


def done(service: Service, acts: Sequence[Act], *, whole: bool) -> list[dict[str, Any]]:
    """Do what was planned; all of it or nothing if ``whole``."""
    with service.org.transaction() as transaction:
        results = [result(act) for act in acts]
        failed = [not r["success"] for r in results]
        if whole and any(failed):
            transaction.undo()
            for number, fails in enumerate(failed):
                if not fails:
                    results[number] = {"success": False, "errors": [ROLLED_BACK]}
    return results


def result(act: Act) -> dict[str, Any]:
    """Do one thing and say how it went."""
    try:
        return {"id": act(), "success": True, "errors": []}
    except ApiError as error:
        told = {
            "statusCode": error.code,
            "message": error.message,
            "fields": list(error.fields),
        }
        return {"success": False, "errors": [told]}


MANY: Final = f"{DATA}/composite/sobjects"
ROUTES: Final = (
    route(MANY, create, "POST"),
    route(MANY, update, "PATCH"),
    route(MANY, delete, "DELETE"),
    route(f"{MANY}/{{sobject}}", read, "GET", "POST"),
)
