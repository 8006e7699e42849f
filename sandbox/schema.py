"""What an organisation is made of: objects, their fields, and what may be done to them.

The catalogue knows the standard objects (``schema_*.py``). A folder decides which
fields its objects have; what the catalogue knows about such a field is kept.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from sandbox.errors import OrgError
from sandbox.schema_types import KINDS, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field as describe tells it."""

    name: str
    type: str
    label: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    nillable: bool = True
    createable: bool = True
    updateable: bool = True
    filterable: bool = True
    groupable: bool = True
    sortable: bool = True
    custom: bool = False
    calculated: bool = False
    defaulted: bool = False
    unique: bool = False
    external_id: bool = False
    id_lookup: bool = False
    name_field: bool = False
    restricted: bool = False
    cascade: bool = False
    reference_to: tuple[str, ...] = ()
    relationship: str | None = None
    #: What the other side calls the records that point to it with this field.
    children: str | None = None
    picklist: tuple[str, ...] = ()
    compound: str | None = None

    @property
    def kind(self) -> Kind:
        """What follows from the type."""
        return KINDS[self.type]

    @property
    def polymorphic(self) -> bool:
        """May point to records of several objects."""
        return len(self.reference_to) > 1

    @property
    def required(self) -> bool:
        """A record cannot be created without it."""
        return self.createable and not self.nillable and not self.defaulted


