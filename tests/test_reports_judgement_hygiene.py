from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from reports.findings import Fixer, Severity
from reports.judgement.hygiene import HYGIENE
from reports.judgement.hygiene_record import further_fields
from reports.judgement.hygiene_rules import issues_of
from reports.judgement.mentions import past_dates
from reports.judgement.policy import Policy, RequiredEvidence, RequiredField
from reports.judgement.repeats import repeated, vague
from reports.model import Deal, Stage
from tests.builders import (
    ACME,
    ADA,
    ADA_ID,
    CLEO_ID,
    DEE_ID,
    TODAY,
    a_change,
    a_closed_deal,
    a_deal,
    a_review_context,
    a_role,
    a_stage_norm,
    a_task,
    a_touch,
    a_visit,
    days_ago,
    days_ahead,
    numbered,
    some_norms,
)


def issues(deal: Deal, **context: Any) -> dict[str, Any]:
    found = issues_of(deal, HYGIENE, a_review_context(**context))
    return {issue.code: issue for issue in found}


def test_a_healthy_deal_has_nothing_to_put_right() -> None:
    assert issues(a_deal()) == {}


@pytest.mark.parametrize("won", [True, False])
def test_a_deal_closed_properly_has_nothing_to_put_right(*, won: bool) -> None:
    assert issues(a_closed_deal(won=won)) == {}


FIVE_VISITS = tuple(
    a_visit(name, days_ago(16), days_ago(16), "Proposal")
    for name in ("Prospecting", "Qualification", "Discovery")
)


