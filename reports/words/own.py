"""The folder with an installation's own templates: what is wrong with it, if any."""

from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, meta

from reports.words.environment import (
    TEMPLATES,
    html_environment,
    text_environment,
)
from reports.words.guarded import mistakes_in, names_in


#: What an own template may not replace: pages of the archive are no letters.
KEPT = "archive"


def template_mistakes(folder: Path) -> list[str]:
    """Everything that is wrong with the templates of a folder, a line each."""
    return [
        f"{path}: {mistake}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for mistake in mistakes_of(path, folder)
    ]


def mistakes_of(path: Path, folder: Path) -> Iterator[str]:
    """What is wrong with one file."""
    name = path.relative_to(folder).as_posix()
    ours = TEMPLATES / name
    environment = environment_of(name, folder)
    if path.suffix != ".jinja" or name.startswith(f"{KEPT}/"):
        yield "it replaces no template of a letter; take it away"
        return
    if not ours.is_file() and name not in used_in(folder):
        yield "it replaces no template of a letter, and none of yours includes it"
        return
    try:
        source = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        yield "it cannot be read as UTF-8 text"
        return
    known = frozenset(environment.globals) | {"page"}
    if ours.is_file():
        known |= names_in(environment, ours.read_text(encoding="utf-8"))
        yield from mistakes_in(environment, source, known)
    else:
        yield from syntax_only(environment, source)


def syntax_only(environment: Environment, source: str) -> Iterator[str]:
    """The same for a part of one's own, whose names come from who includes it."""
    return (
        mistake
        for mistake in mistakes_in(environment, source, frozenset())
        if not mistake.endswith("is not known")
    )


def environment_of(name: str, folder: Path) -> Environment:
    """Where a template of that name is rendered."""
    html = name.endswith(".html.jinja")
    return html_environment(own=folder) if html else text_environment(folder)


def used_in(folder: Path) -> set[str]:
    """The templates that those of the folder include, import or extend."""
    found: set[str] = set()
    for path in folder.rglob("*.jinja"):
        try:
            tree = text_environment(folder).parse(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, TemplateSyntaxError):
            continue  # its own mistake, and told as such
        found |= {name for name in meta.find_referenced_templates(tree) if name}
    return found
