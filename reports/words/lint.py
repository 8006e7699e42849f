"""The last look at a message before it leaves: what would break it in a mailbox.

Structure, names for assistive technology, links, size, contrast, and CSS that mail
clients do not support. The support table is small and our own: properties that the
templates might come to use, and the clients known to ignore them (from published
support tables, not from tests in those clients).
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser

from reports.findings import Message
from reports.words.contrast import COLOUR, ENOUGH, contrast, declared
from reports.words.layout import COLUMNS, columns
from reports.words.links import allowed
from reports.words.size import BUDGET, encoded


SUBJECT = 60
#: Gmail reads 16 KB of style, older notes say 8.
STYLE_BLOCK = 8192
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
#: The same few styles are in every letter.
REMEMBERED = 1024
#: Ink and ground where a mail says nothing.
PAPER = ("#000000", "#ffffff")
VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "col", "wbr"})
ALLOWED = frozenset({
    "a", "b", "body", "br", "col", "div", "em", "h1", "h2", "h3", "head", "hr", "html",
    "li", "meta", "ol", "p", "span", "strong", "style", "table", "tbody", "td", "th",
    "thead", "title", "tr", "ul",
})  # fmt: skip
#: Properties, or property:value, by the clients that ignore them.
UNSUPPORTED = {
    "background-image": "Outlook on Windows",
    "box-shadow": "Outlook on Windows, Gmail",
    "display:flex": "Outlook on Windows",
    "display:grid": "Outlook on Windows, Gmail",
    "display:none": "hidden text costs trust with spam filters",
    "float": "Outlook on Windows",
    "gap": "Outlook on Windows, Gmail",
    "inset": "Outlook on Windows",
    "margin-inline": "Gmail, Outlook",
    "object-fit": "Outlook on Windows, Gmail",
    "opacity": "Outlook on Windows",
    "padding-inline": "Gmail, Outlook",
    "position": "Gmail, Outlook",
    "text-align:end": "Gmail, Outlook",
    "text-align:start": "Gmail, Outlook",
    "transform": "Outlook on Windows, Gmail",
    "url(": "nothing is loaded from elsewhere",
    "visibility": "Outlook on Windows",
    "var(": "Gmail, Outlook",
}


@dataclass(slots=True)
class Seen:
    """What the parser came across."""

    faults: list[str] = field(default_factory=list)
    stack: list[str] = field(default_factory=list)
    inks: list[tuple[str, str]] = field(default_factory=lambda: [PAPER])
    pale: set[tuple[str, str]] = field(default_factory=set)
    ids: Counter[str] = field(default_factory=Counter)
    styles: set[str] = field(default_factory=set)
    block: int = 0


class Reader(HTMLParser):
    """Walks the HTML once and notes faults."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen = Seen()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what is wrong with a tag."""
        given = {name: value or "" for name, value in attrs}
        if tag not in ALLOWED and tag != "img":
            self.seen.faults.append(f"<{tag}> does not belong in a mail")
        if tag not in VOID:
            self.nest(tag)
            self.ink(given.get("style", ""), given.get("bgcolor", "").lower())
        self.attributes(tag, given)
        self.seen.ids[given.get("id", "")] += 1
        self.seen.styles.add(given.get("style", ""))

    def nest(self, tag: str) -> None:
        """Open a tag where it may stand."""
        inside = self.seen.stack[-1] if self.seen.stack else ""
        if tag == "tr" and inside not in {"table", "tbody", "thead"}:
            self.seen.faults.append(f"<tr> inside <{inside}>")
        if tag in {"td", "th"} and inside != "tr":
            self.seen.faults.append(f"<{tag}> inside <{inside}>")
        self.seen.stack.append(tag)

    def ink(self, style: str, painted: str) -> None:
        """Note the colours that hold inside the tag."""
        ink, ground = self.seen.inks[-1]
        inner, under = colours(style)
        self.seen.inks.append((inner or ink, under or painted or ground))

    def attributes(self, tag: str, given: dict[str, str]) -> None:
        """Note missing names and links that lead elsewhere."""
        note = self.seen.faults.append
        if tag == "th" and not given.get("scope"):
            note("a <th> without scope")
        if tag == "table" and not (
            given.get("aria-label") or given.get("role") == "presentation"
        ):
            note("a data table without aria-label")
        if tag == "img" and "alt" not in given:
            note("an <img> without alt")
        if tag == "html" and not given.get("lang"):
            note("no lang on <html>")
        if tag == "a" and not allowed(given.get("href", "")):
            note(f"a link to {given.get('href', '')[:60]!r} is not https")
        for name in given:
            if name.startswith("on") or name in {"src", "srcset", "background"}:
                note(f"{name} on <{tag}>")

    def handle_endtag(self, tag: str) -> None:
        """Close a tag, or note that it does not match."""
        if not self.seen.stack or self.seen.stack[-1] != tag:
            open_tag = self.seen.stack[-1] if self.seen.stack else "nothing"
            self.seen.faults.append(f"</{tag}> closes <{open_tag}>")
            if tag not in self.seen.stack:
                return
            while self.seen.stack[-1] != tag:
                self.close_one()
        self.close_one()

    def close_one(self) -> None:
        """Leave the innermost tag and its colours."""
        self.seen.stack.pop()
        self.seen.inks.pop()

    def handle_data(self, data: str) -> None:
        """Measure the style block, and note text that can hardly be read."""
        if self.seen.stack[-1:] == ["style"]:
            self.seen.block += len(data.encode("utf-8"))
        elif data.strip():
            self.seen.pale.add(self.seen.inks[-1])


