"""How right judgement is on generated organisations: ``python -m bench.judgement``.

Prints tables of Markdown; docs/judgement.md keeps what they said.
"""

import argparse
from collections.abc import Iterator

from bench.control import SHUFFLES
from bench.proof import (
    CAUSES,
    DAYS,
    HOLE,
    HORIZON,
    METHODS,
    PART,
    SHARES_LOGGED,
    Proof,
    Score,
    share,
)
from bench.worlds import a_world


SEEDS = (1301, 1302, 1303, 1304, 1305)
STATES = (*CAUSES, "dead", "moving")


def main() -> None:
    """Count every organisation and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seeds", nargs="*", type=int, default=list(SEEDS))
    parser.add_argument("--reps", type=int, default=40)
    given = parser.parse_args()
    proof = Proof()
    for seed in given.seeds:
        with a_world(seed, given.reps) as world:
            proof.add(world)
    print("\n".join(lines(proof)))


def lines(proof: Proof) -> Iterator[str]:
    """Every table."""
    yield from ("### Stalled", "")
    yield from stalls(proof.everywhere)
    yield from ("", "Only reps whose activity judgement trusts:", "")
    yield from stalls(proof.captured)
    yield from ("", "Moving deals flagged, by organisation and its pace:", "")
    yield from travels(proof)
    yield from ("", "### Causes", "")
    yield from causes(proof)
    yield from ("", "### Activity that is not captured", "")
    yield from capture(proof)
    yield from ("", "### Hygiene", "")
    yield from hygiene(proof)
    yield from ("", "### Outcomes", "")
    yield from outcomes(proof)
    yield from ("", "### Shuffled outcomes", "")
    yield from control(proof)


def table(*heads: str) -> Iterator[str]:
    """The head of a table."""
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"


def row(*cells: object) -> str:
    """A row of a table."""
    return f"| {' | '.join(map(str, cells))} |"


def stalls(scores: dict[str, Score]) -> Iterator[str]:
    """Flags by method."""
    yield from table(
        "method",
        "flagged",
        "precision: flagged deals that do not move",
        f"recall: deals stopped for {DAYS} days or longer",
        "moving deals flagged",
    )
    for name in METHODS:
        score = scores[name]
        yield row(
            name,
            score.flagged,
            share(score.right, score.flagged),
            share(score.caught, score.stopped),
            share(score.wronged, score.moving),
        )


def travels(proof: Proof) -> Iterator[str]:
    """Whether a method is as careful in one organisation as in the next."""
    seeds = sorted(proof.single, key=lambda seed: proof.paces[seed])
    yield from table("method", *(f"{proof.paces[seed]:.2f}" for seed in seeds))
    for name in METHODS:
        scores = [proof.single[seed][name] for seed in seeds]
        yield row(name, *(f"{100 * s.wronged / (s.moving or 1):.0f} %" for s in scores))


def causes(proof: Proof) -> Iterator[str]:
    """What the cause was said to be, by what it truly was."""
    yield from table("truly", *(f"said: {cause}" for cause in CAUSES), "right")
    for state in STATES:
        said = [proof.causes[state, cause] for cause in CAUSES]
        right = share(proof.causes[state, state], sum(said)) if state in CAUSES else ""
        yield row(state, *said, right)
    for kind in CAUSES:
        named = sum(proof.causes[state, kind] for state in CAUSES)
        yield f"\nPrecision of {kind}: {share(proof.causes[kind, kind], named)}."


def capture(proof: Proof) -> Iterator[str]:
    """Reps by what is captured, and what was said of them."""
    yield from table("", "said to be a hole", "said to be in part", "trusted")
    for quality in sorted({quality for quality, _ in proof.reps}):
        yield row(quality, *(proof.reps[quality, said] for said in (HOLE, PART, "")))
    yield ""
    yield from table("share left on record", "said to be in part")
    for share_ in SHARES_LOGGED:
        found, missed = proof.thinned[share_, True], proof.thinned[share_, False]
        yield row(f"{100 * share_:.0f} %", share(found, found + missed))


def hygiene(proof: Proof) -> Iterator[str]:
    """Findings by rule."""
    yield from table(
        "rule", "truly broken", "found", "in grace", "missed", "false", "by the clock"
    )
    for code, f in sorted(proof.hygiene.items()):
        cells = (f.broken, f.found, f.grace, f.missed, f.false, f.learned)
        yield row(code, *cells)
    every = list(proof.hygiene.values())
    sums = (
        sum(f.broken for f in every),
        sum(f.found for f in every),
        sum(f.grace for f in every),
        sum(f.missed for f in every),
        sum(f.false for f in every),
        sum(f.learned for f in every),
    )
    yield row("all", *sums)
    others = ", ".join(f"{code} {n}" for code, n in sorted(proof.unplanted.items()))
    yield f"\nFindings of rules that the truth says nothing of: {others}."


def outcomes(proof: Proof) -> Iterator[str]:
    """What came of the flags of a quarter ago."""
    yield from table("flagged, won", "unflagged, won", "difference", "95 % interval")
    for test in proof.tests:
        low, high = test.interval
        yield row(
            share(test.flagged.won, test.flagged.n),
            share(test.unflagged.won, test.unflagged.n),
            f"{100 * test.difference:+.0f} points",
            f"{100 * low:+.0f} to {100 * high:+.0f}",
        )
    yield f"\nFlags of the stage clock, {HORIZON.days} days before, one row a seed."


def control(proof: Proof) -> Iterator[str]:
    """How often signals claim something of true ends, and of shuffled ones."""
    found = proof.control
    yield from table(
        "signal", "claims of true ends", f"claims of shuffled ends, {SHUFFLES} a seed"
    )
    for code, trials in sorted(found.trials.items()):
        truly = share(found.truly[code], found.worlds[code])
        yield row(code, truly, share(found.claims[code], trials))
    yield (
        "\nShuffles in which any signal claims anything: "
        f"{share(found.shuffles_with_a_claim, found.shuffles)}."
    )


if __name__ == "__main__":
    main()
