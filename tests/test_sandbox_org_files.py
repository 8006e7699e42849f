"""Folders of CSV files: what is read, what is made up for them, what is refused."""

import gzip
from itertools import product
from pathlib import Path

import pytest

from sandbox.errors import OrgError
from sandbox.org import Org
from sandbox.schema_ids import full_id, numbered
from tests.sandbox_soql_orgs import NOW, ask


DEAL = numbered("006", 1)
OTHER = numbered("006", 2)
HEADER = "Id,Name,Amount,CloseDate,IsClosed\n"
ROW = f"{DEAL},Alpha,1.50,2026-01-31,true\n"


def org_of(folder: Path, files: dict[str, str | bytes]) -> Org:
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(data)
    return Org.load(folder)


ALL = "SELECT Id, Name, Amount, CloseDate, IsClosed FROM Opportunity"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("Opportunity.csv", HEADER + ROW),
        ("opportunity.csv", HEADER + ROW),
        ("Opportunity.csv", "\ufeff" + (HEADER + ROW).replace("\n", "\r\n")),
        ("Opportunity.csv", HEADER + "\n" + ROW + "\n\n"),
        ("Opportunity.csv", HEADER + ROW.replace(DEAL, DEAL[:15])),
        ("Opportunity.csv.gz", gzip.compress((HEADER + ROW).encode(), mtime=0)),
    ],
)
def test_a_file_is_read(tmp_path: Path, name: str, content: str | bytes) -> None:
    org = org_of(tmp_path, {name: content})

    assert ask(org, ALL) == [
        {
            "Id": DEAL,
            "Name": "Alpha",
            "Amount": 1.5,
            "CloseDate": "2026-01-31",
            "IsClosed": True,
        }
    ]


def test_short_ids_get_the_checksum_of_their_capitals(tmp_path: Path) -> None:
    fives = ["".join(case) for case in product("0A", repeat=5)]
    short = [one + two + two[::-1] for one, two in zip(fives, fives[::-1], strict=True)]
    rows = "".join(f"{number},x\n" for number in short)
    org = org_of(tmp_path, {"Opportunity.csv": f"Id,Name\n{rows}"})

    found = {record["Id"] for record in ask(org, "SELECT Id FROM Opportunity")}
    assert found == {full_id(number) for number in short}


def test_an_empty_folder_is_an_organisation_without_records(tmp_path: Path) -> None:
    org = Org.load(tmp_path)

    assert ask(org, "SELECT Id, Name, CloseDate FROM Opportunity") == []
    assert ask(org, "SELECT Subject FROM Task") == []


def test_a_folder_may_do_without_a_schema(tmp_path: Path) -> None:
    rows = f"{DEAL},7,2026-01-31,2026-01-31T10:00:00Z,true,007,\n"
    org = org_of(
        tmp_path, {"Opportunity.csv": f"Id,A__c,B__c,C__c,D__c,E__c,F__c\n{rows}"}
    )
    fields = {f.name: f.type for f in org.sobject("Opportunity").fields}

    assert {name: fields[name] for name in fields if name.endswith("__c")} == {
        "A__c": "double",
        "B__c": "date",
        "C__c": "datetime",
        "D__c": "boolean",
        "E__c": "string",
        "F__c": "string",
    }


def test_the_schema_decides_the_type(tmp_path: Path) -> None:
    schema = '{"Opportunity": {"Size__c": "string", "Friend__c": "reference:Account"}}'
    rows = f"Id,Size__c,Friend__c\n{DEAL},007,{numbered('001', 1)}\n"
    account = f"Id,Name\n{numbered('001', 1)},Acme\n"
    files = {"Opportunity.csv": rows, "Account.csv": account, "schema.json": schema}
    org = org_of(tmp_path, {**files})

    assert ask(org, "SELECT Size__c, Friend__r.Name FROM Opportunity") == [
        {"Size__c": "007", "Friend__r": {"Name": "Acme"}}
    ]


def test_stamps_that_a_file_lacks_are_taken_from_those_it_has(tmp_path: Path) -> None:
    rows = f"Id,LastModifiedDate\n{DEAL},2026-03-04T05:06:07+01:00\n"
    org = org_of(tmp_path, {"Opportunity.csv": rows})
    stamp = "2026-03-04T04:06:07.000+0000"

    soql = "SELECT CreatedDate, SystemModstamp, IsDeleted FROM Opportunity"
    assert ask(org, soql) == [
        {"CreatedDate": stamp, "SystemModstamp": stamp, "IsDeleted": False}
    ]


def test_objects_of_ones_own_are_served(tmp_path: Path) -> None:
    org = org_of(tmp_path, {"Ship__c.csv": "Id,Name,Crew__c\na00000000000001,Ark,8\n"})

    assert ask(org, "SELECT Name, Crew__c FROM Ship__c") == [
        {"Name": "Ark", "Crew__c": 8.0}
    ]
    assert org.sobject("ship__C").custom


