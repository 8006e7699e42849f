"""How long a thousand packets take: HTML, text and MIME: ``python -m bench.render``.

The packets are those of a generated organisation, measured against its state two
weeks earlier, each told of other people and deals so that no two are alike. What is
timed begins with a finished packet and ends with the bytes of its letter.
"""

import argparse
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from multiprocessing import get_context
from statistics import median

from bench.worlds import NOW, a_world
from reports.delivery.mime import Sender, mime
from reports.delivery.records import DeliveryKey, Letter, LetterKind
from reports.findings import DealReview, Message, Outcome, Packet, Promise
from reports.judgement.policy import Policy
from reports.packet.assemble import assemble, reps_of
from reports.words.render import Renderer
from reports.words.size import encoded


SENDER = Sender(name="Pipeline reviews", address="reviews@acme.example")
RENDERER = Renderer("https://acme.my.salesforce.com")
EARLIER = timedelta(days=14)
#: What the workers read; they are forked after it is filled.
PACKETS: list[Packet] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """One way of doing it."""

    how: str
    seconds: float
    cpu: float  #: of this process and its children


class Watch:
    """Counts from when it is made."""

    def __init__(self) -> None:
        self.began, self.spent = time.perf_counter(), spent()

    def timed(self, how: str) -> Timed:
        """What it took up to now."""
        seconds = time.perf_counter() - self.began
        return Timed(how=how, seconds=seconds, cpu=spent() - self.spent)


def spent() -> float:
    """CPU seconds of this process and of children that have ended."""
    return sum(os.times()[:4])


def packets_of(seed: int, reps: int) -> Iterator[Packet]:
    """The packets of a generated organisation."""
    with a_world(seed, reps) as world:
        now, before = world.now, world.seen(NOW - EARLIER).book
        found, _ = reps_of(now.book)
        for rep in found:
            packet = assemble(
                now.book,
                now.judged,
                rep,
                cycle="2026-11-24",
                snapshot="7f3a9c21",
                policy=Policy(),
                before=before,
            )
            yield replace(packet, promises=tuple(promised(packet)))


def promised(packet: Packet) -> Iterator[Promise]:
    """Promises of the last review, one of each outcome in turn."""
    for place, action in enumerate(packet.actions):
        yield Promise(
            deal_id=action.deal_id,
            what=action.what,
            owner=action.owner,
            due=packet.today,
            outcome=tuple(Outcome)[place % 3],
            carried=place % 4,
        )


def many(found: Sequence[Packet], count: int) -> Iterator[Packet]:
    """So many packets, no two alike."""
    for number in range(count):
        packet = found[number % len(found)]

        def told(review: DealReview, mark: int = number) -> DealReview:
            name = f"{review.deal.name} ({mark})"
            return replace(review, deal=replace(review.deal, name=name))

        yield replace(
            packet,
            rep=replace(packet.rep, name=f"{packet.rep.name} {number}"),
            deals=tuple(told(one) for one in packet.deals),
            focus=tuple(told(one) for one in packet.focus),
            names={id_: f"{name} ({number})" for id_, name in packet.names.items()},
        )


def posted(packet: Packet, message: Message) -> bytes:
    """The bytes of the letter to the rep."""
    return mime(
        Letter(
            key=DeliveryKey(
                cycle=packet.cycle,
                kind=LetterKind.PACKET,
                rep_id=packet.rep.id,
                recipient="rep@acme.example",
            ),
            message=message,
            to_name=packet.rep.name,
            at=packet.as_of,
            snapshot=packet.snapshot,
        ),
        SENDER,
    )


def made(number: int) -> bytes:
    """The letter of one packet."""
    packet = PACKETS[number]
    return posted(packet, RENDERER.packet(packet))


def alone() -> list[bytes]:
    """All of them in this process."""
    return [made(number) for number in range(len(PACKETS))]


def together(workers: int) -> list[bytes]:
    """All of them in processes of their own, and back here."""
    with ProcessPoolExecutor(workers, mp_context=get_context("fork")) as pool:
        return list(pool.map(made, range(len(PACKETS)), chunksize=25))


def timed(how: str, workers: int) -> tuple[Timed, list[bytes]]:
    """What one way takes."""
    watch = Watch()
    letters = alone() if workers == 1 else together(workers)
    return watch.timed(how), letters


def steps() -> Iterator[Timed]:
    """What the parts of it take, in one process."""
    watch = Watch()
    messages = [RENDERER.packet(packet) for packet in PACKETS]
    yield watch.timed("HTML and text")
    watch = Watch()
    for packet, message in zip(PACKETS, messages, strict=True):
        posted(packet, message)
    yield watch.timed("MIME")


def main() -> None:
    """Time them and print what they took and weigh."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packets", type=int, default=1000)
    parser.add_argument("--reps", type=int, default=40)
    parser.add_argument("--seed", type=int, default=901)
    given = parser.parse_args()
    found = list(packets_of(given.seed, given.reps))
    PACKETS.extend(many(found, given.packets))
    made(0)  # templates are compiled once
    one, letters = timed("one process", 1)
    two, same = timed("two processes", 2)
    rows = [one, two, *steps()]
    deals = [len(packet.deals) for packet in PACKETS]
    html = [encoded(RENDERER.packet(packet).html) for packet in PACKETS[: len(found)]]
    print(f"{given.packets:,} packets of {median(deals):.0f} open deals (median),")
    print(f"{max(deals)} (most); the same bytes both ways: {letters == same}")
    print("\n| | s | CPU s | CPU ms a packet | CPU of one process |")
    print("|---|--:|--:|--:|--:|")
    for row in rows:
        each = 1000 * row.cpu / given.packets
        cells = f"{row.seconds:.1f} | {row.cpu:.1f} | {each:.1f}"
        print(f"| {row.how} | {cells} | {row.cpu / one.cpu:.2f} |")
    sizes = [len(letter) for letter in letters]
    print(f"\nHTML as it travels: {median(html):,.0f} bytes (median), {max(html):,}")
    print(f"letter: {median(sizes):,.0f} bytes (median), {max(sizes):,} (most)")


if __name__ == "__main__":
    main()
