"""The ledger: what Sales Cloud cannot give back, in one SQLite file that ops back up.

What syncs saw change, what each review froze, what was promised, what was sent to
whom. Each part is a module of pages; the only SQLite of the application is in here.
"""

from pathlib import Path
from types import TracebackType
from typing import Self

from reports.delivery.ledger.audit import AuditPages
from reports.delivery.ledger.deliveries import DeliveryPages
from reports.delivery.ledger.file import PATIENCE, open_file
from reports.delivery.ledger.journal import JournalPages
from reports.delivery.ledger.promises import PromisePages
from reports.delivery.ledger.reviews import NoticePages, ReviewPages
from reports.delivery.ledger.standing import StandingPages
from reports.delivery.ledger.tasks import TaskPages


class Ledger(
    JournalPages,
    ReviewPages,
    PromisePages,
    TaskPages,
    NoticePages,
    DeliveryPages,
    StandingPages,
    AuditPages,
):
    """The open ledger; a context manager."""

    @classmethod
    def open(cls, path: Path, patience: float = PATIENCE) -> Self:
        """Open a sound ledger, or make a new one; otherwise a LedgerError.

        ``patience`` is for how many seconds to wait for another program's writing.
        """
        return cls(open_file(path, patience))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def backup(self, to: Path) -> None:
        """Write a copy that stands alone into a new file."""
        self.file.backup(to)

    def close(self) -> None:
        """Close the file; harmless when repeated."""
        self.file.close()
