"""Roll-ups and deal sheets as plain JSON values."""

from reports.packet.as_json import action, deal, person, promise
from reports.packet.dealsheet import DealSheet
from reports.packet.plain import Json, amount, moment
from reports.packet.rollup import Pledge, Request, RollUp
from reports.packet.standing_json import standing_json


def roll_up_json(roll_up: RollUp) -> Json:
    """A manager's page over the team's packets."""
    return {
        "cycle": roll_up.cycle,
        "as_of": moment(roll_up.as_of),
        "manager": person(roll_up.manager),
        "requests": [request(one) for one in roll_up.requests],
        "promises": [pledge(one) for one in roll_up.pledges],
        "reviews": [
            {
                "rep": person(one.rep),
                "on": one.on.isoformat() if one.on else None,
                "minutes": one.minutes,
            }
            for one in roll_up.meetings
        ],
        "standing": standing_json(None, roll_up.outlook),
    }


def request(one: Request) -> Json:
    """A step that waits for the manager's side, with its deal."""
    return action(one.action) | {
        "deal": one.deal.name,
        "amount": amount(one.deal.amount),
        "currency": one.deal.currency,
        "rep": person(one.rep),
    }


def pledge(one: Pledge) -> Json:
    """What the manager's side promised."""
    return promise(one.promise) | {"deal": one.name, "rep": person(one.rep)}


def deal_sheet_json(sheet: DealSheet) -> Json:
    """A deal that several people sell."""
    return {
        "cycle": sheet.packet.cycle,
        "as_of": moment(sheet.packet.as_of),
        "deal": deal(sheet.review),
        "sellers": [person(one) for one in sheet.sellers],
        "managers": [person(one) for one in sheet.managers],
        "actions": [action(one) for one in sheet.packet.actions],
        "promises": [promise(one) for one in sheet.packet.promises],
    }
