"""Kinds of text and number that settings are made of."""

import re
from email.utils import parseaddr
from typing import Annotated, Final

from configuration.reader import Rule


ADDRESS: Final = r"[^@\s<>()\[\],;:\"\\]+@[A-Za-z0-9.-]+"
DOMAIN: Final = r"(?!-)[a-z0-9-]+(\.[a-z0-9-]+)+"
LANGUAGE: Final = r"[a-z]{2,3}(_[A-Z]{2})?"
API_NAME: Final = r"[A-Za-z]\w*"


def like(pattern: str, wanted: str) -> Rule:
    """The whole text looks like ``pattern``."""
    return Rule(lambda text: re.fullmatch(pattern, text), wanted)


def between(low: int, high: int) -> Rule:
    """A whole number from ``low`` to ``high``."""
    return Rule(
        lambda number: low <= number <= high, f"a number between {low} and {high}"
    )


def is_sender(text: str) -> bool:
    """Whether it is an address, with or without a name."""
    return bool(re.fullmatch(ADDRESS, parseaddr(text)[1]))


Address = Annotated[str, like(ADDRESS, "an email address")]
Domain = Annotated[str, like(DOMAIN, 'a domain in lower case, like "acme.com"')]
Sender = Annotated[str, Rule(is_sender, 'an address like "Reviews <reviews@acme.com>"')]
Web = Annotated[str, like(r"https?://\S+", "an address like https://...")]
Language = Annotated[str, like(LANGUAGE, 'a language like "de" or "de_CH"')]
Host = Annotated[str, like(r"[A-Za-z0-9.:-]+", "the name of a host")]
ApiName = Annotated[str, like(API_NAME, 'the API name of a field, like "Region__c"')]
