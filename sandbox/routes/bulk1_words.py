"""How Bulk API 1.0 is spoken to, and what it tells of jobs and batches.

What is told follows the format of the job; what is answered to a POST follows the
format of the request.
"""

import re
from typing import Any, Final

from sandbox import bulk_xml
from sandbox.bulk import Batch, Job
from sandbox.errors import ApiError
from sandbox.http_messages import XML, Answer, stamp
from sandbox.service import NEWEST, OLDEST, Call, Service
from sandbox.soap import Fault, values_of


#: Bulk says no more than this about its content.
JSON: Final = "application/json"


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


#: Rows in a chunk when a job is split by id and does not say.
CHUNK: Final = 100_000


LARGEST_CHUNK: Final = 250_000


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
