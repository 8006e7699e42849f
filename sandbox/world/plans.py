"""How the fields of one opportunity change over its life, as its owner keeps them."""

from datetime import datetime
from typing import Any, Final

from sandbox.world.deal import Change, Deal
from sandbox.world.dice import Dice
from sandbox.world.flaws import Flaw
from sandbox.world.frame import Frame
from sandbox.world.phrases import (
    BOILERPLATE,
    LOSS_REASONS,
    NEXT_STEPS,
    PLACEHOLDER_AMOUNTS,
)
from sandbox.world.stages import NEEDS, OPEN, Stage
from sandbox.world.states import State, office_moment
from sandbox.world.when import DAY, HOUR, date_of, day_of, month_end, quarter_end


_MONTH_END: Final = 0.3
_QUARTER_END: Final = 0.5  #: of all dates, these parked ones included
_EARLY_PUSH: Final = 0.2
_PULL_IN: Final = 0.05
_GIVES_UP: Final = 0.4
_CLOSES_ON_THE_DAY: Final = 0.85
_RECENT: Final = 60 * DAY
_LATE: Final = 8.0  #: days until somebody notices that a date has passed
_PUT_RIGHT: Final = 0.9
_BY: Final = " by "
_DAY: Final = "%d %b %Y"


def parked(dice: Dice, day: int) -> int:
    """Where a date ends up in people who like ends of months and quarters."""
    chance = dice.random()
    if chance < _MONTH_END:
        return month_end(day)
    return quarter_end(day) if chance < _QUARTER_END else day


def named_day(text: str) -> int | None:
    """The day that a next step names, if it names one."""
    _, said, day = text.partition(_BY)
    return day_of(datetime.strptime(day, _DAY).date()) if said else None  # noqa: DTZ007


