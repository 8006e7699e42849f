"""Bulk API 1.0: query jobs and their batches."""

from typing import Final

from sandbox import bulk_xml
from sandbox.bulk import Batch, Job
from sandbox.errors import ApiError
from sandbox.http_messages import XML, Answer
from sandbox.routes.bulk1_words import (
    JSON,
    batch_info,
    check_version,
    chunk_size,
    job_info,
    tell,
    told_by,
    version_of,
    zulu,
)
from sandbox.service import Call, Service, route
from sandbox.soql.result import Result


OPERATIONS: Final = ("query", "queryAll")
CONTENTS: Final = ("CSV", "JSON", "XML")


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
    return Answer(content=batch.query.encode(), kind="text/csv")


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
)
