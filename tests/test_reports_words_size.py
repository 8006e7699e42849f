"""Whether a mail stays below the clip is counted in full only where it is close."""

import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.words.size import encoded, fits


@given(st.text(alphabet="ab =é株\n\t<", max_size=400), st.integers(0, 1500))
def test_what_fits_is_within_the_budget_as_it_travels(html: str, budget: int) -> None:
    assert fits(html, budget) == (encoded(html) <= budget)


@pytest.mark.parametrize("html", ["=" * 500, "a" * 5000, "a \n" * 900, "é" * 300])
def test_the_budget_is_kept_to_the_byte(html: str) -> None:
    size = min(len(quopri.encodestring(html.encode())), encoded(html))

    assert fits(html, size)
    assert not fits(html, size - 1)
