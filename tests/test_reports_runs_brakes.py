"""A round that is far larger than usual, or fails too often, waits for a person."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reports.delivery.ledger import Ledger
from reports.delivery.post import rehearsed
from reports.delivery.records import Letter, LetterKind, State
from reports.runs.brakes import Brakes
from reports.runs.outlets import Batch
from tests.letters import a_key, a_letter, minutes


BEFORE = ("2026-09-22", "2026-10-13", "2026-10-27", "2026-11-10")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger of four rounds, of which the largest had 15 packets."""
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        for number, (cycle, count) in enumerate(
            zip(BEFORE, (15, 4, 15, 12), strict=True)
        ):
            sent(ledger, round_of(count, cycle), number)
        yield ledger


def round_of(
    count: int, cycle: str = "2026-11-24", kind: LetterKind = LetterKind.PACKET
) -> tuple[Letter, ...]:
    """So many letters of a round."""
    return tuple(
        a_letter(key=a_key(f"rep{number}@acme.example", cycle=cycle, kind=kind))
        for number in range(count)
    )


def sent(ledger: Ledger, letters: tuple[Letter, ...], at: float) -> None:
    for letter in letters:
        ledger.store(letter, b"x", minutes(at))
        ledger.claim(letter.key, minutes(at))
        ledger.settle(letter.key, State.ACCEPTED, minutes(at), reply="250")


def why(ledger: Ledger, letters: tuple[Letter, ...], brakes: Brakes) -> str | None:
    return brakes.why(ledger, Batch(letters=letters), of=len(letters))


def test_a_round_of_up_to_twice_the_letters_goes_out(ledger: Ledger) -> None:
    assert why(ledger, round_of(30), Brakes()) is None


def test_a_round_of_more_is_held_with_a_sentence_that_says_what_to_do(
    ledger: Ledger,
) -> None:
    assert why(ledger, round_of(31), Brakes()) == (
        "held: 31 letters, more than 2 times the 15 of the largest round of the last "
        "100 days: look at them with --dry-run or --out, then send them with --anyway"
    )


def test_what_was_sent_of_the_round_before_counts_too(ledger: Ledger) -> None:
    sent(ledger, round_of(31)[:20], 9)
    rest = round_of(31)[20:]

    assert "held: 31 letters" in (why(ledger, rest, Brakes()) or "")


@pytest.mark.parametrize(
    "brakes", [Brakes(times_last=3), Brakes(times_last=0), Brakes(anyway=True)]
)
def test_who_expects_it_or_looked_at_it_lets_it_go(
    ledger: Ledger, brakes: Brakes
) -> None:
    assert why(ledger, round_of(31), brakes) is None


def test_a_first_round_has_nothing_to_be_compared_with(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "new.db") as ledger:
        assert why(ledger, round_of(500), Brakes()) is None


def test_a_round_of_long_ago_is_no_comparison(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "old.db") as ledger:
        sent(ledger, round_of(5, "2026-08-11"), -101 * 24 * 60)
        long_ago = why(ledger, round_of(31), Brakes())
        sent(ledger, round_of(5, "2026-08-25"), -99 * 24 * 60)
        lately = why(ledger, round_of(31), Brakes())

    assert long_ago is None
    assert lately is not None


def test_letters_of_another_kind_are_no_comparison(ledger: Ledger) -> None:
    reminders = round_of(500, kind=LetterKind.REMINDER)

    assert why(ledger, reminders, Brakes()) is None


def test_a_rehearsal_is_no_comparison(ledger: Ledger) -> None:
    sent(ledger, round_of(50, rehearsed("2026-11-24")), 9)

    assert why(ledger, round_of(31), Brakes()) is not None


def test_a_small_round_is_never_held_for_its_number(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "small.db") as ledger:
        sent(ledger, round_of(2, "2026-11-10"), 0)

        assert why(ledger, round_of(20), Brakes()) is None
        assert why(ledger, round_of(21), Brakes()) is not None


@pytest.mark.parametrize(
    ("failed", "spoilt", "of", "held"),
    [
        (1, 0, 10_000, False),
        (200, 0, 10_000, False),
        (201, 0, 10_000, True),
        (100, 101, 10_000, True),
        (2, 0, 3, False),
        (3, 0, 3, True),
    ],
)
def test_a_packet_that_fails_holds_no_other_and_many_hold_all(
    ledger: Ledger, failed: int, spoilt: int, of: int, *, held: bool
) -> None:
    batch = Batch(letters=(), spoilt=spoilt)

    assert (Brakes().why(ledger, batch, failed=failed, of=of) is not None) == held
    lenient = Brakes(held_percent=100)
    assert lenient.why(ledger, batch, failed=failed, of=of) is None


def test_too_many_failures_are_told_in_a_sentence(ledger: Ledger) -> None:
    assert Brakes().why(ledger, Batch(letters=()), failed=3, of=90) == (
        "held: 3 of 90 packets cannot be made or sent, more than 2 %: nothing is sent "
        "until that is mended, or with --anyway"
    )
