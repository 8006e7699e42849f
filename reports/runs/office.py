"""The office: rounds of packets, alerts and check-ins, from reading to letters sent."""

from collections.abc import Callable
from dataclasses import dataclass

from reports.delivery.records import LetterKind, Review
from reports.findings import Skip
from reports.model import Book, UserId
from reports.packet.alerts import HygieneAlert
from reports.packet.as_json import (
    alert_json,
    follow_up_json,
    packet_json,
    packets_json,
    reminder_json,
)
from reports.runs.bureau import Bureau
from reports.runs.followups import Checked, check_in
from reports.runs.group import Group, group_letters, group_of, group_sheets, whole_teams
from reports.runs.hygiene import alert, remind, to_remind
from reports.runs.outcome import Outcome
from reports.runs.outlets import batch_of
from reports.runs.packets import Made, make
from reports.runs.reading import Reading
from reports.runs.rounds import (
    Order,
    Round,
    frame_round,
    keep,
    memory_of,
    occasion_of,
)
from reports.runs.talks import talks
from reports.runs.tasks import plan
from reports.words.entries import alert_sheet, follow_up_sheet, packet_sheet
from reports.words.render import Renderer


#: Why a packet that was made is in nobody's hands.
NO_READER = (
    "nobody can be written to: neither owner nor manager, and nobody is named in "
    "[hygiene] recipients"
)

#: What is said of a round without deals.
NOTHING_OPEN = "no deal is open at that moment: there is nothing to review"


