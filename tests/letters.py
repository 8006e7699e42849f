"""Letters of a cast that does not exist, for the tests of the delivery room."""

from datetime import UTC, datetime, timedelta
from typing import Any

from reports.delivery.records import DeliveryKey, Letter, LetterKind
from reports.findings import Message


NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
ADA, BO, CY = "ada@acme.example", "bo@acme.example", "cy@acme.example"
#: Opportunities: Ada's two, and one of somebody else.
MINE = ("006Hs00001AAAAAIA5", "006Hs00001AAAABIA5")
FOREIGN = "006Hs00001ZZZZZIA5"


def minutes(count: float) -> datetime:
    """So many minutes after NOW."""
    return NOW + timedelta(minutes=count)


def a_key(recipient: str = ADA, **differences: Any) -> DeliveryKey:
    """The packet of November's second review for Ada."""
    values: dict[str, Any] = {
        "cycle": "2026-11-24",
        "kind": LetterKind.PACKET,
        "rep_id": "005Hs00000ADAAAIA5",
        "recipient": recipient,
        **differences,
    }
    return DeliveryKey(**values)


def a_letter(recipient: str = ADA, **differences: Any) -> Letter:
    """A healthy letter about Ada's first deal."""
    link = f"https://acme.my.salesforce.com/lightning/r/Opportunity/{MINE[0]}/view"
    values: dict[str, Any] = {
        "key": a_key(recipient),
        "message": Message(
            subject="Ada L. · review 24 Nov · 1 deal to unblock ($40k)",
            html=f'<html lang="en"><p>Größe <a href="{link}">Open</a></p></html>\n',
            text=f"Größe\n{link}\n",
        ),
        "to_name": "Ada Lovelace",
        "at": NOW,
        "snapshot": "s1",
        "deal_ids": frozenset(MINE),
        **differences,
    }
    return Letter(**values)
