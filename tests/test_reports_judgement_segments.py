"""Clocks of their own for kinds of deals: where they differ, and only there."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from math import inf, log
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.judgement.clock import Clock, Counts, Settings
from reports.judgement.hazards import Hazards
from reports.judgement.history import spells
from reports.judgement.judge import judge
from reports.judgement.listing import listing
from reports.judgement.norms import clock_from, norms
from reports.judgement.policy import ClockPolicy, Policy
from reports.judgement.policy_check import policy_mistakes
from reports.judgement.rewind import plain, rewound
from reports.judgement.segments import (
    fit,
    levels_of,
    norm_of,
    stage_of,
    strength,
    total,
    trait,
)
from reports.judgement.window import setting_of
from reports.model import Book, Deal, OpportunityId, Visit
from reports.normal import Norms, Split
from tests.builders import AS_OF, STAGES, a_book, a_closed_deal, a_deal, some_baselines


#: Days until half of the deals have left Proposal, by kind.
HALF_LEFT = {"New Business": 40, "Renewal": 10}
#: By the model below, 8 in 10 have left after so many halves.
FOUR_FIFTHS = log(5) / log(2)
STEP = Settings().step.days

Kinds = Callable[[str, str], dict[str, Any]]


def by_record_type(kind: str, _: str) -> dict[str, Any]:
    return {"record_type": kind}


def organisation(
    halves: dict[str, int], fields: Kinds = by_record_type, *, deals: int = 500
) -> Book:
    """Deals that leave Proposal at a pace of their kind, one in three won."""
    dice, found = Random(11), []  # noqa: S311  - a simulation
    for number in range(deals):
        kind = dice.choice(sorted(halves))
        began = dice.uniform(0, 260)
        stayed = dice.expovariate(log(2) / halves[kind])
        won = dice.random() < 1 / 3
        entered = AS_OF - timedelta(days=began)
        found.append(
            lived(
                number,
                entered,
                stayed,
                won=won,
                **fields(kind, "won" if won else "lost"),
            )
        )
    return a_book(*found)


def lived(
    number: int, entered: Any, stayed: float, *, won: bool, **fields: Any
) -> Deal:
    """A deal that stays in Proposal for so many days, as it is known today."""
    left = entered + timedelta(days=stayed)
    closed = left <= AS_OF
    ended = ("Closed Won" if won else "Closed Lost") if closed else None
    visit = Visit(
        stage="Proposal", entered=entered, left=left if closed else None, to=ended
    )
    common = {
        "id": OpportunityId(f"006{number:012}AAA"),
        "created_on": entered.date(),
        "visits": (visit,),
        **fields,
    }
    if closed:
        return a_closed_deal(won=won, closed_on=left.date(), closed_at=left, **common)
    return a_deal(
        stage=STAGES["Proposal"],
        entered_stage_on=entered.date(),
        days_in_stage=(AS_OF - entered).days,
        **common,
    )


def learned(book: Book, policy: Policy | None = None) -> Norms:
    return norms(book, some_baselines(), policy or Policy())


def limit(known: Norms, **fields: Any) -> int | None:
    norm = norm_of(known, a_deal(stage=STAGES["Proposal"], **fields))
    assert norm is not None
    return norm.stalled_after


def test_each_kind_is_late_by_its_own_pace() -> None:
    book = organisation(HALF_LEFT, deals=1_500)
    known = learned(book)

    assert known.split == Split(by="record type", names=("New Business", "Renewal"))
    for kind, half in HALF_LEFT.items():
        told = limit(known, record_type=kind) or 0
        truth = half * FOUR_FIFTHS
        # A step begun counts as a whole one, so that short stays look longer.
        assert abs(told - truth) <= max(2 * STEP, 0.2 * truth)
        own = [d for d in (*book.deals, *book.closed) if d.record_type == kind]
        alone = learned(a_book(*own)).stages["Proposal"].stalled_after or 0
        assert abs(told - alone) <= STEP


def test_a_kind_that_nobody_wants_to_tell_apart_is_not_tried() -> None:
    clock = ClockPolicy(kinds=("type", "size"))

    known = learned(organisation(HALF_LEFT), Policy(clock=clock))

    assert known.split is None


def test_an_unknown_kind_is_a_mistake_that_names_those_there_are() -> None:
    policy = Policy(clock=ClockPolicy(kinds=("region",)))

    assert policy_mistakes(policy) == ("clock: kinds may be record type, type, size",)


def test_a_deal_of_another_kind_is_judged_by_everybody() -> None:
    known = learned(organisation(HALF_LEFT))

    everybody = known.stages["Proposal"].stalled_after
    assert limit(known, record_type="Pilot") == everybody
    assert limit(known, record_type=None) == everybody
    own = [limit(known, record_type=kind) or 0 for kind in sorted(HALF_LEFT)]
    assert own[1] < (everybody or 0) < own[0]


def test_the_sentence_says_whose_deals_it_is_of() -> None:
    book = organisation(HALF_LEFT)
    known = learned(book)

    reviews = judge(book, known, Policy()).reviews.values()

    for review in reviews:
        assert review.norm is not None
        assert review.norm.endswith(f"record type {review.deal.record_type} alone")
    assert {review.clock.limit for review in reviews if review.clock} == {
        limit(known, record_type=kind) for kind in HALF_LEFT
    }


def test_the_rules_list_the_limits_of_every_kind() -> None:
    known = learned(organisation(HALF_LEFT))

    lines = {line.code: line for line in listing(Policy(), known)}

    new, renewal = (limit(known, record_type=kind) for kind in sorted(HALF_LEFT))
    everybody, *kinds = lines["over-the-clock"].threshold.split("; record type ")
    assert f"Proposal {known.stages['Proposal'].stalled_after} days" in everybody
    assert kinds == [
        f"New Business: Proposal {new} days",
        f"Renewal: Proposal {renewal} days",
    ]


def test_the_rules_leave_out_what_is_everybodys() -> None:
    known = learned(organisation(HALF_LEFT))
    alike = replace(
        known.segments["Renewal"]["Proposal"],
        stalled_after=known.stages["Proposal"].stalled_after,
    )
    segments = {**known.segments, "Renewal": {"Proposal": alike}}

    lines = listing(Policy(), replace(known, segments=segments))

    told = {line.code: line.threshold for line in lines}["over-the-clock"]
    assert "New Business" in told
    assert "Renewal" not in told


def test_kinds_of_one_pace_share_a_clock() -> None:
    known = learned(organisation({"New Business": 20, "Renewal": 20}))

    assert known.tier == 3
    assert known.split is None
    assert not known.segments


def test_below_tier_three_there_is_one_clock() -> None:
    known = learned(organisation(HALF_LEFT, deals=180))

    assert known.tier == 2
    assert known.split is None


@pytest.mark.parametrize("kept", [True, False])
def test_a_field_that_is_filled_in_at_the_end_tells_nothing(*, kept: bool) -> None:
    def fields(kind: str, ended: str) -> dict[str, Any]:
        return {"type": kind if kept or ended == "won" else None}

    known = learned(organisation(HALF_LEFT, fields))

    assert (known.split is not None) == kept


def test_sizes_are_told_apart_by_the_first_amount() -> None:
    amounts = {"small": 5_000, "middle": 50_000, "large": 500_000}

    def fields(kind: str, _: str) -> dict[str, Any]:
        amount = amounts[kind]
        return {"first_amount": amount, "amount": amount, "amount_base": amount}

    known = learned(organisation({"small": 8, "middle": 20, "large": 50}, fields))

    assert known.split is not None
    assert known.split.by == "size"
    limits = [limit(known, **fields(kind, "")) or 0 for kind in amounts]
    assert limits == sorted(limits)
    assert limits[0] < limits[2]
    norm = norm_of(known, a_deal(stage=STAGES["Proposal"], **fields("large", "")))
    assert norm is not None
    assert "amounts from $" in norm.source


@pytest.mark.parametrize("amount", [None, 0])
def test_a_deal_without_an_amount_has_no_size(amount: int | None) -> None:
    size = Split(by="size", names=("0", "1"), edges=(10.0,))

    assert trait(a_deal(amount=amount, amount_base=amount), size) is None


def test_nothing_that_comes_later_changes_the_clocks() -> None:
    book = organisation(HALF_LEFT, deals=1_000)
    cut = AS_OF - timedelta(days=30)
    then = rewound(book, cut)
    split = Split(by="record type", names=tuple(sorted(HALF_LEFT)))

    def clocks(known: Book) -> tuple[Mapping[str, Hazards], Clock]:
        """Of this kind at the moment, and by which kind the moment tells apart."""
        lived = tuple(spells(known))
        setting = setting_of(then, plain(then), Policy())
        parts = fit(lived, ["Proposal"], cut, Settings(), split).parts
        return parts, clock_from(lived, then, setting)

    assert any(deal.visits[-1].left is None for deal in then.deals)
    parts, chosen = clocks(book)
    assert (parts, chosen) == clocks(then)
    assert chosen.split == split


def tables(draw: st.DrawFn, low: int = 0) -> Counts:
    """Counts of two stages in one band, exits no more than steps."""
    exits = [[[draw(st.integers(low, 9)) * 1.0 for _ in range(4)]] for _ in range(2)]
    for place in range(2):
        exits[place][0][place] = 0.0
    exposure = [[sum(band[0]) + draw(st.integers(1, 200))] for band in exits]
    return Counts(stages=("A", "B"), exposure=exposure, exits=exits)


@st.composite
def some_parts(draw: st.DrawFn) -> dict[str | None, Counts]:
    return {None: tables(draw), "x": tables(draw), "y": tables(draw)}


@given(some_parts(), st.floats(1, 5_000))
def test_a_level_lies_between_what_was_seen_and_everybodys(
    parts: dict[str | None, Counts], drawn: float
) -> None:
    whole = stage_of(total(parts.values()), 0)
    steps, band = sum(whole[0]), whole[1][0]
    shape = (tuple((ends + 0.1) / steps for ends in band),)
    exposure, exits = stage_of(parts["x"], 0)

    move, _, won, lost = levels_of((exposure, exits), shape, drawn)

    seen = (sum(exits[0][:2]), exits[0][2], exits[0][3])
    usual = (sum(shape[0][:2]), shape[0][2], shape[0][3])
    for level, found, rate in zip((move, won, lost), seen, usual, strict=True):
        low, high = sorted((1.0, found / (rate * exposure[0])))
        assert low - 1e-9 <= level <= high + 1e-9


@given(some_parts())
def test_segments_that_are_alike_are_one(parts: dict[str | None, Counts]) -> None:
    one = parts["x"]

    assert strength([one, one, one]) == inf


@given(some_parts(), st.integers(2, 30))
def test_more_of_the_same_draws_less(
    parts: dict[str | None, Counts], times: int
) -> None:
    """The same differences in more deals are no smaller: chance explains less."""

    def grown(counts: Counts) -> Counts:
        return replace(
            counts,
            exposure=[[n * times for n in row] for row in counts.exposure],
            exits=[
                [[n * times for n in band] for band in stage] for stage in counts.exits
            ],
        )

    assert strength(map(grown, parts.values())) <= strength(parts.values()) + 1e-9


def test_shuffled_kinds_are_hardly_ever_told_apart() -> None:
    """One false alarm in twenty is what the rule allows; these twelve have none."""
    dice, book = Random(5), organisation(HALF_LEFT)  # noqa: S311  - a simulation
    deals = (*book.deals, *book.closed)
    found = []
    for _ in range(12):
        kinds = [deal.record_type for deal in deals]
        dice.shuffle(kinds)
        mixed = [
            replace(deal, record_type=kind)
            for deal, kind in zip(deals, kinds, strict=True)
        ]
        found.append(learned(a_book(*mixed)).split)

    assert found == [None] * 12