def anything(alert: HygieneAlert) -> bool:
    """Every alert is wanted."""
    del alert
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Office(Bureau):
    """Makes and sends."""

    def packets(self, reading: Reading, order: Order) -> Outcome:
        """The packets of a cycle, with what belongs to them."""
        round_ = frame_round(self.house, reading, order)
        failures: list[str] = []
        made = self.each(
            round_.reps,
            lambda rep: self._packet(round_, rep),
            failures,
            lambda rep: reading.book.people[rep].name,
        )
        packets = sorted(made, key=lambda one: (one.packet.rep.name, one.packet.rep.id))
        failed = len(failures)
        unread = [
            Skip(rep=made.packet.rep.email or made.packet.rep.name, reason=NO_READER)
            for made in packets
            if not made.letters
        ]
        letters = [letter for one in packets for letter in one.letters]
        renderer, group = round_.frame.renderer, Group()
        if order.rep is None:
            group = self._group(round_, packets, failures)
        letters += group_letters(group, renderer)
        renderer.sound()
        sent = self.let_go(
            letters,
            failures,
            lambda: self._remembered(reading, packets, order),
            failed=failed,
            of=len(round_.reps),
        )
        if sent.out:
            pages = (
                packet_sheet(renderer.reading(one.packet.rep), one.packet)
                for one in packets
            )
            self.file([*pages, *group_sheets(group, renderer)], renderer)
        return Outcome(
            json=packets_json(
                cycle=round_.frame.cycle,
                as_of=order.as_of,
                snapshot=reading.snapshot,
                packets=[
                    packet_json(one.packet, one.message.subject) for one in packets
                ],
                skipped=[*round_.skips, *unread],
            ),
            sent=sent,
            made=len(packets),
            noun="packet",
            skips=[*round_.skips, *unread],
            remarks=[
                *(remark for one in packets for remark in one.remarks),
                *([] if reading.book.deals else [NOTHING_OPEN]),
            ],
            failures=failures,
            undone=frozenset(round_.reps) - {one.packet.rep.id for one in packets},
        )

    def remember(self, reading: Reading, order: Order) -> None:
        """Keep the reviews of a cycle as if its packets had been sent."""
        round_ = frame_round(self.house, reading, order)
        keep(self.ledger, reading, [self._packet(round_, rep) for rep in round_.reps])

    def hygiene(
        self,
        reading: Reading,
        order: Order,
    ) -> Outcome:
        """The alert for ops, and the reminders of the next review."""
        alerted = self.alert(reading)
        reminded = self.reminders(reading, order)
        return Outcome(
            json={**alerted.json, **reminded.json},
            sent=alerted.sent + reminded.sent,
            made=alerted.made + reminded.made,
            noun="letter",
            remarks=[*alerted.remarks, *reminded.remarks],
            failures=reminded.failures,
        )

    def alert(
        self,
        reading: Reading,
        *,
        wanted: Callable[[HygieneAlert], bool] = anything,
    ) -> Outcome:
        """The alert for ops, unless it says nothing that is ``wanted``."""
        renderer = self.house.renderer(reading)
        found = alert(
            reading,
            self.house.policy,
            renderer,
            self.house.ops,
            last=self.ledger.last_alert(reading.book.as_of),
        )
        told = alert_json(found.alert)
        remarks = [] if self.house.ops else ["nobody is named in [hygiene] recipients"]
        if not wanted(found.alert):
            return Outcome(json=told, remarks=["nothing crossed a limit"])
        if self.outlet.real:
            self.ledger.keep_alert(reading.book.as_of, told)
        day = found.alert.today.isoformat()
        self.file([alert_sheet(renderer, found.alert, day)], renderer)
        return Outcome(
            json=told,
            sent=self.outlet.send(batch_of(found.letters)),
            made=1,
            noun="alert",
            remarks=remarks,
        )

    def reminders(self, reading: Reading, order: Order) -> Outcome:
        """The reminders before a review."""
        cycle, _ = occasion_of(self.house, reading.book, order)
        renderer = self.house.renderer(reading)
        found, remarks = to_remind(reading)
        wanted = [
            one for rep, one in found.items() if order.reps is None or rep in order.reps
        ]
        failures: list[str] = []
        letters = list(
            self.each(
                wanted,
                lambda one: remind(reading, one, renderer, cycle),
                failures,
                lambda one: one.rep.name,
            )
        )
        renderer.sound()
        return Outcome(
            json={"reminders": [reminder_json(one) for one in wanted]},
            sent=self.let_go(letters, failures),
            made=len(wanted),
            noun="reminder",
            remarks=remarks,
            failures=failures,
            undone=frozenset(one.rep.id for one in wanted)
            - {one.key.rep_id for one in letters},
        )

    def follow_up(self, reading: Reading, order: Order) -> Outcome:
        """The check-ins on a cycle's promises; by default on the last one's."""
        book, renderer = reading.book, self.house.renderer(reading)
        cycle = order.cycle or self.ledger.last_cycle(book.as_of.date())
        reviews = self.ledger.reviews_of(cycle) if cycle else []
        wanted = [
            one for one in reviews if order.reps is None or one.rep_id in order.reps
        ]
        failures: list[str] = []
        pairs = list(
            self.each(
                wanted,
                lambda one: (one, self._check(reading, one, renderer)),
                failures,
                lambda one: str(one.rep_id),
            )
        )
        renderer.sound()
        checks = [check for _, check in pairs if check is not None]
        letters = [letter for one in checks for letter in one.letters]
        pages = (
            follow_up_sheet(renderer.reading(one.check.rep), one.check)
            for one in checks
        )
        self.file(pages, renderer)
        return Outcome(
            json={
                "cycle": cycle,
                "checks": [follow_up_json(one.check) for one in checks],
            },
            sent=self.let_go(letters, failures),
            made=len(checks),
            noun="check-in",
            skips=[
                Skip(rep=rep_name(book, one), reason="nothing was promised")
                for one, check in pairs
                if check is None
            ],
            failures=failures,
            undone=frozenset(one.rep_id for one in wanted)
            - {one.rep_id for one, _ in pairs},
        )

    def _remembered(self, reading: Reading, packets: list[Made], order: Order) -> None:
        """Keep what the next reviews need, before any letter leaves."""
        keep(self.ledger, reading, packets)
        if self.house.write_tasks:
            plan(self.ledger, packets, order.as_of)

    def _packet(self, round_: Round, rep: UserId) -> Made:
        reading, frame = round_.reading, round_.frame
        book = reading.book
        memory = memory_of(self.ledger, book.people[rep], frame, book.as_of)
        made = make(reading, rep, frame, memory)
        self.watch(made.packet.rep.name)
        return made

    def _group(self, round_: Round, made: list[Made], failures: list[str]) -> Group:
        """The pages about several people's deals."""
        book, cycle = round_.reading.book, round_.frame.cycle
        sent = self.ledger.deliveries(cycle, LetterKind.PACKET)
        teams = whole_teams(
            book,
            {one.packet.rep.id for one in made},
            {UserId(one.key.rep_id) for one in sent},
        )
        others = self.each(
            sorted(teams.others),
            lambda rep: self._packet(round_, rep),
            failures,
            lambda rep: book.people[rep].name,
        )
        everybody = [*made, *others]
        spoken = talks(everybody, round_.reading, self.ledger, self.house.cadence)
        return group_of(round_, made, everybody, teams, spoken)

    def _check(
        self, reading: Reading, review: Review, renderer: Renderer
    ) -> Checked | None:
        proposals = self.ledger.proposals(review.rep_id)
        return check_in(reading, review, proposals, self.house.policy, renderer)


def rep_name(book: Book, review: Review) -> str:
    """The name of a rep, as far as it is known."""
    person = book.people.get(review.rep_id)
    return (person.email or person.name) if person else review.rep_id
