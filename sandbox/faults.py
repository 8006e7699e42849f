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
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
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
        known = {f.name for f in fields(cls)}
        if unknown := sorted(set(values) - known):
            raise FaultError(f"{place}: unknown {', '.join(unknown)}")
        if values.get("effect") not in EFFECTS:
            choices = ", ".join(sorted(EFFECTS))
            raise FaultError(f"{place}: effect must be one of {choices}")
        given = dict(values)
        if isinstance(given.get("nth"), int):
            given["nth"] = (given["nth"],)
        given["nth"] = tuple(given.get("nth", ()))
        try:
            rule = cls(**given)
            re.compile(rule.path)
        except (TypeError, re.error) as error:
            raise FaultError(f"{place}: {error}") from error
        if not 0 <= rule.delay <= LONGEST:
            raise FaultError(f"{place}: delay must be 0 to {LONGEST:.0f} seconds")
        return rule

    def fits(self, method: str, target: str) -> bool:
        """Whether a request is one that this rule speaks of."""
        return self.method in {"*", method} and re.search(self.path, target) is not None


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
        rules = [
            Rule.of(f"rule {number}", values if isinstance(values, Mapping) else {})
            for number, values in enumerate(whole["rules"], start=1)
        ]
        self.replace(rules, seed=int(whole.get("seed", 1)))

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
