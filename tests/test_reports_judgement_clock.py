import csv
import gzip
import math
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.judgement.clock import (
    DAILY,
    Clock,
    End,
    Settings,
    Spell,
    fit,
    in_window,
    steps_within,
)
from reports.judgement.hazards import (
    Hazards,
    ever,
    first_below,
    share_at,
    winners_left,
    within,
)
from tests.conftest import foreign


NOW = datetime(2026, 11, 12, tzinfo=UTC)
STAGES = ("Discovery", "Proposal", "Negotiation")
WEEKLY = Settings()

Target = str | End | None


@st.composite
def spells(draw: st.DrawFn) -> list[Spell]:
    """Visits in the two years before NOW; some last, some end after NOW."""
    return draw(st.lists(a_spell(), max_size=40))


@st.composite
def a_spell(draw: st.DrawFn) -> Spell:
    entered = NOW - timedelta(hours=draw(st.integers(0, 24 * 700)))
    stage = draw(st.sampled_from(STAGES))
    targets: list[Target] = [s for s in STAGES if s != stage]
    to = draw(st.sampled_from([*targets, End.WON, End.LOST, None]))
    if to is None:
        return Spell(stage=stage, entered=entered)
    left = entered + timedelta(hours=draw(st.integers(0, 24 * 500)))
    return Spell(stage=stage, entered=entered, left=left, to=to)


def curves(clock: Clock) -> list[list[float]]:
    return winners_left(clock.hazards, ever(clock.hazards))


def learned(visits: Iterable[Spell], stages: Sequence[str] = STAGES) -> Clock:
    return fit(visits, stages, NOW, WEEKLY)


@given(spells())
@settings(max_examples=30, deadline=None)
def test_winners_left_starts_at_all_and_never_rises(visits: list[Spell]) -> None:
    clock = learned(visits)

    for shares in [*curves(clock), *winners_left(clock.pooled, ever(clock.pooled))]:
        assert shares[0] == 1
        assert all(later <= sooner + 1e-12 for sooner, later in pairwise(shares))


@given(spells(), st.integers(1, 40))
@settings(max_examples=30, deadline=None)
def test_chances_to_win_and_to_lose_never_exceed_one(
    visits: list[Spell], steps: int
) -> None:
    hazards = learned(visits).hazards
    won, lost = (within(hazards, steps, t) for t in (hazards.won, hazards.lost))

    for stage_won, stage_lost in zip(won, lost, strict=True):
        for w, lo in zip(stage_won, stage_lost, strict=True):
            assert w >= 0
            assert lo >= 0
            assert w + lo <= 1 + 1e-12


@given(spells(), st.integers(1, 20))
@settings(max_examples=20, deadline=None)
def test_a_longer_horizon_never_lowers_the_chance(
    visits: list[Spell], steps: int
) -> None:
    hazards = learned(visits).hazards
    sooner = within(hazards, steps, hazards.won)
    later = within(hazards, steps + 1, hazards.won)

    assert all(
        b >= a - 1e-12
        for one, other in zip(sooner, later, strict=True)
        for a, b in zip(one, other, strict=True)
    )


@given(spells())
@settings(max_examples=20, deadline=None)
def test_the_exact_chance_is_where_one_more_step_changes_nothing(
    visits: list[Spell],
) -> None:
    hazards = learned(visits).hazards
    chances = ever(hazards)
    entry = [row[0] for row in chances]

    for stage, row in enumerate(chances):
        for step, chance in enumerate(row):
            *moves, won, _ = hazards.rates[stage][hazards.bands[step]]
            after = row[min(step + 1, len(row) - 1)]
            again = (
                won
                + sum(rate * a for rate, a in zip(moves, entry, strict=True))
                + hazards.stay(stage, step) * after
            )
            assert chance == pytest.approx(again, abs=1e-12)


