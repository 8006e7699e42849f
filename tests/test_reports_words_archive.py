import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from reports.judgement.policy import Policy
from reports.packet.alerts import hygiene_alert
from reports.packet.followup import follow_up
from reports.words.archive import forget, write_archive
from reports.words.entries import (
    Sheet,
    alert_sheet,
    deal_sheet_sheet,
    follow_up_sheet,
    packet_sheet,
    roll_up_sheet,
    segment,
)
from reports.words.printed import NoPress, press
from reports.words.render import Renderer
from reports.words.sheet import cell, issues_csv
from reports.words.voices import voice
from tests.builders import ADA_ID, BO, BO_ID, CLEO_ID, DEE, DEE_ID
from tests.golden.gallery import PERSIAN, usual_roll_up, usual_sheet, write_site
from tests.golden.scenario import BOOK, JUDGED, PROMISES, the_packet


RENDERER = Renderer("https://acme.my.salesforce.com")
PACKET = the_packet()
EARLIER = replace(PACKET, cycle="2026-10b", today=PACKET.today - timedelta(days=14))
ADAS = f"packet/2026-11a/{ADA_ID}.html"


def sheets() -> list[Sheet]:
    alert = hygiene_alert(BOOK, JUDGED, policy=Policy())
    check = follow_up(BOOK, ADA_ID, cycle="2026-11a", promises=PROMISES)
    return [
        packet_sheet(RENDERER, PACKET),
        packet_sheet(RENDERER, replace(PACKET, rep=BO)),
        alert_sheet(RENDERER, alert, "2026-11a"),
        follow_up_sheet(RENDERER, check),
        roll_up_sheet(RENDERER, usual_roll_up()),
        deal_sheet_sheet(RENDERER, usual_sheet()),
    ]


def read(folder: Path, path: str) -> str:
    return (folder / path).read_text(encoding="utf-8")


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, _: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in {"href", "src"}]


def links(html: str) -> Iterator[str]:
    parser = Links()
    parser.feed(html)
    yield from (link for link in parser.found if not link.startswith("https://acme."))


def test_the_index_lists_cycles_teams_and_reps(tmp_path: Path) -> None:
    index = write_archive(
        tmp_path / "archive",
        sheets(),
        summary={"2026-11a": (("Packets", "2 sent, 1 skipped"),)},
    )

    html = index.read_text(encoding="utf-8")
    assert index == tmp_path / "archive" / "index.html"
    assert "Packets: 2 sent, 1 skipped" in html
    assert "Team of Cleo Marsh" in html
    assert html.count(f'href="{ADAS}"') == 1


def test_every_link_of_the_archive_leads_somewhere(tmp_path: Path) -> None:
    write_archive(tmp_path, [packet_sheet(RENDERER, EARLIER)])
    write_archive(tmp_path, sheets())

    for page in tmp_path.rglob("*.html"):
        for link in links(page.read_text(encoding="utf-8")):
            path, _, anchor = link.partition("#")
            target = (page.parent / path).resolve() if path else page
            assert target.is_file(), link
            assert not anchor or f'id="{anchor}"' in target.read_text("utf-8")


def test_a_managers_page_is_listed_with_the_team(tmp_path: Path) -> None:
    write_archive(tmp_path, sheets())

    team = read(tmp_path, f"manager/{CLEO_ID}.html")
    assert f'href="../rollup/2026-11a/{CLEO_ID}.html">Cleo Marsh</a>' in team
    assert "Where help is asked for" in read(
        tmp_path, f"rollup/2026-11a/{CLEO_ID}.html"
    )


def test_a_deal_sheet_is_listed_by_the_name_of_its_deal(tmp_path: Path) -> None:
    write_archive(tmp_path, sheets())

    page = "dealsheet/2026-11a/006000000000001AAA.html"
    index = read(tmp_path, "index.html")
    assert f'href="{page}">Kestrel Foods: depot rollout</a>' in index
    assert "Who, by when:" in read(tmp_path, page)


