"""What a query may not ask for, however well it is written."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from sandbox.errors import ApiError
from sandbox.schema import SObject
from sandbox.soql.functions import AGGREGATES
from sandbox.soql.refusals import malformed
from sandbox.soql.tree import (
    Call,
    Children,
    Condition,
    Expr,
    Joined,
    Literal,
    Logical,
    Query,
    Selected,
    TypeOf,
)


FURTHEST: Final = 2_000

#: How many semi-joins, subqueries and levels of subqueries a query may have.
MOST_SEMI_JOINS: Final = 2
MOST_CHILDREN: Final = 20
DEEPEST: Final = 5

#: FIELDS() that the service can only expand with at most so many rows.
FEW: Final = 200


def check(text: str, query: Query, *, bulk: bool) -> None:
    """Refuse a query for what it asks, before any name in it is looked up."""
    check_bounds(text, query)
    check_semi_joins(text, query)
    check_select(text, query)
    if bulk:
        check_bulk(query)
    children = [item for item in query.items if isinstance(item, Children)]
    if len(children) > MOST_CHILDREN:
        raise malformed(
            text,
            children[-1].at,
            f"no more than {MOST_CHILDREN} subqueries are allowed in a query",
        )
    for child in children:
        check_child(text, child.query, 1)


def check_bounds(text: str, query: Query) -> None:
    """LIMIT and OFFSET are whole numbers, and OFFSET does not reach far."""
    for number in filter(None, (query.limit, query.offset)):
        if not isinstance(number.value, Decimal) or not whole(number):
            raise malformed(text, number.at, f"unexpected token: '{number.value}'")
    if query.offset is not None and Decimal(str(query.offset.value)) > FURTHEST:
        raise ApiError(
            400,
            "NUMBER_OUTSIDE_VALID_RANGE",
            f"Maximum SOQL offset allowed is {FURTHEST}",
        )


def whole(number: Literal) -> bool:
    """Whether a number is one that rows can be counted with."""
    return str(number.value).isdecimal() and len(str(number.value)) < len(str(10**10))


def check_child(text: str, query: Query, depth: int) -> None:
    """A subquery over children has its own, narrower rules."""
    check_bounds(text, query)
    if is_grouped(query):
        raise malformed(
            text, query.at, "only root queries support aggregate expressions"
        )
    if depth > DEEPEST - 1:
        raise malformed(
            text, query.at, "SOQL parent-to-child subqueries cannot be nested so deep"
        )
    check_semi_joins(text, query)
    check_select(text, query)
    for item in query.items:
        if isinstance(item, Children):
            check_child(text, item.query, depth + 1)


def check_semi_joins(text: str, query: Query) -> None:
    """Semi-joins are few, and stand beside AND only."""
    found = list(semi_joins(query.where, alternative=False))
    for join, alternative in found:
        if alternative:
            raise malformed(
                text,
                join.at,
                "Semi join sub-selects are not allowed with the 'OR' operator",
            )
    if len(found) > MOST_SEMI_JOINS:
        raise malformed(
            text,
            found[-1][0].at,
            f"Maximum {MOST_SEMI_JOINS} semi join sub-selects are allowed",
        )


def semi_joins(
    condition: Condition | None, *, alternative: bool
) -> Iterator[tuple[Joined, bool]]:
    """Every semi-join of a condition, and whether it is one side of an OR."""
    if isinstance(condition, Joined):
        yield condition, alternative
    if isinstance(condition, Logical):
        either = alternative or condition.operator == "OR"
        for part in condition.parts:
            yield from semi_joins(part, alternative=either)


def is_aggregate(expr: Expr | Literal) -> bool:
    """Whether a function of many rows is part of an expression."""
    return isinstance(expr, Call) and (
        expr.key in AGGREGATES
        or expr.key == "GROUPING"
        or any(is_aggregate(a) for a in expr.arguments)
    )


def is_grouped(query: Query) -> bool:
    """Whether the answer is made of groups of rows."""
    return bool(query.group) or any(
        isinstance(item, Selected) and is_aggregate(item.expr) for item in query.items
    )


def is_count(query: Query) -> bool:
    """``SELECT COUNT()``, which is answered with a number and no records."""
    item = query.items[0]
    return (
        isinstance(item, Selected)
        and isinstance(item.expr, Call)
        and item.expr.key == "COUNT"
        and not item.expr.arguments
    )


def check_select(text: str, query: Query) -> None:
    """Aliases and groups belong together; COUNT() stands alone."""
    grouped = is_grouped(query)
    for number, item in enumerate(query.items):
        if isinstance(item, Selected) and item.alias and not grouped:
            raise malformed(
                text, item.at, "only aggregate expressions use field aliasing"
            )
        if grouped and isinstance(item, Children | TypeOf):
            raise malformed(
                text,
                item.at,
                "Grouped query cannot use child relationships in the select list",
            )
        lone = isinstance(item, Selected) and isinstance(item.expr, Call)
        bare = lone and item.expr.key == "COUNT" and not item.expr.arguments  # type: ignore[union-attr]
        if bare and (number or len(query.items) > 1 or query.group):
            raise malformed(text, item.at, "unexpected token: 'COUNT'")
    if query.having is not None and not query.group:
        raise malformed(text, query.at, "unexpected token: 'HAVING'")
    overall = grouped and not query.group and not is_count(query)
    if overall and query.limit is not None:
        raise malformed(
            text,
            query.limit.at,
            "Non-grouped query that uses overall aggregate functions cannot also use"
            " LIMIT",
        )


def few_rows(query: Query) -> bool:
    """Whether a query asks for no more rows than FIELDS(ALL) may give."""
    return query.limit is not None and Decimal(str(query.limit.value)) <= FEW


def check_bulk(query: Query) -> None:
    """Bulk jobs answer plain lists of fields only."""
    kinds = {type(item) for item in query.items}
    calls = [i.expr for i in query.items if isinstance(i, Selected)]
    if is_grouped(query) or Children in kinds:
        raise in_bulk(
            "Aggregate Relationships not supported in Bulk V2 Query with CSV content"
            " type"
        )
    if TypeOf in kinds:
        raise in_bulk("TYPEOF not supported in Bulk Query")
    if query.offset is not None:
        raise in_bulk("OFFSET clause not supported in Bulk Query")
    if any(isinstance(c, Call) and c.key == "FIELDS" for c in calls):
        raise in_bulk("The SOQL FIELDS function is not supported in Bulk Query")


def check_bulk_object(sobject: SObject) -> None:
    """Some objects cannot be read in bulk."""
    if not sobject.bulk:
        raise ApiError(
            400,
            "INVALIDENTITY",
            f"Entity '{sobject.name}' is not supported by the Bulk API.",
        )


def in_bulk(reason: str, code: str = "API_ERROR") -> ApiError:
    """What a Bulk 2.0 query job is refused with."""
    return ApiError(400, code, reason)
