"""How a run goes through its reps."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar


Item = TypeVar("Item")
Found = TypeVar("Found")


class Each(Protocol):
    """Does something for every item; one that fails is named, and the others go on."""

    def __call__(
        self,
        items: Iterable[Item],
        action: Callable[[Item], Found],
        failures: list[str],
        name: Callable[[Item], str],
    ) -> Iterator[Found]:
        """What the action gave."""
