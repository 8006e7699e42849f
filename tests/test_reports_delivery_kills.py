import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def counts() -> dict[str, dict[str, Any]]:
    """What a short campaign of kills counted, by its name."""
    asked = "--letters 2 --random 24 --crowds 3 --minutes 3 --json"
    done = subprocess.run(
        [sys.executable, "-m", "bench.kills", *asked.split()],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return {count["campaign"]: count for count in json.loads(done.stdout)}


def test_whenever_the_sender_is_killed_nothing_is_sent_twice_or_lost(
    counts: dict[str, dict[str, Any]],
) -> None:
    count = counts["claim, send, settle"]

    assert count["kills"] > 30
    assert (count["duplicates"], count["lost"], count["stuck"]) == (0, 0, 0)
    assert 0 < count["in_doubt"] <= count["kills"]


def test_marking_first_is_seen_to_lose(counts: dict[str, dict[str, Any]]) -> None:
    assert counts["mark, then send"]["lost"] > 0


def test_sending_first_is_seen_to_send_twice(counts: dict[str, dict[str, Any]]) -> None:
    assert counts["send, then mark"]["duplicates"] > 0


@pytest.mark.parametrize("crowd", ["3 runs at once", "3 machines at once"])
def test_of_several_at_the_same_instant_each_letter_is_sent_once(
    counts: dict[str, dict[str, Any]], crowd: str
) -> None:
    count = counts[f"claim, send, settle, {crowd}"]

    assert (count["cycles"], count["letters"]) == (3, 6)
    assert (count["duplicates"], count["lost"], count["stuck"]) == (0, 0, 0)
