"""What to read: the catalogue, the settings, and what the org shows us, intersected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Final

from sync.cloud import Shape
from sync.errors import NotAllowed
from sync.objects import CATALOGUE, KINDS, Field, Kind, SObject


#: Types that hold no single small value.
UNREADABLE: Final = frozenset({"address", "location", "base64", "complexvalue", "json"})

HIDDEN: Final = "the org has no such field, or hides it from the integration user"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An object as this run reads it."""

    obj: SObject
    columns: tuple[str, ...] = ()  #: fields to select, as the org spells them
    hidden: Mapping[str, str]  #: fields that stay empty, and why
    asked: frozenset[str] = frozenset()  #: fields that the settings name
    absent: str = ""  #: why the object is not read at all
    replicable: bool = True

    @property
    def fields(self) -> tuple[Field, ...]:
        """The columns to read."""
        named = {f.name: f for f in self.obj.fields}
        return tuple(named[name] for name in self.columns)

    @property
    def missed(self) -> list[str]:
        """Hidden fields, but for those of features that many orgs do not have."""
        return [
            f.name for f in self.obj.fields if f.name in self.hidden and not f.quiet
        ]

    @property
    def left_empty(self) -> str:
        """Which columns stay empty, but for those of features that the org lacks."""
        names = ", ".join(self.missed)
        return f"left empty, not in the org or hidden: {names}" if names else ""

    @property
    def mistaken(self) -> list[str]:
        """Hidden fields that the settings ask for."""
        return [
            f.name for f in self.obj.fields if f.name in self.asked & set(self.hidden)
        ]


def make_plan(
    shapes: Mapping[str, Shape | None],
    extra_fields: Mapping[str, Sequence[str]],
    catalogue: Sequence[SObject] = CATALOGUE,
) -> list[Item]:
    """What to read of each object; raises when the reports could not do with it."""
    items = [
        make_item(obj, shapes.get(obj.name), extra_fields.get(obj.name, ()))
        for obj in catalogue
    ]
    lacking = [item for item in items if item.obj.required and item.absent]
    if lacking:
        raise NotAllowed(
            "Sales Cloud does not show "
            + "; ".join(f"{item.obj.name}: {item.absent}" for item in lacking),
            remedy="grant the integration user's permission set Read on "
            + ", ".join(item.obj.name for item in lacking)
            + " and on these fields (field-level security hides a field as if it "
            "did not exist)",
        )
    return items


def make_item(obj: SObject, shape: Shape | None, extra: Sequence[str]) -> Item:
    """What to read of one object."""
    if shape is None:
        missing = {field.name: HIDDEN for field in obj.fields}
        why = "the org has no such object, or hides it from the integration user"
        return Item(obj=obj, hidden=missing, absent=why)
    spelled = {name.lower(): name for name in shape.fields}
    wider = widened(obj, shape, spelled, extra)
    wanted = {name.lower() for name in extra}
    asked = frozenset(f.name for f in wider.fields if f.name.lower() in wanted)
    hidden = {
        f.name: HIDDEN + nearest(f.name, shape) if f.name in asked else HIDDEN
        for f in wider.fields
        if f.name.lower() not in spelled
    }
    needed = [f.name for f in wider.fields if f.required and f.name in hidden]
    return Item(
        obj=wider,
        columns=tuple(f.name for f in wider.fields if f.name not in hidden),
        hidden=hidden,
        asked=asked,
        absent=f"{', '.join(needed)} cannot be read" if needed else "",
        replicable=shape.replicable,
    )


def nearest(name: str, shape: Shape) -> str:
    """A question for whoever misspelt a field; nothing where no name comes near."""
    names = {field.lower(): field for field in shape.fields}
    found = get_close_matches(name.lower(), names, n=1, cutoff=0.7)
    return f"; did you mean {names[found[0]]}?" if found else ""


def widened(
    obj: SObject, shape: Shape, spelled: Mapping[str, str], extra: Sequence[str]
) -> SObject:
    """The object with the fields that the settings ask for."""
    known = {field.name.lower() for field in obj.fields}
    added = []
    for name in extra:
        if name.lower() in known:
            continue
        known.add(name.lower())
        type_ = shape.fields.get(spelled.get(name.lower(), ""), "string")
        if type_ in UNREADABLE:
            raise NotAllowed(
                f"{obj.name}.{name} is of type {type_}, which is not mirrored",
                remedy="take it out of the settings",
            )
        added.append(
            Field(
                name=spelled.get(name.lower(), name),
                kind=KINDS.get(type_, Kind.TEXT),
            )
        )
    return replace(
        obj,
        fields=tuple(
            replace(f, scale=shape.scales.get(spelled.get(f.name.lower(), ""), 0))
            for f in (*obj.fields, *added)
        ),
    )
