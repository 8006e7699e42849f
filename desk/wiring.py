"""What the commands work with, made from the settings."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from desk.world import Clock, Stop
from reports.delivery.channels import Channel
from reports.delivery.channels.folder import Folder
from reports.delivery.channels.relay import Pace, Relay
from reports.delivery.channels.smtp import Smtp
from reports.delivery.ledger import Ledger
from reports.delivery.lock import lock
from reports.delivery.mime import Sender
from reports.delivery.occasions import next_review
from reports.delivery.post import Post, Rules, rehearsed
from reports.delivery.records import LetterKind
from reports.judgement.hygiene_record import further_fields
from reports.runs.brakes import Brakes
from reports.runs.each import Each
from reports.runs.office import Office
from reports.runs.outlets import Look, Nowhere, Outlet, People
from reports.runs.rounds import House
from reports.words.own import template_mistakes
from reports.words.printed import NoPress, Press, press
from reports.words.voices import Voices
from settings import Settings
from sync.client import SalesCloud
from sync.pull import pull
from sync.report import Progress, Report
from sync.store import Mirror


#: Who files are from, where no mail server was named.
NOBODY = Sender(name="Pipeline reviews", address="reviews@dealpacket.invalid")


@contextmanager
def at_work(settings: Settings, now: datetime) -> Iterator[Ledger]:
    """Hold the lock and the open ledger."""
    with lock(settings.data.folder, now), Ledger.open(settings.data.ledger) as ledger:
        yield ledger


def house_of(settings: Settings, *, anyway: bool = False) -> House:
    """What every round needs of the settings."""
    own = settings.delivery.templates
    if own and (mistakes := template_mistakes(own)):
        raise Stop("\n".join(mistakes))
    return House(
        mirror=settings.data.mirror,
        policy=settings.policy,
        cadence=settings.review,
        ops=settings.hygiene.recipients,
        brakes=Brakes(
            times_last=settings.delivery.times_last,
            held_percent=settings.delivery.held_percent,
            anyway=anyway,
        ),
        write_tasks=settings.write_tasks,
        templates=own,
        voices=Voices(
            languages={
                address.casefold(): one for address, one in settings.languages.items()
            }
        ),
    )


def office_of(
    settings: Settings,
    ledger: Ledger,
    outlet: Outlet,
    each: Each,
    *,
    anyway: bool = False,
) -> Office:
    """The office of an installation; only what people got is archived.

    What would hold a round does not when it is to go out ``anyway``.
    """
    return Office(
        house=house_of(settings, anyway=anyway),
        ledger=ledger,
        outlet=outlet,
        each=each,
        archive=settings.data.archive if outlet.real else None,
        press=press_of(settings) if outlet.real else None,
    )


def press_of(settings: Settings) -> Press | None:
    """What makes PDFs, where they are wanted."""
    if not settings.delivery.pdf:
        return None
    try:
        return press()
    except NoPress as error:
        raise Stop(str(error)) from error


def sender_of(settings: Settings) -> Sender:
    """Who the letters are from."""
    return Sender.parse(settings.smtp.sender) if settings.smtp else NOBODY


def channel_of(settings: Settings) -> Channel:
    """The way letters take."""
    smtp, delivery = settings.smtp, settings.delivery
    if delivery.channel == "folder" or smtp is None:
        return Folder(delivery.folder)
    relay = Relay(
        host=smtp.host,
        port=smtp.port,
        security=smtp.security,
        username=smtp.username,
        password=smtp.password,
        ca_file=smtp.ca_file,
    )
    pace = Pace(letters=delivery.per_minute, connections=delivery.connections)
    return Smtp(relay, pace=pace, mailbox=settings.imap)


def outlet_of(  # noqa: PLR0913 - three of them are options of the command
    settings: Settings,
    ledger: Ledger,
    clock: Clock,
    *,
    to: str | None = None,
    out: Path | None = None,
    dry: bool = False,
) -> Outlet:
    """Where a command's letters go."""
    if out is not None:
        return Look(out, sender_of(settings))
    if dry:
        return Nowhere()
    return People(post_of(settings, ledger, clock, to=to))


def post_of(
    settings: Settings, ledger: Ledger, clock: Clock, *, to: str | None = None
) -> Post:
    """The post over the channel of the settings."""
    rules = Rules(
        sender=sender_of(settings),
        allowed_domains=frozenset(settings.delivery.allowed_domains),
        redirect_to=to
        or settings.delivery.rehearsal
        or first_cycle(settings, ledger, clock()),
    )
    return Post(ledger, channel_of(settings), rules, clock)


def first_cycle(settings: Settings, ledger: Ledger, now: datetime) -> str | None:
    """Who gets the letters of the first cycle that would leave by mail: ops.

    It is a rehearsal until the packets of one cycle have been rehearsed and another
    cycle has begun.
    """
    delivery = settings.delivery
    if delivery.channel == "folder" or not delivery.first_cycle_is_rehearsal:
        return None
    known = {one.key.cycle for one in ledger.deliveries(kind=LetterKind.PACKET)}
    meeting = next_review(settings.review, now.date())
    if known - {rehearsed(meeting.cycle) if meeting else ""}:
        return None
    if not settings.hygiene.recipients:
        raise Stop(
            "the first cycle by mail is a rehearsal, and nobody is named who gets it: "
            "set [hygiene] recipients, or [delivery] first_cycle_is_rehearsal = false"
        )
    return settings.hygiene.recipients[0]


def brought_up(
    settings: Settings, ledger: Ledger, progress: Progress, *, full: bool = False
) -> Report:
    """Bring the mirror up to now."""
    cloud, wanted = SalesCloud.connect(settings.salesforce), fields_of(settings)
    with Mirror.open(settings.data.mirror) as mirror:
        report = pull(
            cloud,
            mirror,
            full=full,
            journal=ledger,
            progress=progress,
            extra_fields=wanted,
        )
        return replace(report, notes=(*report.notes, *unread(mirror, wanted)))


def unread(mirror: Mirror, wanted: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Fields that somebody asked for and that cannot be read, a line each."""
    lost = mirror.rows(
        "select object, name, reason from mirror_field where not available"
    )
    known = {(name, field.casefold()): reason for name, field, reason in lost}
    for name, fields in wanted.items():
        for field in fields:
            if reason := known.get((name, field.casefold())):
                yield (
                    f"{name}.{field} of the configuration cannot be read: {reason}: "
                    "check its API name, or grant Read on it"
                )


def fields_of(settings: Settings) -> Mapping[str, Sequence[str]]:
    """What is read besides the catalogue: as told, and what the policy asks for."""
    wanted = dict.fromkeys(
        (
            *settings.extra_fields.get("Opportunity", ()),
            *further_fields(settings.policy),
        )
    )
    return {**settings.extra_fields, "Opportunity": tuple(wanted)}


def unfinished(report: Report) -> Sequence[str]:
    """What a sync could not bring up to now, and why; what is alike in one line."""
    alike: dict[str, list[str]] = {}
    for one in report.objects:
        if one.status not in {"complete", "absent"}:
            alike.setdefault(f"{one.status}: {one.reason}", []).append(one.name)
    return [f"{', '.join(names)}: {how}" for how, names in alike.items()]
