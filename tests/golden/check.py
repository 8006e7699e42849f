"""Compare with a golden file, or write it anew with ``pytest --update-golden``."""

from pathlib import Path

import pytest


FOLDER = Path(__file__).resolve().parent


def golden(request: pytest.FixtureRequest, name: str, text: str) -> None:
    """Fail where ``text`` is not what the file of that name holds."""
    path = FOLDER / name
    if request.config.getoption("--update-golden"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), (
        f"{name} differs; look at it, then run pytest --update-golden"
    )
