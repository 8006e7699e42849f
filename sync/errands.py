"""Objects that are left to bulk jobs, until their rows are in the mirror."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime

from sync.plan import Item
from sync.reach import Reach
from sync.reader import Begun, Downloads
from sync.saved import SavedJob
from sync.store import Mirror


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """An object that is left to a job, which may not have been made yet."""

    item: Item
    reach: Reach
    begun: Future[Begun]
    made_at: datetime

    @property
    def is_under_way(self) -> bool:
        """Whether the job was made."""
        return self.begun.done() and self.begun.exception() is None


class Errands:
    """What is left to jobs; those that were made are remembered in the mirror."""

    def __init__(self, mirror: Mirror, version: str) -> None:
        self._errands: list[Errand] = []
        self._early: dict[str, Errand] = {}
        self._mirror = mirror
        self._version = version
        self._kept: set[str] = set()

    @property
    def all(self) -> Sequence[Errand]:
        """Those that have not ended."""
        return tuple(self._errands)

    def begin_early(self, errand: Errand) -> None:
        """Have a job made before the turn of its object comes."""
        self._early[errand.item.obj.name] = errand

    def early(self, item: Item) -> Errand | None:
        """The job that was begun early, when its turn comes."""
        return self._early.pop(item.obj.name, None)

    def end(self, errand: Errand) -> None:
        """An object was read, or could not be."""
        self._errands.remove(errand)

    def leave(self, errand: Errand) -> None:
        """Leave an object to a job that is being made."""
        self._errands.append(errand)

    def ready(self, downloads: Downloads) -> list[Errand]:
        """Those whose rows can be read without waiting."""
        return [
            errand
            for errand in self._errands
            if errand.is_under_way and downloads.has_found(errand.begun.result().id)
        ]

    def go_on(self, item: Item, reach: Reach, job: SavedJob) -> None:
        """Leave an object to the job of an earlier run."""
        begun: Future[Begun] = Future()
        begun.set_result(Begun(id=job.id))
        self._kept.add(job.id)
        self.leave(Errand(item=item, reach=reach, begun=begun, made_at=job.made_at))

    def keep(self) -> None:
        """Remember the jobs that were made meanwhile."""
        for errand in self._errands:
            if errand.is_under_way and errand.begun.result().id not in self._kept:
                self._keep(errand, errand.begun.result().id)

    def watch(self, downloads: Downloads) -> None:
        """Wait for the jobs that were made, all at once."""
        for errand in self._errands:
            if errand.is_under_way:
                downloads.watch(errand.begun.result().id)

    def _keep(self, errand: Errand, job_id: str) -> None:
        self._kept.add(job_id)
        self._mirror.jobs.keep(
            SavedJob(
                object=errand.item.obj.name,
                id=job_id,
                version=self._version,
                columns=errand.item.columns,
                made_at=errand.made_at,
                since=errand.reach.since,
                watermark=errand.reach.watermark,
                deleted=errand.reach.deleted,
            )
        )
