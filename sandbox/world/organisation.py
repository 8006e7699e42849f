"""The organisation's own records: itself, stages, currencies, periods, roles, users."""

from typing import Final

from sandbox.world.files import Files, flag
from sandbox.world.frame import ORG_ZONE, Frame, Span, pace_of
from sandbox.world.ids import Ids
from sandbox.world.names import OWN_DOMAIN
from sandbox.world.stages import ALL
from sandbox.world.truth import Truth
from sandbox.world.when import (
    DAY,
    FISCAL_START,
    date_of,
    day_text,
    fiscal,
    month_end,
    month_number,
    stamp,
)


ORG_NAME: Final = "Brightmoor Systems"
_EURO: Final = 0.92


class Organisation:
    """Writes what there is once, and remembers the ids that others point to."""

    def __init__(self, files: Files, span: Span) -> None:
        self._files = files
        self._span = span
        self._ids = Ids(0)
        self._stamp = stamp(span.start - 400 * DAY)

    def found(self, seed: int, truth: Truth) -> Frame:
        """Everything that does not depend on the number of reps."""
        self._itself()
        self._stages()
        self._currencies()
        quarters = self._periods()
        self._top = self._role("Chief Revenue Officer", None)
        director = self._staff("Rosalind", "Achterberg", "Chief Revenue Officer")
        integration = self._staff("Integration", "User", None)
        kinds = [self._record_type(name) for name in ("New Business", "Renewal")]
        return Frame(
            seed=seed,
            span=self._span,
            files=self._files,
            truth=truth,
            director_id=director,
            integration_id=integration,
            new_business_id=kinds[0],
            renewal_id=kinds[1],
            quarters=quarters,
            pace=pace_of(seed),
        )

    def _itself(self) -> None:
        row = {
            "Id": self._ids.new("Organization"),
            "Name": ORG_NAME,
            "FiscalYearStartMonth": FISCAL_START,
            "TimeZoneSidKey": ORG_ZONE,
            "DefaultLocaleSidKey": "en_US",
            "LanguageLocaleKey": "en_US",
            "OrganizationType": "Enterprise Edition",
            "InstanceName": "NA224",
            "CreatedDate": self._stamp,
            "SystemModstamp": self._stamp,
        }
        self._files.add("Organization", row)

    def _stages(self) -> None:
        for order, stage in enumerate(ALL, start=1):
            row = {
                "Id": self._ids.new("OpportunityStage"),
                "MasterLabel": stage.name,
                "ApiName": stage.name,
                "IsActive": flag(stage.active),
                "SortOrder": order,
                "IsClosed": flag(stage.is_closed),
                "IsWon": flag(stage.is_won),
                "ForecastCategory": stage.category_code,
                "ForecastCategoryName": stage.category,
                "DefaultProbability": stage.probability,
                "SystemModstamp": self._stamp,
            }
            self._files.add("OpportunityStage", row)

    def _record_type(self, name: str) -> str:
        id_ = self._ids.new("RecordType")
        row = {
            "Id": id_,
            "Name": name,
            "DeveloperName": name.replace(" ", "_"),
            "SobjectType": "Opportunity",
            "IsActive": "true",
            "SystemModstamp": self._stamp,
        }
        self._files.add("RecordType", row)
        return id_

    def _currencies(self) -> None:
        """Dollars, euros, and pounds that nobody should use any more."""
        for code, rate in (("USD", 1.0), ("EUR", _EURO), ("GBP", 0.79)):
            row = {
                "Id": self._ids.new("CurrencyType"),
                "IsoCode": code,
                "ConversionRate": rate,
                "DecimalPlaces": 2,
                "IsCorporate": flag(code == "USD"),
                "IsActive": flag(code != "GBP"),
                "SystemModstamp": self._stamp,
            }
            self._files.add("CurrencyType", row)
        first = self._span.zone.day(self._span.start)
        for number, (start, end) in enumerate(_months(first, self._span.today)):
            row = {
                "Id": self._ids.new("DatedConversionRate"),
                "IsoCode": "EUR",
                "ConversionRate": round(_EURO + 0.01 * (number * 7 % 9 - 4), 4),
                "StartDate": day_text(start),
                "NextStartDate": day_text(end + 1),
                "SystemModstamp": stamp(start * DAY),
            }
            self._files.add("DatedConversionRate", row)

    def _periods(self) -> tuple[tuple[int, str], ...]:
        """Fiscal years from that of the start to next year, with their parts."""
        first = _year_start(self._span.zone.day(self._span.start))
        last = _year_start(_year_start(self._span.today) + 400)
        quarters: list[tuple[int, str]] = []
        months = list(_months(first, last + 364))
        for size, kind in ((12, "Year"), (3, "Quarter"), (1, "Month")):
            for at in range(0, len(months), size):
                start, end = months[at][0], months[min(at + size, len(months)) - 1][1]
                number = at % 12 // size + 1
                id_ = self._period(kind, number, start, end)
                if kind == "Quarter":
                    quarters.append((start, id_))
        return tuple(quarters)

    def _period(self, kind: str, number: int, start: int, end: int) -> str:
        id_ = self._ids.new("Period")
        year = f"FY {fiscal(start)[0]}"
        label = {
            "Year": year,
            "Quarter": f"Q{number} {year}",
            "Month": f"{date_of(start):%B} {year}",
        }
        row = {
            "Id": id_,
            "Type": kind,
            "Number": number,
            "StartDate": day_text(start),
            "EndDate": day_text(end),
            "FullyQualifiedLabel": label[kind],
            "IsForecastPeriod": flag(kind == "Quarter"),
            "SystemModstamp": self._stamp,
        }
        self._files.add("Period", row)
        return id_

    def role(self, name: str, parent: str | None) -> str:
        """A role below another; under the director's when none is given."""
        return self._role(name, parent or self._top)

    def _role(self, name: str, parent: str | None) -> str:
        id_ = self._ids.new("UserRole")
        row = {
            "Id": id_,
            "Name": name,
            "DeveloperName": name.replace(" ", "_"),
            "ParentRoleId": parent,
            "SystemModstamp": self._stamp,
        }
        self._files.add("UserRole", row)
        return id_

    def _staff(self, first: str, last: str, title: str | None) -> str:
        id_ = self._ids.new("User")
        address = f"{first}.{last}@{OWN_DOMAIN}".lower()
        row = {
            "Id": id_,
            "Name": f"{first} {last}",
            "FirstName": first,
            "LastName": last,
            "Username": address,
            "Email": address,
            "IsActive": "true",
            "UserRoleId": self._top if title else None,
            "TimeZoneSidKey": ORG_ZONE,
            "LocaleSidKey": "en_US",
            "LanguageLocaleKey": "en_US",
            "Title": title,
            "UserType": "Standard",
            "DefaultCurrencyIsoCode": "USD",
            "CreatedDate": self._stamp,
            "CreatedById": id_,
            "LastModifiedDate": self._stamp,
            "LastModifiedById": id_,
            "SystemModstamp": self._stamp,
        }
        self._files.add("User", row)
        return id_


def _months(first: int, last: int) -> list[tuple[int, int]]:
    """First and last days of the months from one day's to another's."""
    found = []
    start = first - date_of(first).day + 1
    while start <= last:
        found.append((start, month_end(start)))
        start = month_end(start) + 1
    return found


def _year_start(day: int) -> int:
    """The first day of that day's fiscal year."""
    into = (month_number(day) - (FISCAL_START - 1)) % 12
    start = day - date_of(day).day + 1
    for _ in range(into):
        start -= date_of(start - 1).day
    return start
