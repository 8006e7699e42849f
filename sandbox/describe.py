"""What describe answers: every object in short, one object in full.

The keys are those of the real service; what the stand-in has no notion of is given
the value that an ordinary object shows. Choices of picklists are those of the
catalogue, the set-up stages, and whatever the records hold.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from sandbox.org import Org
from sandbox.schema import Field, SObject


#: The record type that every object has.
MASTER: Final = "012000000000000AAA"

#: How many different values of a picklist are listed from the records.
CHOICES: Final = 200

CHOOSABLE: Final = frozenset(["picklist", "multipicklist", "combobox"])

#: What a field of ours never is.
NEVER: Final = {
    "aiPredictionField": False,
    "autoNumber": False,
    "calculatedFormula": None,
    "caseSensitive": False,
    "controllerName": None,
    "defaultValueFormula": None,
    "dependentPicklist": False,
    "deprecatedAndHidden": False,
    "displayLocationInDecimal": False,
    "encrypted": False,
    "filteredLookupInfo": None,
    "formulaTreatNullNumberAsZero": False,
    "highScaleNumber": False,
    "htmlFormatted": False,
    "inlineHelpText": None,
    "mask": None,
    "maskType": None,
    "queryByDistance": False,
    "referenceTargetField": None,
    "relationshipOrder": None,
    "restrictedDelete": False,
    "searchPrefilterable": False,
    "writeRequiresMasterRead": False,
}

#: What an object of ours never is, in short and in full.
PLAIN: Final = {
    "activateable": False,
    "associateEntityType": None,
    "associateParentEntity": None,
    "customSetting": False,
    "deprecatedAndHidden": False,
    "hasSubtypes": False,
    "isInterface": False,
    "isSubtype": False,
}
PLAIN_IN_FULL: Final = {
    "actionOverrides": [],
    "compactLayoutable": True,
    "defaultImplementation": None,
    "extendedBy": None,
    "extendsInterfaces": None,
    "implementedBy": None,
    "implementsInterfaces": None,
    "listviewable": None,
    "lookupLayoutable": None,
    "namedLayoutInfos": [],
    "networkScopeFieldName": None,
    "sobjectDescribeOption": "FULL",
}


def global_describe(org: Org, version: str) -> dict[str, Any]:
    """Every object of the organisation in short."""
    objects = sorted(org.sobjects.values(), key=lambda o: o.name)
    return {
        "encoding": "UTF-8",
        "maxBatchSize": 200,
        "sobjects": [summary(o, version) for o in objects],
    }


def summary(sobject: SObject, version: str) -> dict[str, Any]:
    """An object in short."""
    base = f"/services/data/v{version}/sobjects/{sobject.name}"
    urls = {"rowTemplate": f"{base}/{{ID}}", "describe": f"{base}/describe"}
    if sobject.searchable:
        urls |= {
            "compactLayouts": f"{base}/describe/compactLayouts",
            "approvalLayouts": f"{base}/describe/approvalLayouts",
            "listviews": f"{base}/listviews",
            "quickActions": f"{base}/quickActions",
            "layouts": f"{base}/describe/layouts",
        }
    told = PLAIN | {
        "createable": sobject.createable,
        "custom": sobject.custom,
        "deepCloneable": sobject.name in {"Campaign", "Opportunity"},
        "deletable": sobject.deletable,
        "feedEnabled": sobject.searchable,
        "keyPrefix": sobject.prefix,
        "label": sobject.label,
        "labelPlural": sobject.plural,
        "layoutable": sobject.searchable,
        "mergeable": sobject.name in {"Account", "Contact", "Lead"},
        "mruEnabled": sobject.searchable,
        "name": sobject.name,
        "queryable": True,
        "replicateable": sobject.replicateable,
        "retrieveable": True,
        "searchable": sobject.searchable,
        "triggerable": sobject.triggerable,
        "undeletable": sobject.undeletable,
        "updateable": sobject.updateable,
        "urls": urls | {"sobject": base},
    }
    return dict(sorted(told.items()))


def describe(org: Org, name: str, version: str) -> dict[str, Any]:
    """An object in full; ApiError 404 where there is none."""
    sobject = org.sobject(name)
    told = (
        summary(sobject, version)
        | PLAIN_IN_FULL
        | {
            "childRelationships": list(child_relationships(org, sobject)),
            "fields": [field_of(org, sobject, f) for f in sobject.fields],
            "recordTypeInfos": record_types(org, sobject, version),
            "searchLayoutable": sobject.searchable,
            "supportedScopes": scopes(sobject),
        }
    )
    return dict(sorted(told.items()))


def scopes(sobject: SObject) -> list[dict[str, str]]:
    """Whose records a query may be narrowed to."""
    plural = sobject.plural.lower()
    found = [{"label": f"All {plural}", "name": "everything"}]
    if sobject.has("OwnerId"):
        found.append({"label": f"My {plural}", "name": "mine"})
    return found


def child_relationships(org: Org, parent: SObject) -> Iterator[dict[str, Any]]:
    """The references of other objects to this one."""
    for child in sorted(org.sobjects.values(), key=lambda o: o.name):
        for field in child.fields:
            if parent.name in field.reference_to:
                yield {
                    "cascadeDelete": field.cascade,
                    "childSObject": child.name,
                    "deprecatedAndHidden": False,
                    "field": field.name,
                    "junctionIdListNames": [],
                    "junctionReferenceTo": [],
                    "relationshipName": field.children,
                    "restrictedDelete": False,
                }


def field_of(org: Org, sobject: SObject, field: Field) -> dict[str, Any]:
    """A field with every key that describe has."""
    kind = field.kind
    wide = 3 if kind.soap == "xsd:string" and field.name != "Fiscal" else 1
    told = NEVER | {
        "aggregatable": kind.aggregatable
        or (kind.extra is not None and field.sortable),
        "byteLength": field.length * wide,
        "calculated": field.calculated,
        "cascadeDelete": field.cascade and not field.nillable,
        "compoundFieldName": field.compound,
        "createable": field.createable,
        "custom": field.custom,
        "defaultValue": False if field.type == "boolean" else None,
        "defaultedOnCreate": field.defaulted,
        "digits": kind.digits,
        "externalId": field.external_id,
        "extraTypeInfo": kind.extra,
        "filterable": field.filterable,
        "groupable": field.groupable,
        "idLookup": field.id_lookup,
        "label": field.label,
        "length": field.length,
        "name": field.name,
        "nameField": field.name_field,
        "namePointing": field.polymorphic,
        "nillable": field.nillable,
        "permissionable": permissionable(field),
        "picklistValues": choices(org, sobject, field),
        "polymorphicForeignKey": field.polymorphic,
        "precision": field.precision,
        "referenceTo": list(field.reference_to),
        "relationshipName": field.relationship,
        "restrictedPicklist": field.restricted,
        "scale": field.scale,
        "soapType": kind.soap,
        "sortable": field.sortable,
        "type": field.type,
        "unique": field.unique,
        "updateable": field.updateable,
    }
    return dict(sorted(told.items()))


def permissionable(field: Field) -> bool:
    """Whether a permission set can hide the field: never what every record needs."""
    if field.type == "boolean":
        return field.createable
    return field.nillable and field.createable and not field.restricted


def choices(org: Org, sobject: SObject, field: Field) -> list[dict[str, Any]]:
    """The entries of a picklist."""
    if field.type not in CHOOSABLE:
        return []
    if (sobject.name, field.name) == ("Opportunity", "StageName"):
        stages = org.store.rows(
            org.sobjects["opportunitystage"], 'true ORDER BY "SortOrder", "Id"'
        )
        told = {row["MasterLabel"]: bool(row.get("IsActive", True)) for row in stages}
    else:
        told = dict.fromkeys(field.picklist, True)
    for value in held(org, sobject, field):
        told.setdefault(value, True)
    return [
        {
            "active": active,
            "defaultValue": False,
            "label": value,
            "validFor": None,
            "value": value,
        }
        for value, active in told.items()
        if value
    ]


def held(org: Org, sobject: SObject, field: Field) -> Iterable[str]:
    """The different values that the records hold, in order."""
    value = f'"{field.name}"'
    if field.type == "combobox":
        return []
    if field.type == "multipicklist":
        value = f"unnest(string_split({value}, ';'))"
    rows = org.store.reader().execute(
        f'SELECT DISTINCT {value} AS v FROM "{sobject.name}"'
        f' WHERE "{field.name}" IS NOT NULL ORDER BY v LIMIT {CHOICES}'
    )
    return [str(row[0]) for row in rows.fetchall()]


def record_types(org: Org, sobject: SObject, version: str) -> list[dict[str, Any]]:
    """The record types of an object; the master type is last and always there."""
    kinds = org.sobjects["recordtype"]
    rows = (
        org.store.rows(kinds, 'lower("SobjectType") = lower(?)', sobject.name)
        if kinds.has("SobjectType")
        else []
    )
    layout = f"/services/data/v{version}/sobjects/{sobject.name}/describe/layouts"
    found = [
        {
            "active": bool(row.get("IsActive", True)),
            "available": bool(row.get("IsActive", True)),
            "defaultRecordTypeMapping": number == 0,
            "developerName": row.get("DeveloperName"),
            "master": False,
            "name": row["Name"],
            "recordTypeId": row["Id"],
            "urls": {"layout": f"{layout}/{row['Id']}"},
        }
        for number, row in enumerate(rows)
    ]
    master = {
        "active": True,
        "available": True,
        "defaultRecordTypeMapping": not found,
        "developerName": "Master",
        "master": True,
        "name": "Master",
        "recordTypeId": MASTER,
        "urls": {"layout": f"{layout}/{MASTER}"},
    }
    return [*found, master]