def test_fields_of_features_are_there_only_with_a_file(tmp_path: Path) -> None:
    plain = Org.load(tmp_path)
    several = org_of(tmp_path, {"Opportunity.csv": f"Id,CurrencyIsoCode\n{DEAL},EUR\n"})

    assert not plain.sobject("Opportunity").has("CurrencyIsoCode")
    assert several.sobject("Opportunity").has("CurrencyIsoCode")
    assert "opportunitysplit" not in plain.sobjects


def test_an_unknown_time_zone_is_taken_for_utc(tmp_path: Path) -> None:
    rows = f"Id,Name,TimeZoneSidKey\n{numbered('00D', 1)},Acme,Mars/Base\n"
    org = org_of(tmp_path, {"Organization.csv": rows})

    assert org.moments(NOW).zone.key == "UTC"


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        (
            {"Opportunity.csv": HEADER + ROW + f'{OTHER},"a\nb",1,soon,true\n'},
            (
                "Opportunity.csv line 3: column CloseDate: 'soon' is not a date;"
                " write YYYY-MM-DD"
            ),
        ),
        (
            {"Opportunity.csv": HEADER + f'{OTHER},"a\nb",1,,true\n' + "x,,,,\n"},
            (
                "Opportunity.csv line 4: column Id: 'x' is not a id;"
                " write an id of 15 or 18 letters and digits"
            ),
        ),
        (
            {
                "Opportunity.csv.gz": gzip.compress(
                    (HEADER + f"{DEAL},A,lots,,\n").encode(), mtime=0
                )
            },
            (
                "Opportunity.csv.gz line 2: column Amount: 'lots' is not a currency;"
                " write a number"
            ),
        ),
        (
            {"Opportunity.csv": HEADER + f"{DEAL},A,1,,maybe\n"},
            "line 2: column IsClosed: 'maybe' is not a boolean; write true or false",
        ),
        (
            {"Opportunity.csv": HEADER + f"{DEAL},A\n"},
            (
                "line 2: 2 columns where the first line names 5; quote cells that"
                " contain commas or line ends"
            ),
        ),
        (
            {"Opportunity.csv": HEADER + ROW + ROW},
            f"line 3: column Id: '{DEAL}' is already on line 2; remove one of the two",
        ),
        (
            {"Opportunity.csv": HEADER + ",A,1,,true\n"},
            "line 2: column Id: is empty; every record needs an id",
        ),
        (
            {"Opportunity.csv": HEADER + f'{DEAL},"A,1,,true\n'},
            (
                "line 2: cannot be read as UTF-8 CSV (unexpected end of data);"
                " save it again as UTF-8 with quoted cells"
            ),
        ),
        (
            {"Opportunity.csv": HEADER.encode() + f"{DEAL},é,1,,\n".encode("latin-1")},
            "save it again as UTF-8 with quoted cells",
        ),
        ({"Opportunity.csv.gz": b"plain"}, "Not a gzipped file"),
        ({"Opportunity.csv": ""}, "the file is empty; its first line must name fields"),
        ({"Opportunity.csv": "Name\nA\n"}, "line 1: there is no column Id;"),
        ({"Opportunity.csv": "Id,Name,name\n"}, "line 1: column Name appears twice;"),
        ({"Opportunity.csv": "Id;Name\n"}, "'Id;Name' cannot name a field; rename it"),
        ({"My deals.csv": HEADER}, "'My deals' cannot name an object; rename the file"),
        (
            {"Opportunity.csv": HEADER, "Opportunity.csv.gz": b""},
            "Opportunity has two files; remove one",
        ),
        ({"schema.json": "{"}, "schema.json: not valid JSON"),
        ({"schema.json": "[]"}, 'schema.json: write {"<object>"'),
        ({"schema.json": '{"Task": 3}'}, "schema.json: Task: write"),
        (
            {"schema.json": '{"Task": {"Size__c": "strin"}}'},
            "schema.json: Task.Size__c has the unknown type 'strin'; use one of id,",
        ),
        (
            {"schema.json": '{"Task": {"A__c": 3}}'},
            "has the unknown type 3; use one of",
        ),
    ],
)
def test_a_broken_folder_names_place_and_remedy(
    tmp_path: Path, files: dict[str, str | bytes], complaint: str
) -> None:
    with pytest.raises(OrgError) as refused:
        org_of(tmp_path, files)

    assert str(tmp_path) in str(refused.value)
    assert complaint in str(refused.value)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(OrgError, match="there is no such folder; name one with CSV"):
        Org.load(tmp_path / "none")
