"""Packets, alerts, reminders and check-ins as messages: subject, HTML, text."""

from collections.abc import Callable, Iterable, Iterator
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Self

from jinja2 import Environment

from reports.findings import Message, Packet
from reports.model import Person
from reports.packet.alerts import HygieneAlert, Reminder
from reports.packet.dealsheet import DealSheet
from reports.packet.followup import FollowUp
from reports.packet.rollup import RollUp
from reports.words.alert_page import AlertPage, alert_page
from reports.words.check_page import FollowUpPage, follow_up_page, reminder_page
from reports.words.environment import LONGEST, html_environment, text_environment
from reports.words.guarded import SURPRISES, TemplateMistake, explained
from reports.words.links import Links
from reports.words.page import ALL, Caps, Page, narrowed, whole_page
from reports.words.rollup_page import RollUpPage, roll_up_page
from reports.words.sheet_page import SheetPage, sheet_page
from reports.words.size import fitted
from reports.words.voice import ENGLISH, Voice
from reports.words.voices import Voices


#: Everybody in the voice of their user.
EVERYBODY = Voices()
#: Text scrolls more easily than a mail on a phone, but not for ever.
TEXT = replace(ALL, changes=25, fields=20, good=12)


class Renderer:
    """Writes messages whose links lead to one organisation, or to nowhere.

    ``own`` is a folder with templates of the installation, which come before ours.
    """

    def __init__(
        self,
        base_url: str | None,
        own: Path | None = None,
        voice: Voice = ENGLISH,
        voices: Voices = EVERYBODY,
    ) -> None:
        self.links = Links(base_url)
        self.own = own
        self.voice = voice
        self.voices = voices
        self._mistakes: list[TemplateMistake] = []

    def to(self, voice: Voice) -> Self:
        """The same for readers of another voice."""
        if voice == self.voice:
            return self
        other = copy(self)
        other.voice = voice
        return other

    def told(
        self, readers: Iterable[Person], write: Callable[["Renderer"], Message]
    ) -> Iterator[tuple[Person, Message, str]]:
        """Each reader with the message and the name of its language; once a voice."""
        messages: dict[Voice, Message] = {}
        for reader in readers:
            voice = self.voices.of(reader)
            if voice not in messages:
                messages[voice] = write(self.to(voice))
            yield reader, messages[voice], voice.tag

    def reading(self, person: Person) -> "Renderer":
        """The same for a reader."""
        return self.to(self.voices.of(person))

    def sound(self) -> None:
        """Raise the TemplateMistake that was found, so that no part of a round goes."""
        if self._mistakes:
            raise self._mistakes[0]

    def packet(self, packet: Packet) -> Message:
        """One rep's review."""
        whole = whole_page(packet, self.links)

        def html(caps: Caps) -> str:
            return self.html("packet", narrowed(whole, caps), caps.text)

        rows = len(whole.deals.rows)
        return self._message("packet", narrowed(whole, TEXT), fitted(html, rows))

    def packet_page(self, packet: Packet) -> Page:
        """The same with nothing cut, for the archive."""
        return whole_page(packet, self.links)

    def alert(self, alert: HygieneAlert) -> Message:
        """The state of the data, for operations."""
        shown = self.alert_page(alert)
        return self._message("hygiene", shown, self.html("hygiene", shown))

    def alert_page(self, alert: HygieneAlert) -> AlertPage:
        """The same for the archive."""
        return alert_page(alert, self.links)

    def follow_up(self, check: FollowUp) -> Message:
        """The end-of-week check-in of one rep."""
        shown = self.follow_up_page(check)
        return self._message("followup", shown, self.html("followup", shown))

    def follow_up_page(self, check: FollowUp) -> FollowUpPage:
        """The same for the archive."""
        return follow_up_page(check, self.links)

    def reminder(self, reminder: Reminder) -> Message:
        """What a rep can put right before the review."""
        shown = reminder_page(reminder, self.links)
        return self._message("reminder", shown, self.html("reminder", shown))

    def roll_up(self, roll_up: RollUp) -> Message:
        """A manager's page over the team's packets."""
        shown = roll_up_page(roll_up, self.links)
        return self._message("rollup", shown, self.html("rollup", shown))

    def roll_up_page(self, roll_up: RollUp) -> RollUpPage:
        """The same with nothing cut, for the archive."""
        return roll_up_page(roll_up, self.links, whole=True)

    def deal_sheet(self, sheet: DealSheet) -> Message:
        """The page of a deal that several people sell."""
        shown = self.deal_sheet_page(sheet)
        return self._message("dealsheet", shown, self.html("dealsheet", shown))

    def deal_sheet_page(self, sheet: DealSheet) -> SheetPage:
        """The same for the archive."""
        return sheet_page(sheet, self.links)

    def _message(self, name: str, shown: object, html: str) -> Message:
        """The HTML with its subject and the text written beside it."""
        return Message(
            subject=self._text(f"{name}.subject.jinja", shown).strip(),
            html=html,
            text=self._text(f"{name}.text.jinja", shown),
        )

    def html(self, name: str, shown: object, longest: int = LONGEST) -> str:
        """The HTML of a page, no text in it longer than ``longest``."""
        environment = html_environment(longest, self.own, self.voice)
        return self._rendered(environment, f"{name}.html.jinja", shown)

    def _text(self, name: str, shown: object) -> str:
        return self._rendered(text_environment(self.own, self.voice), name, shown)

    def _rendered(self, environment: Environment, name: str, shown: object) -> str:
        try:
            return environment.get_template(name).render(page=shown)
        except SURPRISES as error:
            if self.own is None:
                raise
            mistake = explained(error, self.own)
            self._mistakes.append(mistake)
            raise mistake from error
