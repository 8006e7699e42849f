"""Record ids: 15 characters that are case-sensitive, 18 with a checksum for them."""

import string
from typing import Final


#: The three checksum characters are drawn from these, one per five characters.
CHECK: Final = string.ascii_uppercase + "012345"

SHORT: Final = 15
LONG: Final = 18
ALPHABET: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase


def suffix(short: str) -> str:
    """The checksum of a 15-character id: which of its letters are upper case."""
    return "".join(
        CHECK[
            sum(1 << place for place, c in enumerate(short[i : i + 5]) if c.isupper())
        ]
        for i in (0, 5, 10)
    )


def is_id(text: str) -> bool:
    """Whether ``text`` has the form of a record id."""
    return len(text) in {SHORT, LONG} and text.isascii() and text.isalnum()


def full_id(text: str) -> str:
    """The 18-character form of an id; anything else comes back as it is."""
    return text + suffix(text) if len(text) == SHORT and is_id(text) else text


def numbered(prefix: str, number: int) -> str:
    """An id made of an object's key prefix and a running number."""
    digits = ""
    while number:
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return full_id(prefix + "S" + digits.rjust(SHORT - len(prefix) - 1, "0"))
