"""Flags as of an earlier moment, beside what came of the deals."""

from datetime import datetime, timedelta
from pathlib import Path

from reports.facts.baselines import baselines
from reports.facts.book import read_book
from reports.facts.engine import open_duckdb
from reports.judgement.backtest import Backtest, backtest, flags_of
from reports.judgement.judge import judge
from reports.judgement.norms import norms
from reports.judgement.policy import Policy


#: How far ahead outcomes are read while nothing else is known.
HORIZON = 90


def replayed(
    mirror: Path,
    now: datetime,
    policy: Policy,
    *,
    then: datetime | None,
    days: int | None,
) -> Backtest:
    """Judge as of ``then`` and look at the deals ``days`` later, or now at the latest.

    Without a moment it is the latest one whose horizon has passed; without a
    horizon it is what the stage clock looks ahead.
    """
    with open_duckdb(mirror) as engine:
        ahead = days or HORIZON
        moment = then or now - timedelta(days=ahead)
        book = read_book(engine, moment)
        usual = norms(book, baselines(book), policy)
        if days is None and usual.horizon_days:
            ahead = usual.horizon_days
        judged = judge(book, usual, policy)
        later = read_book(engine, min(now, moment + timedelta(days=ahead)))
    return backtest(flags_of(judged.reviews.values()), moment, later, tier=usual.tier)
