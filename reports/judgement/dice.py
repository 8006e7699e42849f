"""Numbers that look drawn and are the same every time: for bootstraps over deals."""

from math import log, sqrt
from statistics import NormalDist


NORMAL = NormalDist()
#: Above so many, a weight comes from one number rather than one a deal.
MANY = 3


class Dice:
    """A linear congruential generator; equal seeds, equal numbers."""

    def __init__(self, seed: int) -> None:
        self._state = seed

    def uniform(self) -> float:
        """The next number above 0, up to 1."""
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % 2**64
        return ((self._state >> 11) + 1) / (2**53 + 1)

    def weight(self) -> float:
        """What one deal weighs in a draw of the Bayesian bootstrap."""
        return -log(self.uniform())

    def weights(self, deals: int) -> float:
        """What so many deals weigh together, by Wilson and Hilferty where many."""
        if deals <= MANY:
            found = 0.0
            for _ in range(deals):
                found += self.weight()
            return found
        part = 1 / (9 * deals)
        return deals * (1 - part + NORMAL.inv_cdf(self.uniform()) * sqrt(part)) ** 3
