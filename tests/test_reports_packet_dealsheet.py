from dataclasses import replace

from reports.findings import Packet
from reports.model import Book, Person, UserId
from reports.packet.dealsheet import DealSheet, deal_sheets
from reports.packet.group_json import deal_sheet_json
from reports.words.render import Renderer
from tests.builders import ADA_ID, BO_ID, CAST, CLEO_ID, DEE_ID
from tests.golden.scenario import BOOK, the_packet


RENDERER = Renderer("https://acme.my.salesforce.com")


def shared(*team: UserId) -> Packet:
    """Ada's packet with others on the team of its first deal."""
    packet = the_packet()
    first, *others = packet.focus
    deal = replace(first.deal, team=team)
    return replace(packet, focus=(replace(first, deal=deal), *others))


def sheet(*team: UserId, book: Book = BOOK) -> DealSheet:
    (one,) = deal_sheets([shared(*team)], book)
    return one


def test_a_deal_that_only_its_owner_sells_gets_no_sheet() -> None:
    assert deal_sheets([shared()], BOOK) == ()
    assert deal_sheets([shared(ADA_ID)], BOOK) == ()


def test_members_who_left_do_not_make_it_a_shared_deal() -> None:
    assert deal_sheets([shared(DEE_ID, UserId("nobody"))], BOOK) == ()


def test_everybody_who_sells_it_and_their_managers_get_it_once() -> None:
    people = sheet(BO_ID, BO_ID).people

    assert [one.id for one in people] == [ADA_ID, BO_ID, CLEO_ID]


def test_the_owners_manager_alone_does_not_make_it_a_shared_deal() -> None:
    assert deal_sheets([shared(CLEO_ID)], BOOK) == ()


def test_a_manager_who_sells_it_too_gets_it_once() -> None:
    people = sheet(BO_ID, CLEO_ID).people

    assert [one.id for one in people] == [ADA_ID, BO_ID, CLEO_ID]


def test_who_cannot_be_reached_gets_nothing() -> None:
    mute: dict[UserId, Person] = {**CAST, BO_ID: replace(CAST[BO_ID], email=None)}

    people = sheet(BO_ID, book=replace(BOOK, people=mute)).people

    assert [one.id for one in people] == [ADA_ID, CLEO_ID]


def test_no_other_deal_of_a_colleague_leaks() -> None:
    one = sheet(BO_ID)
    message = RENDERER.deal_sheet(one)
    others = [review.deal for review in the_packet().deals[1:]]

    said = message.subject + message.html + message.text + str(deal_sheet_json(one))
    assert [deal.name for deal in others if deal.name in said or deal.id in said] == []


def test_it_says_of_the_deal_what_the_packet_says() -> None:
    one = sheet(BO_ID)

    assert one.review.signals == the_packet().focus[0].signals
    assert [promise.what for promise in one.packet.promises] == [
        "Call the sponsor at Kestrel"
    ]
    assert {change.kind for change in one.packet.changes} == {"lowered", "pushed"}


def test_its_json_names_the_deal_and_who_sells_it() -> None:
    told = deal_sheet_json(sheet(BO_ID))

    assert told["deal"]["id"] == "006000000000001AAA"
    assert [one["name"] for one in told["sellers"]] == ["Ada Lund", "Bo Okoye"]
    assert [one["name"] for one in told["managers"]] == ["Cleo Marsh"]
