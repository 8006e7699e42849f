"""Names in a query: what a field path means, and the joins that reach it.

A reference to one object joins that object. A reference to several joins ``Name``,
the few fields that all of them share.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from sandbox.schema import Field, SObject, make_field
from sandbox.soql.refusals import malformed, no_such_column, no_such_relationship
from sandbox.soql.tree import Path


#: How many relationships a path may follow upwards.
DEEPEST: Final = 5

#: What can be asked of a parent that may be one of several objects.
NAME: Final = SObject(
    name="Name",
    label="Name",
    plural="Names",
    prefix=None,
    fields=(
        make_field("Id", "id", nillable=False),
        make_field("Name", "string", name_field=True),
        make_field("Type", "picklist"),
        make_field("FirstName", "string"),
        make_field("LastName", "string"),
        make_field("Title", "string"),
        make_field("Email", "email"),
        make_field("Phone", "phone"),
        make_field("Username", "string"),
        make_field("Alias", "string"),
        make_field("IsActive", "boolean"),
        make_field("UserRoleId", "reference", ["UserRole"]),
        make_field("ProfileId", "reference", ["Profile"]),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A table of the query, and the relationship path that led to it."""

    alias: str
    sobject: SObject
    path: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The id of its record, in SQL."""
        return f'{self.alias}."Id"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A field of the query: the field, the table it is in, its value in SQL."""

    field: Field
    table: Reached
    at: int

    @property
    def sql(self) -> str:
        """Its value."""
        return f'{self.table.alias}."{self.field.name}"'

    @property
    def path(self) -> tuple[str, ...]:
        """Its full path, as describe spells it."""
        return (*self.table.path, self.field.name)


@dataclass(slots=True, kw_only=True)
class Scope:
    """The tables of one query level; grows as paths are resolved."""

    text: str
    objects: Mapping[str, SObject]
    root: Reached
    #: Other names of the FROM list: what they stand for.
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    joins: list[str] = field(default_factory=list)
    reached: dict[tuple[str, ...], Reached] = field(default_factory=dict)
    #: Hands out table names, unique in the whole statement.
    fresh: Callable[[], str]

    def column(self, path: Path) -> Column:
        """The field that a path means; ApiError INVALID_FIELD where it means none."""
        *steps, last = self.parts(path)
        table = self.table(steps, path.at)
        found = table.sobject.field(last)
        if found is None:
            raise no_such_column(self.text, path.at, last, table.sobject.name)
        return Column(field=found, table=table, at=path.at)

    def parts(self, path: Path) -> tuple[str, ...]:
        """A path without the object's own name or alias in front."""
        parts = path.parts
        if len(parts) > 1 and parts[0].lower() in self.aliases:
            parts = (*self.aliases[parts[0].lower()], *parts[1:])
        return parts

    def table(self, steps: list[str], at: int) -> Reached:
        """The table at the end of a chain of relationships."""
        if len(steps) > DEEPEST:
            raise malformed(
                self.text,
                at,
                "SOQL relationship queries cannot specify more than"
                f" {DEEPEST} levels of child-to-parent relationships",
            )
        here = self.root
        for step in steps:
            here = self.follow(here, step, at)
        return here

    def follow(self, here: Reached, step: str, at: int) -> Reached:
        """The table on the other side of a reference, joined once."""
        reference = here.sobject.referring(step)
        if reference is None or reference.relationship is None:
            raise no_such_relationship(self.text, at, step)
        path = (*here.path, reference.relationship)
        if path not in self.reached:
            self.reached[path] = self.join(here, reference, path)
        return self.reached[path]

    def join(self, here: Reached, reference: Field, path: tuple[str, ...]) -> Reached:
        """Add the table on the other side of a reference."""
        targets = [
            self.objects[t.lower()]
            for t in reference.reference_to
            if t.lower() in self.objects
        ]
        alias = self.fresh()
        single = not reference.polymorphic
        source = f'"{targets[0].name}"' if single and targets else names_of(targets)
        self.joins.append(
            f"LEFT JOIN {source} AS {alias}"
            f' ON {alias}."Id" = {here.alias}."{reference.name}"'
        )
        sobject = targets[0] if single and targets else NAME
        return Reached(alias=alias, sobject=sobject, path=path)


def names_of(targets: list[SObject]) -> str:
    """The records of several objects as one table of names, in SQL."""
    parts = [
        f"SELECT {', '.join(name_column(f, target) for f in NAME.fields)}"
        f' FROM "{target.name}"'
        for target in targets
    ]
    empty = ", ".join(
        f'CAST(NULL AS {f.kind.store}) AS "{f.name}"' for f in NAME.fields
    )
    return f"({' UNION ALL '.join(parts or [f'SELECT {empty} LIMIT 0'])})"


def name_column(field_: Field, target: SObject) -> str:
    """What a target holds in one of the shared fields, in SQL."""
    if field_.name == "Type":
        return f"'{target.name}' AS \"Type\""
    own = target.name_field if field_.name_field else target.field(field_.name)
    value = f'"{own.name}"' if own else f"CAST(NULL AS {field_.kind.store})"
    return f'{value} AS "{field_.name}"'
