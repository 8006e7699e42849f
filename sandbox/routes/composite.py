"""Several requests in one: composite, whose parts may use each other, and batch."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from sandbox.errors import ApiError
from sandbox.http_messages import Answer, Incoming, refusal
from sandbox.routes.data import DATA
from sandbox.service import Call, Service, route


#: Parts of a request, and those of them that may query or carry collections.
MOST: Final = 25
MOST_QUERIES: Final = 5

QUERY: Final = re.compile(
    r"/services/data/v[\d.]+/(query|queryAll|composite/sobjects)([/?]|$)", re.IGNORECASE
)
#: What a composite request may consist of.
ALLOWED: Final = re.compile(
    r"/services/data/v[\d.]+/(sobjects|query|queryAll|composite/sobjects|ui-api|limits"
    r"|recent|chatter|tooling|search|parameterizedSearch|$)",
    re.IGNORECASE,
)
REFERENCE: Final = re.compile(r"@\{([A-Za-z0-9_]+)((?:\[\d+\]|\.[A-Za-z0-9_]+)*)\}")
STEP: Final = re.compile(r"\[(\d+)\]|\.([A-Za-z0-9_]+)")

HALTED: Final = (
    "The transaction was rolled back since another operation "
    "in the same transaction failed."
)


def composite(service: Service, call: Call) -> Answer:
    """Serve the parts in order; later ones may quote the answers of earlier ones."""
    body = call.incoming.fields()
    parts = body.get("compositeRequest")
    if not isinstance(parts, list) or not parts:
        message = "The compositeRequest list is required"
        raise ApiError(400, "INVALID_INPUT", message)
    if len(parts) > MOST:
        message = f"The request can\u2019t contain more than {MOST} operations."
        return over_limit(message)
    if sum(queries(part) for part in parts) > MOST_QUERIES:
        message = (
            f"The request can\u2019t contain more than {MOST_QUERIES} "
            "sObject Collections or query operations."
        )
        return over_limit(message)
    check_references(parts)
    if not body.get("allOrNone"):
        return Answer(content={"compositeResponse": served(service, parts)})
    with service.org.transaction() as transaction:
        told = served(service, parts)
        if any(failed(answer) for answer in told):
            transaction.undo()
            told = [answer if failed(answer) else halted(answer) for answer in told]
    return Answer(content={"compositeResponse": told})


def queries(part: Any) -> bool:
    """Whether a part counts against the smaller limit."""
    return isinstance(part, Mapping) and QUERY.match(str(part.get("url"))) is not None


def over_limit(message: str) -> Answer:
    """A composite request that is refused as a whole."""
    told = {
        "body": [{"errorCode": "LIMIT_EXCEEDED", "message": message}],
        "httpHeaders": {},
        "httpStatusCode": 400,
        "referenceId": None,
    }
    return Answer(status=400, content={"compositeResponse": [told]})


def check_references(parts: list[Any]) -> None:
    """Every part needs a name of its own, a method and an address."""
    seen = set()
    for part in parts:
        if not isinstance(part, Mapping) or not {"method", "url", "referenceId"} <= set(
            part
        ):
            message = "Every subrequest needs a method, a url and a referenceId"
            raise ApiError(400, "INVALID_INPUT", message)
        if not re.fullmatch(r"[A-Za-z]\w*", str(part["referenceId"])):
            message = f"Provided referenceId '{part['referenceId']}' is invalid"
            raise ApiError(400, "INVALID_INPUT", message)
        if part["referenceId"] in seen:
            message = f"Duplicate referenceId '{part['referenceId']}'"
            raise ApiError(400, "INVALID_INPUT", message)
        seen.add(part["referenceId"])


def served(service: Service, parts: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The answers to the parts."""
    known: dict[str, Any] = {}
    answers = []
    for part in parts:
        answer = serve_part(service, part, known)
        value = answer.value
        if answer.status < 300:  # noqa: PLR2004 -- a success can be quoted
            known[part["referenceId"]] = value
        told = {
            "body": value,
            "httpHeaders": dict(answer.headers),
            "httpStatusCode": answer.status,
            "referenceId": part["referenceId"],
        }
        answers.append(told)
    return answers


