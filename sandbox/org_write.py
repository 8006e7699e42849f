"""Writes: create, update, delete, undelete, erase, and rows put in as they are."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.errors import ApiError
from sandbox.org_rules import derived, history
from sandbox.org_store import Store
from sandbox.org_values import fields_of, refuse_missing, stored
from sandbox.schema import Field, SObject
from sandbox.schema_ids import SHORT, full_id, is_id


def stamp_of(now: datetime) -> datetime:
    """A moment as records are stamped: in UTC, whole seconds."""
    return now.astimezone(UTC).replace(tzinfo=None, microsecond=0)


def not_found() -> ApiError:
    """No such record, as the service says it."""
    return ApiError(404, "NOT_FOUND", "The requested resource does not exist")


def refuse_operation(sobject: SObject, verb: str, *, allowed: bool) -> None:
    """Refuse what the object does not let anybody do."""
    if not allowed:
        raise ApiError(
            400,
            "INVALID_TYPE_FOR_OPERATION",
            f"entity type cannot be {verb}: {sobject.label}",
        )


def live(store: Store, sobject: SObject, record_id: str) -> dict[str, Any]:
    """A record that is there and not in the recycle bin."""
    if not is_id(record_id):
        raise ApiError(
            400,
            "MALFORMED_ID",
            f"{sobject.label} ID: id value of incorrect type: {record_id}",
            ("Id",),
        )
    row = store.row(sobject, record_id)
    if row is None:
        raise not_found()
    if row.get("IsDeleted"):
        raise ApiError(404, "ENTITY_IS_DELETED", "entity is deleted")
    return row


def checked(
    store: Store, sobject: SObject, values: Mapping[str, Any], *, creating: bool
) -> dict[str, Any]:
    """A client's values as columns, after everything that can be refused about them."""
    given = fields_of(sobject, values, creating=creating)
    read = {field: stored(field, value) for field, value in given.items()}
    refuse_missing(sobject, read, creating=creating)
    for field, value in read.items():
        if field.type == "reference" and value is not None:
            refuse_reference(store, field, value)
    return {field.name: value for field, value in read.items()}


def refuse_reference(store: Store, field: Field, value: str) -> None:
    """Refuse an id that leads nowhere, or to the wrong kind of record."""
    targets = [store.objects.get(name.lower()) for name in field.reference_to]
    present = [t for t in targets if t is not None and t.prefix == value[:3]]
    if not present:
        raise ApiError(
            400,
            "MALFORMED_ID",
            f"{field.label}: id value of incorrect type: {value}",
            (field.name,),
        )
    row = store.row(present[0], value)
    if row is None:
        raise ApiError(
            400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", ()
        )
    if row.get("IsDeleted"):
        raise ApiError(400, "ENTITY_IS_DELETED", "entity is deleted")


def create(
    store: Store,
    sobject: SObject,
    values: Mapping[str, Any],
    *,
    now: datetime,
    user_id: str | None,
) -> str:
    """A new record; its id."""
    refuse_operation(sobject, "inserted", allowed=sobject.createable)
    with store.transaction():
        given = checked(store, sobject, values, creating=True)
        at = stamp_of(now)
        stamps = {
            "CreatedDate": at,
            "CreatedById": user_id,
            "LastModifiedDate": at,
            "LastModifiedById": user_id,
            "SystemModstamp": at,
        }
        row: dict[str, Any] = dict.fromkeys(flags(sobject), False)
        row |= {"OwnerId": user_id} | given
        row |= derived(store, sobject, {}, row, at) | stamps
        row["Id"] = store.new_id(sobject)
        store.insert(sobject, row)
        if sobject.name == "Opportunity":
            history(store, {}, row, stamps)
        return str(row["Id"])


