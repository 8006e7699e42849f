"""Faults that are planted per request: rules that match requests, and their effects.

A rule matches by method and by a regular expression on path and query; ``nth``,
``times`` and ``probability`` say which of the matching requests it strikes. The same
rules, seed and requests give the same faults.
"""

import json
import random
import re
import threading
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final


#: What a rule may do. The body shapes are explained in docs/sandbox.md.
ANSWERS: Final = frozenset(
    {"status", "expire", "quota", "empty", "html", "redirect", "expired_cursor"}
)
CHANGES: Final = frozenset({"duplicate_page", "foreign_next", "wrong_count"})
SHAPES: Final = frozenset(
    {
        "length_half",
        "close_half",
        "chunked_unfinished",
        "chunked_half",
        "gzip_length_half",
        "gzip_half",
        "gzip_close_half",
        "gzip_chunked_half",
        "gzip_crc",
        "gzip_plain",
        "bad_status_line",
        "drop",
        "drop_body",
        "drip",
        "drip_headers",
        "hang",
    }
)
EFFECTS: Final = ANSWERS | CHANGES | SHAPES | {"delay"}

#: No fault holds a request for longer, in seconds.
LONGEST: Final = 600.0


class FaultError(ValueError):
    """Rules that cannot be understood; says which rule and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One fault: which requests it strikes, and how."""

    effect: str
    method: str = "*"
    path: str = ""
    #: Strikes the n-th matching request (1 is the first), or these.
    nth: tuple[int, ...] = ()
    #: Strikes at most so often.
    times: int | None = None
    probability: float = 1.0
    status: int = 503
    code: str = "SERVER_UNAVAILABLE"
    message: str = "Server unavailable"
    headers: Mapping[str, str] = field(default_factory=dict)
    #: Seconds to wait before answering; of a drip, between two pieces.
    delay: float = 0.0
    #: Bytes in a piece of a drip, or sent before ``drop_body`` drops.
    bytes: int = 1
    #: Where ``redirect`` and ``foreign_next`` point to.
    location: str = "https://elsewhere.example"

    @classmethod
    def of(cls, place: str, values: Mapping[str, Any]) -> "Rule":
        """The rule that ``values`` describe; ``place`` names it in complaints."""
        if unknown := sorted(set(values) - WANTED.keys()):
            raise FaultError(
                f"{place}: unknown {', '.join(unknown)}; a rule may have"
                f" {', '.join(WANTED)}"
            )
        given = dict(values)
        if isinstance(given.get("nth"), int):
            given["nth"] = [given["nth"]]
        for name, value in given.items():
            holds, words = WANTED[name]
            if not holds(value):
                raise FaultError(f"{place}: {name} must be {words}, not {value!r}")
        if "effect" not in given:
            raise FaultError(f"{place}: effect is missing; it is {WANTED['effect'][1]}")
        given["nth"] = tuple(given.get("nth", ()))
        return cls(**given | {"method": given.get("method", "*").upper()})

    def fits(self, method: str, target: str) -> bool:
        """Whether a request is one that this rule speaks of."""
        return self.method in {"*", method} and re.search(self.path, target) is not None


def is_whole(value: Any, least: int = 0, most: int = 10**9) -> bool:
    """Whether a value is a whole number of a range; true and false are none."""
    return type(value) is int and least <= value <= most


def is_pattern(value: Any) -> bool:
    """Whether a value is a regular expression."""
    try:
        re.compile(value)
    except (TypeError, re.error):
        return False
    return True


def is_number(value: Any, most: float) -> bool:
    """Whether a value is a number from 0 to ``most``."""
    return type(value) in {int, float} and 0 <= value <= most


def are_texts(value: Any) -> bool:
    """Whether a value is a table of texts."""
    return isinstance(value, Mapping) and all(
        isinstance(part, str) for pair in value.items() for part in pair
    )


#: What each part of a rule must be, and how that is said.
WANTED: Final[Mapping[str, tuple[Callable[[Any], bool], str]]] = {
    "effect": (
        lambda v: isinstance(v, str) and v in EFFECTS,
        f"one of {', '.join(sorted(EFFECTS))}",
    ),
    "method": (lambda v: isinstance(v, str), 'a method, or "*"'),
    "path": (is_pattern, "a regular expression"),
    "nth": (
        lambda v: isinstance(v, list) and all(is_whole(n, 1) for n in v),
        "a number from 1, or a list of them",
    ),
    "times": (is_whole, "a whole number"),
    "probability": (lambda v: is_number(v, 1), "a number from 0 to 1"),
    "status": (lambda v: is_whole(v, 200, 599), "a status from 200 to 599"),
    "code": (lambda v: isinstance(v, str), "a text"),
    "message": (lambda v: isinstance(v, str), "a text"),
    "headers": (are_texts, "a table of texts"),
    "delay": (lambda v: is_number(v, LONGEST), f"0 to {LONGEST:.0f} seconds"),
    "bytes": (lambda v: is_whole(v, 1), "a number from 1"),
    "location": (lambda v: isinstance(v, str), "an address"),
}


class Faults:
    """The rules in force, how often each has matched, and how often it struck."""

    def __init__(self, rules: Iterable[Rule] = (), *, seed: int = 1) -> None:
        self._lock = threading.Lock()
        self.replace(rules, seed=seed)

    @classmethod
    def of(cls, document: Any) -> "Faults":
        """Faults from a list of rules, or from ``{"seed": n, "rules": [...]}``."""
        faults = cls()
        faults.take(document)
        return faults

    @classmethod
    def load(cls, path: Path) -> "Faults":
        """Faults from a JSON or TOML file."""
        try:
            text = path.read_text("utf-8")
            toml = path.suffix == ".toml"
            return cls.of(tomllib.loads(text) if toml else json.loads(text))
        except (OSError, ValueError) as error:
            raise FaultError(f"{path}: {error}") from error

    def take(self, document: Any) -> None:
        """Replace the rules with those of a document."""
        whole: Any = {"rules": document} if isinstance(document, list) else document
        if not isinstance(whole, Mapping) or not isinstance(whole.get("rules"), list):
            raise FaultError('faults are a list of rules or {"seed": 1, "rules": []}')
        if not is_whole(whole.get("seed", 1)):
            raise FaultError(f"seed must be a whole number, not {whole['seed']!r}")
        rules = [
            Rule.of(f"rule {number}", values if isinstance(values, Mapping) else {})
            for number, values in enumerate(whole["rules"], start=1)
        ]
        self.replace(rules, seed=whole.get("seed", 1))

    def replace(self, rules: Iterable[Rule], *, seed: int = 1) -> None:
        """Begin anew with other rules."""
        with self._lock:
            self.rules = tuple(rules)
            self._matched = [0] * len(self.rules)
            self.struck = [0] * len(self.rules)
            self._chance = random.Random(seed)  # noqa: S311 -- chance, not secrecy

    def strike(self, method: str, target: str) -> Rule | None:
        """The first rule that strikes this request; every match is counted."""
        with self._lock:
            hit = None
            for number, rule in enumerate(self.rules):
                if not rule.fits(method, target):
                    continue
                self._matched[number] += 1
                if hit is None and self._strikes(number, rule):
                    self.struck[number] += 1
                    hit = rule
            return hit

    def _strikes(self, number: int, rule: Rule) -> bool:
        if rule.nth and self._matched[number] not in rule.nth:
            return False
        if rule.times is not None and self.struck[number] >= rule.times:
            return False
        return rule.probability >= 1 or self._chance.random() < rule.probability
