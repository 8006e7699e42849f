"""Hygiene of the amount, the currency, the account and the attribution."""

from decimal import Decimal

from reports.findings import Fixer, Severity
from reports.judgement.hygiene_dates import on
from reports.judgement.hygiene_rules import Fault, HygieneCatalogue
from reports.judgement.phrases import day, listed, many, money
from reports.judgement.rules import Context
from reports.model import Deal


MONEY = HygieneCatalogue()


@MONEY.rule(
    "Amount",
    "amount",
    Severity.CRITICAL,
    limit="empty or zero from qualification on; critical from proposal on",
    since="qualification",
    grace=True,
)
def amount_missing(deal: Deal, context: Context) -> Fault | None:
    """No amount is entered."""
    if deal.amount:
        return None
    grave = context.reached(deal, "proposal")
    what = "is zero" if deal.amount is not None else "is empty"
    return Fault(
        because=f"The amount {what} in {deal.stage.name}.",
        severity=Severity.CRITICAL if grave else Severity.MEDIUM,
    )


def looks_typed(amount: Decimal) -> bool:
    """Whether an amount is 1, 10, 100 or a row of nines."""
    digits = str(amount.normalize().quantize(Decimal(1)))
    tens = digits.strip("0") == "1" and len(digits) <= len("100")
    nines = set(digits) == {"9"} and len(digits) >= len("999")
    return amount == amount.to_integral_value() and (tens or nines)


@MONEY.rule(
    "Amount",
    "amount",
    Severity.LOW,
    limit=lambda policy: (
        f"1, 10, 100, 999..., below {policy.placeholder_low * 100:.0f} % or above "
        f"{policy.placeholder_high} times the median"
    ),
    since="proposal",
)
def amount_placeholder(deal: Deal, context: Context) -> Fault | None:
    """The amount looks like a placeholder."""
    amount, base, usual = deal.amount, deal.amount_base, context.norms.amount_median
    if not amount or amount < 0:
        return None
    policy = context.policy
    unlike = (
        base is not None
        and bool(usual)
        and not (
            (usual or 0) * policy.placeholder_low
            <= base
            <= (usual or 0) * policy.placeholder_high
        )
    )
    if not looks_typed(amount) and not unlike:
        return None
    beside = (
        f"; the median open deal is {money(usual, context.org.currency)}"
        if unlike and usual
        else ""
    )
    return Fault(
        because=f"The amount of {money(amount, deal.currency)} looks like a "
        f"placeholder{beside}."
    )


@MONEY.rule(
    "Amount",
    "amount",
    Severity.HIGH,
    limit=lambda policy: (
        f"differs from the products by over {policy.line_tolerance * 100:.0f} %, or no "
        "products"
    ),
    since="proposal",
    needs="OpportunityLineItem",
    grace=True,
)
def amount_vs_lines(deal: Deal, context: Context) -> Fault | None:
    """The amount is not what the products add up to."""
    if not deal.line_items:
        return Fault(
            because=f"No products are entered in {deal.stage.name}.",
            severity=Severity.MEDIUM,
            field="OpportunityLineItem",
        )
    total, amount = deal.line_total, deal.amount
    if total is None or amount is None:
        return None
    if abs(amount - total) <= abs(total) * context.policy.line_tolerance:
        return None
    return Fault(
        because=f"The amount is {money(amount, deal.currency)}, the products add up to "
        f"{money(total, deal.currency)}."
    )


@MONEY.rule(
    "Amount",
    "amount",
    Severity.CRITICAL,
    limit="negative, or in a currency without a rate",
    fixer=Fixer.OPS,
)
def money_invalid(deal: Deal, _: Context) -> Fault | None:
    """The amount is negative or its currency cannot be converted."""
    if deal.amount is None:
        return None
    if deal.amount < 0:
        return Fault(
            because=f"The amount, {money(deal.amount, deal.currency)}, is negative."
        )
    if deal.amount_base is None:
        return Fault(
            because=f"There is no rate for {deal.currency or 'an empty currency'}; the "
            f"amount of {money(deal.amount, deal.currency)} is left out of sums.",
            field="CurrencyIsoCode",
        )
    return None


@MONEY.rule(
    "Amount",
    "amount",
    Severity.CRITICAL,
    limit="a won deal has an amount above zero",
    fixer=Fixer.OPS,
    closed=True,
)
def won_zero(deal: Deal, context: Context) -> Fault | None:
    """The deal is won, but has no amount."""
    if not deal.is_won or deal.amount:
        return None
    what = "a zero amount" if deal.amount is not None else "no amount"
    return Fault(because=f"Won{on(deal, context)} with {what}.")


@MONEY.rule(
    "AccountId",
    "account",
    Severity.HIGH,
    limit="an account that is not our own and not a test",
)
def no_account(deal: Deal, context: Context) -> Fault | None:
    """The deal has no account, or one that is no customer."""
    if deal.account_id is None:
        return Fault(because="No account is entered.")
    name = (deal.account or "").casefold().strip()
    own = {context.org.name.casefold(), *map(str.casefold, context.policy.own_company)}
    if name in own:
        return Fault(because=f"The account, {deal.account}, is our own company.")
    if name.split()[:1] in (["test"], ["dummy"]) or name.endswith(" test"):
        return Fault(because=f"The account, {deal.account}, looks like a test.")
    return None


@MONEY.rule(
    "Type", "attribution", Severity.LOW, limit="type and lead source are entered"
)
def attribution(deal: Deal, _: Context) -> Fault | None:
    """Type or lead source is empty."""
    empty = [
        (label, field)
        for label, field, value in (
            ("type", "Type", deal.type),
            ("lead source", "LeadSource", deal.lead_source),
        )
        if not value
    ]
    if not empty:
        return None
    names = listed(label for label, _ in empty)
    return Fault(
        because=f"The {names} {'is' if len(empty) == 1 else 'are'} empty.",
        field=empty[0][1],
    )


@MONEY.rule(
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
        because=f"Looks the same as “{twin.name}” of {deal.account}, created "
        f"{many(apart, 'day')} apart, on {day(twin.created_on, context.today)}."
    )


@MONEY.rule(
    "AccountId",
    "duplicate",
    Severity.MEDIUM,
    limit="another account of the same name has open deals too",
    fixer=Fixer.OPS,
)
def dup_party(deal: Deal, context: Context) -> Fault | None:
    """The account exists twice."""
    if deal.account_id not in context.doubled_accounts:
        return None
    return Fault(because=f"{deal.account} exists as 2 or more accounts.")


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


@MONEY.rule(
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
    grace=True,
)
def required_custom(deal: Deal, context: Context) -> Fault | None:
    """A field that the configuration requires here is empty."""
    missing = [
        need.field
        for need in context.policy.required
        if need.field in FIELDS
        and not getattr(deal, FIELDS[need.field])
        and (not need.record_types or deal.record_type in need.record_types)
        and past_stage(deal, need.stage, context)
    ]
    if not missing:
        return None
    return Fault(
        because=f"Required in {deal.stage.name} and empty: {listed(missing)}.",
        field=missing[0],
    )


def past_stage(deal: Deal, name: str | None, context: Context) -> bool:
    """Whether the deal is in the stage ``name`` or a later one."""
    if name is None:
        return True
    stage = context.stages.get(name)
    return stage is not None and 0 < stage.position <= deal.stage.position