def check(message: Message) -> tuple[str, ...]:
    """The same as sentences, for whoever decides whether it leaves."""
    return tuple(f"{fault[:1].upper()}{fault[1:]}." for fault in lint(message))


def lint(message: Message) -> list[str]:
    """Everything that is wrong with a message; empty when it may leave."""
    return [
        *subject_faults(message.subject),
        *html_faults(message.html),
        *text_faults(message.text),
    ]


def subject_faults(subject: str) -> list[str]:
    """Length, emptiness, line breaks."""
    faults = []
    if not subject.strip():
        faults.append("the subject is empty")
    # Marks of direction take no room.
    long = sum(unicodedata.category(char) != "Cf" for char in subject)
    if long > SUBJECT:
        faults.append(f"the subject has {long} characters, {SUBJECT} are shown")
    if CONTROLS.search(subject) or "\n" in subject or "\r" in subject:
        faults.append("the subject holds control characters")
    return faults


def html_faults(html: str) -> list[str]:
    """Structure, names, links, CSS, size."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    seen = reader.seen
    faults = seen.faults
    faults += [f"<{tag}> is never closed" for tag in seen.stack]
    faults += [
        f"the id {name!r} is there {count} times"
        for name, count in seen.ids.items()
        if name and count > 1
    ]
    styles = {one for style in seen.styles for one in declarations(style)}
    faults += [
        f"{rule} is ignored: {clients}"
        for rule, clients in UNSUPPORTED.items()
        if any(uses(rule, style) for style in styles)
    ]
    faults += [
        f"{ink} on {ground} is hard to read"
        for ink, ground in sorted(seen.pale)
        if not legible(ink, ground)
    ]
    if seen.block > STYLE_BLOCK:
        faults.append(f"the style block has {seen.block} bytes, {STYLE_BLOCK} are read")
    if CONTROLS.search(html):
        faults.append("the HTML holds control characters")
    if (size := encoded(html)) > BUDGET:
        faults.append(f"the HTML has {size} bytes as it travels, {BUDGET} are safe")
    return faults


@lru_cache(REMEMBERED)
def colours(style: str) -> tuple[str | None, str | None]:
    """Ink and ground of a ``style`` attribute, as far as it has them."""
    said = declared(style)
    return said.get("color"), said.get("background-color")


@lru_cache(REMEMBERED)
def declarations(style: str) -> tuple[str, ...]:
    """The declarations of a ``style`` attribute, all written alike."""
    rules = style.lower().split(";")
    return tuple(rule.strip().replace(": ", ":") for rule in rules)


def legible(ink: str, ground: str) -> bool:
    """Whether two colours are far enough apart; what is no colour is not judged."""
    if not (COLOUR.match(ink) and COLOUR.match(ground)):
        return True
    return contrast(ink, ground) >= ENOUGH


def uses(rule: str, style: str) -> bool:
    """Whether a declaration is the one that a rule is about."""
    if "(" in rule:
        return rule in style
    if ":" in rule:
        return style.startswith(rule)
    name = style.partition(":")[0]
    return name == rule or name.startswith(f"{rule}-")


def text_faults(text: str) -> list[str]:
    """Width, control characters, emptiness."""
    faults = []
    if not text.strip():
        faults.append("the text part is empty")
    wide = [
        line
        for line in text.splitlines()
        if columns(line) > COLUMNS and not line.startswith("https://")
    ]
    if wide:
        faults.append(
            f"{len(wide)} lines of text are wider than {COLUMNS}: {wide[0][:40]!r}"
        )
    if CONTROLS.search(text):
        faults.append("the text holds control characters")
    return faults
