import re
from pathlib import Path

import pytest

from reports.delivery.ledger.errors import MEANINGS
from reports.delivery.records import State
from reports.delivery.retry import Retry


ROOT = Path(__file__).resolve().parent.parent
DELIVERY = (ROOT / "docs" / "delivery.md").read_text("utf-8")
SECURITY = (ROOT / "docs" / "security.md").read_text("utf-8")
BAD_INPUT = (ROOT / "docs" / "bad-input.md").read_text("utf-8")


def test_every_failure_of_the_ledger_is_in_the_docs_with_its_remedy() -> None:
    missing = [
        meaning
        for _, meaning, remedy in MEANINGS
        if f"| {meaning} |" not in DELIVERY or f"| {remedy} |" not in DELIVERY
    ]

    assert missing == []


def test_every_state_is_in_the_docs() -> None:
    assert [state for state in State if f"| {state} |" not in DELIVERY] == []


def test_the_retry_policy_in_the_docs_is_the_one_in_force() -> None:
    first, *waits = [int(wait.total_seconds() / 60) for wait in Retry().waits]

    assert waits[-1] == 60
    assert (
        f"after {first}, {waits[0]}, {waits[1]} and {waits[2]} minutes, then hourly, "
        "each ±20 %; refused after 48 hours" in DELIVERY
    )


@pytest.mark.parametrize("page", [SECURITY, BAD_INPUT], ids=["threats", "bad input"])
def test_whatever_is_claimed_is_shown_by_a_test_that_exists(page: str) -> None:
    tests = "".join(path.read_text("utf-8") for path in ROOT.glob("tests/test_*.py"))
    named = re.findall(r"`(test_\w+)`", page)

    assert len(named) > 20
    assert [name for name in named if f"def {name}(" not in tests] == []