def update(  # noqa: PLR0913 -- what, to what, when, by whom
    store: Store,
    sobject: SObject,
    record_id: str,
    values: Mapping[str, Any],
    *,
    now: datetime,
    user_id: str | None,
) -> None:
    """New values for some fields of a record."""
    refuse_operation(sobject, "updated", allowed=sobject.updateable)
    with store.transaction():
        old = live(store, sobject, record_id)
        given = checked(store, sobject, values, creating=False)
        at = stamp_of(now)
        stamps = {
            "LastModifiedDate": at,
            "LastModifiedById": user_id,
            "SystemModstamp": at,
        }
        change = given | derived(store, sobject, old, given, at) | stamps
        store.change(sobject, record_id, change)
        if sobject.name == "Opportunity":
            history(store, old, {**old, **change}, stamps)


def delete(store: Store, sobject: SObject, record_id: str, *, now: datetime) -> None:
    """Into the recycle bin, and everything that cannot be without it."""
    refuse_operation(sobject, "deleted", allowed=sobject.deletable)
    with store.transaction():
        live(store, sobject, record_id)
        bury(store, sobject, record_id, stamp_of(now))


def bury(store: Store, sobject: SObject, record_id: str, at: datetime) -> None:
    """Mark a record and what depends on it as deleted."""
    if not sobject.has("IsDeleted"):
        store.remove(sobject, record_id)
        return
    stamps = {"IsDeleted": True, "LastModifiedDate": at, "SystemModstamp": at}
    store.change(sobject, record_id, stamps)
    for child, field in dependents(store, sobject):
        live_children = f'left("{field.name}", {SHORT}) = ? AND NOT "IsDeleted"'
        for row in store.rows(child, live_children, record_id[:SHORT]):
            bury(store, child, row["Id"], at)


def dependents(store: Store, sobject: SObject) -> Iterable[tuple[SObject, Field]]:
    """What is deleted together with a record of the object."""
    for child in store.objects.values():
        for field in child.fields:
            if field.cascade and sobject.name in field.reference_to:
                yield child, field


def undelete(store: Store, sobject: SObject, record_id: str, *, now: datetime) -> None:
    """Out of the recycle bin, with everything that went into it at the same time."""
    with store.transaction():
        row = store.row(sobject, record_id)
        if row is None:
            raise not_found()
        if not row.get("IsDeleted") or not sobject.undeletable:
            raise ApiError(400, "UNDELETE_FAILED", "Entity is not in the recycle bin")
        raise_again(store, sobject, row, stamp_of(now))


def raise_again(
    store: Store, sobject: SObject, row: Mapping[str, Any], at: datetime
) -> None:
    """Unmark a record and what was deleted together with it."""
    gone = row.get("SystemModstamp")
    stamps = {"IsDeleted": False, "LastModifiedDate": at, "SystemModstamp": at}
    store.change(sobject, row["Id"], stamps)
    for child, field in dependents(store, sobject):
        if not child.has("SystemModstamp"):
            continue
        dead = (
            f'left("{field.name}", {SHORT}) = ? AND "IsDeleted"'
            ' AND "SystemModstamp" = ?'
        )
        for found in store.rows(child, dead, row["Id"][:SHORT], gone):
            raise_again(store, child, found, at)


def put(store: Store, sobject: SObject, rows: Iterable[Mapping[str, Any]]) -> None:
    """Rows exactly as they are given, in place of those with the same id."""
    with store.transaction():
        for values in rows:
            row: dict[str, Any] = {}
            for name, value in values.items():
                field = sobject.field(name)
                if field is None:
                    raise ApiError(
                        400,
                        "INVALID_FIELD",
                        f"No such column '{name}' on sobject of type {sobject.name}",
                    )
                row[field.name] = stored(field, value)
            if not is_id(str(row.get("Id"))):
                raise ApiError(400, "MALFORMED_ID", f"bad id {row.get('Id')}", ("Id",))
            row["Id"] = full_id(row["Id"])
            if store.row(sobject, row["Id"]) is None:
                store.insert(sobject, whole(sobject, row))
            else:
                store.change(sobject, row["Id"], row)


def whole(sobject: SObject, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row in which nothing is undecided that every record decides."""
    return dict.fromkeys(flags(sobject), False) | dict(row)


def flags(sobject: SObject) -> list[str]:
    """The fields that are true or false, never empty."""
    return [f.name for f in sobject.fields if f.type == "boolean"]
