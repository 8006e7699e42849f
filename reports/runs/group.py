"""Letters about several people's deals: the manager's page and the deal sheet."""

from collections.abc import Iterator, Sequence

from reports.delivery.records import DeliveryKey, Letter, LetterKind
from reports.findings import Packet
from reports.packet.dealsheet import DealSheet, deal_sheets
from reports.packet.rollup import RollUp, roll_up
from reports.runs.rounds import Round
from reports.words.render import Renderer


def group_letters(round_: Round, packets: Sequence[Packet]) -> Iterator[Letter]:
    """The managers' pages, and the sheets of deals that several people sell."""
    renderer = round_.frame.renderer
    bosses = {one.manager.id: one.manager for one in packets if one.manager}
    on = {one.rep.id: round_.frame.held_on for one in packets}
    for boss in bosses.values():
        page = roll_up(boss, packets, reviews=on)
        if page is not None and boss.email:
            yield roll_up_letter(page, renderer)
    for sheet in deal_sheets(packets, round_.reading.book):
        yield from sheet_letters(sheet, renderer)


def roll_up_letter(page: RollUp, renderer: Renderer) -> Letter:
    """A manager's page over the team's packets."""
    deals = {one.deal.id for one in page.requests}
    deals |= {one.promise.deal_id for one in page.pledges}
    return Letter(
        key=DeliveryKey(
            cycle=page.cycle,
            kind=LetterKind.ROLL_UP,
            rep_id=page.manager.id,
            recipient=page.manager.email or "",
        ),
        message=renderer.roll_up(page),
        to_name=page.manager.name,
        at=page.as_of,
        snapshot=page.snapshot,
        deal_ids=frozenset(deals),
        locale=page.manager.locale,
    )


def sheet_letters(sheet: DealSheet, renderer: Renderer) -> list[Letter]:
    """The sheet of one deal, for everybody who sells it and their managers."""
    message = renderer.deal_sheet(sheet)
    deal_id, packet = sheet.review.deal.id, sheet.packet
    return [
        Letter(
            key=DeliveryKey(
                cycle=packet.cycle,
                kind=LetterKind.DEAL_SHEET,
                rep_id=deal_id,  # one for each deal, whoever sells it
                recipient=person.email or "",
            ),
            message=message,
            to_name=person.name,
            reply_to=tuple(one.email for one in sheet.people if one.email),
            at=packet.as_of,
            snapshot=packet.snapshot,
            deal_ids=frozenset({deal_id}),
            locale=person.locale,
        )
        for person in sheet.people
    ]
