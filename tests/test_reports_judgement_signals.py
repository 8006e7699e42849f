from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from reports.findings import Severity
from reports.judgement.policy import ByPhase, Policy
from reports.judgement.rules import Catalogue, Context, Flag, signals_of
from reports.judgement.signals import SIGNALS
from reports.model import ActivityKind, Deal, Direction
from reports.normal import Capture
from reports.said import say
from tests.builders import (
    ADA_ID,
    DEE_ID,
    TODAY,
    a_change,
    a_deal,
    a_review_context,
    a_role,
    a_stage_norm,
    a_task,
    a_touch,
    a_visit,
    days_ago,
    days_ahead,
    some_norms,
)


def codes(deal: Deal, **context: Any) -> list[str]:
    found = signals_of(deal, SIGNALS, a_review_context(**context))
    return [signal.code for signal in found]


def because(deal: Deal, code: str, **context: Any) -> str:
    found = signals_of(deal, SIGNALS, a_review_context(**context))
    return next(signal.because for signal in found if signal.code == code)


def ours(on: date) -> Any:
    return a_touch(on, kind=ActivityKind.CALL, direction=Direction.OUTBOUND)


def tried(times: int, first: date, last: date) -> dict[str, Any]:
    """So many attempts of ours since the buyer's last word."""
    return {"attempts": times, "attempts_since": first, "last_outbound": ours(last)}


def a_meeting(on: date) -> Any:
    return a_touch(on, kind=ActivityKind.MEETING, direction=Direction.TWO_WAY)


def heard(on: date) -> dict[str, Any]:
    """The buyer was last heard then, and so was anything."""
    reply = a_touch(on)
    return {"last_inbound": reply, "last_two_way": reply, "last_touch": reply}


def blind() -> Any:
    """Norms in which Ada's activity is not captured."""
    capture = Capture(
        user_id=ADA_ID,
        calls=0,
        emails=0,
        meetings=0,
        open_deals=8,
        trusted=False,
        because=say("nothing is logged"),
    )
    return some_norms(capture={ADA_ID: capture})


UNTOUCHED: dict[str, Any] = {
    "calls": 0,
    "emails": 0,
    "meetings": 0,
    "last_touch": None,
    "last_inbound": None,
    "last_outbound": None,
    "last_two_way": None,
    "last_meeting": None,
    "weeks_theirs": (0,) * 8,
    "weeks_ours": (0,) * 8,
}
PUSH = a_change("CloseDate", days_ago(9), "2026-11-20", "2026-12-22")


def test_a_healthy_deal_is_left_alone() -> None:
    assert codes(a_deal()) == []


