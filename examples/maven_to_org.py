"""Turn the Maven "CRM Sales Opportunities" tables into an organisation's folder.

    python examples/maven_to_org.py MAVEN_FOLDER ORG_FOLDER
    dealpacket demo --org ORG_FOLDER --as-of 2018-01-01

Reads accounts.csv, products.csv, sales_pipeline.csv and sales_teams.csv. What the
tables do not say is made up here and nowhere else: ids, mail addresses, close dates of
open deals (90 days after engaging) and their amounts (the list price). There is no
history and there are no activities, and none are invented.
"""

import argparse
import csv
import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final


Row = dict[str, str]
#: Stages by name: how likely, and how they are forecast.
STAGES: Final[Mapping[str, tuple[int, str]]] = {
    "Prospecting": (10, "Pipeline"),
    "Engaging": (50, "Pipeline"),
    "Won": (100, "Closed"),
    "Lost": (0, "Omitted"),
}
CLOSED: Final = frozenset({"Won", "Lost"})
#: A deal that is open is said to close so long after it was engaged.
PLANNED: Final = timedelta(days=90)
ZONES: Final = {
    "Central": "America/Chicago",
    "East": "America/New_York",
    "West": "America/Los_Angeles",
}
TEAM: Final = ("sales_agent", "regional_office", "manager")
STAMPS: Final = ("CreatedDate", "LastModifiedDate", "SystemModstamp")

#: Types of fields; the rest is text.
TYPES: Final = {
    field: kind
    for kind, fields in {
        "boolean": "IsActive IsClosed IsWon",
        "currency": "Amount AnnualRevenue TotalPrice UnitPrice",
        "date": "CloseDate",
        "datetime": "CreatedDate LastModifiedDate SystemModstamp",
        "double": "Quantity",
        "id": "Id",
        "int": "FiscalYearStartMonth NumberOfEmployees SortOrder",
        "percent": "DefaultProbability Probability",
        "reference:Account": "AccountId ParentId",
        "reference:Opportunity": "OpportunityId",
        "reference:Product2": "Product2Id",
        "reference:User": "ManagerId OwnerId",
    }.items()
    for field in fields.split()
}


def record_id(prefix: str, number: int) -> str:
    """An id of 18 characters: a prefix, a number, and the usual checksum."""
    short = f"{prefix}M{number:011d}"
    check = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
    parts = (short[start : start + 5] for start in (0, 5, 10))
    return short + "".join(
        check[sum(1 << place for place, c in enumerate(part) if c.isupper())]
        for part in parts
    )


def moment(day: date) -> str:
    """Noon of a day as a stamp."""
    return f"{day}T12:00:00.000+0000"


def stamps(made: date, changed: date) -> Row:
    """The stamps of a record."""
    return dict(zip(STAMPS, map(moment, (made, changed, changed)), strict=True))


def table(folder: Path, name: str, columns: Sequence[str]) -> list[Row]:
    """The rows of one of the four tables."""
    path = folder / name
    if not path.is_file():
        sys.exit(f"{path} is missing; give the folder that holds the Maven tables")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if missing := [c for c in columns if not rows or c not in rows[0]]:
        sys.exit(f"{path} has no {' and no '.join(missing)}; is it the right file?")
    return rows


