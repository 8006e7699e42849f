"""Which hygiene rules a record breaks in the end, read from how the world left it.

A breach is what the rule table says of the values as they stand, planted or not. It
leaves out what needs learning from other deals, and gives nobody days of grace.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, Final

from sandbox.world.deal import Deal
from sandbox.world.phrases import BOILERPLATE, DECIDING, PLACEHOLDER_AMOUNTS
from sandbox.world.plans import named_day
from sandbox.world.stages import NEEDS, OPEN, PROPOSAL, QUALIFICATION, RETIRED
from sandbox.world.when import DAY, MINUTE, quarter_end


_FAR: Final = 730
_PUSHES: Final = 3
_PUSHED: Final = 90  # days
_TOLERANCE: Final = 0.01
_STALE: Final = 14
_SHORT: Final = 8
_OVERDUE: Final = 7
_POINTS: Final = 20
_AT_ONCE: Final = 3
_OUT_OF_USE: Final = "GBP"

Rule = Callable[[Deal, int], bool]


def breaches(deal: Deal, now: int, *, managed: bool) -> Iterator[str]:
    """The ids of the rules that a deal's record breaks at that moment."""
    today = deal.owner.zone.day(now)
    rules = _OPEN_DEALS if deal.is_open else _CLOSED_DEALS
    for name, rule in rules.items():
        if rule(deal, today):
            yield name
    if deal.is_open and (deal.owner.left is not None or not managed):
        yield "owner_invalid"


def _reached(deal: Deal, place: int) -> bool:
    return deal.stage is not RETIRED and OPEN.index(deal.stage) >= place


def _changes(deal: Deal, field: str) -> list[tuple[int, Any]]:
    """When a field became something else, from its first value on."""
    found: list[tuple[int, Any]] = []
    for change in deal.changes:
        if change.field == field and (not found or found[-1][1] != change.value):
            found.append((change.at, change.value))
    return found


def _pushes(deal: Deal) -> list[int]:
    """By how many days the close date was put off each time."""
    dates = [value for _, value in _changes(deal, "CloseDate")]
    return [later - before for before, later in pairwise(dates) if later > before]


def _close_parked(deal: Deal, today: int) -> bool:
    close = deal.values["CloseDate"]
    return (
        close >= today
        and close == quarter_end(close)
        and len(_changes(deal, "CloseDate")) == 1
        and not _reached(deal, PROPOSAL)
    )


def _pushed(deal: Deal, _: int) -> bool:
    pushes = _pushes(deal)
    return len(pushes) >= _PUSHES or sum(pushes) >= _PUSHED


def _amount_missing(deal: Deal, _: int) -> bool:
    return not deal.values["Amount"] and _reached(deal, QUALIFICATION)


def _amount_placeholder(deal: Deal, _: int) -> bool:
    placeholder = deal.values["Amount"] in PLACEHOLDER_AMOUNTS
    return placeholder and _reached(deal, PROPOSAL)


def _amount_vs_lines(deal: Deal, _: int) -> bool:
    if not _reached(deal, PROPOSAL):
        return False
    total, amount = deal.lines_total, deal.values["Amount"]
    if not total:
        return True
    return amount is not None and abs(amount - total) > total * _TOLERANCE


def _money_invalid(deal: Deal, _: int) -> bool:
    return deal.currency == _OUT_OF_USE and deal.values["Amount"] is not None


def _scheduled(deal: Deal, today: int) -> bool:
    return deal.meeting_ahead or any(due >= today for due in deal.open_due)


def _next_step_empty(deal: Deal, today: int) -> bool:
    return not deal.values.get("NextStep") and not _scheduled(deal, today)


def _next_step_stale(deal: Deal, today: int) -> bool:
    text = deal.values.get("NextStep")
    if not text:
        return False
    named = named_day(text)
    since = deal.owner.zone.day(_changes(deal, "NextStep")[-1][0])
    return (
        text in BOILERPLATE
        or len(text) < _SHORT
        or (named is not None and named < today)
        or today - since >= _STALE
    )


def _task_overdue(deal: Deal, today: int) -> bool:
    return any(due < today - _OVERDUE for due in deal.open_due)


