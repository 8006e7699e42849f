"""Good news, so that a packet does not only nag."""

from reports.findings import Severity
from reports.judgement.phrases import of_touch
from reports.judgement.rules import Catalogue, Context, Flag
from reports.judgement.signals_deal import last_move, stage_change
from reports.model import Deal
from reports.said import day, many, say


GOOD = Catalogue()


@GOOD.rule(
    worst=Severity.MEDIUM,
    limit=lambda policy: say(
        "a word from the buyer this week after {weeks} without",
        weeks=many(policy.re_engaged_gap, "week"),
    ),
    remedy="Answer while it is warm: agree the next meeting.",
    positive=True,
)
def re_engaged(deal: Deal, context: Context) -> Flag | None:
    """The buyer is back after weeks of silence."""
    gap = context.policy.re_engaged_gap
    *before, now = deal.weeks_theirs
    if not now or deal.last_inbound is None or any(before[-gap:]) or not any(before):
        return None
    return Flag(
        because=say(
            "The buyer wrote or called on {day}, after {weeks} or more without a word.",
            day=day(deal.last_inbound.on, context.today),
            weeks=many(gap, "week"),
        ),
        evidence=(of_touch(deal.last_inbound),),
    )


@GOOD.rule(
    worst=Severity.LOW,
    limit=lambda policy: say("within {days}", days=many(policy.moved_memory, "day")),
    remedy="Keep the pace: agree the next dated step.",
    positive=True,
)
def moved_forward(deal: Deal, context: Context) -> Flag | None:
    """The deal reached a later stage."""
    move = last_move(deal, context)
    if move is None or move[0].position >= move[1].position:
        return None
    on = deal.entered_stage_on or context.today
    return Flag(
        because=say(
            "Reached {new} from {old} on {day}.",
            new=move[1].name,
            old=move[0].name,
            day=day(on, context.today),
        ),
        evidence=(stage_change(deal),),
    )


@GOOD.rule(
    worst=Severity.LOW,
    limit=lambda _: say("any future meeting with the buyer"),
    remedy="Agree beforehand what the meeting should decide.",
    positive=True,
)
def meeting_booked(deal: Deal, context: Context) -> Flag | None:
    """A meeting with the buyer is ahead."""
    meeting = deal.next_meeting
    if meeting is None:
        return None
    return Flag(
        because=say(
            "A meeting is booked for {day}.", day=day(meeting.on, context.today)
        ),
        evidence=(of_touch(meeting),),
    )
