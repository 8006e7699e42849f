"""No secret is in anything that is said, logged or kept, whatever goes wrong."""

import email
import email.policy
import logging
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

import jobs
from reports.delivery.ledger import Ledger
from sandbox.credentials import CLIENT_SECRET, USERNAME
from sync.patience import Patience
from tests.front_door import SECRET, Furnished, House
from tests.smtp_servers import Mailroom, breaking, say, serving


CANARY = "c4n4ry-in-the-c0al-mine"
SMTP_SECRET = "DEALPACKET_SMTP_PASSWORD"


@dataclass
class Ears:
    """Everything that commands let out."""

    house: House
    caplog: pytest.LogCaptureFixture
    heard: list[str] = field(default_factory=list)

    def call(self, *argv: str) -> int:
        """Run a command; hear what it says, and the traceback of what stops it."""
        said = self.house.call(*argv)
        self.heard += [said.out, said.err]
        if said.code:
            self.stopped(*argv)
        return said.code

    def stopped(self, *argv: str) -> None:
        """Run a command that does not succeed once more, for its traceback."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(jobs, "stops", tuple)
            patch.setattr(jobs, "complain", nothing)
            try:
                self.house.call(*argv)
            except Exception as error:  # noqa: BLE001 - whichever it is
                self.heard += traceback.format_exception(error)

    def heard_of(self, secrets: Iterable[str]) -> set[str]:
        """Which of the secrets are in what was heard, logged or kept."""
        logged = "\n".join(
            f"{one.getMessage()} {one.exc_text or ''} {one.args}"
            for one in self.caplog.records
        )
        haystack = "\n".join([*self.heard, logged]).encode()
        haystack += b"".join(kept(self.house))
        return {one for one in secrets if one.encode() in haystack}


def nothing(_lines: Iterable[str]) -> None:
    """Let an error pass that is not a stop."""


def kept(house: House) -> Iterable[bytes]:
    """Every byte that is on the disk, and every letter as its reader sees it."""
    for path in house.var.rglob("*"):
        if path.is_file():
            yield path.read_bytes()
    for raw in house.letters().values():
        letter = email.message_from_bytes(raw, policy=email.policy.default)
        for part in letter.walk():
            if not part.is_multipart():
                yield part.get_content().encode()
    if (house.var / "ledger.db").exists():
        with Ledger.open(house.var / "ledger.db") as ledger:
            for one in ledger.deliveries():
                yield ledger.bytes_of(one.key) or b""


@pytest.fixture(scope="module")
def furnished(of_one_rep: Furnished) -> Furnished:
    return of_one_rep


@pytest.fixture
def ears(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> Ears:
    """Everything is heard, down to what libraries say only to debuggers."""
    caplog.set_level(logging.DEBUG)
    hasty = Patience(attempts=2, first_wait=0.0)
    monkeypatch.setattr("sync.transport.Patience", lambda: hasty)
    return Ears(house, caplog)


def a_key() -> str:
    """A private key that Sales Cloud does not know."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


LOGINS: dict[str, Callable[[], dict[str, str]]] = {
    "client_credentials": lambda: {SECRET: CANARY},
    "jwt": lambda: {"DEALPACKET_PRIVATE_KEY": a_key()},
    "password": lambda: {
        "DEALPACKET_PASSWORD": CANARY,
        "DEALPACKET_SECURITY_TOKEN": CANARY[::-1],
    },
    "access_token": lambda: {"DEALPACKET_ACCESS_TOKEN": CANARY},
}


