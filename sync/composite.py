"""Several questions in one API call, and one by one where an org refuses that."""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from sync.errors import (
    AllowanceSpent,
    LoginRefused,
    SyncError,
    TryAgain,
    Unexpected,
)
from sync.refusals import refusal_in


#: Questions in a call, and how many of them may be queries.
PARTS: Final = 25
QUERIES: Final = 5

#: Errors of a whole call that asking one by one would not help.
FINAL: Final = (LoginRefused, AllowanceSpent, TryAgain)

#: Answers by the name of the question: JSON, or why there is none.
Answers = dict[str, Any]


class Together:
    """Asks paths under the API version, as many as fit in a call."""

    def __init__(self, rest: Callable[..., Any], version: str) -> None:
        self._rest = rest
        self._root = f"/services/data/v{version}/"
        self._alone: set[str] = set()  #: kinds of question that are refused here

    def ask(self, paths: Mapping[str, str]) -> Answers:
        """The answer to each path, or the ``SyncError`` that it got."""
        answers: Answers = {}
        together = {n: p for n, p in paths.items() if kind(p) not in self._alone}
        for batch in batches(together):
            answers |= self._call(batch)
        for name, path in paths.items():
            if name not in answers:
                answers[name] = self._one(path)
        return {name: answers[name] for name in paths}

    def _call(self, batch: Mapping[str, str]) -> Answers:
        """The answers of one call; questions without one are asked again alone."""
        if len(batch) == 1:
            return {}
        names = {f"r{number}": name for number, name in enumerate(batch)}
        parts = [
            {"method": "GET", "url": self._root + batch[name], "referenceId": reference}
            for reference, name in names.items()
        ]
        try:
            told = self._rest(
                "POST", "composite", {"allOrNone": False, "compositeRequest": parts}
            )
            rows = {row["referenceId"]: row for row in told["compositeResponse"]}
        except FINAL:
            raise
        except (SyncError, KeyError, TypeError):
            self._alone |= {kind(path) for path in batch.values()}
            return {}
        answers = {
            name: read(batch[name], rows.get(reference))
            for reference, name in names.items()
        }
        return self._kept(batch, answers)

    def _kept(self, batch: Mapping[str, str], answers: Answers) -> Answers:
        """The answers that count; what composite itself refuses is asked alone."""
        for answer in answers.values():
            if isinstance(answer, AllowanceSpent):
                raise answer
        refused = {n for n, answer in answers.items() if type(answer) is Unexpected}
        served = {kind(path) for name, path in batch.items() if name not in refused}
        self._alone |= {kind(batch[name]) for name in refused} - served
        return {
            name: answer
            for name, answer in answers.items()
            if name not in refused and not isinstance(answer, TryAgain)
        }

    def _one(self, path: str) -> Any:
        try:
            return self._rest("GET", path)
        except (LoginRefused, AllowanceSpent):
            raise
        except SyncError as error:
            return error


def read(path: str, row: Mapping[str, Any] | None) -> Any:
    """The answer to a part of a composite request."""
    if row is None:
        return Unexpected(f"composite left out {kind(path)}")
    status, body = int(row.get("httpStatusCode", 0)), row.get("body")
    if 200 <= status < 300:  # noqa: PLR2004
        return body
    return refusal_in(status, body).error(path.partition("?")[0])


def batches(paths: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Questions in groups that fit in a call."""
    for query in (True, False):
        left = iter([(n, p) for n, p in paths.items() if is_query(p) is query])
        while batch := dict(islice(left, QUERIES if query else PARTS)):
            yield batch


def is_query(path: str) -> bool:
    """Whether a path counts as a query."""
    return path.startswith(("query/", "queryAll/"))


def kind(path: str) -> str:
    """What sort of question a path is: a query, describe, updated, deleted."""
    plain = path.partition("?")[0].rstrip("/")
    return "query" if is_query(path) else plain.rpartition("/")[2]
