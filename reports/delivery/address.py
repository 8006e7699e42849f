"""Which text is an e-mail address to us: stricter than the standards, on purpose.

No quotes, comments, routes or display names: what remains means the same to every
mail system, so the address that was checked is the address that gets the letter.
"""

import re


#: Letters, digits and marks that people have; ``%`` and ``!`` would be routes.
LOCAL = r"[A-Za-z0-9_+'&=~-]+(?:\.[A-Za-z0-9_+'&=~-]+)*"
DOMAIN = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]*"
ADDRESS = re.compile(rf"(?=.{{3,254}}\Z)(?=[^@]{{1,64}}@){LOCAL}@{DOMAIN}", re.ASCII)


def is_address(text: str) -> bool:
    """Whether ``text`` is exactly one plain address."""
    return ADDRESS.fullmatch(text) is not None


def domain_of(address: str) -> str | None:
    """The domain of an address, in lower case; None when it is not an address."""
    return address.rpartition("@")[2].lower() if is_address(address) else None
