"""Letters that waited: whether they are still for the one they were written to."""

from dataclasses import replace

import pytest

from reports.delivery.records import Delivery, LetterKind, State
from reports.runs.readers import no_longer
from tests.builders import ADA, BO, CAST, CLEO, DEE, a_book
from tests.letters import NOW, a_key


OPS = ("RevOps@acme.example",)


def waiting(recipient: str | None, kind: LetterKind = LetterKind.PACKET) -> Delivery:
    """A letter about Ada's deals that a mail server put off."""
    key = a_key(str(recipient), kind=kind, rep_id=ADA.id)
    return Delivery(
        key=key,
        message_id=key.message_id,
        state=State.DEFERRED,
        reason="450 later",
        reply="",
        attempts=1,
        snapshot="s1",
        rules="1",
        deal_ids=frozenset(),
        sha256="",
        waiting_since=NOW,
        next_at=NOW,
        changed_at=NOW,
    )


@pytest.mark.parametrize(
    "recipient", [ADA.email, str(ADA.email).upper(), CLEO.email, "revops@acme.example"]
)
def test_rep_manager_and_ops_still_read_what_waited(recipient: str) -> None:
    assert no_longer(a_book(), OPS, waiting(recipient)) == ""


def test_who_left_meanwhile_is_not_written_to() -> None:
    book = a_book(people=CAST | {ADA.id: replace(ADA, active=False)})

    reason = no_longer(book, OPS, waiting(ADA.email))

    assert reason == "Ada Lund is no longer an active user"


def test_who_manages_another_team_now_does_not_read_about_the_old_one() -> None:
    book = a_book(people=CAST | {ADA.id: replace(ADA, manager_id=BO.id)})

    old, new = (no_longer(book, OPS, waiting(one.email)) for one in (CLEO, BO))

    assert old.startswith("Cleo Marsh is no longer the manager of Ada Lund: ")
    assert new == ""


def test_an_address_that_is_nobodys_any_more_gets_nothing() -> None:
    reason = no_longer(a_book(), OPS, waiting("ada.before@acme.example"))

    assert reason == "no user has this address any more"


def test_one_of_two_users_with_an_address_is_enough() -> None:
    again = replace(DEE, email=ADA.email)

    reason = no_longer(a_book(people=CAST | {DEE.id: again}), OPS, waiting(ADA.email))

    assert reason == ""


def test_pages_about_several_reps_only_need_a_reader_who_is_there() -> None:
    sheet = waiting(BO.email, LetterKind.DEAL_SHEET)

    assert no_longer(a_book(), OPS, sheet) == ""
    assert no_longer(a_book(), OPS, waiting(DEE.email, LetterKind.ROLL_UP)) == (
        "Dee Falk is no longer an active user"
    )


def test_an_alert_goes_to_whom_ops_named() -> None:
    alert = waiting("pager@acme.example", LetterKind.HYGIENE)

    assert no_longer(a_book(), (), alert) == ""
