"""Which pages of the archive a page leads to: of its series, and of its cycle."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from reports.words.entries import Entry


#: The pages before and after a page, where there are any.
Around = tuple[Entry | None, Entry | None]


class Neighbours:
    """Which pages a page leads to: of its series, and of its cycle."""

    def __init__(self, listed: Sequence[Entry]) -> None:
        self.series = grouped(listed, lambda one: one.series)
        self.cycle = grouped(listed, lambda one: (one.kind, one.cycle))

    def reviews(self, entry: Entry) -> Around:
        """The same page in the cycles before and after this one."""
        later, earlier = around(entry, self.series[entry.series])
        return earlier, later

    def colleagues(self, entry: Entry) -> Around:
        """The pages of this kind and cycle before and after this one."""
        return around(entry, self.cycle[entry.kind, entry.cycle])

    def all(self, entry: Entry) -> Iterator[Entry]:
        """Every page that links to this one."""
        for one in (*self.reviews(entry), *self.colleagues(entry)):
            if one is not None:
                yield one


def grouped(
    listed: Iterable[Entry], key: Callable[[Entry], object]
) -> Mapping[object, Mapping[str, tuple[int, list[Entry]]]]:
    """The entries that belong together, and the place of each among its own."""
    groups: dict[object, list[Entry]] = {}
    for entry in listed:
        groups.setdefault(key(entry), []).append(entry)
    return {
        name: {one.path: (place, own) for place, one in enumerate(own)}
        for name, own in groups.items()
    }


def around(entry: Entry, places: Mapping[str, tuple[int, list[Entry]]]) -> Around:
    """The entries before and after one among its own."""
    place, own = places[entry.path]
    after = own[place + 1] if place + 1 < len(own) else None
    return own[place - 1] if place else None, after
