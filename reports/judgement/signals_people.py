"""Signals about who takes part in a deal; contacts and roles, never a rep."""

from reports.findings import Evidence, Fixer, Severity
from reports.judgement.rules import Catalogue, Context, Flag
from reports.judgement.silence import closes_soon, untouched
from reports.model import ContactRole, Deal, RecordId
from reports.said import Said, counted, day, many, say


PEOPLE = Catalogue()

#: For so many days somebody who spoke counts as part of the conversation.
ENGAGED_DAYS = 30


def is_decider(role: ContactRole, context: Context) -> bool:
    """Whether a contact role is one of those who decide."""
    name = (role.role or "").casefold()
    return any(word in name for word in context.policy.decider_words)


def hangs_on_one(deal: Deal, context: Context) -> bool:
    """Whether a large deal has fewer buyers in the conversation than it should."""
    large = context.norms.amount_p75
    return (
        large is not None
        and deal.amount_base is not None
        and deal.amount_base > large
        and deal.contacts_engaged_30d < context.policy.contacts_engaged
        and context.believes_silence(deal)
        and not untouched(deal)
        and not nameless(deal, context)
    )


def nameless(deal: Deal, context: Context) -> bool:
    """Whether a buyer was in the conversation of late, and no record says who."""
    heard = deal.last_two_way
    return (
        deal.contacts_engaged_30d == 0
        and heard is not None
        and context.days_since(heard.on) <= ENGAGED_DAYS
    )


@PEOPLE.rule(
    worst=Severity.MEDIUM,
    limit=lambda policy: counted(
        policy.contacts_engaged,
        "fewer than {count} contact in 30 days on a deal above the 75th percentile, "
        "from discovery on",
        "fewer than {count} contacts in 30 days on a deal above the 75th percentile, "
        "from discovery on",
    ),
    remedy="Bring a second contact into the next conversation and add the role.",
)
def single_threaded(deal: Deal, context: Context) -> Flag | None:
    """A large deal hangs on one contact."""
    if not context.reached(deal, "discovery") or not hangs_on_one(deal, context):
        return None
    return Flag(
        because=alone(deal.contacts_engaged_30d, day(context.today, context.today)),
        evidence=tuple(of_role(role) for role in deal.roles[:1]),
    )


def alone(contacts: int, until: Said) -> Said:
    """How few buyers were in the conversation of a large deal."""
    if not contacts:
        return say(
            "No contact was in the conversation in the 30 days to {day}; the deal is "
            "among the largest quarter.",
            day=until,
        )
    return counted(
        contacts,
        "{count} contact was in the conversation in the 30 days to {day}; the deal is "
        "among the largest quarter.",
        "{count} contacts were in the conversation in the 30 days to {day}; the deal "
        "is among the largest quarter.",
        day=until,
    )


def of_role(role: ContactRole) -> Evidence:
    """A contact role as evidence."""
    return Evidence(
        text=say(
            "{contact}: {role}",
            contact=role.name,
            role=role.role or say("no role"),
        ),
        record_id=role.record_id,
        on=role.added_on,
    )


@PEOPLE.rule(
    worst=Severity.MEDIUM,
    limit=lambda policy: say(
        "from proposal on or closing within {days}",
        days=many(policy.closing_soon, "day"),
    ),
    remedy="Find out who signs, add the contact role, and get them into the next "
    "conversation.",
)
def no_decision_maker(deal: Deal, context: Context) -> Flag | None:
    """Nobody with the power to decide is among the contact roles."""
    late = context.reached(deal, "proposal") or (
        context.reached(deal, "discovery") and closes_soon(deal, context)
    )
    if (
        not late
        or not context.holds("OpportunityContactRole")
        or any(is_decider(role, context) for role in deal.roles)
    ):
        return None
    return Flag(
        because=undecided(deal, context),
        evidence=tuple(of_role(role) for role in deal.roles[:3]),
    )


def undecided(deal: Deal, context: Context) -> Said:
    """Where a deal is without anybody who decides."""
    stage, roles = deal.stage.name, among(len(deal.roles))
    if deal.close_date is None:
        return say("In {stage}; {roles}.", stage=stage, roles=roles)
    return say(
        "In {stage}, due {day}; {roles}.",
        stage=stage,
        day=day(deal.close_date, context.today),
        roles=roles,
    )


def among(roles: int) -> Said:
    """That so many contact roles have no decision maker among them."""
    if not roles:
        return say("no contact role is on record")
    return counted(
        roles,
        "its {count} contact role is not a decision maker",
        "none of its {count} contact roles is a decision maker",
    )


@PEOPLE.rule(
    fixer=Fixer.MANAGER,
    worst=Severity.HIGH,
    limit=lambda _: say("an open deal of a user who is not active"),
    remedy="Give the deal a new owner.",
)
def owner_inactive(deal: Deal, context: Context) -> Flag | None:
    """The deal belongs to a user who is no longer active."""
    owner = context.people.get(deal.owner_id)
    if owner is None or owner.active:
        return None
    today = day(context.today, context.today)
    return Flag(
        because=say(
            "Its owner since {since} is no longer active; checked on {day}.",
            since=day(deal.owner_since, context.today),
            day=today,
        )
        if deal.owner_since
        else say("Its owner is no longer active; checked on {day}.", day=today),
        evidence=(Evidence(text=say("Owner"), record_id=RecordId(deal.owner_id)),),
    )
