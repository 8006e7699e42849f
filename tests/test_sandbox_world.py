"""The generated organisation: the same for one seed, sound, and true to its truth."""

import csv
import gzip
import hashlib
import json
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.org import Org
from sandbox.world import generate
from sandbox.world.tables import TABLES


NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
NOW_TEXT = "2026-11-24T09:30:00.000+0000"  # text of one shape compares like the moment

#: What may lie ahead: when somebody means to meet, to do or to close something.
PLANNED = {
    ("Event", "StartDateTime"),
    ("Event", "EndDateTime"),
    ("Event", "ActivityDate"),
    ("Task", "ActivityDate"),
    ("Opportunity", "CloseDate"),
    ("Opportunity", "LastActivityDate"),
    ("OpportunityHistory", "CloseDate"),
    ("OpportunityHistory", "PrevCloseDate"),
    ("OpportunityLineItem", "ServiceDate"),
    ("DatedConversionRate", "NextStartDate"),
    ("ForecastingQuota", "StartDate"),
    ("Period", "StartDate"),
    ("Period", "EndDate"),
}

Row = dict[str, str]


@cache
def rows_of(file: Path) -> tuple[Row, ...]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


class World:
    """A generated folder, read back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def rows(self, name: str) -> tuple[Row, ...]:
        return rows_of(self.folder / f"{name}.csv.gz")

    @cached_property
    def deals(self) -> dict[str, Row]:
        return {
            row["Id"]: row
            for row in self.rows("Opportunity")
            if row["IsDeleted"] == "false"
        }

    @cached_property
    def open_deals(self) -> dict[str, Row]:
        return {k: row for k, row in self.deals.items() if row["IsClosed"] == "false"}

    @cached_property
    def truth(self) -> dict[str, Any]:
        text = (self.folder / "truth.json").read_text(encoding="utf-8")
        found: dict[str, Any] = json.loads(text)
        return found

    def grouped(self, name: str, by: str) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows(name):
            found[row[by]].append(row)
        return found


def a_world(folder: Path, **options: Any) -> World:
    facts: dict[str, Any] = {"seed": 7, "reps": 7, "now": NOW}
    generate(folder, **(facts | options))
    return World(folder)


def bytes_of(world: World) -> str:
    digest = hashlib.sha256()
    for file in sorted(world.folder.iterdir()):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace(".000+0000", "Z"))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return a_world(tmp_path_factory.mktemp("world") / "org")


def test_the_same_seed_writes_the_same_bytes_and_another_seed_others(
    tmp_path: Path,
) -> None:
    first = bytes_of(a_world(tmp_path / "first", reps=1))
    again = bytes_of(a_world(tmp_path / "again", reps=1))
    other = bytes_of(a_world(tmp_path / "other", reps=1, seed=8))

    assert first == again
    assert first != other


def test_one_more_rep_does_not_change_what_another_did(tmp_path: Path) -> None:
    one = a_world(tmp_path / "one", reps=1)
    two = a_world(tmp_path / "two", reps=2)

    rep = next(r for r, who in one.truth["reps"].items() if who["kind"] == "rep")
    assert [d for d in two.deals.values() if d["CreatedById"] == rep] == [
        d for d in one.deals.values() if d["CreatedById"] == rep
    ]


def test_an_organisation_without_a_rep_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one rep"):
        generate(tmp_path, reps=0, now=NOW)


def test_the_sandbox_serves_the_folder(world: World) -> None:
    org = Org.load(world.folder)

    found = org.query("SELECT COUNT() FROM Opportunity", now=NOW)
    assert found.total == len(world.deals)


def test_every_reference_leads_somewhere(world: World) -> None:
    ids = {name: {row["Id"] for row in world.rows(name)} for name in TABLES}

    for name, fields in TABLES.items():
        for field, type_ in fields.items():
            if not type_.startswith("reference:"):
                continue
            targets = [t for t in type_.partition(":")[2].split("|") if t in ids]
            known = set().union(*(ids[target] for target in targets))
            lost = {row[field] for row in world.rows(name)} - known - {""}
            assert not lost, f"{name}.{field}"


def test_ids_are_unique_and_have_their_check_letters(world: World) -> None:
    for name in TABLES:
        ids = [row["Id"] for row in world.rows(name)]

        assert len(ids) == len(set(ids)), name
        assert {len(id_) for id_ in ids} == {18}, name


def test_nothing_has_happened_after_now(world: World) -> None:
    for name, fields in TABLES.items():
        for field, type_ in fields.items():
            if type_ in {"date", "datetime"} and (name, field) not in PLANNED:
                latest = max(row[field] for row in world.rows(name))
                assert latest[:10] <= NOW_TEXT[:10], f"{name}.{field}"
                if type_ == "datetime":
                    assert latest <= NOW_TEXT, f"{name}.{field}"


def test_what_lies_ahead_is_planned_by_somebody(world: World) -> None:
    meetings = [e for e in world.rows("Event") if e["StartDateTime"] > NOW_TEXT]
    tasks = [t for t in world.rows("Task") if t["ActivityDate"] > "2026-11-24"]

    assert meetings
    assert tasks
    assert all(meeting["CreatedDate"] <= NOW_TEXT for meeting in meetings)


def test_history_ends_with_the_values_that_hold_now(world: World) -> None:
    last: dict[str, Row] = {}
    rows = sorted(world.rows("OpportunityHistory"), key=lambda r: r["CreatedDate"])
    for row in rows:
        last[row["OpportunityId"]] = row

    for id_, deal in world.deals.items():
        for field in ("StageName", "Amount", "CloseDate", "Probability"):
            assert last[id_][field] == deal[field], (id_, field)


def test_history_begins_when_the_deal_was_created(world: World) -> None:
    for id_, rows in world.grouped("OpportunityHistory", "OpportunityId").items():
        if id_ in world.deals:
            first = min(row["CreatedDate"] for row in rows)
            assert first == world.deals[id_]["CreatedDate"]


def test_a_changed_field_was_what_it_had_become_before(world: World) -> None:
    for rows in world.grouped("OpportunityFieldHistory", "OpportunityId").values():
        known: dict[str, str] = {}
        for row in sorted(rows, key=lambda r: r["CreatedDate"]):
            key = row["Field"] + row["DataType"]
            assert known.get(key, row["OldValue"]) == row["OldValue"]
            known[key] = row["NewValue"]


def test_every_sent_message_is_a_row_and_a_task(world: World) -> None:
    tasks = {row["Id"]: row for row in world.rows("Task")}

    for mail in world.rows("EmailMessage"):
        if mail["Status"] == "5":  # a draft
            assert mail["ActivityId"] == ""
        else:
            assert tasks[mail["ActivityId"]]["WhatId"] == mail["RelatedToId"]


def test_buyers_answer_only_mail_that_they_got(world: World) -> None:
    sent: dict[tuple[str, str], str] = {}
    for mail in world.rows("EmailMessage"):
        if mail["Incoming"] == "false":
            key = mail["RelatedToId"], mail["Subject"]
            sent[key] = min(mail["MessageDate"], sent.get(key, "9"))

    full = {r for r, who in world.truth["reps"].items() if who["emails"] > 0.9}
    replies = [
        mail
        for mail in world.rows("EmailMessage")
        if mail["Subject"].startswith("Re: ") and mail["CreatedById"] in full
    ]
    known = [
        sent.get((r["RelatedToId"], r["Subject"][4:]), "9") <= r["MessageDate"]
        for r in replies
    ]
    assert sum(known) >= 0.95 * len(replies)  # some of what was sent is not captured


def test_a_lost_field_is_empty_and_the_truth_knows_what_it_was(world: World) -> None:
    rows = {name: {r["Id"]: r for r in world.rows(name)} for name in ("Contact",)}
    rows["Opportunity"] = world.deals

    for lost in world.truth["lost"]:
        assert rows[lost["object"]][lost["id"]][lost["field"]] == ""
        assert lost["was"]
    fields = Counter(lost["field"] for lost in world.truth["lost"])
    assert {"NextStep", "Amount", "AccountId", "LeadSource", "Phone"} <= set(fields)


def test_what_was_not_captured_has_no_row(world: World) -> None:
    seen = {(m["RelatedToId"], m["MessageDate"]) for m in world.rows("EmailMessage")}
    seen |= {
        (t["WhatId"], t["CompletedDateTime"])
        for t in world.rows("Task")
        if t["Type"] == "Call"
    }
    seen |= {(e["WhatId"], e["StartDateTime"]) for e in world.rows("Event")}

    missing = {
        (a["deal"], a["at"].replace("Z", ".000+0000"))
        for a in world.truth["uncaptured"]
    }
    assert len(missing) > 100
    assert not missing & seen


def test_a_rep_whose_mail_is_not_captured_has_none(world: World) -> None:
    silent = {r for r, w in world.truth["reps"].items() if w["quality"] == "no_email"}

    assert silent
    assert not [m for m in world.rows("EmailMessage") if m["CreatedById"] in silent]


def test_nobody_hears_from_a_silent_buyer(world: World) -> None:
    heard: dict[str, list[str]] = defaultdict(list)
    for mail in world.rows("EmailMessage"):
        if mail["Incoming"] == "true":
            heard[mail["RelatedToId"]].append(mail["MessageDate"])
    for call in world.rows("Task"):
        if call["CallDisposition"] == "Connected":
            heard[call["WhatId"]].append(call["CompletedDateTime"])
    for meeting in world.rows("Event"):
        if meeting["IsDeleted"] == "false":
            heard[meeting["WhatId"]].append(meeting["StartDateTime"])

    quiet = [
        (id_, start, end)
        for id_, states in world.truth["states"].items()
        for state, start, end in states
        if state in {"buyer_silent", "dead"}
    ]
    assert len(quiet) > 50
    for id_, start, end in quiet:
        inside = [at for at in heard[id_] if moment(start) < moment(at) < moment(end)]
        assert not inside, id_


def test_the_true_states_of_a_deal_follow_each_other_until_now(world: World) -> None:
    for id_, deal in world.deals.items():
        states = world.truth["states"][id_]
        for (_, _, end), (_, start, _) in pairwise(states):
            assert end <= start
        if deal["IsClosed"] == "false":
            assert states[0][1] == deal["CreatedDate"].replace(".000+0000", "Z")
            assert states[-1][2] == world.truth["now"] == "2026-11-24T09:30:00Z"


def test_the_hygiene_truth_can_be_read_from_the_rows(world: World) -> None:
    broken: dict[str, set[str]] = defaultdict(set)
    for rule, id_ in world.truth["hygiene"]:
        broken[rule].add(id_)
    roles = set(world.grouped("OpportunityContactRole", "OpportunityId"))
    late = {"Needs Analysis", "Value Proposition", "Id. Decision Makers"}
    late |= {"Proposal/Price Quote", "Negotiation/Review"}

    now_open = world.open_deals
    assert broken["no_account"] == {
        k for k, d in now_open.items() if not d["AccountId"]
    }
    assert broken["attribution"] == {
        k for k, d in now_open.items() if not d["LeadSource"]
    }
    assert broken["no_contact_role"] == {
        k for k, d in now_open.items() if d["StageName"] in late and k not in roles
    }
    assert broken["loss_reason_missing"] == {
        k
        for k, d in world.deals.items()
        if d["StageName"] == "Closed Lost" and not d["Loss_Reason__c"]
    }
    for id_ in broken["close_past"]:
        assert date.fromisoformat(now_open[id_]["CloseDate"]) <= NOW.date()


def test_companies_are_unlike_each_other_but_for_the_copies(world: World) -> None:
    copies = {d["id"] for d in world.truth["duplicates"] if d["object"] == "Account"}
    copies |= {merged["id"] for merged in world.truth["merged"]}

    names = Counter(
        row["Name"] for row in world.rows("Account") if row["Id"] not in copies
    )
    assert len(names) > 300
    assert names.most_common(1)[0][1] == 1


def test_currencies_record_types_and_zones_are_mixed(world: World) -> None:
    users = world.rows("User")

    assert {d["CurrencyIsoCode"] for d in world.deals.values()} >= {"USD", "EUR"}
    assert len({d["RecordTypeId"] for d in world.deals.values()}) == 2
    assert len({user["TimeZoneSidKey"] for user in users}) >= 4
    assert {"Standard", "PowerPartner"} == {user["UserType"] for user in users}
    assert any(rate["IsoCode"] == "EUR" for rate in world.rows("DatedConversionRate"))


def test_people_have_managers_up_to_the_director(world: World) -> None:
    users = {row["Id"]: row for row in world.rows("User")}
    reps = [r for r, who in world.truth["reps"].items() if who["kind"] == "rep"]

    assert len(reps) == 7
    for rep in reps:
        manager = users[users[rep]["ManagerId"]]
        director = users[manager["ManagerId"]]
        assert director["Title"] == "Chief Revenue Officer"


def test_who_left_still_owns_open_deals(world: World) -> None:
    left = {row["Id"] for row in world.rows("User") if row["IsActive"] == "false"}

    assert [d for d in world.open_deals.values() if d["OwnerId"] in left]


def test_volumes_and_outcomes_are_those_of_a_sales_team(world: World) -> None:
    reps = [r for r, who in world.truth["reps"].items() if who["kind"] == "rep"]
    carried = Counter(d["OwnerId"] for d in world.open_deals.values())
    closed = [d for d in world.deals.values() if d["IsClosed"] == "true"]
    won = sum(d["IsWon"] == "true" for d in closed)
    states = Counter(world.truth["states"][id_][-1][0] for id_ in world.open_deals)

    assert all(6 <= carried[rep] <= 45 for rep in reps)
    assert 0.15 <= won / len(closed) <= 0.40
    assert 0.35 <= states["moving"] / len(world.open_deals) <= 0.70
    assert len(states) == 5


def test_there_is_good_news_of_the_last_weeks(world: World) -> None:
    since = (NOW - timedelta(days=14)).isoformat()[:10]
    forward = [
        d for d in world.open_deals.values() if d["LastStageChangeDate"][:10] >= since
    ]
    woken = [
        states
        for id_, states in world.truth["states"].items()
        if id_ in world.open_deals
        and len(states) > 1
        and states[-1][0] == "moving"
        and states[-1][1][:10] >= since
    ]
    ahead = {
        e["WhatId"]
        for e in world.rows("Event")
        if e["StartDateTime"] > NOW_TEXT and e["IsDeleted"] == "false"
    }

    assert forward
    assert woken
    assert ahead & set(world.open_deals)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 2**31),
    days=st.integers(0, 400),
    hour=st.integers(0, 23),
)
def test_any_world_of_one_rep_holds_together(
    tmp_path_factory: pytest.TempPathFactory, seed: int, days: int, hour: int
) -> None:
    now = datetime(2026, 1, 1, hour, 17, 5, tzinfo=UTC) + timedelta(days=days)

    world = a_world(tmp_path_factory.mktemp("any") / "o", seed=seed, reps=1, now=now)

    latest = now.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    last = {}
    for row in sorted(world.rows("OpportunityHistory"), key=lambda r: r["CreatedDate"]):
        assert row["CreatedDate"] <= latest
        last[row["OpportunityId"]] = row["StageName"]
    assert world.open_deals
    assert len(world.deals) > 20
    for id_, deal in world.deals.items():
        assert last[id_] == deal["StageName"]
        assert deal["CreatedDate"] <= deal["SystemModstamp"] <= latest
