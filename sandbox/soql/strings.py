"""The escapes of quoted text, and patterns of LIKE."""

from typing import Final


PLAIN: Final = {
    "'": "'",
    '"': '"',
    "\\": "\\",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "b": "\b",
    "f": "\f",
}

#: Stands before a wildcard that means itself, inside a value that LIKE will read.
GUARD: Final = "\\"
#: Digits of a code point behind ``\\u``.
UNICODE_DIGITS: Final = 4


def unescape(quoted: str) -> str:
    r"""The text that a literal stands for; ``\_`` and ``\%`` keep their backslash."""
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
            out.append(unicode_of("".join(next(rest, "") for _ in range(4))))
        elif escaped in "_%":
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
    if len(digits) != UNICODE_DIGITS:
        raise ValueError("Invalid unicode escape in string literal.")
    return chr(int(digits, 16))


def plain(value: str) -> str:
    """A value outside LIKE, where wildcards mean themselves."""
    return value.replace("\\_", "_").replace("\\%", "%")
