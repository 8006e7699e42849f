"""Functions of fields: parts of dates, aggregates, labels, formats."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sandbox.soql.dates import Moments
from sandbox.soql.refusals import malformed
from sandbox.soql.scope import Column, Scope
from sandbox.soql.tree import Call, Expr, Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """An expression in SQL, with the type of what it gives."""

    sql: str
    type: str
    #: The field that it is about, and the expression as it is spoken of.
    column: Column | None
    name: str
    called: str
    aggregate: bool = False

    @property
    def textual(self) -> bool:
        """Gives text."""
        return self.type in {"string", "picklist", "combobox", "email", "phone", "url"}


#: Parts of a date or moment: SQL in terms of ``{x}``.
PARTS: Final[Mapping[str, str]] = {
    "CALENDAR_MONTH": "month({x})",
    "CALENDAR_QUARTER": "quarter({x})",
    "CALENDAR_YEAR": "year({x})",
    "DAY_IN_MONTH": "day({x})",
    "DAY_IN_WEEK": "dayofweek({x}) + 1",
    "DAY_IN_YEAR": "dayofyear({x})",
    "DAY_ONLY": "CAST({x} AS DATE)",
    "FISCAL_MONTH": "(month({x}) - {start} + 12) % 12 + 1",
    "FISCAL_QUARTER": "((month({x}) - {start} + 12) % 12) // 3 + 1",
    "FISCAL_YEAR": "year({x}) + CASE WHEN {start} > 1 AND month({x}) >= {start}"
    " THEN 1 ELSE 0 END",
    "HOUR_IN_DAY": "hour({x})",
    "WEEK_IN_MONTH": "(day({x}) - 1) // 7 + 1",
    "WEEK_IN_YEAR": "(dayofyear({x}) - 1) // 7 + 1",
}

#: These need a time of day.
OF_MOMENTS: Final = frozenset(["DAY_ONLY", "HOUR_IN_DAY"])

NUMERIC: Final = frozenset(["currency", "double", "percent", "int", "long"])
COMPARABLE: Final = NUMERIC | {"date", "datetime", "string", "picklist", "combobox"}
COMPARABLE_TEXT: Final = frozenset(["email", "phone", "url", "id", "reference"])

#: Aggregates: SQL, and the types that they take.
AGGREGATES: Final[Mapping[str, tuple[str, frozenset[str] | None]]] = {
    "AVG": ("avg({x})", NUMERIC),
    "COUNT": ("count({x})", None),
    "COUNT_DISTINCT": ("count(DISTINCT {x})", None),
    "MAX": ("max({x})", COMPARABLE | COMPARABLE_TEXT),
    "MIN": ("min({x})", COMPARABLE | COMPARABLE_TEXT),
    "SUM": ("sum({x})", NUMERIC),
}

#: Functions that show a field in another way and keep its name, and those of them
#: that no condition may use.
SHOWN: Final = frozenset(["TOLABEL", "CONVERTCURRENCY", "FORMAT"])
ONLY_SHOWN: Final = frozenset(["CONVERTCURRENCY", "FORMAT"])


def value_of(expr: Expr, scope: Scope, moments: Moments) -> Value:
    """A field or function in SQL; ApiError for functions that do not exist."""
    if isinstance(expr, Path):
        column = scope.column(expr)
        return Value(
            sql=column.sql,
            type=column.field.type,
            column=column,
            name=column.field.name,
            called=expr.text,
        )
    if expr.key in PARTS:
        return part_of(expr, scope, moments)
    if expr.key in AGGREGATES or expr.key == "GROUPING":
        return aggregate(expr, scope, moments)
    if expr.key in SHOWN:
        return shown(expr, scope, moments)
    raise malformed(scope.text, expr.at, f"unexpected token: '{expr.name}'")


def only_argument(call: Call, scope: Scope) -> Expr:
    """The one expression that a function is about."""
    if len(call.arguments) != 1 or not isinstance(call.arguments[0], Path | Call):
        raise malformed(scope.text, call.at, f"unexpected token: '{call.name}'")
    return call.arguments[0]


def part_of(call: Call, scope: Scope, moments: Moments) -> Value:
    """A part of a date; of a moment in UTC unless it is converted."""
    argument = only_argument(call, scope)
    zoned = isinstance(argument, Call) and argument.key == "CONVERTTIMEZONE"
    inner = value_of(
        only_argument(argument, scope)
        if zoned and isinstance(argument, Call)
        else argument,
        scope,
        moments,
    )
    wanted = {"datetime"} if zoned or call.key in OF_MOMENTS else {"date", "datetime"}
    if inner.type not in wanted or inner.column is None:
        raise malformed(
            scope.text,
            call.at,
            f"field {inner.called} does not support date function {call.key}",
        )
    x = inner.sql
    if zoned:
        x = f"timezone('{moments.zone.key}', timezone('UTC', {x}))"
    start = moments.calendar.fiscal_start
    return Value(
        sql=f"({PARTS[call.key].format(x=x, start=start)})",
        type="date" if call.key == "DAY_ONLY" else "int",
        column=inner.column,
        name=inner.name,
        called=f"{call.name}({inner.called})",
    )


def aggregate(call: Call, scope: Scope, moments: Moments) -> Value:
    """A value over all rows of a group."""
    if call.key == "COUNT" and not call.arguments:
        return Value(
            sql="count(*)",
            type="int",
            column=None,
            name="COUNT",
            called="COUNT()",
            aggregate=True,
        )
    inner = value_of(only_argument(call, scope), scope, moments)
    if inner.aggregate or inner.column is None:
        raise malformed(scope.text, call.at, f"unexpected token: '{call.name}'")
    if call.key == "GROUPING":
        sql, types = "grouping({x})", None
    else:
        sql, types = AGGREGATES[call.key]
    supported = inner.column.field.kind.aggregatable or inner.type == "boolean"
    if (types is not None and inner.type not in types) or not supported:
        raise malformed(
            scope.text,
            call.at,
            f"field {inner.called} does not support aggregate operator {call.key}",
        )
    return Value(
        sql=sql.format(x=inner.sql),
        type=given(call.key, inner.type),
        column=inner.column,
        name=inner.name,
        called=f"{call.name}({inner.called})",
        aggregate=True,
    )


def given(key: str, type_: str) -> str:
    """The type of an aggregate over fields of a type."""
    if key in {"COUNT", "COUNT_DISTINCT", "GROUPING"}:
        return "int"
    return "double" if key == "AVG" else type_


def shown(call: Call, scope: Scope, moments: Moments) -> Value:
    """A field as people read it; labels are the values here, and money stays money."""
    inner = value_of(only_argument(call, scope), scope, moments)
    changes: Mapping[str, Callable[[], tuple[str, str]]] = {
        "TOLABEL": lambda: (inner.sql, "string"),
        "CONVERTCURRENCY": lambda: (inner.sql, inner.type),
        "FORMAT": lambda: (formatted(inner), "string"),
    }
    if call.key == "CONVERTCURRENCY" and inner.type != "currency":
        raise malformed(
            scope.text,
            call.at,
            f"field {inner.called} does not support convertCurrency",
        )
    sql, type_ = changes[call.key]()
    return Value(
        sql=sql,
        type=type_,
        column=inner.column,
        name=inner.name,
        called=f"{call.name}({inner.called})",
        aggregate=inner.aggregate,
    )


def formatted(value: Value) -> str:
    """A value as an American reader expects it, in SQL."""
    x = value.sql
    match value.type:
        case "currency" | "double" | "percent":
            return f"format('{{:,.2f}}', CAST({x} AS DOUBLE))"
        case "int" | "long":
            return f"format('{{:,}}', {x})"
        case "date":
            return f"strftime({x}, '%-m/%-d/%Y')"
        case "datetime":
            return f"strftime({x}, '%-m/%-d/%Y, %-I:%M %p')"
    return f"CAST({x} AS VARCHAR)"
