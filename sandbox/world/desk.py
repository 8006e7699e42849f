"""Everything one person sells: all their deals, each with all its records."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sandbox.world import opportunities, twists
from sandbox.world.accounts import Accounts
from sandbox.world.activities import Diary
from sandbox.world.breaches import breaches
from sandbox.world.deal import Deal
from sandbox.world.flaws import Flaw, flaws_of
from sandbox.world.frame import Frame
from sandbox.world.history import Histories
from sandbox.world.parties import Parties, lines_for
from sandbox.world.people import Member
from sandbox.world.phrases import LEAD_SOURCES, NEEDS
from sandbox.world.plans import Plan
from sandbox.world.states import Life, Story, office_moment
from sandbox.world.when import DAY, HOUR, MINUTE


_OPEN: Final = (16, 26)
_CLOSED: Final = (80, 140)
_RENEWALS: Final = 0.2
_INSTANT: Final = 0.006
_TYPICAL: Final = 16_000
#: Reps whose early deals came in by import, by their number.
_IMPORTED: Final = 2
_IMPORT_CYCLE: Final = 5
_DUPLICATES: Final = 0.03
_TAKEN_OVER: Final = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleagues:
    """Who else a deal may meet: people to invite, and who takes over."""

    mates: Sequence[str]
    heirs: Sequence[Member] = ()
    partner_id: str | None = None


class Desk:
    """Sells for one person from the start to now."""

    def __init__(self, frame: Frame, who: Member, colleagues: Colleagues) -> None:
        self._frame = frame
        self._who = who
        self._dice = who.dice
        self._colleagues = colleagues
        self._accounts = Accounts(frame, who)
        self._histories = Histories(frame)
        self._parties = Parties(frame, who.dice)

    def work(self) -> None:
        """All deals, with the truth about them."""
        entry = {"name": self._who.name.whole, "kind": self._who.kind}
        self._frame.truth.rep(self._who.id, entry | self._who.capture.as_json)
        for story in self._stories():
            deal = self._deal(story)
            self._write(deal)
            if self._copied(deal):
                self._write(self._copy(deal))

    def _stories(self) -> list[Story]:
        """As many open and closed lives as a rep has, oldest first."""
        dice, span, who = self._dice, self._frame.span, self._who
        until, load = who.left or span.now, who.load
        often = load / self._frame.pace**0.7
        life = Life(dice, who.zone, span.now, self._frame.pace)
        share = (until - span.start) / (span.now - span.start)
        wanted = {
            True: round(dice.between(*_OPEN) * load * (0.4 if who.left else 1.0)),
            False: round(dice.between(*_CLOSED) * often * share),
        }
        found: list[Story] = []
        while sum(wanted.values()):
            story = self._story(life, until)
            is_open = story.closed is None
            if wanted[is_open]:
                wanted[is_open] -= 1
                found.append(story)
        return sorted(found, key=lambda story: story.created)

    def _story(self, life: Life, until: int) -> Story:
        dice, span = self._dice, self._frame.span
        at = span.start + dice.random() * (until - span.start - 2 * DAY)
        created = office_moment(dice, self._who.zone, at)
        created = min(created, until - HOUR)
        renewal = dice.chance(_RENEWALS)
        if dice.chance(_INSTANT):
            return twists.instant(created, renewal=renewal, now=span.now)
        return life.live(created, renewal=renewal, skill=self._who.skill)

    def _deal(self, story: Story) -> Deal:
        """The deal of a story, its record's flaws included."""
        dice, who, span = self._dice, self._who, self._frame.span
        heir = self._heir(story)
        if who.left and (story.closed or span.now) > who.left and heir is None:
            story = twists.orphan(story, who.left, span.now)
        flaws = flaws_of(dice, story, who.sloppy)
        twists.retire(story, span.start)
        twists.twist(dice, story, flaws, span.now)
        creator = who.id
        if who.kind == "rep" and who.number % _IMPORT_CYCLE == _IMPORTED:
            at = self._frame.migration + dice.between(0, 50 * MINUTE)
            if story.created < at:
                story = twists.imported(story, at)
                creator = self._frame.integration_id
        return self._made(story, flaws, creator, heir)

    def _heir(self, story: Story) -> Member | None:
        """Who took the deal over when its owner left, if anybody did."""
        left, heirs = self._who.left, self._colleagues.heirs
        if left is None or not heirs or (story.closed or left + 1) <= left:
            return None
        return self._dice.one(heirs) if self._dice.chance(_TAKEN_OVER) else None

    def _made(
        self, story: Story, flaws: frozenset[Flaw], creator: str, heir: Member | None
    ) -> Deal:
        dice, who, frame = self._dice, self._who, self._frame
        account = self._accounts.for_deal(story.created, renewal=story.renewal)
        need = dice.one(NEEDS)
        deal = Deal(
            id=who.ids.new("Opportunity"),
            name=f"{account.company.name} - {'renewal' if story.renewal else need}",
            story=story,
            flaws=flaws,
            owner=heir or who,
            account=account,
            currency="GBP" if Flaw.MONEY_INVALID in flaws else who.culture.currency,
            amount=float(round(dice.around(_TYPICAL * frame.pace**1.2, 0.8), -2)),
            creator_id=creator,
            ids=who.ids,
        )
        if heir and who.left:
            deal.first_owner = who
            deal.handed_over = min(who.left + 3 * DAY, frame.span.now)
        known = list(account.contacts)
        dice.shuffle(known)
        deal.buyers = known[: dice.between(1, 4)]
        return deal

    def _write(self, deal: Deal) -> None:
        """Every record of a deal, itself last, when all about it is known."""
        dice, frame = self._dice, self._frame
        lines = [] if deal.silent else lines_for(dice, deal, deal.amount)
        if lines:
            deal.amount = sum(quantity * price for _, quantity, price in lines)
            deal.values["lines"] = True
            if deal.flawed(Flaw.AMOUNT_VS_LINES):
                deal.amount = round(deal.amount * 1.2, 2)
        Plan(dice, deal, frame).draw()
        self._describe(deal)
        self._parties.roles(deal)
        self._parties.team(deal, self._colleagues.mates, self._colleagues.partner_id)
        self._parties.lines(deal, lines)
        Diary(frame, dice, deal, list(self._colleagues.mates)).keep()
        self._histories.write(deal)
        opportunities.write(frame, deal)
        self._tell(deal)

    def _describe(self, deal: Deal) -> None:
        """The fields that never change, and those of them that were lost."""
        dice = self._dice
        kind = "Existing Business" if deal.story.renewal else "New Business"
        fields = {
            "AccountId": deal.account.id,
            "Type": kind,
            "LeadSource": dice.one(LEAD_SOURCES),
        }
        deal.values |= fields
        lost = [
            name
            for name, flaw in (
                ("AccountId", Flaw.NO_ACCOUNT),
                ("LeadSource", Flaw.ATTRIBUTION),
            )
            if deal.flawed(flaw)
        ]
        for name in lost:
            deal.lost[name] = fields[name]
            deal.values[name] = None

    def _tell(self, deal: Deal) -> None:
        """The truth about it."""
        truth = self._frame.truth
        if deal.deleted:
            truth.note("deleted", {"object": "Opportunity", "id": deal.id})
            return
        truth.states(deal.id, [(str(s), a, b) for s, a, b in deal.story.states])
        for name, was in deal.lost.items():
            if deal.values.get(name) is None:
                truth.lost("Opportunity", deal.id, name, was)
        managed = deal.owner.managed
        for rule in breaches(deal, self._frame.span.now, managed=managed):
            truth.breaks(rule, deal.id)

    def _copied(self, deal: Deal) -> bool:
        """Whether somebody did not see that it was there already."""
        comparable = deal.values["AccountId"] and deal.values["Amount"]
        plain = deal.is_open and not deal.deleted and self._who.left is None
        return bool(plain and comparable) and self._dice.chance(_DUPLICATES)

    def _copy(self, deal: Deal) -> Deal:
        """The same deal entered again a few days later, and then forgotten."""
        now = self._frame.span.now
        at = min(deal.story.created + self._dice.between(1, 18) * DAY, now - HOUR)
        copy = Deal(
            id=self._who.ids.new("Opportunity"),
            name=f"{deal.name} (2)",
            story=twists.forgotten(max(at, deal.story.created), now),
            flaws=frozenset({Flaw.NO_CONTACT_ROLE}),
            owner=deal.owner,
            account=deal.account,
            currency=deal.currency,
            amount=deal.values["Amount"],
            creator_id=deal.owner.id,
            ids=deal.ids,
            silent=True,
        )
        entry = {"object": "Opportunity", "id": copy.id, "of": deal.id}
        self._frame.truth.note("duplicates", entry)
        for same in (deal.id, copy.id):
            self._frame.truth.breaks("dup_opp", same)
        return copy
