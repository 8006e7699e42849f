"""What queries mean, read off a handful of records; what is refused, by which code."""

# ruff: noqa: S608 -- putting queries together is what these tests do

from pathlib import Path
from typing import Any

import pytest

from sandbox.org import Org
from tests.sandbox_soql_orgs import (
    ADA,
    BOB,
    DEAL,
    NOW,
    ROBOT,
    ask,
    refusal,
    write_small_org,
)


@pytest.fixture(scope="module")
def org(tmp_path_factory: pytest.TempPathFactory) -> Org:
    return Org.load(write_small_org(tmp_path_factory.mktemp("small")))


def firsts(records: list[dict[str, Any]]) -> list[Any]:
    """The first field of every record."""
    return [next(iter(record.values())) for record in records]


DEALS = "SELECT Name FROM Opportunity WHERE "


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        # Text is compared without regard to case; LIKE knows two wildcards.
        ("Name = 'ALPHA'", ["Alpha"]),
        ("Name LIKE 'alpha%'", ["Alpha", "alpha two"]),
        ("Name LIKE '_amma'", ["Gamma"]),
        (r"Name LIKE '\_amma'", []),
        (r"Name = 'it\'s'", ["It's"]),
        (r"Name = '\u0041lpha'", ["Alpha"]),
        (r"Name LIKE '\\'", []),
        (r"Name LIKE '\u005c'", []),
        ("Account.Name = 'BETA 50% OFF'", ["Gamma", "Zeta"]),
        (r"Account.Name LIKE '%50\%%'", ["Gamma", "Zeta"]),
        ("Name > 'b' AND Name < 'h'", ["Gamma"]),
        # Nothing: equal only to null, unequal to everything else, in no order.
        ("Amount = null", ["It's"]),
        ("Amount != null AND Amount <= 0", ["Zeta"]),
        ("Amount != 100", ["alpha two", "Gamma", "It's", "Zeta"]),
        ("Amount <> 100 AND Amount < 1e3", ["alpha two", "Zeta"]),
        ("Account.Name = ''", ["It's"]),
        ("AccountId = null", ["It's"]),
        ("Amount IN (100, 250.5, null)", ["Alpha", "alpha two", "It's"]),
        ("Amount NOT IN (100, 250.5)", ["Gamma", "It's", "Zeta"]),
        ("NOT Amount > 100", ["Alpha", "It's", "Zeta"]),
        ("NOT (IsClosed = true OR Amount = null)", ["Alpha", "alpha two", "Zeta"]),
        (f"(IsClosed = true OR Amount = 0) AND OwnerId = '{BOB}'", ["Gamma"]),
        # Ids of 15 and of 18 characters are the same id; their case matters.
        (f"Id = '{DEAL[1][:15]}'", ["Alpha"]),
        (f"Id IN ('{DEAL[1]}', '{DEAL[2][:15]}')", ["Alpha", "alpha two"]),
        (f"Id != '{DEAL[1][:15]}' AND OwnerId = '{ADA}'", ["alpha two"]),
        (f"Id = '{DEAL[1][:15].lower()}'", []),
        # Paths lead over several relationships.
        ("Account.Owner.Name = 'Ada'", ["Alpha", "alpha two"]),
        ("Account.Owner.Manager.Name = 'Bob'", ["Alpha", "alpha two"]),
        ("Opportunity.Name = 'Gamma'", ["Gamma"]),
        # Choices of a multi-select.
        ("Products__c INCLUDES ('Pumps;Valves')", ["Alpha"]),
        ("Products__c INCLUDES ('Pumps;Valves', 'valves')", ["Alpha", "alpha two"]),
        ("Products__c EXCLUDES ('Pumps')", ["alpha two", "It's", "Zeta"]),
        # Days: the week begins on Sunday, the fiscal year in February.
        ("CloseDate = TODAY", ["Gamma"]),
        ("CloseDate = YESTERDAY", ["Alpha"]),
        ("CloseDate = 2026-12-31", ["alpha two"]),
        ("CloseDate = LAST_N_DAYS:1", ["Alpha", "Gamma"]),
        ("CloseDate = NEXT_N_DAYS:60", ["alpha two"]),
        ("CloseDate = THIS_WEEK", ["Alpha", "Gamma"]),
        ("CloseDate = THIS_MONTH", ["Alpha", "Gamma"]),
        ("CloseDate = NEXT_QUARTER", ["It's"]),
        ("CloseDate = THIS_FISCAL_QUARTER", ["Alpha", "alpha two", "Gamma"]),
        ("CloseDate = NEXT_FISCAL_YEAR", ["It's"]),
        ("CloseDate = LAST_N_YEARS:1", ["Zeta"]),
        ("CloseDate = N_YEARS_AGO:1", ["Zeta"]),
        ("CloseDate < LAST_YEAR", []),
        ("CloseDate > THIS_YEAR", ["It's"]),
        ("CloseDate != THIS_YEAR", ["It's", "Zeta"]),
        ("CloseDate IN (TODAY, TOMORROW)", ["Gamma"]),
        # Moments: days are those of the organisation, five hours behind UTC.
        ("CreatedDate >= 2026-11-20T12:00:00Z", ["Alpha", "Gamma"]),
        ("CreatedDate > 2026-11-20T13:00:00+01:00", ["Gamma"]),
        ("CreatedDate = TODAY", ["Gamma"]),
        ("CreatedDate < LAST_N_MONTHS:1", ["It's", "Zeta"]),
        ("DAY_ONLY(CreatedDate) = 2026-10-31", ["alpha two"]),
        ("CALENDAR_MONTH(CloseDate) = 11", ["Alpha", "Gamma", "Zeta"]),
        # Subqueries.
        (
            "AccountId IN (SELECT Id FROM Account WHERE Industry = 'Banking')",
            ["Alpha", "alpha two"],
        ),
        (
            "Id NOT IN (SELECT OpportunityId FROM OpportunityContactRole)",
            ["alpha two", "Gamma", "It's", "Zeta"],
        ),
        (
            (
                "Id IN (SELECT WhatId FROM Task WHERE Subject = 'Call')"
                " AND OwnerId IN (SELECT Id FROM User WHERE IsActive = true)"
            ),
            ["Alpha"],
        ),
    ],
)
def test_a_condition_finds_these_deals(
    org: Org, condition: str, names: list[str]
) -> None:
    assert firsts(ask(org, DEALS + condition + " ORDER BY Name")) == names


