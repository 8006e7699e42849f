"""Whatever Sales Cloud holds, the page keeps its shape and nothing in it runs."""

from collections.abc import Iterator
from dataclasses import replace
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.findings import DealReview, Evidence, Packet, Signal
from reports.model import Deal
from reports.words.entries import packet_sheet
from reports.words.environment import html_environment
from reports.words.lint import lint
from reports.words.render import Renderer
from reports.words.voices import voice
from tests.builders import CLEO
from tests.golden.scenario import the_packet


RENDERER = Renderer("https://acme.my.salesforce.com")
PERSIAN = RENDERER.to(voice("fa", "fa_IR", "Asia/Tehran"))
PACKET = the_packet()

PAYLOADS = (
    "<script>alert(1)</script>",
    "</td></tr></table><h1>owned</h1>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "<!--later-->x<!--/later-->",
    "--><svg onload=alert(1)>",
    "]]><![CDATA[<b>",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;b&gt;&amp;&#x3c;",
    "\u202etxt.exe\u2066\u200f",
    "a\x00b\x1b[31mc\x92d\u2028e",
    "Robert\r\nBcc: all@acme.example",
    '=HYPERLINK("https://evil.example")',
    "שלום <b> 123",
    "x" * 160,
    "a b " * 60,
    "\U0001f469\u200d\U0001f4bb" * 5,
    "Z\u0351\u0347" * 9,
    "株式会社" * 5,
    "%s %d {0} {name}",
    "../../etc/passwd",
    " ",
)


def with_text(text: str) -> Packet:
    """The packet with ``text`` in every field that a person can fill.

    Three deals in the table, so that no text is long enough to cost it a row.
    """

    def deal(one: Deal) -> Deal:
        return replace(
            one,
            name=text,
            account=f"{text}.",
            next_step=text,
            stage=replace(one.stage, name=text),
            loss_reason=text,
        )

    def signal(one: Signal) -> Signal:
        return replace(one, because=text)

    def review(one: DealReview) -> DealReview:
        return replace(
            one,
            deal=deal(one.deal),
            signals=tuple(signal(s) for s in one.signals),
            hygiene=tuple(replace(i, because=text) for i in one.hygiene),
            questions=tuple(
                replace(
                    q,
                    evidence=tuple(
                        Evidence(text=text, record_id=e.record_id, on=e.on)
                        for e in q.evidence
                    ),
                )
                for q in one.questions
            ),
        )

    return replace(
        PACKET,
        rep=replace(PACKET.rep, name=text),
        manager=replace(CLEO, name=text),
        org_name=text,
        agenda=tuple(
            replace(item, title=text) if item.deal_id else item
            for item in PACKET.agenda
        ),
        focus=tuple(review(one) for one in PACKET.focus),
        deals=tuple(review(one) for one in PACKET.deals[:3]),
        changes=tuple(replace(one, name=text, because=text) for one in PACKET.changes),
        promises=tuple(
            replace(
                one,
                what=text,
                evidence=tuple(replace(e, text=text) for e in one.evidence),
            )
            for one in PACKET.promises
        ),
        to_fill=tuple(replace(one, because=text) for one in PACKET.to_fill),
        names=dict.fromkeys(PACKET.names, text),
        norms={deal: replace(norm, stage=text) for deal, norm in PACKET.norms.items()},
    )


def shape(html: str) -> list[tuple[str, tuple[str, ...]]]:
    """Every element with its attributes' names, but for what keeps directions apart."""
    return list(elements(html5lib.parse(html, namespaceHTMLElements=False)))


def elements(root: Element) -> Iterator[tuple[str, tuple[str, ...]]]:
    for element in root.iter():
        if "dir" not in element.attrib:
            yield element.tag, tuple(sorted(element.attrib))


PLAIN = "Plain text"
MAIL = shape(RENDERER.packet(with_text(PLAIN)).html)
PERSIAN_MAIL = shape(PERSIAN.packet(with_text(PLAIN)).html)


def archived(packet: Packet) -> str:
    sheet = packet_sheet(RENDERER, packet)
    template = html_environment().get_template("archive/packet.html.jinja")
    return template.render(
        page=sheet.page,
        entry=sheet.entry,
        lists=(),
        before=None,
        after=None,
        earlier=None,
        pdf=None,
    )


ARCHIVE = shape(archived(with_text(PLAIN)))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_from_sales_cloud_never_changes_the_shape_of_a_mail(payload: str) -> None:
    message = RENDERER.packet(with_text(payload))

    assert shape(message.html) == MAIL
    assert lint(message) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nor_that_of_a_mail_from_right_to_left(payload: str) -> None:
    message = PERSIAN.packet(with_text(payload))

    assert shape(message.html) == PERSIAN_MAIL
    assert lint(message) == []


@pytest.mark.parametrize("payload", PAYLOADS[:6])
def test_text_from_sales_cloud_never_changes_the_shape_of_the_archive(
    payload: str,
) -> None:
    assert shape(archived(with_text(payload))) == ARCHIVE


@settings(max_examples=8, deadline=None)
@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=80))
def test_no_text_at_all_does(text: str) -> None:
    message = RENDERER.packet(with_text(text))

    assert shape(message.html) == MAIL
    assert lint(message) == []


@pytest.mark.parametrize("text", ["x" * 9000, "株" * 9000, "\U0001f469" * 9000])
def test_however_long_a_text_is_the_mail_stays_below_the_clip(text: str) -> None:
    assert lint(RENDERER.packet(with_text(text))) == []


def test_every_link_leads_to_the_organisation() -> None:
    tree = html5lib.parse(
        RENDERER.packet(with_text("javascript:alert(1)")).html,
        namespaceHTMLElements=False,
    )

    hosts = {link.attrib["href"].split("/")[2] for link in tree.iter("a")}
    assert hosts == {"acme.my.salesforce.com"}