def test_deals_lead_to_every_page_that_tells_of_them_the_newest_first(
    tmp_path: Path,
) -> None:
    write_archive(tmp_path, [packet_sheet(RENDERER, EARLIER)])
    write_archive(tmp_path, sheets())

    deals = read(tmp_path, "deals.html")
    kestrel = deals[deals.index("<dt>Kestrel") : deals.index("<dt>Northwind")]
    assert list(links(kestrel)) == [
        "dealsheet/2026-11a/006000000000001AAA.html",
        f"packet/2026-11a/{ADA_ID}.html",
        f"packet/2026-11a/{BO_ID}.html",
        f"packet/2026-10b/{ADA_ID}.html",
    ]


def test_deals_are_in_the_order_of_their_names_under_letters(tmp_path: Path) -> None:
    write_archive(tmp_path, sheets())

    deals = read(tmp_path, "deals.html")
    names = re.findall(r"<dt>(?:<span dir=.rtl.>)?([^<]+)", deals)
    letters = re.findall(r'<h2 id="l\d">(?:<span[^>]*>)?([^<])', deals)
    assert names == [
        "Blue Anchor Insurance &lt;renewal&gt; &amp; more",
        "Kestrel Foods: depot rollout",
        "Northwind rollout",
        "Quill Press pilot",
        "شرکت آفتاب - analytics",
    ]
    assert letters == ["B", "K", "N", "Q", "ش"]


def test_a_deal_that_was_renamed_is_listed_once_by_its_latest_name(
    tmp_path: Path,
) -> None:
    review = PACKET.deals[0]
    renamed = replace(review, deal=replace(review.deal, name="Kestrel Group"))
    write_archive(tmp_path, [packet_sheet(RENDERER, EARLIER)])

    later = replace(PACKET, deals=(renamed, *PACKET.deals[1:]))
    write_archive(tmp_path, [packet_sheet(RENDERER, later)])

    deals = read(tmp_path, "deals.html")
    assert "<dt>Kestrel Group</dt>" in deals
    assert "Kestrel Foods" not in deals


def test_what_is_older_than_a_day_is_forgotten_without_a_trace(tmp_path: Path) -> None:
    other = replace(EARLIER, cycle="2026-10b", rep=DEE)
    gone = [packet_sheet(RENDERER, one) for one in (EARLIER, other)]
    write_archive(tmp_path, gone, summary={"2026-10b": (("Packets", "2 sent"),)})
    write_archive(tmp_path, sheets())

    count = forget(tmp_path, PACKET.today)

    left = [path for path in tmp_path.rglob("*.*") if "2026-10" in path.read_text()]
    assert count == 2
    assert left == []
    assert not (tmp_path / "packet/2026-10b").exists()
    assert not (tmp_path / f"rep/{DEE_ID}.html").exists()


def test_after_forgetting_every_link_still_leads_somewhere(tmp_path: Path) -> None:
    late = replace(PACKET, rep=BO, cycle="2026-10b")
    both = [packet_sheet(RENDERER, one) for one in (EARLIER, late)]
    write_archive(tmp_path, both)
    write_archive(tmp_path, sheets())

    forget(tmp_path, PACKET.today)

    pages = list(tmp_path.rglob("*.html"))
    dead = [
        (page.name, link)
        for page in pages
        for link in links(page.read_text(encoding="utf-8"))
        if not (page.parent / link.partition("#")[0]).exists()
    ]
    assert len(pages) == 12
    assert dead == []


def test_a_deal_that_only_old_pages_told_of_is_forgotten_with_them(
    tmp_path: Path,
) -> None:
    write_archive(tmp_path, [packet_sheet(RENDERER, EARLIER)])
    kept = replace(PACKET, deals=PACKET.deals[1:])
    write_archive(tmp_path, [packet_sheet(RENDERER, kept)])

    forget(tmp_path, PACKET.today)

    assert "Kestrel" not in read(tmp_path, "entries.json")
    assert "Kestrel" not in read(tmp_path, "deals.html")


def test_nothing_is_forgotten_while_it_is_young_enough(tmp_path: Path) -> None:
    write_archive(tmp_path, sheets())
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*")}

    assert forget(tmp_path, PACKET.today) == 0
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.*")} == before


def test_where_there_is_no_archive_nothing_is_forgotten(tmp_path: Path) -> None:
    assert forget(tmp_path / "archive", PACKET.today) == 0
    assert not (tmp_path / "archive").exists()


def test_a_second_cycle_adds_to_the_first(tmp_path: Path) -> None:
    write_archive(tmp_path, [packet_sheet(RENDERER, EARLIER)])
    write_archive(tmp_path, sheets())

    index = read(tmp_path, "index.html")
    assert index.index("Review 2026-11a") < index.index("Review 2026-10b")


