"""A static site of everything that was sent, readable for years without a server.

The pages are made of HTML and nothing else: no script, no image, nothing loaded from
elsewhere. They hold customers' data: files are written 0640, folders 0750, and the
site belongs behind the company's sign-on. ``entries.json`` is its table of contents;
writing again adds to it.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from reports.words.entries import Entry, Sheet, segment
from reports.words.environment import html_environment
from reports.words.trends import field_trends, team_trends


#: What is said of a cycle's run, as label and value.
Lines = tuple[tuple[str, str], ...]
Summary = Mapping[str, Lines]

#: Between these a page's link to the later review of the same rep is put in.
LATER = re.compile("<!--later-->.*?<!--/later-->", re.DOTALL)
#: The address of a page inside the archive, and nothing outside it.
PLACE = re.compile(r"(?:packet|hygiene|followup)(?:/[A-Za-z0-9][\w.-]*){2}\Z")
CONTENTS = "entries.json"
TEMPLATES = {
    "packet": "archive/packet.html.jinja",
    "hygiene": "archive/hygiene.html.jinja",
    "followup": "archive/followup.html.jinja",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Where to go from here."""

    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """A cycle in the list of them."""

    name: str
    summary: tuple[tuple[str, str], ...]
    entries: tuple[Entry, ...]


def write_archive(
    folder: Path,
    sheets: Iterable[Sheet],
    *,
    title: str = "Pipeline reviews",
    summary: Summary | None = None,
) -> Path:
    """Write the pages and every list of them; return the path of ``index.html``."""
    make(folder)
    known, said = contents(folder)
    fresh = list(sheets)
    known |= {sheet.entry.path: sheet.entry for sheet in fresh}
    said |= summary or {}
    listed = sorted(known.values(), key=newest_first)
    for sheet in fresh:
        write_page(folder, sheet, listed)
    write_lists(folder, listed, said, title)
    held = {"entries": [asdict(one) for one in listed], "summary": said}
    put(folder, CONTENTS, json.dumps(held, ensure_ascii=False, indent=1))
    return folder / "index.html"


def newest_first(entry: Entry) -> tuple[int, str, str, str]:
    """The order of every list: the day, alerts before reps, then by name."""
    year, month, day = (int(part) for part in entry.day.split("-"))
    return -(year * 10000 + month * 100 + day), entry.cycle, entry.rep or "", entry.path


def contents(folder: Path) -> tuple[dict[str, Entry], dict[str, Lines]]:
    """What the archive holds already; a list that cannot be read is put aside."""
    path = folder / CONTENTS
    if not path.exists():
        return {}, {}
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        entries = [Entry(**one) for one in held["entries"]]
        said = {
            cycle: tuple((label, value) for label, value in lines)
            for cycle, lines in held["summary"].items()
        }
        return {one.path: one for one in entries if PLACE.match(one.path)}, said
    except (ValueError, TypeError, KeyError, AttributeError):
        path.replace(folder / f"{CONTENTS}.unreadable")
        return {}, {}


def write_page(folder: Path, sheet: Sheet, listed: Sequence[Entry]) -> None:
    """Write one page between its neighbours, and lead the earlier one to it."""
    entry = sheet.entry
    earlier, later = reviews_around(entry, listed)
    before, after = colleagues_around(entry, listed)
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


def reviews_around(
    entry: Entry, listed: Sequence[Entry]
) -> tuple[Entry | None, Entry | None]:
    """The same rep's page of this kind before and after this one."""
    own = [
        one for one in listed if one.kind == entry.kind and one.rep_id == entry.rep_id
    ]
    place = own.index(entry)
    earlier = own[place + 1] if place + 1 < len(own) else None
    return earlier, own[place - 1] if place else None


def colleagues_around(
    entry: Entry, listed: Sequence[Entry]
) -> tuple[Entry | None, Entry | None]:
    """The pages of this kind and cycle before and after this one."""
    cycle = [
        one for one in listed if one.kind == entry.kind and one.cycle == entry.cycle
    ]
    place = cycle.index(entry)
    after = cycle[place + 1] if place + 1 < len(cycle) else None
    return cycle[place - 1] if place else None, after


def later_mark(later: Entry | None) -> str:
    """The link to the later review, in its marks; ids need no escaping."""
    inside = (
        f'<a rel="next" href="../../{later.path}">Review of {later.day}</a>'
        if later
        else ""
    )
    return f"<!--later-->{inside}<!--/later-->"


def lead_on(folder: Path, earlier: Entry, entry: Entry) -> None:
    """Put the link to ``entry`` into the page before it, if that is still there."""
    path = folder / earlier.path
    if path.is_file():
        html = path.read_text(encoding="utf-8")
        put(folder, earlier.path, LATER.sub(lambda _: later_mark(entry), html))


def lists_of(entry: Entry) -> tuple[Link, ...]:
    """The lists that a page is in, as seen from the page."""
    found = [Link(text="All reviews", url="../../index.html")]
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


def write_lists(
    folder: Path, listed: Sequence[Entry], said: Summary, title: str
) -> None:
    """Write the index, and a list for each rep and each manager."""
    reps = people((one.rep_id, one.rep) for one in listed)
    managers = people((one.manager_id, one.manager) for one in listed)
    template = html_environment().get_template("archive/index.html.jinja")
    put(
        folder,
        "index.html",
        template.render(
            title=title,
            up="",
            cycles=tuple(cycles(listed, said)),
            trends=field_trends(listed),
            trends_of="Completeness of open deals by field",
            reps=tuple(Link(text=n, url=f"rep/{segment(i)}.html") for i, n in reps),
            managers=tuple(
                Link(text=n, url=f"manager/{segment(i)}.html") for i, n in managers
            ),
        ),
    )
    for kind, found in (("rep", reps), ("manager", managers)):
        for person_id, name in found:
            own = [one for one in listed if getattr(one, f"{kind}_id") == person_id]
            heading = name if kind == "rep" else f"Team of {name}"
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


def by_kind_and_name(entry: Entry) -> tuple[bool, str, str]:
    """Alerts first, then reps by name."""
    return entry.rep is not None, (entry.rep or "").casefold(), entry.path


def put(folder: Path, relative: str, text: str) -> None:
    """Write a file whole or not at all, readable for its owner only."""
    path = folder / relative
    make(path.parent)
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(part, flags, 0o600), "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)
    part.replace(path)


def make(folder: Path) -> None:
    """Make a folder and those above it, each for its owner only."""
    if not folder.exists():
        make(folder.parent)
        folder.mkdir(mode=0o700)