@pytest.mark.parametrize(
    ("soql", "firsts_"),
    [
        # Stages in the order in which they are set up, others after them.
        (
            "SELECT Name FROM Opportunity ORDER BY StageName, Name DESC",
            ["It's", "Alpha", "alpha two", "Gamma", "Zeta"],
        ),
        (
            "SELECT Name FROM Opportunity ORDER BY Amount",
            ["It's", "Zeta", "Alpha", "alpha two", "Gamma"],
        ),
        (
            (
                "SELECT Name FROM Opportunity ORDER BY Amount DESC NULLS LAST LIMIT 2"
                " OFFSET 1"
            ),
            ["alpha two", "Alpha"],
        ),
        (
            "SELECT Name FROM Opportunity ORDER BY Account.Name NULLS LAST, Name",
            ["Alpha", "alpha two", "Gamma", "Zeta", "It's"],
        ),
        ("SELECT Name FROM Opportunity LIMIT 0", []),
        ("SELECT Name FROM Opportunity OFFSET 2000", []),
        ("SELECT Name FROM Opportunity WHERE Amount = 5", []),
        ("SELECT Name FROM Opportunity WHERE Amount = 5 ALL ROWS", ["Deleted"]),
        ("SELECT Name FROM Opportunity USING SCOPE mine", ["Alpha", "alpha two"]),
        ("select name from opportunity where amount > 500 for view", ["Gamma"]),
        ("SELECT Subject FROM Task ORDER BY Subject", ["Call", "Mail", "Old and open"]),
        ("SELECT Subject FROM Event", ["Demo"]),
        (
            "SELECT Subject FROM Task WHERE What.Type = 'Account'",
            ["Mail"],
        ),
        (
            (
                "SELECT o.Name, a.Name FROM Opportunity o, o.Account a"
                " WHERE a.Name = 'Acme' AND o.Amount > 200"
            ),
            ["alpha two"],
        ),
    ],
)
def test_a_query_finds_these_rows(org: Org, soql: str, firsts_: list[str]) -> None:
    assert firsts(ask(org, soql)) == firsts_


