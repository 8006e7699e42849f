"""Bulk API 1.0: query jobs, their batches and result files, in XML, JSON and CSV.

What is told follows the format of the job; what is answered to a POST follows the
format of the request.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from sandbox import bulk_xml
from sandbox.bulk import Batch, Job
from sandbox.bulk_rows import SLICE, csv, timed
from sandbox.errors import ApiError
from sandbox.http_messages import XML, Answer, stamp
from sandbox.service import NEWEST, OLDEST, Call, Service, route
from sandbox.soap import Fault, values_of
from sandbox.soql.result import Result


#: Bulk says no more than this about its content.
JSON: Final = "application/json"
CSV: Final = "text/csv"

OPERATIONS: Final = ("query", "queryAll")
CONTENTS: Final = ("CSV", "JSON", "XML")
#: Rows in a chunk when a job is split by id and does not say.
CHUNK: Final = 100_000
LARGEST_CHUNK: Final = 250_000

NOTHING: Final = b"Records not found for this query"


def create(service: Service, call: Call) -> Answer:
    """Make a job."""
    check_version(call)
    body = told_by(call)
    operation, content = body.get("operation"), body.get("contentType") or "XML"
    if operation not in OPERATIONS:
        message = f"The sandbox serves only query and queryAll, not {operation}"
        raise ApiError(400, "InvalidJob", message)
    if content not in CONTENTS:
        raise ApiError(400, "InvalidJob", f"Unknown contentType {content}")
    obj = service.org.sobjects.get(str(body.get("object")).lower())
    if obj is None or not obj.bulk:
        message = f"Entity '{body.get('object')}' is not supported by the Bulk API."
        raise ApiError(400, "InvalidEntity", message)
    serial = str(body.get("concurrencyMode", "")).lower() in {"1", "serial"}
    job = Job(
        id=service.jobs.new_id("750"),
        operation=str(operation),
        sobject=obj.name,
        version=version_of(call),
        result=None,
        created=service.now(),
        created_by=service.user_id,
        started=service.clock.elapsed(),
        content=str(content),
        concurrency="Serial" if serial else "Parallel",
        chunk=chunk_size(call),
    )
    service.jobs.add(job)
    return tell(call, "jobInfo", job_info(service, job), status=201)


def check_version(call: Call) -> None:
    """Refuse versions that were retired or never existed."""
    number = int(call.parts["number"])
    if not OLDEST <= number <= NEWEST:
        raise ApiError(400, "InvalidVersion", f"Unsupported API version {number}.0")


def version_of(call: Call) -> str:
    """The version of the address, such as 61.0."""
    return f"{call.parts['number']}.0"


def told_by(call: Call) -> dict[str, Any]:
    """What the body says, in JSON or XML."""
    if "json" in call.incoming.header("Content-Type"):
        return call.incoming.fields()
    try:
        return dict(values_of(call.incoming.body))
    except Fault as fault:
        raise ApiError(400, "InvalidJob", fault.message) from fault


def chunk_size(call: Call) -> int:
    """How many ids a chunk spans, if the job is to be split; 0 otherwise."""
    header = call.incoming.header("Sforce-Enable-PKChunking")
    if not header or header.strip().lower().startswith("false"):
        return 0
    asked = re.search(r"chunkSize\s*=\s*(\d+)", header, re.IGNORECASE)
    return min(int(asked[1]) if asked else CHUNK, LARGEST_CHUNK) or CHUNK


def tell(
    call: Call,
    name: str,
    values: dict[str, Any],
    *,
    job: Job | None = None,
    status: int = 200,
) -> Answer:
    """Say something in the format of the job, or else of the request."""
    plain = call.incoming.header("Content-Type")
    speaks_json = job.content == "JSON" if job is not None else "json" in plain
    if speaks_json:
        return Answer(status=status, content=values, kind=JSON)
    written = {
        key: zulu(value) if key in {"createdDate", "systemModstamp"} else value
        for key, value in values.items()
    }
    content = bulk_xml.document(name, written)
    return Answer(status=status, content=content, kind=XML)


def zulu(text: str) -> str:
    """A moment as XML writes it."""
    return text.replace("+0000", "Z")


def job_info(service: Service, job: Job) -> dict[str, Any]:
    """A job as it is told."""
    states = [service.jobs.batch_state(batch) for batch in job.batches]
    state = "Aborted" if job.aborted else "Closed" if job.closed else "Open"
    done = [
        b.total for b, s in zip(job.batches, states, strict=True) if s == "Completed"
    ]
    return {
        "id": job.id,
        "operation": job.operation,
        "object": job.sobject,
        "createdById": job.created_by,
        "createdDate": stamp(job.created),
        "systemModstamp": stamp(job.created),
        "state": state,
        "concurrencyMode": job.concurrency,
        "contentType": job.content,
        "numberBatchesQueued": states.count("Queued"),
        "numberBatchesInProgress": states.count("InProgress"),
        "numberBatchesCompleted": states.count("Completed"),
        "numberBatchesFailed": states.count("Failed"),
        "numberBatchesTotal": len(states),
        "numberRecordsProcessed": sum(done),
        "numberRetries": 0,
        "apiVersion": float(job.version),
        "numberRecordsFailed": 0,
        "totalProcessingTime": 0,
        "apiActiveProcessingTime": 0,
        "apexProcessingTime": 0,
    }


def find_job(service: Service, call: Call) -> Job:
    """The job that an address names."""
    check_version(call)
    name = call.parts["job"]
    try:
        job = service.jobs.find(name)
    except ApiError as error:
        raise ApiError(400, "InvalidJob", f"Unable to find object: {name}") from error
    if job.result is not None:
        raise ApiError(400, "InvalidJob", f"Job {name} belongs to Bulk API 2.0")
    return job


def find_batch(service: Service, call: Call) -> tuple[Job, Batch]:
    """The batch that an address names, with its job."""
    job = find_job(service, call)
    name = call.parts["batch"]
    for batch in job.batches:
        if batch.id[:15] == name[:15]:
            return job, batch
    raise ApiError(400, "InvalidBatch", f"Unable to find batch {name}")


def look(service: Service, call: Call) -> Answer:
    """How a job is."""
    job = find_job(service, call)
    return tell(call, "jobInfo", job_info(service, job), job=job)


def change(service: Service, call: Call) -> Answer:
    """Close or abort a job."""
    job = find_job(service, call)
    match told_by(call).get("state"):
        case "Closed":
            job.closed = True
        case "Aborted":
            job.aborted = True
        case state:
            raise ApiError(400, "InvalidJobState", f"Cannot set the state to {state}")
    return tell(call, "jobInfo", job_info(service, job))


def add_batch(service: Service, call: Call) -> Answer:
    """Run a query; one that cannot be run becomes a failed batch."""
    job = find_job(service, call)
    if job.closed or job.aborted:
        raise ApiError(400, "InvalidJobState", "The job is closed")
    asked = Batch(
        id=service.jobs.new_id("751"),
        query=call.incoming.body.decode("utf-8", "replace"),
        created=service.now(),
        started=service.clock.elapsed(),
    )
    try:
        result = service.org.query(
            asked.query,
            now=service.now(),
            all_rows=job.operation == "queryAll",
            bulk=True,
            user_id=service.user_id,
        )
    except ApiError as error:
        told = f"{error.code}: {error.message}"
        asked.failed = f"InvalidBatch : Failed to process query: {told}"
        job.batches.append(asked)
    else:
        job.batches += chunks(service, job, asked, result)
    told_state = batch_info(service, job, asked) | {"state": "Queued"}
    return tell(call, "batchInfo", told_state, job=job, status=201)


def chunks(service: Service, job: Job, asked: Batch, result: Result) -> list[Batch]:
    """The batches that a query becomes: itself, or a batch per chunk besides it."""
    if not job.chunk:
        asked.result, asked.rows = result, range(result.total)
        asked.file = service.jobs.new_id("752")
        return [asked]
    asked.split = True
    parts = []
    for start in range(0, max(result.total, 1), job.chunk):
        part = Batch(
            id=service.jobs.new_id("751"),
            query=asked.query,
            created=asked.created,
            started=asked.started,
            result=result,
            rows=range(start, min(start + job.chunk, result.total)),
            file=service.jobs.new_id("752"),
        )
        parts.append(part)
    return [asked, *parts]


def batch_info(service: Service, job: Job, batch: Batch) -> dict[str, Any]:
    """A batch as it is told."""
    state = service.jobs.batch_state(batch)
    return {
        "id": batch.id,
        "jobId": job.id,
        "state": state,
        "stateMessage": batch.failed or None,
        "createdDate": stamp(batch.created),
        "systemModstamp": stamp(batch.created),
        "numberRecordsProcessed": batch.total if state == "Completed" else 0,
        "numberRecordsFailed": 0,
        "totalProcessingTime": 0,
        "apiActiveProcessingTime": 0,
        "apexProcessingTime": 0,
    }


def look_at_batch(service: Service, call: Call) -> Answer:
    """How a batch is."""
    job, batch = find_batch(service, call)
    return tell(call, "batchInfo", batch_info(service, job, batch), job=job)


def batches(service: Service, call: Call) -> Answer:
    """How every batch of a job is."""
    job = find_job(service, call)
    told = [batch_info(service, job, batch) for batch in job.batches]
    if job.content == "JSON":
        return Answer(content={"batchInfo": told}, kind=JSON)
    for row in told:
        row["createdDate"] = zulu(row["createdDate"])
        row["systemModstamp"] = zulu(row["systemModstamp"])
    content = bulk_xml.listed("batchInfoList", "batchInfo", told)
    return Answer(content=content, kind=XML)


def request(service: Service, call: Call) -> Answer:
    """The query of a batch."""
    _, batch = find_batch(service, call)
    return Answer(content=batch.query.encode(), kind=CSV)


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


JOB: Final = r"/services/async/(?P<number>\d+)\.0/job"
PROOF: Final = "X-SFDC-Session"
ROUTES: Final = (
    route(JOB, create, "POST", proof=PROOF),
    route(f"{JOB}/{{job}}", look, proof=PROOF),
    route(f"{JOB}/{{job}}", change, "POST", proof=PROOF),
    route(f"{JOB}/{{job}}/batch", add_batch, "POST", proof=PROOF),
    route(f"{JOB}/{{job}}/batch", batches, proof=PROOF),
    route(f"{JOB}/{{job}}/batch/{{batch}}", look_at_batch, proof=PROOF),
    route(f"{JOB}/{{job}}/batch/{{batch}}/request", request, proof=PROOF),
    route(f"{JOB}/{{job}}/batch/{{batch}}/result", files, proof=PROOF),
    route(f"{JOB}/{{job}}/batch/{{batch}}/result/{{file}}", read, proof=PROOF),
)
