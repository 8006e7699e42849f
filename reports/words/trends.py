"""Numbers over the cycles of the archive: by team, and by field; never by rep."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from reports.said import COMMA, Said, joined, number, percent, say
from reports.words.deal_rows import FIELDS
from reports.words.entries import GAPS, OPEN, STOPPED, Entry, on


#: The plot in pixels, and the room around the line.
WIDE, HIGH, EDGE = 320, 64, 8
#: From so many cycles there is something to see.
FEWEST = 2
#: How many cycles are plotted, the latest ones.
MOST = 24
#: The titles that are ours; others are those of an organisation's own fields.
OURS = frozenset({OPEN, STOPPED, GAPS, *FIELDS.values()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A number with its day and its place in the plot."""

    day: str
    value: int
    share: bool  #: whether the number is a percentage
    x: int
    y: int

    @property
    def when(self) -> Said:
        """Its day as a reader writes it."""
        return on(self.day)

    @property
    def told(self) -> Said:
        """The number as a reader writes it."""
        return percent(self.value / 100) if self.share else number(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """One line, oldest first."""

    title: str
    points: tuple[Point, ...]

    @property
    def line(self) -> str:
        """The line as SVG takes it."""
        return " ".join(f"{one.x},{one.y}" for one in self.points)

    @property
    def told(self) -> Said:
        """The line in words."""
        points = [
            say("{value} on {day}", value=one.told, day=one.when) for one in self.points
        ]
        return say("{what}: {told}", what=self.title, told=joined(COMMA, points))


def team_trends(listed: Iterable[Entry]) -> tuple[Trend, ...]:
    """A team's packets added up, a point a cycle."""
    cycles: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    days: dict[str, str] = {}
    for entry in listed:
        if entry.kind == "packet" and entry.numbers:
            days[entry.cycle] = max(entry.day, days.get(entry.cycle, ""))
            for name, value in entry.numbers.items():
                cycles[entry.cycle][name] += value
    found = sorted((days[cycle], cycle) for cycle in cycles)
    return tuple(trends([(day, cycles[cycle]) for day, cycle in found]))


def field_trends(listed: Iterable[Entry]) -> tuple[Trend, ...]:
    """How complete each field was, a point an alert."""
    alerts = [
        (entry.day, entry.numbers)
        for entry in listed
        if entry.kind == "hygiene" and entry.numbers
    ]
    return tuple(trends(sorted(alerts, key=itemgetter(0)), share=True))


def trends(
    told: Sequence[tuple[str, Mapping[str, int]]], *, share: bool = False
) -> Iterator[Trend]:
    """A line for each number that is told on two days or more."""
    for name in dict.fromkeys(name for _, numbers in told for name in numbers):
        line = [(day, numbers[name]) for day, numbers in told if name in numbers]
        if len(line) >= FEWEST:
            line = line[-MOST:]
            title = say(name) if name in OURS else name
            yield Trend(title=title, points=tuple(placed(line, share=share)))


def placed(told: list[tuple[str, int]], *, share: bool) -> Iterator[Point]:
    """The numbers at even distances, the foot of the plot is nothing."""
    top = 100 if share else max(value for _, value in told)
    step = (WIDE - 2 * EDGE) / (len(told) - 1)
    for place, (day, value) in enumerate(told):
        height = value / top if top else 0
        yield Point(
            day=day,
            value=value,
            share=share,
            x=round(EDGE + step * place),
            y=round(HIGH - EDGE - height * (HIGH - 2 * EDGE)),
        )
