"""The managers' check-ins after the last reviews, as their pages tell of them."""

from collections.abc import Iterable, Iterator

from reports.delivery.cadence import Cadence
from reports.delivery.checkins import check_in
from reports.delivery.due import followup_day
from reports.delivery.ledger import Ledger
from reports.judgement.contexts import local_day
from reports.packet.rollup import Talk
from reports.runs.packets import Made
from reports.runs.reading import Reading


def talks(
    made: Iterable[Made], reading: Reading, ledger: Ledger, cadence: Cadence
) -> Iterator[Talk]:
    """For each packet the contact after the review before it, where one can be told.

    A rep who had another manager then is left out.
    """
    book, zone = reading.book, reading.book.org.zone
    for packet in (one.packet for one in made):
        last = next(iter(ledger.reviews(packet.rep.id, book.as_of, packet.cycle)), None)
        boss = packet.manager
        if last is None or boss is None or last.manager_id != boss.id:
            continue
        found = check_in(
            last,
            reading.exchanges,
            book,
            due=followup_day(cadence.workdays, last.held_on, cadence.followup_weekday),
            today=local_day(book.as_of, boss.zone, zone),
        )
        if found.outcome is not None:
            yield Talk(
                rep=packet.rep,
                on=last.held_on,
                due=found.due,
                outcome=found.outcome,
                evidence=found.evidence,
            )
