"""Where what a command says goes: results to standard output, the rest beside it."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def say(lines: Iterable[str]) -> None:
    """Print a result line by line."""
    for line in lines:
        print(shown(line), flush=True)


def say_json(result: Mapping[str, Any] | Sequence[Any]) -> None:
    """Print a result as JSON."""
    print(json.dumps(result, ensure_ascii=False, indent=1), flush=True)


def complain(lines: Iterable[str]) -> None:
    """Print lines on standard error."""
    for line in lines:
        print(shown(line), file=sys.stderr, flush=True)


def shown(line: str) -> str:
    """A line that stays one, whatever text of others is in it."""
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode()
        for one in line
    )


def write(text: str) -> None:
    """Print a text that has line ends of its own."""
    print(text, end="", flush=True)


def event(**said: Any) -> None:
    """Print one event as a line of JSON."""
    print(json.dumps(said, ensure_ascii=False), flush=True)
