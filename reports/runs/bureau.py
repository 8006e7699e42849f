"""What every round of the office works with, and how its letters and pages leave."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from reports.delivery.ledger import Ledger
from reports.delivery.records import Letter
from reports.runs.each import Each
from reports.runs.outlets import Outlet, Sent, batch_of, nothing
from reports.runs.reading import Reading
from reports.runs.rounds import House, Order, read_for
from reports.words.archive import write_archive
from reports.words.entries import Sheet
from reports.words.printed import Press
from reports.words.render import Renderer


def unwatched(name: str) -> None:
    """Nobody watches."""
    del name


@dataclass(frozen=True, slots=True, kw_only=True)
class Bureau:
    """House, ledger and outlet of a round."""

    house: House
    ledger: Ledger
    outlet: Outlet
    each: Each
    archive: Path | None = None  #: None: nothing is archived
    press: Press | None = None  #: None: no page has a PDF beside it
    watch: Callable[[str], None] = unwatched  #: told of every packet that is done

    def read(self, order: Order) -> Reading:
        """Read and judge the mirror."""
        return read_for(self.house, self.ledger, order)

    def let_go(
        self,
        letters: Iterable[Letter],
        failures: list[str],
        remember: Callable[[], None] = nothing,
        *,
        failed: int = 0,
        of: int = 0,
    ) -> Sent:
        """Send letters to reps and managers, unless the whole round is held.

        ``remember`` what is to be kept before any of them leaves.
        """
        batch = batch_of(letters)
        if self.outlet.real:
            brakes = self.house.brakes
            if because := brakes.why(self.ledger, batch, failed=failed, of=of):
                failures.append(because)
                return Sent(faults=batch.faults, out=False)
            remember()
        return self.outlet.send(batch)

    def file(self, sheets: Iterable[Sheet], house: Renderer) -> None:
        """Add pages to the archive, where there is one."""
        if self.archive is not None:
            write_archive(self.archive, sheets, voice=house.voice, press=self.press)
