"""Signals compared with what came of their deals, and with ends dealt out anew.

On ends that are not its deals' own no signal should claim anything; on their own
ends those that mean something should.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

from reports.judgement.backtest import ENOUGH, Backtest, Side


SHUFFLES = 200
Ends = Mapping[str, bool]


@dataclass(kw_only=True)
class Control:
    """What was claimed, of shuffled ends and of true ones."""

    shuffles: int = 0
    shuffles_with_a_claim: int = 0
    trials: Counter[str] = field(default_factory=Counter)
    claims: Counter[str] = field(default_factory=Counter)
    worlds: Counter[str] = field(default_factory=Counter)
    truly: Counter[str] = field(default_factory=Counter)

    def add(self, signals: Mapping[str, set[str]], won: Ends, *, seed: int) -> None:
        """Compare the signals of an organisation; those with enough deals a side."""
        kinds = {
            code: flagged
            for code, flagged in signals.items()
            if min(len(won.keys() & flagged), len(won.keys() - flagged)) >= ENOUGH
        }
        self.worlds.update(list(kinds))
        self.truly.update(claimed(kinds, won))
        dice, ends = Random(seed), list(won.values())  # noqa: S311 - no secret
        for _ in range(SHUFFLES):
            dice.shuffle(ends)
            found = claimed(kinds, dict(zip(won, ends, strict=True)))
            self.shuffles += 1
            self.shuffles_with_a_claim += bool(found)
            self.trials.update(list(kinds))
            self.claims.update(found)


def claimed(signals: Mapping[str, set[str]], won: Ends) -> list[str]:
    """The signals whose interval leaves out zero, all compared at once."""
    return [
        code
        for code, flagged in signals.items()
        if not holds_zero(flagged, won, beside=len(signals))
    ]


def holds_zero(flagged: set[str], won: Ends, *, beside: int) -> bool:
    """Whether flagged and unflagged deals may have been won equally often."""
    low, high = Backtest(
        as_of=datetime(2000, 1, 1, tzinfo=UTC),
        horizon_days=0,
        tier=0,
        flagged=side(won[id_] for id_ in won if id_ in flagged),
        unflagged=side(won[id_] for id_ in won if id_ not in flagged),
        replayed=True,
        beside=beside,
    ).interval
    return low <= 0 <= high


def side(outcomes: Iterable[bool]) -> Side:
    """So many deals, so many won."""
    ends = list(outcomes)
    return Side(n=len(ends), won=sum(ends))
