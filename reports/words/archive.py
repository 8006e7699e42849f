"""A static site of everything that was sent, readable for years without a server.

The pages are made of HTML and nothing else: no script, no image, nothing loaded from
elsewhere. They hold customers' data: files are written 0600, folders 0700, and the
site belongs behind the company's sign-on. ``entries.json`` is its table of contents;
writing again adds to it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from reports.said import capital
from reports.words.contents import Contents, Lines, Summary, contents, keep
from reports.words.deal_index import indexed
from reports.words.entries import Entry, Kind, Sheet, segment
from reports.words.environment import html_environment
from reports.words.files import make, put, take
from reports.words.text import shown
from reports.words.trends import field_trends, team_trends


#: Between these a page's link to the later page of its series is put in.
LATER = re.compile("<!--later-->.*?<!--/later-->", re.DOTALL)
#: A link to a neighbour of a page, with the neighbour's address.
NEIGHBOUR = re.compile(r'<li><a (?:rel="prev" )?href="\.\./\.\./([^"#]+)">.*?</a></li>')
#: The pages before and after a page, where there are any.
Around = tuple[Entry | None, Entry | None]
#: The most of a name that heads a list; a browser shows about as much of a title.
HEADING = 60
INDEX, DEALS = "index.html", "deals.html"
TEMPLATES = {
    "packet": "archive/packet.html.jinja",
    "hygiene": "archive/hygiene.html.jinja",
    "followup": "archive/followup.html.jinja",
    "rollup": "archive/rollup.html.jinja",
    "dealsheet": "archive/dealsheet.html.jinja",
}
#: In which order the kinds of page stand within a cycle.
ORDER: tuple[tuple[Kind, ...], ...] = (
    ("hygiene",),
    ("rollup",),
    ("packet", "followup"),
    ("dealsheet",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Where to go from here."""

    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """A cycle in the list of them."""

    name: str
    summary: Lines
    entries: tuple[Entry, ...]


class Neighbours:
    """Which pages a page leads to: of its series, and of its cycle."""

    def __init__(self, listed: Sequence[Entry]) -> None:
        self.series = grouped(listed, lambda one: one.series)
        self.cycle = grouped(listed, lambda one: (one.kind, one.cycle))

    def reviews(self, entry: Entry) -> Around:
        """The same page in the cycles before and after this one."""
        later, earlier = around(entry, self.series[entry.series])
        return earlier, later

    def colleagues(self, entry: Entry) -> Around:
        """The pages of this kind and cycle before and after this one."""
        return around(entry, self.cycle[entry.kind, entry.cycle])

    def all(self, entry: Entry) -> Iterator[Entry]:
        """Every page that links to this one."""
        for one in (*self.reviews(entry), *self.colleagues(entry)):
            if one is not None:
                yield one


def grouped(
    listed: Iterable[Entry], key: Callable[[Entry], object]
) -> Mapping[object, Mapping[str, tuple[int, list[Entry]]]]:
    """The entries that belong together, and the place of each among its own."""
    groups: dict[object, list[Entry]] = {}
    for entry in listed:
        groups.setdefault(key(entry), []).append(entry)
    return {
        name: {one.path: (place, own) for place, one in enumerate(own)}
        for name, own in groups.items()
    }


def around(entry: Entry, places: Mapping[str, tuple[int, list[Entry]]]) -> Around:
    """The entries before and after one among its own."""
    place, own = places[entry.path]
    after = own[place + 1] if place + 1 < len(own) else None
    return own[place - 1] if place else None, after


def write_archive(
    folder: Path,
    sheets: Iterable[Sheet],
    *,
    title: str = "Pipeline reviews",
    summary: Summary | None = None,
) -> Path:
    """Write the pages and every list of them; return the path of ``index.html``."""
    make(folder)
    fresh = list(sheets)
    held = contents(folder).with_sheets(fresh, summary or {})
    near = Neighbours(held.entries)
    for sheet in fresh:
        write_page(folder, sheet, near)
    write_lists(folder, held, title)
    keep(folder, held)
    return folder / INDEX


def forget(folder: Path, before: date, *, title: str = "Pipeline reviews") -> int:
    """Take away the pages that are older than ``before``; return how many."""
    held = contents(folder)
    gone = [one for one in held.entries if date.fromisoformat(one.day) < before]
    if not gone:
        return 0
    left, near = held.without(gone), Neighbours(held.entries)
    paths = {one.path for one in gone}
    linking = {one.path for entry in gone for one in near.all(entry)}
    for path in sorted(linking - paths):
        unlink(folder / path, paths)
    for path in sorted(paths | (lists(held) - lists(left))):
        take(folder, path)
    write_lists(folder, left, title)
    keep(folder, left)
    return len(gone)


def unlink(page: Path, paths: set[str]) -> None:
    """Take the links to ``paths`` out of a page that stays."""
    if page.is_file():
        html = page.read_text(encoding="utf-8")
        html = NEIGHBOUR.sub(lambda one: "" if one[1] in paths else one[0], html)
        put(page.parent, page.name, html)


