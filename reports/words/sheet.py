"""Lists for spreadsheets, in which no cell can become a formula."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from reports.findings import Fixer, Severity
from reports.packet.alerts import HygieneAlert
from reports.said import say
from reports.words.kept import kept
from reports.words.text import clean
from reports.words.voice import ENGLISH, Voice


#: What a spreadsheet reads as the start of a formula. Twins of another width are
#: brought to these first.
FORMULA = frozenset("=+-@|%\t\r\n\u2212")
#: By which spreadsheets know that a file is UTF-8.
MARK = "\ufeff"
NUMBER = re.compile(r"-?\d+(?:\.\d+)?\Z")
HEAD = (
    say("Deal id"),
    say("Deal"),
    say("Owner"),
    say("Stage"),
    say("Amount"),
    say("Currency"),
    say("Close date"),
    say("Rule"),
    say("Field"),
    say("Severity"),
    say("Who can put it right"),
    say("Because"),
)
SEVERITIES = {
    Severity.LOW: say("low"),
    Severity.MEDIUM: say("medium"),
    Severity.HIGH: say("high"),
    Severity.CRITICAL: say("critical"),
}
FIXERS = {
    Fixer.REP: say("rep"),
    Fixer.MANAGER: say("manager"),
    Fixer.OPS: say("ops"),
}


def issues_csv(alert: HygieneAlert, voice: Voice = ENGLISH) -> str:
    """Every issue of an alert, as its reader says it; ids, codes and dates are bare."""
    return as_csv([kept(one, voice) for one in line] for line in (HEAD, *rows(alert)))


def as_csv(lines: Iterable[Sequence[str]]) -> str:
    """Rows as CSV with every cell quoted."""
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([cell(value) for value in line] for line in lines)
    return MARK + file.getvalue()


def cell(value: str) -> str:
    """The value without what a spreadsheet would run; numbers stay numbers."""
    text = clean(value)
    while text and (text[0].isspace() or unicodedata.category(text[0]) == "Cf"):
        text = text[1:]
    first = unicodedata.normalize("NFKC", text[:1])[:1]
    if first in FORMULA and text and not NUMBER.match(text):
        return f"'{text}"
    return text


def rows(alert: HygieneAlert) -> Iterator[Sequence[str]]:
    """An issue a row."""
    for one in alert.findings:
        deal, issue = one.deal, one.issue
        yield (
            deal.id,
            deal.name,
            one.owner.name if one.owner else "",
            deal.stage.name,
            "" if deal.amount is None else f"{deal.amount:.2f}",
            deal.currency,
            deal.close_date.isoformat() if deal.close_date else "",
            issue.code,
            issue.field,
            SEVERITIES[issue.severity],
            FIXERS[issue.fixer],
            issue.because,
        )
