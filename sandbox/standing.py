"""An organisation to serve: from a folder of files, or made up; and its moment."""

import tempfile
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sandbox.errors import ApiError
from sandbox.org import Org
from sandbox.world import generate


LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

#: Objects whose newest record tells when a folder was written.
TELLING = ("Opportunity", "OpportunityHistory", "Task", "Event", "EmailMessage")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An organisation, and the moment at which its data end."""

    org: Org
    now: datetime


def stand(
    folder: Path | None, *, seed: int, reps: int, now: datetime | None, today: datetime
) -> Standing:
    """The organisation in ``folder``, or a made-up one; OrgError says what is wrong.

    Without ``now``, a folder's moment is that of its newest record, and a made-up
    organisation's is ``today``.
    """
    if folder is not None:
        org = Org.load(folder)
        return Standing(org=org, now=now or newest(org) or today)
    moment = now or today
    with tempfile.TemporaryDirectory(prefix="sandbox-org-") as place:
        generate(Path(place), seed=seed, reps=reps, now=moment)
        return Standing(org=Org.load(Path(place)), now=moment)


def newest(org: Org) -> datetime | None:
    """The latest moment at which a record was changed; None without records."""
    found = [moment for name in TELLING if (moment := latest(org, name))]
    return max(found, default=None)


def latest(org: Org, name: str) -> datetime | None:
    """The latest stamp of an object's records."""
    try:
        result = org.query(f"SELECT MAX(SystemModstamp) last FROM {name}", now=LONG_AGO)
    except ApiError:
        return None
    with closing(result):
        rows = result.records(0, 1)
    value = rows[0]["last"] if rows else None
    return datetime.fromisoformat(value).astimezone(UTC) if value else None
