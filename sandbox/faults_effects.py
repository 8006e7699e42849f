"""Faults that a client sees as an ordinary response: other answers, altered answers."""

from collections.abc import Iterator
from dataclasses import replace

from sandbox.errors import ApiError
from sandbox.faults import Rule
from sandbox.http_messages import HTML, Answer, Page, refusal


LOGIN_PAGE = b"""<html><head><title>Login | Salesforce</title></head>
<body><form action="/" method="post"><input name="username"></form></body></html>"""


def instead(rule: Rule) -> Answer:
    """The answer that a rule gives in place of the real one."""
    match rule.effect:
        case "empty":
            return Answer(content=b"")
        case "html":
            return Answer(content=LOGIN_PAGE, kind=HTML)
        case "redirect":
            return Answer(status=302, content=b"", headers={"Location": rule.location})
        case "quota":
            message = "TotalRequests Limit exceeded."
            return refusal(ApiError(403, "REQUEST_LIMIT_EXCEEDED", message))
        case "expired_cursor":
            message = "invalid query locator"
            return refusal(ApiError(400, "INVALID_QUERY_LOCATOR", message))
    answer = refusal(ApiError(rule.status, rule.code, rule.message))
    return replace(answer, headers=rule.headers)


def changed(answer: Answer, rule: Rule) -> Answer:
    """The real answer with something wrong in it."""
    content = answer.content
    match rule.effect:
        case "wrong_count":
            return miscounted(answer)
        case "foreign_next" if isinstance(content, Page) and content.following:
            elsewhere = rule.location + content.following
            return replace(answer, content=replace(content, following=elsewhere))
        case "duplicate_page" if isinstance(content, Page):
            return replace(
                answer, content=replace(content, records=content.records * 2)
            )
        case "duplicate_page" if isinstance(content, Iterator):
            return replace(answer, content=twice(content))
    return answer


def twice(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """A CSV whose rows, not its header, come twice."""
    whole = b"".join(pieces)
    yield whole
    yield whole.partition(b"\n")[2]


def miscounted(answer: Answer) -> Answer:
    """The same rows under a count that is one too high."""
    content, headers = answer.content, dict(answer.headers)
    if isinstance(content, Page):
        content = replace(content, total=content.total + 1)
    if "Sforce-NumberOfRecords" in headers:
        count = int(headers["Sforce-NumberOfRecords"])
        headers["Sforce-NumberOfRecords"] = str(count + 1)
    return replace(answer, content=content, headers=headers)
