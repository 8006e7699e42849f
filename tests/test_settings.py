"""The configuration: what can be said, what is refused, and that it is written down."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, time
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from reports.delivery.cadence import Cadence
from reports.judgement.policy import ByPhase, Policy, Renewals, RequiredField
from reports.judgement.questions import QUESTIONS, Question, StageQuestions
from reports.model import Phase
from settings import (
    SECRETS,
    Delivery,
    Hygiene,
    Run,
    Settings,
    SettingsError,
    load,
    template,
)


ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")

LOGIN = """
[salesforce]
login_url = "https://acme.my.salesforce.com"
client_id = "3MVG9"
"""
MAIL = (
    LOGIN
    + """
[delivery]
channel = "smtp"
allowed_domains = ["acme.com"]
[smtp]
host = "smtp.acme.com"
sender = "Reviews <reviews@acme.com>"
"""
)
IMAP = """
[imap]
host = "imap.acme.com"
username = "archive"
"""
ENVIRON = {"DEALPACKET_CLIENT_SECRET": "canary-1"}


def loaded(folder: Path, text: str, **environ: str) -> Settings:
    path = folder / "dealpacket.toml"
    path.write_text(text, encoding="utf-8")
    return load(path, ENVIRON | environ)


def refused(folder: Path, text: str, **environ: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        loaded(folder, text, **environ)
    return caught.value.mistakes


def test_a_login_is_all_that_must_be_said(tmp_path: Path) -> None:
    settings = loaded(tmp_path, LOGIN)

    assert settings.salesforce.login_url == "https://acme.my.salesforce.com"
    assert settings.salesforce.client_secret == "canary-1"
    assert settings.delivery == Delivery(folder=tmp_path / "var/outbox")
    assert settings.hygiene == Hygiene()
    assert settings.review == Cadence()
    assert settings.run == Run()
    assert settings.policy == Policy()
    assert settings.smtp is None


def test_who_does_not_log_in_needs_no_secret(tmp_path: Path) -> None:
    path = tmp_path / "dealpacket.toml"
    path.write_text(LOGIN, encoding="utf-8")

    settings = load(path, {}, logging_in=False)

    assert settings.salesforce.client_secret is None
    with pytest.raises(SettingsError, match="DEALPACKET_CLIENT_SECRET"):
        load(path, {})


def test_other_mistakes_of_a_login_are_told_to_everybody(tmp_path: Path) -> None:
    path = tmp_path / "dealpacket.toml"
    path.write_text('[salesforce]\nlogin_url = "http://acme"', encoding="utf-8")

    with pytest.raises(SettingsError) as caught:
        load(path, {}, logging_in=False)

    assert len(caught.value.mistakes) == 2


def test_files_are_found_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("a certificate", encoding="utf-8")

    settings = loaded(
        tmp_path, LOGIN + 'ca_file = "ca.pem"\n[data]\nfolder = "/srv/deals"'
    )

    assert settings.salesforce.ca_file == tmp_path / "ca.pem"
    assert settings.data.ledger == Path("/srv/deals/ledger.db")
    assert settings.data.mirror == Path("/srv/deals/mirror.duckdb")
    assert settings.data.lock == Path("/srv/deals/dealpacket.lock")
    assert settings.data.heartbeat == Path("/srv/deals/heartbeat")
    assert settings.data.archive == Path("/srv/deals/archive")
    assert settings.delivery.folder == Path("/srv/deals/outbox")


def test_salesforce_also_says_what_else_is_read_and_written(tmp_path: Path) -> None:
    settings = loaded(
        tmp_path,
        LOGIN + 'write_tasks = true\nfields = { Opportunity = ["Rival__c"] }',
    )

    assert settings.write_tasks
    assert settings.extra_fields == {"Opportunity": ("Rival__c",)}


def test_a_threshold_changes_and_the_others_stay(tmp_path: Path) -> None:
    settings = loaded(
        tmp_path, LOGIN + "[policy]\nstuck_days = 40\ntwo_way = { mid = 10 }"
    )

    assert settings.policy == replace(
        Policy(), stuck_days=40, two_way=ByPhase(early=21, mid=10, late=7)
    )


def test_required_fields_are_rows(tmp_path: Path) -> None:
    settings = loaded(
        tmp_path, LOGIN + '[[policy.required]]\nfield = "Region__c"\nstage = "Proposal"'
    )

    assert settings.policy.required == (
        RequiredField(field="Region__c", stage="Proposal"),
    )


def test_own_questions_come_before_the_usual_ones(tmp_path: Path) -> None:
    settings = loaded(
        tmp_path,
        LOGIN
        + """
