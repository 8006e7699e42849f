"""User interface API: an object's basics and the picklist values of a record type."""

import zlib
from collections.abc import Mapping
from typing import Any, Final

from sandbox.errors import ApiError
from sandbox.http_messages import Answer
from sandbox.routes.data import DATA
from sandbox.schema import Field, SObject
from sandbox.schema_ids import full_id
from sandbox.service import Call, Service, route


#: The record type of everything that has none.
MASTER: Final = "012000000000000AAA"

#: Picklists whose values are records of their own, and their columns.
STAGES: Final = (
    "SELECT MasterLabel, ApiName, IsClosed, IsWon, ForecastCategoryName, "
    "DefaultProbability FROM OpportunityStage WHERE IsActive = true ORDER BY SortOrder"
)


def object_info(service: Service, call: Call) -> Answer:
    """An object, its fields and record types."""
    obj = service.org.sobject(call.parts["sobject"])
    told = {
        "apiName": obj.name,
        "associateEntityType": None,
        "associateParentEntity": None,
        "childRelationships": [],
        "createable": obj.createable,
        "custom": obj.custom,
        "defaultRecordTypeId": MASTER,
        "deletable": obj.deletable,
        "dependentFields": {},
        "feedEnabled": False,
        "fields": {field.name: field_info(field) for field in obj.fields},
        "keyPrefix": obj.prefix,
        "label": obj.label,
        "labelPlural": obj.plural,
        "layoutable": True,
        "mruEnabled": False,
        "nameFields": [obj.name_field.name] if obj.name_field else [],
        "queryable": True,
        "recordTypeInfos": record_types(service, obj),
        "searchable": obj.searchable,
        "searchLayoutable": obj.searchable,
        "themeInfo": None,
        "updateable": obj.updateable,
    }
    return Answer(content={**told, "eTag": tag(told)})


def field_info(field: Field) -> dict[str, Any]:
    """A field as this API tells it."""
    return {
        "apiName": field.name,
        "calculated": field.calculated,
        "compound": field.compound is not None,
        "createable": field.createable,
        "custom": field.custom,
        "dataType": field.type[:1].upper() + field.type[1:],
        "filterable": field.filterable,
        "label": field.label,
        "length": field.length,
        "nameField": field.name_field,
        "polymorphicForeignKey": field.polymorphic,
        "precision": field.precision,
        "reference": field.type == "reference",
        "referenceToInfos": [
            {"apiName": name, "nameFields": ["Name"]} for name in field.reference_to
        ],
        "relationshipName": field.relationship,
        "required": field.required,
        "scale": field.scale,
        "sortable": field.sortable,
        "unique": field.unique,
        "updateable": field.updateable,
    }


def record_types(service: Service, obj: SObject) -> dict[str, Any]:
    """The record types of an object, the master among them."""
    rows = [
        {"Id": MASTER, "Name": "Master", "IsActive": True},
        *records(
            service,
            "SELECT Id, Name, IsActive FROM RecordType "
            f"WHERE SobjectType = '{obj.name}' ORDER BY Id",
        ),
    ]
    return {
        row["Id"]: {
            "available": row["IsActive"],
            "defaultRecordTypeMapping": row["Id"] == MASTER,
            "master": row["Id"] == MASTER,
            "name": row["Name"],
            "recordTypeId": row["Id"],
        }
        for row in rows
    }


def records(service: Service, soql: str) -> list[dict[str, Any]]:
    """What a query finds; nothing if the organisation lacks the object."""
    try:
        result = service.org.query(soql, now=service.now())
    except ApiError as error:
        if error.code in {"INVALID_TYPE", "INVALID_FIELD"}:
            return []
        raise
    found = result.records(0, result.total)
    result.close()
    return found


def picklists(service: Service, call: Call) -> Answer:
    """The values of every picklist for a record type."""
    obj, record_type = asked(service, call)
    del record_type
    fields = [f for f in obj.fields if f.type in {"picklist", "multipicklist"}]
    told = {f.name: values(service, call, obj, f) for f in fields}
    return Answer(content={"eTag": tag(told), "picklistFieldValues": told})


def picklist(service: Service, call: Call) -> Answer:
    """The values of one picklist for a record type."""
    obj, _ = asked(service, call)
    field = obj.field(call.parts["field"])
    if field is None or field.type not in {"picklist", "multipicklist"}:
        message = f"{call.parts['field']} is not a picklist of {obj.name}"
        raise ApiError(400, "INVALID_FIELD", message)
    return Answer(content=values(service, call, obj, field))


def asked(service: Service, call: Call) -> tuple[SObject, str]:
    """The object and the record type that an address names."""
    obj = service.org.sobject(call.parts["sobject"])
    record_type = full_id(call.parts["type"])
    if record_type not in record_types(service, obj):
        message = f"The record type {call.parts['type']} does not exist"
        raise ApiError(404, "NOT_FOUND", message)
    return obj, record_type


def values(service: Service, call: Call, obj: SObject, field: Field) -> dict[str, Any]:
    """The values of a picklist; those of StageName say what a stage means."""
    if (obj.name, field.name) == ("Opportunity", "StageName"):
        listed = [stage(row) for row in records(service, STAGES)]
    else:
        listed = [value(name, None) for name in field.picklist]
    record_type = full_id(call.parts["type"])
    root = f"{call.base}/ui-api/object-info/{obj.name}/picklist-values"
    told: dict[str, Any] = {
        "controllerValues": {},
        "defaultValue": None,
        "url": f"{root}/{record_type}/{field.name}",
        "values": listed,
    }
    return {**told, "eTag": tag(told)}


def stage(row: Mapping[str, Any]) -> dict[str, Any]:
    """A stage as a picklist value."""
    attributes = {
        "closed": row["IsClosed"],
        "defaultProbability": row["DefaultProbability"],
        "forecastCategoryName": row["ForecastCategoryName"],
        "picklistAtrributesValueType": "OpportunityStage",
        "won": row["IsWon"],
    }
    return {**value(row["MasterLabel"], attributes), "value": row["ApiName"]}


def value(name: str, attributes: Mapping[str, Any] | None) -> dict[str, Any]:
    """A picklist value."""
    return {"attributes": attributes, "label": name, "validFor": [], "value": name}


def tag(told: object) -> str:
    """A fingerprint of what is told."""
    return f"{zlib.crc32(repr(told).encode()):08x}"


INFO: Final = f"{DATA}/ui-api/object-info/{{sobject}}"
ROUTES: Final = (
    route(INFO, object_info),
    route(f"{INFO}/picklist-values/{{type}}", picklists),
    route(f"{INFO}/picklist-values/{{type}}/{{field}}", picklist),
)
