"""The wheel: one name in site-packages, and it runs from any folder."""

import json
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from the checkout, with the build backend that is installed."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            *(sys.executable, "-m", "build", "--wheel", "--no-isolation"),
            *("--outdir", str(folder), str(ROOT)),
        ],
        check=True,
        capture_output=True,
    )
    return next(folder.glob("dealpacket-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, installed in an environment that holds nothing else."""
    home = tmp_path_factory.mktemp("empty")
    venv.create(home, with_pip=False)
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"),
            *("--python", str(home / "bin" / "python")),
            *("install", "--no-index", "--no-deps", str(wheel)),
        ],
        check=True,
        capture_output=True,
    )
    return home / "bin" / "dealpacket"


def test_the_wheel_takes_one_name(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.partition("/")[0] for name in archive.namelist()}

    assert {top.partition("-")[0] for top in tops} == {"dealpacket"}


def test_the_wheel_carries_templates_and_queries(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()

    assert any(name.startswith("dealpacket/templates/") for name in names)
    assert any(name.endswith(".sql") for name in names)


def test_the_wheel_carries_no_tests_and_no_caches(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()

    assert [name for name in names if "tests/" in name or "__pycache__" in name] == []


def test_rules_runs_from_another_folder_without_any_library(
    installed: Path, tmp_path: Path
) -> None:
    answer = subprocess.run(
        [str(installed), "rules", "--json"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )

    assert len(json.loads(answer.stdout)) > 0


def test_rooms_of_the_current_folder_do_not_get_in_the_way(
    installed: Path, tmp_path: Path
) -> None:
    for name in ("sync", "reports", "sandbox"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit(3)")

    answer = subprocess.run(
        [str(installed), "--version"], cwd=tmp_path, capture_output=True, check=False
    )

    assert answer.returncode == 0
