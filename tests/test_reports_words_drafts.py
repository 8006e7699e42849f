"""Letters that a check-in offers to begin: to the rep, to the manager, safely."""

from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from re import findall
from urllib.parse import parse_qs, urlsplit

import pytest

from reports.findings import OwnerKind, Promise
from reports.model import Person
from reports.packet.followup import FollowUp, follow_up
from reports.words.drafts import drafts
from reports.words.links import LinkError, allowed, letter
from reports.words.lint import lint
from reports.words.render import Renderer
from tests.builders import ADA, ADA_ID, CLEO, TODAY, days_ahead
from tests.golden.gallery import PERSIAN, usual_check, worst_book
from tests.golden.scenario import PROMISES


RENDERER = Renderer("https://acme.my.salesforce.com")
OPEN = PROMISES[2]
ASKED = (
    "We agreed on this for 6 Nov. How does it stand, and what would help to get it "
    "done?"
)
HOSTILE = (
    "Robert\r\nBcc: all@evil.example",
    "x&bcc=eve@evil.example&body=?#",
    '"><script>alert(1)</script>',
    "%0d%0aBcc:eve@evil.example",
    "\u202eتست\u2066",
    "",
)


def offered(promise: Promise, manager: Person | None = CLEO) -> list[tuple[str, str]]:
    found = drafts(promise, "Northwind rollout", ADA, manager, TODAY)
    return [(one.label, one.to) for one in found]


def mailtos(check: FollowUp, on: Renderer = RENDERER) -> Iterator[str]:
    html = on.follow_up(check).html
    yield from (unescape(one) for one in findall(r'href="(mailto:[^"]*)"', html))


@pytest.mark.parametrize("owner", [OwnerKind.MANAGER, OwnerKind.EXECUTIVE])
def test_whoever_promised_stands_first(owner: OwnerKind) -> None:
    rep = ("Write to the rep", "ada@acme.example")
    manager = ("Write to the manager", "cleo@acme.example")

    assert offered(replace(OPEN, owner=OwnerKind.REP)) == [rep, manager]
    assert offered(replace(OPEN, owner=owner)) == [manager, rep]


@pytest.mark.parametrize(
    "manager",
    [
        None,
        replace(CLEO, active=False),
        replace(CLEO, email=None),
        replace(CLEO, email='"cleo, eve"@acme.example'),
        replace(CLEO, email="cleo@acme.example\nBcc: eve@evil.example"),
    ],
)
def test_nobody_is_offered_who_cannot_be_written_to(manager: Person | None) -> None:
    assert offered(OPEN, manager) == [("Write to the rep", "ada@acme.example")]


def test_a_letter_says_what_it_is_about_and_asks_what_would_help() -> None:
    first, *_ = mailtos(usual_check())

    parts = urlsplit(first)
    assert (parts.scheme, parts.path) == ("mailto", "cleo@acme.example")
    assert parse_qs(parts.query) == {
        "subject": ["Call the sponsor at Kestrel (Kestrel Foods: depot rollout)"],
        "body": [
            ASKED,
        ],
    }


def test_what_is_done_needs_no_letter() -> None:
    check = follow_up(worst_book(), ADA_ID, cycle="c", promises=PROMISES[:1])

    assert check.done
    assert list(mailtos(check)) == []


def test_a_letter_is_begun_in_the_language_of_its_reader() -> None:
    parts = [urlsplit(one) for one in mailtos(usual_check(), PERSIAN)]

    subjects = [parse_qs(one.query)["subject"][0] for one in parts]
    assert len(parts) == 4
    assert all(one.path.endswith("@acme.example") for one in parts)
    assert not any("\u2068" in one for one in subjects)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_name_adds_a_reader_or_a_header_to_a_letter(text: str) -> None:
    book = worst_book()
    deal = replace(book.deals[0], name=text)
    promise = Promise(
        deal_id=deal.id,
        what=text or "Send the contract",
        owner=OwnerKind.REP,
        due=days_ahead(1),
        outcome=OPEN.outcome,
    )
    check = follow_up(
        replace(book, deals=(deal,)), ADA_ID, cycle="c", promises=[promise]
    )

    found = [urlsplit(one) for one in mailtos(check)]

    assert [one.path for one in found] == ["ada@acme.example", "cleo@acme.example"]
    assert {name for one in found for name in parse_qs(one.query)} == {
        "subject",
        "body",
    }
    assert not any("\n" in parse_qs(one.query)["subject"][0] for one in found)
    assert lint(RENDERER.follow_up(check)) == []


def test_a_check_in_with_many_promises_stays_small_enough() -> None:
    book = worst_book()
    promises = [replace(OPEN, deal_id=deal.id) for deal in book.deals[:25]]
    check = follow_up(book, ADA_ID, cycle="c", promises=promises)

    assert len(list(mailtos(check))) == 20
    assert lint(PERSIAN.follow_up(check)) == []


def test_signs_of_an_address_are_encoded() -> None:
    assert letter("o'hara+x&y=z?@acme.example", "a&b", "c?d") == (
        "mailto:o%27hara%2Bx%26y%3Dz%3F@acme.example?subject=a%26b&body=c%3Fd"
    )


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(LinkError, match="is no address"):
        letter("ada@acme.example,eve@evil.example", "a", "b")


@pytest.mark.parametrize(
    ("url", "fine"),
    [
        ("mailto:ada@acme.example?subject=a&body=b%20c", True),
        ("mailto:ada@acme.example", False),
        ("mailto:ada@acme.example?subject=a", False),
        ("mailto:ada@acme.example?subject=a&body=b&bcc=eve@evil.example", False),
        ("mailto:ada@acme.example,eve@evil.example?subject=a&body=b", False),
        ("mailto:ada@acme.example?subject=a%0D%0Ab&body=b", False),
        ("mailto:ada@acme.example?subject=a&body=b c", False),
        ("mailto:ada@acme.example?subject=a&body=b\n", False),
        ("MAILTO:ada@acme.example?subject=a&body=b", False),
    ],
)
def test_only_a_letter_with_subject_and_body_may_be_linked(
    url: str, *, fine: bool
) -> None:
    assert allowed(url) is fine
