"""The post: letters are stored, claimed, sent and settled, each of them once.

What is checked before the bytes are kept is checked again before they leave, since
settings, people and versions change between the two.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from hashlib import sha256

from reports.delivery.address import domain_of
from reports.delivery.carriers import Carried, Parcel, carried
from reports.delivery.channels import Channel, DeliveryError, Envelope
from reports.delivery.doubts import Waiting, resolve
from reports.delivery.guard import strangers
from reports.delivery.ledger import Ledger
from reports.delivery.mime import Sender, mime
from reports.delivery.records import Delivery, DeliveryKey, Letter, State
from reports.delivery.reread import Unfaithful
from reports.delivery.retry import Retry
from reports.delivery.tally import Result, Tally


#: What a reader of the report is told about letters that this run did not touch.
SEEN = {
    State.CLAIMED: "another run is sending it",
    State.SENDING: "another run is sending it",
}
STOPPED = "not tried: the run was asked to end"


def unheard(delivery: Delivery) -> None:
    """Nobody follows what becomes of letters."""


def wanted(delivery: Delivery) -> str:
    """Every letter is still for its reader."""
    del delivery
    return ""


def rehearsed(cycle: str) -> str:
    """The name under which rehearsals of a cycle are kept."""
    return f"{cycle} rehearsal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Who may be written to, as whom, and how often it is tried."""

    sender: Sender
    allowed_domains: frozenset[str] = frozenset()  #: empty: files only
    redirect_to: str | None = None  #: a rehearsal: everything goes to this address
    retry: Retry = field(default_factory=Retry)


