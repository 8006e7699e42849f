"""What operations read is what the program does."""

import ast
import re
import sys
from pathlib import Path

import pytest

from console.abouts import ABOUTS
from console.commands import COMMANDS, parser
from jobs import COMMANDS as ROOMS


ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "operations.md").read_text("utf-8")

HELPS = dict(
    re.findall(r"```console\n\$ dealpacket ([a-z ]*)--help\n(.*?)```", PAGE, re.DOTALL)
)


def help_of(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as end:
        parser().parse_args([*command.split(), "--help"])
    assert end.value.code == 0
    return capsys.readouterr().out


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="argparse words it otherwise")
@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_the_page_has_the_help_of_every_command_word_for_word(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")

    assert HELPS[f"{command} ".lstrip()] == help_of(command, capsys)


def test_every_command_has_a_room_and_more_to_say() -> None:
    assert COMMANDS.keys() == ROOMS.keys() == ABOUTS.keys()
    assert {name.strip() for name in HELPS} == {"", *COMMANDS}


def test_no_help_is_wider_than_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    texts = [help_of(command, capsys) for command in ("", *COMMANDS)]

    assert [
        line for text in texts for line in text.splitlines() if len(line) > 80
    ] == []


def sentences() -> str:
    """Every text in the program, as it is pieced together at run time."""
    rooms = ("configuration", "console", "desk", "reports", "sync")
    paths = [*ROOT.glob("*.py"), *(p for r in rooms for p in ROOT.glob(f"{r}/**/*.py"))]
    return "\n".join(
        node.value
        for path in paths
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def test_every_message_that_the_page_explains_is_one_of_ours() -> None:
    table = PAGE.partition("| it says |")[2].partition("\n\n")[0]
    explained = [row.split(" | ")[0][2:] for row in table.splitlines()[2:]]
    said = sentences()

    assert len(explained) > 15
    assert [words for words in explained if words not in said] == []


def test_every_link_of_the_page_leads_somewhere() -> None:
    targets = re.findall(r"\]\(([^)#]+)(?:#([^)]*))?\)", PAGE)

    assert len(targets) > 10
    for target, anchor in targets:
        path = ROOT / "docs" / target
        assert path.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", path.read_text("utf-8"), re.MULTILINE)
            assert anchor in {one.lower().replace(" ", "-") for one in headings}
