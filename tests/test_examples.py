"""Everything in examples/ that calls ``dealpacket tick``, checked as far as can be."""

import configparser
import runpy
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any, Self

import pytest
import yaml

from console.commands import parser
from settings import SECRETS, load


EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
PROGRAM = "/opt/dealpacket/bin/dealpacket"
#: The variables that name the files of secrets.
FILES = {f"{name}_FILE" for name in SECRETS.values()}


def is_tick(arguments: list[str]) -> bool:
    """Whether the arguments are a tick with a configuration that is named."""
    given = parser().parse_args(arguments)
    place: Path = given.config
    return given.command == "tick" and place == Path("/etc/dealpacket/dealpacket.toml")


def unit(name: str) -> configparser.ConfigParser:
    """A unit of systemd; of keys that come more than once the last one counts."""
    found = configparser.ConfigParser(strict=False, interpolation=None)
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read(EXAMPLES / "systemd" / name)
    return found


def manifests() -> dict[str, Any]:
    text = (EXAMPLES / "kubernetes" / "cronjob.yaml").read_text("utf-8")
    return {one["kind"]: one for one in yaml.safe_load_all(text)}


JOB = manifests()["CronJob"]["spec"]
POD = JOB["jobTemplate"]["spec"]["template"]["spec"]
CONTAINER = POD["containers"][0]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_takes_the_units_without_a_word(tmp_path: Path) -> None:
    for file in (EXAMPLES / "systemd").iterdir():
        text = file.read_text("utf-8").replace(PROGRAM, "/bin/true")
        (tmp_path / file.name).write_text(text, "utf-8")

    checked = subprocess.run(
        ["systemd-analyze", "verify", *sorted(tmp_path.iterdir())],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )

    assert (checked.returncode, checked.stderr) == (0, "")


def test_the_service_ticks_once_and_may_write_its_folder_only() -> None:
    service = unit("dealpacket.service")["Service"]

    program, *arguments = service["ExecStart"].split()
    assert program == PROGRAM
    assert is_tick(arguments)
    assert service["Type"] == "oneshot"
    assert service["ProtectSystem"] == "strict"
    assert (service["StateDirectory"], service["StateDirectoryMode"]) == (
        "dealpacket",
        "0700",
    )


def test_the_service_reads_secrets_from_credentials() -> None:
    text = (EXAMPLES / "systemd" / "dealpacket.service").read_text("utf-8")
    lines = [line for line in text.splitlines() if line.startswith("Environment=")]

    assert len(lines) == 2
    for line in lines:
        name, _, path = line.removeprefix("Environment=").partition("=")
        assert name in FILES
        assert f"LoadCredential={path.removeprefix('%d/')}:" in text


def test_the_timer_wakes_the_service_and_catches_up() -> None:
    timer = unit("dealpacket.timer")

    assert timer["Timer"]["OnCalendar"] == "*:0/15"
    assert timer["Timer"]["Persistent"] == "true"
    assert timer["Install"]["WantedBy"] == "timers.target"


def test_the_cron_line_has_five_fields_and_what_cron_does_not_give() -> None:
    text = (EXAMPLES / "cron" / "dealpacket.cron").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    (job,) = [line for line in lines if "tick" in line]
    given = dict(line.split("=", 1) for line in lines if line != job)

    *fields, command = job.split(maxsplit=5)
    assert fields == ["*/15", "*", "*", "*", "*"]
    assert {"SHELL", "PATH", "MAILTO"} <= set(given)
    assert {name for name in given if name.startswith("DEALPACKET")} <= FILES
    assert "%" not in command
    called = command.partition(PROGRAM)[2].partition(">")[0]
    assert is_tick(called.split())


def test_the_job_never_runs_beside_itself_and_ends() -> None:
    assert JOB["schedule"] == "*/15 * * * *"
    assert JOB["concurrencyPolicy"] == "Forbid"
    assert JOB["startingDeadlineSeconds"] >= 100
    assert JOB["jobTemplate"]["spec"]["backoffLimit"] == 0
    assert POD["restartPolicy"] == "Never"


