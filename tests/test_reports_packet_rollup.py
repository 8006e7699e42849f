from dataclasses import replace
from datetime import date

import pytest

from reports.findings import Evidence, Outcome, OwnerKind, Packet
from reports.model import UserId
from reports.packet.group_json import roll_up_json
from reports.packet.rollup import RollUp, Talk, roll_up
from reports.words.links import Links
from reports.words.render import Renderer
from reports.words.rollup_page import roll_up_page
from tests.builders import ADA_ID, BO, BO_ID, CLEO, DEE_ID, days_ago, days_ahead
from tests.golden.scenario import the_packet


RENDERER = Renderer("https://acme.my.salesforce.com")
PACKET = the_packet()
BOS = replace(PACKET, rep=BO)


def rolled(*packets: Packet, **reviews: date) -> RollUp:
    days = {ADA_ID: reviews["ada"]} if "ada" in reviews else {}
    found = roll_up(CLEO, packets or (PACKET, BOS), reviews=days)
    assert found is not None
    return found


def test_no_review_is_listed_with_a_user_who_has_left() -> None:
    gone = replace(BOS, rep=replace(BO, active=False))

    assert [one.rep.id for one in rolled(PACKET, gone).meetings] == [ADA_ID]


def test_the_foot_names_who_got_no_page() -> None:
    gone = replace(BOS, rep=replace(BO, active=False))
    mute = replace(PACKET, rep=replace(PACKET.rep, email=None))
    third = replace(PACKET, rep=replace(BO, id=DEE_ID, name="Zoe Hart"))
    teams = [(PACKET, BOS), (PACKET, gone), (gone, mute, third), (gone,), (gone, mute)]

    said = [roll_up_page(rolled(*team), Links(None)).footer[0] for team in teams]

    each, alone = "Each went to its rep and to you", "went to you alone"
    assert [line.removesuffix(" Nobody is ranked here.") for line in said] == [
        f"Made from 2 packets. {each}, the same page for both.",
        f"Made from 2 packets. {each}; that of Bo Okoye {alone}.",
        f"Made from 3 packets. {each}; those of Ada Lund and Bo Okoye {alone}.",
        "Made from 1 packet. It went to you alone.",
        "Made from 2 packets. They went to you alone.",
    ]


def test_a_manager_without_packets_gets_no_page() -> None:
    assert roll_up(BO, [PACKET]) is None
    assert roll_up(CLEO, [replace(PACKET, manager=None)]) is None


def test_it_asks_only_for_what_is_not_the_reps_to_do() -> None:
    asked = rolled(PACKET).requests

    assert [one.action.owner for one in asked] == [
        OwnerKind.EXECUTIVE,
        OwnerKind.MANAGER,
    ]
    assert [one.deal.name for one in asked] == [
        "Kestrel Foods: depot rollout",
        "شرکت آفتاب - analytics",
    ]


def test_a_step_that_is_on_a_card_and_in_the_list_is_asked_for_once() -> None:
    steps = [(one.action.deal_id, one.action.what) for one in rolled(PACKET).requests]

    assert len(steps) == len(set(steps))


def test_a_step_is_said_once_with_the_deals_that_wait_for_it() -> None:
    gone = replace(BOS, rep=replace(BO, active=False))

    rows = roll_up_page(rolled(PACKET, gone), Links(None)).requests.rows

    assert [row.step.what for row in rows] == [
        "Have an executive call the decision maker",
        "Agree the next step with the buyer and enter it with its date",
    ]
    assert [[one.whose for one in row.deals] for row in rows] == [
        ["review with Ada Lund", "Bo Okoye, no longer active"],
    ] * 2


def test_what_there_is_no_room_for_is_counted_by_deal() -> None:
    teams = [replace(PACKET, rep=replace(BO, id=UserId(f"005{n}"))) for n in range(9)]

    shown = roll_up_page(rolled(*teams), Links(None)).requests
    whole = roll_up_page(rolled(*teams), Links(None), whole=True).requests

    assert (sum(len(row.deals) for row in shown.rows), shown.more) == (12, 6)
    assert (sum(len(row.deals) for row in whole.rows), whole.more) == (18, 0)


def test_the_managers_own_promises_are_there_and_no_others() -> None:
    (pledge,) = rolled(PACKET).pledges

    assert pledge.promise.what == "Call the sponsor at Kestrel"
    assert pledge.promise.outcome is Outcome.BROKEN


