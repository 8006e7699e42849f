"""The sandbox's own door, for checks that drive a sandbox in another process.

Under /sandbox/, without a session: clock, faults, log, allowance, sessions, rows.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from sandbox.errors import ApiError
from sandbox.faults import FaultError
from sandbox.http_messages import Answer, items_of
from sandbox.service import CONTROL, Call, Service, route


def clock(service: Service, call: Call) -> Answer:
    """Tell the clock, or change it: now, advance (seconds), freeze (true or false)."""
    if call.incoming.method == "POST":
        body = call.incoming.fields()
        if "now" in body:
            service.clock.set(moment(body["now"]))
        if "advance" in body:
            service.clock.advance(timedelta(seconds=number(body["advance"])))
        if "freeze" in body:
            (service.clock.freeze if body["freeze"] else service.clock.run)()
    told = {"now": service.now().isoformat(), "frozen": service.clock.frozen}
    return Answer(content=told)


def moment(text: object) -> datetime:
    """A moment in ISO 8601."""
    try:
        return datetime.fromisoformat(str(text))
    except ValueError as error:
        raise ApiError(400, "INVALID", f"not a moment: {text}") from error


def number(value: object) -> float:
    """A number."""
    if isinstance(value, int | float):
        return float(value)
    raise ApiError(400, "INVALID", f"not a number: {value}")


def faults(service: Service, call: Call) -> Answer:
    """Tell, replace or remove the rules, and how often each struck."""
    if call.incoming.method == "POST":
        try:
            service.faults.take(call.incoming.json())
        except FaultError as error:
            raise ApiError(400, "INVALID", str(error)) from error
    if call.incoming.method == "DELETE":
        service.faults.replace(())
    told = [
        {"effect": rule.effect, "path": rule.path, "struck": struck}
        for rule, struck in zip(
            service.faults.rules, service.faults.struck, strict=True
        )
    ]
    return Answer(content={"rules": told})


def log(service: Service, call: Call) -> Answer:
    """Every request so far; DELETE begins a new log and a new count."""
    if call.incoming.method == "DELETE":
        service.log.clear()
        service.api_calls = 0
    lines: list[dict[str, Any]] = [
        {
            "method": line.method,
            "path": line.path,
            "query": line.query,
            "status": line.status,
            "counted": line.counted,
            "at": line.at.isoformat(),
        }
        for line in tuple(service.log)
    ]
    return Answer(content={"api_calls": service.api_calls, "requests": lines})


def quota(service: Service, call: Call) -> Answer:
    """Set the daily allowance, or how much of it is used."""
    body = call.incoming.fields()
    service.quota = int(number(body.get("limit", service.quota)))
    service.api_calls = int(number(body.get("used", service.api_calls)))
    return Answer(content={"limit": service.quota, "used": service.api_calls})


def bulk(service: Service, call: Call) -> Answer:
    """Set how long bulk jobs take (seconds) and how many rows a page has."""
    body = call.incoming.fields()
    service.jobs.delay = number(body.get("delay", service.jobs.delay))
    service.jobs.page = max(1, int(number(body.get("page", service.jobs.page))))
    told = {"delay": service.jobs.delay, "page": service.jobs.page}
    return Answer(content=told)


def sessions(service: Service, call: Call) -> Answer:
    """Expire every session."""
    del call
    service.sessions.close_all()
    return Answer(status=204)


def keys(service: Service, call: Call) -> Answer:
    """Trust the key of a certificate or a public key (PEM) for assertions."""
    try:
        service.keys.register(call.incoming.body)
    except ValueError as error:
        raise ApiError(400, "INVALID", str(error)) from error
    return Answer(status=204)


def rows(service: Service, call: Call) -> Answer:
    """Put rows into an object as they are, stamps included; or erase them."""
    body = call.incoming.fields()
    name = service.org.sobject(str(body.get("sobject"))).name
    if call.incoming.method == "DELETE":
        for record_id in items_of(body, "ids", str):
            service.org.erase(name, record_id)
    else:
        service.org.put(name, items_of(body, "rows", dict))
    return Answer(status=204)


ROUTES: Final = (
    route(f"{CONTROL}clock", clock, "GET", "POST", counted=False, proof=""),
    route(f"{CONTROL}faults", faults, "GET", "POST", "DELETE", counted=False, proof=""),
    route(f"{CONTROL}log", log, "GET", "DELETE", counted=False, proof=""),
    route(f"{CONTROL}quota", quota, "POST", counted=False, proof=""),
    route(f"{CONTROL}bulk", bulk, "POST", counted=False, proof=""),
    route(f"{CONTROL}sessions", sessions, "DELETE", counted=False, proof=""),
    route(f"{CONTROL}keys", keys, "POST", counted=False, proof=""),
    route(f"{CONTROL}rows", rows, "POST", "DELETE", counted=False, proof=""),
)
