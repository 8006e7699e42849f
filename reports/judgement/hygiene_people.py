"""Hygiene of activities, contact roles and the owner."""

from reports.findings import Fixer, Severity
from reports.judgement.beginnings import clock_days, in_imported_stage
from reports.judgement.hygiene_rules import Fault, HygieneCatalogue
from reports.judgement.readiness import reachable
from reports.judgement.rules import Context
from reports.judgement.signals_people import is_decider
from reports.judgement.silence import quiet_limit, quiet_source
from reports.model import Deal
from reports.normal import Pauses
from reports.said import Said, counted, day, many, say


PEOPLE = HygieneCatalogue()


@PEOPLE.rule(
    "ActivityHistory",
    "activity",
    Severity.HIGH,
    limit=lambda policy: (
        f"no completed activity for {policy.two_way.told()}, or "
        f"{policy.untouched_days} days after entering a stage"
    ),
    grace=True,
)
def no_activity(deal: Deal, context: Context) -> Fault | None:
    """No completed activity for longer than is usual here, or in this stage."""
    if not context.believes_silence(deal) or deal.next_meeting:
        return None
    last = deal.last_touch
    days = context.days_since(last.on if last else deal.created_on)
    pauses = usual_pauses(deal, context)
    if days <= (pauses.days if pauses else quiet_limit(deal, context)):
        return untouched_in_stage(deal, context)
    usual = usual_told(pauses, deal, context)
    if last is None:
        return Fault(
            because=say(
                "No completed activity at all, {days}; {usual}.",
                days=many(days, "day"),
                usual=usual,
            )
        )
    return Fault(
        because=say(
            "No completed activity since {day}, {days}; {usual}.",
            day=day(last.on, context.today),
            days=many(days, "day"),
            usual=usual,
        )
    )


def untouched_in_stage(deal: Deal, context: Context) -> Fault | None:
    """Nothing was done since the deal entered its stage, some time ago."""
    entered, days = deal.entered_stage_on, clock_days(deal, context)
    if (
        entered is None
        or days is None
        or days <= context.policy.untouched_days
        or in_imported_stage(deal)
        or (deal.last_touch and deal.last_touch.on >= entered)
    ):
        return None
    return Fault(
        because=say(
            "No completed activity since it entered {stage} on {day}, {days} ago.",
            stage=deal.stage.name,
            day=day(entered, context.today),
            days=many(days, "day"),
        )
    )


def usual_pauses(deal: Deal, context: Context) -> Pauses | None:
    """How long won deals went between touches in this stage, where it is known."""
    norm = context.norms.stages.get(deal.stage.name)
    return norm.pauses if norm else None


def usual_told(pauses: Pauses | None, deal: Deal, context: Context) -> Said:
    """The limit in force, and where it comes from."""
    if pauses is None:
        return say(
            "usual are at most {limit} ({source})",
            limit=quiet_limit(deal, context),
            source=quiet_source(context.policy),
        )
    return say(
        "8 in 10 pauses in deals we won were at most {days} in {stage} ({pauses}, "
        "{deals})",
        days=many(pauses.days, "day"),
        stage=deal.stage.name,
        pauses=counted(pauses.n, "{count} pause", "{count} pauses"),
        deals=many(pauses.deals, "won deal"),
    )


@PEOPLE.rule(
    "ActivityHistory",
    "activity",
    Severity.MEDIUM,
    limit=lambda policy: f"{policy.outbound_only} outbound, none inbound in 21 days",
    since="discovery",
)
def outbound_only(deal: Deal, context: Context) -> Fault | None:
    """Everything on record is outbound."""
    if (
        not context.believes_silence(deal)
        or deal.next_meeting
        or deal.outbound_21d < context.policy.outbound_only
        or deal.inbound_21d
    ):
        return None
    return Fault(
        because=say(
            "{outbound} outbound activities and 0 inbound in the 21 days to {day}.",
            outbound=deal.outbound_21d,
            day=day(context.today, context.today),
        )
    )


@PEOPLE.rule(
    "ActivityHistory",
    "activity",
    Severity.LOW,
    limit="no completed task dated ahead, no last activity before the deal's creation",
)
def activity_dates(deal: Deal, context: Context) -> Fault | None:
    """An activity is dated before the deal was created, or is done and dated ahead."""
    if deal.done_ahead:
        return Fault(
            because=say(
                "{tasks} dated after {day}.",
                tasks=many(deal.done_ahead, "completed task"),
                day=day(context.today, context.today),
            )
        )
    last = deal.last_touch
    if last is None or last.on >= deal.created_on:
        return None
    return Fault(
        because=say(
            "The last activity is of {day}, before the deal was created on {created}.",
            day=day(last.on, context.today),
            created=day(deal.created_on, context.today),
        )
    )


