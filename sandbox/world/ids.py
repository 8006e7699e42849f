"""Record ids as Sales Cloud makes them, numbered within a block of one's own.

A block holds 238,328 records of each object: more than a person ever makes.
"""

from collections.abc import Iterator
from typing import Final

from sandbox.schema_ids import ALPHABET, CHECK


#: The key prefixes of the objects that the world writes.
PREFIXES: Final = {
    "Account": "001",
    "Contact": "003",
    "CurrencyType": "01L",
    "DatedConversionRate": "04w",
    "EmailMessage": "02s",
    "Event": "00U",
    "EventRelation": "0RE",
    "ForecastingQuota": "0J9",
    "Opportunity": "006",
    "OpportunityContactRole": "00K",
    "OpportunityFieldHistory": "017",
    "OpportunityHistory": "008",
    "OpportunityLineItem": "00k",
    "OpportunityStage": "01J",
    "OpportunityTeamMember": "00q",
    "Organization": "00D",
    "Period": "026",
    "RecordType": "012",
    "Task": "00T",
    "User": "005",
    "UserRole": "00E",
}

_INSTANCE: Final = "dL"
#: Where block 0 begins: a busy instance has used up its first numbers long ago.
_FIRST_BLOCK: Final = 41_235
_UPPER: Final = {letter: int(letter.isupper()) for letter in ALPHABET}


def _digits(number: int, width: int) -> str:
    text = ""
    for _ in range(width):
        number, digit = divmod(number, len(ALPHABET))
        text = ALPHABET[digit] + text
    return text


def _mask(part: str) -> int:
    return sum(_UPPER[letter] << place for place, letter in enumerate(part))


def _series(prefix: str, block: int) -> Iterator[str]:
    head = f"{prefix}{_INSTANCE}0000{_digits(_FIRST_BLOCK + block, 3)}"
    check = CHECK[_mask(head[:5])] + CHECK[_mask(head[5:10])]
    base = _mask(head[10:])
    for a in ALPHABET:
        for b in ALPHABET:
            upper = base | _UPPER[a] << 2 | _UPPER[b] << 3
            stem = head + a + b
            for c in ALPHABET:
                yield stem + c + check + CHECK[upper | _UPPER[c] << 4]


class Ids:
    """The ids of one block, in order, by object."""

    def __init__(self, block: int) -> None:
        self._series = {
            name: _series(prefix, block) for name, prefix in PREFIXES.items()
        }

    def new(self, name: str) -> str:
        """The next id of an object."""
        return next(self._series[name])