def lists(held: Contents) -> set[str]:
    """Where the lists of reps and managers lie."""
    kinds = (("rep", "rep_id"), ("manager", "manager_id"))
    return {
        f"{kind}/{segment(person)}.html"
        for one in held.entries
        for kind, field in kinds
        if (person := getattr(one, field))
    }


def write_page(folder: Path, sheet: Sheet, near: Neighbours) -> None:
    """Write one page between its neighbours, and lead the earlier one to it."""
    entry = sheet.entry
    earlier, later = near.reviews(entry)
    before, after = near.colleagues(entry)
    html = (
        html_environment()
        .get_template(TEMPLATES[entry.kind])
        .render(
            page=sheet.page,
            entry=entry,
            lists=lists_of(entry),
            before=before,
            after=after,
            earlier=earlier,
        )
    )
    put(folder, entry.path, LATER.sub(lambda _: later_mark(later), html))
    if earlier is not None:
        lead_on(folder, earlier, entry)


def later_mark(later: Entry | None) -> str:
    """The link to the later review, in its marks; ids need no escaping."""
    inside = ""
    if later:
        said = f"{capital(later.said)} of {later.day}"
        inside = f'<a rel="next" href="../../{later.path}">{said}</a>'
    return f"<!--later-->{inside}<!--/later-->"


def lead_on(folder: Path, earlier: Entry, entry: Entry) -> None:
    """Put the link to ``entry`` into the page before it, if that is still there."""
    path = folder / earlier.path
    if path.is_file():
        html = path.read_text(encoding="utf-8")
        put(folder, earlier.path, LATER.sub(lambda _: later_mark(entry), html))


def lists_of(entry: Entry) -> tuple[Link, ...]:
    """The lists that a page is in, as seen from the page."""
    found = [
        Link(text="All reviews", url=f"../../{INDEX}"),
        Link(text="All deals", url=f"../../{DEALS}"),
    ]
    if entry.rep_id and entry.rep:
        found.append(
            Link(text=entry.rep, url=f"../../rep/{segment(entry.rep_id)}.html")
        )
    if entry.manager_id and entry.manager:
        found.append(
            Link(
                text=f"Team of {entry.manager}",
                url=f"../../manager/{segment(entry.manager_id)}.html",
            )
        )
    return tuple(found)


def write_lists(folder: Path, held: Contents, title: str) -> None:
    """Write the index, the list of deals, and a list for each rep and manager."""
    listed = held.entries
    reps = people((one.rep_id, one.rep) for one in listed)
    managers = people((one.manager_id, one.manager) for one in listed)
    template = html_environment().get_template("archive/index.html.jinja")
    put(
        folder,
        INDEX,
        template.render(
            title=title,
            up="",
            cycles=tuple(cycles(listed, held.summary)),
            trends=field_trends(listed),
            trends_of="Completeness of open deals by field",
            reps=tuple(Link(text=n, url=f"rep/{segment(i)}.html") for i, n in reps),
            managers=tuple(
                Link(text=n, url=f"manager/{segment(i)}.html") for i, n in managers
            ),
        ),
    )
    deals = html_environment().get_template("archive/deals.html.jinja")
    put(folder, DEALS, deals.render(groups=indexed(listed, held.deals)))
    for kind, found in (("rep", reps), ("manager", managers)):
        for person_id, name in found:
            own = [one for one in listed if getattr(one, f"{kind}_id") == person_id]
            heading = shown(name, HEADING)
            heading = heading if kind == "rep" else f"Team of {heading}"
            put(
                folder,
                f"{kind}/{segment(person_id)}.html",
                template.render(
                    title=heading,
                    up="../",
                    cycles=tuple(cycles(own, {})),
                    trends=team_trends(own) if kind == "manager" else (),
                    trends_of="The team's open deals",
                    reps=(),
                    managers=(),
                ),
            )


def people(pairs: Iterable[tuple[str | None, str | None]]) -> list[tuple[str, str]]:
    """Everybody who is named, once, by name."""
    named = {person: name for person, name in pairs if person and name}
    return sorted(named.items(), key=lambda pair: (pair[1].casefold(), pair[0]))


def cycles(listed: Iterable[Entry], said: Summary) -> Iterator[Cycle]:
    """The entries by cycle, the newest first."""
    by_name: dict[str, list[Entry]] = {}
    for entry in listed:
        by_name.setdefault(entry.cycle, []).append(entry)
    for name, entries in by_name.items():
        yield Cycle(
            name=name,
            summary=said.get(name, ()),
            entries=tuple(sorted(entries, key=by_kind_and_name)),
        )


def by_kind_and_name(entry: Entry) -> tuple[int, str, str]:
    """Alerts first, then teams, reps by name, and deals."""
    place = next(place for place, kinds in enumerate(ORDER) if entry.kind in kinds)
    return place, entry.name.casefold(), entry.path
