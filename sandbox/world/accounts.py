"""The companies a rep sells to and the people there, some of them entered twice."""

from dataclasses import dataclass, field, replace
from typing import Any, Final

from sandbox.world.dice import Dice
from sandbox.world.frame import Frame
from sandbox.world.names import Company, company, person
from sandbox.world.people import Member
from sandbox.world.phrases import ACCOUNT_TYPES, DECIDING_TITLES, INDUSTRIES, TITLES
from sandbox.world.when import DAY, MINUTE, stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody at an account."""

    id: str
    title: str
    email: str | None
    decides: bool
    reachable: bool  #: by mail or telephone, with no address that bounces


@dataclass(slots=True, kw_only=True)
class Account:
    """A company that is sold to."""

    id: str
    company: Company
    created: int
    owner_id: str
    contacts: list[Contact] = field(default_factory=list)
    people: set[str] = field(default_factory=set)  #: who is there, each of them once
    doubled: bool = False  #: there is another record of the same company


_TWICE: Final = 0.03
_MERGED: Final = 0.03
_NO_EMAIL: Final = 0.05
_NO_PHONE: Final = 0.25
_BOUNCED: Final = 0.02


class Accounts:
    """The accounts of one rep, written as they are needed."""

    def __init__(self, frame: Frame, owner: Member) -> None:
        self._frame = frame
        self._owner = owner
        self._dice = Dice(f"{frame.seed}/accounts/{owner.id}")
        self._known: list[Account] = []
        self._named = 0
        self._start = Dice(f"{frame.seed}/companies").between(0, 10**6)

    def for_deal(self, created: int, *, renewal: bool) -> Account:
        """An account that exists by then: known already, or new."""
        again = 0.9 if renewal else 0.35
        if self._known and self._dice.chance(again):
            found = self._dice.one(self._known)
            if found.created < created:
                return found
        return self._new(created - self._dice.between(5 * MINUTE, 20 * DAY))

    def _new(self, created: int) -> Account:
        owner = self._owner
        number, self._named = self._named, self._named + 1
        account = Account(
            id=owner.ids.new("Account"),
            company=company(owner.culture, self._start, owner.seller, number),
            created=created,
            owner_id=owner.id,
        )
        self._write(account, account.id, account.company.name)
        for _ in range(self._dice.between(2, 5)):
            account.contacts.append(self._contact(account))
        self._known.append(account)
        if self._dice.chance(_TWICE):
            self._enter_again(account)
        if self._dice.chance(_MERGED):
            self._merge(account)
        return account

    def _write(self, account: Account, id_: str, name: str, **more: Any) -> None:
        at = stamp(account.created)
        row = {
            "Id": id_,
            "Name": name,
            "Type": self._dice.pick(ACCOUNT_TYPES),
            "Industry": self._dice.one(INDUSTRIES),
            "OwnerId": account.owner_id,
            "Website": f"https://www.{account.company.domain}",
            "Phone": self._phone(),
            "CurrencyIsoCode": self._owner.culture.currency,
            "CreatedDate": at,
            "CreatedById": account.owner_id,
            "LastModifiedDate": at,
            "LastModifiedById": account.owner_id,
            "SystemModstamp": at,
        }
        self._frame.files.add("Account", row | more)

    def _enter_again(self, account: Account) -> None:
        """The same company a second time, spelled a little differently."""
        later = account.created + self._dice.between(1, 200) * DAY
        if later >= self._frame.span.now:
            return
        id_ = self._owner.ids.new("Account")
        name = account.company.name
        variant = name.upper() if name.upper() != name else f"{name}."
        account.doubled = True
        again = replace(account, id=id_, created=later, contacts=[], people=set())
        self._write(again, id_, variant)
        again.contacts.append(self._contact(again))
        self._known.append(again)
        self._frame.truth.note(
            "duplicates", {"object": "Account", "id": id_, "of": account.id}
        )

    def _merge(self, account: Account) -> None:
        """A copy that was found and merged: it is deleted and names the survivor."""
        id_ = self._owner.ids.new("Account")
        at = min(account.created + 30 * DAY, self._frame.span.now)
        more = {
            "IsDeleted": "true",
            "MasterRecordId": account.id,
            "LastModifiedDate": stamp(at),
            "SystemModstamp": stamp(at),
        }
        self._write(account, id_, f"{account.company.name} (old)", **more)
        self._frame.truth.note(
            "merged", {"object": "Account", "id": id_, "into": account.id}
        )

    def _contact(self, account: Account) -> Contact:
        dice = self._dice
        name = person(dice, self._owner.culture)
        while name.local in account.people:
            name = person(dice, self._owner.culture)
        account.people.add(name.local)
        decides = dice.chance(0.25)
        title = dice.one(DECIDING_TITLES if decides else TITLES)
        contact = Contact(
            id=self._owner.ids.new("Contact"),
            title=title,
            email=f"{name.local}@{account.company.domain}",
            decides=decides,
            reachable=True,
        )
        phone: str | None = self._phone()
        if dice.chance(_NO_PHONE):
            self._frame.truth.lost("Contact", contact.id, "Phone", phone)
            phone = None
        if dice.chance(_NO_EMAIL):
            self._frame.truth.lost("Contact", contact.id, "Email", contact.email)
            contact = replace(contact, email=None)
        bounced = contact.email is not None and dice.chance(_BOUNCED)
        found = not bounced and bool(contact.email or phone)
        contact = replace(contact, reachable=found)
        at = stamp(account.created + MINUTE)
        row = {
            "Id": contact.id,
            "AccountId": account.id,
            "OwnerId": account.owner_id,
            "Name": name.whole,
            "FirstName": name.given,
            "LastName": name.family,
            "Title": title,
            "Email": contact.email,
            "Phone": phone,
            "EmailBouncedDate": at if bounced else None,
            "EmailBouncedReason": "550 5.1.1 unknown user" if bounced else None,
            "CreatedDate": at,
            "CreatedById": account.owner_id,
            "LastModifiedDate": at,
            "LastModifiedById": account.owner_id,
            "SystemModstamp": at,
        }
        self._frame.files.add("Contact", row)
        return contact

    def _phone(self) -> str:
        """A number from the range kept for stories."""
        return f"+1 202 555 {self._dice.between(100, 199):04}"
