from dataclasses import replace
from pathlib import Path

from reports.words.entries import Entry
from reports.words.trends import field_trends, team_trends
from tests.builders import CLEO_ID
from tests.golden.gallery import write_site


def an_entry(cycle: str, day: str, numbers: dict[str, int]) -> Entry:
    return Entry(
        kind="packet",
        cycle=cycle,
        day=day,
        path=f"packet/{cycle}/{day}.html",
        heading="All two open deals are on track",
        numbers=numbers,
    )


ENTRIES = [
    an_entry("2026-11a", "2026-11-12", {"Open deals": 30}),
    an_entry("2026-10b", "2026-10-29", {"Open deals": 12}),
    an_entry("2026-10b", "2026-10-30", {"Open deals": 8}),
]


def test_a_teams_packets_are_added_up_by_cycle_oldest_first() -> None:
    (trend,) = team_trends(ENTRIES)

    assert [(one.day, one.value) for one in trend.points] == [
        ("2026-10-30", 20),
        ("2026-11-12", 30),
    ]
    assert trend.line == "8,24 312,8"
    assert trend.told == "Open deals: 20 on 2026-10-30, 30 on 2026-11-12"


def test_one_cycle_is_no_trend() -> None:
    assert team_trends(ENTRIES[:1]) == ()


def test_pages_without_numbers_are_left_out() -> None:
    assert team_trends([replace(one, numbers={}) for one in ENTRIES]) == ()


def test_nothing_at_all_is_a_line_at_the_foot() -> None:
    (trend,) = team_trends(replace(one, numbers={"Stopped": 0}) for one in ENTRIES)

    assert trend.line == "8,56 312,56"


def test_fields_are_plotted_in_percent_of_all() -> None:
    alerts = [replace(one, kind="hygiene", numbers={"Amount": 50}) for one in ENTRIES]

    (trend,) = field_trends([alerts[0], alerts[1]])

    assert trend.line == "8,32 312,32"
    assert trend.told == "Amount: 50 % on 2026-10-29, 50 % on 2026-11-12"


def test_alerts_of_one_cycle_are_points_of_their_own() -> None:
    alerts = [
        replace(one, kind="hygiene", cycle="2026-11a", numbers={"Amount": 90})
        for one in ENTRIES
    ]

    (trend,) = field_trends(alerts)

    assert [one.value for one in trend.points] == [90, 90, 90]


def test_the_archive_shows_trends_of_teams_and_fields_and_of_no_rep(
    tmp_path: Path,
) -> None:
    site = write_site(tmp_path)

    team = site["team"].read_text(encoding="utf-8")
    assert "Stopped deals: 1 on 2026-10-29" in team
    assert 'aria-label="Amount: 80 % on' in site["index"].read_text(encoding="utf-8")
    assert [p for p in (tmp_path / "rep").iterdir() if "<svg" in p.read_text()] == []
    assert f"{CLEO_ID}.html" == site["team"].name