class Post:
    """Sends letters over a channel, by the ledger."""

    def __init__(
        self,
        ledger: Ledger,
        channel: Channel,
        rules: Rules,
        clock: Callable[[], datetime],
    ) -> None:
        self.ledger = ledger
        self.channel = channel
        self.rules = rules
        self.clock = clock
        #: Set by who asks the run to end: the letter at hand is finished, no other.
        self.stopping = False
        #: Told of each letter that this run settles, when it does.
        self.heard: Callable[[Delivery], None] = unheard
        self._closed = ""
        self._notes: dict[str, str] = {}
        self._said: dict[DeliveryKey, str] = {}  #: why letters are not sent now
        self._tried: dict[str, Delivery] = {}  #: by this run, by Message-ID

    def stop(self) -> None:
        """Finish the letters under way, and begin no other."""
        self.stopping = True
        self.channel.stop()

    def send(self, letters: Iterable[Letter]) -> Tally:
        """Keep all letters, then send those that are not sent yet."""
        kept = [self._kept(letter) for letter in letters]
        return self._all_sent(kept)

    def resume(
        self, now: datetime, unwanted: Callable[[Delivery], str] = wanted
    ) -> Tally:
        """Send what earlier runs left: stored and not tried, or deferred and due.

        What is not for its reader any more is held; ``unwanted`` says why.
        """
        left = list(self.ledger.pending(now))
        for one in left:
            if one.key.recipient == self.rules.redirect_to:
                continue
            if reason := unwanted(one):
                self._end(one.key, State.HELD, reason=reason)
        return self._all_sent([one.key for one in left])

    def recover(self) -> list[Waiting]:
        """Settle what dead runs left, as far as it can be known; the rest is in doubt.

        Only for who holds the lock.
        """
        self.ledger.recover(self.clock())
        try:
            return resolve(self.ledger, self.channel, self.clock())
        finally:
            self.channel.close()

    def _all_sent(self, keys: Iterable[DeliveryKey]) -> Tally:
        """Send what is to be sent now; the results are in the order of the keys."""
        asked = list(keys)
        self._said, self._tried = {}, {}
        try:
            with closing(carried(self.channel, self._parcels(asked))) as outcomes:
                for one in outcomes:
                    self._settle(one)
        finally:
            self.channel.close()
        return Tally(results=tuple(self._result(key) for key in asked))

    def _parcels(self, keys: Iterable[DeliveryKey]) -> Iterator[Parcel]:
        """Claim letters one by one; what is not to be sent now is passed over."""
        for key in keys:
            if (found := self._claimed(key)) is not None:
                known, raw = found
                self._tried[known.message_id] = known
                yield Parcel(
                    envelope=Envelope(
                        sender=self.rules.sender.address,
                        recipient=key.recipient,
                        message_id=known.message_id,
                    ),
                    raw=raw,
                    on_dot=partial(self._sending, key),
                )

    def _sending(self, key: DeliveryKey) -> None:
        """Note that the receiver may have a letter from here on."""
        self.ledger.sending(key, self.clock())

    def _kept(self, letter: Letter) -> DeliveryKey:
        """Store a letter, or hold one that cannot be written as mail."""
        aim = letter if self.rules.redirect_to is None else self._rehearsed(letter)
        known = self.ledger.delivery(aim.key)
        if known is not None and known.state is not State.HELD:
            return aim.key
        try:
            raw = mime(aim, self.rules.sender)
        except Unfaithful as finding:
            if self.ledger.store(aim, b"", self.clock()) is State.STORED:
                reason = str(finding)
                self._end(aim.key, State.HELD, reason=reason)
        else:
            self.ledger.store(aim, raw, self.clock())
        return aim.key

    def _rehearsed(self, letter: Letter) -> Letter:
        """The letter for a rehearsal: another delivery, to another address."""
        key = replace(
            letter.key,
            cycle=rehearsed(letter.key.cycle),
            recipient=str(self.rules.redirect_to),
        )
        key = replace(key, revision=self.ledger.next_revision(key))
        real = self._barred(letter.key.recipient)
        self._notes[key.message_id] = f"rehearsal for {letter.key.recipient}" + (
            f"; the real one would be held: {real}" if real else ""
        )
        subject = f"[rehearsal for {letter.key.recipient}] {letter.message.subject}"
        return replace(
            letter,
            key=key,
            message=replace(letter.message, subject=subject),
            to_name="",
            reply_to=(),
            answers=None,
        )

    def _claimed(self, key: DeliveryKey) -> tuple[Delivery, bytes] | None:
        """A stored letter and its bytes, claimed if it is to be sent now."""
        known, now = self.ledger.known(key), self.clock()
        if known.state not in {State.STORED, State.DEFERRED}:
            return None
        if reason := self._kept_back(known):
            self._said[key] = reason
            return None
        raw = self.ledger.bytes_of(key) or b""
        if reason := self._objection(known, raw):
            self._end(key, State.HELD, reason=reason)
            return None
        if now - known.waiting_since > self.rules.retry.give_up:
            reason = f"given up: {known.reason or 'it was never tried'}"
            self._end(key, State.REFUSED, reason=reason)
            return None
        return (known, raw) if self.ledger.claim(key, now) else None

    def _kept_back(self, known: Delivery) -> str:
        """Why nothing is done about a letter now; it stays as it is."""
        rehearsing = self.rules.redirect_to
        if rehearsing is not None and known.key.recipient != rehearsing:
            return f"kept back: this is a rehearsal, everything goes to {rehearsing}"
        return self._closed or (STOPPED if self.stopping else "")

    def _objection(self, known: Delivery, raw: bytes) -> str:
        """Why a letter may not leave; empty when it may."""
        if reason := self._barred(known.key.recipient):
            return reason
        if not raw:
            return "its bytes are not kept"
        if sha256(raw).hexdigest() != known.sha256:
            return "its bytes are not those that were kept: the ledger is damaged"
        if foreign := strangers(raw, known.deal_ids):
            return f"it shows deals that are not for its reader: {', '.join(foreign)}"
        return ""

    def _barred(self, recipient: str) -> str:
        """Why nothing may be sent to an address; empty when something may."""
        allowed, domain = self.rules.allowed_domains, domain_of(recipient)
        if domain is None:
            return f"{recipient!r} is not an address"
        if domain not in allowed and (allowed or not self.channel.local):
            return f"{domain} is not in [delivery] allowed_domains"
        return ""

    def _settle(self, one: Carried) -> None:
        """Keep what came of a claimed letter."""
        known = self._tried[one.envelope.message_id]
        if one.error is not None:
            self._failed(known, one.error)
        else:
            self._end(known.key, State.ACCEPTED, reply=one.reply)

    def _failed(self, known: Delivery, error: DeliveryError) -> None:
        """Settle a letter that did not go out, or may not have."""
        reason = str(error)
        if error.everyone:
            self._closed = f"not tried: {reason}"
        if error.in_doubt:
            self._end(known.key, State.IN_DOUBT, reason=reason)
        elif error.permanent and not error.everyone:
            self._end(known.key, State.REFUSED, reason=reason)
        else:
            retry, attempts = self.rules.retry, known.attempts + 1
            next_at = retry.next_at(self.clock(), known.message_id, attempts)
            self._end(known.key, State.DEFERRED, reason=reason, next_at=next_at)

    def _end(
        self,
        key: DeliveryKey,
        state: State,
        *,
        reason: str = "",
        reply: str = "",
        next_at: datetime | None = None,
    ) -> None:
        """Keep how far a letter came, and tell who listens."""
        self.ledger.settle(
            key, state, self.clock(), reason=reason, reply=reply, next_at=next_at
        )
        self.heard(self.ledger.known(key))

    def _result(self, key: DeliveryKey) -> Result:
        """How far a letter is, as the ledger has it; it was tried at most once."""
        known = self.ledger.known(key)
        note = self._notes.get(known.message_id, "")
        reason = self._said.get(key, "")
        return Result(
            key=key,
            message_id=known.message_id,
            state=known.state,
            reason=reason or known.reason or SEEN.get(known.state, note),
            attempted=self._tried.pop(known.message_id, None) is not None,
        )