def serve_part(
    service: Service, part: Mapping[str, Any], known: Mapping[str, Any]
) -> Answer:
    """The answer to one part, with what it quotes filled in."""
    try:
        url = filled(str(part["url"]), known)
        body = filled(part.get("body"), known)
    except ApiError as error:
        return refusal(error)
    path = urlsplit(url).path
    if not ALLOWED.match(path):
        message = f"The url '{path}' is not supported in a composite request"
        return refusal(ApiError(400, "INVALID_INPUT", message))
    headers = part.get("httpHeaders") or {}
    if not isinstance(headers, Mapping):
        return refusal(ApiError(400, "INVALID_INPUT", "httpHeaders must be an object"))
    sent = b"" if body is None else json.dumps(body).encode()
    return service.nested(Incoming.to(str(part["method"]), url, headers, sent))


def filled(value: Any, known: Mapping[str, Any]) -> Any:
    """A value with every reference replaced by what it refers to."""
    match value:
        case str():
            whole = REFERENCE.fullmatch(value)
            if whole:
                return quoted(whole, known)
            return REFERENCE.sub(lambda found: str(quoted(found, known)), value)
        case Mapping():
            return {name: filled(inner, known) for name, inner in value.items()}
        case list():
            return [filled(inner, known) for inner in value]
    return value


def quoted(found: re.Match[str], known: Mapping[str, Any]) -> Any:
    """What a reference refers to."""
    name, path = found.groups()
    value = known.get(name)
    for index, key in STEP.findall(path):
        try:
            value = value[int(index)] if index else value[key]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            value = None
            break
    if value is None:
        message = (
            f"Invalid reference specified. No value for {name}{path} found in {name}"
        )
        raise ApiError(400, "PROCESSING_HALTED", message)
    return value


def failed(answer: Mapping[str, Any]) -> bool:
    """Whether a part was refused."""
    return bool(answer["httpStatusCode"] >= 400)  # noqa: PLR2004


def halted(answer: Mapping[str, Any]) -> dict[str, Any]:
    """A part that is undone because another one failed."""
    told = [{"errorCode": "PROCESSING_HALTED", "message": HALTED}]
    return {**answer, "body": told, "httpHeaders": {}, "httpStatusCode": 400}


def batch(service: Service, call: Call) -> Answer:
    """Serve independent requests; each counts as a call."""
    body = call.incoming.fields()
    parts = body.get("batchRequests")
    if not isinstance(parts, list) or not parts:
        raise ApiError(400, "INVALID_INPUT", "The batchRequests list is required")
    if len(parts) > MOST:
        message = f"The request can\u2019t contain more than {MOST} operations."
        raise ApiError(400, "LIMIT_EXCEEDED", message)
    service.count(len(parts) - 1)  # the request itself counted as one already
    results: list[dict[str, Any]] = []
    stopped = False
    for part in parts:
        answer = skipped() if stopped else batch_part(service, part)
        results.append({"statusCode": answer.status, "result": answer.value})
        stopped |= bool(body.get("haltOnError")) and answer.status >= 400  # noqa: PLR2004
    errors = any(r["statusCode"] >= 400 for r in results)  # noqa: PLR2004
    return Answer(content={"hasErrors": errors, "results": results})


def batch_part(service: Service, part: Any) -> Answer:
    """The answer to one request of a batch; its address may leave out the root."""
    if not isinstance(part, Mapping) or not {"method", "url"} <= set(part):
        message = "Every batch request needs a method and a url"
        return refusal(ApiError(400, "INVALID_INPUT", message))
    url = str(part["url"]).lstrip("/")
    if not url.startswith("services/"):
        url = f"services/data/{url}"
    if not ALLOWED.match("/" + urlsplit(url).path) or "composite" in url:
        message = f"The url '{part['url']}' is not supported in a batch request"
        return refusal(ApiError(400, "INVALID_INPUT", message))
    body = part.get("richInput")
    sent = b"" if body is None else json.dumps(body).encode()
    return service.nested(Incoming.to(str(part["method"]), "/" + url, {}, sent))


def skipped() -> Answer:
    """A request of a batch that was stopped before."""
    message = "Batch processing halted by request"
    return refusal(ApiError(412, "BATCH_PROCESSING_HALTED", message))


def listing(service: Service, call: Call) -> Answer:
    """What composite resources there are."""
    del service
    kinds = ("batch", "sobjects")
    told = {kind: f"{call.base}/composite/{kind}" for kind in kinds}
    return Answer(content=told)


ROUTES: Final = (
    route(f"{DATA}/composite", composite, "POST"),
    route(f"{DATA}/composite", listing),
    route(f"{DATA}/composite/batch", batch, "POST"),
)