@pytest.mark.parametrize(
    ("soql", "records"),
    [
        (
            (
                "SELECT Account.Name, Account.Owner.Name, Owner.Name FROM Opportunity"
                " WHERE Name IN ('Alpha', 'It\\'s') ORDER BY Name"
            ),
            [
                {
                    "Account": {"Name": "Acme", "Owner": {"Name": "Ada"}},
                    "Owner": {"Name": "Ada"},
                },
                {"Account": None, "Owner": {"Name": "Bob"}},
            ],
        ),
        (
            (
                "SELECT Name, (SELECT Subject FROM Tasks), (SELECT Id FROM Events"
                " WHERE Subject = 'None') FROM Opportunity WHERE Name = 'Alpha'"
            ),
            [
                {
                    "Name": "Alpha",
                    "Tasks": {
                        "totalSize": 1,
                        "done": True,
                        "records": [{"Subject": "Call"}],
                    },
                    "Events": None,
                }
            ],
        ),
        (
            (
                "SELECT TYPEOF What WHEN Opportunity THEN StageName WHEN Account THEN"
                " Industry ELSE Name END FROM Task ORDER BY Subject"
            ),
            [
                {"What": {"StageName": "Qualify"}},
                {"What": {"Industry": "Banking"}},
                {"What": {"StageName": "Agree"}},
            ],
        ),
        (
            "SELECT Who.Name, Who.Email, What.Type FROM Task WHERE Subject = 'Call'",
            [
                {
                    "Who": {"Name": "Carl", "Email": "carl@acme.example"},
                    "What": {"Type": "Opportunity"},
                }
            ],
        ),
        (
            (
                "SELECT StageName, COUNT(Id), SUM(Amount) total FROM Opportunity"
                " GROUP BY StageName HAVING COUNT(Id) > 1"
            ),
            [{"StageName": "Qualify", "expr0": 2, "total": 100.0}],
        ),
        (
            (
                "SELECT COUNT(Id), COUNT_DISTINCT(OwnerId), AVG(Amount),"
                " MAX(CloseDate), MIN(Name) FROM Opportunity"
            ),
            [
                {
                    "expr0": 5,
                    "expr1": 3,
                    "expr2": 337.625,
                    "expr3": "2027-02-01",
                    "expr4": "Alpha",
                }
            ],
        ),
        (
            (
                "SELECT OwnerId, COUNT(Id) n, GROUPING(OwnerId) g FROM Opportunity"
                " GROUP BY ROLLUP(OwnerId)"
            ),
            [
                {"OwnerId": ADA, "n": 2, "g": 0},
                {"OwnerId": BOB, "n": 2, "g": 0},
                {"OwnerId": ROBOT, "n": 1, "g": 0},
                {"OwnerId": None, "n": 5, "g": 1},
            ],
        ),
        (
            (
                "SELECT FISCAL_YEAR(CloseDate) y, COUNT(Id) n FROM Opportunity"
                " GROUP BY FISCAL_YEAR(CloseDate) ORDER BY FISCAL_YEAR(CloseDate) DESC"
            ),
            [{"y": 2028, "n": 1}, {"y": 2027, "n": 3}, {"y": 2026, "n": 1}],
        ),
        (
            (
                "SELECT Account.Name, MAX(Amount) FROM Opportunity"
                " WHERE AccountId != null GROUP BY Account.Name ORDER BY MAX(Amount)"
            ),
            [
                {"Name": "Acme", "expr0": 250.5},
                {"Name": "beta 50% off", "expr0": 1000.0},
            ],
        ),
        (
            (
                "SELECT toLabel(StageName), FORMAT(Amount) FROM Opportunity"
                " WHERE Amount = 1000"
            ),
            [{"StageName": "Won", "Amount": "1,000.00"}],
        ),
        (
            "SELECT FIELDS(CUSTOM) FROM Opportunity WHERE Name = 'Gamma' LIMIT 1",
            [{"Products__c": "Pumps", "Notes__c": None}],
        ),
    ],
)
def test_a_query_shows_these_records(
    org: Org, soql: str, records: list[dict[str, Any]]
) -> None:
    assert ask(org, soql) == records