class Maven:
    """The four tables, and the ids that their names were given."""

    def __init__(self, folder: Path) -> None:
        self.accounts = table(folder, "accounts.csv", ["account", "revenue"])
        self.products = table(folder, "products.csv", ["product", "sales_price"])
        self.deals = table(folder, "sales_pipeline.csv", ["sales_agent", "deal_stage"])
        self.teams = table(folder, "sales_teams.csv", ["sales_agent", "manager"])
        agents = [row["sales_agent"] for row in self.teams]
        self.managers = list(dict.fromkeys(row["manager"] for row in self.teams))
        self.users = numbered("005", [*self.managers, *agents])
        self.account_ids = numbered("001", [row["account"] for row in self.accounts])
        self.product_ids = numbered("01t", [squeezed(r) for r in self.products])
        self.prices = {squeezed(r): r["sales_price"] for r in self.products}
        days = [row[c] for row in self.deals for c in ("engage_date", "close_date")]
        self.began = date.fromisoformat(min(filter(None, days)))
        self.ended = date.fromisoformat(max(filter(None, days)))

    def objects(self) -> dict[str, list[Row]]:
        """Every object of the organisation with its rows."""
        return {
            "Organization": [self.organization()],
            "User": [*self.people()],
            "OpportunityStage": [*self.stages()],
            "Account": [*self.companies()],
            "Product2": [*self.goods()],
            "Opportunity": [self.deal(*d) for d in enumerate(self.deals, 1)],
            "OpportunityLineItem": [self.line(*d) for d in enumerate(self.deals, 1)],
        }

    def organization(self) -> Row:
        """The company itself."""
        return {
            "Id": record_id("00D", 1),
            "Name": "Maven",
            "FiscalYearStartMonth": "1",
            "TimeZoneSidKey": ZONES["Central"],
            "DefaultLocaleSidKey": "en_US",
            "SystemModstamp": moment(self.began),
        }

    def people(self) -> Iterable[Row]:
        """Managers and the reps who report to them."""
        of_manager = {row["manager"]: row["regional_office"] for row in self.teams}
        for name in self.managers:
            yield self.person(name, "Regional Manager", of_manager[name])
        for row in self.teams:
            rep, region, manager = (row[column] for column in TEAM)
            yield self.person(rep, "Account Executive", region, self.users[manager])

    def person(self, name: str, title: str, region: str, manager: str = "") -> Row:
        """A user; the mail address follows from the name."""
        first, _, last = name.partition(" ")
        mail = f"{'.'.join(name.lower().split())}@maven.example"
        return {
            "Id": self.users[name],
            "Name": name,
            "FirstName": first,
            "LastName": last,
            "Username": mail,
            "Email": mail,
            "IsActive": "true",
            "ManagerId": manager,
            "Title": title,
            "Division": region,
            "TimeZoneSidKey": ZONES.get(region, ZONES["Central"]),
            "UserType": "Standard",
            **stamps(self.began, self.began),
        }

    def stages(self) -> Iterable[Row]:
        """The stages in their order."""
        for number, (name, (likely, forecast)) in enumerate(STAGES.items(), 1):
            yield {
                "Id": record_id("01J", number),
                "MasterLabel": name,
                "ApiName": name,
                "IsActive": "true",
                "SortOrder": str(number),
                "IsClosed": truth(name in CLOSED),
                "IsWon": truth(name == "Won"),
                "DefaultProbability": str(likely),
                "ForecastCategoryName": forecast,
                "SystemModstamp": moment(self.began),
            }

    def companies(self) -> Iterable[Row]:
        """Accounts; each belongs to the rep who has most deals with it."""
        owners = {
            account: Counter(
                row["sales_agent"] for row in self.deals if row["account"] == account
            )
            for account in self.account_ids
        }
        for row in self.accounts:
            ranked = owners[row["account"]].most_common(1)
            owner = ranked[0][0] if ranked else self.managers[0]
            yield {
                "Id": self.account_ids[row["account"]],
                "IsDeleted": "false",
                "Name": row["account"],
                "Industry": row["sector"],
                "AnnualRevenue": str(round(float(row["revenue"] or 0) * 1_000_000)),
                "NumberOfEmployees": row.get("employees", ""),
                "BillingCountry": row.get("office_location", ""),
                "ParentId": self.account_ids.get(row.get("subsidiary_of", ""), ""),
                "OwnerId": self.users[owner],
                **stamps(self.began, self.began),
            }

    def goods(self) -> Iterable[Row]:
        """Products."""
        for row in self.products:
            yield {
                "Id": self.product_ids[squeezed(row)],
                "Name": row["product"],
                "Family": row.get("series", ""),
                "IsActive": "true",
                "IsDeleted": "false",
                **stamps(self.began, self.began),
            }

    def deal(self, number: int, row: Row) -> Row:
        """An opportunity."""
        stage, closed = row["deal_stage"], row["deal_stage"] in CLOSED
        likely, forecast = STAGES[stage]
        engaged = date.fromisoformat(row["engage_date"] or str(self.ended))
        closes = date.fromisoformat(row["close_date"] or str(engaged + PLANNED))
        return {
            "Id": record_id("006", number),
            "IsDeleted": "false",
            "AccountId": self.account_ids.get(row["account"], ""),
            "Name": f"{row['account'] or 'Unknown account'}: {row['product']}",
            "StageName": stage,
            "Amount": row["close_value"] or self.prices.get(squeezed(row), ""),
            "Probability": str(likely),
            "CloseDate": str(closes),
            "IsClosed": truth(closed),
            "IsWon": truth(stage == "Won"),
            "ForecastCategoryName": forecast,
            "NextStep": "",
            "OwnerId": self.users[row["sales_agent"]],
            **stamps(engaged, closes if closed else engaged),
        }

    def line(self, number: int, row: Row) -> Row:
        """What an opportunity is about: one of a product."""
        deal = self.deal(number, row)
        return {
            "Id": record_id("00k", number),
            "OpportunityId": deal["Id"],
            "Product2Id": self.product_ids.get(squeezed(row), ""),
            "Quantity": "1",
            "UnitPrice": self.prices.get(squeezed(row), ""),
            "TotalPrice": deal["Amount"],
            "IsDeleted": "false",
            **{name: deal[name] for name in STAMPS},
        }


def numbered(prefix: str, names: Iterable[str]) -> dict[str, str]:
    """Ids for names, in their order."""
    return {name: record_id(prefix, n) for n, name in enumerate(names, 1)}


def squeezed(row: Row) -> str:
    """A product's name without blanks: "GTXPro" and "GTX Pro" are the same."""
    return row["product"].replace(" ", "")


def truth(value: bool) -> str:  # noqa: FBT001 -- it is the value
    """True or false as a cell."""
    return str(value).lower()


def write(folder: Path, objects: Mapping[str, Sequence[Row]]) -> None:
    """One file per object, and the types of their fields."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in objects.items():
        path = folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        print(f"{path}: {len(rows)} rows")
    path = folder / "schema.json"
    types = {
        name: {field: TYPES[field] for field in rows[0] if field in TYPES}
        for name, rows in objects.items()
    }
    path.write_text(json.dumps(types, indent=1) + "\n", encoding="utf-8")
    print(f"{path}: types of {sum(map(len, types.values()))} fields")


def main() -> None:
    """Read one folder, write the other."""
    parser = argparse.ArgumentParser(description="Maven's tables as an org's folder.")
    parser.add_argument("source", type=Path, help="the folder with the four tables")
    parser.add_argument("target", type=Path, help="the folder to write the org to")
    given = parser.parse_args()
    write(given.target, Maven(given.source).objects())


if __name__ == "__main__":
    main()