@dataclass(frozen=True, slots=True, kw_only=True)
class SObject:
    """An object: its names, its fields by lower-case name, what may be done to it."""

    name: str
    label: str
    plural: str
    prefix: str | None
    fields: tuple[Field, ...]
    custom: bool = False
    createable: bool = True
    updateable: bool = True
    deletable: bool = True
    undeletable: bool = False
    replicateable: bool = True
    searchable: bool = False
    triggerable: bool = False
    #: Exists only in organisations with some licence or feature.
    optional: bool = False
    #: Bulk jobs refuse it.
    bulk: bool = True
    by_name: Mapping[str, Field] = field(init=False, repr=False, compare=False)
    by_relationship: Mapping[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = {f.name.lower(): f for f in self.fields}
        links = {f.relationship.lower(): f for f in self.fields if f.relationship}
        object.__setattr__(self, "by_name", names)
        object.__setattr__(self, "by_relationship", links)

    def field(self, name: str) -> Field | None:
        """The field of that name in any case, if there is one."""
        return self.by_name.get(name.lower())

    def has(self, name: str) -> bool:
        """Whether there is a field of that name."""
        return name.lower() in self.by_name

    def referring(self, relationship: str) -> Field | None:
        """The reference behind a relationship name, if there is one."""
        return self.by_relationship.get(relationship.lower())

    @property
    def name_field(self) -> Field | None:
        """The field that stands for the record when people speak of it."""
        return next((f for f in self.fields if f.name_field), None)

    def with_fields(self, fields: Iterable[Field]) -> "SObject":
        """The same object with other fields."""
        return replace(self, fields=tuple(fields))


#: Fields that every ordinary object has, in the order in which describe lists them.
AUDIT: Final = """
CreatedDate datetime sys
CreatedById reference=User sys
LastModifiedDate datetime sys
LastModifiedById reference=User sys
SystemModstamp datetime sys
"""
SYSTEM: Final = "IsDeleted boolean sys\n" + AUDIT
MACROS: Final = {"@audit": AUDIT, "@system": SYSTEM}

#: Names that the stand-in fills in itself when a folder's file has no such column.
STAMPS: Final = frozenset(
    line.split()[0].lower() for line in SYSTEM.splitlines() if line
)


def label_of(name: str) -> str:
    """``CloseDate`` as a person reads it."""
    words = re.sub(r"__c$", "", name).replace("_", " ")
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", words)
    return re.sub(r"\bId$", "ID", words)


def relationship_of(name: str) -> str | None:
    """The name under which a reference is followed."""
    if name.lower().endswith("__c"):
        return f"{name[:-1]}r"
    return name[:-2] if name.endswith("Id") and len(name) > len("Id") else None


def make_field(
    name: str, type_: str, targets: Iterable[str] = (), **more: Any
) -> Field:
    """A field with everything that its type says about it."""
    kind = KINDS[type_]
    given: dict[str, Any] = {
        "name": name,
        "type": type_,
        "label": label_of(name),
        "length": kind.length,
        "precision": kind.precision,
        "scale": kind.scale,
        "filterable": kind.filterable,
        "groupable": kind.groupable,
        "sortable": kind.sortable,
        "custom": name.lower().endswith("__c"),
    }
    if type_ == "reference":
        given |= {
            "reference_to": tuple(targets),
            "relationship": relationship_of(name),
        }
    if type_ == "boolean":
        given |= {"nillable": False, "defaulted": True}
    return Field(**given | more)


ID: Final = make_field(
    "Id",
    "id",
    nillable=False,
    createable=False,
    updateable=False,
    defaulted=True,
    id_lookup=True,
)

#: What a word behind a field in the catalogue means.
WORDS: Final[Mapping[str, Mapping[str, Any]]] = {
    "req": {"nillable": False},
    "nil": {"nillable": True},
    "ro": {"createable": False, "updateable": False},
    "co": {"updateable": False},
    "sys": {
        "createable": False,
        "updateable": False,
        "nillable": False,
        "defaulted": True,
    },
    "def": {"nillable": False, "defaulted": True},
    "calc": {"calculated": True, "createable": False, "updateable": False},
    "name": {"name_field": True},
    "fgs": {"filterable": True, "groupable": True, "sortable": True},
    "nofilter": {"filterable": False},
    "nogroup": {"groupable": False},
    "nosort": {"sortable": False},
    "norel": {"relationship": None},
    "cascade": {"cascade": True},
    "restricted": {"restricted": True},
    "lookup": {"id_lookup": True},
    "unique": {"unique": True},
}


def read_fields(text: str) -> Iterable[Field]:
    """The fields that a text lists: name, type, words; a label behind ``|``."""
    for macro, lines in MACROS.items():
        text = text.replace(macro, lines)
    for line in filter(None, map(str.strip, text.splitlines())):
        left, _, label = line.partition("|")
        name, typed, *words = left.split()
        yield read_field(name, typed, words, label.strip())


def read_field(name: str, typed: str, words: list[str], label: str) -> Field:
    """One line of the catalogue."""
    type_, _, argument = typed.partition("=")
    more: dict[str, Any] = {"label": label} if label else {}
    if type_ != "reference" and argument:
        more |= sizes(type_, argument)
    for word in words:
        key, _, value = word.partition("=")
        if key in {"children", "compound"}:
            more[key] = value
        elif key == "in":
            more["picklist"] = tuple(value.replace("_", " ").split("/"))
        else:
            more |= WORDS[word]
    targets = argument.split(",") if type_ == "reference" else ()
    return make_field(name, type_, targets, **more)


def sizes(type_: str, argument: str) -> dict[str, int]:
    """``string=80`` is a length, ``double=18.2`` a precision with a scale."""
    if KINDS[type_].numeric:
        whole, _, scale = argument.partition(".")
        return {"precision": int(whole), "scale": int(scale or 0)}
    return {"length": int(argument)}


def make_object(name: str, heading: str, fields: str, **more: Any) -> SObject:
    """An object of the catalogue; heading is ``prefix label / plural``."""
    prefix, _, labels = heading.partition(" ")
    label, _, plural = labels.partition(" / ")
    return SObject(
        name=name,
        label=label or label_of(name),
        plural=plural or f"{label}s",
        prefix=prefix if prefix != "-" else None,
        fields=(replace(ID, label=f"{label} ID"), *read_fields(fields)),
        **more,
    )


def load_schema(folder: Path) -> dict[str, dict[str, str]]:
    """The field types that a folder declares, by object; empty without the file."""
    path = folder / "schema.json"
    if not path.exists():
        return {}
    try:
        declared = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise OrgError(f"{path}: not valid JSON ({error}); correct it") from error
    if not isinstance(declared, dict):
        raise OrgError(f'{path}: write {{"<object>": {{"<field>": "<type>"}}}}')
    for name, fields in declared.items():
        if not isinstance(fields, dict):
            raise OrgError(f'{path}: {name}: write {{"<field>": "<type>"}}')
        for field_name, typed in fields.items():
            if str(typed).partition(":")[0] not in KINDS:
                raise OrgError(
                    f"{path}: {name}.{field_name} has the unknown type {typed!r};"
                    f" use one of {', '.join(KINDS)}"
                )
    return dict(declared)
