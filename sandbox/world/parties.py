"""Who and what belongs to a deal: contact roles, the deal team, line items."""

from collections.abc import Sequence
from typing import Any, Final

from sandbox.world.deal import Deal
from sandbox.world.dice import Dice
from sandbox.world.files import flag
from sandbox.world.flaws import Flaw
from sandbox.world.frame import Frame
from sandbox.world.phrases import DECIDING, PRODUCTS
from sandbox.world.stages import OPEN, VALUE
from sandbox.world.when import DAY, day_text, stamp


_ROLES: Final = ("Evaluator", "Influencer", "Business User", "Technical Buyer")
_TEAM_ROLES: Final = ("Sales Engineer", "Executive Sponsor", "Account Manager")
_SHARED: Final = 0.14
_REFERRED: Final = 0.5
_ITEMISED: Final = 0.85

#: Product, quantity, unit price.
Line = tuple[str, int, float]


def lines_for(dice: Dice, deal: Deal, size: float) -> list[Line]:
    """What is offered, for deals that came far enough to have an offer."""
    far = any(stage in OPEN[VALUE:] for _, stage in deal.story.stages)
    untouched = {Flaw.AMOUNT_MISSING, Flaw.AMOUNT_PLACEHOLDER, Flaw.WON_ZERO}
    if not far or deal.flaws & untouched or not dice.chance(_ITEMISED):
        return []
    count = dice.between(1, 3)
    lines: list[Line] = []
    first = dice.between(0, len(PRODUCTS) - 1)
    for step in range(count):
        product, price = PRODUCTS[(first + step) % len(PRODUCTS)]
        quantity = max(1, round(size / count / price))
        lines.append((product, quantity, float(price)))
    return lines


class Parties:
    """Writes the records below a deal that are not activities."""

    def __init__(self, frame: Frame, dice: Dice) -> None:
        self._files = frame.files
        self._now = frame.span.now
        self._dice = dice

    def roles(self, deal: Deal) -> None:
        """Who at the buyer has which part in it."""
        if deal.flawed(Flaw.NO_CONTACT_ROLE) or deal.silent:
            return
        primary = not deal.flawed(Flaw.NO_PRIMARY)
        deciders = sum(buyer.decides for buyer in deal.buyers)
        for place, buyer in enumerate(deal.buyers):
            decides = buyer.decides or (deciders == 0 and place == 0)
            if deal.flawed(Flaw.NO_DECIDER):
                decides = False
            row = {
                "OpportunityId": deal.id,
                "ContactId": buyer.id,
                "Role": self._dice.one(DECIDING if decides else _ROLES),
                "IsPrimary": flag(place == 0 and primary),
            }
            at = deal.story.created + int(self._dice.wait(6 * place + 1) * DAY)
            deal.roles.append((row["Role"], place == 0 and primary, buyer))
            self._add("OpportunityContactRole", deal, row, at)

    def team(self, deal: Deal, mates: Sequence[str], partner: str | None) -> None:
        """Colleagues and resellers who sell it together with the owner."""
        dice = self._dice
        if deal.silent:
            return
        found: list[tuple[str, str]] = []
        if dice.chance(_SHARED):
            count = dice.between(1, 2)
            found += [(mate, dice.one(_TEAM_ROLES)) for mate in mates[:count]]
        referred = deal.values["LeadSource"] == "Partner Referral"
        if partner and referred and dice.chance(_REFERRED):
            found.append((partner, "Channel Manager"))
        at = deal.story.created + int(dice.wait(12) * DAY)
        for user, role in found:
            row = {"OpportunityId": deal.id, "UserId": user, "TeamMemberRole": role}
            self._add("OpportunityTeamMember", deal, row, at)

    def lines(self, deal: Deal, lines: list[Line]) -> None:
        """The products in it."""
        at = next(
            (at for at, stage in deal.story.stages if stage in OPEN[VALUE:]),
            deal.story.created,
        )
        for product, quantity, price in lines:
            row = {
                "OpportunityId": deal.id,
                "Name": f"{deal.name} {product}",
                "Quantity": float(quantity),
                "UnitPrice": price,
                "TotalPrice": quantity * price,
                "ServiceDate": day_text(deal.owner.zone.day(at) + 60),
                "CurrencyIsoCode": deal.currency,
            }
            self._add("OpportunityLineItem", deal, row, at)
            deal.lines_total += quantity * price
            deal.touched = max(deal.touched, at)

    def _add(self, name: str, deal: Deal, row: dict[str, Any], at: int) -> None:
        at = min(at, deal.story.closed or self._now)
        who, moment = deal.worker(at).id, stamp(at)
        row |= {
            "Id": deal.ids.new(name),
            "IsDeleted": flag(deal.deleted),
            "CreatedDate": moment,
            "CreatedById": who,
            "LastModifiedDate": moment,
            "LastModifiedById": who,
            "SystemModstamp": moment,
        }
        self._files.add(name, row)
