"""The templates themselves: what they must never contain, whatever they print."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import nodes

from reports.findings import Message, Packet
from reports.words.contrast import contrast, declared
from reports.words.environment import TEMPLATES, html_environment
from reports.words.headline import OWNERS
from reports.words.render import Renderer
from reports.words.style import DARK, STYLES, head_css, sty, word_css
from tests.golden.gallery import GALLERY, RENDERER, blind_packet, worst_packet
from tests.golden.scenario import the_packet


ALL = sorted(TEMPLATES.rglob("*.jinja"))
HTML = [path for path in ALL if path.name.endswith(".html.jinja")]

#: Blame, in the words in which it is usually put.
BLAME = re.compile(
    r"\b(you (failed|forgot|missed|should have|did not|didn't|never|ignored)"
    r"|why did(n't)? you|your (failure|fault|mistake)|how did you miss"
    r"|lazy|careless|worst rep|bad rep|underperform\w*|naughty|blame)\b",
    re.IGNORECASE,
)
SAID = [
    *ALL,
    *sorted((TEMPLATES.parent / "reports").rglob("*.py")),
]


def name(path: Path) -> str:
    return str(path.relative_to(TEMPLATES.parent))


@pytest.mark.parametrize("path", SAID, ids=name)
def test_nobody_is_blamed(path: Path) -> None:
    assert BLAME.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", HTML, ids=name)
def test_no_template_lets_a_value_through_unescaped(path: Path) -> None:
    tree = html_environment().parse(path.read_text(encoding="utf-8"))

    filters = {node.name for node in tree.find_all(nodes.Filter)}
    assert not filters & {"safe", "striptags", "xmlattr", "attr", "format", "replace"}
    assert list(tree.find_all(nodes.ScopedEvalContextModifier)) == []


@pytest.mark.parametrize("path", HTML, ids=name)
def test_attributes_are_quoted_and_nothing_is_loaded_or_run(path: Path) -> None:
    source = path.read_text(encoding="utf-8")

    assert re.findall(r"=\s*\{\{", source) == []
    assert re.findall(r"<(?:script|img|iframe|link|object|form)\b", source) == []
    assert re.findall(r"\bon\w+\s*=", source) == []
    assert re.findall(r"url\(|@import", source) == []


@pytest.mark.parametrize("path", HTML, ids=name)
def test_values_in_style_are_widths_only(path: Path) -> None:
    styles = re.findall(r'style="([^"]*)"', path.read_text(encoding="utf-8"))

    dynamic = {style for style in styles if "{" in style}
    assert dynamic <= {"width:{{ part.width }}%"}


@pytest.mark.parametrize("path", ALL, ids=name)
def test_templates_decide_how_and_never_what(path: Path) -> None:
    tree = html_environment().parse(path.read_text(encoding="utf-8"))

    compared = [
        node
        for node in tree.find_all(nodes.Compare)
        if any(isinstance(operand.expr, nodes.Const) for operand in node.ops)
        and any(operand.op in {"lt", "lteq", "gt", "gteq"} for operand in node.ops)
    ]
    sums = (nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.Mod)
    arithmetic = [
        node
        for kind in sums
        for node in tree.find_all(kind)
        if not any(
            isinstance(side, nodes.Const | nodes.CondExpr)
            for side in (node.left, node.right)
        )
        and not isinstance(node.left, nodes.Add)
    ]
    assert compared == []
    assert arithmetic == []


def test_a_later_class_wins_and_only_live_ones_are_printed() -> None:
    assert sty("t xs mut") == (
        ' class="mut" style="margin:0;font-size:12px;line-height:1.35;color:#545d6a"'
    )


def test_the_style_block_is_small() -> None:
    assert len(head_css().encode()) < 8192


def test_a_ground_that_is_an_attribute_is_printed_as_one() -> None:
    assert sty("us1") == ' class="us1" bgcolor="#cfe0f3" style="color:#12324f"'
    assert sty("us0") == ' class="us0" bgcolor="#eef1f4"'
    assert sty("us3") == ' class="us3" style="background-color:#1f5fa8;color:#ffffff"'


#: The tables that a whole mail stands in.
PAPER = {"page", "card"}


class Cells(HTMLParser):
    """Cells with what they take from the tables and rows of their list."""

    def __init__(self, told: dict[str, dict[str, str]]) -> None:
        super().__init__()
        self.told = told  #: by class, what Outlook on Windows is told of cells in it
        self.around: list[tuple[str, list[str], dict[str, str]]] = []
        self.untold: list[str] = []
        self.count = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"table", "tr", "td", "th"}:
            return
        given = {name: value or "" for name, value in attrs}
        classes, said = given.get("class", "").split(), declared(given.get("style", ""))
        if tag in {"td", "th"}:
            self.cell(said)
        self.around.append((tag, classes, said))

    def cell(self, said: dict[str, str]) -> None:
        near = [one for one in self.around[-2:] if not PAPER & {*one[1]}]
        takes = {
            name: value
            for _, _, rules in near
            for name, value in rules.items()
            if name in {"font-size", "line-height", "color", "border-bottom"}
        }
        classes = {name for _, around, _ in self.around for name in around}
        told: dict[str, str] = {}
        for name, rules in self.told.items():
            told |= rules if name in classes else {}
        told |= said
        self.count += len(takes)
        self.untold += [
            f"{name}:{value} but {told.get(name)}"
            for name, value in takes.items()
            if name not in said and told.get(name) != value
        ]

    def handle_endtag(self, tag: str) -> None:
        if tag in {"table", "tr", "td", "th"}:
            self.around.pop()


@pytest.mark.parametrize("make", GALLERY.values(), ids=GALLERY)
def test_outlook_on_windows_is_told_what_cells_take_from_their_table_and_row(
    make: Callable[[Renderer], Message],
) -> None:
    found = re.findall(r"\.(\w+) td,\.\1 th\{([^}]*)\}", word_css())
    cells = Cells({name: declared(rules) for name, rules in found})

    html = make(RENDERER).html
    cells.feed(html)

    assert f"{word_css()}</style><![endif]-->" in html
    assert cells.untold == []
    assert cells.count > 0 or "aria-label" not in html


def colours(table: dict[str, str], key: str) -> dict[str, str]:
    found = {
        name: re.search(rf"(?:^|;){key}:(#[0-9a-f]{{6}})", css)
        for name, css in table.items()
    }
    return {name: match.group(1) for name, match in found.items() if match}


@pytest.mark.parametrize("table", [STYLES, DARK], ids=["light", "dark"])
def test_every_colour_of_text_passes_on_its_ground(table: dict[str, str]) -> None:
    ink, ground = colours(table, "color"), colours(table, "background-color")
    card = ground["card"]

    weak = {
        name: round(contrast(colour, ground.get(name, card)), 2)
        for name, colour in ink.items()
        if contrast(colour, ground.get(name, card)) < 4.5
    }
    assert weak == {}


def test_whoever_takes_a_step_is_named_by_role() -> None:
    assert sorted(OWNERS.values()) == ["Executive", "Manager", "Rep"]


def people_in(packet: Packet) -> set[str]:
    manager = packet.manager.name.split() if packet.manager else []
    return {packet.rep.name, packet.rep.name.split()[0], *manager}


@pytest.mark.parametrize("make", [the_packet, worst_packet, blind_packet])
def test_no_finding_about_a_deal_names_a_person(make: Callable[[], Packet]) -> None:
    packet = make()
    said = [
        *(one.because for review in packet.deals for one in review.signals),
        *(one.because for review in packet.deals for one in review.hygiene),
    ]

    assert said
    assert [
        line for line in said if any(name in line for name in people_in(packet))
    ] == []


def test_a_packet_names_its_rep_at_the_top_and_at_the_end_only() -> None:
    message = GALLERY["packet-usual"](RENDERER)
    lines = [line for line in message.text.splitlines() if "Ada Lund" in line]

    assert lines == [
        "Pipeline review · Ada Lund with Cleo Marsh · Thu 12 November 2026",
        "Ada Lund and Cleo Marsh got this same page.",
    ]
    assert message.html.count("Ada Lund") == 2


@pytest.mark.parametrize("make", GALLERY.values(), ids=GALLERY)
def test_no_message_blames(make: Callable[[Renderer], Message]) -> None:
    message = make(RENDERER)

    assert BLAME.findall(message.subject + message.html + message.text) == []
