"""The escapes of quoted text, and patterns of LIKE."""

import re
from typing import Final


PLAIN: Final = {
    "'": "'",
    '"': '"',
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "b": "\b",
    "f": "\f",
}

#: Stands before a wildcard or a backslash that means itself: LIKE reads it so.
GUARD: Final = "\\"
#: Digits of a code point behind ``\\u``.
UNICODE_DIGITS: Final = 4


def unescape(quoted: str) -> str:
    r"""The text that a literal stands for; ``\_``, ``\%``, ``\\`` stay as they are."""
    if GUARD not in quoted:
        return quoted
    out: list[str] = []
    rest = iter(quoted)
    for c in rest:
        if c != GUARD:
            out.append(c)
            continue
        escaped = next(rest)
        if escaped.lower() == "u":
            digits = "".join(next(rest, "") for _ in range(UNICODE_DIGITS))
            out.append(unicode_of(digits).replace(GUARD, GUARD + GUARD))
        elif escaped in f"_%{GUARD}":
            out.append(GUARD + escaped)
        elif escaped.lower() in PLAIN:
            out.append(PLAIN[escaped.lower()])
        else:
            raise ValueError(
                f"Invalid string literal '{quoted}'. Illegal character sequence"
                f" '\\{escaped}' in string literal."
            )
    return "".join(out)


def unicode_of(digits: str) -> str:
    """The character of a four-digit escape."""
    found = re.fullmatch(r"[0-9a-fA-F]{4}", digits) and chr(int(digits, 16))
    if not found or "\ud800" <= found <= "\udfff":
        raise ValueError("Invalid unicode escape in string literal.")
    return found


def plain(value: str) -> str:
    """A value outside LIKE, where wildcards mean themselves."""
    return re.sub(r"\\(.)", r"\1", value, flags=re.DOTALL)
