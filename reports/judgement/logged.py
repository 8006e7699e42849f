"""Who has only a part of what they do on record, told by deals that moved on.

A deal does not move by itself. Where an owner's deals move and show far less contact
than others' that moved, contact is missing from the record rather than from the deal.
Deals that stand still say nothing here, so that nobody is excused for being silent.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import sqrt
from statistics import median

from reports.judgement.policy import CapturePolicy
from reports.model import Book, Deal, Stage, UserId


#: For as long as calls and e-mails are counted by week.
WEEKS = 8
#: Deals of a stage that moved, before the stage has a rate of its own.
OF_STAGE = 20
#: Owners beside each other, before any of them can be unusual.
FEWEST_OWNERS = 5
#: Of the normal distribution, for an interval of 90 %.
Z = 1.645


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What an owner has on record of deals that moved, beside what is usual."""

    deals: int
    contacts: int
    usual: int
    low: float  #: the share of what others have on record, from ...
    high: float  #: ... to, with 90 %


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A deal that reached a later stage lately."""

    contacts: int
    weeks: float  #: in which there could have been any
    stage: str


def parts(
    book: Book, owners: Iterable[UserId], policy: CapturePolicy
) -> dict[UserId, Part]:
    """What of the activity of ``owners`` is on record, where that can be said."""
    wanted = set(owners)
    moved: dict[UserId, list[Moved]] = defaultdict(list)
    for deal in book.deals:
        if deal.owner_id in wanted and moved_on(deal, book):
            moved[deal.owner_id].append(of_deal(deal))
    rates = rates_of([one for deals in moved.values() for one in deals])
    shares = {
        owner: share_of(deals, rates)
        for owner, deals in moved.items()
        if len(deals) >= policy.min_moved and expected(deals, rates) > 0
    }
    if len(shares) < FEWEST_OWNERS:
        return {}
    usual = median(share for share, _ in shares.values())
    if not usual:
        return {}
    return {
        owner: Part(
            deals=len(moved[owner]),
            contacts=sum(one.contacts for one in moved[owner]),
            usual=round(usual * expected(moved[owner], rates)),
            low=max(0.0, share - Z * error) / usual,
            high=(share + Z * error) / usual,
        )
        for owner, (share, error) in shares.items()
    }


def moved_on(deal: Deal, book: Book) -> bool:
    """Whether the deal came from an earlier stage within the last eight weeks."""
    if len(deal.visits) < 2:  # noqa: PLR2004 - where it came from, and where it is
        return False
    before, now = deal.visits[-2:]
    came: Stage | None = book.stages.get(before.stage)
    return (
        came is not None
        and came.position < deal.stage.position
        and now.entered > book.as_of - timedelta(weeks=WEEKS)
    )


def of_deal(deal: Deal) -> Moved:
    """The deal's contacts, and the weeks they could have been in."""
    return Moved(
        contacts=sum(deal.weeks_ours) + sum(deal.weeks_theirs),
        weeks=min(float(WEEKS), max(1.0, deal.days_open / 7)),
        stage=deal.stage.name,
    )


def rates_of(moved: Sequence[Moved]) -> Mapping[str, float]:
    """Contacts a week by stage; thin stages have the rate of all of them."""
    by_stage: dict[str, list[Moved]] = defaultdict(list)
    for one in moved:
        by_stage[one.stage].append(one)
    every = rate(moved)
    return {
        stage: rate(deals) if len(deals) >= OF_STAGE else every
        for stage, deals in by_stage.items()
    }


def rate(moved: Sequence[Moved]) -> float:
    """Contacts a week."""
    weeks = sum(one.weeks for one in moved)
    return sum(one.contacts for one in moved) / weeks if weeks else 0.0


def usual_of(moved: Iterable[Moved], rates: Mapping[str, float]) -> Iterator[float]:
    """How many contacts each deal would have at the usual rate."""
    return (rates[one.stage] * one.weeks for one in moved)


def expected(moved: Iterable[Moved], rates: Mapping[str, float]) -> float:
    """How many contacts all would have together."""
    return sum(usual_of(moved, rates))


def share_of(moved: Sequence[Moved], rates: Mapping[str, float]) -> tuple[float, float]:
    """Contacts over what is usual, and its error as deals differ."""
    usual, count = list(usual_of(moved, rates)), len(moved)
    share = sum(one.contacts for one in moved) / sum(usual)
    squares = sum(
        (one.contacts - share * there) ** 2
        for one, there in zip(moved, usual, strict=True)
    )
    return share, sqrt(squares * count / (count - 1)) / sum(usual)
