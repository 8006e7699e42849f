"""One deal as of a moment: what it was, and nothing that it became later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from reports.facts.book import read_book
from reports.model import Book, Deal
from tests.mirrors import ADA, DEAL, changed, engine_of


T = datetime(2026, 3, 10, 12, tzinfo=UTC)

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Seen:
    """A change that a sync observed."""

    field: str
    at: datetime
    old: str | None
    new: str | None
    record_id: str = DEAL
    object: str = "Opportunity"


def book(*, at: datetime = T, journal: Sequence[Seen] = (), **tables: Rows) -> Book:
    with engine_of(**tables) as engine:
        return read_book(engine, at, journal=journal)


def deal(**tables: Any) -> Deal:
    found = book(**tables)
    (only,) = (*found.deals, *found.closed)
    return only


def history(*rows: tuple[str, str, str | None, float | None], **more: Any) -> Rows:
    """History rows: moment, stage, close date, amount."""
    return [
        {
            "Id": f"0080000000000{place:02d}AAA",
            "OpportunityId": DEAL,
            "CreatedDate": moment,
            "StageName": stage,
            "CloseDate": close,
            "Amount": amount,
            **more,
        }
        for place, (moment, stage, close, amount) in enumerate(rows)
    ]


def noted(*rows: tuple[str, str, str | None, str | None]) -> Rows:
    """Field history rows: moment, field, old, new."""
    return [
        {
            "Id": f"0170000000000{place:02d}AAA",
            "OpportunityId": DEAL,
            "CreatedDate": moment,
            "Field": field,
            "OldValue": old,
            "NewValue": new,
        }
        for place, (moment, field, old, new) in enumerate(rows)
    ]


# Which deals there are


def test_a_deal_created_at_the_moment_exists() -> None:
    found = book(Opportunity=[changed(CreatedDate="2026-03-10 12:00:00")])

    assert [deal.id for deal in found.deals] == [DEAL]


def test_a_deal_created_a_millisecond_later_does_not() -> None:
    found = book(Opportunity=[changed(CreatedDate="2026-03-10 12:00:00.001")])

    assert (found.deals, found.closed) == ((), ())


def test_a_deal_deleted_later_was_there() -> None:
    gone = changed(gone_at="2026-03-11 00:00:00", gone_why="deleted", IsDeleted=True)

    assert deal(Opportunity=[gone]).name == "Globex renewal"


def test_a_deal_deleted_by_then_is_out() -> None:
    assert book(Opportunity=[changed(gone_at="2026-03-10 12:00:00")]).deals == ()


def test_a_deal_without_creation_date_is_kept_and_reported() -> None:
    found = book(Opportunity=[changed(CreatedDate=None)])

    assert found.deals[0].created_on == date(2026, 3, 10)
    assert "when it was created" in found.problems[0].because


# Stage, amount, close date, probability, category


def test_the_last_history_row_up_to_the_moment_counts() -> None:
    found = deal(
        Opportunity=[changed(StageName="Won", IsClosed=True, IsWon=True, Amount=9)],
        OpportunityHistory=history(
            ("2026-01-05 10:00:00", "Discovery", "2026-06-30", 1000),
            ("2026-02-01 10:00:00", "Proposal", "2026-05-31", 1200),
            ("2026-03-10 12:00:01", "Won", "2026-03-10", 9),
            Probability=40,
            ForecastCategory="BestCase",
        ),
    )

    assert (found.stage.name, found.is_closed) == ("Proposal", False)
    assert (found.amount, found.close_date) == (Decimal("1200.00"), date(2026, 5, 31))
    assert (found.probability, found.forecast_category) == (Decimal(40), "BestCase")


@pytest.mark.parametrize(
    ("stamp", "category"),
    [
        ("2026-03-09 10:00:00", "Forecast"),
        ("2026-03-11 10:00:00", "BestCase"),
        (None, "BestCase"),
    ],
)
def test_an_overridden_category_counts_where_nothing_was_touched_since(
    stamp: str | None, category: str
) -> None:
    found = deal(
        Opportunity=[changed(ForecastCategory="Forecast", SystemModstamp=stamp)],
        OpportunityHistory=history(
            ("2026-02-01 10:00:00", "Proposal", "2026-05-31", 1200),
            ForecastCategory="BestCase",
        ),
    )

    assert found.forecast_category == category


def test_a_deal_closed_since_is_open_and_knows_no_loss_reason() -> None:
    lost = changed(StageName="Lost", IsClosed=True, Loss_Reason__c="Price")
    rows = history(
        ("2026-01-05 10:00:00", "Discovery", None, 1),
        ("2026-03-12 10:00:00", "Lost", None, 1),
    )

    before = deal(Opportunity=[lost], OpportunityHistory=rows)
    after = deal(
        Opportunity=[lost], OpportunityHistory=rows, at=datetime(2026, 4, 1, tzinfo=UTC)
    )
    assert (before.is_closed, before.loss_reason) == (False, None)
    assert (after.is_closed, after.loss_reason) == (True, "Price")
    assert (after.closed_on, after.days_open) == (date(2026, 3, 12), 66)


def test_a_deal_that_never_changed_is_its_current_row() -> None:
    found = deal()

    assert (found.stage.name, found.amount) == ("Discovery", Decimal("1000.00"))
    assert [visit.entered for visit in found.visits] == [
        datetime(2026, 1, 5, 10, tzinfo=UTC)
    ]


def test_without_earlier_history_the_first_later_row_says_what_it_replaced() -> None:
    rows = history(("2026-03-20 10:00:00", "Discovery", "2026-09-30", 5000))
    rows = [{**rows[0], "PrevAmount": 800, "PrevCloseDate": "2026-04-30"}]

    found = deal(
        Opportunity=[changed(Amount=5000, CloseDate="2026-09-30")],
        OpportunityHistory=rows,
    )

    assert (found.amount, found.close_date) == (Decimal("800.00"), date(2026, 4, 30))


def test_a_stage_that_only_the_future_tells_is_the_first_and_reported() -> None:
    found = book(
        Opportunity=[changed(StageName="Won", IsClosed=True, IsWon=True)],
        OpportunityHistory=history(("2026-03-20 10:00:00", "Won", None, 1000)),
    )

    assert found.deals[0].stage.name == "Discovery"
    assert "the first is assumed" in found.problems[0].because


def test_an_org_without_history_takes_deals_closed_later_for_open() -> None:
    won = changed(
        StageName="Won", IsClosed=True, CloseDate="2026-03-20", LastModifiedDate=None
    )

    assert [deal.is_closed for deal in book(Opportunity=[won]).deals] == [False]


def test_a_deal_closed_early_is_closed_although_its_date_lies_ahead() -> None:
    won = changed(
        StageName="Won",
        IsClosed=True,
        CloseDate="2026-03-20",
        LastModifiedDate="2026-03-01 00:00:00",
    )

    found = deal(Opportunity=[won])
    assert (found.is_closed, found.closed_on) == (True, date(2026, 3, 10))


def test_an_amount_that_history_hides_comes_from_the_current_row() -> None:
    rows = history(("2026-01-05 10:00:00", "Discovery", "2026-06-30", None))

    assert deal(OpportunityHistory=rows).amount == Decimal("1000.00")


def test_an_amount_not_yet_entered_stays_not_entered() -> None:
    rows = history(
        ("2026-01-05 10:00:00", "Discovery", "2026-06-30", None),
        ("2026-03-20 10:00:00", "Discovery", "2026-06-30", 1000),
    )

    assert deal(OpportunityHistory=rows).amount is None


def test_of_history_rows_at_one_instant_the_last_counts() -> None:
    rows = history(
        ("2026-01-05 10:00:00", "Discovery", "2026-06-30", 1),
        ("2026-02-01 10:00:00", "Negotiation", "2026-06-30", 2),
        ("2026-02-01 10:00:00", "Proposal", "2026-06-30", 3),
    )

    found = deal(OpportunityHistory=rows)
    assert (found.stage.name, found.amount) == ("Proposal", Decimal("3.00"))
    assert [visit.stage for visit in found.visits] == ["Discovery", "Proposal"]


def test_an_unknown_stage_is_kept_as_unknown() -> None:
    found = deal(Opportunity=[changed(StageName="Verbal yes")])

    assert (found.stage.name, found.stage.known) == ("Verbal yes", False)
    assert found.is_closed is False


def test_a_stage_named_by_its_label_is_the_same_stage() -> None:
    stages = [
        {"Id": "1", "ApiName": "disc", "MasterLabel": "Discovery", "IsActive": True}
    ]

    found = deal(OpportunityStage=stages)
    assert (found.stage.name, found.stage.known) == ("disc", True)


def test_no_stage_at_all_is_reported() -> None:
    found = book(Opportunity=[changed(StageName=None)])

    assert found.deals[0].stage.known is False
    assert [problem.because for problem in found.problems] == ["it has no stage"]


# Owner, next step and the rest: taken back by field history, then the journal


def test_owner_and_next_step_are_taken_back_by_field_history() -> None:
    found = deal(
        Opportunity=[changed(OwnerId="005NEW", NextStep="Send contract")],
        OpportunityFieldHistory=noted(
            ("2026-02-01 09:00:00", "NextStep", None, "Call Bo"),
            ("2026-03-20 09:00:00", "Owner", "Ada Lund", "Bo Okoye"),
            ("2026-03-20 09:00:00", "Owner", ADA, "005NEW"),
            ("2026-03-21 09:00:00", "NextStep", "Call Bo", "Send contract"),
        ),
    )

    assert (found.owner_id, found.next_step) == (ADA, "Call Bo")
    assert (found.owner_since, found.next_step_since) == (
        date(2026, 1, 5),
        date(2026, 2, 1),
    )


def test_the_journal_takes_back_what_nobody_tracked() -> None:
    seen = [Seen("NextStep", datetime(2026, 3, 20, tzinfo=UTC), "Call Bo", "Sign")]

    found = deal(Opportunity=[changed(NextStep="Sign")], journal=seen)

    assert found.next_step == "Call Bo"


def test_the_journal_speaks_for_the_time_before_tracking_only() -> None:
    seen = [
        Seen("NextStep", datetime(2026, 2, 1, tzinfo=UTC), "One", "Two"),
        Seen("NextStep", datetime(2026, 2, 21, tzinfo=UTC), "Two", "Three"),
    ]
    rows = noted(("2026-02-20 09:00:00", "NextStep", "Two", "Three"))

    found = deal(
        Opportunity=[changed(NextStep="Three")],
        OpportunityFieldHistory=rows,
        journal=seen,
    )
    assert [change.new for change in found.changes] == ["Two", "Three"]


def test_an_owner_change_is_dated() -> None:
    rows = noted(("2026-02-20 23:30:00", "Owner", "005OLD", ADA))

    assert deal(OpportunityFieldHistory=rows).owner_since == date(2026, 2, 20)


def test_a_next_step_reworded_in_looks_only_keeps_its_day() -> None:
    rows = noted(
        ("2026-01-10 09:00:00", "NextStep", None, "Call Bo"),
        ("2026-02-10 09:00:00", "NextStep", "Call Bo", "call  Bo!"),
    )

    found = deal(
        Opportunity=[changed(NextStep="call  Bo!")], OpportunityFieldHistory=rows
    )
    assert found.next_step_since == date(2026, 1, 10)


def test_a_next_step_that_nobody_watched_has_no_age() -> None:
    assert deal(Opportunity=[changed(NextStep="Call")]).next_step_since is None


def test_a_next_step_never_changed_is_as_old_as_the_tracking() -> None:
    elsewhere = {**noted(("2026-02-01 09:00:00", "NextStep", "a", "b"))[0]}
    elsewhere["OpportunityId"] = "006OTHER"

    found = deal(
        Opportunity=[changed(NextStep="Call")], OpportunityFieldHistory=[elsewhere]
    )
    assert found.next_step_since == date(2026, 2, 1)


def test_without_history_notes_tell_stages_dates_and_amounts() -> None:
    found = deal(
        Opportunity=[changed(StageName="Negotiation", CloseDate="2026-09-30")],
        OpportunityFieldHistory=noted(
            ("2026-02-01 09:00:00", "StageName", "Discovery", "Proposal"),
            ("2026-02-02 09:00:00", "CloseDate", "2026-06-30", "2026-07-31"),
            ("2026-03-20 09:00:00", "StageName", "Proposal", "Negotiation"),
            ("2026-03-20 09:00:00", "CloseDate", "2026-07-31", "2026-09-30"),
            ("2026-03-20 09:00:00", "Amount", "750.0", "1000.0"),
        ),
    )

    assert [visit.stage for visit in found.visits] == ["Discovery", "Proposal"]
    assert (found.close_date, found.pushed_days) == (date(2026, 7, 31), 31)
    assert found.amount == Decimal("750.0")


def test_a_note_that_is_no_value_is_reported() -> None:
    found = book(
        OpportunityFieldHistory=noted(
            ("2026-03-20 09:00:00", "CloseDate", "soon", "2026-06-30"),
            ("2026-03-20 09:00:00", "Amount", "1,000 or so", "1000.0"),
        )
    )

    assert (found.deals[0].close_date, found.deals[0].amount) == (None, None)
    assert [problem.because for problem in found.problems] == [
        "its amount was noted as '1,000 or so'",
        "its close date was noted as 'soon'",
    ]


# Visits, pushes, days


def test_a_bounce_within_a_day_never_happened() -> None:
    rows = history(
        ("2026-01-05 10:00:00", "Proposal", None, 1),
        ("2026-02-01 10:00:00", "Lost", None, 1),
        ("2026-02-02 09:59:59", "Proposal", None, 1),
    )

    found = deal(OpportunityHistory=rows)
    assert [(v.stage, v.left) for v in found.visits] == [("Proposal", None)]
    assert (found.reopened, found.days_in_stage) == (0, 64)


def test_coming_back_after_a_day_is_a_reopening() -> None:
    rows = history(
        ("2026-01-05 10:00:00", "Proposal", None, 1),
        ("2026-02-01 10:00:00", "Lost", None, 1),
        ("2026-02-02 10:00:00", "Proposal", None, 1),
    )

    found = deal(OpportunityHistory=rows)
    assert [(v.stage, v.to) for v in found.visits] == [
        ("Proposal", "Lost"),
        ("Proposal", None),
    ]
    assert (found.reopened, found.entered_stage_on) == (1, date(2026, 2, 2))


def test_several_history_rows_in_a_stage_are_one_visit() -> None:
    rows = history(
        ("2026-01-05 10:00:00", "Proposal", "2026-04-30", 1),
        ("2026-01-20 10:00:00", "Proposal", "2026-05-31", 1),
        ("2026-02-20 10:00:00", "Negotiation", "2026-05-31", 1),
    )

    assert [v.stage for v in deal(OpportunityHistory=rows).visits] == [
        "Proposal",
        "Negotiation",
    ]


def test_without_history_the_stay_begins_with_the_last_stage_change() -> None:
    found = deal(Opportunity=[changed(LastStageChangeDate="2026-03-01 00:00:00")])

    assert found.days_in_stage == 9


def test_a_closed_deal_without_history_had_one_stay_nobody_knows_where() -> None:
    won = changed(
        CreatedDate="2026-01-05 10:00:00",
        StageName="Won",
        IsClosed=True,
        CloseDate="2026-03-01",
        LastModifiedDate="2026-03-01 09:00:00",
    )
    known = changed(**won, LastStageChangeDate="2026-03-01 09:00:00")

    (whole,), (exact,) = (deal(Opportunity=[one]).visits for one in (won, known))

    assert (whole.stage, whole.to) == ("", "Won")
    assert whole.entered == datetime(2026, 1, 5, 10, tzinfo=UTC)
    assert whole.left is not None
    assert abs(whole.left - datetime(2026, 3, 1, tzinfo=UTC)) < timedelta(hours=24)
    assert exact.left == datetime(2026, 3, 1, 9, tzinfo=UTC)


def test_a_closed_deal_that_history_shows_closed_only_has_no_stay() -> None:
    found = deal(
        Opportunity=[changed(StageName="Won", IsClosed=True, CloseDate="2026-03-01")],
        OpportunityHistory=history(("2026-03-01 09:00:00", "Won", None, 1000)),
    )

    assert found.visits == ()


def test_pushes_count_by_times_days_months_and_quarters() -> None:
    rows = history(
        ("2026-01-05 10:00:00", "Discovery", "2026-04-01", 1),
        ("2026-01-06 10:00:00", "Discovery", "2026-04-30", 1),
        ("2026-01-07 10:00:00", "Discovery", "2026-05-15", 1),
        ("2026-01-08 10:00:00", "Discovery", "2026-05-01", 1),
        ("2026-01-09 10:00:00", "Discovery", "2026-07-01", 1),
        ("2026-03-11 10:00:00", "Discovery", "2027-07-01", 1),
    )

    found = deal(OpportunityHistory=rows)
    assert (found.pushes, found.pushed_days) == (3, 29 + 15 + 61)
    assert (found.month_crossings, found.quarter_crossings) == (2, 1)
    assert found.pull_ins == 1
    assert found.last_push is not None
    assert (found.last_push.new, found.last_push.on) == ("2026-07-01", date(2026, 1, 9))


def test_closing_a_deal_is_no_pull_in() -> None:
    rows = history(
        ("2026-01-05 10:00:00", "Proposal", "2026-06-30", 1),
        ("2026-02-01 10:00:00", "Lost", "2026-02-01", 1),
        ("2026-02-10 10:00:00", "Proposal", "2026-02-01", 1),
    )

    assert deal(OpportunityHistory=rows).pull_ins == 0


def test_the_first_history_row_may_already_be_a_push() -> None:
    rows = history(("2026-02-05 10:00:00", "Proposal", "2026-06-30", 1))
    rows = [{**rows[0], "PrevCloseDate": "2026-05-31"}]

    assert deal(OpportunityHistory=rows).pushed_days == 30


def test_amount_changes_keep_the_first_amount() -> None:
    rows = history(
        ("2026-01-05 10:00:00", "Discovery", "2026-06-30", None),
        ("2026-01-06 10:00:00", "Discovery", "2026-06-30", 5000),
        ("2026-01-07 10:00:00", "Discovery", "2026-06-30", 3000),
    )

    found = deal(OpportunityHistory=rows)
    assert found.first_amount == Decimal("5000.00")
    assert [(c.old, c.new) for c in found.changes] == [
        (None, "5000.00"),
        ("5000.00", "3000.00"),
    ]


@pytest.mark.parametrize(
    ("zone", "days"),
    [("America/Los_Angeles", 10), ("Europe/London", 9), ("Pacific/Auckland", 10)],
)
def test_days_are_dates_on_the_owners_wall(zone: str, days: int) -> None:
    owner = {"Id": ADA, "Name": "Ada", "TimeZoneSidKey": zone}
    rows = history(("2026-03-01 06:00:00", "Proposal", None, 1))

    assert deal(User=[owner], OpportunityHistory=rows).days_in_stage == days


def test_a_clock_change_does_not_lose_a_day() -> None:
    rows = history(("2026-03-28 23:30:00", "Proposal", None, 1))
    at = datetime(2026, 3, 29, 23, 30, tzinfo=UTC)

    assert deal(OpportunityHistory=rows, at=at).days_in_stage == 2
