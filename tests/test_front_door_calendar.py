"""One rep's calendar, at the front door: by the team's cadence, with both invited."""

from datetime import UTC, datetime

from tests.front_door import House, Said


def lines_of(said: Said, start: str) -> list[str]:
    """The lines of a calendar that begin so, unfolded."""
    text = said.out.replace("\r\n ", "")
    return [line for line in text.split("\r\n") if line.startswith(start)]


def a_pair(house: House) -> tuple[str, str]:
    """The addresses of an active rep and the manager."""
    packets = house.call("packets", "--dry-run", "--json").json["packets"]
    pairs = [(one["rep"]["email"], one["manager"]["email"]) for one in packets]
    return pairs[-1]  # the first one is no active user


def test_rep_and_manager_are_invited_to_half_an_hour_with_its_reason(
    house: House,
) -> None:
    rep, manager = a_pair(house)
    said = house.call("calendar", "--ics", "--rep", rep, "--count", "2")

    starts, ends = lines_of(said, "DTSTART:"), lines_of(said, "DTEND:")
    invited = lines_of(said, "ATTENDEE")
    assert [one.rpartition("mailto:")[2] for one in invited] == [manager, rep] * 2
    assert lines_of(said, "ORGANIZER")[0].endswith(f"mailto:{manager}")
    assert lines_of(said, "DESCRIPTION:") == [
        "DESCRIPTION:fourth Tuesday of November",
        "DESCRIPTION:second Tuesday of December",
    ]
    assert {
        moment(end) - moment(start) for start, end in zip(starts, ends, strict=True)
    } == {moment("x:20270101T003000Z") - moment("x:20270101T000000Z")}


def moment(line: str) -> datetime:
    return datetime.strptime(line.partition(":")[2], "%Y%m%dT%H%M%SZ").replace(
        tzinfo=UTC
    )


def test_a_team_with_days_of_its_own_has_them_in_its_calendar(house: House) -> None:
    rep, manager = a_pair(house)
    house.configure(
        f'[[review.team]]\nmanager = "{manager}"\nzone = "Asia/Tokyo"\n'
        'days = "first and third monday"'
    )
    said = house.call("calendar", "--ics", "--rep", rep, "--count", "1")

    assert lines_of(said, "DTSTART:") == ["DTSTART:20261207T010000Z"]
    assert house.call("calendar", "--count", "1").lines == [
        "Tue 2026-11-24  review      fourth Tuesday of November"
    ]


def test_nobody_by_that_address_is_said_here_too(house: House) -> None:
    said = house.call("calendar", "--rep", "nobody@acme.example")

    assert said.code == 2
    assert "nobody in the mirror has the address nobody@acme.example" in said.err
