"""A TOML table read into a frozen value, by its fields and their types.

Nothing here knows what can be configured: a field that is added to a dataclass
can be set, is checked, and is suggested for a misspelt key. Every mistake is
kept, with its table and key; none stops the reading.
"""

import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import (
    Annotated,
    Any,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from configuration.plain import Wrong, plain, shown


Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Rule:
    """What a value must be beyond its type, and the words for it."""

    holds: Callable[[Any], object]
    wanted: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads tables of one file and collects what is wrong with them."""

    file: str
    folder: Path  #: paths in the file are relative to it
    #: Keys that must stay out of the file: (table, key) -> environment variable.
    secrets: Mapping[tuple[str, str], str] = field(default_factory=dict)
    #: Values that do not come from the file: (table, key) -> value.
    given: dict[tuple[str, str], Any] = field(default_factory=dict, repr=False)
    #: What is wrong between the values of a table that are right by themselves.
    checks: Mapping[type, Callable[[Any], Iterable[str]]] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)

    def complain(self, table: str, key: str, because: str) -> None:
        """Keep a mistake in ``key`` of ``table``; either may be empty."""
        place = " ".join(part for part in (f"[{table}]" if table else "", key) if part)
        self.mistakes.append(": ".join(p for p in (self.file, place, because) if p))

    def read(
        self, kind: type[Value], raw: object, table: str = "", *, base: Any = None
    ) -> Value | None:
        """A ``kind`` made of the table ``raw``; None when something required lacks.

        What the table does not say is taken from ``base``, or is the default. A
        wrong value is complained of and treated as if it were not there.
        """
        if not isinstance(raw, Mapping):
            self.complain(table, "", f"{shown(raw)} is not a table")
            raw = {}
        hints = get_type_hints(kind, include_extras=True)
        values = {key: value for (of, key), value in self.given.items() if of == table}
        settable = {f.name: f for f in settable_fields(kind) if f.name not in values}
        self.refuse_unknown(raw, settable, table)
        for name, one in settable.items():
            hint = hints[name]
            if is_dataclass(hint) and (name in raw or base is None):
                part = self.read(
                    hint,  # type: ignore[arg-type]
                    raw.get(name, {}),
                    inside(table, name),
                    base=getattr(base, name) if base is not None else default(one),
                )
                values |= {} if part is None else {name: part}
            elif name in raw:
                values |= self.entry(narrowed(hint, one), raw[name], table, name)
            elif base is None and required(one):
                self.complain(table, name, "is required")
        return self.checked(kind, values, table, base)

    def checked(
        self, kind: type[Value], values: dict[str, Any], table: str, base: Any
    ) -> Value | None:
        """A ``kind`` of ``values``; what contradicts itself in it is complained of."""
        if base is not None:
            values = {f.name: getattr(base, f.name) for f in all_fields(kind)} | values
        if any(required(one) and one.name not in values for one in all_fields(kind)):
            return None
        made = kind(**values)
        if kind in self.checks:
            for because in self.checks[kind](made):
                key, _, why = because.partition(": ")
                known = why and hasattr(made, key)
                self.complain(table, *((key, why) if known else ("", because)))
        return made

    def entry(self, hint: Any, raw: Any, table: str, key: str) -> dict[str, Any]:
        """The value of ``key`` under its name; nothing, and a complaint, if wrong."""
        try:
            value = self.value(hint, raw, table, key)
        except Wrong as wrong:
            self.complain(table, key, f"{shown(wrong.raw)} is not {wrong.wanted}")
            return {}
        return {} if value is None else {key: value}

    def refuse_unknown(
        self, raw: Mapping[str, object], settable: Mapping[str, object], table: str
    ) -> None:
        """Complain of keys that nobody reads, and of secrets."""
        for key in raw:
            if variable := self.secrets.get((table, key)):
                self.complain(
                    table,
                    key,
                    "is a secret; take it out of the file and set the environment "
                    f"variable {variable} or {variable}_FILE",
                )
            elif key not in settable:
                self.complain(table, key, f"is not known{meant(key, settable)}")

    def value(self, hint: Any, raw: Any, table: str, key: str) -> Any:
        """What ``raw`` means to a field of type ``hint``; raises Wrong."""
        if is_dataclass(hint):
            return self.read(hint, raw, inside(table, key))  # type: ignore[arg-type]
        origin, inner = get_origin(hint), get_args(hint)
        if origin is Annotated:
            return self.ruled(inner, raw, table, key)
        if origin in {Union, types.UnionType}:
            return self.either(inner, raw, table, key)
        if origin is tuple:
            return self.items(inner[0], raw, table, key)
        if origin is Mapping:
            return self.mapping(inner[1], raw, inside(table, key))
        return plain(hint, raw, self.folder)

    def items(self, hint: Any, raw: Any, table: str, key: str) -> tuple[Any, ...]:
        """The values of a list, or of the rows of ``[[table.key]]``."""
        if not isinstance(raw, list):
            raise Wrong("a list of tables" if is_dataclass(hint) else "a list", raw)
        if not is_dataclass(hint):
            return tuple(self.value(hint, item, table, key) for item in raw)
        rows = (
            self.value(hint, item, table, f"{key} #{number}")
            for number, item in enumerate(raw, start=1)
        )
        return tuple(row for row in rows if row is not None)

    def ruled(self, inner: tuple[Any, ...], raw: Any, table: str, key: str) -> Any:
        """A value of the first of ``inner`` that keeps to the rules after it."""
        rules = [rule for rule in inner[1:] if isinstance(rule, Rule)]
        try:
            value = self.value(inner[0], raw, table, key)
        except Wrong as wrong:
            raise Wrong(rules[-1].wanted if rules else wrong.wanted, raw) from wrong
        for rule in rules:
            if not rule.holds(value):
                raise Wrong(rule.wanted, raw)
        return value

    def either(self, hints: tuple[Any, ...], raw: Any, table: str, key: str) -> Any:
        """A value of the first of ``hints`` that takes it."""
        wanted = []
        for hint in hints:
            if hint is types.NoneType:
                continue
            try:
                return self.value(hint, raw, table, key)
            except Wrong as wrong:
                wanted.append(wrong.wanted)
        raise Wrong(" or ".join(dict.fromkeys(wanted)), raw)

    def mapping(self, hint: Any, raw: Any, table: str) -> Mapping[str, Any]:
        """A table whose keys are the user's own."""
        if not isinstance(raw, Mapping):
            raise Wrong("a table", raw)
        values: dict[str, Any] = {}
        for key, item in raw.items():
            values |= self.entry(hint, item, table, key)
        return values


def inside(table: str, key: str) -> str:
    """The name of a table within a table."""
    return f"{table}.{key}" if table else key


def all_fields(kind: Any) -> tuple[Field[Any], ...]:
    """The fields of a dataclass."""
    return fields(kind)


def settable_fields(kind: Any) -> Iterator[Field[Any]]:
    """What a file may set: not what stays out of the representation, a secret."""
    return (one for one in all_fields(kind) if one.init and one.repr)


def default(one: Field[Any]) -> Any:
    """The value of a field that nobody set; None when it has no default."""
    if one.default is not MISSING:
        return one.default
    return None if one.default_factory is MISSING else one.default_factory()


def required(one: Field[Any]) -> bool:
    """Whether there is no default."""
    return one.default is MISSING and one.default_factory is MISSING


def narrowed(hint: Any, one: Field[Any]) -> Any:
    """``hint``, and at most 1 for what is a share by its default."""
    if hint in {float, Decimal} and one.default is not MISSING and one.default < 1:
        return Annotated[hint, Rule(lambda value: value <= 1, "a share from 0 to 1")]
    return hint


def meant(key: str, known: Mapping[str, object]) -> str:
    """A guess at what a misspelt key was meant to be."""
    near = get_close_matches(key, known, n=1)
    return f'; did you mean "{near[0]}"?' if near else ""
