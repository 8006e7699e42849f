"""Packets, alerts, reminders and check-ins as messages: subject, HTML, text."""

from dataclasses import replace

from reports.findings import Message, Packet
from reports.packet.alerts import HygieneAlert, Reminder
from reports.packet.dealsheet import DealSheet
from reports.packet.followup import FollowUp
from reports.packet.rollup import RollUp
from reports.words.alert_page import AlertPage, alert_page
from reports.words.check_page import FollowUpPage, follow_up_page, reminder_page
from reports.words.environment import LONGEST, html_environment, text_environment
from reports.words.links import Links
from reports.words.page import ALL, Caps, Page, page
from reports.words.rollup_page import roll_up_page
from reports.words.sheet_page import sheet_page
from reports.words.size import fitted


#: Text scrolls more easily than a mail on a phone, but not for ever.
TEXT = replace(ALL, changes=25, fields=20, good=12)


class Renderer:
    """Writes messages whose links lead to one organisation, or to nowhere."""

    def __init__(self, base_url: str | None) -> None:
        self.links = Links(base_url)

    def packet(self, packet: Packet) -> Message:
        """One rep's review."""

        def html(caps: Caps) -> str:
            return as_html("packet", page(packet, self.links, caps), caps.text)

        whole = page(packet, self.links, TEXT)
        return message("packet", whole, fitted(html))

    def packet_page(self, packet: Packet) -> Page:
        """The same with nothing cut, for the archive."""
        return page(packet, self.links, ALL)

    def alert(self, alert: HygieneAlert) -> Message:
        """The state of the data, for operations."""
        shown = self.alert_page(alert)
        return message("hygiene", shown, as_html("hygiene", shown))

    def alert_page(self, alert: HygieneAlert) -> AlertPage:
        """The same for the archive."""
        return alert_page(alert, self.links)

    def follow_up(self, check: FollowUp) -> Message:
        """The end-of-week check-in of one rep."""
        shown = self.follow_up_page(check)
        return message("followup", shown, as_html("followup", shown))

    def follow_up_page(self, check: FollowUp) -> FollowUpPage:
        """The same for the archive."""
        return follow_up_page(check, self.links)

    def reminder(self, reminder: Reminder) -> Message:
        """What a rep can put right before the review."""
        shown = reminder_page(reminder, self.links)
        return message("reminder", shown, as_html("reminder", shown))

    def roll_up(self, roll_up: RollUp) -> Message:
        """A manager's page over the team's packets."""
        shown = roll_up_page(roll_up, self.links)
        return message("rollup", shown, as_html("rollup", shown))

    def deal_sheet(self, sheet: DealSheet) -> Message:
        """The page of a deal that several people sell."""
        shown = sheet_page(sheet, self.links)
        return message("dealsheet", shown, as_html("dealsheet", shown))


def message(name: str, shown: object, html: str) -> Message:
    """The HTML with its subject and the text written beside it."""
    environment = text_environment()
    return Message(
        subject=environment.get_template(f"{name}.subject.jinja")
        .render(page=shown)
        .strip(),
        html=html,
        text=environment.get_template(f"{name}.text.jinja").render(page=shown),
    )


def as_html(name: str, shown: object, longest: int = LONGEST) -> str:
    """The HTML of a page, no text in it longer than ``longest``."""
    return (
        html_environment(longest).get_template(f"{name}.html.jinja").render(page=shown)
    )
