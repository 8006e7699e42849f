"""Tasks into Sales Cloud, where the settings ask for them."""

from collections.abc import Mapping
from datetime import datetime

from desk.world import World
from reports.delivery.ledger import Ledger
from reports.runs.tasks import Blocked, Entered, NotEntered, Refused, enter_tasks
from settings import Settings
from sync.client import SalesCloud
from sync.errors import NotAllowed, SyncError, Unexpected


class Door:
    """Enters tasks, and says in the office's words what went wrong."""

    def __init__(self, cloud: SalesCloud) -> None:
        self.cloud = cloud

    @property
    def server_time(self) -> datetime:
        """The moment that Sales Cloud last named."""
        return self.cloud.server_time

    def enter(self, fields: Mapping[str, str]) -> str:
        """Create a task; its record id."""
        try:
            return self.cloud.create_task(fields)
        except NotAllowed as error:
            raise Blocked(error) from error
        except Unexpected as error:
            raise (Refused if error.code else NotEntered)(error) from error
        except SyncError as error:
            raise NotEntered(f"one may have been entered, or not: {error}") from error


def entered(
    settings: Settings, ledger: Ledger, world: World, since: datetime
) -> Entered:
    """The tasks of packets that somebody got; none unless the settings say so."""
    if not settings.write_tasks:
        return Entered()

    def connect() -> Door:
        try:
            return Door(SalesCloud.connect(settings.salesforce))
        except SyncError as error:
            raise Blocked(error) from error

    return enter_tasks(settings.data.mirror, ledger, connect, world.clock, since=since)