@given(spells(), st.lists(a_spell(), max_size=10))
@settings(max_examples=30, deadline=None)
def test_what_happens_later_changes_nothing(
    visits: list[Spell], more: list[Spell]
) -> None:
    later = [
        replace(
            spell,
            entered=spell.entered + timedelta(days=701),
            left=spell.left and spell.left + timedelta(days=701),
        )
        for spell in more
    ]
    known = [
        replace(spell, left=None, to=None) if spell.left and spell.left > NOW else spell
        for spell in visits
    ]

    assert learned([*visits, *later]) == learned(known)


@given(spells(), st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_order_does_not_matter(visits: list[Spell], chance: random.Random) -> None:
    shuffled = list(visits)
    chance.shuffle(shuffled)

    assert learned(shuffled) == learned(visits)


@given(spells())
@settings(max_examples=20, deadline=None)
def test_names_of_stages_do_not_matter(visits: list[Spell]) -> None:
    names = {"Discovery": "z", "Proposal": "won", "Negotiation": "lost"}
    renamed = [
        replace(
            spell,
            stage=names[spell.stage],
            to=names[spell.to] if isinstance(spell.to, str) else spell.to,
        )
        for spell in visits
    ]

    assert learned(renamed, list(names.values())).hazards == learned(visits).hazards


@given(spells(), st.integers(-5000, 5000))
@settings(max_examples=20, deadline=None)
def test_only_time_that_passed_matters(visits: list[Spell], days: int) -> None:
    by = timedelta(days=days)
    moved = [
        replace(spell, entered=spell.entered + by, left=spell.left and spell.left + by)
        for spell in visits
    ]

    assert fit(moved, STAGES, NOW + by, WEEKLY).hazards == learned(visits).hazards


@given(spells(), st.floats(0.05, 0.9), st.floats(0.05, 0.9))
@settings(max_examples=30, deadline=None)
def test_a_stricter_share_is_never_reached_sooner(
    visits: list[Spell], one: float, other: float
) -> None:
    strict, lax = sorted((one, other))

    for shares in curves(learned(visits)):
        assert first_below(tuple(shares), strict) >= first_below(tuple(shares), lax)


@given(spells())
@settings(max_examples=20, deadline=None)
def test_beyond_the_last_step_winners_run_out(visits: list[Spell]) -> None:
    for shares in map(tuple, curves(learned(visits))):
        days = first_below(shares, 1e-6)
        if not math.isinf(days):
            assert share_at(shares, int(days)) <= 1e-6 * (1 + 1e-6)
            assert share_at(shares, int(days) - 1) > 1e-6 * (1 - 1e-6)


@given(st.integers(0, 60), st.integers(1, 60))
@settings(max_examples=30, deadline=None)
def test_exposure_counts_each_begun_step_of_a_visit(start: int, days: int) -> None:
    spell = Spell(
        stage="Proposal",
        entered=NOW - timedelta(days=start + days),
        left=NOW - timedelta(days=start),
        to=End.WON,
    )
    clock = fit([spell], STAGES, NOW, DAILY)

    assert sum(clock.counts.exposure[1]) == min(days, 59) + 1
    assert clock.counts.exits_from("Proposal") == 1


def test_a_visit_enters_the_window_at_the_dwell_it_had_reached() -> None:
    spell = Spell(stage="Proposal", entered=NOW - timedelta(days=200))
    window = replace(DAILY, window=timedelta(days=180), steps=300)
    clock = fit([spell], STAGES, NOW, window)

    # Days 20 to 200 of the visit: band 14-20, 21-29 and 30 on.
    assert clock.counts.exposure[1] == [0, 0, 0, 0, 0, 0, 1, 9, 171]


@given(a_spell(), st.integers(0, 700))
@settings(max_examples=50, deadline=None)
def test_a_visit_cut_in_two_is_exposed_for_as_long(spell: Spell, ago: int) -> None:
    """The step in progress at the cut belongs to both parts; nothing else does."""
    cut = NOW - timedelta(days=ago)
    always = replace(WEEKLY, window=None)
    until = counted_steps(spell, cut, always)
    since = counted_steps(spell, NOW, replace(WEEKLY, window=NOW - cut))
    whole = counted_steps(spell, NOW, always)

    assert until | since == whole
    assert len(until & since) <= 1


def counted_steps(spell: Spell, as_of: datetime, cuts: Settings) -> set[int]:
    """The steps of one visit that count."""
    for one in in_window([spell], as_of, cuts):
        end = min(one.left or as_of, as_of)
        begins = cuts.begins(as_of)
        if steps := steps_within(one.entered, end, begins, cuts.step, cuts.steps - 1):
            return set(range(steps[0], steps[1] + 1))
    return set()


@given(
    st.lists(st.tuples(st.integers(0, 50), st.booleans()), min_size=1, max_size=30),
    st.integers(1, 20),
)
@settings(max_examples=30, deadline=None)
def test_more_deals_that_are_still_open_never_hurry_the_clock(
    ended: list[tuple[int, bool]], waiting: int
) -> None:
    """Whoever waited as long as the last exit makes the winners no quicker."""
    last = max(weeks for weeks, _ in ended)
    exits = [
        Spell(
            stage="Proposal",
            entered=NOW - timedelta(weeks=weeks),
            left=NOW,
            to=End.WON if won else End.LOST,
        )
        for weeks, won in ended
    ]
    open_ = Spell(stage="Proposal", entered=NOW - timedelta(weeks=last))
    before = curves(learned(exits, ["Proposal"]))[0]
    after = curves(learned([*exits, *[open_] * waiting], ["Proposal"]))[0]

    assert after[last] >= before[last] - 1e-12


def test_a_visit_that_ended_before_the_window_is_not_counted() -> None:
    spell = Spell(
        stage="Proposal",
        entered=NOW - timedelta(days=300),
        left=NOW - timedelta(days=181),
        to=End.LOST,
    )

    assert sum(learned([spell]).counts.exposure[1]) == 0


def test_without_history_every_way_out_is_as_likely() -> None:
    clock = learned([])

    assert clock.hazards.rates[0][0] == pytest.approx((0, 0.025, 0.025, 0.05, 0.05))


@given(
    st.lists(
        st.tuples(*[st.floats(0.001, 0.2)] * 4),
        min_size=len(WEEKLY.edges) + 1,
        max_size=len(WEEKLY.edges) + 1,
    ),
    st.floats(0.001, 0.2),
)
@settings(max_examples=30, deadline=None)
def test_two_stages_that_behave_alike_are_as_good_as_one(
    bands: list[tuple[float, float, float, float]], split: float
) -> None:
    """A stage split in two by name only, each as likely entered, changes no chance."""
    bandwise = WEEKLY.bands()
    alike = tuple((0.0, 0.0, out, won, lost) for out, won, lost, _ in bands)
    back = tuple((split, back - split * back, 0.0, 0.1, 0.1) for *_, back in bands)
    three = Hazards(rates=(alike, alike, back), bands=bandwise)
    one = tuple((0.0, out, won, lost) for out, won, lost, _ in bands)
    again = tuple((a + b, 0.0, won, lost) for a, b, _, won, lost in back)
    two = Hazards(rates=(one, again), bands=bandwise)
    split_up, merged_ = ever(three), ever(two)

    for found, wanted in zip(split_up, [merged_[0], *merged_], strict=True):
        assert found == pytest.approx(wanted, abs=1e-12)


# What the clock finds out when the truth is known.

FINE = Settings(
    step=timedelta(days=3.5),
    steps=120,
    edges=(1, 2, 4, 8, 16, 26, 40),
    window=None,
)
#: The day by which 8 in 10 eventual winners have left each stage.
TRUTH = {"a": 34.0, "b": 45.0}


def dice(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311  a simulation, not a secret


def simulated(deals: int, months: int, seed: int) -> list[Spell]:
    """Deals that start evenly; each stage is a race between moving on and losing."""
    chance = dice(seed)
    found: list[Spell] = []
    for _ in range(deals):
        at = NOW - timedelta(days=chance.uniform(0, months * 30.4))
        for stage, forward, lost, to in (
            ("a", (35, 0.9), (60, 1.1), "b"),
            ("b", (45, 1.0), (80, 1.2), End.WON),
        ):
            gain, loss = chance.weibullvariate(*forward), chance.weibullvariate(*lost)
            left = at + timedelta(days=min(gain, loss))
            end: Target = to if gain < loss else End.LOST
            found.append(Spell(stage=stage, entered=at, left=left, to=end))
            if end is End.LOST:
                break
            at = left
    return found


@pytest.mark.parametrize("months", [3, 6, 12, 24])
def test_a_known_truth_is_recovered_from_histories_of_any_length(months: int) -> None:
    found = defaultdict(list)
    for seed in range(12):
        clock = fit(simulated(400, months, seed), ("a", "b"), NOW, FINE)
        for stage, shares in zip("ab", curves(clock), strict=True):
            found[stage].append(first_below(tuple(shares), 0.2) * 3.5)

    for stage, truth in TRUTH.items():
        median = sorted(found[stage])[len(found[stage]) // 2]
        assert abs(median - truth) <= 0.2 * truth


# A real organisation: a Dutch bank's loan desk, 2011 to 2012.

OUTCOMES = {"Approved": End.WON, "Declined": End.LOST, "Cancelled": End.LOST}
BANK_STAGES = ("Submitted", "Preaccepted", "Accepted", "Offer Sent", "Offer Returned")
History = dict[str, list[tuple[datetime, str | End]]]


@pytest.fixture(scope="module")
def desk() -> History:
    path = foreign("orgs", "bank2012")
    found: History = defaultdict(list)
    with gzip.open(path / "OpportunityHistory.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            at = datetime.fromisoformat(row["CreatedDate"])
            state = OUTCOMES.get(row["StageName"], row["StageName"])
            runs = found[row["OpportunityId"]]
            if runs and runs[-1][0] == at:
                runs[-1] = (at, state)
            else:
                runs.append((at, state))
    return {deal: merged(runs) for deal, runs in found.items()}


def merged(
    runs: list[tuple[datetime, str | End]],
) -> list[tuple[datetime, str | End]]:
    return [run for i, run in enumerate(runs) if i == 0 or runs[i - 1][1] != run[1]]


def visits_of(runs: list[tuple[datetime, str | End]]) -> list[Spell]:
    ends: list[tuple[datetime | None, Target]] = [*runs[1:], (None, None)]
    return [
        Spell(stage=stage, entered=at, left=left, to=to)
        for (at, stage), (left, to) in zip(runs, ends, strict=True)
        if isinstance(stage, str)
    ]


@pytest.fixture(scope="module")
def snapshots(desk: History) -> list[tuple[str, bool, float, bool]]:
    """Open deals on 13 dates: deal, flagged, chance within 21 days, won by then."""
    horizon = timedelta(days=21)
    visits = {deal: visits_of(runs) for deal, runs in desk.items()}
    every = [spell for found in visits.values() for spell in found]
    rows = []
    for day in range(0, 78, 6):
        as_of = datetime(2011, 12, 11, tzinfo=UTC) + timedelta(days=day)
        clock = fit(every, BANK_STAGES, as_of, replace(DAILY, window=None))
        shares, chances = curves(clock), within(clock.hazards, 21, clock.hazards.won)
        for deal, found in visits.items():
            for spell in found:
                if spell.entered <= as_of and (spell.left or NOW) > as_of:
                    at = BANK_STAGES.index(spell.stage)
                    step = min((as_of - spell.entered).days, 59)
                    then = [run for run in desk[deal] if run[0] <= as_of + horizon]
                    won = then[-1][1] is End.WON
                    flagged = shares[at][step] <= 0.2
                    rows.append((deal, flagged, chances[at][step], won))
    return rows


Snapshots = list[tuple[str, bool, float, bool]]


def test_on_the_loan_desk_flagged_deals_won_far_less(snapshots: Snapshots) -> None:
    flagged = [won for _, flag, _, won in snapshots if flag]
    unflagged = [won for _, flag, _, won in snapshots if not flag]

    assert len(snapshots) == 10_185
    assert round(100 * len(flagged) / len(snapshots), 1) == 38.4
    assert round(100 * sum(flagged) / len(flagged), 1) == 10.4
    assert round(100 * sum(unflagged) / len(unflagged), 1) == 38.6


def test_on_the_loan_desk_chances_rank_and_mean_what_they_say(
    snapshots: Snapshots,
) -> None:
    chances = [(chance, won) for _, _, chance, won in snapshots]
    brier = sum((chance - won) ** 2 for chance, won in chances) / len(chances)

    assert round(brier, 4) == 0.1635
    assert round(area_under_curve(chances), 3) == 0.768


def test_on_the_loan_desk_few_wins_and_most_losses_were_flagged(
    desk: History, snapshots: Snapshots
) -> None:
    ever_flagged = {deal for deal, flag, _, _ in snapshots if flag}
    last = {deal: desk[deal][-1][1] for deal, *_ in snapshots}
    won = [deal in ever_flagged for deal, end in last.items() if end is End.WON]
    lost = [deal in ever_flagged for deal, end in last.items() if end is End.LOST]

    assert round(100 * sum(won) / len(won), 1) == 22.2
    assert round(100 * sum(lost) / len(lost), 1) == 55.5


def test_on_the_loan_desk_the_stall_days_are_those_published(desk: History) -> None:
    every = [spell for runs in desk.values() for spell in visits_of(runs)]
    clock = fit(every, BANK_STAGES, datetime(2012, 3, 14, tzinfo=UTC), DAILY)
    days = [
        (first_below(tuple(shares), 0.2), first_below(tuple(shares), 0.35))
        for shares in curves(clock)
    ]

    assert days == [(1, 1), (1, 1), (1, 1), (16, 12), (7, 5)]


def test_on_shuffled_outcomes_the_clock_separates_nothing(desk: History) -> None:
    """Who won is dealt out again among those who closed; flags must not know."""
    chance = dice(7)
    closed = [deal for deal, runs in desk.items() if isinstance(runs[-1][1], End)]
    ends = [desk[deal][-1][1] for deal in closed]
    chance.shuffle(ends)
    runs = {
        deal: [*desk[deal][:-1], (desk[deal][-1][0], end)]
        for deal, end in zip(closed, ends, strict=True)
    }
    as_of = datetime(2012, 1, 22, tzinfo=UTC)
    clock = fit(
        [spell for found in runs.values() for spell in visits_of(found)],
        BANK_STAGES,
        as_of,
        replace(DAILY, window=None),
    )
    shares = curves(clock)
    sides: dict[bool, list[bool]] = {True: [], False: []}
    for found in runs.values():
        for spell in visits_of(found):
            if spell.entered <= as_of < (spell.left or NOW):
                step = min((as_of - spell.entered).days, 59)
                flagged = shares[BANK_STAGES.index(spell.stage)][step] <= 0.2
                sides[flagged].append(found[-1][1] is End.WON)
    rates = [sum(side) / len(side) for side in sides.values()]

    assert abs(rates[0] - rates[1]) < 0.08


def area_under_curve(chances: list[tuple[float, bool]]) -> float:
    """The share of pairs of a won and an unwon deal that are ranked right."""
    groups: dict[float, list[float]] = defaultdict(lambda: [0, 0])
    for chance, won in chances:
        groups[chance][won] += 1
    below = right = 0.0
    for _, (lower, higher) in sorted(groups.items()):
        right += higher * (below + lower / 2)
        below += lower
    wins = sum(won for _, won in chances)
    return right / (wins * (len(chances) - wins))
