"""What a manager is asked for, as a page says it: each step once, with its deals."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from reports.model import Person
from reports.packet.rollup import Request, RollUp
from reports.said import Said, day, say, short
from reports.words.headline import OWNERS
from reports.words.links import Links
from reports.words.text import Name


class Step(NamedTuple):
    """A step that can be asked for on more than one deal."""

    what: str
    obstacle: str
    owner: str
    due: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedDeal:
    """A deal that a step waits for."""

    deal: str
    amount: str
    whose: Said
    url: str | None
    task: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedRow:
    """A step with the deals that wait for it, the most valuable first."""

    step: Step
    deals: tuple[AskedDeal, ...]


def asked_rows(
    requests: Iterable[Request], roll_up: RollUp, links: Links
) -> tuple[AskedRow, ...]:
    """Each step where its most valuable deal stands, with all the deals it is for."""
    rows: dict[Step, list[AskedDeal]] = {}
    for one in requests:
        action = one.action
        step = Step(
            action.what,
            action.obstacle,
            OWNERS[action.owner],
            day(action.due, roll_up.today),
        )
        rows.setdefault(step, []).append(
            AskedDeal(
                deal=one.deal.name,
                amount=short(one.deal.amount, one.deal.currency),
                whose=whose(one.rep),
                url=links.deal(one.deal.id),
                task=links.task(action),
            )
        )
    return tuple(
        AskedRow(step=step, deals=tuple(deals)) for step, deals in rows.items()
    )


def whose(rep: Person) -> Said:
    """In whose review a deal is; with a user who has left there is none."""
    name = Name(rep.name)
    if rep.active:
        return say("review with {rep}", rep=name)
    return say("{rep}, no longer active", rep=name)
