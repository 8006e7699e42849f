"""Hygiene of the record: its account, its origin, duplicates, required fields."""

from collections.abc import Iterable

from reports.findings import Fixer, Severity
from reports.judgement.hygiene_rules import Fault, HygieneCatalogue
from reports.judgement.policy import Policy
from reports.judgement.rules import Context
from reports.model import ContactRole, Deal
from reports.said import counted, day, listed, many, say


RECORD = HygieneCatalogue()


@RECORD.rule(
    "AccountId",
    "account",
    Severity.HIGH,
    limit="an account that is not our own and not a test",
)
def no_account(deal: Deal, context: Context) -> Fault | None:
    """The deal has no account, or one that is no customer."""
    if deal.account_id is None:
        return Fault(because=say("No account is entered."))
    name = (deal.account or "").casefold().strip()
    own = {context.org.name.casefold(), *map(str.casefold, context.policy.own_company)}
    if name in own:
        return Fault(
            because=say(
                "The account, {account}, is our own company.", account=deal.account
            )
        )
    if name.split()[:1] in (["test"], ["dummy"]) or name.endswith(" test"):
        return Fault(
            because=say(
                "The account, {account}, looks like a test.", account=deal.account
            )
        )
    return None


@RECORD.rule(
    "Type", "attribution", Severity.LOW, limit="type and lead source are entered"
)
def attribution(deal: Deal, _: Context) -> Fault | None:
    """Type or lead source is empty."""
    empty = [
        (label, field)
        for label, field, value in (
            (say("type"), "Type", deal.type),
            (say("lead source"), "LeadSource", deal.lead_source),
        )
        if not value
    ]
    if not empty:
        return None
    names = listed(label for label, _ in empty)
    return Fault(
        because=counted(
            len(empty),
            "The {fields} is empty.",
            "The {fields} are empty.",
            fields=names,
        ),
        field=empty[0][1],
    )


@RECORD.rule(
    "Id",
    "duplicate",
    Severity.HIGH,
    limit=lambda policy: (
        f"same account, created within {policy.duplicate_days} days, amounts within "
        f"{policy.duplicate_amount * 100:.0f} %, names alike"
    ),
)
def dup_opp(deal: Deal, context: Context) -> Fault | None:
    """Another open deal of the account is all but the same."""
    twin = context.twins.get(deal.id)
    if twin is None:
        return None
    apart = abs((twin.created_on - deal.created_on).days)
    return Fault(
        because=say(
            "Looks the same as “{deal}” of {account}, created {days} apart, on {day}.",
            deal=twin.name,
            account=deal.account,
            days=many(apart, "day"),
            day=day(twin.created_on, context.today),
        )
    )


@RECORD.rule(
    "AccountId",
    "duplicate",
    Severity.MEDIUM,
    limit="another account has its name and no other website, or two contacts of the "
    "deal one address",
    fixer=Fixer.OPS,
)
def dup_party(deal: Deal, context: Context) -> Fault | None:
    """The account, or a contact of the deal, exists twice."""
    if deal.account_id in context.doubled_accounts:
        return Fault(
            because=say("{account} exists as 2 or more accounts.", account=deal.account)
        )
    if twice := doubled_contact(deal.roles):
        return Fault(
            because=say(
                "{name} is on the deal as 2 or more contacts.", name=twice.name
            ),
            field="OpportunityContactRole",
        )
    return None


def doubled_contact(roles: Iterable[ContactRole]) -> ContactRole | None:
    """The first role whose address is there before, as another contact."""
    seen: dict[str, str] = {}
    for role in roles:
        address = (role.email or "").casefold().strip()
        if address and seen.setdefault(address, role.contact_id) != role.contact_id:
            return role
    return None


#: Fields that a configuration may require, and where the deal has them.
FIELDS = {
    "AccountId": "account_id",
    "Amount": "amount",
    "CloseDate": "close_date",
    "ForecastCategoryName": "forecast_category",
    "LeadSource": "lead_source",
    "NextStep": "next_step",
    "Probability": "probability",
    "Type": "type",
}


@RECORD.rule(
    "Opportunity",
    "custom",
    Severity.HIGH,
    limit=lambda policy: (
        listed(
            f"{need.field} from {need.stage or 'the first stage'} on"
            for need in policy.required
        )
        if policy.required
        else "no field is required by the configuration"
    ),
    asked=lambda policy: policy.required,
    grace=True,
)
def required_custom(deal: Deal, context: Context) -> Fault | None:
    """A field that the configuration requires here is empty."""
    missing = [
        need.field
        for need in context.policy.required
        if is_empty(deal, need.field, context)
        and (not need.record_types or deal.record_type in need.record_types)
        and past_stage(deal, need.stage, context)
    ]
    if not missing:
        return None
    return Fault(
        because=say(
            "Required in {stage} and empty: {fields}.",
            stage=deal.stage.name,
            fields=listed(missing),
        ),
        field=missing[0],
    )


def is_empty(deal: Deal, name: str, context: Context) -> bool:
    """Whether a field that can be read is empty."""
    if name in FIELDS:
        return not getattr(deal, FIELDS[name])
    return name in context.fields and name not in deal.filled


def further_fields(policy: Policy) -> tuple[str, ...]:
    """The fields that are to be read besides those a deal always has."""
    snoozes = (policy.snooze_field,) if policy.snooze_field else ()
    names = dict.fromkeys((*(need.field for need in policy.required), *snoozes))
    return tuple(name for name in names if name not in FIELDS)


def past_stage(deal: Deal, name: str | None, context: Context) -> bool:
    """Whether the deal is in the stage ``name`` or a later one."""
    if name is None:
        return True
    stage = context.stages.get(name)
    return stage is not None and 0 < stage.position <= deal.stage.position
