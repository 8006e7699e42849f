"""A commented TOML file, with some of its keys set."""

import json
import re
from collections.abc import Mapping


def filled(text: str, values: Mapping[tuple[str, str], str | int | bool]) -> str:
    """``text`` with each (table, key) set; raises KeyError for one it does not have.

    A line that is commented out comes into force; every other line stays as it is.
    """
    left = dict(values)
    table = ""
    lines = []
    for line in text.splitlines():
        if header := re.match(r"#?\[+([\w.]+)\]+$", line):
            table = header[1]
            if any(of == table for of, _ in values):
                line = line.removeprefix("#")  # noqa: PLW2901 -- the line, in force
        elif (entry := re.match(r"#?(\w+) = ", line)) and (table, entry[1]) in left:
            value = json.dumps(left.pop((table, entry[1])), ensure_ascii=False)
            comment = re.search(r"  # .*", line)
            line = f"{entry[1]} = {value}{comment[0] if comment else ''}"  # noqa: PLW2901
        lines.append(line)
    if left:
        raise KeyError(*left)
    return "\n".join(lines) + "\n"
