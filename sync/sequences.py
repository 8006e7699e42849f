"""Sequences in pieces."""

from collections.abc import Iterator, Sequence
from typing import TypeVar


T = TypeVar("T")


def chunks(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Groups of so many."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
