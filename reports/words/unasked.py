"""Good news that nobody had promised: steps that were done all the same."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Protocol

from reports.findings import Promise
from reports.said import Said, lowered, say, sentences
from reports.words.deal_rows import GoodRow
from reports.words.links import Links
from reports.words.rows import LONGEST, dated
from reports.words.text import shown


class Unasked(Protocol):
    """A step that was done, beside its deal."""

    @property
    def promise(self) -> Promise:
        """The step, with the record that shows it."""

    @property
    def name(self) -> str:
        """The name of the deal."""


def unasked_rows(
    found: Iterable[Unasked], today: date, links: Links
) -> Iterator[GoodRow]:
    """Each step with its deal and the record."""
    for one in found:
        yield GoodRow(
            deal=one.name,
            because=because(one.promise, today),
            url=links.deal(one.promise.deal_id),
        )


def because(promise: Promise, today: date) -> Said:
    """What was done, and the record behind it."""
    what = lowered(say(shown(promise.what, LONGEST)))
    records = [dated(one, today) for one in promise.evidence[:1]]
    return sentences(say("done without a promise: {what}", what=what), *records)
