"""Objects and fields as describe tells them."""

from collections.abc import Mapping
from typing import Any

from sandbox.schema import Field, SObject


def describe_all(objects: Mapping[str, SObject], version: str) -> dict[str, Any]:
    """Every object in short."""
    told = [summary(obj, version) for obj in objects.values()]
    return {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": told}


def summary(obj: SObject, version: str) -> dict[str, Any]:
    """An object in short."""
    base = f"/services/data/v{version}/sobjects/{obj.name}"
    return {
        "name": obj.name,
        "label": obj.label,
        "labelPlural": obj.plural,
        "keyPrefix": obj.prefix,
        "custom": obj.custom,
        "customSetting": False,
        "queryable": True,
        "retrieveable": True,
        "searchable": obj.searchable,
        "replicateable": obj.replicateable,
        "createable": obj.createable,
        "updateable": obj.updateable,
        "deletable": obj.deletable,
        "undeletable": obj.undeletable,
        "triggerable": obj.triggerable,
        "deprecatedAndHidden": False,
        "urls": {
            "sobject": base,
            "describe": f"{base}/describe",
            "rowTemplate": f"{base}/{{ID}}",
        },
    }


def describe_object(
    objects: Mapping[str, SObject], obj: SObject, version: str
) -> dict[str, Any]:
    """An object in full."""
    del objects
    return {**summary(obj, version), "fields": [describe_field(f) for f in obj.fields]}


def describe_field(field: Field) -> dict[str, Any]:
    """A field in full."""
    return {
        "name": field.name,
        "type": field.type,
        "label": field.label,
        "length": field.length,
        "precision": field.precision,
        "scale": field.scale,
        "nillable": field.nillable,
        "createable": field.createable,
        "updateable": field.updateable,
        "filterable": field.filterable,
        "groupable": field.groupable,
        "sortable": field.sortable,
        "custom": field.custom,
        "calculated": field.calculated,
        "referenceTo": list(field.reference_to),
        "relationshipName": field.relationship,
        "picklistValues": [
            {"active": True, "defaultValue": False, "label": v, "value": v}
            for v in field.picklist
        ],
    }
