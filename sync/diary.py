"""What every sync leaves behind in the mirror, object by object."""

from datetime import datetime, timedelta
from typing import Final

from sync.database import Database
from sync.moments import naive
from sync.report import Report


#: Entries are kept so long.
KEEP: Final = timedelta(days=90)


def write_down(db: Database, report: Report, at: datetime) -> None:
    """Keep how each object ended, and forget what is old."""
    rows = [
        (
            naive(at),
            one.name,
            one.status,
            one.rows,
            one.deleted,
            one.calls,
            one.compared,
            one.drifted,
            naive(one.watermark),
            one.lag_seconds(at),
            one.reason,
        )
        for one in report.objects
    ]
    with db.transaction():
        db.run("delete from mirror_run where ended_at < ?", [naive(at - KEEP)])
        db.fill("insert into mirror_run", rows)