def test_pages_lead_to_the_review_before_and_after(tmp_path: Path) -> None:
    write_archive(tmp_path, [packet_sheet(RENDERER, EARLIER)])
    write_archive(tmp_path, sheets())

    first = read(tmp_path, f"packet/2026-10b/{ADA_ID}.html")
    second = read(tmp_path, ADAS)
    assert f'rel="next" href="../../{ADAS}"' in first
    assert f'rel="prev" href="../../packet/2026-10b/{ADA_ID}.html"' in second


def test_pages_lead_to_the_colleagues_of_the_cycle(tmp_path: Path) -> None:
    write_archive(tmp_path, sheets())

    assert f'href="../../packet/2026-11a/{BO_ID}.html"' in read(tmp_path, ADAS)


def test_writing_again_changes_nothing(tmp_path: Path) -> None:
    write_archive(tmp_path, sheets())
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*")}

    write_archive(tmp_path, sheets())

    assert {path: path.read_bytes() for path in tmp_path.rglob("*.*")} == before


def test_files_and_folders_are_closed_to_everybody_else(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "archive"

    write_archive(folder, sheets())

    modes = {
        oct(path.stat().st_mode & 0o777) for path in folder.rglob("*") if path.is_file()
    }
    assert modes == {"0o600"}
    assert all(
        path.stat().st_mode & 0o077 == 0
        for path in (folder.parent, folder, *folder.rglob("*"))
    )


def test_a_table_of_contents_that_cannot_be_read_is_put_aside(tmp_path: Path) -> None:
    (tmp_path / "entries.json").write_text("{broken", encoding="utf-8")

    write_archive(tmp_path, sheets())

    assert read(tmp_path, "entries.json.unreadable") == "{broken"


@pytest.mark.parametrize("path", ["../evil.html", "/etc/x.html", "packet/../../x"])
def test_a_forged_entry_leads_nowhere(tmp_path: Path, path: str) -> None:
    write_archive(tmp_path, [packet_sheet(RENDERER, EARLIER)])
    forged = read(tmp_path, "entries.json").replace(
        f"packet/2026-10b/{ADA_ID}.html", path
    )
    (tmp_path / "entries.json").write_text(forged, encoding="utf-8")

    write_archive(tmp_path, sheets())

    assert path not in read(tmp_path, "index.html")


@pytest.mark.parametrize(
    "text", ["..", ".", "", "a/b", "\\x", "CON\n", "é", "x" * 500, ".hidden", "a b"]
)
def test_a_cycle_of_any_name_stays_inside_the_archive(
    tmp_path: Path, text: str
) -> None:
    write_archive(tmp_path, [packet_sheet(RENDERER, replace(PACKET, cycle=text))])

    (page,) = (tmp_path / "packet").rglob("*.html")
    assert page.parent.name == segment(text)
    assert page.resolve().is_relative_to(tmp_path.resolve())


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        (" \t=1+1", "'=1+1"),
        ("\u200b\ufeff@SUM(A1)", "'@SUM(A1)"),
        ("＝1", "'＝1"),  # noqa: RUF001 - the full-width twin
        ("+491234", "'+491234"),
        ("-5.00", "-5.00"),
        ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
        ("%0A", "'%0A"),
        ("Northwind", "Northwind"),
        ("", ""),
    ],
)
def test_no_cell_of_a_list_is_a_formula(value: str, written: str) -> None:
    assert cell(value) == written


def test_the_list_of_issues_has_a_row_for_each() -> None:
    alert = hygiene_alert(BOOK, JUDGED, policy=Policy())

    lines = issues_csv(alert).splitlines()

    assert len(lines) == 1 + len(alert.findings)
    assert lines[0].startswith('\ufeff"Deal id","Deal"')
    assert lines[1].startswith('"006000000000001AAA","Kestrel Foods: depot rollout"')


def test_a_page_speaks_to_its_reader_and_the_lists_to_the_house(
    tmp_path: Path,
) -> None:
    theirs = RENDERER.to(voice("fa", "fa_IR", "Asia/Tehran"))
    house = voice("de", "de_CH", None)

    write_archive(tmp_path, [packet_sheet(theirs, PACKET)], voice=house)

    assert '<html lang="fa-IR" dir="rtl">' in read(tmp_path, ADAS)
    for path in ("index.html", "deals.html", f"rep/{ADA_ID}.html"):
        assert '<html lang="en-CH" dir="ltr">' in read(tmp_path, path)


