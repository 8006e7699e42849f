import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from reports.findings import Fixer, Severity
from reports.judgement.listing import RuleLine, as_json, listing
from reports.judgement.policy import Policy
from tests.builders import a_stage_norm, some_norms


ROOT = Path(__file__).resolve().parent.parent


def by_code(lines: tuple[RuleLine, ...]) -> dict[str, RuleLine]:
    return {line.code: line for line in lines}


def test_the_page_lists_every_rule_as_it_is_by_default() -> None:
    page = (ROOT / "docs" / "rules.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]

    assert rows == [
        f"| `{line.code}` | {line.sentence} | {line.threshold} | "
        f"{line.severity.name.lower()} | {line.fixer} |"
        for line in listing(Policy())
    ]


def test_codes_are_unique_and_sentences_end() -> None:
    lines = listing(Policy())

    assert len(by_code(lines)) == len(lines)
    assert [line.code for line in lines if not line.sentence.endswith(".")] == []
    assert [line.code for line in lines if not line.threshold] == []


def test_a_threshold_that_was_configured_says_so() -> None:
    lines = by_code(listing(Policy(task_overdue=21)))

    assert lines["task-overdue"].threshold == "more than 21 days past its date"
    assert lines["task-overdue"].source == "configured"
    assert lines["overdue-tasks"].source == "default"


def test_a_threshold_that_was_learned_says_what_was_learned() -> None:
    stages = {
        "Proposal": a_stage_norm("Proposal", fastest_win=9),
        "Negotiation": a_stage_norm("Negotiation", stalled_after=21, slowing_after=14),
        "Legal": a_stage_norm("Legal", learned=False),
    }
    lines = by_code(listing(Policy(), some_norms(stages=stages)))

    stalled = lines["stalled-buyer-silent"]
    assert stalled.threshold == "Proposal 42 days; Negotiation 21 days"
    assert stalled.source == "learned"
    assert lines["slowing"].threshold == "Proposal 28 days; Negotiation 14 days"
    assert lines["close-vs-stage"].threshold == "Proposal 9 days"
    assert lines["gone-quiet"].source == "default"


def test_below_the_first_tier_the_default_is_in_force() -> None:
    lines = listing(Policy(), replace(some_norms(), tier=0))

    assert lines == listing(Policy())


def test_a_rule_as_json_is_plain() -> None:
    (first, *_) = as_json(
        [
            RuleLine(
                code="gone-quiet",
                kind="signal",
                sentence="Silence.",
                threshold="7 days",
                source="default",
                severity=Severity.HIGH,
                fixer=Fixer.REP,
            )
        ]
    )

    assert first == {
        "code": "gone-quiet",
        "kind": "signal",
        "sentence": "Silence.",
        "threshold": "7 days",
        "source": "default",
        "severity": "high",
        "fixer": "rep",
        "positive": False,
    }


def test_listing_the_rules_loads_nothing_heavy() -> None:
    code = (
        "import sys; from reports.judgement.listing import listing; "
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        cwd=ROOT,
        text=True,
    ).stdout.split()
    #: How the standard library was built, in a module named after the machine.
    built = {name for name in loaded if name.startswith("_sysconfigdata_")}

    assert "reports" in loaded
    ours = {"reports", "__main__"}
    assert set(loaded) - built - ours - set(sys.stdlib_module_names) == preloaded()


def preloaded() -> set[str]:
    """What an interpreter loads by itself beyond the standard library, if anything."""
    code = "import sys; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        cwd=ROOT,
        text=True,
    ).stdout.split()
    return set(loaded) - {"__main__"} - set(sys.stdlib_module_names)
