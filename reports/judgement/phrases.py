"""The phrases that the sentences of the judgement are made of."""

from datetime import date

from reports.findings import Evidence
from reports.labels import ACTIVITIES
from reports.model import (
    Deal,
    Direction,
    FieldChange,
    RecordId,
    Touch,
)
from reports.said import say


DIRECTIONS = {
    Direction.OUTBOUND: say("outbound"),
    Direction.INBOUND: say("inbound"),
    Direction.TWO_WAY: say("two-way"),
}


def of_touch(touch: Touch) -> Evidence:
    """An activity as evidence."""
    return Evidence(
        text=say(
            "{way} {kind}: {subject}",
            way=DIRECTIONS[touch.direction],
            kind=ACTIVITIES[touch.kind],
            subject=touch.subject or say("no subject"),
        ),
        record_id=touch.record_id,
        on=touch.on,
    )


def of_change(change: FieldChange) -> Evidence:
    """A change of a field as evidence."""
    return Evidence(
        text=say(
            "{field}: {old} to {new}",
            field=change.field,
            old=change.old or say("empty"),
            new=change.new or say("empty"),
        ),
        record_id=change.record_id,
        on=change.on,
    )


def of_deal(deal: Deal, text: str, on: date | None = None) -> Evidence:
    """What the opportunity itself says as evidence."""
    return Evidence(text=text, record_id=RecordId(deal.id), on=on)


def of_stage(deal: Deal) -> Evidence:
    """The stage of a deal and the day it came there as evidence."""
    if deal.visits and deal.visits[-1].imported:
        text = say(
            "Stage: {stage} (imported, clock starts here)", stage=deal.stage.name
        )
    else:
        text = say("Stage: {stage}", stage=deal.stage.name)
    return of_deal(deal, text, deal.entered_stage_on)
