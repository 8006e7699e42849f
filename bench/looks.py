"""Every message and page of the gallery as pictures, with a contact sheet.

``make looks`` writes ``build/looks/index.html``: look at every one of them before
golden files are written anew. It fails where a page is wider than its window.
"""

import html
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.chromium import Chromium, ChromiumError
from tests.golden.gallery import GALLERY, PERSIAN, RENDERER, write_site


FOLDER = Path("build/looks")
#: By the end of a picture's name.
LANGUAGES = {"": RENDERER, "-fa": PERSIAN}
WIDTHS = (680, 375)
SCHEMES = ("light", "dark")
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Looks</title>
<style>
body{{font:15px/1.4 system-ui,sans-serif;margin:1rem;background:#777;color:#fff}}
section{{display:flex;gap:1rem;align-items:flex-start;overflow-x:auto}}
figure{{margin:0}} figcaption{{font-size:13px}} a{{color:#fff}}
img{{display:block;max-height:1400px;object-fit:cover;object-position:top}}
</style></head><body><h1>{count} pictures</h1>
{sections}
</body></html>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A picture of a page in a window of some width."""

    scene: str
    caption: str
    file: str
    width: int  #: of the window
    wide: int  #: of the page in it


def sources(folder: Path) -> dict[str, Path]:
    """The pages by the name of their scene, written to disk."""
    pages = {}
    for end, renderer in LANGUAGES.items():
        for kind, make in GALLERY.items():
            message, name = make(renderer), f"{kind}{end}"
            pages[name] = folder / f"{name}.html"
            pages[name].write_text(message.html, encoding="utf-8")
            text = f"{message.subject}\n\n{message.text}"
            (folder / f"{name}.txt").write_text(text, encoding="utf-8")
        site = write_site(folder / f"site{end}", renderer)
        pages |= {f"archive-{kind}{end}": path for kind, path in site.items()}
    return pages


def shots(browser: Chromium, pages: dict[str, Path], folder: Path) -> Iterator[Shot]:
    """A picture of each page in each width and scheme; of the archive's in print."""
    for scene, page in pages.items():
        for width in WIDTHS:
            for scheme in SCHEMES:
                browser.open(page.as_uri(), width=width, dark=scheme == "dark")
                yield shot(browser, folder, scene, f"{width}-{scheme}", width)
        if scene.startswith("archive-"):
            browser.open(page.as_uri(), width=720, dark=False, media="print")
            yield shot(browser, folder, scene, "print", 720)
            browser.pdf(folder / f"{scene}.pdf")


def shot(browser: Chromium, folder: Path, scene: str, caption: str, width: int) -> Shot:
    """Take one picture."""
    file = f"{scene}-{caption}.png"
    wide, _ = browser.shoot(folder / file)
    return Shot(scene=scene, caption=caption, file=file, width=width, wide=wide)


def sheet(taken: list[Shot]) -> str:
    """The contact sheet."""
    sections = []
    for scene in dict.fromkeys(one.scene for one in taken):
        figures = "".join(
            f'<figure><figcaption>{one.caption}</figcaption><a href="{one.file}">'
            f'<img src="{one.file}" alt="{one.scene}, {one.caption}" loading="lazy">'
            "</a></figure>"
            for one in taken
            if one.scene == scene
        )
        sections.append(f"<h2>{html.escape(scene)}</h2><section>{figures}</section>")
    return PAGE.format(count=len(taken), sections="\n".join(sections))


def main() -> int:
    """Take the pictures; 1 when a page does not fit its window, 2 without Chromium."""
    folder = FOLDER.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with Chromium() as browser:
            taken = list(shots(browser, sources(folder), folder))
    except ChromiumError as error:
        print(error, file=sys.stderr)
        return 2
    index = folder / "index.html"
    index.write_text(sheet(taken), encoding="utf-8")
    wide = [one for one in taken if one.wide > one.width]
    for one in wide:
        print(f"{one.file}: {one.wide} pixels in a window of {one.width}")
    print(f"{len(taken)} pictures: {index}")
    return 1 if wide else 0


if __name__ == "__main__":
    sys.exit(main())