#: What raises each rule; what it needs besides the deal is in BESIDES.
OPEN_CASES: list[tuple[dict[str, Any], str | None, Severity | None]] = [
    ({"close_date": None}, "close-missing", Severity.CRITICAL),
    (
        {"close_date": days_ago(1), "forecast_category": "Pipeline"},
        "close-past",
        Severity.HIGH,
    ),
    ({"close_date": days_ago(1)}, "close-past", Severity.CRITICAL),
    (
        {"close_date": days_ago(15), "forecast_category": "Pipeline"},
        "close-past",
        Severity.CRITICAL,
    ),
    ({"close_date": days_ahead(731)}, "close-far", Severity.MEDIUM),
    ({"close_date": date(2036, 1, 5)}, "close-far", Severity.CRITICAL),
    (
        {"stage": "Discovery", "close_date": date(2026, 12, 31)},
        "close-parked",
        Severity.LOW,
    ),
    ({"pushes": 3, "pushed_days": 9}, "pushed", Severity.MEDIUM),
    ({"pushes": 1, "pushed_days": 90}, "pushed", Severity.MEDIUM),
    (
        {"next_step": None, "open_tasks": ()},
        "next-step-empty",
        Severity.HIGH,
    ),
    (
        {"next_step": None, "open_tasks": (), "forecast_category": "Forecast"},
        "next-step-empty",
        Severity.CRITICAL,
    ),
    ({"next_step_since": days_ago(14)}, "next-step-stale", Severity.MEDIUM),
    ({"next_step": "Follow up."}, "next-step-stale", Severity.MEDIUM),
    ({"next_step": "call her"}, None, None),
    ({"next_step": "call"}, "next-step-stale", Severity.MEDIUM),
    ({"next_step": "Demo on 3 Nov"}, "next-step-stale", Severity.MEDIUM),
    ({"open_tasks": (a_task(days_ago(8)),)}, "task-overdue", Severity.LOW),
    ({"amount": None, "amount_base": None}, "amount-missing", Severity.CRITICAL),
    (
        {"amount": Decimal(0), "stage": "Qualification", "line_items": 0},
        "amount-missing",
        Severity.MEDIUM,
    ),
    (
        {"amount": Decimal(999), "line_total": Decimal(999)},
        "amount-placeholder",
        Severity.LOW,
    ),
    (
        {
            "amount": Decimal(390),
            "amount_base": Decimal(390),
            "line_total": Decimal(390),
        },
        "amount-placeholder",
        Severity.LOW,
    ),
    ({"line_total": Decimal(40_000)}, "amount-vs-lines", Severity.HIGH),
    (
        {"line_items": 0, "line_total": None},
        "amount-vs-lines",
        Severity.MEDIUM,
    ),
    (
        {"amount": Decimal(-5), "line_items": 1, "line_total": Decimal(-5)},
        "money-invalid",
        Severity.CRITICAL,
    ),
    ({"amount_base": None}, "money-invalid", Severity.CRITICAL),
    ({"account_id": None, "account": None}, "no-account", Severity.HIGH),
    ({"account": "ACME"}, "no-account", Severity.HIGH),
    ({"account": "Test account 7"}, "no-account", Severity.HIGH),
    ({"lead_source": None}, "attribution", Severity.LOW),
    (
        {"last_touch": a_touch(days_ago(15))},
        "no-activity",
        Severity.HIGH,
    ),
    (
        {"outbound_21d": 3, "inbound_21d": 0},
        "outbound-only",
        Severity.MEDIUM,
    ),
    (
        {"created_on": days_ago(1), "owner_since": days_ago(1)},
        "activity-dates",
        Severity.LOW,
    ),
    ({"roles": ()}, "no-contact-role", Severity.HIGH),
    (
        {"roles": (a_role(is_primary=False),)},
        "no-primary",
        Severity.MEDIUM,
    ),
    ({"roles": (a_role(role="User"),)}, "no-decider", Severity.HIGH),
    (
        {"roles": (a_role(),), "amount_base": Decimal(60_000)},
        "single-thread",
        Severity.MEDIUM,
    ),
    (
        {"roles": (a_role(email=None, phone=None), a_role(is_primary=False))},
        "contact-unreachable",
        Severity.MEDIUM,
    ),
    (
        {"roles": (a_role(bounced=True),)},
        "contact-unreachable",
        Severity.MEDIUM,
    ),
    ({"owner_id": DEE_ID}, "owner-invalid", Severity.CRITICAL),
    ({"owner_id": "00G000000000001AAA"}, "owner-invalid", Severity.CRITICAL),
    ({"probability": Decimal(81)}, "prob-vs-stage", Severity.MEDIUM),
    ({"probability": Decimal(100)}, "prob-vs-stage", Severity.MEDIUM),
    (
        {"forecast_category": "Omitted"},
        "category-vs-stage",
        Severity.HIGH,
    ),
    (
        {"forecast_category": "Forecast", "stage": "Qualification"},
        "category-vs-stage",
        Severity.CRITICAL,
    ),
    (
        {"forecast_category": "Forecast", "entered": days_ago(42)},
        "category-vs-stage",
        Severity.HIGH,
    ),
    ({"visits": FIVE_VISITS}, "stage-jump", Severity.LOW),
    (
        {
            "visits": (
                a_visit("Negotiation", days_ago(30), days_ago(16), "Proposal"),
                a_visit("Proposal", days_ago(16)),
            )
        },
        "stage-back",
        Severity.MEDIUM,
    ),
    (
        {
            "visits": (
                a_visit("Proposal", days_ago(30), days_ago(20), "Closed Won"),
                a_visit("Proposal", days_ago(16)),
            )
        },
        "stage-back",
        Severity.HIGH,
    ),
    (
        {"stage": Stage(name="Old stage", known=False)},
        "stage-history",
        Severity.MEDIUM,
    ),
    (
        {"close_date": days_ago(50), "forecast_category": "Pipeline"},
        "stage-history",
        Severity.MEDIUM,
    ),
    ({"done_ahead": 1}, "activity-dates", Severity.LOW),
    (
        {"roles": (a_role(), a_role(contact_id="003000000000009AAA"))},
        "dup-party",
        Severity.MEDIUM,
    ),
    ({}, "dup-party", Severity.MEDIUM),
    ({"line_items": 0, "line_total": None}, "amount-placeholder", Severity.LOW),
    ({"close_date": days_ahead(13)}, "close-vs-stage", Severity.HIGH),
    ({}, "dup-opp", Severity.HIGH),
    ({}, "stage-vs-evidence", Severity.HIGH),
    ({}, "required-custom", Severity.HIGH),
]
BESIDES: dict[str, dict[str, Any]] = {
    "dup-party": {"doubled_accounts": frozenset({a_deal().account_id})},
    "amount-placeholder": {"repeated": frozenset({a_deal().id})},
    "close-vs-stage": {
        "norms": some_norms(stages={"Proposal": a_stage_norm(fastest_win=30)})
    },
    "dup-opp": {"twins": {a_deal().id: a_deal(created_on=days_ago(40))}},
    "stage-vs-evidence": {
        "policy": Policy(
            evidence=(RequiredEvidence(stage="Discovery", all_of=("meeting-held",)),)
        )
    },
    "required-custom": {
        "policy": Policy(required=(RequiredField(field="Budget__c"),)),
        "fields": frozenset({"Budget__c"}),
    },
}
CLOSED_CASES: list[tuple[bool, dict[str, Any], str]] = [
    (True, {"amount": Decimal(0)}, "won-zero"),
    (True, {"amount": None}, "won-zero"),
    (True, {"close_date": days_ahead(1)}, "closed-future"),
    (True, {"created_on": days_ago(10)}, "won-at-once"),
    (False, {"loss_reason": None}, "loss-reason-missing"),
]


