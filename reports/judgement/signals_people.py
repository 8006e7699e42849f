"""Signals about who takes part in a deal; contacts and roles, never a rep."""

from reports.findings import Evidence, Fixer, Severity
from reports.judgement.rules import Catalogue, Context, Flag
from reports.judgement.silence import closes_soon, untouched
from reports.model import ContactRole, Deal, RecordId
from reports.said import day, many


PEOPLE = Catalogue()


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
    )


@PEOPLE.rule(
    worst=Severity.MEDIUM,
    limit=lambda policy: (
        f"fewer than {policy.contacts_engaged} contacts in 30 days on a deal above the "
        "75th percentile, from discovery on"
    ),
    remedy="Bring a second contact into the next conversation and add the role.",
)
def single_threaded(deal: Deal, context: Context) -> Flag | None:
    """A large deal hangs on one contact."""
    if not context.reached(deal, "discovery") or not hangs_on_one(deal, context):
        return None
    return Flag(
        because=f"{many(deal.contacts_engaged_30d, 'contact')} in the conversation in "
        f"the 30 days to {day(context.today, context.today)}; the deal is among the "
        "largest quarter.",
        evidence=tuple(of_role(role) for role in deal.roles[:1]),
    )


def of_role(role: ContactRole) -> Evidence:
    """A contact role as evidence."""
    return Evidence(
        text=f"{role.name}: {role.role or 'no role'}",
        record_id=role.record_id,
        on=role.added_on,
    )


@PEOPLE.rule(
    worst=Severity.MEDIUM,
    limit=lambda policy: (
        f"from proposal on or closing within {policy.closing_soon} days"
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
    due = f", due {day(deal.close_date, context.today)}" if deal.close_date else ""
    return Flag(
        because=f"In {deal.stage.name}{due}; none of "
        f"{many(len(deal.roles), 'contact role')} is a decision maker.",
        evidence=tuple(of_role(role) for role in deal.roles[:3]),
    )


@PEOPLE.rule(
    fixer=Fixer.MANAGER,
    worst=Severity.HIGH,
    limit=lambda _: "an open deal of a user who is not active",
    remedy="Give the deal a new owner.",
)
def owner_inactive(deal: Deal, context: Context) -> Flag | None:
    """The deal belongs to a user who is no longer active."""
    owner = context.people.get(deal.owner_id)
    if owner is None or owner.active:
        return None
    since = f" since {day(deal.owner_since, context.today)}" if deal.owner_since else ""
    return Flag(
        because=f"Its owner{since} is no longer active; checked on "
        f"{day(context.today, context.today)}.",
        evidence=(Evidence(text="Owner", record_id=RecordId(deal.owner_id)),),
    )
