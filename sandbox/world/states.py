"""What really happens to a deal: a semi-Markov process that nobody sees.

While a deal moves, work in its stage gets done; it can stop for three causes, and
stops end in new movement, in a loss, or in a dead deal that stays open for long.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from sandbox.world.dice import Dice
from sandbox.world.stages import LAST, LOST, NEEDS, OPEN, PROPOSAL, WON, Stage
from sandbox.world.when import DAY, HOUR, Zone


class State(StrEnum):
    """Why a deal does or does not move."""

    MOVING = "moving"
    BUYER_SILENT = "buyer_silent"
    REP_SILENT = "rep_silent"
    NOTHING_SCHEDULED = "nothing_scheduled"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """How one kind of stop begins, how long it lasts and how it ends."""

    state: State
    share: float  #: of all stops
    days: float  #: mean length
    resumes: float  #: how often the deal moves again
    refused: float  #: how often it is closed lost; otherwise it is dead


STOPS: Final = (
    Stop(state=State.BUYER_SILENT, share=0.46, days=30, resumes=0.36, refused=0.24),
    Stop(state=State.NOTHING_SCHEDULED, share=0.32, days=27, resumes=0.5, refused=0.2),
    Stop(state=State.REP_SILENT, share=0.22, days=24, resumes=0.42, refused=0.2),
)
_CHOICE: Final = tuple((stop, stop.share) for stop in STOPS)

#: Mean days of movement between two stops.
_STOP_EVERY: Final = 78.0
#: Mean days that a dead deal stays open, and how often it comes back.
_DEAD_DAYS: Final = 75.0
_REVIVED: Final = 0.05
#: A deal that stopped once is less likely to go through afterwards.
_SCAR: Final = 1.35

_SKIPS: Final = 0.07
_GOES_BACK: Final = 0.05
_OPENING: Final = 9 * HOUR
_OFFICE: Final = 9 * HOUR


@dataclass(slots=True, kw_only=True)
class Story:
    """One deal's true life; ``now`` ends what has not ended."""

    created: int
    renewal: bool
    stages: list[tuple[int, Stage]]
    states: list[tuple[State, int, int]] = field(default_factory=list)
    closed: int | None = None
    won: bool = False

    def state_at(self, moment: int) -> State:
        """The state that held then; the last one afterwards."""
        for state, _, end in self.states:
            if moment < end:
                return state
        return self.states[-1][0]

    def opened_again(self, moment: int) -> int:
        """That moment or, while the deal was closed, when it was opened again."""
        closed = False
        for at, stage in self.stages:
            if at > moment:
                return at if closed else moment
            closed = stage.is_closed
        return moment

    @property
    def last_state(self) -> State:
        """The state at the end."""
        return self.states[-1][0]

    @property
    def stage(self) -> Stage:
        """The stage at the end."""
        return self.stages[-1][1]


def office_moment(dice: Dice, where: Zone, moment: float) -> int:
    """About that moment, when people work; never before it."""
    second = int(moment)
    day = where.day(second)
    if where.works(day):
        opening = where.at(day, _OPENING)
        if opening <= second < opening + _OFFICE:
            return second
        if second < opening:
            return opening + int(dice.random() * HOUR)
    return where.at(where.workday(day + 1), _OPENING) + int(dice.random() * _OFFICE)


class Life:
    """Lives one deal from its creation to its end or to now."""

    def __init__(self, dice: Dice, where: Zone, now: int, pace: float) -> None:
        self._dice = dice
        self._where = where
        self._now = now
        self._slow = pace

    def live(self, created: int, *, renewal: bool, skill: float) -> Story:
        """A deal created then."""
        dice = self._dice
        self._at = created
        self._stage = self._first_stage(renewal=renewal)
        self._pace = self._slow * dice.around(0.8 if renewal else 1.0, 0.35)
        self._risk = dice.around(0.55 if renewal else 1.0, 0.4) / skill
        self._story = Story(
            created=created,
            renewal=renewal,
            stages=[(created, OPEN[self._stage])],
        )
        while self._story.closed is None and self._at < self._now:
            self._visit()
        return self._story

    def _first_stage(self, *, renewal: bool) -> int:
        if renewal:
            return NEEDS if self._dice.chance(0.7) else PROPOSAL
        return 0 if self._dice.chance(0.8) else 1

    def _visit(self) -> None:
        """Work in a stage until it is done, with the stops on the way."""
        dice = self._dice
        work = dice.around(OPEN[self._stage].days, 0.5) * self._pace
        while self._story.closed is None and self._at < self._now:
            until_stop = dice.wait(_STOP_EVERY * self._slow / self._risk)
            if until_stop >= work:
                self._pass(State.MOVING, work)
                if self._at < self._now:
                    self._leave_stage()
                return
            self._pass(State.MOVING, until_stop)
            work = max(1.0, work - until_stop)
            if self._at < self._now:
                self._stop()

    def _pass(self, state: State, days: float) -> None:
        """Spend about so many days in a state, never beyond now."""
        start = self._at
        end = office_moment(self._dice, self._where, start + days * DAY + 1)
        self._at = min(end, self._now)
        states = self._story.states
        if states and states[-1][0] is state:
            states[-1] = (state, states[-1][1], self._at)
        else:
            states.append((state, start, self._at))

    def _stop(self) -> None:
        dice = self._dice
        stop = dice.pick(_CHOICE)
        self._pass(stop.state, dice.wait(stop.days * self._slow) + 5)
        if self._at >= self._now:
            return
        self._risk *= _SCAR
        fate = dice.random()
        if fate < stop.resumes:
            return
        if fate < stop.resumes + stop.refused:
            self._close(won=False)
            return
        self._pass(State.DEAD, dice.wait(_DEAD_DAYS * self._slow) + 15)
        if self._at < self._now and not dice.chance(_REVIVED):
            self._close(won=False)

    def _leave_stage(self) -> None:
        dice = self._dice
        refused = min(0.6, OPEN[self._stage].refused * self._risk)
        if dice.chance(refused):
            self._close(won=False)
        elif self._stage == LAST:
            self._close(won=True)
        else:
            self._enter(self._next_stage())

    def _next_stage(self) -> int:
        move = self._dice.random()
        if move < _GOES_BACK and self._stage:
            return self._stage - 1
        step = 2 if move > 1 - _SKIPS else 1
        return min(self._stage + step, LAST)

    def _enter(self, stage: int) -> None:
        self._stage = stage
        self._story.stages.append((self._at, OPEN[stage]))

    def _close(self, *, won: bool) -> None:
        self._story.stages.append((self._at, WON if won else LOST))
        self._story.closed = self._at
        self._story.won = won