def _no_contact_role(deal: Deal, _: int) -> bool:
    return not deal.roles and _reached(deal, NEEDS)


def _no_primary(deal: Deal, _: int) -> bool:
    primary = any(primary for _, primary, _ in deal.roles)
    return bool(deal.roles) and not primary and _reached(deal, PROPOSAL)


def _no_decider(deal: Deal, _: int) -> bool:
    decides = any(role in DECIDING for role, _, _ in deal.roles)
    return bool(deal.roles) and not decides and _reached(deal, PROPOSAL)


def _contact_unreachable(deal: Deal, _: int) -> bool:
    return any(primary and not who.reachable for _, primary, who in deal.roles)


def _prob_vs_stage(deal: Deal, _: int) -> bool:
    given = deal.values["Probability"]
    return given in {0, 100} or abs(given - deal.stage.probability) > _POINTS


def _category_vs_stage(deal: Deal, today: int) -> bool:
    category = deal.values["ForecastCategoryName"]
    late, early = _reached(deal, PROPOSAL), not _reached(deal, NEEDS)
    overdue = deal.values["CloseDate"] < today
    return (category == "Omitted" and late) or (
        category == "Commit" and (early or overdue)
    )


def _visits(deal: Deal) -> list[tuple[int, str]]:
    """The stages that a deal was in, corrections within a day left out."""
    visits: list[tuple[int, str]] = []
    for at, stage in _changes(deal, "StageName"):
        back = len(visits) > 1 and visits[-2][1] == stage
        if back and at - visits[-1][0] < DAY:
            visits.pop()
        else:
            visits.append((at, stage))
    return visits


def _stage_jump(deal: Deal, _: int) -> bool:
    moments = [at for at, _ in _visits(deal)]
    runs = zip(moments, moments[_AT_ONCE - 1 :], strict=False)
    return any(last - first <= MINUTE for first, last in runs)


def _stage_back(deal: Deal, _: int) -> bool:
    """In an earlier stage than before, or open again."""
    names = [stage.name for stage in OPEN]
    visits = [stage for _, stage in _visits(deal)]
    if any(stage.startswith("Closed") for stage in visits):
        return True
    known = [names.index(stage) for stage in visits[-2:] if stage in names]
    return len(known) > 1 and known[1] < known[0]


def _won_at_once(deal: Deal, _: int) -> bool:
    story, zone = deal.story, deal.owner.zone
    closed = story.closed or 0
    return story.won and zone.day(closed) == zone.day(story.created)


#: By the ids of the rule table.
_OPEN_DEALS: Final[dict[str, Rule]] = {
    "close_past": lambda deal, today: deal.values["CloseDate"] < today,
    "close_far": lambda deal, today: deal.values["CloseDate"] - today > _FAR,
    "close_parked": _close_parked,
    "pushed": _pushed,
    "amount_missing": _amount_missing,
    "amount_placeholder": _amount_placeholder,
    "amount_vs_lines": _amount_vs_lines,
    "money_invalid": _money_invalid,
    "next_step_empty": _next_step_empty,
    "next_step_stale": _next_step_stale,
    "task_overdue": _task_overdue,
    "activity_dates": lambda deal, _: deal.done_ahead,
    "no_contact_role": _no_contact_role,
    "no_primary": _no_primary,
    "no_decider": _no_decider,
    "contact_unreachable": _contact_unreachable,
    "no_account": lambda deal, _: deal.values["AccountId"] is None,
    "dup_party": lambda deal, _: (
        deal.account.doubled and deal.values["AccountId"] is not None
    ),
    "prob_vs_stage": _prob_vs_stage,
    "category_vs_stage": _category_vs_stage,
    "stage_jump": _stage_jump,
    "stage_back": _stage_back,
    "attribution": lambda deal, _: deal.values["LeadSource"] is None,
}
_CLOSED_DEALS: Final[dict[str, Rule]] = {
    "closed_future": lambda deal, today: deal.values["CloseDate"] > today,
    "won_zero": lambda deal, _: deal.story.won and not deal.values["Amount"],
    "loss_reason_missing": lambda deal, _: (
        not deal.story.won and not deal.values.get("Loss_Reason__c")
    ),
    "won_at_once": _won_at_once,
}
