"""The SELECT list of a query about records: fields, parents, TYPEOF, children."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from sandbox.schema import Field, SObject
from sandbox.soql.checks import few_rows, in_bulk
from sandbox.soql.plan import Level, level_over
from sandbox.soql.refusals import malformed, no_such_children, no_such_relationship
from sandbox.soql.scope import NAME, Column, Reached, names_of
from sandbox.soql.shape import Choice, Compound, Node, Slot
from sandbox.soql.tree import Call, Children, Path, Query, Selected, TypeOf


#: Compound fields: what the parts of an address are called in the answer.
ADDRESS: Final = ("city", "country", "postalCode", "state", "street")
EMPTY_PARTS: Final = ("geocodeAccuracy", "latitude", "longitude")

GROUPS: Final = frozenset(["ALL", "STANDARD", "CUSTOM"])

#: A custom text that is longer than this counts as long.
LONG_TEXT: Final = 255


@dataclass(slots=True, kw_only=True)
class Below:
    """A subquery: its level, the reference that binds it, and its own list."""

    level: Level
    reference: Field
    list: "SelectList"


@dataclass(slots=True, kw_only=True)
class SelectList:
    """Collects columns for a level, and the shape of the records made of them."""

    level: Level
    node: Node
    names: list[str] = field(default_factory=list)
    shown: list[int] = field(default_factory=list)
    below: list[Below] = field(default_factory=list)
    long_texts: int = 0
    nodes: dict[tuple[str, ...], Node] = field(default_factory=dict)
    seen: set[tuple[str, ...]] = field(default_factory=set)

    def take(self) -> None:
        """Take up every item of the list."""
        for item in self.level.query.items:
            match item:
                case Selected(expr=Path() as path):
                    self.show(self.level.scope.column(path))
                case Selected(expr=Call(key="FIELDS") as call):
                    for column in self.expand(call):
                        self.show(column)
                case Selected(expr=Call() as call):
                    self.show_call(call)
                case TypeOf():
                    self.show_type_of(item)
                case Children():
                    self.show_children(item.query)

    def show(self, column: Column) -> None:
        """Let the record show a field, in the record of its parent if it has one."""
        self.once(column.path, column.at)
        if column.field.type == "address":
            self.show_address(column)
            return
        self.entry(column, column.sql, column.field.type)
        long = column.field.type == "textarea" and column.field.length > LONG_TEXT
        self.long_texts += long and column.field.custom

    def once(self, path: tuple[str, ...], at: int) -> None:
        """Refuse to show the same field twice."""
        if path in self.seen:
            reason = f"duplicate field selected: {'.'.join(path)}"
            raise malformed(self.level.text, at, reason)
        self.seen.add(path)

    def entry(self, column: Column, sql: str, type_: str) -> None:
        """Show a column under a field's name."""
        place = self.level.add(sql, type_)
        self.node_at(column.table).entries.append((column.field.name, place))
        self.names.append(".".join(column.path))
        self.shown.append(place)

    def show_call(self, call: Call) -> None:
        """A field in another shape, under its own name."""
        value = self.level.value(call)
        if value.column is None or value.aggregate or call.key not in SHAPED:
            reason = f"unexpected token: '{call.name}'"
            raise malformed(self.level.text, call.at, reason)
        self.once(value.column.path, call.at)
        self.entry(value.column, value.sql, value.type)

    def show_address(self, column: Column) -> None:
        """A compound field: an object made of the fields that are its parts."""
        if self.level.setting.bulk:
            raise in_bulk(
                "Selecting compound data not supported in Bulk Query",
                "FUNCTIONALITY_NOT_ENABLED",
            )
        sobject, table = column.table.sobject, column.table
        parts: dict[str, int | None] = {}
        for part in (*ADDRESS, *EMPTY_PARTS):
            name = column.field.name.removesuffix("Address") + part
            found = sobject.field(name)
            parts[part] = (
                self.level.add(f'{table.alias}."{found.name}"', found.type)
                if found
                else None
            )
        entry = (column.field.name, Compound(parts=dict(sorted(parts.items()))))
        self.node_at(table).entries.append(entry)
        self.names.append(".".join(column.path))

    def expand(self, call: Call) -> Iterator[Column]:
        """The fields that FIELDS() stands for."""
        (argument,) = call.arguments or (None,)
        group = argument.text.upper() if isinstance(argument, Path) else ""
        if group not in GROUPS:
            reason = f"unexpected token: '{call.name}'"
            raise malformed(self.level.text, call.at, reason)
        if group != "STANDARD" and not few_rows(self.level.query):
            raise malformed(
                self.level.text,
                call.at,
                "The SOQL FIELDS function must have a LIMIT of at most 200",
            )
        for found in self.level.sobject.fields:
            if group == "ALL" or found.custom == (group == "CUSTOM"):
                yield Column(field=found, table=self.level.scope.root, at=call.at)

    def node_at(self, table: Reached) -> Node:
        """The record that the table's fields are shown in."""
        if not table.path:
            return self.node
        if table.path not in self.nodes:
            reached = self.level.scope.reached
            above = table.path[:-1]
            parent = self.node_at(reached[above] if above else self.level.scope.root)
            node = self.node_of(table)
            self.nodes[table.path] = node
            parent.entries.append((table.path[-1], node))
        return self.nodes[table.path]

    def node_of(self, table: Reached) -> Node:
        """An empty record for a joined table."""
        node = Node(type=table.sobject.name, id_column=self.level.add(table.id, "id"))
        if table.sobject is NAME:
            node.shown = "Name"
            node.type_column = self.level.add(f'{table.alias}."Type"', "string")
        return node

    def show_type_of(self, item: TypeOf) -> None:
        """A parent that shows other fields for each type that it may have."""
        scope = self.level.scope
        *steps, last = scope.parts(item.path)
        here = scope.table(steps, item.path.at)
        reference = here.sobject.referring(last)
        if reference is None or reference.relationship is None:
            raise no_such_relationship(self.level.text, item.path.at, last)
        if not reference.polymorphic:
            reason = f"TYPEOF is not supported on the relationship '{last}'"
            raise malformed(self.level.text, item.at, reason)
        id_sql = f'{here.alias}."{reference.name}"'
        options = [self.target(name, reference, item) for name, _ in item.branches]
        branches = {
            option.name: self.branch(self.joined(option, id_sql), paths)
            for option, (_, paths) in zip(options, item.branches, strict=True)
        }
        others = self.joined(NAME, id_sql, reference)
        other = self.branch(others, item.other)
        choice = Choice(
            type_column=self.level.add(f'{others.alias}."Type"', "string"),
            branches=branches,
            other=other,
        )
        other.type_column = choice.type_column
        self.node_at(here).entries.append((reference.relationship, choice))

    def target(self, name: str, reference: Field, item: TypeOf) -> SObject:
        """One of the objects that a polymorphic reference may lead to."""
        found = self.level.setting.objects.get(name.lower())
        if found is None or found.name not in reference.reference_to:
            reason = f"TYPEOF type '{name}' is not valid for '{reference.relationship}'"
            raise malformed(self.level.text, item.at, reason)
        return found

    def joined(
        self, sobject: SObject, id_sql: str, reference: Field | None = None
    ) -> Reached:
        """A table joined for TYPEOF."""
        scope = self.level.scope
        alias = scope.fresh()
        source = f'"{sobject.name}"'
        if reference is not None:
            known = (scope.objects.get(t.lower()) for t in reference.reference_to)
            source = names_of([t for t in known if t is not None])
        scope.joins.append(f'LEFT JOIN {source} AS {alias} ON {alias}."Id" = {id_sql}')
        return Reached(alias=alias, sobject=sobject, path=("", alias))

    def branch(self, table: Reached, paths: tuple[Path, ...]) -> Node:
        """What one type shows; each branch names fields of that type itself."""
        node = Node(type=table.sobject.name, id_column=self.level.add(table.id, "id"))
        scope = self.level.scope
        for path in paths:
            inner = type(scope)(
                text=scope.text,
                objects=scope.objects,
                root=table,
                fresh=scope.fresh,
                joins=scope.joins,
            )
            column = inner.column(path)
            if column.table is not table:
                reason = f"unexpected token: '{path.text}'"
                raise malformed(self.level.text, path.at, reason)
            place = self.level.add(column.sql, column.field.type)
            node.entries.append((column.field.name, place))
        return node

    def show_children(self, query: Query) -> None:
        """The records that point to each record, by the relationship's name."""
        name = query.source.rpartition(".")[2]
        for child in self.level.setting.objects.values():
            for reference in child.fields:
                if (
                    reference.children is not None
                    and reference.children.lower() == name.lower()
                    and self.level.sobject.name in reference.reference_to
                ):
                    self.add_below(query, child, reference)
                    return
        raise no_such_children(self.level.text, query.at, query.source)

    def add_below(self, query: Query, child: SObject, reference: Field) -> None:
        """Take up a subquery over the records of ``child``."""
        setting = self.level.setting.separate()
        level = level_over(setting, query, child)
        inner = open_list(level)
        inner.take()
        self.node.entries.append((reference.children or "", Slot(len(self.below))))
        self.below.append(Below(level=level, reference=reference, list=inner))


#: Functions that may stand in the SELECT list of ungrouped records.
SHAPED: Final[Mapping[str, str]] = {
    "TOLABEL": "a label",
    "CONVERTCURRENCY": "an amount",
    "FORMAT": "a text",
}


def open_list(level: Level) -> SelectList:
    """An empty list for a level; every record has its id at hand."""
    node = Node(type=level.sobject.name, id_column=level.add(level.scope.root.id, "id"))
    return SelectList(level=level, node=node)
