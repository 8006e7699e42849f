"""tap-salesforce and dlt as contenders: see bench/pulls.py.

They run where ``make peers`` has installed them. The tap's login host is built in, so
it comes through the sandbox's proxy; its records are counted as they leave, and
dropped. dlt is told what to do by bench/dlt_pull.py.
"""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sandbox.credentials import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN


PEERS: Final = Path(__file__).resolve().parent.parent / ".peers"
TAP: Final = PEERS / "tap-salesforce" / "bin" / "tap-salesforce"
DLT: Final = PEERS / "dlt" / "bin" / "python"

CONFIG: Final = {
    "refresh_token": REFRESH_TOKEN,
    "client_id": CLIENT_ID,
    "client_secret": CLIENT_SECRET,
    "start_date": "2000-01-01T00:00:00Z",
    "select_fields_by_default": "false",
}


def pull(
    folder: Path, surroundings: Mapping[str, str], queries: Mapping[str, str], api: str
) -> int:
    """Discover, select what the queries select, read; how many records came."""
    env = {**os.environ, **surroundings, "NO_PROXY": ""}
    config, chosen = folder / "config.json", folder / "catalogue.json"
    config.write_text(json.dumps({**CONFIG, "api_type": api}), encoding="utf-8")
    command = [str(TAP), "--config", str(config)]
    found = subprocess.run(  # noqa: S603 -- an installed peer
        [*command, "--discover"], env=env, check=True, capture_output=True, text=True
    )
    wanted = {name: columns_of(soql) for name, soql in queries.items()}
    catalogue = {"streams": selected(json.loads(found.stdout), wanted)}
    chosen.write_text(json.dumps(catalogue), encoding="utf-8")
    rows = 0
    with subprocess.Popen(  # noqa: S603 -- an installed peer
        [*command, "--properties", str(chosen)],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as tap:
        for line in tap.stdout or ():
            rows += line.startswith(b'{"type": "RECORD"')
    if tap.returncode:
        raise SystemExit(f"tap-salesforce ended with {tap.returncode}")
    return rows


def load(folder: Path, told: Mapping[str, Any]) -> int:
    """Let dlt load what some queries select; how many rows came."""
    order = folder / "dlt.json"
    order.write_text(json.dumps({**told, "folder": str(folder)}), encoding="utf-8")
    done = subprocess.run(  # noqa: S603 -- an installed peer
        [str(DLT), str(Path(__file__).with_name("dlt_pull.py")), str(order)],
        env={**os.environ, "RUNTIME__DLTHUB_TELEMETRY": "false"},
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"dlt ended with {done.returncode}: {done.stderr[-2_000:]}")
    return int(done.stdout.split()[-1])


def columns_of(soql: str) -> set[str]:
    """The fields that a query selects."""
    return set(soql.removeprefix("SELECT ").partition(" FROM ")[0].split(", "))


def selected(
    found: Mapping[str, Any], wanted: Mapping[str, set[str]]
) -> list[dict[str, Any]]:
    """The streams and fields that are wanted, marked so."""
    streams = [s for s in found["streams"] if s["tap_stream_id"] in wanted]
    for stream in streams:
        fields = wanted[stream["tap_stream_id"]]
        for entry in stream["metadata"]:
            place = entry["breadcrumb"]
            entry["metadata"]["selected"] = not place or place[-1] in fields
    return streams
