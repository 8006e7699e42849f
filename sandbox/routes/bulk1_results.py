"""The result files of Bulk API 1.0: rows as CSV, JSON or XML, as the job asks."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from sandbox import bulk_xml
from sandbox.bulk import Batch, Job
from sandbox.bulk_rows import SLICE, csv, timed
from sandbox.errors import ApiError
from sandbox.http_messages import XML, Answer
from sandbox.routes.bulk1 import JOB, PROOF, find_batch
from sandbox.routes.bulk1_words import JSON
from sandbox.service import Call, Service, route
from sandbox.soql.result import Result


CSV: Final = "text/csv"


NOTHING: Final = b"Records not found for this query"


def files(service: Service, call: Call) -> Answer:
    """The ids of a batch's result files."""
    job, batch = completed(service, call)
    if job.content == "JSON":
        return Answer(content=[batch.file], kind=JSON)
    content = bulk_xml.listed("result-list", "result", [batch.file])
    return Answer(content=content, kind=XML)


def completed(service: Service, call: Call) -> tuple[Job, Batch]:
    """The batch that an address names, if it has results."""
    job, batch = find_batch(service, call)
    if service.jobs.batch_state(batch) != "Completed":
        raise ApiError(400, "InvalidBatch", "Batch not completed")
    return job, batch


def read(service: Service, call: Call) -> Answer:
    """A result file."""
    job, batch = completed(service, call)
    if batch.file[:15] != call.parts["file"][:15] or batch.result is None:
        raise ApiError(400, "InvalidBatch", f"Unable to find {call.parts['file']}")
    match job.content:
        case "JSON":
            written = in_json(batch.result, batch.rows, job.version)
            return Answer(content=written, kind=JSON)
        case "XML":
            written = in_xml(job, batch.result, batch.rows)
            return Answer(content=written, kind=XML)
    if not batch.rows:
        return Answer(content=NOTHING, kind=CSV)
    return Answer(content=csv(batch.result, batch.rows), kind=CSV)


def in_json(result: Result, rows: range, version: str) -> Iterator[bytes]:
    """Records as JSON; moments and days are milliseconds since 1970."""
    paths = timed(result)
    yield b"["
    for start in range(rows.start, rows.stop, SLICE):
        stop = min(start + SLICE, rows.stop)
        records = result.records(start, stop, version=version)
        for record in records:
            for path in paths:
                to_milliseconds(record, path.split("."))
        text = json.dumps(records, default=float)[1:-1]
        yield (b"," if start > rows.start else b"") + text.encode()
    yield b"]"


def to_milliseconds(record: dict[str, Any] | None, path: list[str]) -> None:
    """Replace the moment at ``path`` by its number."""
    for step in path[:-1]:
        record = record.get(step) if record else None
    if record and (text := record.get(path[-1])):
        record[path[-1]] = milliseconds(text)


def milliseconds(text: str) -> int:
    """A moment or a day, counted from 1970."""
    moment = datetime.fromisoformat(text if "T" in text else f"{text}T00:00:00+00:00")
    return round(moment.timestamp() * 1000)


def in_xml(job: Job, result: Result, rows: range) -> Iterator[bytes]:
    """Records as XML."""
    yield bulk_xml.opening()
    for start in range(rows.start, rows.stop, SLICE):
        part = result.rows(start, min(start + SLICE, rows.stop))
        yield bulk_xml.records(job.sobject, result.columns, part)
    yield b"</queryResult>"


BATCH: Final = f"{JOB}/{{job}}/batch/{{batch}}"
ROUTES: Final = (
    route(f"{BATCH}/result", files, proof=PROOF),
    route(f"{BATCH}/result/{{file}}", read, proof=PROOF),
)
