"""What reps and buyers do about a deal: it follows from the state that nobody sees.

A rep whose deals move calls, writes and meets; a silent buyer is written to and does
not answer; a silent rep leaves the buyer's last message unanswered.
"""

from typing import Final

from sandbox.world.accounts import Contact
from sandbox.world.deal import Deal
from sandbox.world.dice import Dice
from sandbox.world.flaws import Flaw
from sandbox.world.frame import Frame
from sandbox.world.phrases import (
    BUYER_SUBJECTS,
    CALL_SUBJECTS,
    DISPOSITIONS,
    MAIL_SUBJECTS,
    MEETING_SUBJECTS,
    TASK_SUBJECTS,
)
from sandbox.world.records import Records
from sandbox.world.states import State, office_moment
from sandbox.world.when import DAY, HOUR, MINUTE


_ANSWERED: Final = 0.45
_REPLIED: Final = 0.5
_BOUNCED: Final = 0.012
_DRAFTS: Final = 0.02
_RINGS_BACK: Final = 0.15
_AUTOMATED: Final = 0.2
_BOOKED_AHEAD: Final = 0.45
_TALK_MEDIAN: Final = 340


class Diary:
    """Everything that happened, and will, around one deal."""

    def __init__(self, frame: Frame, dice: Dice, deal: Deal, mates: list[str]) -> None:
        self._truth = frame.truth
        self._now = frame.span.now
        self._dice = dice
        self._deal = deal
        self._mates = mates
        self._records = Records(frame, deal)
        self._rhythm = frame.pace**0.5  # slow organisations meet less often
        self._end = deal.story.closed or frame.span.now
        self._ahead = False

    def keep(self) -> None:
        """Write all of it."""
        if self._deal.silent:
            return
        for state, start, end in self._deal.story.states:
            match state:
                case State.MOVING:
                    self._moving(start, end)
                case State.BUYER_SILENT:
                    self._unanswered(start, end, every=5 * self._rhythm)
                case State.REP_SILENT:
                    self._buyer_waits(start, end)
                case State.NOTHING_SCHEDULED:
                    self._small_talk(start, end)
                case State.DEAD:
                    self._unanswered(start, end, every=70)
        if self._deal.is_open:
            self._outlook()

    def _moving(self, start: int, end: int) -> None:
        at = self._office(start + self._dice.wait(3) * DAY)
        while at < end:
            if self._dice.chance(self._deal.owner.phones):
                self._call(at, _ANSWERED)
            else:
                self._mail(at, end, _REPLIED)
            at = self._office(at + (0.6 + self._dice.wait(6.2)) * self._rhythm * DAY)
        self._meetings(start, end)
        self._tasks(start, end)

    def _meetings(self, start: int, end: int) -> None:
        booked = self._office(start + self._dice.wait(10) * DAY)
        while booked < end:
            begins = self._meeting_time(booked)
            held = begins < end or end == self._now
            self._meet(booked, begins, gone=not held)
            booked = self._office(
                max(begins, booked) + (4 + self._dice.wait(16)) * self._rhythm * DAY
            )

    def _meeting_time(self, booked: int) -> int:
        """Within the next two weeks, on the half hour, in local office hours."""
        where = self._deal.owner.zone
        day = where.workday(where.day(booked) + self._dice.between(2, 13))
        return where.at(day, 9 * HOUR + 30 * MINUTE * self._dice.between(0, 14))

    def _meet(self, booked: int, begins: int, *, gone: bool) -> None:
        who, dice = self._deal.worker(booked), self._dice
        if gone and dice.chance(0.6):
            return
        if not gone and not dice.chance(who.capture.meetings):
            self._missed("meeting", "two-way", begins)
            return
        self._ahead |= begins > self._now
        self._records.meeting(
            booked,
            begins,
            who,
            gone=gone,
            subject=dice.one(MEETING_SUBJECTS),
            minutes=dice.pick(((30, 0.4), (60, 0.5), (90, 0.1))),
            buyers=self._deal.buyers[: dice.between(1, 2)],
            colleagues=self._mates[:1] if dice.chance(0.3) else [],
        )

    def _tasks(self, start: int, end: int) -> None:
        """Things to do on the way, nearly all of them done."""
        created = self._office(start + self._dice.wait(25) * DAY)
        while created < end:
            who = self._deal.worker(created)
            due = who.zone.day(created) + self._dice.between(1, 10)
            done = self._office(created + (0.3 + self._dice.wait(4)) * DAY)
            left_open = done >= self._now or self._dice.chance(0.04 * who.sloppy)
            details = {"Subject": self._dice.one(TASK_SUBJECTS)}
            self._records.task(
                created, who, details, due=due, completed=None if left_open else done
            )
            created = self._office(
                created + (3 + self._dice.wait(30)) * self._rhythm * DAY
            )

    def _unanswered(self, start: int, end: int, *, every: float) -> None:
        """Reaching out to somebody who does not answer; a sequence takes over."""
        at = self._office(start + self._dice.wait(every) * DAY)
        while at < end:
            if self._dice.chance(self._deal.owner.phones):
                self._call(at, 0.0)
            else:
                automated = self._dice.chance(_AUTOMATED)
                self._mail(at, end, 0.0, automated=automated)
            every *= 1.06
            at = self._office(at + (1 + self._dice.wait(every)) * DAY)

    def _buyer_waits(self, start: int, end: int) -> None:
        """The buyer asks, perhaps twice, and hears nothing."""
        at = self._office(start + 4 * HOUR)
        for _ in range(self._dice.between(1, 2)):
            if at < end:
                self._inbound(at, self._dice.one(BUYER_SUBJECTS))
            at = self._office(at + (3 + self._dice.wait(5)) * self._rhythm * DAY)

    def _small_talk(self, start: int, end: int) -> None:
        """Still in touch, with nothing agreed."""
        at = self._office(start + self._dice.wait(6) * DAY)
        while at < end:
            if self._dice.chance(self._deal.owner.phones):
                self._call(at, 0.6)
            else:
                self._mail(at, end, 0.65)
            at = self._office(at + (3 + self._dice.wait(5)) * self._rhythm * DAY)

    def _outlook(self) -> None:
        """What lies ahead of a deal that is open now."""
        deal, dice = self._deal, self._dice
        who = deal.owner
        if who.left is not None:
            return
        today = who.zone.day(self._now)
        if deal.story.last_state is State.MOVING:
            if not self._ahead and dice.chance(_BOOKED_AHEAD):
                booked = max(deal.story.created, self._now - dice.between(1, 70) * HOUR)
                begins = self._meeting_time(self._now + DAY)
                self._meet(booked, begins, gone=False)
            if dice.chance(0.6):
                self._promise(today + dice.between(0, 12))
        elif deal.story.last_state is not State.NOTHING_SCHEDULED and dice.chance(0.35):
            self._promise(today - dice.between(2, 40))
        if deal.flawed(Flaw.ACTIVITY_DATES):
            created = max(deal.story.created, self._now - 3 * HOUR)
            details = {"Subject": dice.one(TASK_SUBJECTS)}
            self._records.task(
                created, who, details, due=today + 9, completed=self._now
            )

    def _promise(self, due: int) -> None:
        """An open task."""
        who = self._deal.owner
        created = who.zone.at(due - self._dice.between(3, 9), 15 * HOUR)
        created = min(max(created, self._deal.story.created), self._now)
        details = {"Subject": self._dice.one(TASK_SUBJECTS)}
        self._records.task(created, who, details, due=due, completed=None)

    def _call(self, at: int, answered: float) -> None:
        dice, who = self._dice, self._deal.worker(at)
        talked = dice.chance(answered)
        inbound = talked and dice.chance(_RINGS_BACK)
        if not dice.chance(who.capture.calls):
            direction = "inbound" if inbound else "two-way" if talked else "outbound"
            self._missed("call", direction, at)
            return
        seconds = dice.around(_TALK_MEDIAN, 0.7) if talked else dice.between(0, 45)
        self._records.call(
            at,
            who,
            self._buyer(),
            Subject=dice.one(CALL_SUBJECTS),
            CallType="Inbound" if inbound else "Outbound",
            CallDurationInSeconds=int(seconds),
            CallDisposition="Connected" if talked else dice.pick(DISPOSITIONS),
        )

    def _mail(
        self, at: int, end: int, replied: float, *, automated: bool = False
    ) -> None:
        dice, who, buyer = self._dice, self._deal.worker(at), self._buyer()
        subject = dice.one(MAIL_SUBJECTS)
        bounced = dice.chance(_BOUNCED)
        if dice.chance(who.capture.emails):
            details = {"Subject": subject}
            if automated:
                details["AutomationType"] = "AiAutomated"
            if bounced:
                details["IsBounced"] = "true"
            self._records.email(at, who, buyer, **details)
            if buyer and dice.chance(_DRAFTS):
                self._records.draft(at + 20, who, buyer, subject)
        else:
            self._missed("email", "outbound", at)
        if not bounced and dice.chance(replied):
            answer = at + int((0.1 + dice.wait(1.1)) * DAY)
            if answer < end:
                self._inbound(answer, f"Re: {subject}")

    def _inbound(self, at: int, subject: str) -> None:
        who = self._deal.worker(at)
        if self._dice.chance(who.capture.emails):
            buyer = self._buyer()
            self._records.email(at, who, buyer, Subject=subject, Incoming="true")
        else:
            self._missed("email", "inbound", at)

    def _buyer(self) -> Contact | None:
        return self._dice.one(self._deal.buyers) if self._deal.buyers else None

    def _missed(self, kind: str, direction: str, at: int) -> None:
        if not self._deal.deleted:
            self._truth.uncaptured(self._deal.id, kind, direction, at)

    def _office(self, moment: float) -> int:
        return office_moment(self._dice, self._deal.owner.zone, moment)