def test_counting_gives_a_number_and_no_records(org: Org) -> None:
    found = org.query("SELECT COUNT() FROM Opportunity WHERE Amount > 0", now=NOW)

    assert (found.total, found.records(0, 10)) == (3, [])


@pytest.mark.parametrize(
    ("source", "subjects"),
    [
        ("Task", ["Call", "Mail", "Old and open", "Old call"]),
        ("Event", ["Demo", "Kick-off"]),
    ],
)
def test_archived_activities_come_only_with_all_rows(
    org: Org, source: str, subjects: list[str]
) -> None:
    soql = f"SELECT Subject FROM {source} ORDER BY Subject"

    assert firsts(ask(org, soql, all_rows=True)) == subjects


def test_children_that_are_deleted_come_only_with_all_rows(org: Org) -> None:
    soql = (
        "SELECT Name, (SELECT Name FROM Opportunities ORDER BY StageName, Name)"
        " FROM Account WHERE Name = 'Acme'"
    )
    (plain,), (whole,) = ask(org, soql), ask(org, soql, all_rows=True)

    assert firsts(plain["Opportunities"]["records"]) == ["Alpha", "alpha two"]
    assert firsts(whole["Opportunities"]["records"]) == [
        "Alpha",
        "Deleted",
        "alpha two",
    ]


