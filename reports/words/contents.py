"""The archive's table of contents: every page, the deals that it is about, the runs.

It is kept as ``entries.json`` beside the pages; writing again adds to it.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from reports.words.entries import Entry, Sheet
from reports.words.files import put
from reports.words.kept import kept
from reports.words.voice import Voice


#: What is said of a cycle's run, as label and value.
Lines = tuple[tuple[str, str], ...]
Summary = Mapping[str, Lines]

NAME = "entries.json"
#: The address of a page inside the archive, and nothing outside it.
PLACE = re.compile(
    r"(?:packet|hygiene|followup|rollup|dealsheet)(?:/[A-Za-z0-9][\w.-]*){2}\Z"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What the archive holds."""

    entries: tuple[Entry, ...] = ()  #: the newest first
    summary: Summary
    deals: Mapping[str, str]  #: the latest name of each deal, by its id

    def with_sheets(
        self, sheets: Iterable[Sheet], summary: Summary, voice: Voice
    ) -> "Contents":
        """The same with pages that are new or written again, told of in a voice."""
        known = {one.path: one for one in self.entries}
        deals = dict(self.deals)
        for sheet in sheets:
            finding = kept(sheet.entry.heading, voice)
            known[sheet.entry.path] = replace(sheet.entry, heading=finding)
            deals |= sheet.deals
        fresh = {
            cycle: tuple(
                (kept(label, voice), kept(value, voice)) for label, value in own
            )
            for cycle, own in summary.items()
        }
        return Contents(
            entries=tuple(sorted(known.values(), key=newest_first)),
            summary={**self.summary, **fresh},
            deals=deals,
        )

    def without(self, gone: Iterable[Entry]) -> "Contents":
        """The same without some pages, and without what only they were about."""
        paths = {one.path for one in gone}
        left = tuple(one for one in self.entries if one.path not in paths)
        cycles = {one.cycle for one in left}
        deals = {deal for one in left for deal in one.deals}
        return Contents(
            entries=left,
            summary={one: said for one, said in self.summary.items() if one in cycles},
            deals={one: name for one, name in self.deals.items() if one in deals},
        )


def newest_first(entry: Entry) -> tuple[int, str, str, str]:
    """The order of every list: the day, alerts before reps, then by name."""
    day = -date.fromisoformat(entry.day).toordinal()
    return day, entry.cycle, entry.rep or "", entry.path


def contents(folder: Path) -> Contents:
    """What the archive holds already; a list that cannot be read is put aside."""
    path = folder / NAME
    if not path.exists():
        return Contents(summary={}, deals={})
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        found = (
            Entry(**one | {"deals": tuple(one.get("deals", ()))})
            for one in held["entries"]
        )
        entries = tuple(one for one in found if PLACE.match(one.path))
        return Contents(
            entries=tuple(sorted(entries, key=newest_first)),
            summary={
                cycle: tuple((label, value) for label, value in lines)
                for cycle, lines in held["summary"].items()
            },
            deals={str(one): str(said) for one, said in held.get("deals", {}).items()},
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        path.replace(folder / f"{NAME}.unreadable")
        return Contents(summary={}, deals={})


def keep(folder: Path, held: Contents) -> None:
    """Write the table of contents."""
    told = {
        "entries": [asdict(one) for one in held.entries],
        "summary": held.summary,
        "deals": held.deals,
    }
    put(folder, NAME, json.dumps(told, ensure_ascii=False, indent=1))
