import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from reports.findings import ClockReading, Evidence, Packet
from reports.outlook import Standing
from reports.packet.figures import figures
from reports.words.bars import age_bar, parts, quota_bar, weeks
from reports.words.headline import best, heading, subject, tiles
from reports.words.links import Links
from reports.words.page import ALL, Caps, page
from reports.words.render import Renderer
from reports.words.rows import dated
from reports.words.size import BUDGET, encoded, fitted
from tests.builders import ADA, TODAY, a_deal, a_stage_norm, days_ago, numbered
from tests.golden.scenario import REVIEWS, the_packet


PACKET = the_packet()
NONE = Links(None)


def only(*numbers: int) -> Packet:
    """The packet with some of its deals."""
    kept = tuple(REVIEWS[number] for number in numbers)
    return replace(
        PACKET, deals=kept, focus=tuple(one for one in PACKET.focus if one in kept)
    )


def finding(packet: Packet) -> str:
    return heading(figures(packet, "USD"))


@pytest.mark.parametrize(
    ("packet", "said"),
    [
        (PACKET, "One deal worth $148k has stopped moving; two are on track"),
        (only(0), "One deal worth $148k has stopped moving; none is on track"),
        (only(1, 2, 3), "No deal has stopped; two need a look, one is on track"),
        (only(1, 3, 4), "No deal has stopped; one needs a look, two are on track"),
        (only(3), "The one open deal is on track"),
        (only(3, 4), "All two open deals are on track"),
    ],
)
def test_the_heading_is_the_finding(packet: Packet, said: str) -> None:
    assert finding(packet) == said


def stopped_tile(packet: Packet) -> str:
    return next(
        f"{tile.value}: {tile.note}"
        for tile in tiles(packet, figures(packet, "USD"))
        if tile.label == "Stopped"
    )


def test_deals_beyond_their_norm_that_are_not_called_stopped_are_counted() -> None:
    calm = only(3, 4)
    clock = ClockReading(
        days=50,
        limit=42,
        over=True,
        slowing=True,
        winners_left=0.1,
        chance=None,
        chance_ratio=None,
        won=57,
        tier=1,
        learned=True,
    )
    booked = replace(calm.deals[0], clock=clock)

    over = replace(calm, deals=(booked, *calm.deals[1:]))

    assert stopped_tile(calm) == "0 deals: none beyond its stage's norm"
    assert stopped_tile(over) == (
        "0 deals: 1 beyond its stage's norm, with a meeting ahead or activity unseen"
    )


@pytest.mark.parametrize(
    "name", ["Ada Lund", "Ada", "Maximiliana-Konstantina " * 5, "", "株式会社" * 20]
)
def test_a_subject_has_at_most_sixty_characters_and_the_finding(name: str) -> None:
    packet = replace(PACKET, rep=replace(ADA, name=name))

    line = subject(packet, figures(packet, "USD"))

    assert len(line) <= 60
    assert "deals to unblock" in line


def test_parts_of_a_bar_add_up_to_its_width() -> None:
    thirds = parts([("won", Decimal(1)), ("sure", Decimal(1)), ("left", Decimal(1))])

    assert [part.width for part in thirds] == [33, 34, 33]
    assert parts([("won", Decimal(0))]) == ()


def test_a_quota_that_is_exceeded_fills_the_bar() -> None:
    standing = Standing(
        start=TODAY,
        end=TODAY,
        currency="USD",
        quota=Decimal(100),
        won=Decimal(300),
        committed=Decimal(100),
        open=Decimal(0),
    )

    assert [(part.style, part.width) for part in quota_bar(standing)] == [
        ("won", 75),
        ("sure", 25),
    ]


def test_the_age_bar_shows_the_median_and_the_limit() -> None:
    deal = a_deal(entered=days_ago(84))

    bar = age_bar(deal, a_stage_norm())

    assert [(part.style, part.width) for part in bar] == [
        ("fine", 21),
        ("slow", 29),
        ("over", 50),
    ]


def test_the_strip_has_eight_weeks_ending_today() -> None:
    strip = weeks(a_deal(), TODAY)

    assert [(week.day, week.month) for week in strip][::7] == [
        ("17", "Sep"),
        ("5", "Nov"),
    ]
    assert [week.ours for week in strip] == [0, 1, 1, 1, 1, 2, 1, 2]


def test_the_foot_names_those_who_can_be_written_to() -> None:
    gone = replace(PACKET, rep=replace(PACKET.rep, active=False))
    alone = replace(PACKET, manager=None)

    first = [page(one, NONE).footer[0] for one in (PACKET, gone, alone)]

    assert first == [
        "Ada Lund and Cleo Marsh got this same page.",
        "Cleo Marsh got this page.",
        "Ada Lund got this page.",
    ]


