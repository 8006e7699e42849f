from datetime import UTC, datetime
from typing import Any

import pytest

from reports.facts.exchanges import exchanges
from reports.model import Exchange
from tests.mirrors import ADA, HEALTHY, engine_of


SINCE = datetime(2026, 3, 1, tzinfo=UTC)
T = datetime(2026, 3, 13, 18, tzinfo=UTC)
CLEO = "005000000000CLEAAA"
BO = "005000000000BO0AAA"
USERS = [
    {**HEALTHY["User"][0], "ManagerId": CLEO},
    {"Id": CLEO, "Name": "Cleo Marsh", "Email": "cleo@acme.example"},
    {"Id": BO, "Name": "Bo Okoye", "Email": "bo@acme.example"},
]
EVENT = {
    "Id": "00U1",
    "Subject": "Catch up",
    "OwnerId": CLEO,
    "StartDateTime": "2026-03-12 09:00:00",
    "CreatedDate": "2026-03-11 09:00:00",
}
INVITED = {"Id": "0RE1", "EventId": "00U1", "RelationId": ADA, "Status": "New"}
TASK = {
    "Id": "00T1",
    "Subject": "Send me the plan",
    "CreatedById": CLEO,
    "OwnerId": ADA,
    "CreatedDate": "2026-03-12 09:00:00",
}
MAIL = {
    "Id": "02s1",
    "Subject": "Re: Northwind",
    "FromAddress": "Ada@acme.example ",
    "ToAddress": "renata@northwind.example; cleo@acme.example",
    "MessageDate": "2026-03-12 09:00:00",
    "CreatedDate": "2026-03-12 09:00:00",
}
#: An answer to a packet, which goes to rep and manager both.
ANSWER = {
    **MAIL,
    "Id": "02s2",
    "Subject": "Re: Ada L. · review 10 Mar · 3 deals to unblock ($140k)",
    "FromAddress": "cleo@acme.example",
    "ToAddress": "cleo@acme.example, ada@acme.example",
}


def found(**tables: Any) -> list[Exchange]:
    with engine_of(User=USERS, **tables) as engine:
        return list(exchanges(engine, SINCE, T))


@pytest.mark.parametrize(
    ("tables", "kind", "record"),
    [
        ({"Event": [EVENT], "EventRelation": [INVITED]}, "meeting", "00U1"),
        ({"Task": [TASK]}, "task", "00T1"),
        ({"Task": [TASK | {"TaskSubtype": "Call"}]}, "call", "00T1"),
        ({"Task": [TASK | {"CreatedById": ADA, "OwnerId": CLEO}]}, "task", "00T1"),
        ({"EmailMessage": [MAIL]}, "email", "02s1"),
        ({"EmailMessage": [MAIL | {"MessageDate": None}]}, "email", "02s1"),
        ({"EmailMessage": [ANSWER]}, "email", "02s2"),
    ],
)
def test_what_rep_and_manager_have_on_record_is_a_contact(
    tables: dict[str, Any], kind: str, record: str
) -> None:
    (one,) = found(**tables)

    assert (one.kind, one.record_id) == (kind, record)
    assert one.between == {ADA, CLEO}
    assert one.at == datetime(2026, 3, 12, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "tables",
    [
        {"Event": [EVENT]},
        {"Event": [EVENT], "EventRelation": [INVITED | {"Status": "Declined"}]},
        {"Event": [EVENT], "EventRelation": [INVITED | {"RelationId": BO}]},
        {
            "Event": [EVENT | {"StartDateTime": "2026-03-14 09:00:00"}],
            "EventRelation": [INVITED],
        },
        {
            "Event": [EVENT | {"gone_at": "2026-03-12 09:00:00"}],
            "EventRelation": [INVITED],
        },
        {"Task": [TASK | {"CreatedById": ADA}]},
        {"Task": [TASK | {"OwnerId": BO}]},
        {"Task": [TASK | {"CreatedDate": "2026-02-27 09:00:00"}]},
        {"EmailMessage": [MAIL | {"ToAddress": "minicleo@acme.example"}]},
        {"EmailMessage": [MAIL | {"ToAddress": None}]},
        {"EmailMessage": [MAIL | {"FromAddress": "bo@acme.example"}]},
        {"EmailMessage": [MAIL | {"Status": "5"}]},
    ],
)
def test_what_is_not_between_the_two_or_not_in_time_is_none(
    tables: dict[str, Any],
) -> None:
    assert found(**tables) == []
