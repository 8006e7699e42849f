"""What a text, number, day, hour or path in a TOML file means, and what is none."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin


HOUR: Final = r"([01]\d|2[0-3]):[0-5]\d"

#: How much of a wrong value is repeated in a message.
SHOWN: Final = 60


class Wrong(Exception):  # noqa: N818 -- says what a value is not
    """A value is not what its key takes; the text says what that is."""

    def __init__(self, wanted: str, raw: object) -> None:
        super().__init__(wanted)
        self.wanted = wanted
        self.raw = raw


def is_text(raw: object) -> bool:
    """Whether it is a text that says something, on one line."""
    return isinstance(raw, str) and bool(raw.strip()) and raw.isprintable()


def is_count(raw: object) -> bool:
    """Whether it is a whole number from 0."""
    return isinstance(raw, int) and not isinstance(raw, bool) and raw >= 0


def is_amount(raw: object) -> bool:
    """Whether it is a number from 0, infinity and its like excluded."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        return False
    return math.isfinite(raw) and raw >= 0


def is_hour(raw: object) -> bool:
    """Whether it is a time of day, as TOML or as people write it."""
    if isinstance(raw, time):
        return True
    return isinstance(raw, str) and bool(re.fullmatch(HOUR, raw))


def hour(raw: str | time) -> time:
    """The time of day that ``raw`` is."""
    return raw if isinstance(raw, time) else time.fromisoformat(raw)


#: What each plain type takes, how its value is made, and the words for it.
PLAIN: Final[Mapping[Any, tuple[Callable[[Any], bool], Callable[[Any], Any], str]]] = {
    bool: (lambda raw: isinstance(raw, bool), bool, "true or false"),
    int: (is_count, int, "a whole number from 0"),
    float: (is_amount, float, "a number from 0"),
    Decimal: (is_amount, lambda raw: Decimal(str(raw)), "a number from 0"),
    str: (is_text, str, "a text on one line"),
    time: (is_hour, hour, 'a time of day like "18:00"'),
    date: (
        lambda raw: isinstance(raw, date) and not isinstance(raw, datetime),
        lambda raw: raw,
        "a day like 2026-12-24, without quotes",
    ),
}


def plain(hint: Any, raw: Any, folder: Path) -> Any:
    """What ``raw`` means to a field of type ``hint``; raises Wrong."""
    if hint is Path:
        if not is_text(raw) or raw.startswith("~"):
            raise Wrong("a path (written out, without ~)", raw)
        return folder / raw
    if get_origin(hint) is Literal:
        return chosen(get_args(hint), raw)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(chosen(tuple(hint), raw))
    check, make, wanted = PLAIN[hint]
    if not check(raw):
        raise Wrong(wanted, raw)
    return make(raw)


def chosen(choices: tuple[Any, ...], raw: Any) -> Any:
    """``raw``, when it is one of the choices."""
    if raw not in choices:
        raise Wrong("one of " + ", ".join(f'"{one}"' for one in choices), raw)
    return raw


def shown(raw: object) -> str:
    """A wrong value as the reader will recognise it."""
    text = str(raw) if isinstance(raw, Decimal | date | time) else repr(raw)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
