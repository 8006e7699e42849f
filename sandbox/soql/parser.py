"""From the text of a query to its tree, by a grammar; refuses what is not SOQL."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path as File
from typing import Any, Final

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedToken, VisitError

from sandbox.errors import ApiError
from sandbox.soql.refusals import malformed
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


#: The longest query that the service reads, in characters.
LONGEST: Final = 100_000


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


class Misread(ValueError):
    """A token of the right form with an impossible content, at a place."""

    def __init__(self, at: int, reason: str) -> None:
        super().__init__(reason)
        self.at = at


def start_of(part: Any) -> int:
    """Where a token or a part of the tree begins."""
    return int(part.start_pos if isinstance(part, Token) else part.at)


def keywords(parts: Any) -> set[str]:
    return {p.upper() for p in parts if isinstance(p, Token)}


@v_args(inline=True)
class Build(Transformer[Token, Query]):
    """Turns the parse into the values of ``tree``."""

    def start(self, query: Query) -> Query:
        return query

    def path(self, *names: Token) -> Path:
        for name in names:
            if name.upper() in RESERVED:
                raise Misread(start_of(name), f"unexpected token: '{name}'")
        return Path(tuple(map(str, names)), start_of(names[0]))

    def call(self, name: Token, arguments: tuple[Any, ...] = ()) -> Call:
        return Call(str(name), arguments, start_of(name))

    def _several(self, *parts: Any) -> tuple[Any, ...]:
        return parts

    arguments = items = exprs = values = _several

    def text(self, token: Token) -> Literal:
        at = start_of(token)
        try:
            return Literal("text", unescape(token[1:-1]), at)
        except ValueError as error:
            raise Misread(at, str(error)) from error

    def number(self, token: Token) -> Literal:
        return Literal("number", Decimal(str(token)), start_of(token))

    def day(self, token: Token) -> Literal:
        try:
            return Literal("date", date.fromisoformat(token), start_of(token))
        except ValueError as error:
            raise Misread(start_of(token), f"Invalid date: {token}") from error

    def moment(self, token: Token) -> Literal:
        try:
            moment = datetime.fromisoformat(token.upper())
            return Literal("datetime", moment.astimezone(UTC), start_of(token))
        except (ValueError, OverflowError) as error:
            raise Misread(start_of(token), f"Invalid datetime: {token}") from error

    def money(self, token: Token) -> Literal:
        return Literal("money", Decimal(token[3:]), start_of(token), token[:3].upper())

    def word(self, token: Token) -> Literal:
        return Literal("word", token.upper(), start_of(token))

    def counted(self, token: Token, number: Token) -> Literal:
        if not number.isdecimal():
            raise Misread(start_of(number), f"unexpected token: '{number}'")
        return Literal("counted", token.upper(), start_of(token), int(number))

    def compared(self, expr: Expr, operator: Token, value: Literal) -> Compared:
        return Compared(expr, operator.upper(), value, expr.at)

    def within(self, expr: Expr, *rest: Any) -> Condition:
        return member(expr, "IN", rest[-1])

    def without(self, expr: Expr, *rest: Any) -> Condition:
        return member(expr, "NOT IN", rest[-1])

    def includes(self, expr: Expr, *rest: Any) -> Condition:
        return member(expr, "INCLUDES", rest[-1])

    def excludes(self, expr: Expr, *rest: Any) -> Condition:
        return member(expr, "EXCLUDES", rest[-1])

    def subset(self, query: Query) -> Query:
        return query

    def all_of(self, *parts: Any) -> Logical:
        return Logical("AND", parts[::2])

    def any_of(self, *parts: Any) -> Logical:
        return Logical("OR", parts[::2])

    def negated(self, _not: Token, part: Condition) -> Logical:
        return Logical("NOT", (part,))

    def selected(self, expr: Expr, alias: Token | None = None) -> Selected:
        return Selected(expr, None if alias is None else str(alias), expr.at)

    def children(self, query: Query) -> Children:
        return Children(query, query.at)

    def when(self, _when: Token, name: Token, _then: Token, paths: Any) -> Any:
        return str(name), paths

    def other(self, _else: Token, paths: Any) -> Any:
        return None, paths

    paths = _several

    def type_of(self, token: Token, path: Path, *rest: Any) -> TypeOf:
        branches = [r for r in rest if isinstance(r, tuple)]
        return TypeOf(
            path,
            tuple((name, paths) for name, paths in branches if name is not None),
            next((paths for name, paths in branches if name is None), ()),
            start_of(token),
        )

    def source(self, name: Token, alias: Token | None = None) -> dict[str, Any]:
        return {
            "source": str(name),
            "at": start_of(name),
            "alias": None if alias is None else str(alias),
        }

    def sources(self, first: dict[str, Any], *more: Any) -> dict[str, Any]:
        names = zip(more[1::2], more[::2], strict=True)
        return first | {"aliases": tuple((str(name), path) for name, path in names)}

    def scope(self, *parts: Token) -> dict[str, Any]:
        return {"scope": str(parts[-1])}

    def where(self, _where: Token, condition: Condition) -> dict[str, Any]:
        return {"where": condition}

    def with_(self, _with: Token, *parts: Any) -> dict[str, Any]:
        if len(parts) > 1:
            raise Misread(start_of(parts[0]), "data categories are not enabled")
        if parts[0].upper() not in MODES:
            raise Misread(start_of(parts[0]), f"unexpected token: '{parts[0]}'")
        return {"with_": parts[0].upper()}

    def group(self, *parts: Any) -> dict[str, Any]:
        return {"group": parts[-1]}

    def having(self, _having: Token, condition: Condition) -> dict[str, Any]:
        return {"having": condition}

    def ranking(self, expr: Expr, *words: Token) -> Ranking:
        said = keywords(words)
        nulls_last = "LAST" in said if "NULLS" in said else None
        return Ranking(expr, "DESC" in said, nulls_last)

    def order(self, *parts: Any) -> dict[str, Any]:
        return {"order": parts[2:]}

    def limit(self, _limit: Token, number: Token) -> dict[str, Any]:
        return {"limit": self.number(number)}

    def offset(self, _offset: Token, number: Token) -> dict[str, Any]:
        return {"offset": self.number(number)}

    def usage(self, *words: Token) -> dict[str, Any]:
        return {"usage": (words[-1].upper(),)}

    def rows(self, *_words: Token) -> dict[str, Any]:
        return {"all_rows": True}

    def query(self, _select: Token, items: Any, _from: Token, *parts: Any) -> Query:
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


GRAMMAR: Final = Lark(
    (File(__file__).parent / "grammar.lark").read_text(encoding="utf-8"),
    parser="lalr",
    lexer="contextual",
    propagate_positions=False,
    maybe_placeholders=False,
)


@lru_cache(maxsize=512)
def parse(text: str) -> Query:
    """The tree of a query; ApiError MALFORMED_QUERY where it is none."""
    if len(text) > LONGEST:
        raise ApiError(
            400,
            "QUERY_TOO_COMPLICATED",
            "SOQL statements cannot be longer than 100,000 characters.",
        )
    if not text.strip():
        raise ApiError(400, "MALFORMED_QUERY", "unexpected token: '<EOF>'")
    try:
        return Build().transform(GRAMMAR.parse(text))
    except UnexpectedToken as error:
        raise unexpected(text, error.token) from error
    except UnexpectedCharacters as error:
        raise odd_character(text, error.pos_in_stream) from error
    except VisitError as error:
        if isinstance(error.orig_exc, Misread):
            raise malformed(
                text, error.orig_exc.at, str(error.orig_exc)
            ) from error.orig_exc
        raise


def unexpected(text: str, token: Token) -> ApiError:
    """A word where the grammar allows no such word."""
    if token.type == "$END":
        return malformed(text, len(text.rstrip()), "unexpected token: '<EOF>'")
    return malformed(text, start_of(token), f"unexpected token: '{token}'")


def odd_character(text: str, at: int) -> ApiError:
    """A character that begins no word of the language."""
    if text[at] == "'":
        return malformed(
            text, at, f"line 1:{len(text)} mismatched character '<EOF>' expecting '''"
        )
    word = next(words_at(text, at), text[at])
    return malformed(text, at, f"unexpected token: '{word}'")


def words_at(text: str, at: int) -> Iterator[str]:
    """The word at a place, if a letter or digit begins it."""
    end = at
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    if end > at:
        yield text[at:end]