[[policy.questions]]
phase = "late"
questions = [{ text = "Is a meeting booked?", all_of = ["meeting-booked"] }]
""",
    )

    asked = Question(text="Is a meeting booked?", all_of=("meeting-booked",))
    own = StageQuestions(phase=Phase.LATE, questions=(asked,))
    assert settings.policy.questions == (own, *QUESTIONS)


def test_a_cadence_is_said_in_toml(tmp_path: Path) -> None:
    settings = loaded(
        tmp_path,
        LOGIN
        + """
[review]
days = [5, 20]
packet = 17:30:00
reminder = "08:15"
blackout = [2026-12-24, "2026-12-28 to 2026-12-31"]
[review.too_late]
packet = 30
[[review.team]]
manager = "bo@acme.com"
zone = "Europe/Berlin"
""",
    )

    review = settings.review
    assert review.days == (5, 20)
    assert (review.packet, review.reminder) == (time(17, 30), time(8, 15))
    assert review.blackout == (date(2026, 12, 24), "2026-12-28 to 2026-12-31")
    assert (review.too_late.packet, review.too_late.reminder) == (30, 24)
    assert review.of_team("Bo@acme.com").zone == "Europe/Berlin"


def test_languages_are_said_by_address(tmp_path: Path) -> None:
    settings = loaded(tmp_path, LOGIN + '[languages]\n"ada@acme.com" = "de_CH"')

    assert settings.languages == {"ada@acme.com": "de_CH"}


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("[smpt]", 'smpt: is not known; did you mean "smtp"?'),
        ("[delivery]\nchanel = 1", '[delivery] chanel: is not known; did you mean "ch'),
        ("[data]\nqqq = 1", "[data] qqq: is not known"),
        ("smtp = 7", "[smtp]: 7 is not a table"),
        ("[smtp]\nport = 'x'", "[smtp] port: 'x' is not a number between 1 and 65535"),
        ("[smtp]\nport = 0", "[smtp] port: 0 is not a number between 1 and 65535"),
        ("[smtp]\nsender = 'x'", "[smtp] sender: 'x' is not an address like"),
        ("[smtp]", "[smtp] host: is required"),
        ("[data]\nfolder = '~/x'", "[data] folder: '~/x' is not a path"),
        ("[data]\nfolder = 7", "[data] folder: 7 is not a path"),
        ("[data]\nfolder = ''", "[data] folder: '' is not a path"),
        ("data = []", "[data]: [] is not a table"),
        ("[delivery]\nchannel = 'fax'", '\'fax\' is not one of "folder", "smtp"'),
        ("[delivery]\nallowed_domains = 'a.com'", "'a.com' is not a list"),
        ("[delivery]\nallowed_domains = ['@a.com']", "'@a.com' is not a domain"),
        ("[delivery]\nrehearsal = 'me'", "'me' is not an email address"),
        ("[delivery]\ntemplates = 'gone'", "templates: there is no folder "),
        ("[delivery]\nfirst_cycle_is_rehearsal = 1", "1 is not true or false"),
        ("[hygiene]\nrecipients = ['a@b.c\\n']", "is not an email address"),
        ("[hygiene]\nweekday = 'noday'", "'noday' is not one of \"monday\", "),
        ("[run]\nping = 'ftp://x'", "'ftp://x' is not an address like https://..."),
        ("[languages]\nada = 'German'", "[languages] ada: 'German' is not a language"),
        ("languages = 1", "languages: 1 is not a table"),
        ("[salesforce.fields]\nDeal = ['X__c']", "[salesforce] fields: Deal is not kn"),
        ("[salesforce.fields]\nTask = ['a b']", "'a b' is not the API name of a field"),
        ("[policy]\nstuck_dys = 1", 'stuck_dys: is not known; did you mean "stuck_d'),
        ("[policy]\nstuck_days = -1", "-1 is not a whole number from 0"),
        ("[policy]\nstuck_days = 1.5", "1.5 is not a whole number from 0"),
        ("[policy]\nstuck_days = true", "True is not a whole number from 0"),
        ("[policy]\nold_times_median = nan", "NaN is not a number from 0"),
        ("[policy]\nold_times_median = '2'", "'2' is not a number from 0"),
        ("[policy]\namount_cut = 20", "amount_cut: 20 is not a share from 0 to 1"),
        ("[policy]\ntwo_way = 3", "[policy.two_way]: 3 is not a table"),
        ("[policy.two_way]\nearly = 'x'", "[policy.two_way] early: 'x' is not a whole"),
        ("[policy.agenda]\ntotal = 45", "[policy] agenda: total is more than 30"),
        ("[policy.agenda]\nhygiene = 9", "agenda: its blocks (changes to commitments)"),
        ("[policy.agenda]\nreserve = 15", "agenda: reserve leaves no minute of deals"),
        ("[policy.clock]\nstalled = 0.5", "clock: stalled must be less than slowing"),
        ("[policy.clock]\nwindows = [9, 3]", "clock: windows must be numbers of days"),
        ("[[policy.required]]\nstage = 'x'", "[policy.required #1] field: is required"),
        ("[policy.required]\nfield = 'x'", "is not a list of tables"),
        ("[review]\ndays = 'noday'", '[review] days: "noday" is not understood'),
        ("[review]\ndays = true", "True is not a text on one line or a list"),
        ("[review]\npacket = '25:00'", "'25:00' is not a time of day like \"18:00\""),
        ("[review]\ncountry = 'XX'", "country: the holidays of 'XX' are unknown"),
        ("[review]\nzone = 'Mars/X'", "zone: 'Mars/X' is unknown; write it like"),
        ("[[review.team]]\nzone = 'UTC'", "[review.team #1] manager: is required"),
    ],
)
def test_what_cannot_be_is_named(tmp_path: Path, text: str, mistake: str) -> None:
    mistakes = refused(tmp_path, LOGIN + text if text.startswith("[") else text + LOGIN)

    assert any(mistake in one for one in mistakes), mistakes
    assert all(one.startswith("dealpacket.toml: ") for one in mistakes)


def test_a_question_needs_a_stage_and_something_that_answers_it(tmp_path: Path) -> None:
    mistakes = refused(
        tmp_path,
        LOGIN
        + """