def test_every_rule_has_a_difference_that_raises_it() -> None:
    cases = {code for _, code, _ in OPEN_CASES} | {code for _, _, code in CLOSED_CASES}

    assert cases - {None} == {rule.code for rule in HYGIENE}


@pytest.mark.parametrize(("difference", "code", "severity"), OPEN_CASES)
def test_a_small_difference_is_found(
    difference: dict[str, Any], code: str | None, severity: Severity | None
) -> None:
    found = issues(a_deal(**difference), **BESIDES.get(code or "", {}))

    assert code is None or found[code].severity is severity
    assert code is not None or not found


@pytest.mark.parametrize(("won", "difference", "code"), CLOSED_CASES)
def test_a_careless_close_is_found(
    *, won: bool, difference: dict[str, Any], code: str
) -> None:
    assert list(issues(a_closed_deal(won=won, **difference))) == [code]


@pytest.mark.parametrize(
    "difference",
    [
        {"roles": ()},
        {"amount": None, "amount_base": None},
        {"next_step": None, "open_tasks": ()},
        {"line_items": 0, "line_total": None},
    ],
)
@pytest.mark.parametrize(
    "news",
    [
        {"entered": days_ago(3)},
        {"owner_since": days_ago(7)},
    ],
)
def test_a_new_stage_or_owner_has_some_days_first(
    difference: dict[str, Any], news: dict[str, Any]
) -> None:
    assert issues(a_deal(**difference, **news)) == {}


def test_grace_for_a_new_stage_counts_working_days() -> None:
    # TODAY is a Thursday: Monday is three working days ago, Friday before that four.
    assert issues(a_deal(roles=(), entered=days_ago(3))) == {}
    assert "no-contact-role" in issues(a_deal(roles=(), entered=days_ago(6)))


@pytest.mark.parametrize(
    ("stage", "difference"),
    [
        ("Qualification", {"roles": ()}),
        ("Discovery", {"roles": (a_role(role="User"),)}),
        ("Prospecting", {"amount": None, "amount_base": None}),
        ("Discovery", {"line_items": 0, "line_total": None}),
    ],
)
def test_nothing_is_asked_before_its_stage(
    stage: str, difference: dict[str, Any]
) -> None:
    assert issues(a_deal(stage=stage, **difference)) == {}


def test_what_the_organisation_does_not_use_is_not_missed() -> None:
    bare = {"roles": (), "line_items": 0, "line_total": None}

    assert issues(a_deal(**bare), used=frozenset()) == {}


def test_an_owner_outside_the_hierarchy_is_for_ops() -> None:
    alone = {ADA_ID: replace(ADA, manager_id=None)}

    assert issues(a_deal(), people=alone)["owner-invalid"].because == (
        "The owner has no manager in Sales Cloud; seen on 12 Nov."
    )


def test_an_owner_who_leads_others_needs_no_manager() -> None:
    assert issues(a_deal(owner_id=CLEO_ID)) == {}


def test_a_date_sooner_than_winners_needed_is_found_once_it_is_known() -> None:
    norms = some_norms(stages={"Proposal": a_stage_norm(fastest_win=30)})
    hurried = a_deal(close_date=days_ahead(13))

    assert "close-vs-stage" in issues(hurried, norms=norms)
    assert "close-vs-stage" not in issues(
        a_deal(close_date=days_ahead(14)), norms=norms
    )
    assert "close-vs-stage" not in issues(
        hurried, norms=some_norms(tier=0, stages=norms.stages)
    )


def test_a_twin_is_named() -> None:
    deal = a_deal()
    twin = a_deal(name="Northwind roll-out", created_on=days_ago(40))

    assert issues(deal, twins={deal.id: twin})["dup-opp"].because == (
        "Looks the same as “Northwind roll-out” of Northwind, created 6 days apart, "
        "on 3 Oct."
    )


def test_the_configuration_may_require_fields_by_stage_and_record_type() -> None:
    policy = Policy(
        required=(
            RequiredField(field="LeadSource", stage="Proposal"),
            RequiredField(field="Type", stage="Negotiation"),
            RequiredField(field="NextStep", record_types=("Renewal",)),
        )
    )
    empty = a_deal(lead_source=None, type=None, next_step=None)

    assert issues(empty, policy=policy)["required-custom"].because == (
        "Required in Proposal and empty: LeadSource."
    )


