"""Letters about several people's deals: the manager's page and the deal sheet."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from reports.delivery.records import DeliveryKey, Letter, LetterKind
from reports.model import Book, UserId
from reports.packet.assemble import manager_of, reps_of
from reports.packet.dealsheet import DealSheet, deal_sheets
from reports.packet.rollup import RollUp, Talk, roll_up
from reports.runs.packets import Made
from reports.runs.rounds import Round
from reports.words.entries import Sheet, deal_sheet_sheet, roll_up_sheet
from reports.words.render import Renderer


@dataclass(frozen=True, slots=True, kw_only=True)
class Teams:
    """Whose page can be made now, and which packets it needs besides those at hand."""

    managers: frozenset[UserId]
    others: frozenset[UserId]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The pages about several people's deals."""

    roll_ups: tuple[RollUp, ...] = ()
    deal_sheets: tuple[DealSheet, ...] = ()


def whole_teams(
    book: Book, made: Collection[UserId], sent: Collection[UserId]
) -> Teams:
    """The managers whose last packets are being made.

    Reps of one team may be in several zones, so that their packets go out hours
    apart; the manager's page waits for the last, and is made of all of them.
    """
    reps, _ = reps_of(book)
    teams: dict[UserId, set[UserId]] = defaultdict(set)
    for rep in reps:
        if boss := manager_of(book, book.people[rep]):
            teams[boss.id].add(rep)
    ready = {
        boss: team
        for boss, team in teams.items()
        if team & set(made) and team <= {*made, *sent}
    }
    others = {rep for team in ready.values() for rep in team} - set(made)
    return Teams(managers=frozenset(ready), others=frozenset(others))


def group_of(
    round_: Round,
    made: Sequence[Made],
    everybody: Sequence[Made],
    teams: Teams,
    spoken: Iterable[Talk],
) -> Group:
    """The managers' pages, and the sheets of deals that several people sell.

    ``everybody`` has the packets of the teams that were made before, too; ``spoken``
    are the check-ins after the reviews before these.
    """
    book, every = round_.reading.book, [one.packet for one in everybody]
    on = {one.rep.id: round_.frame.held_on for one in every}
    bosses = (book.people[one] for one in sorted(teams.managers))
    ahead = round_.reading.judged.prospects
    talks = list(spoken) if teams.managers else []
    anyway = {
        one.packet.rep.id: [found.promise for found in one.became.done_anyway]
        for one in everybody
    }
    pages = (
        roll_up(one, every, reviews=on, prospects=ahead, talks=talks, anyway=anyway)
        for one in bosses
        if one.email
    )
    return Group(
        roll_ups=tuple(page for page in pages if page is not None),
        deal_sheets=deal_sheets([one.packet for one in made], book),
    )


def group_letters(group: Group, renderer: Renderer) -> Iterator[Letter]:
    """The letters that bring the pages to their readers."""
    for page in group.roll_ups:
        yield roll_up_letter(page, renderer)
    for sheet in group.deal_sheets:
        yield from sheet_letters(sheet, renderer)


def group_sheets(group: Group, renderer: Renderer) -> Iterator[Sheet]:
    """The same pages for the archive."""
    for page in group.roll_ups:
        yield roll_up_sheet(renderer.reading(page.manager), page)
    for sheet in group.deal_sheets:
        yield deal_sheet_sheet(renderer, sheet)


def roll_up_letter(page: RollUp, renderer: Renderer) -> Letter:
    """A manager's page over the team's packets."""
    theirs = renderer.reading(page.manager)
    deals = {one.deal.id for one in page.requests}
    deals |= {one.promise.deal_id for one in (*page.pledges, *page.anyway)}
    return Letter(
        key=DeliveryKey(
            cycle=page.cycle,
            kind=LetterKind.ROLL_UP,
            rep_id=page.manager.id,
            recipient=page.manager.email or "",
        ),
        message=theirs.roll_up(page),
        to_name=page.manager.name,
        at=page.as_of,
        snapshot=page.snapshot,
        deal_ids=frozenset(deals),
        locale=theirs.voice.tag,
    )


def sheet_letters(sheet: DealSheet, renderer: Renderer) -> list[Letter]:
    """The sheet of one deal, for everybody who sells it and their managers."""
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
            locale=language,
        )
        for person, message, language in renderer.told(
            sheet.people, lambda theirs: theirs.deal_sheet(sheet)
        )
    ]
