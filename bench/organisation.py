"""A generated organisation in figures: ``python -m bench.organisation``."""

import argparse
import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import duckdb

from bench.worlds import NOW
from sandbox.world import generate


#: What is asked of the folder; ``$now`` stands for the moment of the organisation.
QUESTIONS: Final = {
    "deals open, won, lost": """
        select count(*) filter (IsClosed = 'false'), count(*) filter (IsWon = 'true'),
          count(*) filter (IsClosed = 'true' and IsWon = 'false')
        from Opportunity where IsDeleted = 'false'""",
    "open deals of an owner: least, quartiles, most": """
        select unnest(quantile_cont(n, [0, .25, .5, .75, 1])) from (
          select count(*) as n from Opportunity
          where IsClosed = 'false' and IsDeleted = 'false' group by OwnerId)""",
    "win rate of closed deals": """
        select round(avg((IsWon = 'true')::int), 3) from Opportunity
        where IsClosed = 'true'""",
    "win rate of owners with 20 closed deals: least, median, most": """
        select unnest(quantile_cont(w, [0, .5, 1])) from (
          select round(avg((IsWon = 'true')::int), 3) as w from Opportunity
          where IsClosed = 'true' group by OwnerId having count(*) >= 20)""",
    "days to won: tenths 1, 5, 9": """
        select unnest(quantile_cont(d, [.1, .5, .9])) from (
          select date_diff('day', o.CreatedDate::timestamp,
            max(h.CreatedDate::timestamp)) as d
          from OpportunityHistory as h join Opportunity as o on o.Id = h.OpportunityId
          where h.StageName = 'Closed Won' and o.IsWon = 'true'
          group by o.Id, o.CreatedDate)""",
    "logged a week and owner, last 8 weeks: calls, e-mails out, in": """
        select round(n / 8 / owners, 1) from (
          select count(*) filter (Type = 'Call') as n from Task
          where CreatedDate > $since
          union all select count(*) from EmailMessage
          where MessageDate > $since and Incoming = 'false'
          union all select count(*) from EmailMessage
          where MessageDate > $since and Incoming = 'true'),
          (select count(distinct OwnerId) as owners from Opportunity)""",
    "open deals, share: close date passed, no next step, no amount, no account": """
        select unnest([avg((CloseDate < $today)::int), avg((NextStep is null)::int),
          avg((Amount is null)::int), avg((AccountId is null)::int)]::decimal(4, 3)[])
        from Opportunity where IsClosed = 'false' and IsDeleted = 'false'""",
    "open deals with a meeting ahead, share": """
        select round(avg((Id in (select WhatId from Event
          where StartDateTime > $now and IsDeleted = 'false'))::int), 3)
        from Opportunity where IsClosed = 'false' and IsDeleted = 'false'""",
    "pushes of a deal: mean": """
        select round(avg(PushCount::int), 2) from Opportunity""",
}


def main() -> None:
    """Generate an organisation and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seed", nargs="?", type=int, default=2)
    parser.add_argument("--reps", type=int, default=40)
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        path = Path(folder)
        generate(path, seed=given.seed, reps=given.reps, now=NOW)
        figures(path)


def figures(folder: Path) -> None:
    """Rows of every object, the questions, and the true states."""
    with duckdb.connect() as connection:
        for file in sorted(folder.glob("*.csv.gz")):
            name = file.name.partition(".")[0]
            rows = connection.read_csv(str(file), header=True, all_varchar=True)
            rows.create(name)
            print(f"{name:28}{connection.table(name).shape[0]:>9,}")
        for title, question in QUESTIONS.items():
            found = connection.execute(stamped(question)).fetchall()
            cells = found[0] if len(found) == 1 else [row[0] for row in found]
            print(f"{title}: {', '.join(map(str, cells))}")
        opened = "select Id from Opportunity where IsClosed = 'false'"
        ids = {id_ for (id_,) in connection.execute(opened).fetchall()}
    truths(json.loads((folder / "truth.json").read_text(encoding="utf-8")), ids)


def stamped(question: str) -> str:
    """The question with its moments written in."""
    since = datetime.fromtimestamp(NOW.timestamp() - 56 * 86_400, tz=NOW.tzinfo)
    for name, value in (
        ("$now", f"'{NOW:%Y-%m-%dT%H:%M:%S}'"),
        ("$today", f"'{NOW:%Y-%m-%d}'"),
        ("$since", f"'{since:%Y-%m-%dT%H:%M:%S}'"),
    ):
        question = question.replace(name, value)
    return question


def truths(truth: dict[str, Any], opened: set[str]) -> None:
    """What is true of the open deals."""
    states = Counter(
        told[-1][0] for id_, told in truth["states"].items() if told and id_ in opened
    )
    for state, count in states.most_common():
        print(f"open and {state}: {count} ({count / sum(states.values()):.0%})")
    broken = Counter(rule for rule, id_ in truth["hygiene"] if id_ in opened)
    for rule, count in broken.most_common():
        print(f"open and {rule}: {count} ({count / len(opened):.1%})")


if __name__ == "__main__":
    main()
