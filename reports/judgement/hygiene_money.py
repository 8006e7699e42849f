"""Hygiene of the amount and its currency."""

from decimal import Decimal

from reports.findings import Fixer, Severity
from reports.judgement.hygiene_dates import won
from reports.judgement.hygiene_rules import Fault, HygieneCatalogue
from reports.judgement.rules import Context
from reports.model import Deal
from reports.said import coded as money
from reports.said import say


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
    stage = deal.stage.name
    return Fault(
        because=say("The amount is empty in {stage}.", stage=stage)
        if deal.amount is None
        else say("The amount is zero in {stage}.", stage=stage),
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
            because=say(
                "The amount of {amount} is the same as of the {count} deals before "
                "this one.",
                amount=money(amount, deal.currency),
                count=policy.same_amounts,
            )
        )
    if not looks_typed(amount) and not unlike:
        return None
    told = money(amount, deal.currency)
    if not unlike or not usual:
        return Fault(
            because=say("The amount of {amount} looks like a placeholder.", amount=told)
        )
    return Fault(
        because=say(
            "The amount of {amount} looks like a placeholder; the median open deal is "
            "{median}.",
            amount=told,
            median=money(usual, context.org.currency),
        )
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
            because=say("No products are entered in {stage}.", stage=deal.stage.name),
            severity=Severity.MEDIUM,
            field="OpportunityLineItem",
        )
    total, amount = deal.line_total, deal.amount
    if total is None or amount is None:
        return None
    if abs(amount - total) <= abs(total) * context.policy.line_tolerance:
        return None
    return Fault(
        because=say(
            "The amount is {amount}, the products add up to {total}.",
            amount=money(amount, deal.currency),
            total=money(total, deal.currency),
        )
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
            because=say(
                "The amount, {amount}, is negative.",
                amount=money(deal.amount, deal.currency),
            )
        )
    if deal.amount_base is None:
        return Fault(
            because=say(
                "There is no rate for {currency}; the amount of {amount} is left out "
                "of sums.",
                currency=deal.currency or say("an empty currency"),
                amount=money(deal.amount, deal.currency),
            ),
            field="CurrencyIsoCode",
        )
    if deal.currency in context.org.retired_currencies:
        return Fault(
            because=say(
                "{currency} is out of use in Sales Cloud; the amount of {amount} "
                "counts at its last rate.",
                currency=deal.currency,
                amount=money(deal.amount, deal.currency),
            ),
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
    ended = won(deal, context)
    return Fault(
        because=say("{won} with no amount.", won=ended)
        if deal.amount is None
        else say("{won} with a zero amount.", won=ended)
    )
