"""Templates of an installation's own: they come first, and can do nothing but print."""

from pathlib import Path

import pytest

from reports.findings import Message
from reports.words.environment import TEMPLATES
from reports.words.guarded import TemplateMistake
from reports.words.own import template_mistakes
from reports.words.render import Renderer
from tests.golden.gallery import GALLERY, RENDERER
from tests.golden.scenario import the_packet


SUBJECT = "packet.subject.jinja"
AGENDA = "packet/agenda.html.jinja"
FIRST = "{{ page.packet.rep.name }}"


def write(folder: Path, name: str, source: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")
    return path


def rendered(folder: Path) -> Message:
    return Renderer("https://acme.my.salesforce.com", folder).packet(the_packet())


def test_a_template_of_ones_own_comes_before_ours_of_the_same_name(
    tmp_path: Path,
) -> None:
    write(tmp_path, SUBJECT, f"Deals of {FIRST}")
    ours = RENDERER.packet(the_packet())

    mine = rendered(tmp_path)

    assert mine.subject == f"Deals of {the_packet().rep.name}"
    assert (mine.html, mine.text) == (ours.html, ours.text)
    assert template_mistakes(tmp_path) == []


def test_a_part_of_a_letter_can_be_replaced_and_bring_parts_of_its_own(
    tmp_path: Path,
) -> None:
    write(tmp_path, AGENDA, '{% include "packet/mine.html.jinja" %}')
    write(
        tmp_path,
        "packet/mine.html.jinja",
        "{% for row in page.agenda %}<p>{{ loop.index }} {{ loop.cycle('a', 'b') }}"
        "</p>{% endfor %}",
    )

    assert "<p>2 b</p>" in rendered(tmp_path).html
    assert template_mistakes(tmp_path) == []


def test_our_own_templates_say_the_same_in_the_sandbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in TEMPLATES.rglob("*.jinja"):
        name = path.relative_to(TEMPLATES).as_posix()
        if not name.startswith("archive/"):
            write(tmp_path, name, path.read_text(encoding="utf-8"))
    ours = {name: letter(RENDERER) for name, letter in GALLERY.items()}
    monkeypatch.setattr(RENDERER, "own", tmp_path)

    assert template_mistakes(tmp_path) == []
    assert {name: letter(RENDERER) for name, letter in GALLERY.items()} == ours


def test_text_from_sales_cloud_is_escaped_in_them(tmp_path: Path) -> None:
    source = "{% set it = '<u>' %}{{ it }}{{ page.packet.rep.name ~ '<i>' }}"
    write(tmp_path, AGENDA, source)

    html = rendered(tmp_path).html

    assert "&lt;u&gt;" in html
    assert "&lt;i&gt;" in html
    assert "<u>" not in html


@pytest.mark.parametrize(
    "attack",
    [
        "{{ ''.__class__ }}",
        "{{ page.__class__.__mro__ }}",
        "{{ page.packet.__init__.__globals__ }}",
        "{{ sty.__globals__ }}",
        "{{ head_css.__globals__ }}",
        "{{ [].append(1) }}",
        "{{ '{0.__class__}'.format(page) }}",
        "{{ page.subject.replace('a', 'b') }}",
        "{{ page.subject.encode() }}",
        "{{ 'a' * 1000000000 }}",
        "{{ 1000000000 * 'a' }}",
        "{{ [0] * 1000000000 }}",
        "{{ 9 ** 99999999 }}",
        "{{ range(10000000) }}",
        "{{ [page]|map(attribute='__class__')|first }}",
        "{{ self.__init__ }}",
        "{{ loop.__class__ }}",
        "{{ namespace.__init__.__globals__ }}",
        "{% set n = namespace() %}{{ n.__class__ }}",
        "{{ page.nowhere }}",
        "{{ 1 // 0 }}",
        "{{ page.subject + 1 }}",
        "{% include 'gone.html.jinja' %}",
        "{% include '../dealpacket.toml' %}",
        "{% include '/etc/passwd' %}",
    ],
)
def test_what_a_template_may_not_do_is_a_mistake_with_file_and_line(
    tmp_path: Path, attack: str
) -> None:
    path = write(tmp_path, AGENDA, f"<p>\n{attack}\n</p>")
    renderer = Renderer(None, tmp_path)

    with pytest.raises(TemplateMistake, match=f"^{path}: line 2: .") as said:
        renderer.packet(the_packet())

    assert "\n" not in str(said.value)
    with pytest.raises(TemplateMistake):
        renderer.sound()


@pytest.mark.parametrize(
    ("source", "because"),
    [
        ("<p>\n{{ page.subject", "unexpected end of template"),
        ("<p>\n{% if %}", "Expected an expression"),
        ("<p>\n{{ page.subject|safe }}", "No filter named 'safe'"),
        ("<p>\n{{ page|attr('x') }}", "No filter named 'attr'"),
        ("<p>\n{{ page|pprint }}", "No filter named 'pprint'"),
        ("<p>\n{{ page|tojson }}", "No filter named 'tojson'"),
        ("<p>\n{{ pages.subject }}", "pages is not known"),
        ("<p>\n{{ cycler(1) }}", "cycler is not known"),
        ("<p>\n{{ lipsum() }}", "lipsum is not known"),
        (
            "<p>\n{% autoescape false %}{{ page.subject }}{% endautoescape %}",
            "escaping cannot be switched on or off",
        ),
    ],
)
def test_what_is_wrong_with_a_template_is_told_without_any_data(
    tmp_path: Path, source: str, because: str
) -> None:
    path = write(tmp_path, AGENDA, source)

    (told,) = template_mistakes(tmp_path)

    assert told.startswith(f"{path}: line 2: {because}")


@pytest.mark.parametrize(
    ("name", "because"),
    [
        ("packet.htm.jinja", "it replaces no template of a letter, and none of yours"),
        ("archive/index.html.jinja", "it replaces no template of a letter; take it"),
        ("README", "it replaces no template of a letter; take it away"),
    ],
)
def test_a_file_that_would_do_nothing_is_told(
    tmp_path: Path, name: str, because: str
) -> None:
    path = write(tmp_path, name, "nothing")

    (told,) = template_mistakes(tmp_path)

    assert told.startswith(f"{path}: {because}")


def test_a_template_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / SUBJECT).write_bytes(b"\xff\xfe")

    (told,) = template_mistakes(tmp_path)

    assert told.endswith("it cannot be read as UTF-8 text")
