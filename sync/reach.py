"""From when to when each object is read, decided before the first row is asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from sync.cloud import Cloud, Since, Window
from sync.errors import LoginRefused, SyncError
from sync.objects import Vanishing
from sync.plan import Item
from sync.store import Mirror, State


#: Servers' clocks differ, and some stamps are set asynchronously.
OVERLAP: Final = timedelta(minutes=5)

#: How far back changes may still become visible in objects that have no change log.
UNLOGGED_LAG: Final = timedelta(minutes=15)

#: A first reading needs the watermark of now, not the deletions of last week.
RECENTLY: Final = timedelta(minutes=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far a reading goes."""

    since: datetime | None  #: changes at or after it are read; None: everything
    watermark: datetime | None  #: where the next reading begins
    deleted: Mapping[str, datetime] = field(default_factory=dict)
    known: frozenset[str] = frozenset()  #: fields that the mirror holds already
    sweep: bool = False  #: deletions may have escaped the log: compare ids
    read_at: datetime | None = None  #: when an earlier run asked for the rows

    @property
    def whole(self) -> bool:
        """Whether everything is read, so that what is missing is gone."""
        return self.since is None


def reaches(
    cloud: Cloud, mirror: Mirror, items: Sequence[Item], *, full: bool
) -> dict[str, Reach]:
    """How far each object is read in this run."""
    states = mirror.states()
    begin = {
        item.obj.name: None if full else beginning(item, states[item.obj.name])
        for item in items
    }
    asked = [
        Since(
            name=item.obj.name,
            start=begin[item.obj.name] or cloud.server_time - RECENTLY,
            deletable=item.obj.deletable and "IsDeleted" in item.columns,
        )
        for item in items
        if item.obj.cursor and item.replicable
    ]
    logs = ask_logs(cloud, asked)
    found = {
        item.obj.name: reach(
            item, begin[item.obj.name], logs.get(item.obj.name), cloud.server_time
        )
        for item in items
    }
    return {
        name: replace(one, known=states[name].columns) for name, one in found.items()
    }


def beginning(item: Item, state: State) -> datetime | None:
    """From when on changes are read; None when everything has to be."""
    if item.obj.cursor is None or state.watermark is None:
        return None
    if state.columns != frozenset(item.columns):
        return None  # a column that came or went says something about every row
    return state.watermark - OVERLAP


def ask_logs(cloud: Cloud, asked: Sequence[Since]) -> Mapping[str, Window | SyncError]:
    """The change logs; an error of the whole call is every object's."""
    try:
        return cloud.windows(asked)
    except LoginRefused:
        raise
    except SyncError as error:
        return {since.name: error for since in asked}


def reach(
    item: Item,
    since: datetime | None,
    log: Window | SyncError | None,
    now: datetime,
) -> Reach:
    """How far one object is read."""
    if item.obj.cursor is None:
        return Reach(since=None, watermark=None)
    watched = item.obj.vanishing is Vanishing.LOGGED and since is not None
    if isinstance(log, Window) and log.latest is not None:
        return Reach(
            since=since,
            watermark=min(log.latest, now),
            deleted=log.deleted,
            sweep=watched and not log.complete,
        )
    return Reach(since=since, watermark=now - UNLOGGED_LAG, sweep=watched)
