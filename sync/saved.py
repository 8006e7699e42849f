"""Bulk jobs that were begun: a sync that was killed goes on with them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sync import tables
from sync.database import Database
from sync.moments import naive, utc
from sync.objects import CATALOGUE, SObject


#: Objects by name: a stage can be dropped although the object is not read any more.
KNOWN: Final = {obj.name: obj for obj in CATALOGUE}


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedJob:
    """A bulk job and what was decided before it was made."""

    object: str
    id: str
    version: str  #: results are given to the same API version only
    columns: tuple[str, ...]
    made_at: datetime
    since: datetime | None
    watermark: datetime | None
    deleted: Mapping[str, datetime]


class SavedJobs:
    """The jobs whose rows have not all arrived."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self) -> list[SavedJob]:
        """Every job, the oldest first."""
        return [
            SavedJob(
                object=name,
                id=job_id,
                version=version,
                columns=tuple(columns.split()),
                made_at=made_at.replace(tzinfo=UTC),
                since=utc(since),
                watermark=utc(watermark),
                deleted={
                    id_: datetime.fromisoformat(text)
                    for id_, text in json.loads(deleted).items()
                },
            )
            for name, job_id, version, columns, made_at, since, watermark, deleted in (
                self._db.rows("from mirror_job order by made_at, object")
            )
        ]

    def keep(self, job: SavedJob) -> None:
        """Remember a job, instead of an earlier one of the same object."""
        values = [
            job.object,
            job.id,
            job.version,
            " ".join(job.columns),
            naive(job.made_at),
            naive(job.since),
            naive(job.watermark),
            json.dumps({id_: at.isoformat() for id_, at in job.deleted.items()}),
        ]
        with self._db.transaction():
            self._db.run(drop_job(job.object))
            self._db.fill("insert into mirror_job", [values])

    def drop(self, names: Sequence[str]) -> None:
        """Forget the jobs of some objects, and the rows that have arrived."""
        for name in names:
            with self._db.transaction():
                self._db.run(drop_job(name))


def drop_job(name: str) -> str:
    """Forget the job of an object, which the catalogue may not have any more."""
    return tables.drop_job(KNOWN.get(name) or SObject(name=name, fields=()))
