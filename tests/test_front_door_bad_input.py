"""What cannot work ends in one clear message with its remedy, or in a finding."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reports.delivery.lock import lock
from tests.front_door import NOW, SECRET, Furnished, House, beside
from tests.sync_orgs import write_org


Rows = list[list[str]]


@pytest.fixture(scope="module")
def furnished(of_one_rep: Furnished) -> Furnished:
    return of_one_rep


@contextmanager
def small(folder: Path, org: Path | None = None) -> Iterator[House]:
    """An installation beside a small organisation, or another folder of CSVs."""
    source = org or write_org(folder / "org")
    with beside(source, folder / "home") as house:
        yield house


def edited(org: Path, name: str, change: Callable[[Rows], None]) -> Path:
    """The organisation with one of its files changed."""
    path = org / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return org


def nobody_listens(house: House, _: pytest.MonkeyPatch) -> None:
    house.configure(login_url="https://127.0.0.1:9")


def the_secret_is_wrong(_: House, patch: pytest.MonkeyPatch) -> None:
    patch.setenv(SECRET, "wrong-secret")


def there_is_no_secret(_: House, patch: pytest.MonkeyPatch) -> None:
    patch.delenv(SECRET)


def the_token_is_old(house: House, patch: pytest.MonkeyPatch) -> None:
    house.configure(auth="access_token")
    patch.setenv("DEALPACKET_ACCESS_TOKEN", "wrong-secret-of-yesterday")


def the_authority_is_unknown(house: House, _: pytest.MonkeyPatch) -> None:
    text = house.config.read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if "ca_file" not in line]
    house.config.write_text("\n".join(kept), encoding="utf-8")


def the_api_is_off(house: House, _: pytest.MonkeyPatch) -> None:
    house.sandbox.faults.take(
        [
            {
                "effect": "status",
                "status": 403,
                "code": "API_CURRENTLY_DISABLED",
                "message": "API is not enabled for this Organization or Partner",
                "path": "/services/data/",
            }
        ]
    )


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        (
            nobody_listens,
            (
                "cannot reach 127.0.0.1:9: Connection refused "
                "(check [salesforce] login_url and the network)"
            ),
        ),
        (
            the_secret_is_wrong,
            (
                "Sales Cloud refused the login: invalid client credentials "
                "(check DEALPACKET_CLIENT_SECRET and the External Client App's client "
                "credentials flow and Run-As user)"
            ),
        ),
        (
            there_is_no_secret,
            (
                "dealpacket.toml: [salesforce]: logging in with "
                "auth = 'client_credentials' needs client_secret "
                "(set DEALPACKET_CLIENT_SECRET)"
            ),
        ),
        (
            the_token_is_old,
            (
                "the access token has expired or was revoked "
                "(set DEALPACKET_ACCESS_TOKEN to a fresh one; an External Client App "
                'with auth = "client_credentials" renews it by itself)'
            ),
        ),
        (
            the_authority_is_unknown,
            (
                "is not trusted (if a private authority or a company proxy signs it, "
                "set [salesforce] ca_file to that authority's certificate (PEM))"
            ),
        ),
        (
            the_api_is_off,
            (
                "API is not enabled for this Organization or Partner "
                "(assign API Enabled to the integration user)"
            ),
        ),
    ],
)
def test_an_org_that_lets_nobody_in_is_said_with_the_remedy(
    house: House,
    monkeypatch: pytest.MonkeyPatch,
    trouble: Callable[[House, pytest.MonkeyPatch], None],
    says: str,
) -> None:
    trouble(house, monkeypatch)

    for command in ("sync", "tick"):
        said = house.call(command)

        assert said.code == 2
        assert said.out == ""
        assert says in said.err
        assert len(said.err.splitlines()) == 1


def test_what_lies_behind_is_told_to_who_asks(house: House) -> None:
    house.configure(login_url="https://127.0.0.1:9")

    said = house.call("--verbose", "sync")

    first, message, *causes, last = said.err.splitlines()
    assert first.endswith(f"configuration {house.config}")
    assert message.startswith("dealpacket: cannot reach 127.0.0.1:9")
    assert causes[0].startswith("because: TryAgain in ")
    assert all(line.startswith("because: ") for line in causes)
    assert last == "sync: exit code 2 after 0.0 s"


def test_a_session_that_ends_in_the_middle_is_renewed(house: House) -> None:
    house.sandbox.faults.take(
        [{"effect": "expire", "path": "/composite", "nth": [2], "times": 1}]
    )

    assert house.call("sync", "--json").json["status"] == "complete"


def test_a_spent_allowance_leaves_the_rest_for_the_next_sync(house: House) -> None:
    house.sandbox.faults.take([{"effect": "quota", "path": "/composite"}])

    said = house.call("sync")

    assert said.code == 1
    assert said.lines[0].startswith("Sync incomplete: ")
    assert "REQUEST_LIMIT_EXCEEDED" in said.err


def test_an_object_that_is_hidden_is_said_with_the_permission(tmp_path: Path) -> None:
    with small(tmp_path) as house:
        shown = house.sandbox.org.sobjects
        house.sandbox.org.sobjects = {
            name: obj for name, obj in shown.items() if name != "opportunity"
        }
        synced, examined = house.call("sync"), house.call("doctor")

    assert synced.code == 2
    assert "Sales Cloud does not show Opportunity" in synced.err
    assert "grant the integration user's permission set Read" in synced.err
    assert (examined.code, examined.err) == (1, "failed: Opportunity\n")


def test_a_field_that_the_org_does_not_have_is_named(house: House) -> None:
    house.configure('[salesforce.fields]\nOpportunity = ["Amount", "Nope__c"]')
    said = house.call("sync")

    assert said.code == 0
    assert said.lines[1:] == [
        (
            "  Opportunity.Nope__c of the configuration cannot be read: the org has no "
            "such field, or hides it from the integration user: check its API name, or "
            "grant Read on it"
        )
    ]


def test_a_misspelt_field_of_the_configuration_fails_the_examination(
    house: House,
) -> None:
    house.configure('[salesforce.fields]\nOpportunity = ["NextStp", "Nope__c"]')
    said, synced = house.call("doctor"), house.call("sync")

    asked = "the configuration asks for it, and the org has no such field, or hides it"
    remedy = "correct its API name in the configuration, or grant Read on it"
    hidden = f"{asked} from the integration user"
    assert said.code == 1
    assert said.err == "failed: Opportunity.NextStp, Opportunity.Nope__c\n"
    assert [line for line in said.lines if asked in line] == [
        f"BAD   Opportunity.NextStp: {hidden}; did you mean NextStep?; {remedy}",
        f"BAD   Opportunity.Nope__c: {hidden}; {remedy}",
    ]
    assert "did you mean NextStep?" in synced.lines[1]


def test_an_amount_of_eighteen_digits_is_printed_as_it_is(tmp_path: Path) -> None:
    def raise_amount(rows: Rows) -> None:
        rows[1][rows[0].index("Amount")] = "987654321987654321"

    org = edited(write_org(tmp_path / "org"), "Opportunity", raise_amount)
    with small(tmp_path, org) as house:
        house.call("sync")
        told = house.call("packets", "--json")

    (packet,) = told.json["packets"]
    assert told.code == 0
    assert "987654321987654321.00" in {deal["amount"] for deal in packet["deals"]}


def test_an_empty_org_is_no_failure(tmp_path: Path) -> None:
    org = write_org(tmp_path / "org")
    for path in org.iterdir():
        if path.stem not in {"Organization", "User", "OpportunityStage"}:
            path.unlink()
    with small(tmp_path, org) as house:
        codes = [
            house.call(*command.split()).code
            for command in ("sync", "hygiene", "followup", "tick", "backtest", "rules")
        ]
        told, said = house.call("packets", "--json"), house.call("packets")

    assert codes == [0] * 6
    assert (told.json["packets"], told.json["skipped"]) == ([], [])
    assert said.lines == [
        "0 packets made.",
        "no deal is open at that moment: there is nothing to review",
    ]


def test_a_folder_without_files_shows_nothing_and_says_why(
    house: House, tmp_path: Path
) -> None:
    (tmp_path / "nothing").mkdir()

    said = house.call(
        *("demo", "--org", str(tmp_path / "nothing"), "--out", str(tmp_path / "out"))
    )

    assert said.code == 1
    assert "a folder of CSV files needs an Organization.csv with one row" in said.err
    assert said.lines[-1] == str(tmp_path / "out" / "index.html")


def test_a_folder_without_its_organisation_fails_in_one_line(tmp_path: Path) -> None:
    org = write_org(tmp_path / "org")
    (org / "Organization.csv").unlink()
    with small(tmp_path, org) as house:
        said = house.call("sync")

    failed = [line for line in said.err.splitlines() if line.startswith("failed: ")]
    assert said.code == 1
    assert failed[0] == (
        "failed: Organization: failed: the org shows 0 Organization records, not one "
        "(let the integration user read Organization; a folder of CSV files needs an "
        "Organization.csv with one row)"
    )
    assert len(failed) == 2


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            lambda rows: rows[6].__setitem__(rows[0].index("CloseDate"), "soon"),
            "line 7: column CloseDate: 'soon' is not a date; write YYYY-MM-DD",
        ),
        (
            lambda rows: rows[6].pop(),
            (
                "line 7: 14 columns where the first line names 15; "
                "quote cells that contain commas or line ends"
            ),
        ),
    ],
)
def test_a_broken_row_is_named_by_file_and_line(
    house: House, tmp_path: Path, change: Callable[[Rows], None], says: str
) -> None:
    org = edited(write_org(tmp_path / "org"), "Opportunity", change)

    said = house.call("demo", "--org", str(org), "--out", str(tmp_path / "out"))

    assert said.code == 2
    assert said.err == f"dealpacket: {org / 'Opportunity.csv'} {says}\n"


def test_a_mirror_that_is_none_is_said_and_built_again(house: House) -> None:
    mirror = house.var / "mirror.duckdb"
    mirror.write_bytes(b"this is not a database")
    for command in ("packets", "hygiene", "backtest", "rules", "calendar"):
        said = house.call(command)

        assert said.code == 2
        assert said.err == (
            f"dealpacket: {mirror} is not a DuckDB file: move it away and run "
            "`dealpacket sync`, which rebuilds it\n"
        )
    again = house.call("sync")

    assert again.code == 0
    assert again.lines[1] == (
        "  mirror.duckdb is not a mirror that can be opened: "
        "kept as mirror.duckdb.corrupt-1, reading anew"
    )
    assert house.call("packets").code == 0


def test_without_a_mirror_the_first_step_is_named(house: House) -> None:
    (house.var / "mirror.duckdb").unlink()

    said = house.call("packets")

    assert said.code == 2
    assert said.err == (
        f"dealpacket: there is no mirror at {house.var / 'mirror.duckdb'}: "
        "run `dealpacket sync` first\n"
    )


def test_a_data_folder_that_cannot_be_made_is_named(house: House) -> None:
    (house.folder / "file").touch()
    house.configure('[data]\nfolder = "file/var"')

    said, examined = house.call("sync"), house.call("doctor")

    assert said.code == 2
    assert said.err == (
        f"dealpacket: {house.folder / 'file' / 'var'}: Not a directory; "
        "see to the folder, its owner and disk\n"
    )
    assert (examined.code, examined.err) == (1, "failed: ledger\n")


def test_an_outbox_that_cannot_be_made_leaves_the_letters_waiting(
    house: House,
) -> None:
    (house.folder / "file").touch()
    house.configure('[delivery]\nfolder = "file/outbox"')
    failed = house.call("packets")
    house.configure()
    made = house.call("packets")

    assert failed.code == 1
    assert len(failed.err.splitlines()) == 2
    assert failed.err.count("Not a directory; see to the disk and the folder") == 2
    assert made.code == 1  # one is tried again later, and is still named
    assert len(house.letters()) == len(house.deliveries()) - 1


@pytest.mark.parametrize(
    "command", ["packets --out", "replay --cycle 2026-11-24 --out", "demo --out"]
)
def test_a_folder_for_results_that_cannot_be_made_is_named(
    house: House, command: str
) -> None:
    house.call("packets")
    (house.folder / "file").touch()

    said = house.call(*command.split(), str(house.folder / "file" / "out"))

    assert said.code == 2
    assert f"{house.folder / 'file' / 'out'}: Not a directory; see to" in said.err


def test_a_held_lock_names_who_holds_it(house: House) -> None:
    for command in ("sync", "packets", "hygiene", "deliveries"):
        with lock(house.var, NOW):
            said = house.call(command)

        assert said.code == 2
        assert "another dealpacket is at work, process " in said.err
        assert "since 2026-11-24T09:30:20+00:00" in said.err
        assert len(said.err.splitlines()) == 1


def test_a_zone_that_nobody_knows_is_a_mistake_of_the_configuration(
    house: House,
) -> None:
    house.configure('[review]\nzone = "Europe/Berln"')

    said = house.call("packets")

    assert said.code == 2
    assert said.err == (
        "dealpacket: dealpacket.toml: [review] zone: 'Europe/Berln' is unknown; "
        'write it like "Europe/Berlin"\n'
    )


def on_mars(rows: Rows) -> None:
    """Give everybody a zone that is none."""
    rows[0].append("TimeZoneSidKey")
    for row in rows[1:]:
        row.append("Mars/Phobos")


def test_a_zone_of_a_user_that_nobody_knows_is_a_finding(tmp_path: Path) -> None:
    org = edited(write_org(tmp_path / "org"), "User", on_mars)
    with small(tmp_path, org) as house:
        house.call("sync")
        packets, alert = house.call("packets"), house.call("hygiene", "--json")

    assert packets.code == 0
    assert (
        "the time zone 'Mars/Phobos' is unknown; days are counted in Europe/Berlin"
        in {one["because"] for one in alert.json["records"]}
    )


def test_a_zone_of_the_org_that_nobody_knows_is_told_once_with_its_remedy(
    tmp_path: Path,
) -> None:
    def move_to_mars(rows: Rows) -> None:
        rows[1][rows[0].index("TimeZoneSidKey")] = "Mars/Olympus"

    org = edited(write_org(tmp_path / "org"), "Organization", move_to_mars)
    with small(tmp_path, org) as house:
        synced, packets = house.call("sync"), house.call("packets")

    assert (synced.code, packets.code) == (0, 0)
    (told,) = [line.strip() for line in synced.lines if "Mars" in line]
    assert told == (
        "the org's time zone 'Mars/Olympus' is unknown, so days are counted in UTC: "
        "set Default Time Zone in Setup, Company Information"
    )


def test_every_mistake_of_a_configuration_is_told_at_once(house: House) -> None:
    house.config.write_text(
        """
        [salesforce]
        login_url = "https://acme.my.salesforce.com"
        client_id = "3MVG9"
        read_timeout = "soon"
        [delivery]
        chanel = "folder"
        [review]
        at = "25:00"
        [policy]
        stuck_days = -1
        [hygiene]
        recipients = ["nobody"]
        """,
        encoding="utf-8",
    )

    said = house.call("packets")

    told = said.err.splitlines()
    assert said.code == 2
    assert len(told) == 5
    assert all(line.startswith("dealpacket: dealpacket.toml: [") for line in told)
    for place in ("[salesforce] read_timeout", "[review] at", "[policy] stuck_days"):
        assert any(place in line for line in told)
    assert any('did you mean "channel"?' in line for line in told)


def test_a_configuration_that_is_not_there_is_said_with_the_way_to_one(
    house: House,
) -> None:
    house.config.unlink()

    said = house.call("sync")

    assert said.code == 2
    assert said.err == (
        f"dealpacket: dealpacket.toml: there is no such file in {house.folder}; "
        "run `dealpacket init` to write it, or name another one with --config\n"
    )


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        ("packets --as-of soon", "'soon' is neither a day (2026-11-24) nor a moment"),
        ("packets --to nowhere", "'nowhere' is not an email address"),
        ("calendar --count 0", "'0' is not a whole number of 1 or more"),
        ("packet", "invalid choice: 'packet'"),
    ],
)
def test_a_mistake_in_the_command_is_told_with_its_usage(
    house: House, argv: str, says: str
) -> None:
    said = house.call(*argv.split())

    assert said.code == 2
    assert says in said.err
    assert said.err.startswith("usage: dealpacket")
