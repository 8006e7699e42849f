"""The sandbox's page lists every path, effect, control and credential there is."""

import re

import pytest

from sandbox import credentials
from sandbox.faults import EFFECTS, WANTED
from sandbox.routes.table import ROUTES
from sandbox.service import NEWEST, OLDEST, Route
from tests.conftest import ROOT


PAGE = (ROOT / "docs" / "sandbox.md").read_text("utf-8")
WORDS = set(re.findall(r"`([^`\n]+)`", PAGE))

#: How the page writes patterns that are no plain path.
SPELLED = {
    r"(?P<flavour>[uc])": "u",
    r"(?P<number>\d+)\.0": "{version}",
    r"(?P<number>\d+)(\.\d)?(/[^/]+)?": "{version}",
    "/services/data/v{version}/": "",
    "{file...}": "{file}",
}


def spelled(route: Route) -> str:
    """A route's path as the page writes it."""
    path = re.sub(
        r"\(\?P<(\w+)>\[\^/\]\+\)", r"{\1}", route.pattern.pattern.removesuffix("/?")
    )
    for pattern, words in SPELLED.items():
        path = path.replace(pattern, words)
    return path


@pytest.mark.parametrize(
    "route",
    [r for r in ROUTES if "resource" not in r.pattern.groupindex],
    ids=lambda route: f"{route.methods[0]} {spelled(route)}",
)
def test_every_path_is_on_the_page(route: Route) -> None:
    assert f"{route.methods[0]} {spelled(route)}" in WORDS


def test_every_resource_that_is_left_out_is_on_the_page() -> None:
    (refused, _) = (r for r in ROUTES if "resource" in r.pattern.groupindex)
    names = re.search(r"\(\?P<resource>([^)]+)\)", refused.pattern.pattern)

    assert names is not None
    assert set(names[1].split("|")) <= WORDS


def test_every_effect_is_on_the_page() -> None:
    assert WORDS >= EFFECTS


def test_every_part_of_a_rule_is_on_the_page() -> None:
    assert WANTED.keys() - {"effect"} <= WORDS


def test_every_credential_is_on_the_page() -> None:
    assert {
        credentials.CLIENT_ID,
        credentials.CLIENT_SECRET,
        credentials.USERNAME,
        credentials.PASSWORD,
        credentials.SECURITY_TOKEN,
        credentials.REFRESH_TOKEN,
    } <= WORDS


def test_the_versions_are_those_on_the_page() -> None:
    assert f"Versions {OLDEST}.0 to {NEWEST}.0" in PAGE