@pytest.mark.parametrize(
    ("auth", "effect"),
    [
        *((auth, "") for auth in LOGINS),
        *(("password", effect) for effect in ("status", "drop", "html", "redirect")),
    ],
)
def test_a_login_that_fails_says_no_secret(
    ears: Ears, auth: str, effect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = LOGINS[auth]()
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    ears.house.configure(auth=auth, username=USERNAME)
    faults = [{"effect": effect, "path": "oauth2|Soap"}] if effect else []
    ears.house.sandbox.faults.take(faults)
    codes = {ears.call(command) for command in ("doctor", "sync", "tick")}

    assert codes == {2}
    assert ears.heard_of(pieces(secrets.values())) == set()


def pieces(secrets: Iterable[str]) -> set[str]:
    """Secrets, and of a key every line that is its own."""
    return {line for one in secrets for line in one.splitlines() if "-----" not in line}


@pytest.mark.parametrize(
    "fault",
    [
        {"effect": "status", "status": 401, "code": "INVALID_SESSION_ID"},
        {"effect": "status", "status": 500},
        {"effect": "quota"},
        {"effect": "drop"},
        {"effect": "html"},
        {"effect": "gzip_crc"},
        {"effect": "redirect"},
    ],
    ids=lambda fault: f"{fault['effect']}-{fault.get('status', '')}",
)
def test_an_org_that_fails_makes_nobody_say_a_secret(
    ears: Ears, fault: dict[str, object]
) -> None:
    ears.house.sandbox.faults.take([{**fault, "path": "/data/v[0-9.]+/."}])
    codes = {ears.call(command) for command in ("doctor", "sync", "tick")}

    assert 0 not in codes
    assert ears.heard_of([CLIENT_SECRET, *tokens(ears.house)]) == set()


def test_a_round_that_goes_well_keeps_no_secret(ears: Ears) -> None:
    codes = [ears.call(command) for command in ("doctor", "sync", "packets", "tick")]

    assert codes == [0, 0, 0, 0]
    assert len(ears.house.letters()) > 5
    assert ears.heard_of([CLIENT_SECRET, *tokens(ears.house)]) == set()


def tokens(house: House) -> set[str]:
    """The access tokens that the sandbox granted."""
    found = set(house.sandbox.service.sessions._used)  # noqa: SLF001 - they are secret
    assert found
    return found


def mailing(house: House, port: int) -> None:
    """Let letters go to a mail server on this machine that asks for a password."""
    house.configure(
        '[delivery]\nchannel = "smtp"\n'
        'allowed_domains = ["acme.example", "brightmoor.example"]\n'
        f"first_cycle_is_rehearsal = false\n"
        f'[smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
        'username = "robot"\nsender = "reviews@acme.example"'
    )


def test_a_mail_server_that_lets_nobody_in_hears_the_password_alone(
    ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SMTP_SECRET, CANARY)
    mailroom = Mailroom()
    with serving(
        mailroom, authenticator=mailroom.authenticate, auth_require_tls=False
    ) as port:
        mailing(ears.house, port)
        codes = {ears.call(command) for command in ("doctor", "packets")}

    assert codes == {1}
    assert mailroom.passwords
    assert set(mailroom.passwords) == {CANARY.encode()}
    assert ears.heard_of([CANARY]) == set()


def test_a_mail_server_that_repeats_the_password_is_not_repeated(
    ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SMTP_SECRET, CANARY)
    hello = "250-hello\r\n250 AUTH PLAIN LOGIN"
    refused = f"535 {CANARY} is not the password of robot"
    with breaking(lambda one: say(one, hello, refused, refused)) as port:
        mailing(ears.house, port)
        codes = {ears.call(command) for command in ("doctor", "packets")}

    assert codes == {1}
    assert "535 *** is not the password of robot" in "".join(ears.heard)
    assert ears.heard_of([CANARY]) == set()


def test_an_org_that_repeats_a_secret_is_not_repeated(
    ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SECRET, CANARY)
    told = {"code": "invalid_client", "message": f"{CANARY} is wrong"}
    rule = {"effect": "status", "status": 400, "path": "oauth2", **told}
    ears.house.sandbox.faults.take([rule])

    assert ears.call("sync") == 2
    assert "*** is wrong" in "".join(ears.heard)
    assert ears.heard_of([CANARY]) == set()


def test_settings_that_cannot_be_used_do_not_show_a_secret(
    ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DEALPACKET_PRIVATE_KEY", "DEALPACKET_PASSWORD", SMTP_SECRET):
        monkeypatch.setenv(name, CANARY)
    ears.house.configure("[nonsense]\nx = 1", auth="jwt", username=USERNAME)
    codes = {ears.call(one) for one in ("doctor", "sync", "packets", "rules")}

    ears.house.configure(auth="jwt", username=USERNAME)
    codes |= {ears.call(one) for one in ("doctor", "sync")}

    assert codes <= {0, 2}
    assert ears.heard_of([CANARY]) == set()


@pytest.mark.parametrize("where", ["missing", "folder"])
def test_a_secret_file_that_cannot_be_read_is_named_and_not_shown(
    ears: Ears, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / CANARY[:8]
    if where == "folder":
        place.mkdir()
    monkeypatch.delenv(SECRET)
    monkeypatch.setenv(f"{SECRET}_FILE", str(place))

    assert ears.call("sync") == 2
    assert f"{SECRET}_FILE" in "".join(ears.heard)
