"""What holds a whole round: far more letters than usual, or too many that fail.

Either is more likely a mistake of ours, of the data or of the settings than what
somebody wanted, and a letter cannot be called back. A person looks, and says so.
"""

from dataclasses import dataclass
from datetime import timedelta

from reports.delivery.ledger import Ledger
from reports.runs.outlets import Batch


#: A round of so many letters is never held for their number.
FEW = 20
#: So many packets may fail in any round: some are to be expected.
SOME = 2
#: Rounds of so many days are compared with: teams may have rounds of their own.
DAYS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Brakes:
    """When a round is held."""

    times_last: int = 2  #: the letters of the last rounds; 0: never
    held_percent: int = 2  #: of a round's packets; 100: never
    anyway: bool = False  #: a person looked, and wants it sent

    def why(
        self, ledger: Ledger, batch: Batch, *, failed: int = 0, of: int = 0
    ) -> str | None:
        """Why a round is held; None: it may go out."""
        if self.anyway:
            return None
        return self._fails(failed + batch.spoilt, of) or self._grows(ledger, batch)

    def _fails(self, failed: int, of: int) -> str | None:
        if failed <= SOME or failed * 100 <= self.held_percent * of:
            return None
        return (
            f"held: {failed:,} of {of:,} packets cannot be made or sent, more than "
            f"{self.held_percent} %: nothing is sent until that is mended, or with "
            "--anyway"
        )

    def _grows(self, ledger: Ledger, batch: Batch) -> str | None:
        keys = {letter.key for letter in batch.letters}
        cycles, kinds = {key.cycle for key in keys}, {key.kind for key in keys}
        if not self.times_last or not keys:
            return None
        known = {one.key for cycle in cycles for one in ledger.deliveries(cycle)}
        count = len(keys | {key for key in known if key.kind in kinds})
        since = max(letter.at for letter in batch.letters) - timedelta(days=DAYS)
        last = ledger.largest_round(sorted(kinds), sorted(cycles), since)
        if not last or count <= max(FEW, self.times_last * last):
            return None
        return (
            f"held: {count:,} letters, more than {self.times_last} times the {last:,} "
            f"of the largest round of the last {DAYS} days: look at them with "
            "--dry-run or --out, then send them with --anyway"
        )