CASES: list[tuple[dict[str, Any], str]] = [
    (
        {"entered": days_ago(42)}
        | heard(days_ago(12))
        | tried(1, days_ago(8), days_ago(8)),
        "stalled-buyer-silent",
    ),
    (
        {"entered": days_ago(42)}
        | heard(days_ago(50))
        | tried(2, days_ago(40), days_ago(30)),
        "stalled-buyer-silent",
    ),
    (
        {"entered": days_ago(42)}
        | heard(days_ago(50))
        | tried(2, days_ago(40), days_ago(31)),
        "stalled-rep-silent",
    ),
    (
        {"entered": days_ago(42)}
        | heard(days_ago(12))
        | tried(1, days_ago(11), days_ago(11)),
        "stalled-rep-silent",
    ),
    (
        {"entered": days_ago(42)}
        | heard(days_ago(12))
        | tried(2, days_ago(7), days_ago(1)),
        "stalled-nothing-scheduled",
    ),
    (
        {"entered": days_ago(42), "last_outbound": ours(days_ago(10))}
        | heard(days_ago(6)),
        "stalled-rep-silent",
    ),
    (
        {"entered": days_ago(42), "last_outbound": ours(days_ago(9))}
        | heard(days_ago(6)),
        "stalled-nothing-scheduled",
    ),
    (
        {"entered": days_ago(42), "last_outbound": ours(days_ago(30))}
        | heard(days_ago(11)),
        "stalled-rep-silent",
    ),
    (
        {"entered": days_ago(42), "last_outbound": ours(days_ago(14))}
        | heard(days_ago(20)),
        "stalled-rep-silent",
    ),
    ({"entered": days_ago(42)}, "stalled-nothing-scheduled"),
    ({"entered": days_ago(28)}, "slowing"),
    ({"close_date": days_ago(1)}, "close-date-passed"),
    (
        {
            "pushes": 2,
            "month_crossings": 2,
            "pushed_days": 40,
            "last_push": PUSH,
        },
        "close-date-pushed-again",
    ),
    (
        {
            "pushes": 1,
            "month_crossings": 1,
            "pushed_days": 32,
            "last_push": PUSH,
        },
        "close-date-pushed-far",
    ),
    (
        {"amount": Decimal(400_000), "amount_base": Decimal(400_000)},
        "amount-outlier",
    ),
    (
        {"changes": (a_change("Amount", days_ago(5), "60000.0", "48000.0"),)},
        "amount-cut",
    ),
    (
        {"amount_base": Decimal(60_001), "contacts_engaged_30d": 1},
        "single-threaded",
    ),
    ({"roles": ()}, "no-decision-maker"),
    ({"roles": (a_role(role="Evaluator"),)}, "no-decision-maker"),
    ({"owner_id": DEE_ID}, "owner-inactive"),
    (UNTOUCHED, "never-touched"),
    ({"outbound_21d": 1} | heard(days_ago(8)), "gone-quiet"),
    ({"next_step": " ", "open_tasks": ()}, "no-next-step"),
    ({"open_tasks": (a_task(days_ago(4)),)}, "overdue-tasks"),
    (
        {"stage": "Qualification", "close_date": days_ahead(30)},
        "closing-soon-stage-behind",
    ),
    (
        {"forecast_category": "Commit", "next_meeting": None},
        "commit-without-evidence",
    ),
    ({"days_open": 162, "created_on": days_ago(162)}, "older-than-wins"),
    (
        {
            "entered": days_ago(3),
            "visits": (
                a_visit("Negotiation", days_ago(20), days_ago(3), "Proposal"),
                a_visit("Proposal", days_ago(3)),
            ),
        },
        "moved-back",
    ),
    ({"entered": days_ago(14)}, "moved-forward"),
    ({"next_meeting": a_meeting(days_ahead(5))}, "meeting-booked"),
    ({"weeks_theirs": (1, 0, 0, 1, 0, 0, 0, 1)}, "re-engaged"),
    (
        {"entered": days_ago(42), "next_meeting": a_meeting(days_ahead(5))},
        "over-the-clock",
    ),
    (
        heard(days_ago(9)) | tried(2, days_ago(8), days_ago(2)),
        "ghosted-after-proposal",
    ),
    (
        {
            "close_date": date(2027, 1, 15),
            "last_push": a_change("CloseDate", days_ago(2), "2026-12-28", "2027-01-15"),
        },
        "slipped-out-of-period",
    ),
    (
        {"close_date": days_ahead(14), "outbound_21d": 1} | heard(days_ago(20)),
        "close-date-frozen",
    ),
    (UNTOUCHED | {"roles": ()}, "stage-ahead-of-evidence"),
    ({"close_date": days_ago(1)}, "chronic"),
    ({}, "unlikely-this-period"),
]
STALLED = "stalled-nothing-scheduled"
#: Those that need more than a deal to be seen: what the context has besides.
BESIDES: dict[str, dict[str, Any]] = {
    "chronic": {"flagged_before": {a_deal().id: 3}},
    "unlikely-this-period": {
        "norms": some_norms(
            tier=2,
            horizon_days=49,
            stages={"Proposal": a_stage_norm(chances=(0.3, 0.28, 0.04))},
        )
    },
}


@pytest.mark.parametrize(("difference", "code"), CASES)
def test_a_small_difference_raises_its_signal(
    difference: dict[str, Any], code: str
) -> None:
    context = a_review_context(**BESIDES.get(code, {}))
    found = {s.code: s for s in signals_of(a_deal(**difference), SIGNALS, context)}
    rule = next(rule for rule in SIGNALS if rule.code == code)

    assert found[code].severity <= rule.worst
    assert found[code].positive is rule.positive
    assert found[code].remedy


def test_a_buyer_who_spoke_and_whom_no_record_names_is_not_counted_as_nobody() -> None:
    large = {"amount_base": Decimal(60_001), "contacts_engaged_30d": 0}
    heard_of_late = a_deal(**large | heard(days_ago(30)))
    heard_long_ago = a_deal(**large | heard(days_ago(31)))

    assert "single-threaded" not in codes(heard_of_late)
    assert "single-threaded" in codes(heard_long_ago)


@pytest.mark.parametrize(
    ("roles", "said"),
    [
        (0, "no contact role is on record."),
        (1, "its 1 contact role is not a decision maker."),
        (2, "none of its 2 contact roles is a decision maker."),
    ],
)
def test_a_missing_decision_maker_is_told_by_what_is_on_record(
    roles: int, said: str
) -> None:
    deal = a_deal(roles=(a_role(role="Evaluator"),) * roles)

    assert because(deal, "no-decision-maker").partition("; ")[2] == said


