"""Letters that a reader of a check-in may begin: to who promised, and to the other."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

from reports.findings import OwnerKind, Promise
from reports.model import Person
from reports.said import Said, day, mark, say
from reports.words.links import ADDRESS, letter
from reports.words.text import Name, clean
from reports.words.voice import Voice


#: The most of a deal's name in a subject, of a subject, and of a body.
NAME, SUBJECT, BODY = 40, 120, 300
#: What is asked of who promised, and what the other is told.
ASK = mark(
    "We agreed on this for {day}. How does it stand, and what would help to get it "
    "done?"
)
TELL = mark("We agreed on this for {day}. This is how it stands, and what would help:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A letter to begin."""

    label: Said
    to: str
    subject: Said
    body: Said


def drafts(
    promise: Promise, deal: str, rep: Person, manager: Person | None, today: date
) -> Iterator[Draft]:
    """To whoever promised, then to the other of the two.

    What was promised for an executive is the manager's to arrange.
    """
    sides = [(rep, say("Write to the rep")), (manager, say("Write to the manager"))]
    if promise.owner is not OwnerKind.REP:
        sides.reverse()
    subject = say("{what} ({deal})", what=say(promise.what), deal=Name(deal, NAME))
    for (person, label), body in zip(sides, (ASK, TELL), strict=True):
        if person and person.active and ADDRESS.match(person.email or ""):
            yield Draft(
                label=label,
                to=person.email or "",
                subject=subject,
                body=say(body, day=day(promise.due, today)),
            )


def mailto(voice: Voice, draft: Draft) -> Markup:
    """The link that begins it, in the reader's language."""
    subject = clean(voice.text(draft.subject, SUBJECT))
    return escape(letter(draft.to, subject, clean(voice.text(draft.body, BODY))))
