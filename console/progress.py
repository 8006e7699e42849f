"""Progress on standard error: a bar each on a terminal, plain lines elsewhere."""

import sys
from types import TracebackType
from typing import Protocol, Self


class Watch(Protocol):
    """Whoever shows how far things have come; ``note`` says how one ended."""

    def __enter__(self) -> Self:
        """Begin to show."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the terminal as it was."""

    def start(self, name: str, total: int | None) -> None:
        """Something begins that takes ``total`` steps, if that is known."""

    def advance(self, name: str, rows: int) -> None:
        """More steps are done."""

    def finish(self, name: str, note: str) -> None:
        """It is done."""


class Lines:
    """A line when something ends, for logs."""

    def __init__(self, noun: str) -> None:
        self._noun = noun
        self._done: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing was changed."""

    def start(self, name: str, total: int | None) -> None:
        """Begin to count; what is announced is not yet done."""
        del total
        self._done.setdefault(name, 0)

    def advance(self, name: str, rows: int) -> None:
        """Count."""
        self._done[name] = self._done.get(name, 0) + rows

    def finish(self, name: str, note: str) -> None:
        """Print the line."""
        done = f"{self._done.pop(name, 0):,} {self._noun}"
        print(f"{name}: {done}{f'; {note}' if note else ''}", file=sys.stderr)


class Silence:
    """Nothing is shown."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing was changed."""

    def start(self, name: str, total: int | None) -> None:
        """Show nothing."""

    def advance(self, name: str, rows: int) -> None:
        """Show nothing."""

    def finish(self, name: str, note: str) -> None:
        """Show nothing."""


class Bars:
    """A bar for each thing that is going on."""

    def __init__(self, noun: str) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TaskID,
            TextColumn,
        )

        self._bars = Progress(
            TextColumn("{task.description:<26}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TextColumn(f"{noun} {{task.fields[note]}}"),
            console=Console(stderr=True),
        )
        self._ids: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def start(self, name: str, total: int | None) -> None:
        """Show a bar; without a total, one that only moves."""
        if name not in self._ids:
            self._ids[name] = self._bars.add_task(name, total=total, note="")
        elif total is not None:
            self._bars.update(self._ids[name], total=total)

    def advance(self, name: str, rows: int) -> None:
        """Move the bar."""
        self.start(name, None)
        self._bars.advance(self._ids[name], rows)

    def finish(self, name: str, note: str) -> None:
        """Fill the bar, whatever was announced."""
        self.start(name, None)
        bar = self._ids[name]
        done = self._bars.tasks[bar].completed
        self._bars.update(bar, total=done or 1, completed=done or 1, note=note)


def watch(noun: str, *, quiet: bool = False) -> Watch:
    """The way to show progress that fits where standard error goes."""
    if quiet:
        return Silence()
    return Bars(noun) if sys.stderr.isatty() else Lines(noun)
