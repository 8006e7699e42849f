from collections.abc import Callable

import pytest

from reports.findings import Message
from reports.words.lint import lint
from reports.words.render import Renderer
from reports.words.size import BUDGET, encoded
from tests.golden import gallery
from tests.golden.check import golden
from tests.golden.gallery import GALLERY, PERSIAN, RENDERER
from tests.golden.scenario import the_packet


def without_links(on: Renderer) -> Message:
    return Renderer(None, voice=on.voice).packet(the_packet())


GOLDEN = {
    "packet": GALLERY["packet-usual"],
    "packet_without_links": without_links,
    "hygiene": GALLERY["alert-usual"],
    "followup": GALLERY["followup-usual"],
    "reminder": GALLERY["reminder-usual"],
    "rollup": GALLERY["rollup-usual"],
    "dealsheet": GALLERY["dealsheet-usual"],
}


@pytest.mark.parametrize("name", GOLDEN)
def test_messages_are_as_they_were_looked_at(
    request: pytest.FixtureRequest, name: str
) -> None:
    message = GOLDEN[name](RENDERER)

    golden(request, f"{name}.html", message.html)
    golden(request, f"{name}.txt", f"{message.subject}\n\n{message.text}")


@pytest.mark.parametrize("name", GOLDEN)
def test_persian_messages_are_as_they_were_looked_at(
    request: pytest.FixtureRequest, name: str
) -> None:
    message = GOLDEN[name](PERSIAN)

    golden(request, f"{name}.fa.html", message.html)
    golden(request, f"{name}.fa.txt", f"{message.subject}\n\n{message.text}")


@pytest.mark.parametrize("make", GALLERY.values(), ids=GALLERY)
def test_messages_of_every_kind_pass_the_linter(
    make: Callable[[Renderer], Message],
) -> None:
    assert lint(make(RENDERER)) == []


def test_the_worst_packet_in_another_script_stays_below_the_clip_as_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = "بازسازی انبار مرکزی شرکت آفتاب"
    monkeypatch.setattr(gallery, "LONG", f"{name} و شعبه‌های آن " * 12)
    monkeypatch.setattr(gallery, "NAMES", [f"{name} {n}" for n in range(9)])

    message = PERSIAN.packet(gallery.worst_packet())

    assert encoded(message.html) <= BUDGET
    assert lint(message) == []


def test_the_worst_packet_stays_below_the_clip_of_mail_clients() -> None:
    assert encoded(GALLERY["packet-extreme"](RENDERER).html) <= BUDGET