class Plan:
    """Draws every change of a deal's fields, in order of time."""

    def __init__(self, dice: Dice, deal: Deal, frame: Frame) -> None:
        self._dice = dice
        self._deal = deal
        self._story = deal.story
        self._now = frame.span.now
        self._end = deal.story.closed or self._now
        self._pace = frame.pace
        self._where = deal.owner.zone

    def draw(self) -> None:
        """Fill ``deal.changes`` and ``deal.values``."""
        self._stages()
        self._amounts()
        self._dates()
        self._next_steps()
        self._owners()
        self._closing()
        deal = self._deal
        deal.changes.sort(key=lambda change: change.at)
        for change in deal.changes:
            deal.values[change.field] = change.value
        deal.touched = deal.changes[-1].at

    def _set(self, at: int, field: str, value: Any) -> None:
        if self._story.created <= at <= self._now:
            self._deal.changes.append(Change(at=at, field=field, value=value))

    def _stages(self) -> None:
        for at, stage in self._story.stages:
            self._set(at, "StageName", stage.name)
            self._set(at, "Probability", stage.probability)
            self._set(at, "ForecastCategoryName", stage.category)
        self._overrides(*self._story.stages[-1])

    def _overrides(self, at: int, stage: Stage) -> None:
        """Somebody knows better than the stage's defaults."""
        later = at + DAY
        if self._deal.flawed(Flaw.PROBABILITY):
            other = stage.probability + (35 if stage.probability <= 50 else -45)  # noqa: PLR2004
            self._set(later, "Probability", other)
        if self._deal.flawed(Flaw.CATEGORY):
            early = stage in OPEN[: NEEDS + 1]
            self._set(later, "ForecastCategoryName", "Commit" if early else "Omitted")

    def _amounts(self) -> None:
        deal, dice, created = self._deal, self._dice, self._story.created
        if deal.silent:
            self._set(created, "Amount", deal.amount)
            return
        if deal.flawed(Flaw.AMOUNT_MISSING):
            self._set(created, "Amount", None)
            deal.lost["Amount"] = deal.amount
            return
        if deal.flawed(Flaw.AMOUNT_PLACEHOLDER):
            self._set(created, "Amount", dice.one(PLACEHOLDER_AMOUNTS))
            return
        guess = float(round(deal.amount * dice.around(1.0, 0.3), -2))
        entered = created
        if dice.chance(0.3):
            self._set(created, "Amount", None)
            entered = self._office(created + dice.wait(8) * DAY)
        self._set(entered, "Amount", guess if dice.chance(0.5) else deal.amount)
        corrected = self._office(entered + (0.5 + dice.wait(20)) * DAY)
        if corrected < self._end:
            self._set(corrected, "Amount", deal.amount)

    def _dates(self) -> None:
        dice, created = self._dice, self._story.created
        day = self._where.day(created)
        length = max(20.0, dice.gauss(65 if self._story.renewal else 85, 35))
        close = parked(dice, day + int(length * self._pace))
        if self._deal.flawed(Flaw.CLOSE_FAR):
            close += 365 * (dice.between(10, 36) if dice.chance(0.3) else 3)
        self._set(created, "CloseDate", close)
        last = created
        while (at := self._push_moment(close, last)) is not None:
            close = self._moved(close, self._where.day(at))
            self._set(at, "CloseDate", close)
            last = at

    def _push_moment(self, close: int, last: int) -> int | None:
        """When the date is moved next; mostly once it has passed."""
        dice = self._dice
        due = self._where.at(close, 20 * HOUR)
        if dice.chance(_EARLY_PUSH):
            at = self._office(due - dice.wait(8) * DAY)
        else:
            dead = due < self._end and self._story.state_at(due) is State.DEAD
            if dead and dice.chance(_GIVES_UP):
                return None
            lag = dice.wait(_LATE * self._deal.owner.sloppy * (3 if dead else 1))
            at = self._office(due + lag * DAY)
        at = self._story.opened_again(at)
        return at if last + DAY < at < self._end else None

    def _moved(self, close: int, today: int) -> int:
        dice = self._dice
        if close - today > 30 and dice.chance(_PULL_IN):  # noqa: PLR2004
            return close - dice.between(8, 25)
        return parked(dice, max(close, today) + int(dice.between(12, 55) * self._pace))

    def _next_steps(self) -> None:
        deal, dice = self._deal, self._dice
        if deal.flawed(Flaw.NEXT_STEP_STALE):
            at = self._office(self._story.created + dice.wait(2) * DAY)
            if at < self._end:
                self._step(at, dice.one(BOILERPLATE))
            return
        for state, start, end in self._story.states:
            if state is State.MOVING:
                self._keep_next_step(start, end)

    def _keep_next_step(self, start: int, end: int) -> None:
        at = self._office(start + self._dice.wait(4) * DAY)
        while at < end:
            self._step(at, self._next_step(at))
            at = self._office(at + (4 + self._dice.wait(6)) * DAY)

    def _step(self, at: int, text: str) -> None:
        """Enter it, unless the field was lost."""
        if self._deal.flawed(Flaw.NEXT_STEP_EMPTY):
            self._deal.lost["NextStep"] = text
        else:
            self._set(at, "NextStep", text)

    def _next_step(self, at: int) -> str:
        text = self._dice.one(NEXT_STEPS)
        if self._dice.chance(0.35):
            by = date_of(self._where.day(at) + self._dice.between(3, 14))
            return f"{text}{_BY}{by:{_DAY}}"
        return text

    def _owners(self) -> None:
        deal = self._deal
        first = deal.first_owner or deal.owner
        self._set(self._story.created, "OwnerId", first.id)
        if deal.handed_over:
            self._set(deal.handed_over, "OwnerId", deal.owner.id)

    def _closing(self) -> None:
        """What is put right, or is not, when a deal closes."""
        story, deal, dice = self._story, self._deal, self._dice
        if story.closed is None:
            return
        day = self._where.day(story.closed)
        if deal.flawed(Flaw.CLOSED_FUTURE) and self._now - story.closed < _RECENT:
            day = self._where.day(self._now) + dice.between(10, 120)
            self._set(story.closed, "CloseDate", day)
        elif dice.chance(_CLOSES_ON_THE_DAY):
            self._set(story.closed, "CloseDate", day)
        if deal.flawed(Flaw.WON_ZERO):
            self._set(story.closed, "Amount", 0.0)
        elif story.won and dice.chance(_PUT_RIGHT):
            self._set(story.closed, "Amount", deal.amount)
        if story.won:
            return
        reason = dice.pick(LOSS_REASONS)
        if deal.flawed(Flaw.NO_LOSS_REASON):
            deal.lost["Loss_Reason__c"] = reason
        else:
            self._set(story.closed, "Loss_Reason__c", reason)

    def _office(self, moment: float) -> int:
        return office_moment(self._dice, self._where, moment)
