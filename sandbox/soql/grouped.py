"""Queries about groups of rows: GROUP BY, HAVING, and totals over everything."""

from dataclasses import dataclass, field

from sandbox.soql.filters import Filters
from sandbox.soql.functions import Value
from sandbox.soql.literals import Operand
from sandbox.soql.plan import Level, body, bounds, unusable
from sandbox.soql.ranking import ranked
from sandbox.soql.refusals import malformed
from sandbox.soql.shape import Node
from sandbox.soql.tree import Call, Expr, Query, Selected


@dataclass(slots=True, kw_only=True)
class Groups:
    """The groups of a level, and what each of them shows."""

    level: Level
    by: list[Value] = field(default_factory=list)
    how: str = ""
    node: Node = field(default_factory=lambda: Node(type="AggregateResult"))
    names: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The whole query, for refusals."""
        return self.level.text

    def take(self) -> None:
        """Take up GROUP BY and the SELECT list."""
        exprs = list(self.level.query.group)
        if exprs and isinstance(exprs[0], Call) and exprs[0].key in {"ROLLUP", "CUBE"}:
            call = exprs[0]
            self.how = call.key
            exprs = [a for a in call.arguments if not hasattr(a, "kind")]
        self.by = [self.group(e) for e in exprs]
        for item in self.level.query.items:
            if isinstance(item, Selected):
                self.show(item)

    def group(self, expr: Expr) -> Value:
        """One thing to group by."""
        value = self.level.value(expr)
        column = value.column
        if value.aggregate:
            reason = f"Grouped field should not be aggregated: {value.called}"
            raise malformed(self.text, expr.at, reason)
        if (
            column is not None
            and not column.field.groupable
            and value.name == value.called
        ):
            raise unusable(self.text, column, "grouped")
        return value

    def known(self, expr: Expr, complaint: str) -> Value:
        """A value that every group has one of."""
        value = self.level.value(expr)
        if not value.aggregate and value.sql not in [g.sql for g in self.by]:
            raise malformed(self.text, expr.at, f"{complaint}: {value.called}")
        return value

    def show(self, item: Selected) -> None:
        """One entry of a group's record."""
        value = self.known(item.expr, "Field must be grouped or aggregated")
        if item.alias:
            name = item.alias
        elif isinstance(item.expr, Call):
            name = f"expr{sum(n.startswith('expr') for n in self.names)}"
        else:
            name = value.name
        if name.lower() in [n.lower() for n in self.names]:
            raise malformed(self.text, item.at, f"duplicate alias: {name}")
        self.level.columns.append((value.sql, value.type))
        self.names.append(name)
        self.node.entries.append((name, len(self.level.columns) - 1))

    def operand(self, expr: Expr) -> Operand:
        """The left side of a comparison in HAVING."""
        value = self.known(expr, "Field must be grouped or aggregated")
        return Operand(name=value.name, type=value.type, sql=value.sql, at=expr.at)

    def semi_join(self, query: Query, operand: Operand) -> str:
        """Nothing in HAVING may be joined."""
        reason = f"unexpected token: '{operand.name}'"
        raise malformed(self.text, query.at, reason)

    def statement(self) -> str:
        """The grouped query as one SQL statement."""
        level, query = self.level, self.level.query
        columns = [f"{sql} AS c{i}" for i, (sql, _) in enumerate(level.columns)]
        having = ""
        if query.having is not None:
            filters = Filters(
                query=self,
                moments=level.setting.moments,
                params=level.setting.params,
            )
            having = f" HAVING {filters.sql(query.having)}"
        ranks = [
            ranked(self.known(r.expr, "Ordered field must be grouped or aggregated"), r)
            for r in query.order
        ]
        sql = body(level, columns)
        if self.by:
            listed = ", ".join(value.sql for value in self.by)
            sql += (
                f" GROUP BY {self.how}({listed})" if self.how else f" GROUP BY {listed}"
            )
        ranks += [f"{value.sql} NULLS LAST" for value in self.by]
        order = f" ORDER BY {', '.join(ranks)}" if ranks else ""
        return sql + having + order + bounds(query)
