"""One level of a query: its tables, conditions and order, as a statement.

A query has a level for itself and one for each subquery. What is shown is added by
``select`` and ``grouped``; this module knows what every level has.
"""

from dataclasses import dataclass, field

from sandbox.schema import Field, SObject
from sandbox.soql.filters import Filters
from sandbox.soql.functions import ONLY_SHOWN, Value, value_of
from sandbox.soql.literals import Operand
from sandbox.soql.ranking import ranked
from sandbox.soql.refusals import malformed, no_such_type, refuse
from sandbox.soql.scope import Column, Reached, Scope
from sandbox.soql.setting import Setting
from sandbox.soql.tree import Call, Expr, Path, Query, Ranking, Selected
from sandbox.soql.visible import hidden


@dataclass(slots=True, kw_only=True)
class Level:
    """One SELECT: where it reads and what it shows."""

    setting: Setting
    query: Query
    scope: Scope
    outer: "Level | None" = None
    columns: list[tuple[str, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The whole query, for refusals."""
        return self.setting.text

    @property
    def sobject(self) -> SObject:
        """The object behind FROM."""
        return self.scope.root.sobject

    def add(self, sql: str, type_: str) -> int:
        """The place of a column of the statement; it is asked for once."""
        if (sql, type_) not in self.columns:
            self.columns.append((sql, type_))
        return self.columns.index((sql, type_))

    def value(self, expr: Expr) -> Value:
        """A field or a function of one, outside of aggregation."""
        return value_of(expr, self.scope, self.setting.moments)

    def operand(self, expr: Expr) -> Operand:
        """The left side of a comparison in WHERE."""
        value = self.value(expr)
        column = value.column
        if value.aggregate or (isinstance(expr, Call) and expr.key in ONLY_SHOWN):
            raise malformed(self.text, expr.at, f"unexpected token: '{value.called}'")
        if column is not None and not column.field.filterable:
            raise unusable(self.text, column, "filtered")
        return Operand(
            name=value.name,
            type=value.type,
            sql=value.sql,
            at=expr.at,
            field=column.field if column and isinstance(expr, Path) else None,
        )

    def semi_join(self, query: Query, operand: Operand) -> str:
        """The ids that a subquery gives, as SQL."""
        inner = open_level(self.setting, query, outer=self)
        column = joinable(self, inner, operand)
        return statement(inner, [column.sql])

    def filters(self) -> Filters:
        """Turns this level's conditions into SQL."""
        return Filters(
            query=self, moments=self.setting.moments, params=self.setting.params
        )

    def conditions(self) -> list[str]:
        """Everything that a row must meet, in SQL."""
        found = hidden(self.setting, self.scope.root, self.query)
        if self.query.where is not None:
            found.append(self.filters().sql(self.query.where))
        if self.query.scope is not None:
            found.append(self.scoped(self.query.scope))
        return found

    def scoped(self, scope: str) -> str:
        """Whose records are asked for, in SQL."""
        if scope.lower() == "everything":
            return "true"
        if scope.lower() == "mine" and self.sobject.has("OwnerId"):
            self.setting.params["me"] = (self.setting.user_id or "")[:15]
            return f'left({self.scope.root.alias}."OwnerId", 15) = $me'
        raise malformed(
            self.text,
            self.query.at,
            f"The scope {scope} is not supported for this object",
        )

    def ranks(self) -> str:
        """What ORDER BY lists, in SQL, or nothing."""
        return ", ".join(self.rank(r) for r in self.query.order)

    def rank(self, ranking: Ranking) -> str:
        """One entry of ORDER BY."""
        value = self.value(ranking.expr)
        column = value.column
        if value.aggregate:
            reason = "Ordered field must be grouped or aggregated: "
            raise malformed(self.text, ranking.expr.at, reason + value.called)
        if column is not None and not column.field.sortable:
            raise unusable(self.text, column, "sorted")
        return ranked(value, ranking)


def unusable(text: str, column: Column, verb: str) -> Exception:
    """A field that cannot be filtered, sorted or grouped by."""
    code = "INVALID_FIELD" if verb == "filtered" else "MALFORMED_QUERY"
    return refuse(
        code,
        text,
        column.at,
        f"field '{column.field.name}' can not be {verb} in a query call",
    )


def open_level(setting: Setting, query: Query, outer: Level | None = None) -> Level:
    """The level of a query over an object."""
    sobject = setting.objects.get(query.source.lower())
    if sobject is None:
        raise no_such_type(setting.text, query.at, query.source)
    return level_over(setting, query, sobject, outer)


def level_over(
    setting: Setting, query: Query, sobject: SObject, outer: Level | None = None
) -> Level:
    """The level of a query over a known object."""
    root = Reached(alias=setting.fresh(), sobject=sobject)
    scope = Scope(
        text=setting.text, objects=setting.objects, root=root, fresh=setting.fresh
    )
    for alias in filter(None, (query.alias, sobject.name)):
        scope.aliases[alias.lower()] = ()
    for alias, path in query.aliases:
        first, *rest = path.parts
        start = scope.aliases.get(first.lower(), (first,))
        scope.aliases[alias.lower()] = (*start, *rest)
    return Level(setting=setting, query=query, scope=scope, outer=outer)


def joinable(level: Level, inner: Level, operand: Operand) -> Column:
    """The field that a semi-join compares with; refuses what cannot be joined."""
    query = inner.query

    def no(reason: str) -> Exception:
        return malformed(level.text, query.at, reason)

    if level.outer is not None:
        raise no("Nesting of semi join sub-selects is not supported")
    if operand.type not in {"id", "reference"} or operand.field is None:
        raise no(
            "The left operand field in the where expression for semi-join query should"
            " be id or reference field"
        )
    if query.order or query.limit or query.offset or query.group:
        raise no(
            "ORDER BY, LIMIT and GROUP BY are not supported in semi join sub-selects"
        )
    item = query.items[0]
    if len(query.items) > 1 or not isinstance(item, Selected):
        raise no("Only one field may be selected in a semi join sub-select")
    if not isinstance(item.expr, Path):
        raise no("only root queries support aggregate expressions")
    column = inner.scope.column(item.expr)
    if column.field.type not in {"id", "reference"}:
        raise no(
            f"The selected field '{column.field.name}' should be an id or reference"
        )
    if inner.sobject is level.sobject and operand.type == column.field.type == "id":
        raise no("The inner and outer selects should not be on the same object type")
    if not targets(operand.field, level.sobject) & targets(column.field, inner.sobject):
        raise no(
            f"The selected field '{column.field.name}' in the subquery and the left"
            " operand field in the where expression in the outer query"
            f" '{operand.name}' should point to the same object type"
        )
    return column


def targets(field_: Field, sobject: SObject) -> set[str]:
    """The objects whose ids a field can hold."""
    return set(field_.reference_to) if field_.type == "reference" else {sobject.name}


def body(level: Level, columns: list[str], *more: str) -> str:
    """SELECT, FROM and WHERE of a level, which may have ``more`` conditions.

    Every join must be known by now.
    """
    conditions = [*level.conditions(), *more]
    root = level.scope.root
    parts = [
        f'SELECT {", ".join(columns)} FROM "{root.sobject.name}" AS {root.alias}',
        *level.scope.joins,
    ]
    if conditions:
        parts.append(f"WHERE {' AND '.join(conditions)}")
    return " ".join(parts)


def statement(level: Level, columns: list[str], *, stable: bool = False) -> str:
    """The level as one SQL statement; if ``stable``, equal rows have an order too."""
    ranks = list(filter(None, [level.ranks()]))
    if stable:
        ranks.append(level.scope.root.id)
    sql = body(level, columns)
    order = f" ORDER BY {', '.join(ranks)}" if ranks else ""
    return sql + order + bounds(level.query)


def bounds(query: Query) -> str:
    """LIMIT and OFFSET."""
    sql = ""
    if query.limit is not None:
        sql += f" LIMIT {query.limit.value}"
    if query.offset is not None:
        sql += f" OFFSET {query.offset.value}"
    return sql
