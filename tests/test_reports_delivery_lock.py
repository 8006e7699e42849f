import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from reports.delivery.lock import NAME, Held, lock
from tests.letters import NOW


ROOT = Path(__file__).resolve().parent.parent

HOLDER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from reports.delivery.lock import Held, lock
try:
    with lock(Path(sys.argv[1]), datetime(2026, 11, 23, 17, tzinfo=UTC)):
        print("mine", flush=True)
        sys.stdin.read()
except Held as held:
    print(held, flush=True)
"""


@contextmanager
def another(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that takes the lock, or says why it could not."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, folder],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_second_run_leaves_and_names_the_first(tmp_path: Path) -> None:
    with another(tmp_path) as first:
        taken = said(first)

        with pytest.raises(Held) as caught, lock(tmp_path, NOW):
            pass
    assert taken == "mine"
    assert str(caught.value).endswith(
        f"at work, process {first.pid} since 2026-11-23T17:00:00+00:00"
    )


def test_a_killed_run_holds_nothing(tmp_path: Path) -> None:
    with another(tmp_path) as first:
        said(first)
        first.send_signal(signal.SIGKILL)
        first.wait()

        with lock(tmp_path, NOW) as path:
            assert path.read_text("ascii").startswith(f"{os.getpid()} ")


def test_opening_and_closing_the_file_elsewhere_does_not_free_it(
    tmp_path: Path,
) -> None:
    with lock(tmp_path, NOW) as path:
        path.read_bytes()

        with another(tmp_path) as second:
            assert f"process {os.getpid()} since" in said(second)


def test_the_lock_is_free_after_a_run_that_failed(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), lock(tmp_path, NOW):
        raise RuntimeError

    with lock(tmp_path, NOW):
        pass
    assert (tmp_path / NAME).read_bytes() == b""


def test_of_many_that_start_at_once_one_gets_the_lock(tmp_path: Path) -> None:
    with ExitStack() as crowd:
        entered = [crowd.enter_context(another(tmp_path)) for _ in range(6)]
        words = [said(process) for process in entered]

    assert words.count("mine") == 1


def test_the_lock_file_is_for_its_owner_only(tmp_path: Path) -> None:
    with lock(tmp_path / "var", NOW) as path:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_lock_file_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("precious", encoding="ascii")
    (tmp_path / NAME).symlink_to(tmp_path / "elsewhere")

    with pytest.raises(OSError, match="symbolic links"), lock(tmp_path, NOW):
        pass
    assert (tmp_path / "elsewhere").read_text("ascii") == "precious"
