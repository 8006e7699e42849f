"""What a query says, as values; every part knows where in the text it stands."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Path:
    """A field, perhaps reached over relationships: ``Account.Owner.Name``."""

    parts: tuple[str, ...]
    at: int

    @property
    def text(self) -> str:
        """The path as it was written."""
        return ".".join(self.parts)


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    name: str
    arguments: tuple["Expr | Literal", ...]
    at: int

    @property
    def key(self) -> str:
        """The function's name as it is looked up."""
        return self.name.upper()


Expr = Path | Call


@dataclass(frozen=True, slots=True)
class Literal:
    """A value: ``kind`` is text, number, date, datetime, money, word or counted."""

    kind: str
    value: str | Decimal | date | datetime
    at: int
    #: ``n`` of LAST_N_DAYS:n, or the currency code of an amount.
    extra: int | str | None = None


@dataclass(frozen=True, slots=True)
class Selected:
    """An expression of the SELECT list, with its alias."""

    expr: Expr
    alias: str | None
    at: int


@dataclass(frozen=True, slots=True)
class TypeOf:
    """Fields of a polymorphic parent, by the type of the parent."""

    path: Path
    branches: tuple[tuple[str, tuple[Path, ...]], ...]
    other: tuple[Path, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Children:
    """A subquery over the records that point to each record."""

    query: "Query"
    at: int


@dataclass(frozen=True, slots=True)
class Compared:
    """``expr operator value``; LIKE is an operator too."""

    expr: Expr
    operator: str
    value: Literal
    at: int


@dataclass(frozen=True, slots=True)
class Member:
    """``expr IN (values)``, INCLUDES, and their negations."""

    expr: Expr
    operator: str
    values: tuple[Literal, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Joined:
    """``expr IN (SELECT ...)`` and its negation."""

    expr: Expr
    query: "Query"
    negated: bool
    at: int


@dataclass(frozen=True, slots=True)
class Logical:
    """Conditions joined by one of AND and OR, or one negated by NOT."""

    operator: str
    parts: tuple["Condition", ...]


Condition = Compared | Member | Joined | Logical


@dataclass(frozen=True, slots=True)
class Ranking:
    """One entry of ORDER BY."""

    expr: Expr
    descending: bool
    nulls_last: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A whole query or subquery."""

    items: tuple[Selected | TypeOf | Children, ...]
    source: str
    at: int
    alias: str | None = None
    #: Further names of the FROM list: alias -> path.
    aliases: tuple[tuple[str, Path], ...] = ()
    scope: str | None = None
    where: Condition | None = None
    with_: str | None = None
    group: tuple[Expr, ...] = ()
    having: Condition | None = None
    order: tuple[Ranking, ...] = ()
    limit: Literal | None = None
    offset: Literal | None = None
    usage: tuple[str, ...] = ()
    all_rows: bool = False
    text: str = field(default="", repr=False, compare=False)
