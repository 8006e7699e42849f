"""dlt as a contender: pages of the usual client, loaded into a DuckDB file of dlt's.

Runs in dlt's own environment, where ``make peers`` has installed it: told what to do
by a file of JSON (see bench/taps.py), it prints how many rows it has loaded.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dlt  # type: ignore[import-not-found]  # in an environment of its own
import requests
from simple_salesforce.api import Salesforce


def main() -> None:
    """Load what the file names, anew, with the loader that suits many rows."""
    told = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    session = requests.Session()
    session.trust_env = False
    session.verify = told["ca_file"]
    client = Salesforce(
        instance=told["host"],
        session_id=told["token"],
        session=session,
        version=told["version"],
    )
    folder = Path(told["folder"])
    (folder / "dlt.duckdb").unlink(missing_ok=True)
    pipeline = dlt.pipeline(
        pipeline_name="salesforce",
        pipelines_dir=str(folder / "dlt"),
        destination=dlt.destinations.duckdb(str(folder / "dlt.duckdb")),
        dataset_name="salesforce",
        dev_mode=True,
    )
    resources = [
        dlt.resource(pages(client, soql), name=name, write_disposition="replace")
        for name, soql in told["queries"].items()
    ]
    pipeline.run(resources, loader_file_format="parquet").raise_on_failed_jobs()
    counts = pipeline.last_trace.last_normalize_info.row_counts
    print(sum(n for name, n in counts.items() if not name.startswith("_dlt")))


def pages(client: Salesforce, soql: str) -> Iterator[list[dict[str, Any]]]:
    """The records of a query, a page at a time, deleted ones included."""
    page = client.query(soql, include_deleted=True)
    while True:
        for record in page["records"]:
            del record["attributes"]
        yield page["records"]
        if page["done"]:
            return
        page = client.query_more(page["nextRecordsUrl"], identifier_is_url=True)


if __name__ == "__main__":
    main()
