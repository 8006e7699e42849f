"""Counts API calls for whoever caused them, across threads."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from typing import Any, Final, ParamSpec, TypeVar


P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class Tally:
    """How many calls were made for one cause."""

    calls: int = 0


_CURRENT: Final[ContextVar[Tally | None]] = ContextVar("tally", default=None)


@contextmanager
def counting() -> Iterator[Tally]:
    """Count the calls that are made meanwhile, here and in threads begun here."""
    tally = Tally()
    token = _CURRENT.set(tally)
    try:
        yield tally
    finally:
        _CURRENT.reset(token)


def count_one() -> None:
    """A call was made."""
    count(1)


def count(calls: int) -> None:
    """So many calls were made."""
    if tally := _CURRENT.get():
        tally.calls += calls


def here(action: Callable[P, T]) -> Callable[P, T]:
    """The action for another thread, counted where it was begun."""
    context = copy_context()

    def run(*args: P.args, **options: P.kwargs) -> T:
        ran: Any = context.copy().run(action, *args, **options)
        result: T = ran
        return result

    return run
