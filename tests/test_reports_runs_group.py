"""A manager's page waits for the last packet of the team, and is made of all."""

from dataclasses import replace

from reports.model import Book
from reports.runs.group import whole_teams
from tests.builders import ADA_ID, BO_ID, CAST, CLEO_ID, a_book, a_deal, numbered


def a_team_of_two() -> Book:
    people = CAST | {BO_ID: replace(CAST[BO_ID], manager_id=CLEO_ID)}
    return a_book(a_deal(), replace(numbered(2)[1], owner_id=BO_ID), people=people)


def test_a_page_waits_for_the_rest_of_the_team() -> None:
    teams = whole_teams(a_team_of_two(), made={ADA_ID}, sent=set())

    assert teams.managers == frozenset()


def test_the_last_packet_brings_the_page_with_those_sent_before() -> None:
    teams = whole_teams(a_team_of_two(), made={BO_ID}, sent={ADA_ID})

    assert teams.managers == {CLEO_ID}
    assert teams.others == {ADA_ID}


def test_a_whole_team_at_once_needs_no_others() -> None:
    teams = whole_teams(a_team_of_two(), made={ADA_ID, BO_ID}, sent=set())

    assert teams.managers == {CLEO_ID}
    assert teams.others == frozenset()


def test_nothing_new_of_a_team_makes_no_page() -> None:
    teams = whole_teams(a_team_of_two(), made=set(), sent={ADA_ID, BO_ID})

    assert teams.managers == frozenset()
