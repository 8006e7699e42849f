"""Further fields: what deals have in the fields that the settings name."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from reports.facts.engine import FIELD, Column, Engine, FactsError
from reports.model import Organisation, Problem
from reports.said import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Further:
    """What was found in further fields of the open deals."""

    read: frozenset[str] = frozenset()
    filled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  #: by deal
    problems: tuple[Problem, ...] = ()


def further(
    engine: Engine, as_of: datetime, names: Sequence[str], org: Organisation
) -> Further:
    """Look into each of the fields; one that is not there is a problem, no more."""
    filled: dict[str, set[str]] = defaultdict(set)
    read: set[str] = set()
    problems: list[Problem] = []
    for name in names:
        try:
            for deal_id in texts(engine, as_of, name):
                filled[deal_id].add(name)
            read.add(name)
        except FactsError as error:
            because = say(
                "{field} is required and cannot be read: {error}",
                field=name,
                error=str(error),
            )
            problems.append(
                Problem(record_id=org.id, object="Opportunity", because=because)
            )
    return Further(
        read=frozenset(read),
        filled={deal_id: tuple(sorted(found)) for deal_id, found in filled.items()},
        problems=tuple(problems),
    )


def texts(engine: Engine, as_of: datetime, name: str) -> dict[str, str]:
    """What open deals have in a field, by deal; FactsError if it is none."""
    if not FIELD.fullmatch(name):
        raise FactsError(f"{name!r} is not the name of a field")
    rows = engine.query("field", as_of=as_of, column=Column(name))
    return {row["deal_id"]: row["said"] for row in rows}


def notes(engine: Engine, as_of: datetime, name: str | None) -> dict[str, str]:
    """The same of a field that need not be there, nor be named."""
    try:
        return texts(engine, as_of, name) if name else {}
    except FactsError:
        return {}
