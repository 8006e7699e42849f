"""What came of sending: a result for every letter, with a reason people can read."""

from collections import Counter
from dataclasses import dataclass

from reports.delivery.records import DeliveryKey, State


#: States that somebody has to look at.
TROUBLE = frozenset({State.REFUSED, State.HELD, State.IN_DOUBT, State.DEFERRED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How far one letter is."""

    key: DeliveryKey
    message_id: str
    state: State
    reason: str = ""  #: empty: it went as it should
    attempted: bool = False  #: by this run


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The results of a run."""

    results: tuple[Result, ...] = ()

    @property
    def sent(self) -> int:
        """How many letters this run sent."""
        return sum(
            one.attempted and one.state is State.ACCEPTED for one in self.results
        )

    @property
    def trouble(self) -> tuple[Result, ...]:
        """The letters that did not go as they should."""
        return tuple(
            one
            for one in self.results
            if one.state in TROUBLE or (one.state is not State.ACCEPTED and one.reason)
        )

    @property
    def sentence(self) -> str:
        """The run in one line, such as ``42 sent, 3 sent before, 1 held``."""
        before = sum(
            not one.attempted and one.state is State.ACCEPTED for one in self.results
        )
        others = Counter(
            str(one.state) for one in self.results if one.state is not State.ACCEPTED
        )
        parts = [(self.sent, "sent"), (before, "sent before")]
        parts += [(others[state], state) for state in map(str, State)]
        return ", ".join(f"{number} {what}" for number, what in parts if number) or (
            "nothing to send"
        )

    def __add__(self, other: "Tally") -> "Tally":
        """Both runs together."""
        return Tally(results=(*self.results, *other.results))
