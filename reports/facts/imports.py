"""Imports: what makes deals look brought in from elsewhere, their past left behind."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final


HOUR: Final = timedelta(hours=1)
#: The history of a deal begins with the deal, give or take a night's batch.
LATE: Final = timedelta(days=1)

#: What the query is given: a user made so many deals within an hour, or one in
#: ``one_in`` of all deals if these are not few. Who does so on more than
#: ``seldom_days`` days and makes most deals one by one, or does so on more than
#: ``feed_days`` days, passes on new deals and imports none.
LIMITS: Final[Mapping[str, int]] = {
    "within_s": HOUR // timedelta(seconds=1),
    "many": 20,
    "few": 5,
    "one_in": 20,
    "seldom_days": 3,
    "feed_days": 10,
    "late_s": LATE // timedelta(seconds=1),
}
