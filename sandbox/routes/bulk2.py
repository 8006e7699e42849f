"""Bulk API 2.0 query jobs: make, watch, list, abort, delete, read the results."""

from collections.abc import Mapping
from typing import Any, Final

from sandbox.bulk import DELIMITERS, ENDINGS, Job, locator, place
from sandbox.bulk_rows import csv
from sandbox.errors import ApiError
from sandbox.http_messages import CSV, Answer, not_found, stamp
from sandbox.routes.data import DATA
from sandbox.service import Call, Service, route


OPERATIONS: Final = ("query", "queryAll")

#: Pages of results can be fetched side by side from this version on, so many at once.
PARALLEL_SINCE: Final = 58
PARALLEL: Final = 5

KNOWN: Final = frozenset(
    {"operation", "query", "contentType", "columnDelimiter", "lineEnding"}
)


def create(service: Service, call: Call) -> Answer:
    """Make a job; what Bulk cannot query is refused here."""
    body = call.incoming.fields()
    check(body)
    result = service.org.query(
        body["query"],
        now=service.now(),
        all_rows=body["operation"] == "queryAll",
        bulk=True,
        user_id=service.user_id,
    )
    job = Job(
        id=service.jobs.new_id("750"),
        operation=body["operation"],
        sobject=result.sobject,
        version=call.version,
        result=result,
        created=service.now(),
        created_by=service.user_id,
        started=service.clock.elapsed(),
        delimiter=body.get("columnDelimiter") or "COMMA",
        ending=body.get("lineEnding") or "LF",
    )
    return Answer(content=short(service.jobs.add(job), "UploadComplete"))


def check(body: Mapping[str, Any]) -> None:
    """Refuse a job that makes no sense."""
    if unknown := sorted(set(body) - KNOWN):
        message = f'Unrecognized field "{unknown[0]}"'
        raise ApiError(400, "JSON_PARSER_ERROR", message)
    if body.get("operation") not in OPERATIONS:
        raise ApiError(400, "INVALIDJOB", "Must specify a valid operation")
    if not isinstance(body.get("query"), str) or not body["query"].strip():
        raise ApiError(400, "INVALIDJOB", "Must specify a query")
    if body.get("contentType") not in {None, "CSV"}:
        raise ApiError(400, "INVALIDJOB", "The content type must be CSV")
    if body.get("columnDelimiter") not in {None, *DELIMITERS}:
        raise ApiError(400, "INVALIDJOB", "Unknown columnDelimiter")
    if body.get("lineEnding") not in {None, *ENDINGS}:
        raise ApiError(400, "INVALIDJOB", "Unknown lineEnding")


def short(job: Job, state: str) -> dict[str, Any]:
    """A job as it is told when it is made."""
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
        "apiVersion": float(job.version),
        "lineEnding": job.ending,
        "columnDelimiter": job.delimiter,
    }


def full(service: Service, job: Job) -> dict[str, Any]:
    """A job as it is told later on."""
    state = service.jobs.state(job)
    done = state == "JobComplete"
    told = short(job, state) | {
        "jobType": "V2Query",
        "numberRecordsProcessed": job.total if done else 0,
        "retries": 0,
        "totalProcessingTime": round(service.jobs.delay * 1000) if done else 0,
        "isPkChunkingSupported": True,
    }
    return told | ({"errorMessage": job.failed} if job.failed else {})


def find(service: Service, call: Call) -> Job:
    """The job that an address names; jobs of the other Bulk API do not count."""
    job = service.jobs.find(call.parts["job"])
    if job.batches or job.result is None:
        raise not_found()
    return job


def look(service: Service, call: Call) -> Answer:
    """How far a job is."""
    return Answer(content=full(service, find(service, call)))


def listed(service: Service, call: Call) -> Answer:
    """Every job."""
    del call
    jobs = [job for job in service.jobs.all() if job.result is not None]
    told = [{**short(j, service.jobs.state(j)), "jobType": "V2Query"} for j in jobs]
    return Answer(content={"done": True, "nextRecordsUrl": None, "records": told})


