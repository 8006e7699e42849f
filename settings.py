"""What an installation is told: one TOML file and the environment, checked.

``load`` answers with frozen ``Settings`` or with every mistake at once. Secrets
come from the environment only, each as ``NAME`` or as ``NAME_FILE``, the path of
a file that holds it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from configuration.kinds import (
    Address,
    ApiName,
    Domain,
    Host,
    Language,
    Sender,
    Web,
    between,
)
from configuration.reader import Reader, meant
from configuration.sources import tables_in, take_secrets
from configuration.template import filled
from reports.delivery.address import domain_of
from reports.delivery.cadence import Cadence
from reports.delivery.cadence_check import cadence_mistakes
from reports.delivery.channels.mailbox import Mailbox, mailbox_mistakes
from reports.delivery.channels.relay import is_loopback
from reports.delivery.pattern import Weekday
from reports.judgement.policy import Policy
from reports.judgement.policy_check import policy_mistakes
from reports.judgement.questions import QUESTIONS
from sync.connection import Connection
from sync.errors import NotAllowed
from sync.objects import CATALOGUE


#: Where each secret is found: (table, key) -> environment variable.
SECRETS: Final = {
    ("salesforce", "client_secret"): "DEALPACKET_CLIENT_SECRET",
    ("salesforce", "password"): "DEALPACKET_PASSWORD",
    ("salesforce", "security_token"): "DEALPACKET_SECURITY_TOKEN",
    ("salesforce", "private_key"): "DEALPACKET_PRIVATE_KEY",
    ("salesforce", "access_token"): "DEALPACKET_ACCESS_TOKEN",
    ("smtp", "password"): "DEALPACKET_SMTP_PASSWORD",
    ("imap", "password"): "DEALPACKET_IMAP_PASSWORD",
}

TEMPLATE: Final = Path(__file__).resolve().parent / "templates" / "dealpacket.toml"


class SettingsError(Exception):
    """The configuration cannot be used; says everything that is wrong with it."""

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True, kw_only=True)
class Salesforce(Connection):
    """A connection, and what else ``[salesforce]`` says: what we read and write."""

    login_url: str = ""  #: its absence is one of the mistakes of a connection
    fields: Mapping[str, tuple[ApiName, ...]] = field(default_factory=dict)
    write_tasks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """Where the installation keeps what it knows."""

    folder: Path = Path("var")

    @property
    def mirror(self) -> Path:
        """The copy of Sales Cloud; disposable."""
        return self.folder / "mirror.duckdb"

    @property
    def ledger(self) -> Path:
        """What Sales Cloud cannot give back; sacred."""
        return self.folder / "ledger.db"

    @property
    def archive(self) -> Path:
        """The folder of the site with everything that was sent."""
        return self.folder / "archive"

    @property
    def lock(self) -> Path:
        """The file that the one running process holds."""
        return self.folder / "dealpacket.lock"

    @property
    def heartbeat(self) -> Path:
        """The file that ``run`` touches."""
        return self.folder / "heartbeat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How messages leave, and what holds them back."""

    channel: Literal["folder", "smtp"] = "folder"
    folder: Path = Path("var/outbox")
    allowed_domains: tuple[Domain, ...] = ()
    max_age_hours: Annotated[int, between(1, 720)] = 24  #: of the last sync
    per_minute: Annotated[int, between(1, 6000)] = 30
    connections: Annotated[int, between(1, 20)] = 3
    times_last: Annotated[int, between(0, 1000)] = 2  #: letters of a round
    held_percent: Annotated[int, between(0, 100)] = 2  #: of a round's packets
    rehearsal: Address | None = None  #: every message goes here instead
    first_cycle_is_rehearsal: bool = True  #: with smtp
    retention_days: Annotated[int, between(31, 36500)] = 730
    templates: Path | None = None  #: one's own, by the names of ours
    pdf: bool = False  #: beside packets, roll-ups and deal sheets of the archive


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    """The mail server."""

    host: Host
    port: Annotated[int, between(1, 65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    sender: Sender
    ca_file: Path | None = None

    @property
    def is_loopback(self) -> bool:
        """Whether the server is this machine."""
        return is_loopback(self.host)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hygiene:
    """Who is told about the quality of the data, and when if nothing is urgent."""

    recipients: tuple[Address, ...] = ()
    weekday: Weekday = Weekday.MONDAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How ``dealpacket run`` keeps time and says that it is alive."""

    every_minutes: Annotated[int, between(1, 60)] = 5
    ping: Web | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that an installation is told."""

    path: Path
    salesforce: Salesforce
    data: Data
    delivery: Delivery
    smtp: Smtp | None = None
    imap: Mailbox | None = None
    hygiene: Hygiene
    review: Cadence
    run: Run
    policy: Policy
    languages: Mapping[str, Language] = field(default_factory=dict)

    @property
    def extra_fields(self) -> Mapping[str, tuple[str, ...]]:
        """Fields to read besides those of the catalogue, by object."""
        return self.salesforce.fields

    @property
    def write_tasks(self) -> bool:
        """Whether promises become tasks in Sales Cloud."""
        return self.salesforce.write_tasks


def load(
    path: Path, environ: Mapping[str, str], *, logging_in: bool = True
) -> Settings:
    """The settings in the file ``path``; raises SettingsError.

    Who is not ``logging_in`` to Sales Cloud needs no secret for it.
    """
    checks = CHECKS if logging_in else {**CHECKS, Salesforce: offline_mistakes}
    reader = Reader(file=path.name, folder=path.parent, secrets=SECRETS, checks=checks)
    reader.given["", "path"] = path
    tables = tables_in(path, reader)
    if tables is None:
        raise SettingsError(tuple(reader.mistakes))
    take_secrets(environ, reader)
    settings = reader.read(Settings, with_folders(tables))
    if settings is None or reader.mistakes:
        raise SettingsError(tuple(reader.mistakes))
    return replace(settings, policy=with_default_questions(settings.policy))


def template(values: Mapping[tuple[str, str], str | int | bool]) -> str:
    """What ``dealpacket init`` writes: every key, some set by (table, key)."""
    return filled(TEMPLATE.read_text(encoding="utf-8"), values)


def with_folders(tables: dict[str, Any]) -> dict[str, Any]:
    """The tables with the default folders, which are relative to the file too."""
    data, delivery = tables.get("data", {}), tables.get("delivery", {})
    if isinstance(data, dict) and isinstance(delivery, dict):
        data = {"folder": str(Data().folder)} | data
        outbox = f"{data['folder']}/{Delivery().folder.name}"
        delivery = {"folder": outbox} | delivery
    return tables | {"data": data, "delivery": delivery}


def with_default_questions(policy: Policy) -> Policy:
    """The installation's questions before the defaults, which speak for the rest."""
    if policy.questions == QUESTIONS:
        return policy
    return replace(policy, questions=policy.questions + QUESTIONS)


def connection_mistakes(org: Salesforce) -> Iterator[str]:
    """What a login would be refused for, or never get to."""
    for check in (org.check, lambda: org.origin):
        try:
            check()
        except NotAllowed as error:
            yield str(error)
    yield from file_mistakes(org.ca_file)
    known = {obj.name: obj for obj in CATALOGUE}
    for name in org.fields.keys() - known.keys():
        yield f"fields: {name} is not known{meant(name, known)}"


def offline_mistakes(org: Salesforce) -> Iterator[str]:
    """The same for whoever does not log in: secrets may be missing."""
    secrets = [key for table, key in SECRETS if table == "salesforce"]
    later: dict[str, Any] = {key: getattr(org, key) or "unused" for key in secrets}
    yield from connection_mistakes(replace(org, **later))


def delivery_mistakes(settings: Settings) -> Iterator[str]:
    """What must be said before anything may be sent by mail."""
    delivery, smtp = settings.delivery, settings.smtp
    if delivery.channel != "smtp":
        return
    if smtp is None:
        yield '[smtp] is required with [delivery] channel = "smtp"'
    elif smtp.username and not smtp.password:
        variable = SECRETS["smtp", "password"]
        yield f"[smtp] username needs a password: set {variable} or {variable}_FILE"
    if not delivery.allowed_domains:
        because = '[delivery] allowed_domains is required with channel = "smtp"'
        yield f"{because}: list the domains of your colleagues"
        return
    for address in (*settings.hygiene.recipients, delivery.rehearsal):
        if address and domain_of(address) not in delivery.allowed_domains:
            yield f"{address} is in none of the [delivery] allowed_domains"


def template_mistakes(delivery: Delivery) -> Iterator[str]:
    """A folder of templates that is named must be there."""
    folder = delivery.templates
    if folder is not None and not folder.is_dir():
        yield f"templates: there is no folder {folder}"


def smtp_mistakes(smtp: Smtp) -> Iterator[str]:
    """What would send mail in the clear, or trust a file that is not there."""
    if smtp.security == "none" and not smtp.is_loopback:
        because = 'security = "none" is for a server on this machine only'
        yield f'{because}; set "starttls" or "tls"'
    yield from file_mistakes(smtp.ca_file)


def own_mailbox_mistakes(mailbox: Mailbox) -> Iterator[str]:
    """What would keep letters in doubt from being looked up."""
    yield from mailbox_mistakes(mailbox)
    yield from file_mistakes(mailbox.ca_file)


def file_mistakes(ca_file: Path | None) -> Iterator[str]:
    """A certificate authority that is named must be there."""
    if ca_file is not None and not ca_file.is_file():
        yield f"ca_file: there is no file {ca_file}"


#: What is checked besides single values.
CHECKS: Final[Mapping[type, Callable[[Any], Iterable[str]]]] = {
    Cadence: cadence_mistakes,
    Delivery: template_mistakes,
    Mailbox: own_mailbox_mistakes,
    Policy: policy_mistakes,
    Salesforce: connection_mistakes,
    Settings: delivery_mistakes,
    Smtp: smtp_mistakes,
}
