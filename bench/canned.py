"""Answers of the sandbox that are kept, so that clients are measured, not the server.

Whoever asks again what was asked before gets the bytes of then, compressed as then:
nothing is looked up, put into words or packed. Sessions, latency, the daily allowance
and the log work as ever; an organisation that changes meanwhile would not show.
"""

import gzip
from dataclasses import replace
from typing import Any, Final

from sandbox.http_messages import Answer
from sandbox.http_server import WORTH_ZIPPING
from sandbox.service import Call, Respond, Route, Service


#: What tells how much was used so far.
ANEW: Final = "/limits"

#: Methods whose answers are kept; the POSTs are queries and questions.
KEPT: Final = frozenset({"GET", "POST"})

Key = tuple[Any, ...]


def keep_answers(service: Service) -> None:
    """From now on answer from memory what was asked before."""
    memory: dict[Key, Answer] = {}
    service.routes = tuple(kept(route, memory) for route in service.routes)


def kept(route: Route, memory: dict[Key, Answer]) -> Route:
    """A route whose answers are kept; jobs stay although they are deleted."""
    if "DELETE" in route.methods and "jobs" in route.pattern.pattern:
        return replace(route, respond=deleted)
    return replace(route, respond=remembering(route.respond, memory))


def deleted(service: Service, call: Call) -> Answer:
    """Say that a job is gone; the next client is given it again."""
    del service, call
    return Answer(status=204)


def remembering(respond: Respond, memory: dict[Key, Answer]) -> Respond:
    """Who answers from memory; logins and parts of a request are not kept."""

    def recall(service: Service, call: Call) -> Answer:
        told = call.incoming
        if told.method not in KEPT or not call.token or told.path.endswith(ANEW):
            return respond(service, call)
        names = ("Accept-Encoding", "X-PrettyPrint", "Sforce-Query-Options")
        key = (told.method, told.target, told.body, *map(told.header, names))
        if key not in memory:
            memory[key] = packed(respond(service, call), call)
        return memory[key]

    return recall


def packed(answer: Answer, call: Call) -> Answer:
    """An answer as it goes over the wire."""
    body = answer.encoded(pretty=bool(call.incoming.header("X-PrettyPrint")))
    whole = body if isinstance(body, bytes) else b"".join(body)
    zips = "gzip" in call.incoming.header("Accept-Encoding").lower()
    if not zips or len(whole) <= WORTH_ZIPPING:
        return replace(answer, content=whole)
    return replace(
        answer,
        content=gzip.compress(whole, compresslevel=1, mtime=0),
        headers={**answer.headers, "Content-Encoding": "gzip"},
    )
