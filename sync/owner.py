"""Whose data these are: a mirror belongs to one org."""

from collections.abc import Sequence
from typing import Final

from sync.errors import MirrorError, Unexpected
from sync.store import Mirror


#: The object whose one record says whose data these are; read first.
OWNER: Final = "Organization"

NOT_KNOWN: Final = "the org's own record could not be read: whose data are these?"

#: What the mirror remembers the org's address as, for links to its records.
INSTANCE: Final = "instance_url"


def check_owner(mirror: Mirror, ids: Sequence[str], address: str) -> None:
    """Make sure that the mirror is of this org, before anything else comes in."""
    if len(ids) != 1:
        raise Unexpected(
            f"the org shows {len(ids)} Organization records, not one",
            remedy="let the integration user read Organization; a folder of "
            "CSV files needs an Organization.csv with one row",
        )
    known = mirror.meta(OWNER)
    if known not in {None, ids[0]}:
        raise MirrorError(
            f"{mirror.path} holds the data of org {known}, not {ids[0]}: "
            "delete it, or set [data] folder to a place of its own"
        )
    mirror.remember(OWNER, ids[0])
    mirror.remember(INSTANCE, address)
