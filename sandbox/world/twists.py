"""How the record of a deal's stages departs from what happened: late, twice, undone."""

from dataclasses import replace
from typing import Final

from sandbox.world.dice import Dice
from sandbox.world.flaws import Flaw
from sandbox.world.stages import LOST, NEEDS, OPEN, RETIRED, WON, Stage
from sandbox.world.states import State, Story
from sandbox.world.when import DAY, HOUR, MINUTE


_REOPENS_AFTER: Final = 18 * DAY
_JUMPED: Final = 3
_RETIRED_UNTIL: Final = 150 * DAY


def instant(created: int, *, renewal: bool, now: int) -> Story:
    """Created and won on the same day: the record was made after the fact."""
    won = min(created + HOUR // 2, now)
    return Story(
        created=created,
        renewal=renewal,
        stages=[(created, OPEN[NEEDS]), (won, WON)],
        states=[(State.MOVING, created, won)],
        closed=won,
        won=True,
    )


def twist(dice: Dice, story: Story, flaws: frozenset[Flaw], now: int) -> None:
    """Apply the flaws that concern stages."""
    if Flaw.REOPENED in flaws:
        _reopen(dice, story, now)
    if Flaw.STAGE_JUMP in flaws:
        _catch_up(story)
    if Flaw.BOUNCE in flaws:
        _bounce(story, now)


def retire(story: Story, start: int) -> None:
    """Early on, deals still went through a stage that is no longer used."""
    for place, (at, stage) in enumerate(story.stages[:-1]):
        if stage.name == "Id. Decision Makers" and at < start + _RETIRED_UNTIL:
            story.stages[place] = (at, RETIRED)


def orphan(story: Story, left: int, now: int) -> Story:
    """What became of an open deal whose owner left and that nobody took over."""
    stages = [entry for entry in story.stages if entry[0] <= left]
    states = [
        (state, start, min(end, left))
        for state, start, end in story.states
        if start < left
    ]
    forgotten = min(left + 40 * DAY, now)
    states.append((State.REP_SILENT, left, forgotten))
    if forgotten < now:
        states.append((State.DEAD, forgotten, now))
    return replace(story, stages=stages, states=states, closed=None, won=False)


def forgotten(created: int, now: int) -> Story:
    """Entered, and never looked at again."""
    return Story(
        created=created,
        renewal=False,
        stages=[(created, OPEN[1])],
        states=[(State.DEAD, created, now)],
    )


def imported(story: Story, at: int) -> Story:
    """The part of a life that an import could see: nothing from before it."""
    before = [stage for moment, stage in story.stages if moment <= at]
    stages = [(at, before[-1])]
    stages += [entry for entry in story.stages if entry[0] > at]
    states = [
        (state, max(start, at), end) for state, start, end in story.states if end > at
    ]
    closed = story.closed if story.closed is None else max(story.closed, at)
    return replace(story, created=at, stages=stages, states=states, closed=closed)


def _reopen(dice: Dice, story: Story, now: int) -> None:
    """Closed, opened again weeks later, and perhaps closed again as before."""
    if story.closed is None or len(story.stages) == 1:
        return
    again = story.closed + _REOPENS_AFTER + int(dice.random() * 20 * DAY)
    end = again + int(dice.wait(15) * DAY) + DAY
    if again >= now:
        return
    last_open = next(s for _, s in reversed(story.stages) if not s.is_closed)
    story.stages.append((again, last_open))
    story.states.append((State.MOVING, again, min(end, now)))
    if end < now:
        story.stages.append((end, WON if story.won else LOST))
        story.closed = end
    else:
        story.closed, story.won = None, False


def _catch_up(story: Story) -> None:
    """Three stages entered within a minute by somebody who had not kept up."""
    for last in range(len(story.stages) - 1, _JUMPED - 1, -1):
        run = story.stages[last - _JUMPED + 1 : last + 1]
        if any(stage.is_closed for _, stage in run):
            continue
        at = run[-1][0]
        for back, (_, stage) in enumerate(reversed(run)):
            story.stages[last - back] = (at - 20 * back, stage)
        return


def _bounce(story: Story, now: int) -> None:
    """The wrong stage, put right within the day."""
    for place in range(len(story.stages) - 1, -1, -1):
        at, stage = story.stages[place]
        following = story.stages[place + 1][0] if place + 1 < len(story.stages) else now
        if stage.is_closed or following - at < DAY:
            continue
        wrong = _neighbour(stage)
        undone = [(at + HOUR, wrong), (at + HOUR + 25 * MINUTE, stage)]
        story.stages[place + 1 : place + 1] = undone
        return


def _neighbour(stage: Stage) -> Stage:
    place = OPEN.index(stage) if stage in OPEN else NEEDS
    return OPEN[place + 1] if place + 1 < len(OPEN) else OPEN[place - 1]