@pytest.mark.parametrize(
    ("contacts", "said"),
    [(0, "No contact was in"), (1, "1 contact was in")],
)
def test_a_conversation_with_too_few_contacts_is_told_in_words(
    contacts: int, said: str
) -> None:
    deal = a_deal(
        amount_base=Decimal(60_001),
        contacts_engaged_30d=contacts,
        **heard(days_ago(31)),
    )

    assert because(deal, "single-threaded").startswith(said)


def test_where_meetings_cannot_be_seen_none_is_said_to_be_missing() -> None:
    usual = a_review_context()
    org = replace(usual.org, has=usual.org.has - {"Event"})
    blind = a_review_context(org=org)
    deal = a_deal(entered=days_ago(42), forecast_category="Commit")

    (seen, unseen) = (
        next(one for one in signals_of(deal, SIGNALS, context) if one.code == STALLED)
        for context in (usual, blind)
    )
    doubts = " ".join(
        one.because
        for one in signals_of(deal, SIGNALS, blind)
        if one.code == "commit-without-evidence"
    )

    assert "; no meeting is booked after 12 Nov" in seen.because
    assert unseen.because.endswith("; whether a meeting is ahead cannot be seen.")
    assert "meeting" not in doubts


def test_every_signal_has_a_difference_that_raises_it() -> None:
    assert {code for _, code in CASES} == {rule.code for rule in SIGNALS}


@pytest.mark.parametrize(
    "difference",
    [
        {"entered": days_ago(27)},
        {"close_date": TODAY},
        {"pushes": 1, "pushed_days": 20, "month_crossings": 0},
        {"changes": (a_change("Amount", days_ago(5), "59000.0", "48000.0"),)},
        {"changes": (a_change("Amount", days_ago(31), "90000.0", "48000.0"),)},
        {"changes": (a_change("Amount", days_ago(5), "unknown", "48000.0"),)},
        {"amount_base": Decimal(60_001)},
        {"contacts_engaged_30d": 1},
        {"roles": (a_role(), a_role(role=None))},
        heard(days_ago(7)) | {"last_outbound": ours(days_ago(8))},
        {"open_tasks": (a_task(days_ahead(4)), a_task(None))},
        {"days_open": 161, "created_on": days_ago(161)},
        {"last_push": a_change("CloseDate", days_ago(46), "2026-11-01", "2026-12-22")},
        {"amount": None, "amount_base": None},
        {"close_date": None},
        {"days_in_stage": None, "entered_stage_on": None, "visits": ()},
    ],
)
def test_what_is_within_the_limits_stays_silent(difference: dict[str, Any]) -> None:
    assert codes(a_deal(**difference)) == []


def test_a_stall_says_how_long_where_and_what_was_heard_last() -> None:
    deal = a_deal(
        entered=days_ago(63),
        **heard(days_ago(41)),
        **tried(3, days_ago(30), days_ago(1)),
    )

    assert because(deal, "stalled-buyer-silent") == (
        "63 days in Proposal, since 10 Sep; the limit is 42. The buyer was last heard "
        "on 2 Oct, 41 days ago; 3 attempts since."
    )


def test_a_deal_beyond_all_winners_says_so() -> None:
    norms = some_norms(stages={"Proposal": a_stage_norm(longest_won=97)})
    deal = a_deal(entered=days_ago(98))

    assert "longer than every deal we won (at most 97 days)" in because(
        deal, "stalled-nothing-scheduled", norms=norms
    )


def test_a_booked_meeting_is_told_and_never_a_stall() -> None:
    deal = a_deal(entered=days_ago(60), next_meeting=a_meeting(days_ahead(30)))

    assert codes(deal) == ["over-the-clock", "meeting-booked"]
    assert because(deal, "over-the-clock") == (
        "60 days in Proposal, since 13 Sep; the limit is 42. "
        "A meeting is booked for 12 Dec."
    )


@pytest.mark.parametrize(
    "difference",
    [
        {"entered": days_ago(60)},
        UNTOUCHED,
        heard(days_ago(30)),
        {"amount_base": Decimal(60_001), "contacts_engaged_30d": 0},
        heard(days_ago(30)) | {"close_date": days_ahead(10)},
    ],
)
def test_silence_says_nothing_where_activity_is_not_captured(
    difference: dict[str, Any],
) -> None:
    assert set(codes(a_deal(**difference), norms=blind())) <= {"over-the-clock"}


def test_ghosting_needs_a_buyer_who_used_to_answer() -> None:
    ghosted = heard(days_ago(9)) | tried(2, days_ago(8), days_ago(2))

    assert "ghosted-after-proposal" in codes(a_deal(**ghosted))
    assert "ghosted-after-proposal" not in codes(
        a_deal(**(ghosted | {"last_inbound": None}))
    )
    assert "ghosted-after-proposal" not in codes(a_deal(**(ghosted | {"attempts": 1})))


