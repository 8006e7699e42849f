"""What a run says at its end, in lines that a person can read."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any


def sync_lines(report: Mapping[str, Any]) -> Iterator[str]:
    """A sync: what came, what is missing and why, and whether all of it is right."""
    objects = report["objects"]
    rows = sum(one["rows"] for one in objects)
    gone = sum(one["deleted"] for one in objects)
    drift = report["drift"]
    yield (
        f"Sync {report['status']}: {rows:,} rows read, {gone:,} gone, in "
        f"{worded(report['api_calls'], 'API call')}; {drift['drifted']:,} of "
        f"{drift['checked']:,} rows drifted."
    )
    for note in report["notes"]:
        yield f"  {note}"


def check_lines(checks: Iterable[tuple[str, bool | None, str, str]]) -> Iterator[str]:
    """What the doctor found: name, fine or not, what is so, and the remedy."""
    marks = {True: "ok  ", False: "BAD ", None: "note"}
    for name, ok, detail, remedy in checks:
        then = f"; {remedy}" if remedy else ""
        yield f"{marks[ok]}  {name}: {detail}{then}"


def rule_lines(rules: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Every rule with its threshold and where that comes from."""
    kind = ""
    for one in rules:
        if one["kind"] != kind:
            kind = one["kind"]
            yield from ([] if kind == "signal" else [""])
            yield f"{kind.upper()} RULES"
        good = ", good news" if one["positive"] else ""
        yield ""
        yield f"{one['code']}  ({one['severity']}, {one['fixer']}{good})"
        yield f"  {one['sentence']}"
        yield f"  Threshold: {one['threshold']} ({one['source']})"


def backtest_lines(found: Mapping[str, Any]) -> Iterator[str]:
    """What came of flagged and unflagged deals, and what may be said of it."""
    yield (
        f"Flags as of {found['as_of']}, outcomes {found['horizon_days']} days later "
        f"(tier {found['tier']}, {'replayed' if found['replayed'] else 'stored'})."
    )
    for side in ("flagged", "unflagged"):
        yield f"  {side + ':':<11} {found[side]['won']:,} of {found[side]['n']:,} won"
    low, high = found["interval"]
    yield (
        f"  difference  {found['difference']:+.1%}, 95 % interval {low:+.1%} to "
        f"{high:+.1%}"
    )
    yield f"{found['verdict'][0].upper()}{found['verdict'][1:]}."
    yield from pooled_lines(found["pooled"], found["reference"])


def pooled_lines(
    pooled: Mapping[str, Any], reference: Mapping[str, Any] | None
) -> Iterator[str]:
    """All past dates together, the gap before the first packet, and a caveat."""
    yield ""
    yield pooled["verdict"]
    low, high = pooled["interval"]
    yield (
        f"  difference  {pooled['difference']:+.1%}, 95 % interval {low:+.1%} to "
        f"{high:+.1%}, deals drawn anew"
    )
    if reference:
        low, high = reference["interval"]
        yield (
            f"  before the first packet, replayed: {reference['difference']:+.1%}, "
            f"{low:+.1%} to {high:+.1%}"
        )
    yield (
        "If packets work, flagged deals are rescued and the gap narrows: hold it "
        "against the gap before the first packet."
    )


def worded(count: int, noun: str) -> str:
    """A number with its noun."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
