"""Chance, seeded: every person of the world draws from a stream of their own.

A stream is named, so that one more rep never changes what another rep did.
"""

import math
from collections.abc import Sequence
from random import Random
from typing import TypeVar


T = TypeVar("T")


class Dice(Random):
    """A stream of random numbers, the same for the same name."""

    def chance(self, probability: float) -> bool:
        """True that often."""
        return self.random() < probability

    def around(self, median: float, spread: float) -> float:
        """A positive number, log-normal around its median."""
        return median * math.exp(self.gauss(0.0, spread))

    def wait(self, mean: float) -> float:
        """A waiting time without memory."""
        return -mean * math.log(1.0 - self.random())

    def one(self, items: Sequence[T]) -> T:
        """Any of the items."""
        return items[int(self.random() * len(items))]

    def pick(self, weighted: Sequence[tuple[T, float]]) -> T:
        """One of the items; their weights add up to 1, the last takes the rest."""
        left = self.random()
        for item, weight in weighted:
            left -= weight
            if left < 0:
                return item
        return weighted[-1][0]

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self.random() * (high - low + 1))
