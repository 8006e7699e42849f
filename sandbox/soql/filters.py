"""Conditions in SQL, with the service's ideas of case, of nothing, and of ids.

Text is compared without regard to case, ids with it. ``!=`` and ``NOT IN`` hold for
empty fields, ``<`` and ``LIKE`` do not; an empty text is the same as null.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from sandbox.schema_ids import SHORT
from sandbox.soql.dates import LARGEST, Moments
from sandbox.soql.literals import (
    TEXTUAL,
    Operand,
    id_of,
    is_null,
    value_of,
    wrong_operator,
    wrong_type,
)
from sandbox.soql.refusals import malformed
from sandbox.soql.tree import (
    Compared,
    Condition,
    Expr,
    Joined,
    Literal,
    Logical,
    Member,
    Query,
)


class Operands(Protocol):
    """What a filter needs to know about the query that it is part of."""

    @property
    def text(self) -> str:
        """The whole query, for refusals."""

    def operand(self, expr: Expr) -> Operand:
        """The left side of a comparison."""

    def semi_join(self, query: Query, operand: Operand) -> str:
        """The ids that a subquery gives, as SQL."""


@dataclass(slots=True, kw_only=True)
class Filters:
    """Turns conditions into SQL; the values go into ``params``."""

    query: Operands
    moments: Moments
    params: dict[str, Any]
    depth: int = field(default=0)

    def sql(self, condition: Condition) -> str:
        """A condition in SQL; never true where the service would not say so."""
        match condition:
            case Logical(operator="NOT", parts=(part,)):
                return f"NOT coalesce({self.sql(part)}, false)"
            case Logical():
                joint = f" {condition.operator} "
                return f"({joint.join(map(self.sql, condition.parts))})"
            case Compared():
                operand = self.query.operand(condition.expr)
                return self.compare(operand, condition.operator, condition.value)
            case Member():
                return self.member(condition)
            case Joined():
                operand = self.query.operand(condition.expr)
                ids = self.query.semi_join(condition.query, operand)
                found = f"coalesce({operand.sql} IN ({ids}), false)"
                return f"NOT {found}" if condition.negated else found

    def bind(self, value: Any) -> str:
        """A value as a parameter of the statement."""
        name = f"p{len(self.params)}"
        self.params[name] = value
        return f"${name}"

    def compare(self, operand: Operand, operator: str, value: Literal) -> str:
        """One comparison."""
        operator = "!=" if operator == "<>" else operator
        if is_null(value):
            return self.against_null(operand, operator)
        if operator == "LIKE":
            return self.like(operand, value)
        match operand.type:
            case "id" | "reference":
                return self.id_compare(operand, operator, value)
            case "date" | "datetime":
                return self.moment_compare(operand, operator, value)
        return self.plain_compare(operand, operator, value)

    def plain_compare(self, operand: Operand, operator: str, value: Literal) -> str:
        """Text, numbers, truths."""
        bound = self.bind(value_of(self.query.text, operand, value))
        if operand.type in TEXTUAL:
            left = f"lower({operand.sql})"
            return comparison(left, operator, f"lower({bound})")
        return comparison(operand.sql, operator, bound)

    def against_null(self, operand: Operand, operator: str) -> str:
        """Nothing equals null but null; no order knows it."""
        if operator == "=":
            return f"({operand.sql} IS NULL)"
        if operator == "!=":
            return f"({operand.sql} IS NOT NULL)"
        return "false"

    def like(self, operand: Operand, value: Literal) -> str:
        """A pattern; only text has patterns."""
        if operand.type in {"id", "reference"}:
            raise wrong_operator(
                self.query.text, operand, "invalid operator on id field"
            )
        if operand.type not in TEXTUAL or operand.type == "multipicklist":
            raise wrong_operator(self.query.text, operand, "invalid operator")
        if value.kind != "text":
            raise wrong_type(self.query.text, operand, value)
        bound = self.bind(str(value.value))
        return f"(lower({operand.sql}) LIKE lower({bound}) ESCAPE '\\')"

    def id_compare(self, operand: Operand, operator: str, value: Literal) -> str:
        """Ids are equal when their first 15 characters are."""
        bound = self.bind(id_of(self.query.text, operand, value))
        return comparison(f"left({operand.sql}, {SHORT})", operator, bound)

    def moment_compare(self, operand: Operand, operator: str, value: Literal) -> str:
        """A date or moment; a date literal is a span of days."""
        if value.kind in {"word", "counted"}:
            span = self.span(operand, value)
            return in_span(operand.sql, operator, span, self.bind)
        bound = self.bind(value_of(self.query.text, operand, value))
        return comparison(operand.sql, operator, bound)

    def span(self, operand: Operand, value: Literal) -> tuple[date, date]:
        """The days that a date literal means; their moments for a moment."""
        n = value.extra if isinstance(value.extra, int) else None
        if n is not None and n > LARGEST:
            raise malformed(self.query.text, value.at, f"Invalid date range: {n}")
        try:
            first, after = self.moments.calendar.days(str(value.value), n)
        except ValueError as error:
            raise wrong_type(self.query.text, operand, value) from error
        except OverflowError as error:
            raise malformed(
                self.query.text, value.at, "date literal is out of range"
            ) from error
        if operand.type == "date":
            return first, after
        return self.moments.utc(first), self.moments.utc(after)

    def member(self, condition: Member) -> str:
        """IN, NOT IN, INCLUDES and EXCLUDES."""
        operand = self.query.operand(condition.expr)
        if condition.operator in {"INCLUDES", "EXCLUDES"}:
            return self.includes(operand, condition)
        values = [v for v in condition.values if not is_null(v)]
        nulls = len(values) < len(condition.values)
        if operand.type in {"date", "datetime"} and any(
            v.kind in {"word", "counted"} for v in values
        ):
            tests = [self.moment_compare(operand, "=", v) for v in values]
            found = f"({' OR '.join(tests)})"
        else:
            found = self.among(operand, values)
        if nulls:
            found = f"({found} OR {operand.sql} IS NULL)"
        found = f"coalesce({found}, false)"
        return f"NOT {found}" if condition.operator == "NOT IN" else found

    def among(self, operand: Operand, values: list[Literal]) -> str:
        """Equal to one of some values that are not null."""
        if not values:
            return "false"
        if operand.type in {"id", "reference"}:
            ids = [id_of(self.query.text, operand, v) for v in values]
            return f"left({operand.sql}, {SHORT}) IN ({self.bind_all(ids)})"
        read = [value_of(self.query.text, operand, v) for v in values]
        if operand.type in TEXTUAL:
            lower = f"SELECT lower(v) FROM ({self.bind_all(read)}) AS given(v)"
            return f"lower({operand.sql}) IN ({lower})"
        return f"{operand.sql} IN ({self.bind_all(read)})"

    def bind_all(self, values: list[Any]) -> str:
        """Many values as one parameter, unfolded in SQL."""
        return f"SELECT unnest({self.bind(values)})"

    def includes(self, operand: Operand, condition: Member) -> str:
        """Every part of one of the values is among the field's choices."""
        if operand.type != "multipicklist":
            raise wrong_operator(
                self.query.text,
                operand,
                "includes or excludes operator only valid on multipicklist field",
            )
        choices = f"string_split(lower({operand.sql}), ';')"
        tests = [
            f"list_has_all({choices}, string_split(lower({self.bind(v)}), ';'))"
            for v in (
                value_of(self.query.text, operand, value) for value in condition.values
            )
        ]
        found = f"coalesce({' OR '.join(tests)}, false)"
        return f"NOT {found}" if condition.operator == "EXCLUDES" else found


def comparison(left: str, operator: str, right: str) -> str:
    """A comparison in SQL; unequal holds for empty fields too."""
    return f"({left} {'IS DISTINCT FROM' if operator == '!=' else operator} {right})"


def in_span(
    sql: str, operator: str, span: tuple[Any, Any], bind: Callable[[Any], str]
) -> str:
    """A comparison with a span of days, the end of which is not part of it."""
    first, after = span
    match operator:
        case "=":
            return f"({sql} >= {bind(first)} AND {sql} < {bind(after)})"
        case "!=":
            outside = f"{sql} < {bind(first)} OR {sql} >= {bind(after)}"
            return f"({sql} IS NULL OR {outside})"
        case "<" | ">=":
            return f"({sql} {operator} {bind(first)})"
    return f"({sql} {'<' if operator == '<=' else '>='} {bind(after)})"
