"""Writes the opportunity itself, as its changes and activities have left it."""

from itertools import pairwise
from typing import Any

from sandbox.world.deal import Deal
from sandbox.world.files import flag
from sandbox.world.frame import Frame
from sandbox.world.stages import CODES
from sandbox.world.when import day_text, fiscal, month_number, stamp


def write(frame: Frame, deal: Deal) -> None:
    """The row, from the values that hold in the end."""
    values, stage = deal.values, deal.stage
    year, quarter = fiscal(values["CloseDate"])
    touched = min(deal.touched, frame.span.now)
    today = deal.owner.zone.day(frame.span.now)
    last_by = deal.worker(touched).id
    row = {
        "Id": deal.id,
        "IsDeleted": flag(deal.deleted),
        "AccountId": values["AccountId"],
        "RecordTypeId": (
            frame.renewal_id if deal.story.renewal else frame.new_business_id
        ),
        "Name": deal.name,
        "StageName": values["StageName"],
        "Amount": values["Amount"],
        "CurrencyIsoCode": deal.currency,
        "Probability": values["Probability"],
        "CloseDate": day_text(values["CloseDate"]),
        "Type": values["Type"],
        "NextStep": values.get("NextStep"),
        "LeadSource": values["LeadSource"],
        "IsClosed": flag(stage.is_closed),
        "IsWon": flag(stage.is_won),
        "ForecastCategory": CODES[values["ForecastCategoryName"]],
        "ForecastCategoryName": values["ForecastCategoryName"],
        "HasOpportunityLineItem": flag(values.get("lines")),
        "OwnerId": deal.owner.id,
        "CreatedDate": stamp(deal.story.created),
        "CreatedById": deal.creator_id,
        "LastModifiedDate": stamp(touched),
        "LastModifiedById": last_by,
        "SystemModstamp": stamp(min(max(touched, deal.stirred), frame.span.now)),
        "LastActivityDate": _day(deal.last_activity),
        "LastStageChangeDate": _stage_changed(deal),
        "PushCount": pushes(deal),
        "HasOpenActivity": flag(deal.open_due or deal.meeting_ahead),
        "HasOverdueTask": flag(min(deal.open_due, default=today) < today),
        "FiscalYear": year,
        "FiscalQuarter": quarter,
        "Loss_Reason__c": values.get("Loss_Reason__c"),
    }
    frame.files.add("Opportunity", row)


def _day(day: int | None) -> str | None:
    return None if day is None else day_text(day)


def _stage_changed(deal: Deal) -> str | None:
    """When the stage last became another; null if it never did."""
    changed = [change.at for change in deal.changes if change.field == "StageName"]
    return stamp(changed[-1]) if len(changed) > 1 else None


def pushes(deal: Deal) -> int:
    """As the service counts: moves of the close date into a later calendar month."""
    dates: list[Any] = [c.value for c in deal.changes if c.field == "CloseDate"]
    months = [month_number(day) for day in dates]
    return sum(later > before for before, later in pairwise(months))