@pytest.mark.parametrize(
    ("text", "past"),
    [
        ("Demo on 2026-11-03", [date(2026, 11, 3)]),
        ("Call on 3 Nov", [date(2026, 11, 3)]),
        ("Call on Nov 3rd", [date(2026, 11, 3)]),
        ("Board meets 5 January", []),
        ("Kick-off after 20 Dec", []),
        ("Call on 11/03", []),
        ("31 Nov is no day", []),
        ("Send 3 novels", []),
    ],
)
def test_only_dates_that_can_be_read_in_one_way_are_past(
    text: str, past: list[date]
) -> None:
    assert past_dates(text, TODAY - timedelta(days=20), TODAY) == past


def test_who_can_fix_it_is_said() -> None:
    found = issues(
        a_deal(
            amount_base=None,
            roles=(),
            visits=(
                a_visit("Negotiation", days_ago(30), days_ago(16), "Proposal"),
                a_visit("Proposal", days_ago(16)),
            ),
        )
    )

    assert {code: issue.fixer for code, issue in found.items()} == {
        "money-invalid": Fixer.OPS,
        "no-contact-role": Fixer.REP,
        "stage-back": Fixer.MANAGER,
    }


def test_a_parked_date_that_was_ever_changed_is_a_plan() -> None:
    deal = a_deal(
        stage="Discovery",
        close_date=date(2026, 12, 31),
        changes=(a_change("CloseDate", days_ago(20), "2026-12-01", "2026-12-31"),),
    )

    assert issues(deal) == {}


def test_a_jump_needs_several_stages_within_a_minute() -> None:
    slow = tuple(
        replace(visit, entered=visit.entered + timedelta(seconds=31 * number))
        for number, visit in enumerate(FIVE_VISITS)
    )

    assert "stage-jump" not in issues(a_deal(visits=slow))


def test_a_field_that_cannot_be_read_is_not_missed() -> None:
    policy = Policy(required=(RequiredField(field="Budget__c"),))
    fields = frozenset({"Budget__c"})

    assert issues(a_deal(), policy=policy) == {}
    assert issues(a_deal(filled=("Budget__c",)), policy=policy, fields=fields) == {}
    assert further_fields(policy) == ("Budget__c",)
    assert further_fields(Policy(required=(RequiredField(field="Type"),))) == ()


def test_evidence_is_asked_from_its_stage_on_and_of_its_record_types() -> None:
    held = RequiredEvidence(stage="Negotiation", all_of=("meeting-held",))
    renewal = replace(held, stage="Discovery", record_types=("Renewal",))

    assert issues(a_deal(), policy=Policy(evidence=(held, renewal))) == {}


def test_amounts_repeat_when_the_owners_deals_before_had_the_same() -> None:
    deals = numbered(5)
    other = replace(deals[2], amount=Decimal(7))
    broken = (*deals[:2], other, *deals[3:])

    assert repeated(deals, Policy()) == {deals[3].id, deals[4].id}
    assert repeated(broken, Policy()) == frozenset()
    assert repeated((replace(d, amount=None) for d in deals), Policy()) == frozenset()


def test_products_that_add_up_to_it_explain_a_repeated_amount() -> None:
    deal = a_deal()

    assert issues(deal, repeated=frozenset({deal.id})) == {}


@pytest.mark.parametrize(("others", "found"), [(1, 0), (2, 2), (5, 5)])
def test_other_is_a_reason_until_it_is_the_usual_one(others: int, found: int) -> None:
    lost = [
        a_closed_deal(
            won=False,
            id=f"00600000000000{number}AAA",
            loss_reason="Other (see notes)" if number < others else "Price",
        )
        for number in range(5)
    ]

    assert len(vague(lost, Policy())) == found
    assert vague(lost[:4], Policy()) == frozenset()


def test_a_reason_that_says_nothing_is_found_where_it_is_usual() -> None:
    deal = a_closed_deal(won=False, loss_reason="Other")

    assert issues(deal) == {}
    assert issues(deal, vague=frozenset({deal.id}))["loss-reason-missing"].because == (
        "Lost on 2 Nov for “Other”, as more than 30 % of the lost deals."
    )


def test_a_currency_that_is_out_of_use_is_found_though_it_converts() -> None:
    org = replace(ACME, retired_currencies=frozenset({"DEM"}))
    found = issues(a_deal(currency="DEM"), org=org)

    assert found["money-invalid"].because == (
        "DEM is out of use in Sales Cloud; the amount of DEM 48,000 counts at its last "
        "rate."
    )
    assert "money-invalid" not in issues(a_deal(), org=org)