def test_a_deal_that_left_the_quarter_says_from_when_to_when() -> None:
    push = a_change("CloseDate", days_ago(2), "2026-12-18", "2027-01-15")
    deal = a_deal(close_date=date(2027, 1, 15), last_push=push, pushes=1)

    assert because(deal, "slipped-out-of-period") == (
        "Left the quarter that ends on 31 Dec: moved from 18 Dec to 15 Jan 2027 on "
        "10 Nov."
    )


def test_a_date_that_is_near_and_unchanged_in_silence_is_frozen() -> None:
    quiet = heard(days_ago(20)) | {"last_outbound": ours(days_ago(20))}

    assert "close-date-frozen" in codes(a_deal(close_date=days_ahead(14), **quiet))
    assert "close-date-frozen" not in codes(a_deal(close_date=days_ahead(15), **quiet))
    assert "close-date-frozen" not in codes(a_deal(close_date=days_ahead(14)))


def test_a_late_stage_without_any_trace_of_the_buyer_is_ahead() -> None:
    alone = UNTOUCHED | {"roles": (), "last_outbound": ours(days_ago(2)), "calls": 1}

    assert "stage-ahead-of-evidence" in codes(a_deal(**alone))
    assert "stage-ahead-of-evidence" not in codes(a_deal(**alone, stage="Discovery"))
    assert "stage-ahead-of-evidence" not in codes(a_deal(**alone), used=frozenset())


@pytest.mark.parametrize(
    ("times", "deal", "expected"),
    [
        (3, a_deal(close_date=days_ago(1)), True),
        (2, a_deal(close_date=days_ago(1)), False),
        (3, a_deal(), False),
    ],
)
def test_the_third_flagged_review_asks_for_a_decision(
    times: int, deal: Deal, *, expected: bool
) -> None:
    assert ("chronic" in codes(deal, flagged_before={deal.id: times})) is expected


@pytest.mark.parametrize(
    ("late", "category", "severity"),
    [
        (3, "BestCase", Severity.MEDIUM),
        (4, "BestCase", Severity.HIGH),
        (1, "Forecast", Severity.HIGH),
    ],
)
def test_a_passed_date_is_serious_after_days_or_when_committed(
    late: int, category: str, severity: Severity
) -> None:
    deal = a_deal(close_date=days_ago(late), forecast_category=category)
    found = signals_of(deal, SIGNALS, a_review_context())
    by_code = {signal.code: signal for signal in found}

    assert by_code["close-date-passed"].severity is severity


def test_commit_lists_everything_that_speaks_against_it() -> None:
    deal = a_deal(forecast_category="Forecast", pushes=2, close_date=days_ago(2))

    assert because(deal, "commit-without-evidence") == (
        "Committed for 10 Nov: close date 10 Nov passed, pushed 2 times and no meeting "
        "ahead."
    )


def test_an_unknown_stage_borrows_the_curve_of_all_stages() -> None:
    norms = some_norms(stages={}, pooled=a_stage_norm("", stalled_after=10))

    assert "stalled-nothing-scheduled" in codes(a_deal(), norms=norms)


def test_a_threshold_says_whether_it_is_the_default_or_configured() -> None:
    deal = a_deal(open_tasks=(a_task(days_ago(9)),))
    (default,) = signals_of(deal, SIGNALS, a_review_context())
    (changed,) = signals_of(
        deal, SIGNALS, a_review_context(policy=Policy(task_overdue_signal=5))
    )

    assert default.threshold == "more than 3 days past its date (default)"
    assert changed.threshold == "more than 5 days past its date (configured)"


def test_a_stall_names_the_deals_its_threshold_comes_from() -> None:
    (signal,) = signals_of(a_deal(entered=days_ago(42)), SIGNALS, a_review_context())

    assert signal.threshold == (
        "8 in 10 deals we went on to win had left Proposal by day 42 "
        "(57 won deals, last 6 months)"
    )


def test_limits_by_phase_follow_the_stage() -> None:
    limits = ByPhase(early=21, mid=14, late=7)
    quiet = heard(days_ago(15)) | {"close_date": days_ahead(60)}

    assert limits.told() == "21/14/7 days (early/mid/late stage)"
    assert "gone-quiet" in codes(a_deal(**quiet, stage="Discovery"))
    assert "gone-quiet" not in codes(a_deal(**quiet, stage="Prospecting"))


def test_a_rule_without_a_sentence_is_refused() -> None:
    def no_sentence(_: Deal, __: Context) -> Flag | None:
        return None

    add: Any = Catalogue().rule(worst=Severity.LOW, limit=lambda _: say(""), remedy="")
    with pytest.raises(TypeError, match="no_sentence needs a docstring"):
        add(no_sentence)
