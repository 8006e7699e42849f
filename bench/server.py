"""The sandbox that contenders pull from, in a process of its own: see bench/sync.py."""

import json
import sys
from pathlib import Path

from bench.canned import keep_answers
from bench.pulls import NOW, cpu
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.org import Org
from sandbox.server import Sandbox


def serve(org: str, delay: str, bulk_page: str, memory: str) -> None:
    """A sandbox until standard input ends; every request but logins waits.

    With a ``memory`` it answers from there what was asked before.
    """
    faults = Faults()
    rule = {"effect": "delay", "delay": float(delay), "path": "/services/data/v"}
    faults.take([rule] if float(delay) else [])
    with Sandbox(
        Org.load(Path(org)),
        clock=Clock(NOW),
        faults=faults,
        bulk_page=int(bulk_page),
        proxy=True,
    ) as sandbox:
        if memory:
            keep_answers(sandbox.service)
        told = [sandbox.base_url, str(sandbox.ca_file), sandbox.proxy_url]
        print(json.dumps(told), flush=True)
        for _ in sys.stdin:
            used = [len(sandbox.log), sandbox.api_calls, cpu()]
            print(json.dumps(used), flush=True)


if __name__ == "__main__":
    serve(*sys.argv[1:])
