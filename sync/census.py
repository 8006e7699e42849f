"""What the org says it has, compared with what the mirror holds."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sync.cloud import Part
from sync.database import Database
from sync.moments import naive
from sync.objects import Field, SObject, parse
from sync.rows import Lines
from sync.staging import Stage


#: What a census asks of every row.
STAMPED = parse("Id! SystemModstamp")


class Census:
    """Ids, with their stamps if they were asked for, of an object's rows in the org."""

    def __init__(self, db: Database, obj: SObject) -> None:
        self._db = db
        self._obj = obj
        stamped = any(f.name == "SystemModstamp" for f in obj.fields)
        self.columns = tuple(f.name for f in STAMPED[: 1 + stamped])
        rows = SObject(name=obj.name, fields=STAMPED)
        self._stage = Stage(db, rows, self.columns)

    @property
    def arrived(self) -> int:
        """How many rows have arrived."""
        return self._stage.arrived

    @property
    def distinct(self) -> int:
        """How many different rows have arrived."""
        return self._stage.distinct

    @property
    def read(self) -> Sequence[Field]:
        """The fields of a row."""
        return self._stage.read

    def add_lines(self, lines: Lines) -> None:
        """Take in a page."""
        self._stage.add_lines(lines)

    def add_parts(self, parts: Sequence[Part]) -> None:
        """Take in parts of a bulk result."""
        self._stage.add_parts(parts)

    def taken(self) -> Mapping[str, str | None]:
        """A census is taken anew each time."""
        return {}

    def stale(self, before: datetime) -> list[str]:
        """Rows that the mirror lacks, holds as gone, or holds with another stamp.

        Rows that changed at or after ``before`` are news, not drift.
        """
        other = 't."SystemModstamp" <> s."SystemModstamp"'
        found = self._db.rows(
            'select distinct s."Id" from stage s '
            f'left join {self._obj.table} t on t."Id" = s."Id" '
            'where (t."Id" is null or t.gone_at is not null '
            f"or {other if len(self.columns) > 1 else 'false'}) "
            'and (s."SystemModstamp" is null or s."SystemModstamp" < ?)',
            [naive(before)],
        )
        return [id_ for (id_,) in found]

    def vanished(self, condition: str = "true") -> list[str]:
        """Rows that are present in the mirror, fit ``condition``, and are not there."""
        found = self._db.rows(
            f'select "Id" from {self._obj.table} where gone_at is null '
            f'and ({condition}) and "Id" not in (select "Id" from stage)'
        )
        return [id_ for (id_,) in found]