def test_the_container_ticks_as_nobody_in_particular() -> None:
    assert CONTAINER["command"] == ["dealpacket"]
    assert is_tick(CONTAINER["args"])
    assert POD["securityContext"]["runAsNonRoot"] is True
    assert POD["automountServiceAccountToken"] is False
    assert CONTAINER["securityContext"]["allowPrivilegeEscalation"] is False
    assert CONTAINER["securityContext"]["capabilities"] == {"drop": ["ALL"]}


def test_the_container_can_write_its_data_and_nothing_else() -> None:
    volumes = {one["name"]: one for one in POD["volumes"]}
    writable = {
        one["mountPath"]: volumes[one["name"]]
        for one in CONTAINER["volumeMounts"]
        if not one.get("readOnly")
    }

    assert CONTAINER["securityContext"]["readOnlyRootFilesystem"] is True
    assert set(writable) == {"/data", "/tmp"}  # noqa: S108 - a path in a container
    assert writable["/data"]["persistentVolumeClaim"] == {"claimName": "dealpacket"}
    assert manifests()["PersistentVolumeClaim"]["spec"]["accessModes"] == [
        "ReadWriteOnce"
    ]


def test_the_manifest_holds_no_secret() -> None:
    named = {one["name"]: one["value"] for one in CONTAINER["env"]}

    assert "Secret" not in manifests()
    assert set(named) <= FILES
    assert all(path.startswith("/run/secrets/dealpacket/") for path in named.values())


def test_the_configuration_in_the_manifest_is_one(tmp_path: Path) -> None:
    (tmp_path / "dealpacket.toml").write_text(
        manifests()["ConfigMap"]["data"]["dealpacket.toml"], "utf-8"
    )
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n", "utf-8")
    environ = {one["name"]: str(secret) for one in CONTAINER["env"]}

    settings = load(tmp_path / "dealpacket.toml", environ)

    assert settings.data.folder == Path("/data")
    assert settings.delivery.channel == "smtp"


class Recorder:
    """Stands in for a class of Airflow and keeps what is made of it."""

    def __init__(self) -> None:
        self.given: dict[str, Any] = {}

    def __call__(self, **given: Any) -> Self:
        self.given = given
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the DAG's block."""


@pytest.fixture
def airflow(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, Any]]:
    """What the DAG file makes, run with Airflow's names and without Airflow."""
    classes = {"DAG": Recorder(), "BashOperator": Recorder()}
    places = {
        "airflow.sdk": "DAG",
        "airflow.providers.standard.operators.bash": "BashOperator",
    }
    for place, name in places.items():
        parts = place.split(".")
        for end in range(1, len(parts) + 1):
            module = ModuleType(".".join(parts[:end]))
            monkeypatch.setitem(sys.modules, module.__name__, module)
        setattr(sys.modules[place], name, classes[name])
    runpy.run_path(str(EXAMPLES / "airflow" / "dealpacket_tick.py"))
    return {name: made.given for name, made in classes.items()}


def test_the_dag_neither_catches_up_nor_overlaps(
    airflow: dict[str, dict[str, Any]],
) -> None:
    dag = airflow["DAG"]

    assert (dag["catchup"], dag["max_active_runs"]) == (False, 1)
    assert dag["schedule"] == "*/15 * * * *"
    assert isinstance(dag["start_date"], datetime)
    assert dag["start_date"].tzinfo is not None


def test_the_dag_ticks_and_keeps_the_workers_environment(
    airflow: dict[str, dict[str, Any]],
) -> None:
    task = airflow["BashOperator"]

    assert is_tick(task["bash_command"].partition(PROGRAM)[2].split())
    assert task["append_env"] is True
    assert task["retries"] == 0
    assert task["execution_timeout"] < timedelta(hours=1)


def test_every_example_is_explained() -> None:
    page = (EXAMPLES / "README.md").read_text("utf-8")
    files = [
        path.relative_to(EXAMPLES).as_posix()
        for path in EXAMPLES.rglob("*")
        if path.is_file()
        and path.name != "README.md"
        and "__pycache__" not in str(path)
    ]

    assert len(files) == 6
    assert [name for name in files if f"]({name})" not in page] == []
