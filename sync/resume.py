"""Goes on with bulk jobs that an earlier sync began and did not finish."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sync.plan import Item
from sync.reach import Reach
from sync.run import Run
from sync.saved import SavedJob


#: Results are kept for seven days.
KEPT: Final = timedelta(days=6)


def go_on(run: Run, items: Sequence[Item], *, full: bool) -> None:
    """Take in what an earlier run asked for; the cursor is the one of that moment."""
    saved = run.mirror.jobs.all()
    if not saved:
        return
    states = run.mirror.states()
    by_name = {item.obj.name: item for item in items}
    reaches = {}
    for job in saved:
        item = by_name.get(job.object)
        if item is None or full or not usable(run, item, job):
            run.mirror.jobs.drop([job.object])
            run.cloud.forget_job(job.id)
            continue
        reaches[job.object] = Reach(
            since=job.since,
            watermark=job.watermark,
            deleted=job.deleted,
            known=states[job.object].columns,
            read_at=job.made_at,
        )
        run.errands.go_on(item, reaches[job.object], job)
        run.progress.start(job.object, None)
    run.reaches = reaches
    run.finish_jobs(run.errands.all)


def usable(run: Run, item: Item, job: SavedJob) -> bool:
    """Whether a job's results can still be had, and are what we would ask for now."""
    return (
        job.columns == item.columns
        and job.version == run.cloud.version
        and run.cloud.server_time - job.made_at < KEPT
    )
