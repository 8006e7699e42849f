"""A manager's page over the team's packets, as it says it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from reports.findings import Outcome
from reports.packet.rollup import Meeting, RollUp, Talk
from reports.said import (
    COMMA,
    Said,
    counted,
    day,
    in_words,
    joined,
    listed,
    long_day,
    many,
    moment,
    number,
    say,
    weekday,
)
from reports.words.asked import AskedRow, asked_rows, whose
from reports.words.check_page import titled
from reports.words.deal_rows import GoodRow
from reports.words.headline import valued
from reports.words.links import Links
from reports.words.outlook import outlook_lines
from reports.words.page import Table, cut
from reports.words.rows import PromiseRow, dated, promise_row
from reports.words.text import Name, sums
from reports.words.unasked import unasked_rows


MOST_REQUESTS = 12
MOST_PLEDGES = 12
MOST_MEETINGS = 40
MOST_TALKS, MOST_GOOD = 12, 6
EVERYTHING = 10**6
#: How many people share a row, and how much of each name.
TOGETHER, NAME = 8, 40


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeRow:
    """What the manager's side promised, and for whose deal."""

    row: PromiseRow
    whose: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRow:
    """A review that is coming."""

    rep: str
    when: str
    minutes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkRow:
    """Whether a contact with reps is on record after the last review."""

    reps: tuple[Name, ...]
    mark: str
    told: str
    when: str  #: the day of the review


@dataclass(frozen=True, slots=True, kw_only=True)
class RollUpPage:
    """Everything that a roll-up says."""

    subject: str
    heading: str
    who: str
    lead: tuple[str, ...]
    requests: Table[AskedRow]
    pledges: Table[PledgeRow]
    meetings: Table[MeetingRow]
    talks: Table[TalkRow]
    outlook: tuple[str, ...]  #: forecast and coverage of the team
    good: Table[GoodRow]  #: done though nobody had promised it
    footer: tuple[str, ...]


def roll_up_page(roll_up: RollUp, links: Links, *, whole: bool = False) -> RollUpPage:
    """The page of a roll-up; ``whole``: with nothing cut."""
    today = roll_up.today

    def most(rows: int) -> int:
        return EVERYTHING if whole else rows

    return RollUpPage(
        subject=titled(
            roll_up.manager.name,
            say(
                "team reviews {day} · {asked}",
                day=day(today, today),
                asked=asked(roll_up),
            ),
        ),
        heading=heading(roll_up),
        who=say(
            "Team reviews · {manager} · {day}",
            manager=roll_up.manager.name,
            day=long_day(today),
        ),
        lead=tuple(lead(roll_up)),
        outlook=tuple(outlook_lines(roll_up.outlook, today)),
        requests=asked_for(roll_up, links, most(MOST_REQUESTS)),
        pledges=cut(
            [
                PledgeRow(
                    row=promise_row(one.promise, one.name, today, links),
                    whose=whose(one.rep),
                )
                for one in roll_up.pledges
            ],
            most(MOST_PLEDGES),
        ),
        meetings=cut(
            [meeting_row(one, roll_up) for one in roll_up.meetings],
            most(MOST_MEETINGS),
        ),
        talks=cut(talk_rows(roll_up.talks, today), most(MOST_TALKS)),
        good=cut(list(unasked_rows(roll_up.anyway, today, links)), most(MOST_GOOD)),
        footer=(
            made(roll_up),
            *((roll_up.proof,) if roll_up.proof else ()),
            say(
                "Snapshot {snapshot} · review {cycle} · Sales Cloud as of {moment}",
                snapshot=roll_up.snapshot,
                cycle=roll_up.cycle,
                moment=moment(roll_up.as_of, roll_up.manager.zone),
            ),
        ),
    )


def asked_for(roll_up: RollUp, links: Links, most: int) -> Table[AskedRow]:
    """The steps for as many deals as there is room for, and how many are left."""
    shown = cut(roll_up.requests, most)
    return Table(rows=asked_rows(shown.rows, roll_up, links), more=shown.more)


