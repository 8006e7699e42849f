"""A static site of everything that was sent, readable for years without a server.

The pages are made of HTML and nothing else: no script, no image, nothing loaded from
elsewhere. They hold customers' data: files are written 0600, folders 0700, and the
site belongs behind the company's sign-on. ``entries.json`` is its table of contents;
writing again adds to it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from reports.said import capital, say
from reports.words.contents import Contents, Lines, Summary, contents, keep
from reports.words.deal_index import indexed
from reports.words.entries import Entry, Kind, Sheet, segment
from reports.words.environment import LONGEST, html_environment
from reports.words.files import make, put, take
from reports.words.kept import again
from reports.words.neighbours import Neighbours
from reports.words.printed import PRINTED, Press, beside
from reports.words.text import Name
from reports.words.trends import field_trends, team_trends
from reports.words.voice import ENGLISH, Voice


#: Between these a page's link to the later page of its series is put in.
LATER = re.compile("<!--later-->.*?<!--/later-->", re.DOTALL)
#: A link to a neighbour of a page, with the neighbour's address.
NEIGHBOUR = re.compile(r'<li><a (?:rel="prev" )?href="\.\./\.\./([^"#]+)">.*?</a></li>')
#: The most of a name that heads a list; a browser shows about as much of a title.
HEADING = 60
TITLE = say("Pipeline reviews")
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


def write_archive(  # noqa: PLR0913 - what is written, and how, each by name
    folder: Path,
    sheets: Iterable[Sheet],
    *,
    title: str = TITLE,
    summary: Summary | None = None,
    voice: Voice = ENGLISH,
    press: Press | None = None,
) -> Path:
    """Write the pages and every list of them; return the path of ``index.html``.

    Each page speaks to its own reader, the lists in ``voice`` to everybody. With a
    ``press``, pages that are worth paper have their PDF beside them.
    """
    make(folder)
    fresh = list(sheets)
    held = contents(folder).with_sheets(fresh, summary or {}, voice)
    near = Neighbours(held.entries)
    for sheet in fresh:
        write_page(folder, sheet, near, press)
    write_lists(folder, held, title, voice)
    keep(folder, held)
    return folder / INDEX


def forget(
    folder: Path, before: date, *, title: str = TITLE, voice: Voice = ENGLISH
) -> int:
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
    printed = {beside(path) for path in paths}
    for path in sorted(paths | printed | (lists(held) - lists(left))):
        take(folder, path)
    write_lists(folder, left, title, voice)
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


def write_page(
    folder: Path, sheet: Sheet, near: Neighbours, press: Press | None
) -> None:
    """Write one page between its neighbours, and lead the earlier one to it."""
    entry = sheet.entry
    pdf = beside(entry.path) if press and entry.kind in PRINTED else None
    earlier, later = near.reviews(entry)
    before, after = near.colleagues(entry)
    html = (
        html_environment(voice=sheet.voice)
        .get_template(TEMPLATES[entry.kind])
        .render(
            page=sheet.page,
            entry=entry,
            lists=lists_of(entry),
            before=before,
            after=after,
            earlier=earlier,
            pdf=pdf,
        )
    )
    if press and pdf:
        put(folder, pdf, press(html))
    put(folder, entry.path, LATER.sub(lambda _: later_mark(later, sheet.voice), html))
    if earlier is not None:
        lead_on(folder, earlier, sheet)


def later_mark(later: Entry | None, voice: Voice) -> str:
    """The link to the later review, in its marks; ids need no escaping."""
    inside = ""
    if later:
        text = say("{page} of {day}", page=capital(later.said), day=later.when)
        told = voice.html(text, LONGEST)
        inside = f'<a rel="next" href="../../{later.path}">{told}</a>'
    return f"<!--later-->{inside}<!--/later-->"


def lead_on(folder: Path, earlier: Entry, sheet: Sheet) -> None:
    """Put the link to a page into the one before it, if that is still there.

    Both have the same reader, and so the same voice.
    """
    path = folder / earlier.path
    if path.is_file():
        html, link = (
            path.read_text(encoding="utf-8"),
            later_mark(sheet.entry, sheet.voice),
        )
        put(folder, earlier.path, LATER.sub(lambda _: link, html))


def lists_of(entry: Entry) -> tuple[Link, ...]:
    """The lists that a page is in, as seen from the page."""
    found = [
        Link(text=say("All reviews"), url=f"../../{INDEX}"),
        Link(text=say("All deals"), url=f"../../{DEALS}"),
    ]
    if entry.rep_id and entry.rep:
        found.append(
            Link(text=Name(entry.rep), url=f"../../rep/{segment(entry.rep_id)}.html")
        )
    if entry.manager_id and entry.manager:
        found.append(
            Link(
                text=say("Team of {manager}", manager=Name(entry.manager)),
                url=f"../../manager/{segment(entry.manager_id)}.html",
            )
        )
    return tuple(found)


def write_lists(folder: Path, held: Contents, title: str, voice: Voice) -> None:
    """Write the index, the list of deals, and a list for each rep and manager."""
    listed = held.entries
    reps = people((one.rep_id, one.rep) for one in listed)
    managers = people((one.manager_id, one.manager) for one in listed)
    pages = html_environment(voice=voice)
    template = pages.get_template("archive/index.html.jinja")
    put(
        folder,
        INDEX,
        template.render(
            title=title,
            up="",
            cycles=tuple(cycles(listed, held.summary)),
            trends=field_trends(listed),
            trends_of=say("Completeness of open deals by field, cycle by cycle"),
            reps=links("rep", reps),
            managers=links("manager", managers),
        ),
    )
    deals = pages.get_template("archive/deals.html.jinja")
    put(folder, DEALS, deals.render(groups=indexed(listed, held.deals)))
    for kind, found in (("rep", reps), ("manager", managers)):
        for person_id, name in found:
            own = [one for one in listed if getattr(one, f"{kind}_id") == person_id]
            heading: str = Name(name, HEADING)
            if kind == "manager":
                heading = say("Team of {manager}", manager=heading)
            put(
                folder,
                f"{kind}/{segment(person_id)}.html",
                template.render(
                    title=heading,
                    up="../",
                    cycles=tuple(cycles(own, {})),
                    trends=team_trends(own) if kind == "manager" else (),
                    trends_of=say("The team's open deals, cycle by cycle"),
                    reps=(),
                    managers=(),
                ),
            )


def links(kind: str, found: Iterable[tuple[str, str]]) -> tuple[Link, ...]:
    """The lists of people, as seen from the index."""
    return tuple(
        Link(text=Name(name), url=f"{kind}/{segment(person)}.html")
        for person, name in found
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
            summary=tuple(
                (again(one), again(told)) for one, told in said.get(name, ())
            ),
            entries=tuple(sorted(entries, key=by_kind_and_name)),
        )


def by_kind_and_name(entry: Entry) -> tuple[int, str, str]:
    """Alerts first, then teams, reps by name, and deals."""
    place = next(place for place, kinds in enumerate(ORDER) if entry.kind in kinds)
    return place, entry.name.casefold(), entry.path
