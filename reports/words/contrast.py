"""How well a colour can be read on its ground, as the accessibility rules count it."""

import re
from functools import cache


#: What text of ordinary size needs.
ENOUGH = 4.5
COLOUR = re.compile(r"#[0-9a-f]{6}\Z")


def declared(style: str) -> dict[str, str]:
    """The declarations of a ``style`` attribute."""
    pairs = (rule.partition(":") for rule in style.lower().split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs}


@cache
def contrast(ink: str, ground: str) -> float:
    """The ratio of two colours written as ``#rrggbb``: from 1 to 21."""
    darker, lighter = sorted((luminance(ink), luminance(ground)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """How light a colour is: from 0 to 1."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - of the standard
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