@PEOPLE.rule(
    "OpportunityContactRole",
    "people",
    Severity.HIGH,
    limit="at least 1 contact role from discovery on",
    since="discovery",
    needs="OpportunityContactRole",
    grace=True,
)
def no_contact_role(deal: Deal, _: Context) -> Fault | None:
    """No contact role is entered."""
    if deal.roles:
        return None
    return Fault(
        because=say("No contact role is entered in {stage}.", stage=deal.stage.name)
    )


@PEOPLE.rule(
    "OpportunityContactRole",
    "people",
    Severity.MEDIUM,
    limit="a primary contact from proposal on",
    since="proposal",
    needs="OpportunityContactRole",
    grace=True,
)
def no_primary(deal: Deal, _: Context) -> Fault | None:
    """None of the contact roles is the primary one."""
    if not deal.roles or any(role.is_primary for role in deal.roles):
        return None
    return Fault(
        because=counted(
            len(deal.roles),
            "Its {count} contact role is not marked as the primary one.",
            "None of its {count} contact roles is marked as the primary one.",
        )
    )


@PEOPLE.rule(
    "OpportunityContactRole",
    "people",
    Severity.HIGH,
    limit="a decision maker from proposal on",
    since="proposal",
    needs="OpportunityContactRole",
    grace=True,
)
def no_decider(deal: Deal, context: Context) -> Fault | None:
    """None of the contact roles is a decision maker."""
    if not deal.roles or any(is_decider(role, context) for role in deal.roles):
        return None
    return Fault(
        because=counted(
            len(deal.roles),
            "In {stage}; its {count} contact role is not a decision maker.",
            "In {stage}; none of its {count} contact roles is a decision maker.",
            stage=deal.stage.name,
        )
    )


@PEOPLE.rule(
    "OpportunityContactRole",
    "people",
    Severity.MEDIUM,
    limit="2 contact roles on a deal above the 75th percentile, from proposal on",
    since="proposal",
    needs="OpportunityContactRole",
    grace=True,
)
def single_thread(deal: Deal, context: Context) -> Fault | None:
    """A large deal has a single contact role."""
    large, amount = context.norms.amount_p75, deal.amount_base
    if len(deal.roles) != 1 or large is None or amount is None or amount < large:
        return None
    return Fault(because=say("1 contact role on a deal among the largest quarter."))


@PEOPLE.rule(
    "Contact",
    "people",
    Severity.MEDIUM,
    limit="the primary contact has a mail address that works, or a phone",
    needs="OpportunityContactRole",
)
def contact_unreachable(deal: Deal, context: Context) -> Fault | None:
    """The primary contact cannot be reached."""
    primary = [role for role in deal.roles if role.is_primary]
    if not primary:
        return None
    role = primary[0]
    if role.bounced:
        return Fault(
            because=say(
                "Mail to {name}, the primary contact, bounces; seen on {day}.",
                name=role.name,
                day=day(context.today, context.today),
            )
        )
    if reachable(role):
        return None
    return Fault(
        because=say(
            "{name}, the primary contact, has 0 ways to be reached.", name=role.name
        )
    )


@PEOPLE.rule(
    "OwnerId",
    "owner",
    Severity.CRITICAL,
    limit="an active user with a manager",
    fixer=Fixer.OPS,
)
def owner_invalid(deal: Deal, context: Context) -> Fault | None:
    """The owner is not an active user with a manager."""
    owner = context.people.get(deal.owner_id)
    seen = day(context.today, context.today)
    if owner is None:
        return Fault(
            because=say(
                "The owner is a queue or an unknown user; seen on {day}.", day=seen
            )
        )
    if not owner.active:
        return Fault(
            because=say("The owner is not an active user; seen on {day}.", day=seen)
        )
    if owner.manager_id is None and owner.id not in context.leaders:
        return Fault(
            because=say(
                "The owner has no manager in Sales Cloud; seen on {day}.", day=seen
            ),
            severity=Severity.MEDIUM,
        )
    return None
