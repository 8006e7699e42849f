"""The words of the catalogue: what columns hold, how rows leave, what an object is."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a column of the mirror holds; the values are DuckDB's types.

    Numbers of Sales Cloud have up to 18 digits, all of which may stand before the
    point; a column has room for them and for its decimals.
    """

    TEXT = "VARCHAR"
    BOOLEAN = "BOOLEAN"
    DATE = "DATE"
    MOMENT = "TIMESTAMP"  #: UTC, without zone
    MONEY = "DECIMAL(20,2)"
    NUMBER = "DECIMAL(22,4)"
    RATE = "DECIMAL(27,9)"  #: of exchange; some are tiny
    INTEGER = "BIGINT"


class Vanishing(StrEnum):
    """How rows leave an object, and so how their going is noticed."""

    NEVER = "never"  #: deactivated at most
    LOGGED = "logged"  #: IsDeleted and the delete log tell
    SILENT = "silent"  #: may go without trace: the count is compared, then the ids
    REREAD = "reread"  #: small; read in full every time


#: Types as describe names them, and the columns that hold them.
KINDS: Final[Mapping[str, Kind]] = {
    "boolean": Kind.BOOLEAN,
    "date": Kind.DATE,
    "datetime": Kind.MOMENT,
    "currency": Kind.MONEY,
    "percent": Kind.NUMBER,
    "double": Kind.NUMBER,
    "int": Kind.INTEGER,
    "rate": Kind.RATE,  # ours, for a double
}

#: Digits before the point, and decimals of each kind where the org has no more.
WHOLE: Final = 18
DECIMALS: Final[Mapping[Kind, int]] = {Kind.MONEY: 2, Kind.NUMBER: 4, Kind.RATE: 9}

#: Names that say that they are moments.
MOMENTS: Final = frozenset({"CreatedDate", "LastModifiedDate", "SystemModstamp"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A column of the mirror."""

    name: str
    kind: Kind = Kind.TEXT
    required: bool = False
    quiet: bool = False  #: part of a feature that an org may well not have
    scale: int = 0  #: decimals that the org gives it

    @property
    def decimals(self) -> int | None:
        """Decimals of a decimal number; None of what is none."""
        usual = DECIMALS.get(self.kind)
        return None if usual is None else min(max(usual, self.scale), WHOLE)

    @property
    def type(self) -> str:
        """DuckDB's type of the column."""
        decimals = self.decimals
        if decimals is None:
            return self.kind.value
        return f"DECIMAL({WHOLE + decimals},{decimals})"


@dataclass(frozen=True, slots=True, kw_only=True)
class SObject:
    """An object of Sales Cloud and how it is kept up to date."""

    name: str
    fields: tuple[Field, ...]
    vanishing: Vanishing = Vanishing.LOGGED
    required: bool = False
    feature: str = ""  #: what the reports lose without it

    @property
    def table(self) -> str:
        """The mirror's table."""
        return f"sf_{self.name.lower()}"

    @property
    def cursor(self) -> str | None:
        """The field that says when a row last changed; None: always read in full."""
        if self.vanishing is Vanishing.REREAD:
            return None
        names = {field.name for field in self.fields}
        return "SystemModstamp" if "SystemModstamp" in names else "CreatedDate"

    @property
    def deletable(self) -> bool:
        """Whether rows carry IsDeleted."""
        return any(field.name == "IsDeleted" for field in self.fields)


def parse(text: str) -> tuple[Field, ...]:
    """Fields from words: ``Name!`` is required, ``Amount:currency`` has a type.

    ``PushCount?`` is not missed where the org has no such feature.
    """
    return tuple(parse_field(word) for word in text.split())


def parse_field(word: str) -> Field:
    """One field from a word."""
    name, _, type_ = word.rstrip("!?").partition(":")
    is_question = name.startswith("Is") and name[2:3].isupper()  # unlike IsoCode
    guess = "datetime" if name in MOMENTS else "boolean" if is_question else ""
    kind = KINDS.get(type_ or guess, Kind.TEXT)
    return Field(
        name=name, kind=kind, required=word.endswith("!"), quiet=word.endswith("?")
    )
