"""Generated conditions find the same records as an independent filter in Python."""

import csv
import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.org import Org
from sandbox.schema_ids import numbered
from tests.sandbox_soql_orgs import NOW, ask


TODAY = NOW.date()

NAMES = (
    "Acme",
    "acme",
    "Beta",
    "50% off",
    "under_score",
    "It's",
    'Say "hi"',
    "back\\slash",
)
AMOUNTS = (None, Decimal(0), Decimal("99.5"), Decimal(100), Decimal(-3))
DAYS = (None, TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=40))
STAGES = ("Qualify", "Agree", None)

Row = dict[str, Any]
Test = Callable[[Row], bool]

#: Every combination of a name and an amount, with days, stages and truths mixed in.
ROWS: list[Row] = [
    {
        "Id": numbered("006", number),
        "Name": name,
        "Amount": amount,
        "CloseDate": DAYS[number % len(DAYS)],
        "StageName": STAGES[number % len(STAGES)],
        "IsClosed": number % 2 == 0,
    }
    for number, (name, amount) in enumerate(
        ((n, a) for n in NAMES for a in AMOUNTS), start=1
    )
]


@pytest.fixture(scope="module")
def org(tmp_path_factory: pytest.TempPathFactory) -> Org:
    folder = tmp_path_factory.mktemp("oracle")
    with (folder / "Opportunity.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(ROWS[0]))
        writer.writeheader()
        writer.writerows(
            {k: "" if v is None else v for k, v in r.items()} for r in ROWS
        )
    return Org.load(folder)


@dataclass(frozen=True)
class Asked:
    """A condition as text, and what it means."""

    text: str
    holds: Test


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def compare(field: str, sign: str, value: Any, spelled: str) -> Asked:
    """Text regardless of case; nothing is unequal to all and in no order."""

    def holds(row: Row) -> bool:
        mine = row[field]
        if mine is None:
            return sign == "!="
        if isinstance(mine, str):
            return COMPARISONS[sign](mine.lower(), value.lower())
        return COMPARISONS[sign](mine, value)

    return Asked(f"{field} {sign} {spelled}", holds)


def null(field: str, sign: str) -> Asked:
    return Asked(
        f"{field} {sign} null", lambda row: (row[field] is None) == (sign == "=")
    )


def like(pattern: str) -> Asked:
    """Parts of names between wildcards, by the oldest way to match them."""

    def matches(text: str, rest: str) -> bool:
        if not rest:
            return not text
        if rest[0] == "%":
            return any(matches(text[i:], rest[1:]) for i in range(len(text) + 1))
        return bool(text) and rest[0] in {"_", text[0]} and matches(text[1:], rest[1:])

    return Asked(
        f"Name LIKE {quoted(pattern)}",
        lambda row: matches(row["Name"].lower(), pattern.lower()),
    )


def among(field: str, values: list[Any], spelled: list[str], *, out: bool) -> Asked:
    def holds(row: Row) -> bool:
        found = row[field] in values and row[field] is not None
        return found != out

    words = "NOT IN" if out else "IN"
    return Asked(f"{field} {words} ({', '.join(spelled)})", holds)


def within_days(sign: str, literal: str, first: date, last: date) -> Asked:
    def holds(row: Row) -> bool:
        day = row["CloseDate"]
        if day is None:
            return sign == "!="
        inside = first <= day <= last
        truths: dict[str, bool] = {
            "=": inside,
            "!=": not inside,
            "<": day < first,
            "<=": day <= last,
            ">": day > last,
            ">=": day >= first,
        }
        return truths[sign]

    return Asked(f"CloseDate {sign} {literal}", holds)


SPANS = [
    ("TODAY", TODAY, TODAY),
    ("YESTERDAY", TODAY - timedelta(days=1), TODAY - timedelta(days=1)),
    ("LAST_N_DAYS:3", TODAY - timedelta(days=3), TODAY),
    ("NEXT_N_DAYS:40", TODAY + timedelta(days=1), TODAY + timedelta(days=40)),
    ("THIS_YEAR", date(2026, 1, 1), date(2026, 12, 31)),
]

signs = st.sampled_from(sorted(COMPARISONS))
equality = st.sampled_from(["=", "!="])
amounts = st.sampled_from([a for a in AMOUNTS if a is not None])
days = st.sampled_from([d for d in DAYS if d is not None])
leaves = st.one_of(
    st.builds(
        lambda sign, name: compare("Name", sign, name, quoted(name)),
        equality,
        st.sampled_from(NAMES),
    ),
    st.builds(
        lambda sign, amount: compare("Amount", sign, amount, str(amount)),
        signs,
        amounts,
    ),
    st.builds(
        lambda sign, day: compare("CloseDate", sign, day, day.isoformat()), signs, days
    ),
    st.builds(
        lambda sign, truth: compare("IsClosed", sign, truth, str(truth).lower()),
        equality,
        st.booleans(),
    ),
    st.builds(null, st.sampled_from(["Amount", "CloseDate", "StageName"]), equality),
    st.builds(
        lambda sign, span: within_days(sign, *span), signs, st.sampled_from(SPANS)
    ),
    st.sampled_from(
        ["%", "a%", "%e", "_eta", "%_%_%_%_%_%", "Acme", "a\\b", "a\\%"]
    ).map(like),
    st.builds(
        lambda values, out: among("Amount", values, [str(v) for v in values], out=out),
        st.lists(amounts, min_size=1, max_size=3),
        st.booleans(),
    ),
)


def joined(word: str, parts: list[Asked]) -> Asked:
    every = all if word == "AND" else any
    return Asked(
        "(" + f" {word} ".join(part.text for part in parts) + ")",
        lambda row: every(part.holds(row) for part in parts),
    )


def negated(part: Asked) -> Asked:
    return Asked(f"(NOT {part.text})", lambda row: not part.holds(row))


conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(
            joined,
            st.sampled_from(["AND", "OR"]),
            st.lists(inner, min_size=2, max_size=3),
        ),
        inner.map(negated),
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(asked=conditions)
def test_a_condition_finds_what_python_finds(org: Org, asked: Asked) -> None:
    found = ask(org, f"SELECT Id FROM Opportunity WHERE {asked.text}")  # noqa: S608

    assert [r["Id"] for r in found] == [r["Id"] for r in ROWS if asked.holds(r)]


@settings(max_examples=40, deadline=None)
@given(
    descending=st.booleans(),
    nulls=st.sampled_from(["", " NULLS FIRST", " NULLS LAST"]),
    limit=st.integers(0, 50),
    offset=st.integers(0, 50),
)
def test_rows_are_sorted_and_cut_as_python_does(
    org: Org, *, descending: bool, nulls: str, limit: int, offset: int
) -> None:
    order = f"Amount{' DESC' if descending else ''}{nulls}"
    found = ask(
        org,
        f"SELECT Id FROM Opportunity ORDER BY {order} LIMIT {limit} OFFSET {offset}",  # noqa: S608
    )

    filled = [r for r in ROWS if r["Amount"] is not None]
    filled.sort(key=lambda row: row["Amount"], reverse=descending)
    empty = [r for r in ROWS if r["Amount"] is None]
    every = [*filled, *empty] if "LAST" in nulls else [*empty, *filled]
    assert [r["Id"] for r in found] == [r["Id"] for r in every[offset : offset + limit]]