def many_deals() -> Packet:
    spare = REVIEWS[3]
    deals = tuple(replace(spare, deal=deal) for deal in numbered(300))
    return replace(PACKET, deals=(*REVIEWS, *deals))


def test_a_mail_of_three_hundred_deals_stays_below_the_clip_and_says_so() -> None:
    message = Renderer("https://acme.my.salesforce.com").packet(many_deals())

    assert encoded(message.html) <= BUDGET
    assert "more in the archive and in the text of this mail" in message.html


def test_the_text_lists_every_deal() -> None:
    text = Renderer(None).packet(many_deals()).text

    listed = re.findall(r"^(?:● )?Deal (\d+) +\$48k$", text, re.MULTILINE)
    assert [int(number) for number in listed] == list(range(1, 301))


@pytest.mark.parametrize("budget", [50_000, 60_000, 70_000])
def test_the_table_of_all_deals_is_cut_first_and_no_further_than_it_has_to_be(
    budget: int,
) -> None:
    shown: list[Caps] = []

    def render(caps: Caps) -> str:
        shown.append(caps)
        return Renderer(None).html("packet", page(many_deals(), NONE, caps))

    html = fitted(render, rows=304, budget=budget)

    assert shown[0] == Caps()
    assert all(caps == replace(Caps(), deals=caps.deals) for caps in shown)
    assert encoded(html) <= budget
    more = replace(shown[-1], deals=shown[-1].deals + 3)
    assert encoded(render(more)) > budget


def test_rows_go_before_anything_else_does() -> None:
    shown: list[Caps] = []

    def render(caps: Caps) -> str:
        shown.append(caps)
        return Renderer(None).html("packet", page(many_deals(), NONE, caps))

    fitted(render, rows=304, budget=20_000)

    assert {caps.deals for caps in shown[1:]} == {0}
    assert [caps.fields for caps in shown[:4]] == [5, 5, 3, 1]


def test_the_archive_cuts_nothing() -> None:
    assert page(many_deals(), NONE, ALL).deals.more == 0


def test_without_a_base_the_mail_has_no_links() -> None:
    assert "href" not in Renderer(None).packet(PACKET).html


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2026, 11, 22), "Close date moved to 22 Nov"),
        (date(2026, 11, 2), "Close date moved to 22 Nov, 2 Nov"),
    ],
)
def test_a_day_that_evidence_names_is_not_said_twice(on: date, said: str) -> None:
    record = Evidence(text="Close date moved to 22 Nov", on=on)

    assert dated(record, date(2026, 11, 12)) == said


def test_the_same_packet_is_written_the_same_way() -> None:
    renderer = Renderer("https://acme.my.salesforce.com")

    assert renderer.packet(PACKET) == renderer.packet(the_packet())


@pytest.mark.parametrize(("days", "said"), [(17, False), (18, True), (63, True)])
def test_when_won_deals_had_left_is_said_once_half_of_them_had(
    days: int, *, said: bool
) -> None:
    review = replace(REVIEWS[0], deal=replace(REVIEWS[0].deal, days_in_stage=days))
    packet = replace(PACKET, focus=(review,))

    (card,) = page(packet, NONE).cards
    assert bool(card.norm) is said


def test_the_foot_says_when_sales_cloud_was_read_where_the_head_does_not() -> None:
    loaded = [PACKET.as_of, PACKET.as_of - timedelta(hours=3)]
    packets = [replace(PACKET, data_as_of=(("Task", at),)) for at in loaded]

    said = [" ".join(page(one, NONE).footer) for one in packets]

    assert ["Read from Sales Cloud at" in line for line in said] == [False, True]


def test_how_a_deal_moved_stands_after_its_name() -> None:
    moved = [deal for row in page(PACKET, NONE).changes for deal in row.deals]

    assert "Kestrel Foods: depot rollout, by 31 days, from 1 Nov to 2 Dec" in moved


def test_the_step_of_the_first_screen_is_the_first_of_next_week() -> None:
    last = PACKET.actions[-1]
    elsewhere = replace(PACKET, actions=(last, *PACKET.actions[:-1]))

    assert best(elsewhere) == last
    assert best(replace(PACKET, actions=())) is None


@pytest.mark.parametrize(
    ("account", "said"),
    [("Kestrel Foods", None), ("Kestrel Holding", "Kestrel Holding"), (None, None)],
)
def test_an_account_that_the_deals_name_begins_with_is_not_said_again(
    account: str | None, said: str | None
) -> None:
    review = replace(REVIEWS[0], deal=replace(REVIEWS[0].deal, account=account))

    (card,) = page(replace(PACKET, focus=(review,)), NONE).cards
    assert card.account == said