@pytest.mark.parametrize(
    ("soql", "code", "reason"),
    [
        ("SELECT * FROM Opportunity", "MALFORMED_QUERY", "unexpected token: '*'"),
        ("SELECT Id FROM", "MALFORMED_QUERY", "unexpected token: '<EOF>'"),
        ("SELECT Id Opportunity", "MALFORMED_QUERY", "unexpected token"),
        ("SELECT Id, FROM Opportunity", "MALFORMED_QUERY", "unexpected token"),
        ("UPDATE Opportunity SET Name = 'x'", "MALFORMED_QUERY", "'UPDATE'"),
        ("SELECT Id FROM Opportunity;", "MALFORMED_QUERY", "unexpected token: ';'"),
        ("SELECT DISTINCT(Name) FROM Account", "MALFORMED_QUERY", "'DISTINCT'"),
        ("SELECT Id FROM Account WHERE", "MALFORMED_QUERY", "'<EOF>'"),
        ("SELECT Id FROM Account WHERE Name == 'x'", "MALFORMED_QUERY", "'='"),
        ('SELECT Id FROM Account WHERE Name = "x"', "MALFORMED_QUERY", "'\"'"),
        ("SELECT Id FROM Account WHERE Name = 'x", "MALFORMED_QUERY", "mismatched"),
        (r"SELECT Id FROM Account WHERE Name = '\q'", "MALFORMED_QUERY", "Illegal"),
        (DEALS + r"Name = '\u12'", "MALFORMED_QUERY", "Invalid unicode escape"),
        (DEALS + r"Name = '\ud800'", "MALFORMED_QUERY", "Invalid unicode escape"),
        (DEALS + "NOT " * 2_000 + "Amount = 1", "QUERY_TOO_COMPLICATED", "nested"),
        ("SELECT Id FROM Account WHERE Id IN ()", "MALFORMED_QUERY", "')'"),
        (
            DEALS + "IsClosed = true AND Amount > 1 OR Amount < 5",
            "MALFORMED_QUERY",
            "unexpected token: 'OR'",
        ),
        ("SELECT Id FROM Account LIMIT -1", "MALFORMED_QUERY", "'-1'"),
        ("SELECT Id FROM Account LIMIT 5.5", "MALFORMED_QUERY", "'5.5'"),
        (
            "SELECT Id FROM Account OFFSET 2001",
            "NUMBER_OUTSIDE_VALID_RANGE",
            "Maximum SOQL offset allowed is 2000",
        ),
        (
            "SELECT Nope FROM Account",
            "INVALID_FIELD",
            "No such column 'Nope'",
        ),
        ("SELECT Id FROM Nope", "INVALID_TYPE", "sObject type 'Nope' is not supported"),
        ("SELECT Nope.Name FROM Task", "INVALID_FIELD", "Didn't understand relation"),
        ("SELECT Id FROM Task ORDER BY Nope", "INVALID_FIELD", "No such column 'Nope'"),
        (
            "SELECT (SELECT Id FROM Nopes) FROM Account",
            "INVALID_TYPE",
            "Didn't understand relationship 'Nopes' in FROM part",
        ),
        ("SELECT Id, Id FROM Account", "MALFORMED_QUERY", "duplicate field selected"),
        ("SELECT Id, COUNT(Id) FROM Account", "MALFORMED_QUERY", "must be grouped"),
        ("SELECT COUNT(), Id FROM Account", "MALFORMED_QUERY", "'COUNT'"),
        ("SELECT SUM(Name) FROM Account", "MALFORMED_QUERY", "aggregate operator SUM"),
        ("SELECT COUNT(Id) FROM Account LIMIT 1", "MALFORMED_QUERY", "cannot also use"),
        ("SELECT Name n FROM Account", "MALFORMED_QUERY", "only aggregate expressions"),
        (
            "SELECT Amount FROM Opportunity GROUP BY Amount",
            "MALFORMED_QUERY",
            "field 'Amount' can not be grouped in a query call",
        ),
        (
            "SELECT Name FROM Account GROUP BY OwnerId",
            "MALFORMED_QUERY",
            "Field must be grouped or aggregated: Name",
        ),
        (
            "SELECT OwnerId FROM Account HAVING COUNT(Id) > 1",
            "MALFORMED_QUERY",
            "unexpected token: 'HAVING'",
        ),
        (DEALS + "COUNT(Id) > 1", "MALFORMED_QUERY", "'COUNT(Id)'"),
        (DEALS + "FORMAT(Amount) = '1'", "MALFORMED_QUERY", "'FORMAT(Amount)'"),
        (DEALS + "convertCurrency(Amount) > 1", "MALFORMED_QUERY", "convertCurrency"),
        (
            DEALS + "AccountId IN (SELECT Id FROM Account) OR IsClosed = true",
            "MALFORMED_QUERY",
            "not allowed with the 'OR' operator",
        ),
        (
            DEALS + "Id IN (SELECT Id FROM Opportunity)",
            "MALFORMED_QUERY",
            "should not be on the same object type",
        ),
        (
            DEALS + "Name IN (SELECT Name FROM Account)",
            "MALFORMED_QUERY",
            "should be id or reference field",
        ),
        (
            DEALS + "AccountId IN (SELECT OwnerId FROM Account)",
            "MALFORMED_QUERY",
            "should point to the same object type",
        ),
        (
            DEALS + "AccountId IN (SELECT Id FROM Account LIMIT 1)",
            "MALFORMED_QUERY",
            "LIMIT",
        ),
        (DEALS + "Amount = '5'", "INVALID_FIELD", "should not be enclosed in quotes"),
        (DEALS + "Name = 5", "INVALID_FIELD", "should be enclosed in quotes"),
        (DEALS + "IsClosed = 'true'", "INVALID_FIELD", "must be of type boolean"),
        (DEALS + "CreatedDate = 2026-10-31", "INVALID_FIELD", "of type dateTime"),
        (DEALS + "CloseDate = 2026-10-31T00:00:00Z", "INVALID_FIELD", "of type date"),
        (DEALS + "CloseDate = LAST_N_DAYS", "INVALID_FIELD", "of type date"),
        (DEALS + "CloseDate = 2026-13-01", "MALFORMED_QUERY", "Invalid date"),
        (DEALS + "CreatedDate > 2026-10-31T12:00:00", "MALFORMED_QUERY", "'T12'"),
        (DEALS + "Id = 'xyz'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field"),
        (DEALS + "Id LIKE '006%'", "INVALID_QUERY_FILTER_OPERATOR", "on id field"),
        (DEALS + "Amount LIKE '1%'", "INVALID_QUERY_FILTER_OPERATOR", "operator"),
        (
            DEALS + "Name INCLUDES ('x')",
            "INVALID_QUERY_FILTER_OPERATOR",
            "only valid on multipicklist field",
        ),
        (
            DEALS + "Notes__c = 'n'",
            "INVALID_FIELD",
            "field 'Notes__c' can not be filtered in a query call",
        ),
        (
            "SELECT Id FROM Opportunity ORDER BY Description",
            "MALFORMED_QUERY",
            "field 'Description' can not be sorted in a query call",
        ),
        ("SELECT FIELDS(ALL) FROM Account", "MALFORMED_QUERY", "LIMIT of at most 200"),
        (
            "SELECT TYPEOF Account WHEN Account THEN Name END FROM Opportunity",
            "MALFORMED_QUERY",
            "TYPEOF is not supported",
        ),
        (
            "SELECT Account.Owner.Manager.Manager.Manager.Manager.Id FROM Opportunity",
            "MALFORMED_QUERY",
            "more than 5 levels",
        ),
        ("SELECT Id FROM Account USING SCOPE team", "MALFORMED_QUERY", "scope team"),
        ("SELECT Id FROM Account WITH NONSENSE", "MALFORMED_QUERY", "'NONSENSE'"),
    ],
)
def test_a_query_is_refused(org: Org, soql: str, code: str, reason: str) -> None:
    refused = refusal(org, soql)

    assert (refused.status, refused.code) == (400, code)
    assert reason in refused.message


