"""Bring the mirror up to now: everything once, then what has changed since.

The cursor is the server's own: ``latestDateCovered`` is asked for before the rows
are, and moves only together with them. A failure of one object is not the others';
it makes the run incomplete, and the next one goes on from the same cursor.
"""

import shutil
import tempfile
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Final

from sync.choices import note_choices, offered_by, unknown_stages, unknown_zone
from sync.cloud import Cloud, Shape
from sync.errors import AllowanceSpent, NotAllowed
from sync.journal import Journal
from sync.objects import CATALOGUE, SObject
from sync.pages import PAGES
from sync.plan import Item, make_plan
from sync.reach import reaches
from sync.report import (
    ABSENT,
    COMPLETE,
    INCOMPLETE,
    SKIPPED,
    Drift,
    ObjectReport,
    Progress,
    Report,
)
from sync.resume import go_on
from sync.run import FirstPages, Run
from sync.sequences import chunks
from sync.shapes import shapes_of
from sync.store import Mirror
from sync.verify import verify


__all__ = ["Journal", "ObjectReport", "Progress", "Report", "pull"]

#: Queries that travel in one call, and calls that are under way at a time.
TOGETHER: Final = 5
AHEAD: Final = 2

#: How temporary folders beside the mirror begin.
SCRATCH: Final = ".sync-"

#: A cursor that lies this far back deserves a line in the report.
LAG: Final = timedelta(hours=2)


def pull(  # noqa: PLR0913 -- two things to connect, and four ways to do it
    cloud: Cloud,
    mirror: Mirror,
    *,
    full: bool = False,
    journal: Journal,
    progress: Progress,
    extra_fields: Mapping[str, Sequence[str]] | None = None,
    pages: int = PAGES,
    catalogue: Sequence[SObject] = CATALOGUE,
) -> Report:
    """Bring ``mirror`` up to now; raises only when nothing useful could be read."""
    extra = extra_fields or {}
    try:
        items, shapes = prepare(cloud, mirror, catalogue, extra, fresh=full)
    except AllowanceSpent as error:
        return nothing_read(cloud, mirror, catalogue, error)
    present = [item for item in items if not item.absent]
    with scratch(mirror.path.parent) as folder:
        run = Run(
            cloud=cloud,
            mirror=mirror,
            journal=journal,
            progress=progress,
            folder=folder,
            pages=pages,
        )
        with run.working():
            go_on(run, present, full=full)
            run.reaches = reaches(cloud, mirror, present, full=full)
            for item in items:
                if item.absent:
                    run.end(item, ABSENT, lost(item))
            read_all(run, [item for item in present if not ended(run, item)])
            if run.misjudged:
                items = look_again(run, items, extra)
                present = [item for item in items if not item.absent]
            drift = verify(run, present)
    notes = [*news(run, items, shapes), *unknown_stages(mirror), *unknown_zone(mirror)]
    report = summary(run, items, drift, notes)
    mirror.write_down(report, cloud.server_time)
    mirror.checkpoint()
    return report


def ended(run: Run, item: Item) -> bool:
    """Whether going on with an earlier job has failed; this run leaves it at that."""
    report = run.reports.get(item.obj.name)
    return report is not None and report.status != COMPLETE


