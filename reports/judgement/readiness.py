"""The stage questions answered from records: yes, no, or it cannot be told.

A yes carries the record behind it, a no the record that contradicts. Where nothing
is on record, the answer is unknown, never no.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reports.findings import Answer, Evidence, Verdict
from reports.judgement.phrases import of_deal, of_touch
from reports.judgement.questions import Question, questions_for
from reports.judgement.rules import Context
from reports.judgement.signals_people import is_decider, of_role
from reports.model import ContactRole, Deal
from reports.said import coded as money
from reports.said import day, say


@dataclass(frozen=True, slots=True)
class Finding:
    """What one predicate found."""

    verdict: Verdict
    evidence: tuple[Evidence, ...] = ()


Predicate = Callable[[Deal, Context], Finding]

UNKNOWN = Finding(Verdict.UNKNOWN)
PREDICATES: dict[str, Predicate] = {}


def predicate(check: Predicate) -> Predicate:
    """Add a predicate to the vocabulary under its name in kebab-case."""
    PREDICATES[check.__name__.replace("_", "-")] = check
    return check


def yes(*evidence: Evidence) -> Finding:
    """A yes with the records behind it."""
    return Finding(Verdict.YES, evidence)


def no(*evidence: Evidence) -> Finding:
    """A no with the records that contradict."""
    return Finding(Verdict.NO, evidence)


@predicate
def buyer_replied(deal: Deal, _: Context) -> Finding:
    """The buyer has answered at least once."""
    if deal.last_two_way:
        return yes(of_touch(deal.last_two_way))
    return UNKNOWN


@predicate
def buyer_replied_in_stage(deal: Deal, _: Context) -> Finding:
    """The buyer has answered since the deal is in its stage; no: we wrote in vain."""
    heard, tried, since = deal.last_two_way, deal.last_outbound, deal.entered_stage_on
    if heard and (since is None or heard.on >= since):
        return yes(of_touch(heard))
    if tried and since and tried.on >= since:
        return no(of_touch(tried))
    return UNKNOWN


@predicate
def contact_reachable(deal: Deal, _: Context) -> Finding:
    """A contact role has a mail address that works, or a phone."""
    if not deal.roles:
        return UNKNOWN
    usable = [role for role in deal.roles if reachable(role)]
    if usable:
        return yes(of_role(usable[0]))
    return no(*(of_role(role) for role in deal.roles))


def reachable(role: ContactRole) -> bool:
    """Whether mail or phone can reach the contact."""
    return bool(role.phone or (role.email and not role.bounced))


@predicate
def decision_maker_named(deal: Deal, context: Context) -> Finding:
    """A contact role is a decision maker; no: every role is named, none decides."""
    deciders = [role for role in deal.roles if is_decider(role, context)]
    if deciders:
        return yes(of_role(deciders[0]))
    if deal.roles and all(role.role for role in deal.roles):
        return no(*(of_role(role) for role in deal.roles))
    return UNKNOWN


@predicate
def meeting_booked(deal: Deal, _: Context) -> Finding:
    """A meeting with the buyer is ahead."""
    return yes(of_touch(deal.next_meeting)) if deal.next_meeting else UNKNOWN


@predicate
def meeting_held(deal: Deal, _: Context) -> Finding:
    """A meeting with the buyer has taken place."""
    return yes(of_touch(deal.last_meeting)) if deal.last_meeting else UNKNOWN


@predicate
def amount_entered(deal: Deal, _: Context) -> Finding:
    """An amount above zero is entered; no: the amount is zero or below."""
    if deal.amount is None:
        return UNKNOWN
    shown = of_deal(
        deal, say("Amount: {amount}", amount=money(deal.amount, deal.currency))
    )
    return yes(shown) if deal.amount > 0 else no(shown)


@predicate
def close_date_ahead(deal: Deal, context: Context) -> Finding:
    """The close date is today or later; no: it has passed."""
    if deal.close_date is None:
        return UNKNOWN
    shown = of_deal(
        deal,
        say("Close date: {day}", day=day(deal.close_date, context.today)),
        deal.close_date,
    )
    return yes(shown) if deal.close_date >= context.today else no(shown)


@predicate
def products_entered(deal: Deal, _: Context) -> Finding:
    """Products are on the deal."""
    if not deal.line_items:
        return UNKNOWN
    return yes(of_deal(deal, say("Products: {lines}", lines=deal.line_items)))


@predicate
def amount_matches_products(deal: Deal, context: Context) -> Finding:
    """The amount is the sum of the products; no: it differs."""
    if not deal.line_items or deal.line_total is None or deal.amount is None:
        return UNKNOWN
    shown = of_deal(
        deal,
        say(
            "Amount {amount}, products {products}",
            amount=money(deal.amount, deal.currency),
            products=money(deal.line_total, deal.currency),
        ),
    )
    room = abs(deal.line_total) * context.policy.line_tolerance
    return yes(shown) if abs(deal.amount - deal.line_total) <= room else no(shown)


@predicate
def next_step_dated(deal: Deal, context: Context) -> Finding:
    """A task or meeting is ahead; no: the open tasks are all past their date."""
    if deal.next_meeting:
        return yes(of_touch(deal.next_meeting))
    dated = [(task, task.due) for task in deal.open_tasks if task.due]
    shown = [
        Evidence(text=task.subject or say("Task"), record_id=task.record_id, on=due)
        for task, due in dated
    ]
    ahead = [item for item in shown if item.on and item.on >= context.today]
    if ahead:
        return yes(ahead[0])
    return no(shown[-1]) if shown else UNKNOWN


def answers(deal: Deal, context: Context) -> tuple[Answer, ...]:
    """The questions of the deal's stage with what the records say."""
    return tuple(
        answer(question, deal, context, PREDICATES)
        for question in questions_for(deal.stage, context.policy.questions)
    )


def answer(
    question: Question,
    deal: Deal,
    context: Context,
    vocabulary: Mapping[str, Predicate],
) -> Answer:
    """One no makes a no, one unknown an unknown; yes takes all."""
    findings = [vocabulary[name](deal, context) for name in question.all_of]
    for verdict in (Verdict.NO, Verdict.UNKNOWN):
        against = [found for found in findings if found.verdict is verdict]
        if against:
            break
    else:
        verdict, against = Verdict.YES, findings
    return Answer(
        text=say(question.text),
        verdict=verdict,
        evidence=tuple(
            dict.fromkeys(shown for found in against for shown in found.evidence)
        ),
    )
