"""What readers call the kinds of things that several rooms speak of."""

from collections.abc import Mapping
from types import MappingProxyType

from reports.model import ActivityKind
from reports.said import Said, say


#: An activity within a sentence.
ACTIVITIES: Mapping[ActivityKind, Said] = MappingProxyType(
    {
        ActivityKind.CALL: say("call"),
        ActivityKind.EMAIL: say("email"),
        ActivityKind.MEETING: say("meeting"),
    }
)
