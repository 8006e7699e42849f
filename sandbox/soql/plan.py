"""From the tree of a query to one statement per level and the shape of its answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sandbox.schema import Field, SObject
from sandbox.soql.filters import Filters, Moments, Operand
from sandbox.soql.refusals import malformed, no_such_type
from sandbox.soql.result import Nested, Node
from sandbox.soql.scope import NAME, Column, Reached, Scope
from sandbox.soql.tree import (
    Call,
    Children,
    Expr,
    Literal,
    Path,
    Query,
    Ranking,
    Selected,
    TypeOf,
)


#: Activities older than this are out of sight of a plain query.
ARCHIVED_AFTER: Final = timedelta(days=365)


@dataclass(slots=True, kw_only=True)
class Setting:
    """What every level of a query shares."""

    text: str
    objects: Mapping[str, SObject]
    moments: Moments
    now: datetime
    all_rows: bool
    bulk: bool
    params: dict[str, Any] = field(default_factory=dict)
    tables: int = 0

    def fresh(self) -> str:
        """A table name that the statement does not use yet."""
        self.tables += 1
        return f"t{self.tables - 1}"


@dataclass(slots=True, kw_only=True)
class Level:
    """One SELECT: its columns, and the shape of the records made of them."""

    setting: Setting
    query: Query
    scope: Scope
    node: Node
    columns: list[tuple[str, str]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    shown: list[int] = field(default_factory=list)
    nodes: dict[tuple[str, ...], Node] = field(default_factory=dict)

    def add(self, sql: str, type_: str) -> int:
        """A column of the statement; the same expression is asked for once."""
        if (sql, type_) not in self.columns:
            self.columns.append((sql, type_))
        return self.columns.index((sql, type_))

    def show(self, column: Column) -> None:
        """Let the record show a field, in the record of its parent if it has one."""
        place = self.add(column.sql, column.field.type)
        node = self.node_at(column.table)
        node.entries.append((column.field.name, place))
        self.names.append(".".join(column.path))
        self.shown.append(place)

    def node_at(self, table: Reached) -> Node:
        """The record that the table's fields are shown in."""
        if not table.path:
            return self.node
        if table.path not in self.nodes:
            parent = self.node_at(self.table_at(table.path[:-1]))
            node = Node(type=table.sobject.name, id_column=self.add(table.id, "id"))
            if table.sobject is NAME:
                node.shown = "Name"
                node.type_column = self.add(f'{table.alias}."Type"', "string")
            self.nodes[table.path] = node
            parent.entries.append((table.path[-1], node))
        return self.nodes[table.path]

    def table_at(self, path: tuple[str, ...]) -> Reached:
        return self.scope.reached[path] if path else self.scope.root

    @property
    def text(self) -> str:
        """The whole query, for refusals."""
        return self.setting.text

    def filters(self) -> Filters:
        """Turns this level's conditions into SQL."""
        return Filters(
            query=self, moments=self.setting.moments, params=self.setting.params
        )

    def operand(self, expr: Expr) -> Operand:
        """The left side of a comparison in WHERE."""
        if isinstance(expr, Call):
            raise malformed(self.text, expr.at, f"unexpected token: '{expr.name}'")
        column = self.scope.column(expr)
        if not column.field.filterable:
            raise not_usable(self.text, column, "filtered")
        return Operand(
            name=column.field.name,
            type=column.field.type,
            sql=column.sql,
            at=expr.at,
            field=column.field,
        )

    def semi_join(self, query: Query, operand: Operand) -> str:
        """The ids that a subquery gives, as SQL."""
        inner = open_level(self.setting, query)
        (item,) = query.items
        if not isinstance(item, Selected) or not isinstance(item.expr, Path):
            raise malformed(self.text, query.at, "invalid subquery")
        column = inner.scope.column(item.expr)
        return statement(inner, [column.sql])

    def conditions(self) -> list[str]:
        """Everything that a row must meet, in SQL."""
        found = hidden(self.setting, self.scope.root, self.query)
        if self.query.where is not None:
            found.append(self.filters().sql(self.query.where))
        return found

    def ranking(self) -> str:
        """ORDER BY in SQL, or nothing."""
        ranks = [self.rank(r) for r in self.query.order]
        return f" ORDER BY {', '.join(ranks)}" if ranks else ""

    def rank(self, ranking: Ranking) -> str:
        """One entry of ORDER BY; text without regard to case, nulls first."""
        if isinstance(ranking.expr, Call):
            raise malformed(self.text, ranking.expr.at, "unexpected function")
        column = self.scope.column(ranking.expr)
        if not column.field.sortable:
            raise not_usable(self.text, column, "sorted")
        textual = column.field.kind.textual
        plain = textual and column.field.type not in {"id", "reference"}
        sql = f"lower({column.sql})" if plain else column.sql
        direction = " DESC" if ranking.descending else ""
        return f"{sql}{direction} NULLS {'LAST' if ranking.nulls_last else 'FIRST'}"


def not_usable(text: str, column: Column, verb: str) -> Exception:
    """A field that cannot be filtered, sorted or grouped by."""
    from sandbox.soql.refusals import refuse

    return refuse(
        "INVALID_FIELD",
        text,
        column.at,
        f"field '{column.field.name}' can not be {verb} in a query call",
    )


def open_level(setting: Setting, query: Query) -> Level:
    """The level of a query over an object."""
    sobject = setting.objects.get(query.source.lower())
    if sobject is None:
        raise no_such_type(setting.text, query.at, query.source)
    root = Reached(alias=setting.fresh(), sobject=sobject)
    scope = Scope(
        text=setting.text, objects=setting.objects, root=root, fresh=setting.fresh
    )
    for alias in filter(None, (query.alias, sobject.name)):
        scope.aliases[alias.lower()] = ()
    node = Node(type=sobject.name)
    level = Level(setting=setting, query=query, scope=scope, node=node)
    node.id_column = level.add(root.id, "id")
    return level


def hidden(setting: Setting, root: Reached, query: Query) -> list[str]:
    """What keeps deleted and archived rows out of sight."""
    if setting.all_rows or query.all_rows:
        return []
    found = []
    if root.sobject.has("IsDeleted"):
        found.append(f'NOT coalesce({root.alias}."IsDeleted", false)')
    return found


def select(level: Level) -> None:
    """Take up the SELECT list."""
    for item in level.query.items:
        if isinstance(item, Selected) and isinstance(item.expr, Path):
            level.show(level.scope.column(item.expr))


def statement(level: Level, columns: list[str]) -> str:
    """The level as one SQL statement."""
    conditions = level.conditions()
    order = level.ranking()
    root = level.scope.root
    parts = [
        f'SELECT {", ".join(columns)} FROM "{root.sobject.name}" AS {root.alias}',
        *level.scope.joins,
    ]
    if conditions:
        parts.append(f"WHERE {' AND '.join(conditions)}")
    sql = " ".join(parts) + order
    if level.query.limit:
        sql += f" LIMIT {int(level.query.limit.value)}"
    if level.query.offset:
        sql += f" OFFSET {int(level.query.offset.value)}"
    return sql