[[policy.questions]]
questions = [{ text = "A?", all_of = ["magic"] }, { text = "B?", all_of = [] }]
""",
    )

    assert [one.partition(";")[0] for one in mistakes] == [
        "dealpacket.toml: [policy] questions: a row needs stages or a phase",
        "dealpacket.toml: [policy] questions: 'magic' answers nothing",
        "dealpacket.toml: [policy] questions: 'B?' needs all_of, what answers it",
    ]


def test_every_mistake_is_reported_at_once(tmp_path: Path) -> None:
    mistakes = refused(
        tmp_path,
        """
[salesforce]
login_uri = "https://acme.my.salesforce.com"
[smtp]
port = "x"
[policy]
stuck_days = "long"
[policy.agenda]
total = 90
""",
    )

    assert [one.removeprefix("dealpacket.toml: ") for one in mistakes] == [
        '[salesforce] login_uri: is not known; did you mean "login_url"?',
        (
            "[salesforce]: logging in with auth = 'client_credentials' needs client_id "
            "(set [salesforce] client_id)"
        ),
        (
            "[salesforce]: login_url is not the address of an org "
            "(set [salesforce] login_url to https://YOUR-DOMAIN.my.salesforce.com)"
        ),
        "[smtp] host: is required",
        "[smtp] port: 'x' is not a number between 1 and 65535",
        "[smtp] sender: is required",
        "[policy] stuck_days: 'long' is not a whole number from 0",
        "[policy] agenda: total is more than 30 minutes",
    ]


@pytest.mark.parametrize(
    ("login", "needs"),
    [
        ("auth = 'magic'", "there is no way to log in called 'magic'"),
        ("auth = 'jwt'", "needs username"),
        ("auth = 'password'", "needs username"),
        ("auth = 'access_token'", "needs access_token (set DEALPACKET_ACCESS_TOKEN)"),
        ("api_version = '66'", "'66' is not a version of the API"),
        ("ca_file = 'gone.pem'", "ca_file: there is no file"),
    ],
)
def test_a_login_that_cannot_work_is_a_mistake(
    tmp_path: Path, login: str, needs: str
) -> None:
    (mistake,) = refused(tmp_path, LOGIN + login)

    assert mistake.startswith("dealpacket.toml: [salesforce]")
    assert needs in mistake


def test_a_configuration_without_an_org_is_no_configuration(tmp_path: Path) -> None:
    mistakes = refused(tmp_path, "")

    assert "set [salesforce] login_url" in mistakes[-1]


def test_a_file_that_is_not_there_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="run `dealpacket init` to write it"):
        load(tmp_path / "dealpacket.toml", {})


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read: Is a directory"):
        load(tmp_path, {})


def test_a_file_that_is_not_text_says_so(tmp_path: Path) -> None:
    (tmp_path / "dealpacket.toml").write_bytes(b"\xff\xfe[\x00d\x00a\x00t\x00a\x00")

    with pytest.raises(SettingsError, match="is not UTF-8 text; save it as UTF-8"):
        load(tmp_path / "dealpacket.toml", {})


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[salesforce]\nlogin_url = https://acme.com", "line 2"),
        ("[salesforce\n", "line 1"),
        ("[data]\n[data]\n", "line 2"),
    ],
)
def test_a_slip_in_the_syntax_names_its_line_and_a_remedy(
    tmp_path: Path, text: str, line: str
) -> None:
    (mistake,) = refused(tmp_path, text)

    assert line in mistake
    assert "texts stand in quotes" in mistake


# Mail


def test_mail_needs_a_server_and_a_list_of_domains(tmp_path: Path) -> None:
    mistakes = refused(tmp_path, LOGIN + '[delivery]\nchannel = "smtp"')

    assert mistakes == (
        'dealpacket.toml: [smtp] is required with [delivery] channel = "smtp"',
        (
            "dealpacket.toml: [delivery] allowed_domains is required with channel = "
            '"smtp": list the domains of your colleagues'
        ),
    )


def test_mail_is_ready_with_both(tmp_path: Path) -> None:
    smtp = loaded(tmp_path, MAIL).smtp

    assert smtp is not None
    assert (smtp.port, smtp.security, smtp.username) == (587, "starttls", None)


@pytest.mark.parametrize(
    ("more", "mistake"),
    [
        ('username = "robot"', "set DEALPACKET_SMTP_PASSWORD"),
        ('security = "none"', '"none" is for a server on this machine only'),
        ('ca_file = "gone.pem"', "[smtp] ca_file: there is no file"),
        ('[hygiene]\nrecipients = ["a@else.com"]', "a@else.com is in none of"),
    ],
)
def test_mail_that_could_go_wrong_is_refused(
    tmp_path: Path, more: str, mistake: str
) -> None:
    (only,) = refused(tmp_path, MAIL + more)

    assert mistake in only


def test_a_rehearsal_stays_among_colleagues_too(tmp_path: Path) -> None:
    text = MAIL.replace("[smtp]", 'rehearsal = "me@else.com"\n[smtp]')

    (mistake,) = refused(tmp_path, text)

    assert "me@else.com is in none of the [delivery] allowed_domains" in mistake


def test_a_mailbox_for_copies_is_said_in_toml(tmp_path: Path) -> None:
    more = 'folders = ["Sent Items"]\nabsent_after_hours = 6'

    imap = loaded(tmp_path, MAIL + IMAP + more, DEALPACKET_IMAP_PASSWORD="x").imap

    assert imap is not None
    assert (imap.host, imap.port, imap.password) == ("imap.acme.com", 993, "x")
    assert (imap.folders, imap.absent_after_hours) == (("Sent Items",), 6)


@pytest.mark.parametrize(
    ("more", "mistake"),
    [
        ("", "[imap]: a mailbox needs a password: set DEALPACKET_IMAP_PASSWORD or"),
        ("port = 0", "[imap] port: it is not a number between 1 and 65535"),
        ('ca_file = "gone.pem"', "[imap] ca_file: there is no file"),
    ],
)
def test_a_mailbox_that_cannot_be_asked_is_refused(
    tmp_path: Path, more: str, mistake: str
) -> None:
    environ = {"DEALPACKET_IMAP_PASSWORD": "canary-7"} if more else {}
    (only,) = refused(tmp_path, MAIL + IMAP + more, **environ)

    assert mistake in only


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_a_server_on_this_machine_needs_no_encryption(
    tmp_path: Path, host: str
) -> None:
    text = MAIL.replace("smtp.acme.com", host) + 'security = "none"'

    smtp = loaded(tmp_path, text).smtp

    assert smtp is not None
    assert smtp.is_loopback


# Secrets


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("-----BEGIN\nline\n-----END\n", encoding="utf-8")

    settings = loaded(
        tmp_path,
        LOGIN + 'auth = "jwt"\nusername = "robot@acme.com"',
        DEALPACKET_PRIVATE_KEY_FILE=str(tmp_path / "key"),
    )

    assert settings.salesforce.private_key == "-----BEGIN\nline\n-----END"


@pytest.mark.parametrize(
    ("content", "because"),
    [
        (None, "cannot be read: No such file or directory"),
        (b" \n", "is empty"),
        (b"\xff", "is not text"),
    ],
)
def test_a_secret_file_that_gives_nothing_is_a_mistake(
    tmp_path: Path, content: bytes | None, because: str
) -> None:
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)

    (mistake,) = refused(tmp_path, LOGIN, DEALPACKET_PASSWORD_FILE=str(path))

    assert mistake == (
        f"dealpacket.toml: environment: DEALPACKET_PASSWORD_FILE: {path} {because}"
    )


@pytest.mark.parametrize("variable", SECRETS.values())
def test_a_secret_given_twice_is_a_mistake(tmp_path: Path, variable: str) -> None:
    mistakes = refused(
        tmp_path, LOGIN, **{variable: "canary-2", f"{variable}_FILE": "/x"}
    )

    assert mistakes == (
        (
            f"dealpacket.toml: environment: {variable} and {variable}_FILE "
            "are both set; keep one"
        ),
    )


def test_an_empty_variable_is_no_secret(tmp_path: Path) -> None:
    mistakes = refused(tmp_path, LOGIN, DEALPACKET_CLIENT_SECRET="")

    assert "needs client_secret (set DEALPACKET_CLIENT_SECRET)" in mistakes[0]


@pytest.mark.parametrize(("place", "variable"), SECRETS.items())
def test_a_secret_in_the_file_is_told_to_move_and_not_repeated(
    tmp_path: Path, place: tuple[str, str], variable: str
) -> None:
    table, key = place
    text = (MAIL + IMAP).replace(f"[{table}]", f'[{table}]\n{key} = "canary-3"')

    (mistake,) = refused(tmp_path, text, DEALPACKET_IMAP_PASSWORD="canary-3")

    assert f"set the environment variable {variable} or {variable}_FILE" in mistake
    assert "canary-3" not in mistake


def test_no_secret_is_ever_printed(tmp_path: Path) -> None:
    environ = {name: f"canary-{number}" for number, name in enumerate(SECRETS.values())}

    settings = loaded(tmp_path, MAIL + 'username = "robot"' + IMAP, **environ)
    mistakes = refused(tmp_path, MAIL + "port = 0", **environ)

    assert settings.smtp is not None
    assert settings.smtp.password == "canary-5"
    assert settings.imap is not None
    assert settings.imap.password == "canary-6"
    assert settings.salesforce.access_token == "canary-4"
    assert "canary" not in f"{settings!r} {settings} {mistakes}"


# What is written down


def keys_of(kind: Any, table: str = "") -> Iterator[tuple[str, str]]:
    """Every (table, key) that the fields of a dataclass make settable."""
    hints = get_type_hints(kind)
    for one in fields(kind):
        hint = hints[one.name]
        inner = next((arg for arg in get_args(hint) if is_dataclass(arg)), hint)
        inside = f"{table}.{one.name}" if table else one.name
        if is_dataclass(inner) and inner is not Question:
            yield from keys_of(inner, inside)
        elif one.repr and get_origin(hint) is not dict and inside != "path":
            yield table, one.name


#: Tables that are not there by default, and cannot be without their required keys.
SERVERS = {"smtp", "imap"}
#: Tables whose keys are the user's own.
OWN = {("salesforce", "fields"), ("", "languages")}
KEYS = sorted(set(keys_of(Settings)) - OWN)


def rows_of(page: str) -> Iterator[tuple[str, str, str]]:
    """The (table, key, default) of every row in the tables of a page."""
    table = ""
    for line in page.splitlines():
        if header := re.fullmatch(r"## `\[+(.*?)\]+`", line):
            table = header[1]
        elif row := re.match(r"\| `([^`]+)` \| (.*?) \|", line):
            yield table, row[1], row[2]


def test_many_keys_can_be_set() -> None:
    assert ("policy.two_way", "early") in KEYS
    assert ("review.team", "manager") in KEYS
    assert ("smtp", "password") not in KEYS
    assert len(KEYS) > 150


def test_the_page_names_every_key_and_no_other() -> None:
    rows = {(table, key) for table, key, _ in rows_of(PAGE) if table}

    assert sorted(rows - {("salesforce.fields", "Opportunity")}) == [
        *sorted([*KEYS, ("languages", "ada@acme.com")])
    ]


def test_the_defaults_on_the_page_are_the_defaults(tmp_path: Path) -> None:
    said: dict[str, list[str]] = {"salesforce": LOGIN.splitlines()[2:]}
    for table, key, default in rows_of(PAGE):
        if table and default.startswith("`"):
            said.setdefault(table, []).append(f"{key} = {default.strip('`')}")
    text = "\n".join(f"[{t}]\n" + "\n".join(said[t]) for t in said if t not in SERVERS)

    settings = loaded(tmp_path, text)

    assert settings == loaded(tmp_path, LOGIN)
    assert text.count("\n") > 130


def test_the_example_on_the_page_loads(tmp_path: Path) -> None:
    example = PAGE.partition("```toml\n")[2].partition("```")[0]

    settings = loaded(tmp_path, example)

    assert settings.delivery.allowed_domains == ("acme.com",)
    assert settings.hygiene.recipients == ("revops@acme.com",)


@pytest.mark.parametrize("variable", SECRETS.values())
def test_the_page_names_every_secret(variable: str) -> None:
    assert f"| `{variable}` |" in PAGE


def filled_template() -> str:
    return template(
        {
            ("salesforce", "login_url"): "https://acme.my.salesforce.com",
            ("salesforce", "client_id"): '3M"VG9',
        }
    )


def in_force(text: str) -> str:
    """The template with the # before every key and table taken away."""
    return re.sub(r'(?m)^#(?=\[|"?[\w@.]+"? = )', "", text)


