"""Whose activity is on record in part only, told by deals that moved on."""

from itertools import cycle, islice

from hypothesis import given, settings
from hypothesis import strategies as st

from reports.judgement.capture import captures, holes, with_parts
from reports.judgement.logged import parts
from reports.judgement.policy import CapturePolicy
from reports.model import Book, Deal, OpportunityId, UserId
from reports.normal import OwnerActivity
from tests.builders import a_book, a_deal, days_ago


TEAM = tuple(UserId(f"00500000000000{letter}AAA") for letter in "ABCDEF")
ADA = TEAM[0]
POLICY = CapturePolicy()
MOVED = days_ago(20)
STOOD = days_ago(57)


def deals_of(owner: UserId, *contacts: int, entered: object = MOVED) -> list[Deal]:
    """A deal of the owner for each number of contacts in eight weeks."""
    return [
        a_deal(
            id=OpportunityId(f"006{owner[14]}{number:011}AAA"),
            owner_id=owner,
            entered=entered,
            days_open=90,
            weeks_ours=(0,) * 7 + (count,),
            weeks_theirs=(0,) * 8,
        )
        for number, count in enumerate(contacts)
    ]


def a_team(*adas: Deal) -> Book:
    """Ada's deals beside those of five whose deals have 8 to 12 contacts each."""
    others = [
        deal
        for owner in TEAM[1:]
        for deal in deals_of(owner, 8, 9, 10, 11, 12, 10, 10, 10)
    ]
    return a_book(*adas, *others)


def missing(book: Book) -> set[UserId]:
    return {
        owner
        for owner, part in parts(book, TEAM, POLICY).items()
        if part.high < POLICY.part_of_usual
    }


def test_half_of_what_moving_deals_usually_have_is_a_part() -> None:
    book = a_team(*deals_of(ADA, 4, 5, 5, 5, 6, 5, 5, 5))
    part = parts(book, TEAM, POLICY)[ADA]

    assert (part.deals, part.contacts, part.usual) == (8, 40, 80)
    assert 0.45 < part.low < 0.5 < part.high < 0.55
    assert missing(book) == {ADA}


def test_deals_that_stand_still_excuse_nobody() -> None:
    silent = deals_of(ADA, *[0] * 20, entered=STOOD)
    busy = deals_of(ADA, 8, 9, 10, 11, 12, entered=MOVED)

    assert ADA not in parts(a_team(*silent), TEAM, POLICY)
    assert missing(a_team(*busy, *silent)) == set()


def test_one_deal_in_two_without_contact_is_too_uneven_to_be_sure() -> None:
    uneven = list(islice(cycle((0, 10)), 8))

    assert missing(a_team(*deals_of(ADA, *uneven))) == set()


def test_few_deals_that_moved_prove_nothing() -> None:
    assert ADA not in parts(a_team(*deals_of(ADA, 1, 1, 1, 1)), TEAM, POLICY)
    assert missing(a_team(*deals_of(ADA, 1, 1, 1, 1, 1))) == {ADA}


def test_few_owners_prove_nothing() -> None:
    pair = a_book(*deals_of(ADA, *[1] * 8), *deals_of(TEAM[1], *[10] * 8))

    assert parts(pair, TEAM, POLICY) == {}


def test_a_team_without_contacts_has_no_usual() -> None:
    none = [deal for owner in TEAM for deal in deals_of(owner, *[0] * 6)]

    assert parts(a_book(*none), TEAM, POLICY) == {}


def test_a_step_back_is_no_sign_of_contact() -> None:
    back = [
        a_deal(
            id=deal.id,
            owner_id=ADA,
            stage="Discovery",
            entered=MOVED,
            visits=(*deal.visits[:1], deal.visits[-1], *deal.visits[:1]),
        )
        for deal in deals_of(ADA, *[1] * 8)
    ]

    assert ADA not in parts(a_team(*back), TEAM, POLICY)


def test_ops_hear_of_a_part_and_the_flags_stay() -> None:
    book = a_team(*deals_of(ADA, 4, 5, 5, 5, 6, 5, 5, 5))
    usual = {
        owner: OwnerActivity(
            user_id=owner, calls=20, emails=40, meetings=5, open_deals=8
        )
        for owner in TEAM
    }
    captured = with_parts(book, captures(usual, POLICY, any_at_all=True), POLICY)

    (problem,) = holes(book, captured)
    assert captured[ADA].trusted
    assert str(problem.record_id) == ADA
    assert problem.because == (
        "Part of the activity seems not to be captured: 40 calls and emails in eight "
        "weeks on 8 deals that moved on, where 80 would be usual: 47 % to 53 % of what "
        "others have on record. Stalls are told as ever; who was silent may be wrong."
    )


@given(st.lists(st.integers(0, 30), min_size=5, max_size=12))
@settings(max_examples=30, deadline=None)
def test_more_on_record_never_makes_an_owner_look_worse(contacts: list[int]) -> None:
    doubled = [2 * count for count in contacts]
    one = parts(a_team(*deals_of(ADA, *contacts)), TEAM, POLICY)[ADA]
    two = parts(a_team(*deals_of(ADA, *doubled)), TEAM, POLICY)[ADA]

    assert 0 <= one.low <= one.high
    assert one.high <= two.high + 1e-9
