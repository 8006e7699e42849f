"""Teams under the director: users, their roles, and what each rep should close."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from sandbox.world.files import flag
from sandbox.world.frame import Frame
from sandbox.world.names import person
from sandbox.world.organisation import Organisation
from sandbox.world.people import Member, Team, member, team_sizes
from sandbox.world.when import DAY, HOUR, day_text, stamp


_REGIONS: Final = ("East", "Central", "EMEA", "West", "APAC", "Strategic", "Public")
#: Every so many teams somebody left.
_LEAVES_EVERY: Final = 2
_PARTNER_DOMAIN: Final = "wayfarer-partners.example"
_QUOTA: Final = 130_000
_GROWTH: Final = 4_000
_ROUND: Final = 5_000


def teams(frame: Frame, organisation: Organisation, reps: int) -> Iterator[Team]:
    """The teams in order; their users and quotas are written on the way."""
    first = 0
    for number, size in enumerate(team_sizes(frame.seed, reps)):
        team = _team(frame, number, range(first, first + size))
        _write(frame, organisation, team)
        yield team
        first += size


def _team(frame: Frame, number: int, reps: range) -> Team:
    span, seed = frame.span, frame.seed
    leaver = None
    if number % _LEAVES_EVERY == 0:
        leaver = _left(frame, member(seed, "leaver", number, span.start))
    manager = member(seed, "manager", number, span.start)
    return Team(
        number=number,
        manager=manager,
        partner_id=manager.ids.new("User") if leaver else None,
        reps=tuple(member(seed, "rep", rep, span.start) for rep in reps),
        leaver=leaver,
    )


def _left(frame: Frame, who: Member) -> Member:
    """The same person after their last day, two to nine months ago."""
    ago = who.dice.between(60, 270)
    day = who.zone.workday(frame.span.today - ago)
    return replace(who, left=who.zone.at(day, 17 * HOUR))


def _write(frame: Frame, organisation: Organisation, team: Team) -> None:
    region = _REGIONS[team.number % len(_REGIONS)]
    tail = f"{region} {team.number + 1}"
    led = organisation.role(f"Sales Manager {tail}", None)
    selling = organisation.role(f"Account Executive {tail}", led)
    _user(frame, team.manager, frame.director_id, led)
    for rep in team.reps:
        _user(frame, rep, team.manager.id if rep.managed else None, selling)
        _quotas(frame, rep)
    if team.leaver:
        _user(frame, team.leaver, team.manager.id, selling)
    if team.partner_id:
        name = person(team.manager.dice, team.manager.culture)
        details = {
            "Id": team.partner_id,
            "Name": name.whole,
            "FirstName": name.given,
            "LastName": name.family,
            "Username": f"{name.local}{team.number + 1}@{_PARTNER_DOMAIN}",
            "Email": f"{name.local}{team.number + 1}@{_PARTNER_DOMAIN}",
            "Title": "Channel Manager",
            "UserType": "PowerPartner",
            "ForecastEnabled": "false",
        }
        _user(frame, team.manager, None, None, **details)


def _user(
    frame: Frame,
    who: Member,
    manager_id: str | None,
    role_id: str | None,
    **details: str,
) -> None:
    changed = stamp(who.left or max(who.hired, frame.span.start))
    row = {
        "Id": who.id,
        "Name": who.name.whole,
        "FirstName": who.name.given,
        "LastName": who.name.family,
        "Username": who.email,
        "Email": who.email,
        "IsActive": flag(who.left is None),
        "ManagerId": manager_id,
        "UserRoleId": role_id,
        "TimeZoneSidKey": who.zone.name,
        "LocaleSidKey": who.culture.locale,
        "LanguageLocaleKey": who.culture.language,
        "Title": "Sales Manager" if who.kind == "manager" else "Account Executive",
        "UserType": "Standard",
        "DefaultCurrencyIsoCode": who.culture.currency,
        "ForecastEnabled": "true",
        "CreatedDate": stamp(who.hired),
        "CreatedById": frame.director_id,
        "LastModifiedDate": changed,
        "LastModifiedById": frame.director_id,
        "SystemModstamp": changed,
    }
    frame.files.add("User", row | details)


def _quotas(frame: Frame, rep: Member) -> None:
    part = (rep.load * frame.pace) ** 0.5 * rep.dice.around(1.0, 0.1)
    for number, (start, period_id) in enumerate(frame.quarters):
        amount = round((_QUOTA + _GROWTH * number) * part / _ROUND) * _ROUND
        at = frame.span.zone.at(start, 0) - 10 * DAY
        if at > frame.span.now:
            return
        row = {
            "Id": rep.ids.new("ForecastingQuota"),
            "QuotaOwnerId": rep.id,
            "PeriodId": period_id,
            "StartDate": day_text(start),
            "QuotaAmount": float(amount),
            "IsAmount": "true",
            "CurrencyIsoCode": rep.culture.currency,
            "SystemModstamp": stamp(at),
        }
        frame.files.add("ForecastingQuota", row)
