"""Hygiene of the amount and its currency."""

from decimal import Decimal

from reports.findings import Fixer, Severity
from reports.judgement.hygiene_dates import on
from reports.judgement.hygiene_rules import Fault, HygieneCatalogue
from reports.judgement.rules import Context
from reports.model import Deal
from reports.said import coded as money


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
        f"{policy.placeholder_high} times the median, or the same as of the "
        f"{policy.same_amounts} deals before it, without products that add up to it"
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
    if deal.id in context.repeated and deal.line_total != amount:
        return Fault(
            because=f"The amount of {money(amount, deal.currency)} is the same as of "
            f"the {policy.same_amounts} deals before this one."
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
    limit="negative, or in a currency that is out of use or without a rate",
    fixer=Fixer.OPS,
)
def money_invalid(deal: Deal, context: Context) -> Fault | None:
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
    if deal.currency in context.org.retired_currencies:
        return Fault(
            because=f"{deal.currency} is out of use in Sales Cloud; the amount of "
            f"{money(deal.amount, deal.currency)} counts at its last rate.",
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
