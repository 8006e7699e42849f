"""What others say of our mail: html-validate, axe-core in Chromium, SpamAssassin.

``make mail`` installs them into .mail/ and from Debian, and runs these tests; the
ordinary suite leaves them out. SpamAssassin runs its local tests only, and nothing
asks the network.
"""

import json
import os
import re
import shutil
import subprocess
import zlib
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from bench.chromium import Chromium
from reports.delivery.mime import Sender, mime
from reports.findings import Message
from reports.words.layout import COLUMNS, columns
from reports.words.lint import lint
from reports.words.render import Renderer
from reports.words.size import BUDGET, encoded
from tests.conftest import ROOT
from tests.golden.gallery import GALLERY, PERSIAN, RENDERER, write_site
from tests.golden.scenario import the_packet
from tests.letters import a_letter


pytestmark = pytest.mark.mail

TOOLS = ROOT / ".mail" / "node_modules"
SCHEMES = {"light": False, "dark": True}
WIDTHS = (680, 375)
#: Of these, what can be decided by looking at the page.
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: The mail client has the landmarks; a mail stands inside one of its own.
AXE_OFF = ("region", "landmark-one-main")
#: Rules of html-validate that are not for mail, each with its reason.
NOT_FOR_MAIL = {
    "no-inline-style": "several clients drop the style block and keep inline styles",
    "no-deprecated-attr": "Outlook on Windows knows width and align, not their CSS",
    "prefer-tbody": "some clients put in a tbody, some do not; no style rests on it",
    "no-conditional-comment": "only in them can Outlook on Windows be told its width",
}
#: And of the archive's pages.
NOT_FOR_PAGES = {"no-inline-style": "the width of a bar's part is a number of its own"}
SPAM = 0.5

MAKERS: dict[str, Callable[[], Message]] = {
    **{name: partial(make, RENDERER) for name, make in GALLERY.items()},
    **{f"{name}-fa": partial(make, PERSIAN) for name, make in GALLERY.items()},
    "packet-without-links": lambda: Renderer(None).packet(the_packet()),
}


@cache
def made(name: str) -> Message:
    """A message, once somebody looks at it: making all of them takes long."""
    return MAKERS[name]()