@contextmanager
def scratch(place: Path) -> Iterator[Path]:
    """A folder for what need not survive; earlier ones outlived a crash."""
    for left in place.glob(f"{SCRATCH}*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=place) as folder:
        yield Path(folder)


def read_all(run: Run, items: Sequence[Item]) -> None:
    """Read objects, a few in a call and the next call ahead; then the long answers."""
    groups = iter(chunks(items, TOGETHER))
    with ThreadPoolExecutor(AHEAD, "calls") as pool:
        coming = deque(asked(pool, run, group) for group in islice(groups, AHEAD))
        while coming:
            group, told = coming.popleft()
            run.finish_jobs(run.errands.ready(run.downloads))
            first_pages = told.result()
            coming.extend(asked(pool, run, more) for more in islice(groups, 1))
            run.read_together(group, first_pages)
    run.finish_jobs(run.errands.all)


def asked(
    pool: ThreadPoolExecutor, run: Run, group: Sequence[Item]
) -> tuple[Sequence[Item], Future[FirstPages]]:
    """Some objects, and their first pages to come."""
    return group, pool.submit(run.ask_together, group)


def look_again(
    run: Run, items: Sequence[Item], extra_fields: Mapping[str, Sequence[str]]
) -> list[Item]:
    """Describe and read once more what the org no longer shows as it did."""
    wanted = [item.obj for item in items]
    names = [obj.name for obj in wanted]
    shapes = shapes_of(run.cloud, run.mirror, names, fresh=True)
    again = make_plan(shapes, extra_fields, wanted)
    run.mirror.fit([(item.obj, item.hidden) for item in again])
    wrong = [item for item in again if item.obj.name in run.misjudged]
    run.reaches = {
        name: replace(reach, since=None) if name in run.misjudged else reach
        for name, reach in run.reaches.items()
    }
    read_all(run, [item for item in wrong if not item.absent])
    for item in wrong:
        if item.absent:
            run.end(item, ABSENT, lost(item))
    return again


def prepare(
    cloud: Cloud,
    mirror: Mirror,
    catalogue: Sequence[SObject],
    extra_fields: Mapping[str, Sequence[str]],
    *,
    fresh: bool,
) -> tuple[list[Item], Mapping[str, Shape | None]]:
    """What to read, with a mirror that has room for it, and what the org shows."""
    names = [obj.name for obj in catalogue]
    shapes = shapes_of(cloud, mirror, names, fresh=fresh)
    try:
        items = make_plan(shapes, extra_fields, catalogue)
    except NotAllowed:  # a permission may have been granted since we last looked
        shapes = shapes_of(cloud, mirror, names, fresh=True)
        items = make_plan(shapes, extra_fields, catalogue)
    mirror.fit([(item.obj, item.hidden) for item in items])
    return items, shapes


def news(
    run: Run, items: Sequence[Item], shapes: Mapping[str, Shape | None]
) -> list[str]:
    """What picklists offer that they did not; nothing of an org that is not known."""
    if run.is_somebody_elses():
        return []
    offered = offered_by(items, shapes)
    return note_choices(run.mirror, run.journal, offered, run.cloud.server_time)


def lost(item: Item) -> str:
    """What the reports do without."""
    feature = item.obj.feature
    return f"{item.absent}; without {feature}" if feature else item.absent


def nothing_read(
    cloud: Cloud, mirror: Mirror, catalogue: Sequence[SObject], error: AllowanceSpent
) -> Report:
    """A run that had no calls left to begin with."""
    for obj in catalogue:
        mirror.mark(obj.name, SKIPPED, str(error))
    report = Report(
        status=INCOMPLETE,
        api_calls=cloud.calls,
        objects=tuple(
            ObjectReport(name=obj.name, status=SKIPPED, reason=str(error))
            for obj in catalogue
        ),
        notes=(*mirror.notes, *cloud.notes),
        at=cloud.server_time,
    )
    mirror.write_down(report, cloud.server_time)
    return report


def summary(
    run: Run, items: Sequence[Item], drift: Drift, notes: Sequence[str]
) -> Report:
    """The run in one value."""
    objects = tuple(run.reports[item.obj.name] for item in items)
    whole = all(one.status in {COMPLETE, ABSENT} for one in objects)
    now = run.cloud.server_time
    late = [
        f"{one.name}: changes after {one.watermark:%Y-%m-%d %H:%M} UTC are not all "
        "visible yet (a long transaction is running in Sales Cloud)"
        for one in objects
        if one.watermark and now - one.watermark > LAG
    ]
    return Report(
        status=COMPLETE if whole else INCOMPLETE,
        api_calls=run.cloud.calls,
        objects=objects,
        drift=drift,
        notes=(*run.mirror.notes, *run.cloud.notes, *notes, *late),
        at=now,
    )
