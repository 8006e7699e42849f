"""What is true of a world, written beside the data: truth.json.

``reps`` says how much of each person's work is captured; ``states`` what was true of
each deal and when; ``lost`` the fields that are null and what they should hold;
``uncaptured`` the activities without a record; ``duplicates``, ``merged``,
``deleted`` the records meant; ``hygiene`` the rules that each record breaks now.
docs/sandbox-world.md describes every entry.

Sections are spooled to disk, so that a thousand reps need no more memory than one.
"""

import json
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

from sandbox.world.when import utc_text


#: Sections that are objects, keyed by a record id.
_KEYED: Final = frozenset({"reps", "states"})
SECTIONS: Final = (
    "reps",
    "states",
    "lost",
    "uncaptured",
    "duplicates",
    "merged",
    "deleted",
    "hygiene",
)


class Truth:
    """Collects the sections; ``save`` puts them together."""

    def __init__(self, folder: Path, head: dict[str, Any]) -> None:
        self._path = folder / "truth.json"
        self._head = head
        self._spools: dict[str, IO[str]] = {}

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            for name in SECTIONS:
                spool = tempfile.TemporaryFile("w+", encoding="utf-8")
                self._spools[name] = opened.enter_context(spool)
            self._opened = opened.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._save()
        finally:
            self._opened.close()

    def rep(self, user_id: str, entry: dict[str, Any]) -> None:
        """How somebody works and what of it is captured."""
        self._put("reps", f"{json.dumps(user_id)}: {_text(entry)}")

    def states(self, deal_id: str, states: list[tuple[str, int, int]]) -> None:
        """What really happened to a deal, over its open life."""
        entry = [[name, utc_text(a), utc_text(b)] for name, a, b in states]
        self._put("states", f"{json.dumps(deal_id)}: {_text(entry)}")

    def lost(self, object_: str, record_id: str, field: str, was: Any) -> None:
        """A field that is null, and what it should hold."""
        entry = {"object": object_, "id": record_id, "field": field, "was": was}
        self._put("lost", _text(entry))

    def uncaptured(self, deal_id: str, kind: str, direction: str, at: int) -> None:
        """An activity that took place and left no record."""
        entry = {
            "deal": deal_id,
            "kind": kind,
            "direction": direction,
            "at": utc_text(at),
        }
        self._put("uncaptured", _text(entry))

    def note(self, section: str, entry: dict[str, Any]) -> None:
        """An entry of one of the plain lists."""
        self._put(section, _text(entry))

    def breaks(self, rule: str, record_id: str) -> None:
        """A record that a hygiene rule should find."""
        self._put("hygiene", _text([rule, record_id]))

    def _put(self, section: str, line: str) -> None:
        self._spools[section].write(f"  {line}\n")

    def _save(self) -> None:
        with self._path.open("w", encoding="utf-8", newline="\n") as out:
            out.write("{\n")
            for name, value in self._head.items():
                out.write(f' "{name}": {_text(value)},\n')
            for place, name in enumerate(SECTIONS):
                self._copy(name, out)
                out.write(",\n" if place < len(SECTIONS) - 1 else "\n")
            out.write("}\n")

    def _copy(self, name: str, out: IO[str]) -> None:
        opening, closing = "{}" if name in _KEYED else "[]"
        out.write(f' "{name}": {opening}')
        spool = self._spools[name]
        spool.seek(0)
        before = "\n"
        for line in spool:
            out.write(before + line[:-1])
            before = ",\n"
        out.write(f"\n {closing}")


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