def installed(path: Path) -> Path:
    if not path.exists():
        pytest.fail(f"{path.relative_to(ROOT)} is missing; run make mail")
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("mail")
    for name in MAKERS:
        (place / f"{name}.html").write_text(made(name).html, encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    pages = write_site(tmp_path_factory.mktemp("site"))
    persian = write_site(tmp_path_factory.mktemp("site-fa"), PERSIAN)
    return pages | {f"{name}-fa": path for name, path in persian.items()}


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    with Chromium() as running:
        yield running


def invalid(pages: list[Path], off: dict[str, str], place: Path) -> list[str]:
    """What html-validate has to say about pages."""
    rules = {"wcag/h63": "error", "wcag/h37": "error", **dict.fromkeys(off, "off")}
    extends = ["html-validate:recommended", "html-validate:a11y"]
    config = place / "htmlvalidate.json"
    config.write_text(json.dumps({"root": True, "extends": extends, "rules": rules}))
    tool = installed(TOOLS / ".bin" / "html-validate")
    said = subprocess.run(
        [tool, "--config", config, "--formatter", "json", *pages],
        capture_output=True,
        text=True,
        check=False,
    )
    return [
        f"{Path(page['filePath']).name} line {one['line']}: {one['message']}"
        for page in json.loads(said.stdout)
        for one in page["messages"]
    ]


def test_the_html_of_every_message_is_valid(folder: Path, tmp_path: Path) -> None:
    pages = sorted(folder.glob("*.html"))

    assert len(pages) == len(MAKERS)
    assert invalid(pages, NOT_FOR_MAIL, tmp_path) == []


def test_every_page_of_the_archive_is_valid(
    site: dict[str, Path], tmp_path: Path
) -> None:
    folders = (site["index"].parent, site["index-fa"].parent)
    pages = sorted(page for folder in folders for page in folder.rglob("*.html"))

    assert invalid(pages, NOT_FOR_PAGES, tmp_path) == []


def unpacked(pdf: bytes) -> bytes:
    """The objects of a PDF, which are packed several to a stream."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    packed = (one for one in streams if one[:1] == b"x")
    return b"\n".join(zlib.decompressobj().decompress(one) for one in packed)


@pytest.mark.parametrize("language", ["", "-fa"])
def test_a_page_of_the_archive_becomes_a_tagged_pdf(
    site: dict[str, Path], language: str
) -> None:
    page = site[f"packet{language}"]
    said = (
        "import sys, pathlib; from reports.words.printed import press;"
        "made = press()(pathlib.Path(sys.argv[1]).read_text(encoding='utf-8'));"
        "sys.stdout.buffer.write(made)"
    )
    python = installed(TOOLS.parent / "pdf" / "bin" / "python")
    ran = subprocess.run(
        [python, "-c", said, page], capture_output=True, check=True, cwd=ROOT
    )

    assert ran.stdout.startswith(b"%PDF-")
    assert b"/MarkInfo" in unpacked(ran.stdout)


def test_invalid_html_is_found(tmp_path: Path) -> None:
    page = tmp_path / "broken.html"
    html = made("packet-usual").html.replace("</table>", "", 1)
    page.write_text(html, encoding="utf-8")

    assert invalid([page], NOT_FOR_MAIL, tmp_path) != []


def barriers(browser: Chromium, page: Path, off: tuple[str, ...]) -> list[str]:
    """What axe-core finds on a page, in both schemes and widths."""
    axe = installed(TOOLS / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    options = {
        "runOnly": AXE_TAGS,
        "rules": {name: {"enabled": False} for name in off},
    }
    found = []
    for scheme, dark in SCHEMES.items():
        for width in WIDTHS:
            browser.open(page.as_uri(), width=width, dark=dark)
            browser.run(axe)
            told: list[dict[str, Any]] = browser.run(
                f"axe.run(document, {json.dumps(options)}).then(r => r.violations.map("
                "v => ({id: v.id, help: v.help, where: v.nodes[0].html})))"
            )
            found += [
                f"{scheme} {width}: {one['id']}: {one['help']}: {one['where'][:200]}"
                for one in told
            ]
    return found


@pytest.mark.parametrize("name", MAKERS)
def test_a_message_has_no_barriers(browser: Chromium, folder: Path, name: str) -> None:
    assert barriers(browser, folder / f"{name}.html", AXE_OFF) == []


def test_the_pages_of_the_archive_have_no_barriers(
    browser: Chromium, site: dict[str, Path]
) -> None:
    found = {name: barriers(browser, page, ()) for name, page in site.items()}

    assert {name: said for name, said in found.items() if said} == {}


def test_a_barrier_is_found(browser: Chromium, tmp_path: Path) -> None:
    page = tmp_path / "pale.html"
    html = made("packet-usual").html.replace("color:#545d6a", "color:#c5cad1")
    page.write_text(html, encoding="utf-8")

    assert "light 680: color-contrast" in " ".join(barriers(browser, page, AXE_OFF))


def spam_score(message: Message, home: Path) -> float:
    """What SpamAssassin makes of a message, without asking the network."""
    tool = shutil.which("spamassassin")
    if tool is None:
        pytest.fail("SpamAssassin is missing; run make mail")
    letter = mime(
        a_letter(message=message),
        Sender(name="Pipeline reviews", address="reviews@acme.example"),
    )
    said = subprocess.run(
        [tool, "--local", "--test-mode"],
        input=letter,
        capture_output=True,
        check=True,
        env={**os.environ, "HOME": str(home), "LC_ALL": "C.UTF-8"},
    )
    found = re.search(
        rb"^X-Spam-Status: .*?score=(-?[\d.]+)", said.stdout, re.MULTILINE
    )
    assert found, said.stdout[:2000]
    return float(found.group(1))


@pytest.mark.parametrize("name", MAKERS)
def test_a_message_is_no_spam(tmp_path: Path, name: str) -> None:
    assert spam_score(made(name), tmp_path) <= SPAM


def test_spam_is_found(tmp_path: Path) -> None:
    usual = made("packet-usual")
    gtube = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
    bad = Message(subject=usual.subject, html=usual.html, text=f"{gtube}\n")

    assert spam_score(bad, tmp_path) > 100


@pytest.mark.parametrize("name", MAKERS)
def test_a_message_passes_our_own_linter_and_fits(name: str) -> None:
    message = made(name)

    assert lint(message) == []
    assert encoded(message.html) <= BUDGET
    assert max(columns(line) for line in message.text.splitlines()) <= COLUMNS