def test_reviews_stand_by_day_and_name_and_by_nothing_else() -> None:
    meetings = rolled(BOS, PACKET, ada=days_ahead(3)).meetings

    assert [(one.rep.id, one.on) for one in meetings] == [
        (ADA_ID, date(2026, 11, 15)),
        (BO_ID, None),
    ]


def test_no_count_of_deals_stands_beside_a_name() -> None:
    text = RENDERER.roll_up(rolled()).text
    lines = [line.split() for line in text.splitlines() if line.endswith("minutes")]

    assert lines == [
        ["Ada", "Lund", "no", "date", "yet,", "29", "minutes"],
        ["Bo", "Okoye", "no", "date", "yet,", "29", "minutes"],
    ]


def test_its_json_names_deals_steps_and_days() -> None:
    told = roll_up_json(rolled(PACKET, ada=days_ahead(3)))

    assert told["manager"]["email"] == "cleo@acme.example"
    assert told["reviews"][0]["on"] == "2026-11-15"
    assert told["requests"][0]["amount"] == "148000.00"
    assert told["promises"][0]["outcome"] == "broken"


def with_talks(*found: Talk) -> RollUp:
    page = roll_up(CLEO, (PACKET, BOS), talks=found)
    assert page is not None
    return page


ADAS_TALK = Talk(
    rep=PACKET.rep, on=days_ago(14), due=days_ago(11), outcome=Outcome.BROKEN
)


def test_check_ins_stand_in_the_order_of_names_whatever_became_of_them() -> None:
    bos = replace(ADAS_TALK, rep=BO, outcome=Outcome.OPEN)

    page = with_talks(bos, ADAS_TALK, replace(ADAS_TALK, rep=CLEO))

    assert [one.rep.id for one in page.talks] == [ADA_ID, BO_ID]


@pytest.mark.parametrize(
    ("talk", "said"),
    [
        (
            replace(
                ADAS_TALK,
                outcome=Outcome.KEPT,
                evidence=(Evidence(text="Call: Catch up", on=days_ago(12)),),
            ),
            "✓ Ada Lund (review 29 Oct): Call: Catch up, 31 Oct",
        ),
        (
            replace(ADAS_TALK, outcome=Outcome.OPEN, due=days_ahead(1)),
            "nothing on record yet; there is time until Fri 13 Nov",
        ),
        (
            ADAS_TALK,
            "○ Ada Lund (review 29 Oct): nothing on record up to Sun 1 Nov",
        ),
    ],
)
def test_a_manager_reads_with_whom_a_check_in_is_on_record_and_with_whom_not(
    talk: Talk, said: str
) -> None:
    message = RENDERER.roll_up(with_talks(talk))

    assert said in " ".join(message.text.split())
    assert "Your check-ins after the last reviews" in message.html


def test_people_of_whom_the_same_is_to_be_said_share_a_row() -> None:
    told = Evidence(text="Call: Catch up", on=days_ago(12))
    bos = replace(ADAS_TALK, rep=BO)
    kept = replace(bos, outcome=Outcome.KEPT, evidence=(told,))

    def rows(*talks: Talk) -> list[tuple[tuple[str, ...], str]]:
        page = roll_up_page(with_talks(*talks), Links(None))
        return [(row.reps, row.mark) for row in page.talks.rows]

    assert rows(ADAS_TALK, bos) == [(("Ada Lund", "Bo Okoye"), "○")]
    assert rows(ADAS_TALK, kept) == [(("Ada Lund",), "○"), (("Bo Okoye",), "✓")]
    assert len(rows(*(replace(bos, due=days_ago(n)) for n in range(3)))) == 3


def test_a_row_has_no_more_names_than_can_be_read() -> None:
    page = with_talks(*[ADAS_TALK] * 9)

    first, second = roll_up_page(page, Links(None)).talks.rows

    assert (first.reps, second.reps) == (("Ada Lund",) * 8, ("Ada Lund",))


def test_without_check_ins_to_tell_of_nothing_is_said() -> None:
    message = RENDERER.roll_up(with_talks())

    assert "check-ins" not in message.html + message.text


def test_what_was_done_without_a_promise_is_good_news_of_the_team() -> None:
    done = replace(PACKET.promises[0], deal_id=PACKET.deals[0].deal.id)
    page = roll_up(CLEO, (PACKET, BOS), anyway={ADA_ID: [done]})

    assert page is not None
    message = RENDERER.roll_up(page)
    said = (
        "+ Kestrel Foods: depot rollout: Done without a promise: book the closing "
        "meeting."
    )
    assert said in " ".join(message.text.split())
    assert "Done without a promise" in message.html