def test_days_in_lists_are_those_of_the_house(tmp_path: Path) -> None:
    write_archive(tmp_path, sheets(), voice=voice("fa", "fa_IR", None))

    assert "۲۱ آبان ۱۴۰۵" in read(tmp_path, "index.html")
    assert "2026-11-12" not in read(tmp_path, "deals.html").replace("/2026-11-12", "")


def test_a_finding_is_kept_in_the_language_of_the_lists_with_its_names_apart(
    tmp_path: Path,
) -> None:
    write_archive(tmp_path, sheets(), voice=voice("fa", "fa_IR", None))

    write_archive(tmp_path, [], voice=voice("fa", "fa_IR", None))

    row = read(tmp_path, "index.html").partition('href="dealsheet/')[2]
    finding = row.partition("</td><td>")[2].partition("<br>")[0]
    assert '<span dir="ltr">Kestrel Foods: depot rollout</span>' in finding
    assert "\u2068" in read(tmp_path, "entries.json")
    assert "\u2068" not in read(tmp_path, "index.html")


def test_plots_of_a_page_from_right_to_left_begin_on_the_right(tmp_path: Path) -> None:
    site = write_site(tmp_path / "fa", PERSIAN)

    turned = '<g transform="translate(320) scale(-1 1)">'
    assert turned in site["team"].read_text(encoding="utf-8")
    assert turned not in write_site(tmp_path / "en")["team"].read_text("utf-8")


def test_what_is_forgotten_leaves_lists_in_the_language_of_the_house(
    tmp_path: Path,
) -> None:
    house = voice("fa", "fa_IR", None)
    write_archive(tmp_path, [packet_sheet(RENDERER, EARLIER)], voice=house)
    write_archive(tmp_path, sheets(), voice=house)

    forget(tmp_path, PACKET.today, voice=house)

    assert '<html lang="fa-IR" dir="rtl">' in read(tmp_path, "index.html")


def test_the_list_of_issues_has_no_mark_of_direction_in_any_language() -> None:
    alert = hygiene_alert(BOOK, JUDGED, policy=Policy())

    told = issues_csv(alert, voice("fa", "fa_IR", None))

    assert "\u2068" not in told
    assert '"006000000000001AAA","Kestrel Foods: depot rollout"' in told


def test_pages_worth_paper_have_their_pdf_beside_them(tmp_path: Path) -> None:
    def stamp(html: str) -> bytes:
        return b"%PDF of " + html.encode()[:15]

    write_archive(tmp_path, sheets(), press=stamp)

    pages = {path.relative_to(tmp_path) for path in tmp_path.rglob("*.html")}
    pdfs = {path.relative_to(tmp_path) for path in tmp_path.rglob("*.pdf")}
    assert {path.parts[0] for path in pdfs} == {"packet", "rollup", "dealsheet"}
    assert {path.with_suffix(".html") for path in pdfs} <= pages
    own = f"packet/2026-11a/{ADA_ID}"
    assert f'<a href="../../{own}.pdf">PDF</a>' in read(tmp_path, f"{own}.html")
    assert (tmp_path / f"{own}.pdf").read_bytes() == b"%PDF of <!DOCTYPE html>"
    assert (tmp_path / f"{own}.pdf").stat().st_mode & 0o777 == 0o600


def test_a_pdf_is_forgotten_with_its_page(tmp_path: Path) -> None:
    write_archive(tmp_path, [packet_sheet(RENDERER, EARLIER)], press=lambda _: b"%PDF")

    forget(tmp_path, PACKET.today)

    assert list(tmp_path.rglob("*.pdf")) == []


def test_without_a_press_nothing_leads_to_a_pdf(tmp_path: Path) -> None:
    write_archive(tmp_path, sheets())

    assert ".pdf" not in read(tmp_path, f"packet/2026-11a/{ADA_ID}.html")


def test_a_missing_press_is_named_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)

    with pytest.raises(NoPress, match=r"pip install 'dealpacket\[pdf\]'"):
        press()