@pytest.mark.parametrize(
    ("soql", "code"),
    [
        ("SELECT COUNT(Id) FROM Opportunity", "API_ERROR"),
        ("SELECT StageName FROM Opportunity GROUP BY StageName", "API_ERROR"),
        ("SELECT Id, (SELECT Id FROM Tasks) FROM Opportunity", "API_ERROR"),
        ("SELECT Id FROM Opportunity OFFSET 3", "API_ERROR"),
        ("SELECT TYPEOF What WHEN Account THEN Name END FROM Task", "API_ERROR"),
        ("SELECT FIELDS(ALL) FROM Opportunity LIMIT 1", "API_ERROR"),
        ("SELECT Id FROM TaskStatus", "INVALIDENTITY"),
        ("SELECT Nope FROM Opportunity", "INVALID_FIELD"),
    ],
)
def test_bulk_refuses_what_is_not_a_plain_list(org: Org, soql: str, code: str) -> None:
    assert refusal(org, soql, bulk=True).code == code


def test_a_query_of_a_hundred_thousand_characters_is_too_long(org: Org) -> None:
    soql = DEALS + "Name = '" + "x" * 100_000 + "'"

    assert refusal(org, soql).code == "QUERY_TOO_COMPLICATED"


def test_a_refusal_points_at_the_place(org: Org) -> None:
    refused = refusal(org, "SELECT Id,\nNope FROM Account")

    assert refused.message.startswith(
        "\nSELECT Id, Nope FROM Account\n           ^\nERROR at Row:2:Column:1\n"
    )


def test_the_same_question_gets_the_same_order(tmp_path: Path) -> None:
    soql = "SELECT Id FROM Opportunity WHERE Account.Name != 'Acme'"
    orgs = [Org.load(write_small_org(tmp_path / name)) for name in "ab"]

    assert [firsts(ask(org, soql)) for org in orgs] == [[DEAL[3], DEAL[4], DEAL[6]]] * 2