def abort(service: Service, call: Call) -> Answer:
    """Stop a job that has not finished."""
    job = find(service, call)
    if call.incoming.fields().get("state") != "Aborted":
        message = "The state of a query job can only be set to Aborted"
        raise ApiError(400, "INVALIDJOBSTATE", message)
    state = service.jobs.state(job)
    if state not in {"UploadComplete", "InProgress"}:
        raise ApiError(400, "INVALIDJOBSTATE", f"Aborting a {state} job is not allowed")
    job.aborted = True
    return Answer(content=short(job, "Aborted"))


def delete(service: Service, call: Call) -> Answer:
    """Forget a job that has finished."""
    job = find(service, call)
    state = service.jobs.state(job)
    if state in {"UploadComplete", "InProgress"}:
        raise ApiError(400, "INVALIDJOBSTATE", f"Deleting a {state} job is not allowed")
    service.jobs.remove(job)
    return Answer(status=204)


def readable(service: Service, call: Call) -> Job:
    """The job whose results are asked for, if it is complete and of this version."""
    job = find(service, call)
    if job.version != call.version:
        message = f"The job was created with API version {job.version}; use the same"
        raise ApiError(409, "API_VERSION_MISMATCH", message)
    state = service.jobs.state(job)
    if state != "JobComplete":
        message = f"The job is {state}; results are available when it is JobComplete"
        raise ApiError(400, "JOB_NOT_COMPLETE", message)
    return job


def span(service: Service, call: Call, job: Job) -> range:
    """The rows that are asked for."""
    params = call.incoming.params
    size = service.jobs.page
    if most := params.get("maxRecords"):
        if not most.isdecimal() or int(most) == 0:
            raise ApiError(400, "INVALIDMAXRECORDS", f"Invalid maxRecords: {most}")
        size = int(most)
    name = params.get("locator", "")
    start = place(name, job.total) if name and name != "null" else 0
    return range(start, min(start + size, job.total))


def results(service: Service, call: Call) -> Answer:
    """A page of a job's rows as CSV; the header says where to go on."""
    job = readable(service, call)
    rows = span(service, call, job)
    headers = {
        "Sforce-NumberOfRecords": str(len(rows)),
        "Sforce-Locator": locator(rows.stop) if rows.stop < job.total else "null",
    }
    if job.result is None:
        raise not_found()
    written = csv(
        job.result,
        rows,
        delimiter=DELIMITERS[job.delimiter],
        ending=ENDINGS[job.ending],
    )
    return Answer(content=written, kind=CSV, headers=headers)


def result_pages(service: Service, call: Call) -> Answer:
    """Addresses of pages that can be fetched side by side."""
    if float(call.version) < PARALLEL_SINCE:
        raise not_found()
    job = readable(service, call)
    rows = span(service, call, job)
    root = f"{call.base}/jobs/query/{job.id}"
    size = max(len(rows), 1)
    starts = range(rows.start, max(job.total, 1), size)
    pages = [
        {"resultUrl": f"{root}/results?locator={locator(at)}&maxRecords={size}"}
        for at in starts[:PARALLEL]
    ]
    told: dict[str, Any] = {"resultPages": pages, "done": len(starts) <= PARALLEL}
    if not told["done"]:
        following = f"locator={locator(starts[PARALLEL])}&maxRecords={size}"
        told["nextRecordsUrl"] = f"{root}/resultPages?{following}"
    return Answer(content=told)


JOBS: Final = f"{DATA}/jobs/query"
ROUTES: Final = (
    route(JOBS, create, "POST"),
    route(JOBS, listed),
    route(f"{JOBS}/{{job}}", look),
    route(f"{JOBS}/{{job}}", abort, "PATCH"),
    route(f"{JOBS}/{{job}}", delete, "DELETE"),
    route(f"{JOBS}/{{job}}/results", results),
    route(f"{JOBS}/{{job}}/resultPages", result_pages),
)
