"""What the pages of the ledger share: the file that they are in."""

from reports.delivery.ledger.file import LedgerFile


class Page:
    """A part of the ledger, over its open file."""

    def __init__(self, file: LedgerFile) -> None:
        self.file = file
