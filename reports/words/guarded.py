"""Templates of an installation's own: rendered where nothing can be called.

They see values and our filters. No method of any value can be called, nothing can
be marked as safe, and escaping cannot be switched off. It keeps data and machine
from a template; a template that wastes time is its author's to mend.
"""

import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from jinja2 import Environment, TemplateError, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import BlockReference, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment


#: Of Jinja's own filters, those that make no markup and call nothing.
PLAIN_FILTERS: Final = frozenset(
    [
        *("abs", "batch", "count", "d", "default", "e", "escape", "first", "groupby"),
        *("int", "join", "last", "length", "list", "lower", "map", "max", "min"),
        *("reject", "rejectattr", "reverse", "round", "select", "selectattr", "sort"),
        *("string", "sum", "title", "trim", "truncate", "unique", "upper"),
        *("wordcount", "wordwrap"),
    ]
)

#: Of its global functions.
PLAIN_GLOBALS: Final = frozenset({"namespace", "range"})

#: What a template can run into with values that it did not expect.
SURPRISES: Final = (
    TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    RecursionError,
)


class TemplateMistake(Exception):  # noqa: N818 - one's own template, no failure of ours
    """A template of the installation cannot be used; says which, where and why."""


class Guarded(ImmutableSandboxedEnvironment):
    """An environment in which templates read values and call nothing of theirs."""

    intercepted_binops = frozenset({"*", "**"})

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.filters = {
            name: one for name, one in self.filters.items() if name in PLAIN_FILTERS
        }
        self.globals = {
            name: one for name, one in self.globals.items() if name in PLAIN_GLOBALS
        }

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Values, and what a loop offers; no method."""
        calls = callable(value) and not isinstance(obj, LoopContext)
        return not calls and super().is_safe_attribute(obj, attr, value)

    def is_safe_callable(self, obj: Any) -> bool:
        """Macros, blocks and loops of the template, and our own functions."""
        own = isinstance(obj, Macro | BlockReference | LoopContext)
        return own or obj in self.globals.values() or of_a_loop(obj)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic with numbers; nothing that grows without end."""
        if operator == "**" or isinstance(left, str | list | tuple):
            raise SecurityError(f"{operator} is for numbers only, and ** for none")
        if isinstance(right, str | list | tuple):
            raise SecurityError("* is for numbers only")
        return super().call_binop(context, operator, left, right)


def of_a_loop(obj: Any) -> bool:
    """Whether it is ``loop.cycle`` or ``loop.changed``."""
    return isinstance(getattr(obj, "__self__", None), LoopContext)


def mistakes_in(
    environment: Environment, source: str, known: frozenset[str]
) -> Iterator[str]:
    """What is wrong with a template by itself, each with its line.

    ``known`` are the names that it may use besides its own.
    """
    try:
        tree = environment.parse(source)
        environment.compile(source)
    except TemplateSyntaxError as error:
        yield f"line {error.lineno}: {error.message}"
        return
    for switch in tree.find_all(nodes.EvalContextModifier):
        yield f"line {switch.lineno}: escaping cannot be switched on or off"
    named = list(tree.find_all(nodes.Name))
    own = {node.name for node in named if node.ctx != "load"} | {
        name.name for macro in tree.find_all(nodes.Macro) for name in macro.args
    }
    own |= {macro.name for macro in tree.find_all(nodes.Macro)} | {"loop", "caller"}
    for node in named:
        if node.name not in own | known | {"self", "super", "varargs", "kwargs"}:
            yield f"line {node.lineno}: {node.name} is not known"


def names_in(environment: Environment, source: str) -> frozenset[str]:
    """Every name that a template of ours uses: another of its name may, too."""
    tree = environment.parse(source)
    return frozenset(node.name for node in tree.find_all(nodes.Name))


def explained(error: Exception, folder: Path) -> TemplateMistake:
    """An error while rendering, with the file and line that it comes from."""
    where = place(error.__traceback__, folder)
    return TemplateMistake(f"{where}: {str(error) or type(error).__name__}")


def place(trace: TracebackType | None, folder: Path) -> str:
    """The innermost line of a template; one in the folder before one of ours."""
    frames = [
        frame
        for frame in traceback.extract_tb(trace)
        if frame.filename.endswith(".jinja")
    ]
    own = [one for one in frames if Path(one.filename).is_relative_to(folder)]
    found = own or frames
    return f"{found[-1].filename}: line {found[-1].lineno}" if found else str(folder)