def test_the_template_says_the_defaults(tmp_path: Path) -> None:
    settings = loaded(tmp_path, filled_template())

    assert settings.salesforce.client_id == '3M"VG9'
    assert settings == loaded(tmp_path, LOGIN.replace('"3MVG9"', "'3M\"VG9'"))


def test_the_template_shows_the_defaults_where_there_are_some(tmp_path: Path) -> None:
    plain = {(t, key) for t, key, default in rows_of(PAGE) if default.startswith("`")}
    table, kept = "", LOGIN.splitlines()
    for line in in_force(template({})).splitlines():
        if header := re.match(r"\[(\w[\w.]*)\]$", line):
            table = header[1]
            kept += [line] if table not in {"salesforce", *SERVERS} else []
        elif (entry := re.match(r"(\w+) = ", line)) and (table, entry[1]) in plain:
            kept += [line] if table not in SERVERS else []

    settings = loaded(tmp_path, "\n".join(kept))

    assert settings == loaded(tmp_path, LOGIN)
    assert len(kept) > 130


def test_every_line_of_the_template_can_be_put_in_force(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("a certificate", encoding="utf-8")
    (tmp_path / "letters").mkdir()

    settings = loaded(
        tmp_path,
        in_force(filled_template()),
        DEALPACKET_SMTP_PASSWORD="canary",
        DEALPACKET_IMAP_PASSWORD="canary",
    )

    policy = replace(
        settings.policy,
        required=(),
        evidence=(),
        questions=QUESTIONS,
        snooze_field=None,
        renewals=Renewals(),
        clock=replace(settings.policy.clock, process_changed=None),
    )
    assert policy == Policy()
    assert settings.data.folder == tmp_path / "var"
    assert settings.review.of_team("bo@acme.com").country == "US"


def test_the_template_names_every_key() -> None:
    table, named = "", set()
    for line in in_force(filled_template()).splitlines():
        if header := re.match(r"\[+([\w.]+)\]+$", line):
            table = header[1]
        elif entry := re.match(r"(\w+) = ", line):
            named.add((table, entry[1]))

    assert sorted(named - {("salesforce.fields", "Opportunity")}) == KEYS


def test_the_template_refuses_a_key_that_it_does_not_have() -> None:
    with pytest.raises(KeyError, match="login_uri"):
        template({("salesforce", "login_uri"): "x"})


def test_a_key_of_the_template_comes_into_force_with_its_table(tmp_path: Path) -> None:
    text = template(
        {
            ("salesforce", "client_id"): "x",
            ("smtp", "host"): "smtp.acme.com",
            ("smtp", "sender"): "reviews@acme.com",
        }
    )

    smtp = loaded(tmp_path, text).smtp

    assert smtp is not None
    assert smtp.host == "smtp.acme.com"


def test_reading_settings_needs_no_heavy_library(tmp_path: Path) -> None:
    (tmp_path / "dealpacket.toml").write_text(LOGIN, encoding="utf-8")
    code = (
        "import sys, settings, pathlib; settings.load(pathlib.Path(sys.argv[1]),"
        "{'DEALPACKET_CLIENT_SECRET': 'x'});"
        "print({'pandas','duckdb','requests','simple_salesforce','holidays','jinja2',"
        "'pyarrow'} & set(sys.modules))"
    )

    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "dealpacket.toml")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stdout == "set()\n"
