"""What was done on some deals in all their life, which the book does not keep."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter

from reports.facts.book import CONVERSATION
from reports.facts.engine import Engine
from reports.model import OpportunityId
from reports.normal import Contact


def contacts_of(
    engine: Engine, as_of: datetime, deals: Iterable[OpportunityId]
) -> Mapping[OpportunityId, tuple[Contact, ...]]:
    """The contacts of each of ``deals`` up to the moment, oldest first; often none."""
    wanted = sorted(set(deals))
    engine.lend("wanted", (("deal_id", "varchar"),), ((deal,) for deal in wanted))
    rows = engine.query("contacts", as_of=as_of, talk_s=CONVERSATION)
    return dict.fromkeys(wanted, ()) | {
        OpportunityId(deal_id): tuple(
            Contact(
                kind=row["kind"],
                at=datetime.fromtimestamp(row["at_s"], UTC),
                who=row["who"],
            )
            for row in found
        )
        for deal_id, found in groupby(rows, itemgetter("deal_id"))
    }
