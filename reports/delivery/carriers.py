"""Letters under way: one at a time, or several at once that share one ledger.

Whatever the threads do, the ledger is spoken to by the caller's alone, and between
the note before a final dot and its answer there is one letter at a time: a run that
is killed leaves at most one in doubt, however many connections it has.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Thread

from reports.delivery.channels import Channel, DeliveryError, Envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A letter that may leave: its bytes, and what is noted before its final dot."""

    envelope: Envelope
    raw: bytes
    on_dot: Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What came of a letter."""

    envelope: Envelope
    reply: str = ""
    error: DeliveryError | None = None


def carried(
    channel: Channel, parcels: Iterator[Parcel]
) -> Generator[Carried, None, None]:
    """What comes of letters; the next is asked for when there is room for it."""
    if channel.at_once == 1:
        return (deliver(channel, one, one.on_dot) for one in parcels)
    return Carriers(channel).carried(parcels)


def deliver(channel: Channel, parcel: Parcel, on_dot: Callable[[], None]) -> Carried:
    """Send one letter."""
    try:
        reply = channel.send(parcel.raw, parcel.envelope, on_dot)
    except DeliveryError as error:
        return Carried(envelope=parcel.envelope, error=error)
    return Carried(envelope=parcel.envelope, reply=reply)


@dataclass(frozen=True, slots=True)
class Way:
    """A letter's way in a thread of its own."""

    parcel: Parcel
    dot: Future[None] = field(default_factory=Future)  #: whether it may have its dot
    came: Future[Carried] = field(default_factory=Future)


class Ended(Exception):  # noqa: N818  # nothing is wrong with the letter
    """The run ended before the letter's final dot."""


class Carriers:
    """As many threads as a channel has room for."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._news: SimpleQueue[Way] = SimpleQueue()
        self._under_way = 0
        self._before_dot: deque[Way] = deque()
        self._after_dot: Way | None = None

    def carried(self, parcels: Iterator[Parcel]) -> Generator[Carried, None, None]:
        """What comes of letters, in the order in which they are done.

        When the caller ends it, or an error does, letters under way get no final dot.
        """
        more = True
        try:
            while more or self._under_way:
                while more and self._under_way < self._channel.at_once:
                    parcel = next(parcels, None)
                    more = parcel is not None
                    if parcel is not None:
                        self._start(Way(parcel))
                self._let_one_end()
                if self._under_way and (came := self._heard()):
                    yield came
        finally:
            self._end()

    def _start(self, way: Way) -> None:
        self._under_way += 1
        Thread(target=self._go, args=[way], daemon=True).start()

    def _go(self, way: Way) -> None:
        """Send a letter, in its thread, asking for leave before the final dot."""

        def on_dot() -> None:
            self._news.put(way)
            way.dot.result()

        try:
            way.came.set_result(deliver(self._channel, way.parcel, on_dot))
        except BaseException as error:  # noqa: BLE001  # raised where it is asked for
            way.came.set_exception(error)
        self._news.put(way)

    def _let_one_end(self) -> None:
        """Give the next letter its final dot, if no other waits for an answer."""
        if self._after_dot is not None or not self._before_dot:
            return
        way = self._before_dot.popleft()
        try:
            way.parcel.on_dot()
        except BaseException:
            refuse(way)
            raise
        self._after_dot = way
        way.dot.set_result(None)

    def _heard(self) -> Carried | None:
        """What one thread has to say: it nears the dot, or its letter is done."""
        way = self._news.get()
        if not way.came.done():
            self._before_dot.append(way)
            return None
        self._under_way -= 1
        if way is self._after_dot:
            self._after_dot = None
        return way.came.result()

    def _end(self) -> None:
        """Refuse what has no final dot yet, and wait for what has."""
        while self._before_dot:
            refuse(self._before_dot.popleft())
        while self._under_way:
            way = self._news.get()
            if way.came.done():
                self._under_way -= 1
            else:
                refuse(way)


def refuse(way: Way) -> None:
    """Tell a letter's thread that there will be no final dot."""
    way.dot.set_exception(Ended())
