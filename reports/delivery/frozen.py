"""A rep's deals frozen at a review: what the next review is measured against.

The text has two lines of JSON. The first holds the rep's open deals; the second
the ids of every deal that was known, which tells a new deal from one that came from
another owner or was closed. The second line is the same for every rep of a book.
"""

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from hashlib import sha256
from typing import Any

from reports.model import (
    Book,
    Deal,
    OpportunityId,
    Organisation,
    Stage,
    UserId,
)


#: Raised whenever older versions could not read what this one writes.
FORMAT = 1

#: The owner of a deal of which nothing but its id was kept.
SOMEBODY = UserId("?")
UNKNOWN = Stage(name="?", known=False)

#: What of a closed deal tells one snapshot from another.
CLOSED = ("id", "owner_id", "stage", "amount", "currency", "closed_on", "created_on")


class FrozenError(ValueError):
    """What was frozen at a review cannot be read; the message says why."""


def snapshot_id(book: Book) -> str:
    """Twelve digits that name the data: equal for equal deals at the same moment."""
    digest = sha256(repr(book.as_of.timestamp()).encode())
    for deal in sorted(book.deals, key=by_id):
        digest.update(repr(deal).encode())
    for deal in sorted(book.closed, key=by_id):
        facts = [getattr(deal, name) for name in CLOSED]
        digest.update(repr([*facts, len(deal.visits)]).encode())
    return digest.hexdigest()[:12]


def by_id(deal: Deal) -> str:
    """The order in which deals are counted and kept."""
    return deal.id


def freeze(book: Book, rep_id: UserId, *, known: str | None = None) -> str:
    """The deals of ``rep_id`` as they are; ``known`` is ``known_ids(book)`` if at hand.

    Comparing a later book with what is thawed gives the same changes and balances
    as comparing it with the whole book.
    """
    mine = sorted((one for one in book.deals if one.owner_id == rep_id), key=by_id)
    head = {
        "format": FORMAT,
        "as_of": book.as_of.isoformat(),
        "rep": rep_id,
        "org": {
            "id": book.org.id,
            "name": book.org.name,
            "zone": book.org.zone,
            "currency": book.org.currency,
            "fiscal_start_month": book.org.fiscal_start_month,
        },
        "deals": [written(deal) for deal in mine],
    }
    return f"{compact(head)}\n{known_ids(book) if known is None else known}"


def known_ids(book: Book) -> str:
    """The second line: the ids of all deals, the same for every rep of the book."""
    return compact({"open": packed(book.deals), "closed": packed(book.closed)})


def compact(value: Any) -> str:
    """JSON without spaces, on one line, in plain ASCII."""
    return json.dumps(value, separators=(",", ":"))


def packed(deals: Iterable[Deal]) -> str:
    """The ids of the deals, sorted and compressed: neighbours share most digits."""
    ids = json.dumps(sorted(deal.id for deal in deals)).encode()
    return b64encode(zlib.compress(ids, 9)).decode()


def written(deal: Deal) -> dict[str, Any]:
    """A deal as JSON, money and days as strings; what is not entered is left out."""
    facts = {
        "id": deal.id,
        "name": deal.name,
        "stage": [deal.stage.name, deal.stage.position, deal.stage.of],
        "created": deal.created_on.isoformat(),
        "close": deal.close_date.isoformat() if deal.close_date else None,
        "amount": None if deal.amount is None else str(deal.amount),
        "base": None if deal.amount_base is None else str(deal.amount_base),
        "currency": deal.currency,
        "category": deal.forecast_category,
        "account": deal.account,
        "next_step": deal.next_step,
    }
    return {name: value for name, value in facts.items() if value is not None}


def thaw(text: str) -> Book:
    """A book of the rep's deals as they were, and of what else was known by id."""
    head, _, known = text.partition("\n")
    try:
        facts = json.loads(head)
        if facts["format"] != FORMAT:
            raise FrozenError(
                f"the review was frozen in format {facts['format']!r}, this version "
                f"reads format {FORMAT}: a newer dealpacket wrote it"
            )
        return book_of(facts, *others(known))
    except (KeyError, TypeError, ValueError, InvalidOperation, zlib.error) as error:
        if isinstance(error, FrozenError):
            raise
        raise FrozenError(f"what was frozen at the review is damaged: {error}") from (
            error
        )


def book_of(
    facts: Mapping[str, Any], others: tuple[Deal, ...], closed: tuple[Deal, ...]
) -> Book:
    """The book of a first line with the deals of a second one."""
    rep_id = UserId(facts["rep"])
    mine = {one["id"]: read(one, rep_id) for one in facts["deals"]}
    return Book(
        as_of=datetime.fromisoformat(facts["as_of"]),
        org=Organisation(**facts["org"]),
        people={},
        stages={deal.stage.name: deal.stage for deal in mine.values()},
        deals=(*mine.values(), *(deal for deal in others if deal.id not in mine)),
        closed=closed,
    )


@lru_cache(maxsize=4)
def others(known: str) -> tuple[tuple[Deal, ...], tuple[Deal, ...]]:
    """The open and the closed deals of a second line, of which only the id is known."""
    line = json.loads(known)
    return unpacked(line["open"]), unpacked(line["closed"])


def unpacked(text: str) -> tuple[Deal, ...]:
    """Deals of which nothing but the id was kept."""
    return tuple(
        Deal(
            id=OpportunityId(found),
            name=found,
            owner_id=SOMEBODY,
            stage=UNKNOWN,
            created_on=date.min,
            close_date=None,
            amount=None,
            currency="",
            amount_base=None,
        )
        for found in json.loads(zlib.decompress(b64decode(text)))
    )


def read(facts: Mapping[str, Any], rep_id: UserId) -> Deal:
    """A deal of a first line."""
    name, position, of = facts["stage"]
    return Deal(
        id=OpportunityId(facts["id"]),
        name=facts["name"],
        owner_id=rep_id,
        stage=Stage(name=name, position=position, of=of),
        created_on=date.fromisoformat(facts["created"]),
        close_date=date.fromisoformat(facts["close"]) if "close" in facts else None,
        amount=money(facts.get("amount")),
        amount_base=money(facts.get("base")),
        currency=facts["currency"],
        forecast_category=facts.get("category"),
        account=facts.get("account"),
        next_step=facts.get("next_step"),
    )


def money(text: str | None) -> Decimal | None:
    """An amount as it was written."""
    return None if text is None else Decimal(text)
