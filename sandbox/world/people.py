"""Who works here: the director, managers, reps and those who left, and their habits.

Everybody has a block of ids and a stream of chance of their own.
"""

from dataclasses import dataclass, field
from typing import Final

from sandbox.world.dice import Dice
from sandbox.world.ids import Ids
from sandbox.world.names import CULTURES, OWN_DOMAIN, Culture, Name, person
from sandbox.world.when import DAY, Zone, zone


#: Blocks of ids: the organisation has 0, then three people take turns.
_FIRST_BLOCK: Final = 8
_KINDS: Final = ("rep", "manager", "leaver")


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """How much of what somebody does reaches Sales Cloud, as shares."""

    label: str
    calls: float
    emails: float
    meetings: float

    @property
    def as_json(self) -> dict[str, str | float]:
        """As the truth file holds it."""
        return {
            "quality": self.label,
            "calls": self.calls,
            "emails": self.emails,
            "meetings": self.meetings,
        }


FULL: Final = Capture(label="full", calls=0.97, emails=0.98, meetings=0.98)
NO_EMAIL: Final = Capture(label="no_email", calls=0.92, emails=0.0, meetings=0.95)
UNDER_LOG: Final = Capture(label="under_log", calls=0.35, emails=0.55, meetings=0.65)
NO_CALLS: Final = Capture(label="no_calls", calls=0.0, emails=0.97, meetings=0.95)

#: By the rep's number, over and over; everybody else is captured in full.
_CAPTURES: Final = {3: NO_EMAIL, 5: UNDER_LOG, 11: NO_CALLS, 13: NO_EMAIL}
_CAPTURE_CYCLE: Final = 16


#: Every rep of that number has nobody entered as their manager.
_FORGOTTEN: Final = 29


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A user who sells, or leads those who do."""

    kind: str  #: "rep", "manager" or "leaver"
    number: int
    id: str
    name: Name
    email: str
    culture: Culture
    zone: Zone
    hired: int
    left: int | None = None  #: when they left, for those who did
    capture: Capture = FULL
    sloppy: float = 1.0  #: how often fields are left as they should not be
    dialer: str = "Call"  #: the TaskSubtype that their telephone writes
    skill: float = 1.0  #: barely matters, as in real data
    load: float = 1.0  #: how many deals they have, beside others
    phones: float = 0.38  #: share of calls among what they do; the rest is mail
    seller: int = 0  #: place among sellers from the same culture
    managed: bool = True  #: whether somebody is entered as their manager
    ids: Ids = field(repr=False, compare=False)
    dice: Dice = field(repr=False, compare=False)


def member(seed: int, kind: str, number: int, start: int) -> Member:
    """Somebody, always the same for the same seed, kind and number."""
    dice = Dice(f"{seed}/{kind}/{number}")
    culture = CULTURES[(number if kind == "rep" else number * 5) % len(CULTURES)]
    name = person(dice, culture)
    ids = Ids(_FIRST_BLOCK + number * len(_KINDS) + _KINDS.index(kind))
    local = name.local if kind == "manager" else f"{name.local}{number + 1}"
    suffix = {"rep": "", "manager": f".m{number + 1}", "leaver": ".x"}[kind]
    return Member(
        kind=kind,
        number=number,
        id=ids.new("User"),
        name=name,
        email=f"{local}{suffix}@{OWN_DOMAIN}",
        culture=culture,
        zone=zone(dice.one(culture.zones)),
        hired=start - dice.between(30, 900) * DAY,
        capture=_capture(kind, number),
        sloppy=min(2.5, dice.around(1.0, 0.4)),
        dialer="Task" if dice.chance(0.2) else "Call",
        skill=dice.around(1.0, 0.06),
        load=min(1.6, max(0.45, dice.around(1.0, 0.3))),
        phones=min(0.7, dice.around(0.38, 0.3)),
        seller=_seller(kind, number),
        managed=kind != "rep" or number % (_FORGOTTEN + 1) != _FORGOTTEN,
        ids=ids,
        dice=dice,
    )


def _seller(kind: str, number: int) -> int:
    """Those who left count from the other end, so that nobody meets."""
    if kind != "rep":
        return -1 - number
    around, slot = divmod(number, len(CULTURES))
    own = CULTURES[slot]
    return around * CULTURES.count(own) + CULTURES[:slot].count(own)


def _capture(kind: str, number: int) -> Capture:
    if kind != "rep":
        return FULL
    return _CAPTURES.get(number % _CAPTURE_CYCLE, FULL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A manager with their reps, and perhaps somebody who left."""

    number: int
    manager: Member
    reps: tuple[Member, ...]
    partner_id: str | None  #: a reseller's user who sells with them
    leaver: Member | None


def team_sizes(seed: int, reps: int) -> list[int]:
    """Six to nine to a manager; one more rep changes the last team only."""
    dice = Dice(f"{seed}/teams")
    sizes: list[int] = []
    while (left := reps - sum(sizes)) > 0:
        sizes.append(min(dice.between(6, 9), left))
    return sizes
