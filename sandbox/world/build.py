"""Puts a world together: the organisation, its teams, and what each person sold."""

from datetime import datetime
from pathlib import Path

from sandbox.world.desk import Colleagues, Desk
from sandbox.world.files import Files
from sandbox.world.frame import pace_of, span_to
from sandbox.world.organisation import Organisation
from sandbox.world.people import Member, Team
from sandbox.world.teams import teams
from sandbox.world.truth import Truth
from sandbox.world.when import second_of, utc_text


def generate(folder: Path, *, seed: int = 1, reps: int = 40, now: datetime) -> None:
    """Write the folder of a sales organisation with that many reps, as of ``now``.

    The same arguments write the same bytes. The folder holds a packed CSV file an
    object, ``schema.json`` with the field types, and ``truth.json``.
    """
    if reps < 1:
        raise ValueError("an organisation needs at least one rep")
    span = span_to(second_of(now))
    head = {
        "format": 1,
        "seed": seed,
        "reps_asked": reps,
        "start": utc_text(span.start),
        "now": utc_text(span.now),
        "pace": round(pace_of(seed), 3),
    }
    folder.mkdir(parents=True, exist_ok=True)
    with Files(folder) as files, Truth(folder, head) as truth:
        organisation = Organisation(files, span)
        frame = organisation.found(seed, truth)
        for team in teams(frame, organisation, reps):
            for who, colleagues in people(team):
                Desk(frame, who, colleagues).work()


def people(team: Team) -> list[tuple[Member, Colleagues]]:
    """Everybody in a team who sells, with those they sell with."""
    found = []
    for place, rep in enumerate(team.reps):
        mates = [mate.id for mate in team.reps[max(0, place - 2) : place]]
        colleagues = Colleagues(
            mates=[*mates, team.manager.id], partner_id=team.partner_id
        )
        found.append((rep, colleagues))
    if team.leaver:
        heirs = team.reps[:4]
        colleagues = Colleagues(mates=[team.manager.id], heirs=heirs)
        found.append((team.leaver, colleagues))
    return found