def made(roll_up: RollUp) -> Said:
    """From which packets it was made, and who got them: a rep may have left."""
    unread = roll_up.unread
    if not unread:
        went = say("Each went to its rep and to you, the same page for both.")
    elif len(unread) == roll_up.packets:
        went = counted(len(unread), "It went to you alone.", "They went to you alone.")
    else:
        went = counted(
            len(unread),
            "Each went to its rep and to you; that of {reps} went to you alone.",
            "Each went to its rep and to you; those of {reps} went to you alone.",
            reps=listed([Name(one.name) for one in unread]),
        )
    packets = say("Made from {packets}.", packets=many(roll_up.packets, "packet"))
    return joined(" ", [packets, went, say("Nobody is ranked here.")])


def asked(roll_up: RollUp) -> Said:
    """How much help is asked for."""
    deals = roll_up.wanted.deals
    if not deals:
        return say("no help asked")
    return say("help asked on {deals}", deals=many(deals, "deal"))


def heading(roll_up: RollUp) -> Said:
    """Where help is asked for."""
    wanted = roll_up.wanted
    if not wanted.deals:
        return say("No deal of the team waits for you")
    return say("Your help is asked for on {deals}", deals=valued(wanted))


def lead(roll_up: RollUp) -> Iterator[str]:
    """How the promises stand, and the team's deals together."""
    of = {
        outcome: sum(one.promise.outcome is outcome for one in roll_up.pledges)
        for outcome in (Outcome.KEPT, Outcome.OPEN, Outcome.BROKEN)
    }
    if roll_up.pledges:
        parts = (
            in_words(of[Outcome.KEPT], "{count} kept", "{count} kept"),
            in_words(of[Outcome.OPEN], "{count} open", "{count} open"),
            in_words(of[Outcome.BROKEN], "{count} not done", "{count} not done"),
        )
        told = [part for part, count in zip(parts, of.values(), strict=True) if count]
        yield say("Your promises: {told}.", told=joined(COMMA, told))
    stopped = in_words(
        roll_up.stopped.deals,
        "{count} has stopped moving",
        "{count} have stopped moving",
    )
    deals = say("The team's open deals: {count}", count=number(roll_up.open.deals))
    if roll_up.open.money:
        deals = say(
            "{deals} worth {money}", deals=deals, money=sums(roll_up.open.money)
        )
    yield say("{deals}; {stopped}.", deals=deals, stopped=stopped)


def meeting_row(one: Meeting, roll_up: RollUp) -> MeetingRow:
    """A review in words."""
    return MeetingRow(
        rep=one.rep.name,
        when=weekday(one.on, roll_up.today) if one.on else say("no date yet"),
        minutes=many(one.minutes, "minute"),
    )


def talk_rows(talks: Iterable[Talk], today: date) -> list[TalkRow]:
    """The contacts; those of whom the same is to be said share a row."""
    names: dict[tuple[str, str, str], list[Name]] = {}
    for one in talks:
        names.setdefault(talked(one, today), []).append(Name(one.rep.name, NAME))
    return [
        TalkRow(reps=tuple(some), mark=mark, told=told, when=when)
        for (mark, told, when), reps in names.items()
        for some in batched(reps, TOGETHER)
    ]


def batched(names: Sequence[Name], most: int) -> Iterator[Sequence[Name]]:
    """So many at a time."""
    for start in range(0, len(names), most):
        yield names[start : start + most]


def talked(one: Talk, today: date) -> tuple[str, str, str]:
    """What is on record of a contact; what is not may have taken place all the same."""
    when = day(one.on, today)
    if one.evidence:
        return "✓", dated(one.evidence[0], today), when
    until = weekday(one.due, today)
    if one.outcome is Outcome.OPEN:
        open_ = say("nothing on record yet; there is time until {day}", day=until)
        return "○", open_, when
    return "○", say("nothing on record up to {day}", day=until), when
