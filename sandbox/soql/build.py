"""Turns a parse into the tree of a query; refuses words in impossible places."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from lark import Token, Transformer, v_args

from sandbox.soql.strings import unescape
from sandbox.soql.tree import (
    Call,
    Children,
    Compared,
    Condition,
    Expr,
    Joined,
    Literal,
    Logical,
    Member,
    Path,
    Query,
    Ranking,
    Selected,
    TypeOf,
)


#: What may stand behind WITH: in which mode rights are checked.
MODES: Final = frozenset(["SECURITY_ENFORCED", "USER_MODE", "SYSTEM_MODE"])

#: Words that can never be a field.
RESERVED: Final = frozenset(
    {
        "AND",
        "EXCLUDES",
        "FROM",
        "HAVING",
        "IN",
        "INCLUDES",
        "LIKE",
        "LIMIT",
        "NOT",
        "NULL",
        "OR",
        "SELECT",
        "USING",
        "WHERE",
        "WITH",
    }
)


class MisreadError(ValueError):
    """A token of the right form with an impossible content, at a place."""

    def __init__(self, at: int, reason: str) -> None:
        super().__init__(reason)
        self.at = at


def start_of(part: Any) -> int:
    """Where a token or a part of the tree begins."""
    if isinstance(part, Token):
        return part.start_pos or 0
    return int(part.at)


def keywords(parts: Any) -> set[str]:
    """The words among some parts."""
    return {p.upper() for p in parts if isinstance(p, Token)}


@v_args(inline=True)
class Build(Transformer[Token, Query]):
    """Turns the parse into the values of ``tree``."""

    def start(self, query: Query) -> Query:
        """The whole query."""
        return query

    def path(self, *names: Token) -> Path:
        """A field, perhaps over relationships."""
        for name in names:
            if name.upper() in RESERVED:
                raise MisreadError(start_of(name), f"unexpected token: '{name}'")
        return Path(tuple(map(str, names)), start_of(names[0]))

    def call(self, name: Token, arguments: tuple[Any, ...] = ()) -> Call:
        """A function of fields."""
        return Call(str(name), arguments, start_of(name))

    def _several(self, *parts: Any) -> tuple[Any, ...]:
        return parts

    arguments = items = exprs = values = _several

    def text(self, token: Token) -> Literal:
        """A quoted text."""
        at = start_of(token)
        try:
            return Literal("text", unescape(token[1:-1]), at)
        except ValueError as error:
            raise MisreadError(at, str(error)) from error

    def number(self, token: Token) -> Literal:
        """A number."""
        return Literal("number", Decimal(str(token)), start_of(token))

    def day(self, token: Token) -> Literal:
        """A date."""
        try:
            return Literal("date", date.fromisoformat(token), start_of(token))
        except ValueError as error:
            raise MisreadError(start_of(token), f"Invalid date: {token}") from error

    def moment(self, token: Token) -> Literal:
        """A date with a time and its offset."""
        try:
            moment = datetime.fromisoformat(token.upper())
            return Literal("datetime", moment.astimezone(UTC), start_of(token))
        except (ValueError, OverflowError) as error:
            raise MisreadError(start_of(token), f"Invalid datetime: {token}") from error

    def money(self, token: Token) -> Literal:
        """An amount with its currency in front."""
        return Literal("money", Decimal(token[3:]), start_of(token), token[:3].upper())

    def word(self, token: Token) -> Literal:
        """A bare word: true, null, TODAY."""
        return Literal("word", token.upper(), start_of(token))

    def counted(self, token: Token, number: Token) -> Literal:
        """A date literal with its number."""
        if not number.isdecimal():
            raise MisreadError(start_of(number), f"unexpected token: '{number}'")
        return Literal("counted", token.upper(), start_of(token), int(number))

    def compared(self, expr: Expr, operator: Token, value: Literal) -> Compared:
        """A comparison with one value."""
        return Compared(expr, operator.upper(), value, expr.at)

    def within(self, expr: Expr, *rest: Any) -> Condition:
        """IN."""
        return member(expr, "IN", rest[-1])

    def without(self, expr: Expr, *rest: Any) -> Condition:
        """NOT IN."""
        return member(expr, "NOT IN", rest[-1])

    def includes(self, expr: Expr, *rest: Any) -> Condition:
        """INCLUDES."""
        return member(expr, "INCLUDES", rest[-1])

    def excludes(self, expr: Expr, *rest: Any) -> Condition:
        """EXCLUDES."""
        return member(expr, "EXCLUDES", rest[-1])

    def subset(self, query: Query) -> Query:
        """The subquery of a semi-join."""
        return query

    def all_of(self, *parts: Any) -> Logical:
        """Conditions joined by AND."""
        return Logical("AND", parts[::2])

    def any_of(self, *parts: Any) -> Logical:
        """Conditions joined by OR."""
        return Logical("OR", parts[::2])

    def negated(self, _not: Token, part: Condition) -> Logical:
        """NOT."""
        return Logical("NOT", (part,))

    def selected(self, expr: Expr, alias: Token | None = None) -> Selected:
        """An entry of the SELECT list."""
        return Selected(expr, None if alias is None else str(alias), expr.at)

    def children(self, query: Query) -> Children:
        """A subquery in the SELECT list."""
        return Children(query, query.at)

    def when(self, _when: Token, name: Token, _then: Token, paths: Any) -> Any:
        """One branch of TYPEOF."""
        return str(name), paths

    def other(self, _else: Token, paths: Any) -> Any:
        """The last branch of TYPEOF."""
        return None, paths

    paths = _several

    def type_of(self, token: Token, path: Path, *rest: Any) -> TypeOf:
        """TYPEOF with all its branches."""
        branches = [r for r in rest if isinstance(r, tuple)]
        return TypeOf(
            path,
            tuple((name, paths) for name, paths in branches if name is not None),
            next((paths for name, paths in branches if name is None), ()),
            start_of(token),
        )

    def source(self, name: Token, alias: Token | None = None) -> dict[str, Any]:
        """The object behind FROM."""
        return {
            "source": str(name),
            "at": start_of(name),
            "alias": None if alias is None else str(alias),
        }

    def sources(self, first: dict[str, Any], *more: Any) -> dict[str, Any]:
        """The FROM list."""
        names = zip(more[1::2], more[::2], strict=True)
        return first | {"aliases": tuple((str(name), path) for name, path in names)}

    def scope(self, *parts: Token) -> dict[str, Any]:
        """USING SCOPE."""
        return {"scope": str(parts[-1])}

    def where(self, _where: Token, condition: Condition) -> dict[str, Any]:
        """WHERE."""
        return {"where": condition}

    def with_(self, _with: Token, *parts: Any) -> dict[str, Any]:
        """WITH."""
        if len(parts) > 1:
            raise MisreadError(start_of(parts[0]), "data categories are not enabled")
        if parts[0].upper() not in MODES:
            raise MisreadError(start_of(parts[0]), f"unexpected token: '{parts[0]}'")
        return {"with_": parts[0].upper()}

    def group(self, *parts: Any) -> dict[str, Any]:
        """GROUP BY."""
        return {"group": parts[-1]}

    def having(self, _having: Token, condition: Condition) -> dict[str, Any]:
        """HAVING."""
        return {"having": condition}

    def ranking(self, expr: Expr, *words: Token) -> Ranking:
        """One entry of ORDER BY."""
        said = keywords(words)
        nulls_last = "LAST" in said if "NULLS" in said else None
        return Ranking(expr, "DESC" in said, nulls_last)

    def order(self, *parts: Any) -> dict[str, Any]:
        """ORDER BY."""
        return {"order": parts[2:]}

    def limit(self, _limit: Token, number: Token) -> dict[str, Any]:
        """LIMIT."""
        return {"limit": self.number(number)}

    def offset(self, _offset: Token, number: Token) -> dict[str, Any]:
        """OFFSET."""
        return {"offset": self.number(number)}

    def usage(self, *words: Token) -> dict[str, Any]:
        """FOR and UPDATE, which change nothing here."""
        return {"usage": (words[-1].upper(),)}

    def rows(self, *_words: Token) -> dict[str, Any]:
        """ALL ROWS."""
        return {"all_rows": True}

    def query(self, _select: Token, items: Any, _from: Token, *parts: Any) -> Query:
        """A query from its clauses."""
        given: dict[str, Any] = {"items": items}
        for part in parts:
            if "usage" in part:
                part["usage"] = (*given.get("usage", ()), *part["usage"])
            given |= part
        return Query(**given)


def member(expr: Expr, operator: str, values: Any) -> Condition:
    """Membership in a list, or in the answer of a subquery."""
    if isinstance(values, Query):
        return Joined(expr, values, operator == "NOT IN", expr.at)
    return Member(expr, operator, values, expr.at)
